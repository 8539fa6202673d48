"""The pages of an office in which hashing a password costs next to nothing."""

import pytest

from dondoc.passwords import Passwords
from tests.support.web import Site


@pytest.fixture
def site(site: Site) -> Site:
    """The same office, in a hurry."""
    site.web.state.passwords = Passwords(memory_mib=1, passes=1)
    return site
