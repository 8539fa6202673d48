"""The sample year served to a real browser; without one these tests are skipped, and say so."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support import browsing
from tests.support.browsing import Served
from tests.support.year import Year, sample


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = [item for item in items if "/browser/" in item.path.as_posix()]
    for item in here:
        item.add_marker("browser")
        if browsing.executable() is None:
            reason = "no Chromium: apt-get install chromium (CI=1 scripts/test does, as root)"
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """The office at the end of its year."""
    with sample(tmp_path_factory.mktemp("sample")) as made:
        yield made


@pytest.fixture(scope="session")
def where(year: Year) -> Iterator[Served]:
    """The pages of that office."""
    with browsing.served(year.app) as made:
        yield made


# Of a module: while a browser is driven from here, no other test may begin a loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with browsing.chromium() as made:
        yield made
