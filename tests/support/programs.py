"""Programs that speak to the API in somebody's name."""

from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import func, select

from engine.commands import tokens
from engine.commands.tokens import TokenRequest
from engine.store.record import audit_entry
from tests.support.web import Site

TASK = "tasks/KH-2014/T1"
TRANSITIONS = f"{TASK}/transitions"
#: A program that speaks as somebody, within some scopes: `program("cv", "read")`.
Program = Callable[..., TestClient]


def secret_of(site: Site, code: str, *scopes: str) -> str:
    """Make a token of somebody and return its secret; without scopes it reads and writes."""
    asked = TokenRequest(
        person=code, name="chương trình", scopes=scopes or ("read", "write"), expires_at=None
    )
    with site.app.database.begin() as tx:
        return tokens.create(tx, asked, by=code, rules=site.app.rules, at=site.now)[1]


def tag(version: int) -> dict[str, str]:
    """Return the header that says which version was read."""
    return {"If-Match": f'"{version}"'}


def entries(site: Site) -> int:
    """Return how many entries the record has."""
    with site.app.database.read() as tx:
        return int(tx.execute(select(func.count()).select_from(audit_entry)).scalar_one())


def pull(client: TestClient, trigger: str, version: int, **more: Any) -> Any:
    """Pull a trigger at the first task, as of a version."""
    headers = {**tag(version), **more.pop("headers", {})}
    return client.post(TRANSITIONS, json={"trigger": trigger, **more}, headers=headers)
