"""Programs that speak to the API in somebody's name."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from engine.commands import tokens
from engine.commands.tokens import TokenRequest
from tests.support.web import Site

#: A program that speaks as somebody, within some scopes: `program("cv", "read")`.
Program = Callable[..., TestClient]


def secret_of(site: Site, code: str, *scopes: str) -> str:
    """Make a token of somebody and return its secret; without scopes it reads and writes."""
    asked = TokenRequest(
        person=code, name="chương trình", scopes=scopes or ("read", "write"), expires_at=None
    )
    with site.app.database.begin() as tx:
        return tokens.create(tx, asked, by=code, rules=site.app.rules, at=site.now)[1]
