"""Requests that somebody else's page makes, and those that only read: nothing changes by them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from dondoc.web.app import create
from engine.store.record import audit_entry
from tests.support.page_addresses import addresses, routes
from tests.support.web import FROM_HERE, Site
from tests.support.year import AUDITOR, DIRECTOR, MONITOR, OFFICER, Year, sample

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
#: How a browser asks on behalf of a page that is none of ours; the last one keeps silent.
FOREIGN: dict[str, dict[str, str]] = {
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "a sibling": {"Sec-Fetch-Site": "same-site"},
    "a foreign origin": {"Origin": "https://evil.example"},
    "no origin": {"Origin": "null"},
    "nothing": {},
}
#: What reading leaves: when somebody was last here, and that he read what is not read unnoticed.
READING = {"session", "sqlite_sequence"}
NOTED = {"audit.read", "list.exported"}


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    """The shield asks no database."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """The office at the end of its year."""
    with sample(tmp_path_factory.mktemp("sample")) as made:
        yield made


def entries(site: Site) -> int:
    with site.app.database.read() as tx:
        return int(tx.execute(select(func.count()).select_from(audit_entry)).scalar_one())


def stranger(site: Site, code: str) -> TestClient:
    """Return a browser in which somebody is signed in, before it says where a request is from."""
    client = site.as_(code)
    for name in FROM_HERE:
        client.headers.pop(name)
    return client


@pytest.mark.parametrize("origin", FOREIGN)
def test_no_page_of_somebody_else_changes_anything(site: Site, origin: str) -> None:
    site.make_administrator("gd")
    client, before = stranger(site, "gd"), entries(site)
    paths = [re.sub(r"\{[^}]+\}", "x", each) for each in routes(site.web, *UNSAFE)]

    bodies: list[dict[str, Any]] = [
        {"data": {"a": "b"}},
        {"content": b'{"a": "b"}', "headers": {"content-type": "text/plain"}},
    ]
    answers = {
        client.post(path, **{**body, "headers": {**body.get("headers", {}), **FOREIGN[origin]}})
        .status_code
        for path in paths
        for body in bodies
    }  # fmt: skip

    assert len(paths) > 30
    assert answers == {403}
    assert entries(site) == before


def test_a_page_of_our_own_may_post(site: Site) -> None:
    answer = stranger(site, "cv").post(
        "/ngon-ngu", data={"lang": "en", "tiep": "/viec-cua-toi"},
        headers={"Origin": "http://127.0.0.1:8000"},
    )  # fmt: skip

    assert answer.status_code == 303


def test_the_cookie_of_a_page_opens_nothing_in_the_api(site: Site) -> None:
    answer = site.as_("cv").get("/api/v1/me")

    assert answer.status_code == 401


def test_reading_changes_nothing(year: Year) -> None:
    seen = addresses(year)
    web = create(year.app)
    before = everything(year)

    broken = set()
    for code in (OFFICER, MONITOR, DIRECTOR, AUDITOR):
        client = year.client(code)
        before = everything(year) if code == OFFICER else before
        for path in dict.fromkeys([path for _, path in seen] + plain(web)):
            status = client.get(path).status_code
            # That nobody sweeps here is true, and said with 503.
            broken |= {path} if status >= 500 and path != "/readyz" else set()
    after = everything(year)

    assert {name for name in after if after[name] != before[name]} <= {"audit_entry", *READING}
    assert set(after["audit_entry"]) - set(before["audit_entry"]) <= {
        row for row in after["audit_entry"] if row[1] in {*NOTED, "session.opened"}
    }
    assert broken == set()


def plain(web: Any) -> list[str]:
    """Return every address without a part to be filled in."""
    return sorted(path for path in routes(web, "GET") if "{" not in path)


def everything(year: Year) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table; of the record only which entries there are."""
    file = Path(str(year.app.database.engine.url.database))
    assert file.exists()
    with year.app.database.read() as tx:
        names = tx.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars()
        tables = {
            name: "SELECT id, action FROM audit_entry"
            if name == "audit_entry"
            else f"SELECT * FROM {name}"
            for name in names
        }
        return {
            name: sorted((tuple(row) for row in tx.exec_driver_sql(select_)), key=repr)
            for name, select_ in tables.items()
        }
