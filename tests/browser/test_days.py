"""The day of each role, from signing in to done, in a real browser."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.browsing import Reader, Served, reader
from tests.support.year import (
    AUDITOR,
    DIRECTOR,
    MONITOR,
    PLAN,
    TASK,
    Year,
    give_password,
)

#: A task that nobody has taken on, whose it is, and who leads that unit.
IDLE, IDLER, IDLE_LEADER = f"{PLAN}/II.3.3", "ttkc-vinh", "pgd-lan"
PASSWORD = "ba con voi trắng qua sông"


class Desks:
    """Screens at which people sit down; what went wrong at any of them is asked for at the end."""

    def __init__(self, browser: Browser, where: Served) -> None:
        self._browser, self._where = browser, where
        self._sat: list[Reader] = []

    def __call__(self, code: str | None, *, width: int = 1280, has_script: bool = True) -> Reader:
        made = reader(self._browser, self._where, code, width=width, java_script_enabled=has_script)
        self._sat.append(made)
        return made

    def close(self) -> list[str]:
        found = [line for each in self._sat for line in each.violations()]
        for each in self._sat:
            each.close()
        return found


@pytest.fixture
def desk(browser: Browser, where: Served) -> Iterator[Desks]:
    made = Desks(browser, where)
    yield made
    assert made.close() == []


def test_an_officer_signs_in_takes_work_on_and_reports_it_and_the_monitor_verifies(
    desk: Desks, year: Year
) -> None:
    give_password(year.app, IDLER, PASSWORD)
    officer = desk(None).go("/viec-cua-toi")

    officer.page.fill("#login", IDLER)
    officer.page.fill("#password", PASSWORD)
    officer.press("Đăng nhập")
    officer.follow(f"main a[href^='/nhiem-vu/{IDLE}']")
    officer.press("Nhận việc")
    officer.press("Báo cáo kết quả")
    officer.page.fill("[name=note]", "Đã lập phương án, trình Sở.")
    officer.page.fill("[name=number]", "31/TTr-TTKC")
    officer.press("Báo cáo kết quả")
    reported = officer.text
    monitor = desk(MONITOR).go("/viec-cua-toi")
    monitor.follow(f"main a[href^='/nhiem-vu/{IDLE}']")
    report = monitor.text
    monitor.press("Xác nhận")
    monitor.press("Xác nhận")

    assert "Đã báo cáo" in reported
    assert "31/TTr-TTKC" in report
    assert "Đã xác nhận" in monitor.text


def test_a_unit_says_what_is_in_the_way_and_its_leader_answers(desk: Desks) -> None:
    head = desk("qlnl-dung").go(f"/nhiem-vu/{TASK}")

    head.page.locator("summary", has_text="Việc khác").click()
    head.follow("main a[href$='/vuong-mac']")
    head.page.select_option("[name=category]", "funding")
    head.page.fill("[name=note]", "Chờ kinh phí thuê máy chủ.")
    head.follow("main form button.first")
    leader = desk("pgd-duc").go("/viec-cua-toi")
    seen = leader.text
    leader.go(f"/nhiem-vu/{TASK}")
    leader.follow("main a[href$='/cho-y-kien']")
    leader.page.fill("[name=note]", "Dùng nguồn dự phòng; Phòng báo lại trong tháng Một.")
    leader.follow("main form button.first")

    assert "Chờ kinh phí thuê máy chủ." in head.text
    assert "II.6.7" in seen
    assert "Dùng nguồn dự phòng" in head.go(f"/nhiem-vu/{TASK}").text


def test_a_director_goes_from_a_figure_to_the_tasks_behind_it(desk: Desks) -> None:
    director = desk(DIRECTOR).go("/tong-quan")

    figure = director.page.locator("main a[href*='status=overdue']").first
    number = re.search(r"\d+", figure.inner_text())
    director.follow(figure)
    rows = director.page.locator("main table.cards tbody tr").count()

    assert number is not None
    assert rows == int(number[0])


def test_an_auditor_reads_an_entry_and_has_the_whole_record_checked(desk: Desks) -> None:
    auditor = desk(AUDITOR).go("/nhat-ky")

    auditor.follow("main a[href^='/nhat-ky/']")
    entry = auditor.page.url
    auditor.go("/nhat-ky").press("Kiểm tra toàn vẹn")

    assert re.search(r"/nhat-ky/\d+$", entry)
    assert "toàn vẹn" in auditor.text.lower()


def test_the_monitor_takes_a_plan_in_settles_a_row_and_sees_whom_it_would_tell(
    desk: Desks, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_bytes(files("dondoc.demo").joinpath("plan.txt").read_bytes())
    monitor = desk(MONITOR).go("/ke-hoach/nhap")

    monitor.page.set_input_files("[name=file]", plan)
    monitor.page.fill("[name=code]", "KH-NHAP")
    monitor.page.fill("[name=year]", "2026")
    monitor.press("Đọc tệp")
    monitor.press("Tiếp: rà soát từng dòng")
    review = monitor.page.url
    row = monitor.page.locator("main [name=answer]").first
    answer = row.get_attribute("value")
    monitor.follow(row)
    left = monitor.page.locator(f"main [name=answer][value='{answer}']").count()
    monitor.press("Tiếp: xem trước giao việc")

    assert review.endswith("/ke-hoach/KH-NHAP/ra-soat")
    assert left == 0
    assert monitor.page.url.endswith("/giao-viec")
    assert "Kích hoạt" in monitor.heading or "giao" in monitor.heading.lower()


def test_g3_who_comes_second_sees_what_changed_and_loses_nothing_he_typed(desk: Desks) -> None:
    first, second = desk(MONITOR), desk(DIRECTOR)
    for each in (first, second):
        each.go(f"/nhiem-vu/{TASK}/dat-han")
        each.page.fill("[name=due]", "2026-02-27")
    first.page.fill("[name=note]", "Theo kết luận họp.")
    second.page.fill("[name=note]", "Ý kiến của Giám đốc, viết dài.")

    first.follow("main form button.first")
    second.follow("main form button.first")
    kept = second.page.input_value("[name=note]")
    warned = second.text
    second.press("Gửi lại theo bản mới")

    assert "Theo kết luận họp." in warned
    assert kept == "Ý kiến của Giám đốc, viết dài."
    assert "Ý kiến của Giám đốc, viết dài." in second.text


def test_a_session_that_ends_in_mid_form_costs_nothing_that_was_typed(
    desk: Desks, year: Year
) -> None:
    give_password(year.app, "qltm-yen", PASSWORD)
    officer = desk("qltm-yen").go(f"/nhiem-vu/{PLAN}/II.1.1")

    officer.page.fill("main textarea", "Đã rà soát xong đợt một.")
    officer.context.clear_cookies()
    officer.follow("main form:has(textarea) button")
    asked = officer.heading
    officer.page.fill("#login", "qltm-yen")
    officer.page.fill("#password", PASSWORD)
    officer.follow("main form button.first")
    if officer.page.locator("main form button.first").count():
        officer.follow("main form button.first")
    officer.go(f"/nhiem-vu/{PLAN}/II.1.1")

    assert asked == "Phiên làm việc đã hết"
    assert "Đã rà soát xong đợt một." in officer.text


def test_work_is_reported_on_a_phone_without_javascript(desk: Desks) -> None:
    officer = desk("vp-nam", width=390, has_script=False).go("/viec-cua-toi")

    officer.go(f"/nhiem-vu/{PLAN}/II.4.2")
    officer.press("Nhận việc")
    officer.page.fill("main textarea", "Bắt đầu từ tuần này.")
    officer.follow("main form:has(textarea) button")

    assert "Đang thực hiện" in officer.text
    assert "Bắt đầu từ tuần này." in officer.text


def test_a_page_is_walked_through_by_keys_alone(desk: Desks) -> None:
    officer = desk("qlnl-phuc").go(f"/nhiem-vu/{TASK}")
    keys, focused = officer.page.keyboard, "document.activeElement"

    keys.press("Tab")
    skip = officer.page.evaluate(f"{focused}.getAttribute('href')")
    keys.press("Enter")
    for _ in range(40):
        keys.press("Tab")
        if (officer.page.evaluate(f"{focused}.getAttribute('href')") or "").endswith("/bao-cao"):
            break
    outline = officer.page.evaluate(f"getComputedStyle({focused}).outlineStyle")
    officer.key("Enter")

    assert skip == "#main"
    assert outline != "none"
    assert officer.page.url.partition("?")[0].endswith(f"{TASK}/bao-cao")
