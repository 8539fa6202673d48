"""Every example has an office of its own; its tables are made once."""

from collections.abc import Iterator

import pytest

from tests.support.tables import made_once


@pytest.fixture(autouse=True, scope="package")
def _tables_made_once() -> Iterator[None]:
    with made_once():
        yield
