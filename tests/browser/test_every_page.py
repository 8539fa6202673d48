"""Every page there is, as people see it: readable by everybody, at home on every screen."""

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser

from dondoc.web.app import create
from tests.support.browsing import SIZES, Reader, Served, reader
from tests.support.page_addresses import NO_PAGES, PAGES, addresses, routes
from tests.support.year import Year


@pytest.fixture(scope="module")
def shown(year: Year) -> list[tuple[str | None, str]]:
    """Who sees what where."""
    return addresses(year)


class Readers:
    """Everybody who looks, each at his own screen."""

    def __init__(self, browser: Browser, where: Served, width: int, language: str) -> None:
        self._make = partial(reader, browser, where, width=width, language=language)
        self._known: dict[str | None, Reader] = {}

    def __getitem__(self, code: str | None) -> Reader:
        if code not in self._known:
            self._known[code] = self._make(code)
        return self._known[code]

    def close(self) -> None:
        for each in self._known.values():
            each.close()


@pytest.fixture
def readers(browser: Browser, where: Served, width: int, language: str) -> Iterator[Readers]:
    made = Readers(browser, where, width, language)
    yield made
    made.close()


def test_an_example_of_every_page_is_known(year: Year) -> None:
    found = routes(create(year.app), "GET")

    assert found - set(PAGES) - NO_PAGES == set()
    assert (set(PAGES) | NO_PAGES) - found == set()


@pytest.mark.parametrize(("width", "language"), [(1280, "vi"), (390, "vi"), (1280, "en")])
def test_every_page_can_be_used_by_everybody(
    shown: list[tuple[str | None, str]], readers: Readers, width: int, language: str
) -> None:
    wrong = {}
    # Another language changes words and no structure: one example of each page is enough.
    seen = shown if language == "vi" else shown[::2]
    for person, path in seen:
        who = readers[person].go(path)
        found = who.violations() + (who.accessibility() if language == "vi" else [])
        if who.is_too_wide():
            found.append(f"wider than {SIZES[width][0]} pixels")
        # What describes the API brings headings of its own.
        if who.page.locator("h1:not(#swagger h1)").count() != 1:
            found.append("not one heading")
        if found:
            wrong[f"{person} {path}"] = found
        who.problems.clear()

    assert wrong == {}
