"""A small office in a database of each kind, at the beginning of June 2014."""

from collections.abc import Iterator

import pytest
import structlog

from engine.clock import PinnedClock
from engine.store.session import Database
from tests.support.machine import Machine
from tests.support.office import World, local


@pytest.fixture
def world(database: Database) -> World:
    """An office with five people, on Monday 2014-06-02, 09:00 local."""
    return World(database, PinnedClock(local("2014-06-02T09:00"))).open()


@pytest.fixture
def machine(world: World) -> Iterator[Machine]:
    """A machine at work since Monday 09:00, with a task due on Thursday; its people know."""
    world.plan({"code": "T1", "due": "2014-06-05"})
    with structlog.testing.capture_logs():
        running = Machine(world=world, wall=world.clock)
        running.turn()
        running.sleep("2014-06-02T09:30")
        yield running
