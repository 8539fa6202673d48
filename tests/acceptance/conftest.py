"""Files are read by a child the first time only; tests of single parts always start one."""

from collections.abc import Iterator

import pytest

from tests.support.children import remembered


@pytest.fixture(autouse=True, scope="package")
def _children_remembered() -> Iterator[None]:
    with remembered():
        yield
