"""A small office with its API, on a database of each kind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.office import World
from tests.support.programs import Program, secret_of
from tests.support.web import Site, site_of


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Site]:
    """The office of the pages: `T1`, `T2` of cv, `T3` of CNTT, `T4` of cvp, `T5` standing."""
    world.plan(
        {"code": "T1", "lead": "CNTT", "assignee": "cv", "due": "2014-01-20"},
        {"code": "T2", "lead": "CNTT", "assignee": "cv", "due": "2014-02-10"},
        {"code": "T3", "lead": "CNTT", "due": "2014-03-31", "assignee": None},
        {"code": "T4", "lead": "VP", "assignee": "cvp", "due": "2014-01-22"},
        {"code": "T5", "lead": "CNTT", "standing": True},
    )
    made = site_of(world, tmp_path)
    yield made
    made.close()


@pytest.fixture
def program(site: Site) -> Iterator[Program]:
    """Returns programs that speak as somebody: `program("cv")`, `program("cv", "read")`."""
    made: list[TestClient] = []

    def speak(code: str | None, *scopes: str, **options: Any) -> TestClient:
        headers = (
            {} if code is None else {"Authorization": f"Bearer {secret_of(site, code, *scopes)}"}
        )
        client = TestClient(site.web, base_url="http://127.0.0.1:8000/api/v1/", headers=headers,
                            follow_redirects=False, **options)  # fmt: skip
        made.append(client)
        return client

    yield speak
    for each in made:
        each.close()
