"""The pages of an office without a plan, in which hashing a password costs next to nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dondoc.passwords import Passwords
from tests.support.office import World
from tests.support.web import Site, site_of


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Site]:
    """The pages of the people of `World`, none of whom has a task or a password."""
    made = site_of(world, tmp_path)
    made.web.state.passwords = Passwords(memory_mib=1, passes=1)
    yield made
    made.close()
