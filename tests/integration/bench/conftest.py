"""Where measurements are tried, tiny: a place for databases of each kind."""

import pytest

from dondoc.bench.stage import Place
from tests.support.postgres import Server


@pytest.fixture
def place(backend: str, request: pytest.FixtureRequest) -> Place:
    """Where throw-away databases of one kind are made."""
    if backend == "sqlite":
        return Place(kind="sqlite")
    server: Server = request.getfixturevalue("postgres_server")
    return Place(kind="postgresql", server=server.admin_url)
