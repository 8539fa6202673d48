"""An office with its pages: the application on a test's database, and browsers without a browser.

`Site.as_(code)` is somebody signed in; what he posts says that it comes from a page of ours.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from config.settings import Settings
from dondoc.bootstrap import App, office_of
from dondoc.web.app import create
from dondoc.web.visit import cookie_name, limits
from engine.commands import sessions
from engine.commands.sessions import Opening
from engine.database import Rules
from engine.store.doors import account
from tests.support.office import World

#: What a browser says by itself of a form that one of our pages posts.
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


@dataclass(slots=True)
class Site:
    """The pages of a `World`."""

    world: World
    app: App
    web: FastAPI
    _clients: list[TestClient] = field(default_factory=list)

    def as_(self, code: str | None, **options: Any) -> TestClient:
        """Return somebody signed in, or nobody (None); redirects are not followed."""
        client = TestClient(
            self.web, base_url="http://127.0.0.1:8000", headers=FROM_HERE,
            follow_redirects=False, **options,
        )  # fmt: skip
        self._clients.append(client)
        if code is not None:
            client.cookies.set(cookie_name(self.app), self.session_of(code), domain="127.0.0.1")
        return client

    def session_of(self, code: str) -> str:
        """Open a session of somebody and return its secret."""
        asked = Opening(person_id=self.world.ids[code], person=code, method="password")
        with self.app.database.begin() as tx:
            return sessions.open_session(tx, asked, limits=limits(self.app), at=self.now)

    def make_administrator(self, code: str) -> None:
        """Let somebody run the machine."""
        with self.app.database.begin() as tx:
            tx.execute(
                account.insert().values(
                    person_id=self.world.ids[code], is_administrator=True, created_at=self.now
                )
            )

    @property
    def now(self) -> Any:
        """The present instant."""
        return self.app.clock.now()

    def close(self) -> None:
        """Close every client."""
        for client in self._clients:
            client.close()


def site_of(world: World, folder: Path, **settings: Any) -> Site:
    """Return the pages of an office.

    Args:
        world: The office, filled.
        folder: Where files are kept.
        settings: Sections of the settings, as `Settings` takes them.
    """
    chosen = Settings(state_dir=folder, **settings)
    app = App(
        settings=chosen,
        database=world.database,
        clock=world.clock,
        office=office_of(chosen),
        rules=Rules(office_of(chosen)),
        operator="operator:test",
        is_pinned=False,
    )
    return Site(world=world, app=app, web=create(app))
