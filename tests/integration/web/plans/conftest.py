"""The desk of the unit that follows plans."""

import pytest

from tests.support.handing import Desk
from tests.support.web import Site


@pytest.fixture
def desk(site: Site) -> Desk:
    """An office with an active plan, KH-2014, whose monitoring unit has an officer, vp1."""
    site.world.person("vp1", "VP")
    return Desk(site)
