"""The page of a task in a real browser: what happens while somebody writes."""

from playwright.sync_api import Browser

from tests.support.browsing import Served, reader
from tests.support.year import OFFICER, TASK

_FORM = f"/nhiem-vu/{TASK}/bao-cao"


def test_a_report_is_kept_while_it_is_written_and_there_again_later(
    browser: Browser, where: Served
) -> None:
    writer = reader(browser, where, OFFICER)

    writer.go(_FORM).page.fill("#note", "Đang viết dở")
    writer.page.wait_for_selector("#draft p")
    said, wrong = writer.page.inner_text("#draft"), writer.violations()
    typed = writer.go(_FORM).page.input_value("#note")
    writer.press("Bỏ bản nháp")

    assert "Đã lưu nháp lúc" in said
    assert wrong == []
    assert typed == "Đang viết dở"
    assert writer.page.input_value("#note") == ""
    writer.close()


def test_a_report_is_written_and_sent_by_keys_alone(browser: Browser, where: Served) -> None:
    writer = reader(browser, where, OFFICER)
    writer.go(_FORM).page.focus("#note")

    writer.page.keyboard.type("Chưa kèm gì")
    writer.key("Control+Enter")

    focused = writer.page.evaluate("document.activeElement.id")
    assert focused == "mistakes"
    assert writer.page.title().startswith("Lỗi")
    assert writer.page.input_value("#note") == "Chưa kèm gì"
    writer.close()


def test_paper_has_what_happened_and_nothing_to_press(browser: Browser, where: Served) -> None:
    printed = reader(browser, where, OFFICER)

    printed.go(f"/nhiem-vu/{TASK}").page.emulate_media(media="print")

    assert printed.page.locator("main button:visible").count() == 0
    assert printed.page.locator("main textarea:visible").count() == 0
    assert printed.page.locator(".timeline li:visible").count() > 0
    printed.close()
