"""Two tasks under way in an office that lacks nothing, on Thursday 2014-02-06, 07:30 local."""

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from engine.clock import PinnedClock
from engine.store.session import Database
from tests.support.checkup import load, turn
from tests.support.databases import Urls
from tests.support.office import World, local


@pytest.fixture
def world(office_database: Database) -> World:
    """One task that has been reminded once, one that is not due for long."""
    world = World(office_database, PinnedClock(local("2014-01-15T08:00"))).found()
    load(world, 2014, 2015)
    world.plan({"code": "T1", "due": "2014-02-07"}, {"code": "T2", "due": "2014-09-30"})
    turn(world, at="2014-02-06T07:30")
    return world


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A traceback printed with all its values takes longer than the fault it tells of."""
    with capture_logs():
        yield


@pytest.fixture
def owner(database_urls: Urls) -> Iterator[Database]:
    """The same database, opened by who may change its tables."""
    opened = Database(database_urls.owner_url or database_urls.url)
    yield opened
    opened.dispose()
