"""An office with a plan being prepared in it."""

import pytest

from tests.support.intake import Intake
from tests.support.office import World


@pytest.fixture
def intake(world: World) -> Intake:
    """The office, with a second officer in its monitoring unit."""
    world.person("vt", "VP")
    return Intake(world)
