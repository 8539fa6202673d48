"""A small office in a database of each kind, at the beginning of 2014."""

import pytest

from engine.clock import PinnedClock
from engine.store.session import Database
from tests.support.office import World, local
from tests.support.post import FakeCourier


@pytest.fixture
def world(office_database: Database) -> World:
    """An office with six people, on Wednesday 2014-01-15, 08:00 local."""
    return World(office_database, PinnedClock(local("2014-01-15T08:00"))).found()


@pytest.fixture
def courier() -> FakeCourier:
    """Takes every message, and answers as a test tells it."""
    return FakeCourier()
