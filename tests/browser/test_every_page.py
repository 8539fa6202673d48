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

    def __init__(self, browser: Browser, where: Served, language: str) -> None:
        self._make = partial(reader, browser, where, language=language)
        self._known: dict[str | None, Reader] = {}

    def __getitem__(self, code: str | None) -> Reader:
        if code not in self._known:
            self._known[code] = self._make(code)
        return self._known[code]

    def close(self) -> None:
        for each in self._known.values():
            each.close()


@pytest.fixture
def readers(browser: Browser, where: Served, language: str) -> Iterator[Readers]:
    made = Readers(browser, where, language)
    yield made
    made.close()


def test_an_example_of_every_page_is_known(year: Year) -> None:
    found = routes(create(year.app), "GET")

    assert found - set(PAGES) - NO_PAGES == set()
    assert (set(PAGES) | NO_PAGES) - found == set()


@pytest.mark.parametrize("language", ["vi"])
def test_every_page_can_be_used_by_everybody_on_a_desk_and_on_a_phone(
    shown: list[tuple[str | None, str]], readers: Readers
) -> None:
    wrong = {}
    for person, path in shown:
        who = readers[person]
        who.resize(1280)
        found = [*_under_the_surface(who.go(path)), *who.accessibility()]
        who.resize(390)
        found += who.accessibility()
        found += [f"wider than {SIZES[390][0]} pixels"] if who.is_too_wide() else []
        if found:
            wrong[f"{person} {path}"] = found

    assert wrong == {}


@pytest.mark.parametrize("language", ["en"])
def test_every_page_is_there_in_english(
    shown: list[tuple[str | None, str]], readers: Readers
) -> None:
    wrong = {}
    # Another language changes words and no structure: some examples are enough.
    for person, path in shown[::2]:
        found = _under_the_surface(readers[person].go(path))
        if readers[person].page.locator("html").get_attribute("lang") != "en":
            found.append("not in English")
        if found:
            wrong[f"{person} {path}"] = found

    assert wrong == {}


def _under_the_surface(who: Reader) -> list[str]:
    """Return what went wrong while a page was loaded, and whether it is a page at all."""
    found = who.violations()
    who.problems.clear()
    # What describes the API brings headings of its own.
    if who.page.locator("h1:not(#swagger h1)").count() != 1:
        found.append("not one heading")
    return found
