"""The source is read and parsed once for everybody who judges it."""

from collections.abc import Iterator

import pytest

from tests.support.source import PACKAGES, modules


@pytest.fixture(autouse=True, scope="package")
def _parsed_once() -> Iterator[None]:
    kept = modules(*PACKAGES, "tests")
    yield
    kept.clear()
