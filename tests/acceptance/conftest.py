"""What single parts are proved to do is done the first time only, and remembered."""

from collections.abc import Iterator

import pytest

from tests.support.children import remembered
from tests.support.tables import made_once


# Of a module: folders of tests are no packages, and what is of a package would last for ever.
@pytest.fixture(autouse=True, scope="module")
def _done_once() -> Iterator[None]:
    """Read every file of a stranger and make every table once."""
    with remembered(), made_once():
        yield
