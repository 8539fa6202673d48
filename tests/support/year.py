"""The sample year, played once and looked at by everybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, replace
from pathlib import Path

from fastapi.testclient import TestClient

from dondoc.bootstrap import App
from dondoc.passwords import Passwords
from dondoc.simulate.showcase import opened, sample_year, show
from dondoc.web.app import create
from dondoc.web.visit import cookie_name, limits
from engine.commands import accounts, sessions
from engine.commands.sessions import Opening
from engine.store.doors import account
from tests.support.web import FROM_HERE

#: Head of the unit that follows the plan; he runs the machine as well.
MONITOR = "vp-hoa"
PLAN = "KH-CCHC-2025"
#: A task that is going on, long overdue, and whose it is.
TASK, OFFICER, HEAD = f"{PLAN}/II.6.7", "qlnl-phuc", "qlnl-dung"
DIRECTOR, DEPUTY, AUDITOR = "gd-thanh", "pgd-lan", "kt-tam"


@dataclass(frozen=True, slots=True)
class Year:
    """The office of the sample year, its clock at the end.

    Attributes:
        app: It, before anybody has served it.
    """

    app: App

    def client(self, code: str | None) -> TestClient:
        """Return somebody signed in, without a browser."""
        client = TestClient(
            create(self.app), base_url="http://127.0.0.1:8000", headers=FROM_HERE,
            follow_redirects=False,
        )  # fmt: skip
        if code is not None:
            client.cookies.set(cookie_name(self.app), session_of(self.app, code))
        return client


@contextmanager
def sample(folder: Path) -> Iterator[Year]:
    """Play the sample year into a folder, and begin to take in the plan of the next."""
    shown = show(sample_year(), folder / "year")
    # In a context of its own: the other tests are not to hear that a clock is pinned.
    app = replace(copy_context().run(opened, shown), is_demo=False)
    with app.database.begin() as tx:
        head = app.rules.current(tx).organisation.person_by_code[MONITOR]
        tx.execute(
            account.insert().values(
                person_id=head.id, is_administrator=True, created_at=app.clock.now()
            )
        )
    made = Year(app)
    try:
        yield made
    finally:
        app.close()


def session_of(app: App, code: str) -> str:
    """Open a session of somebody and return its secret."""
    with app.database.begin() as tx:
        person = app.rules.current(tx).organisation.person_by_code[code]
        asked = Opening(person_id=person.id, person=code, method="password")
        return sessions.open_session(tx, asked, limits=limits(app), at=app.clock.now())


def give_password(app: App, code: str, password: str) -> None:
    """Let somebody sign in by a password."""
    kept = Passwords(memory_mib=1, passes=1).keep(password)
    with app.database.begin() as tx:
        person = app.rules.current(tx).organisation.person_by_code[code]
        accounts.set_password(tx, person, password_hash=kept, by=code, at=app.clock.now())
