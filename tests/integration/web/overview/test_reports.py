"""Periodic reports on screen: those that exist, their windows, and what is missing in them."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from config.defaults import default_policy
from engine import periodic
from engine.clock import PinnedClock
from engine.office import Office
from engine.report_lines import lines_from_mapping
from engine.store.change import Evidence
from engine.store.rulebooks import Rules
from engine.store.session import Database
from tests.support.office import ZONE, World, local
from tests.support.reports import ask_for, make_up
from tests.support.web import Site, site_of


@pytest.fixture
def world(office_database: Database) -> World:
    """An office with five people, on Wednesday 2014-01-15, 08:00 local; its reports are known."""
    reports = lines_from_mapping(default_policy().report_lines)
    rules = Rules(Office(zone=ZONE, reports=reports))
    return World(office_database, PinnedClock(local("2014-01-15T08:00")), rules=rules).found()


@pytest.fixture
def reporting(world: World, tmp_path: Path) -> Iterator[Site]:
    """An office on 2014-03-10 with monthly and quarterly reports, and tasks around a cut-off."""
    ask_for(
        world, "month", "quarter",
        items=(
            {"code": "T1", "lead": "CNTT", "assignee": "cv", "due": "2014-02-10"},
            {"code": "T2", "lead": "CNTT", "assignee": "cv", "due": "2014-02-14"},
            {"code": "T3", "lead": "CNTT", "assignee": "cv", "due": "2014-02-17"},
            {"code": "T4", "lead": "VP", "assignee": "cvp", "due": "2014-02-20"},
        ),
    )  # fmt: skip
    for day, code in (("02-13", "T1"), ("02-14", "T2"), ("02-17", "T3")):
        world.now(f"2014-{day}T09:00")
        world.do("cv", "start", code)
        world.do("cv", "report", code, note="xong", evidence=(Evidence(name="1/BC"),))
        if code != "T3":
            world.do("cvp", "verify", code)
    world.now("2014-03-10T09:00")
    make_up(world)
    made = site_of(world, tmp_path)
    yield made
    made.close()


def _window(site: Site, first: date, last: date) -> dict[str, tuple[int, int, int, int]]:
    with site.app.database.read() as tx:
        found = periodic.window(tx, "KH-2014", first, last, rules=site.app.rules)
    return {one.code: (one.on_time, one.late, one.waiting, one.unreported) for one in found}


def test_s54_a_task_counts_in_the_window_of_its_report(reporting: Site) -> None:
    february = _window(reporting, date(2014, 1, 15), date(2014, 2, 14))
    march = _window(reporting, date(2014, 2, 15), date(2014, 3, 14))

    assert february == {"CNTT": (1, 1, 0, 0)}
    assert march == {"CNTT": (0, 0, 1, 0), "VP": (0, 0, 0, 1)}


def test_the_reports_of_a_plan_are_listed_with_window_date_and_state(reporting: Site) -> None:
    page = reporting.as_("cvp").get("/bao-cao").text

    assert "Báo cáo tháng 2/2014" in page
    assert "15/01/2014 – 14/02/2014" in page or "15/1/2014 – 14/2/2014" in page
    assert "Quá hạn gửi" in page
    assert "Báo cáo hằng quý" in page


def test_whoever_follows_the_plan_urges_from_a_report_those_who_have_not_reported(
    reporting: Site,
) -> None:
    page = reporting.as_("gd").get("/bao-cao/KH-2014/BC-2014-03").text
    officer = reporting.as_("cv").get("/bao-cao/KH-2014/BC-2014-03").text
    (wanted,) = re.findall(r'name="loc" value="([^"]*)"', page)

    chosen = reporting.as_("gd").post(
        "/nhiem-vu/chon",
        data={"loc": wanted.replace("&amp;", "&"), "tat_ca": "1", "lam": "urge"},
    )

    assert "status=open" in wanted
    assert "KH-2014/T4" in chosen.text
    assert "KH-2014/T3" not in chosen.text
    assert 'value="urge"' not in officer


def test_a_report_says_what_its_window_holds_and_which_unit_is_missing(reporting: Site) -> None:
    reader = reporting.as_("cvp")
    href = re.findall(r'href="(/bao-cao/KH-2014/[^"]*)"', reader.get("/bao-cao").text)
    march = next(one for one in href if one.endswith("2014-03"))

    page = reader.get(march).text

    missing = page.split("Còn thiếu")[1].split("</ul>")[0]
    assert "Văn phòng Sở</a>: 1 việc đến hạn trong kỳ chưa báo cáo" in missing
    assert "Phòng Công nghệ thông tin" not in missing
    assert "/nhiem-vu?unit=VP&amp;plan=KH-2014&amp;due=2014-02-15..2014-03-14" in missing
    assert f"{march.replace('bao-cao', 'nhiem-vu')}/da-gui" in page


def test_who_may_not_send_a_report_is_offered_no_button_for_it(reporting: Site) -> None:
    page = reporting.as_("gd").get("/bao-cao/KH-2014/BC-2014-03")

    assert page.status_code == 200
    assert "/da-gui" not in page.text


def test_whoever_may_not_see_a_report_does_not_find_it(reporting: Site) -> None:
    reader = reporting.as_("tp")

    listed, one = reader.get("/bao-cao"), reader.get("/bao-cao/KH-2014/BC-2014-03")

    assert "BC-2014-03" not in listed.text
    assert "Chưa có báo cáo nào được mở mà đồng chí xem được" in listed.text
    assert one.status_code == 404
    assert reporting.as_("gd").get("/bao-cao/KH-2014/BC-1999").status_code == 404


def test_without_a_plan_the_page_says_what_will_be_there(world: World, tmp_path: Path) -> None:
    made = site_of(world, tmp_path)

    page = made.as_("gd").get("/bao-cao")

    assert page.status_code == 200
    assert "Ở đây sẽ có các báo cáo" in page.text
    made.close()


@pytest.fixture
def early(world: World, tmp_path: Path) -> Iterator[Site]:
    """An office whose monthly report is due before its window closes."""
    rule = {
        "code": "thang", "name": "Báo cáo", "period": "month", "closes": 14,
        "send_by": "day 6", "recipient": "Sở Nội vụ", "source": "", "replaced_by": {},
    }  # fmt: skip
    ask_for(world, "month", rule=rule)
    made = site_of(world, tmp_path)
    yield made
    made.close()


def test_s55_a_report_that_is_due_before_its_window_closes_says_how_far_its_figures_go(
    early: Site,
) -> None:
    reader = early.as_("cvp")
    href = re.findall(r'href="(/bao-cao/KH-2014/[^"]*)"', reader.get("/bao-cao").text)[-1]

    page = reader.get(href).text

    assert "nhưng báo cáo phải gửi trước ngày đó: số liệu chỉ đến" in page
    assert "sớm hơn ngày chốt kỳ" in page
