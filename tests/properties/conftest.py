"""Every example has an office of its own; its tables are made once."""

from collections.abc import Iterator

import pytest

from tests.support.tables import made_once


# Of a module: folders of tests are no packages, and what is of a package would last for ever.
@pytest.fixture(autouse=True, scope="module")
def _tables_made_once() -> Iterator[None]:
    with made_once():
        yield
