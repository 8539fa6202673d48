"""An office with a plan being prepared in it, or running."""

import pytest

from dondoc.bootstrap import name_words
from engine.office import Office
from engine.store.rulebooks import Rules
from tests.support.adjusting import TASKS
from tests.support.intake import Intake
from tests.support.office import ZONE, World


@pytest.fixture
def intake(world: World) -> Intake:
    """The office, a second officer in its monitoring unit, and the words plans have for units."""
    world.person("vt", "VP")
    world.rules = Rules(Office(zone=ZONE, names=name_words()))
    return Intake(world)


@pytest.fixture
def running(world: World) -> World:
    """An active plan of three tasks, on the day after it was activated."""
    world.unit("QLVT", leader="pgd")
    world.person("tp2", "QLVT", "unit_head")
    world.person("cv3", "QLVT")
    world.plan(*TASKS)
    world.now("2014-01-16T09:00")
    return world
