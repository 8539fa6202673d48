"""The list of tasks in a real browser: by keys, by a form without scripts, on paper."""

from playwright.sync_api import Browser

from tests.support.browsing import Reader, Served, reader
from tests.support.year import DIRECTOR

_LIST = "/nhiem-vu?status=verified&sort=code"


def focused(one: Reader) -> str:
    """Return where the link before the reader leads."""
    where: str = one.page.evaluate("document.activeElement.getAttribute('href') || ''")
    return where


def ticked(one: Reader) -> int:
    return one.page.locator("input[name=viec]:checked").count()


def test_a_list_is_walked_ticked_and_opened_by_keys(browser: Browser, where: Served) -> None:
    director = reader(browser, where, DIRECTOR).go(_LIST)
    keys = director.page.keyboard

    keys.press("j")
    keys.press("j")
    second = focused(director)
    keys.press("x")
    keys.press("k")
    first, marked = focused(director), ticked(director)
    director.key("Enter")

    assert first != second
    assert director.page.url.endswith(first)
    assert marked == 1
    assert director.violations() == []
    director.close()


def test_pages_are_reached_and_the_search_is_begun_by_keys(browser: Browser, where: Served) -> None:
    director = reader(browser, where, DIRECTOR).go(_LIST)
    keys = director.page.keyboard

    keys.press("g")
    director.key("v")
    keys.press("/")
    keys.type("bao cao")
    director.key("Enter")

    assert "/nhiem-vu?q=bao+cao" in director.page.url
    assert "“bao cao”" in director.text
    assert director.violations() == []
    director.close()


def test_all_boxes_of_a_page_are_ticked_by_one_and_counted(browser: Browser, where: Served) -> None:
    director = reader(browser, where, DIRECTOR).go(_LIST)

    director.page.locator("[data-all]").check()

    number = ticked(director)
    assert number > 1
    assert f"({number})" in director.text
    director.close()


def test_a_list_is_narrowed_chosen_from_and_looked_at_without_a_script(
    browser: Browser, where: Served
) -> None:
    director = reader(browser, where, DIRECTOR, java_script_enabled=False).go(_LIST)

    director.page.locator("details.filters summary").first.click()
    director.page.select_option("#loc-sort", "due")
    director.press("Lọc")
    director.page.locator("input[name=viec]").first.check()
    director.follow("button[value=start]")

    assert "Chưa có gì thay đổi." in director.text
    assert "bỏ qua 1" in director.text
    director.close()


def test_a_list_on_paper_has_its_lines_and_nothing_to_press(
    browser: Browser, where: Served
) -> None:
    director = reader(browser, where, DIRECTOR).go(_LIST)

    director.page.emulate_media(media="print")

    assert director.page.locator("main button:visible").count() == 0
    assert director.page.locator("main select:visible").count() == 0
    assert director.page.locator("tr[data-row]:visible").count() > 1
    director.close()
