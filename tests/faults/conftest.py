"""A small office in a database of each kind, at the beginning of June 2014."""

import pytest

from engine.clock import PinnedClock
from engine.store.session import Database
from tests.support.office import World, local


@pytest.fixture
def world(database: Database) -> World:
    """An office with five people, on Monday 2014-06-02, 09:00 local."""
    return World(database, PinnedClock(local("2014-06-02T09:00"))).open()
