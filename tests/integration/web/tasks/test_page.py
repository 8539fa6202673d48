"""The page of a task: everything known of it, and what whoever looks can do there."""

import re
from datetime import date

from engine.audit.seal import seal
from engine.commands import contributions, extensions
from engine.commands.contributions import Asking
from engine.commands.extensions import Asked
from tests.support.web import Site

_T1 = "/nhiem-vu/KH-2014/T1"


def test_the_page_of_a_task_shows_its_life_and_its_people(site: Site) -> None:
    answer = site.as_("cv").get(_T1)

    assert answer.status_code == 200
    shown = (
        "Việc T1", "thứ Hai, ngày 20 tháng 01 năm 2014", "Phòng Công nghệ thông tin",
        "Được giao", "Đang thực hiện", "Đã báo cáo", "Đã xác nhận", "Nhận việc",
    )  # fmt: skip
    assert [words for words in shown if words not in answer.text] == []


def test_a_bare_code_leads_to_the_task(site: Site) -> None:
    answer = site.as_("cv").get("/nhiem-vu/T1")

    assert answer.status_code == 303
    assert answer.headers["location"] == _T1


def test_a_task_that_one_may_not_see_does_not_exist(site: Site) -> None:
    site.world.unit("TC")
    site.world.person("la", "TC")
    stranger = site.as_("la")

    answers = [stranger.get(path) for path in (_T1, "/nhiem-vu/T1", f"{_T1}/bao-cao")]
    nothing = stranger.get("/nhiem-vu/KH-2014/T99")

    assert [one.status_code for one in answers] == [404, 404, 404]
    assert nothing.status_code == 404
    assert "Việc T1" not in "".join(one.text for one in answers)


def test_only_whoever_may_is_offered_a_button_and_the_others_are_told_who(site: Site) -> None:
    site.world.do("cv", "start")
    site.world.do("cv", "report")

    verifier, reporter = site.as_("cvp").get(_T1).text, site.as_("cv").get(_T1).text

    assert f'href="{_T1}/xac-nhan"' in verifier
    assert f'href="{_T1}/xac-nhan"' not in reporter
    assert "Chỉ cvp (người xác nhận) được làm việc này." in reporter


def test_a_task_is_started_by_one_press(site: Site) -> None:
    reader = site.as_("cv")

    answer = reader.post(f"{_T1}/nhan-viec", data={"version": site.world.row().version})

    assert answer.status_code == 303
    assert site.world.row().state == "in_progress"
    assert "Đã ghi: Nhận việc." in reader.get(answer.headers["location"]).text


def test_a_request_to_a_leader_is_shown_and_decided_on_the_page_of_its_task(site: Site) -> None:
    asked = Asked(task="T1", due=date(2014, 2, 20), reason="chờ ý kiến")
    with site.app.database.begin() as tx:
        extensions.ask(tx, asked, by=("cv", None), rules=site.app.rules, at=site.now)

    page = site.as_("pgd").get(_T1).text
    moved = site.as_("pgd").get("/nhiem-vu/KH-2014/T1:gh1")

    assert "chờ ý kiến" in page
    assert "/nhiem-vu/KH-2014/T1%3Agh1/dong-y" in page
    assert moved.status_code == 303
    assert moved.headers["location"].startswith(_T1)


def test_a_contribution_has_a_page_of_its_own_for_whoever_owes_it(site: Site) -> None:
    asking = Asking(task="T1", unit="VP", due=date(2014, 1, 18), what="Số liệu văn thư")
    with site.app.database.begin() as tx:
        contributions.ask(tx, asking, by=("cv", None), rules=site.app.rules, at=site.now)

    page = site.as_("cvp").get("/nhiem-vu/KH-2014/T1:VP")

    assert page.status_code == 200
    assert "Số liệu văn thư" in page.text
    assert "Gửi phần phối hợp" in page.text or "Nhận việc" in page.text


def test_the_list_a_reader_comes_from_leads_on_to_its_other_tasks(site: Site) -> None:
    page = site.as_("tp").get(_T1, params={"trong": "unit=CNTT&sort=due"}).text

    assert "/nhiem-vu/KH-2014/T2?trong=" in page
    assert 'rel="next"' in page
    assert 'rel="prev"' not in page


def test_events_can_be_narrowed_to_what_people_said(site: Site) -> None:
    site.world.do("cv", "start")
    site.as_("cv").post(f"{_T1}/trao-doi", data={"words": "Đã gửi dự thảo"})

    everything, talk = (site.as_("cv").get(f"{_T1}{more}").text for more in ("", "?xem=talk"))

    assert "Đã gửi dự thảo" in everything
    assert "Đã gửi dự thảo" in talk
    assert "Được giao → Đang thực hiện" in everything
    assert "Được giao → Đang thực hiện" not in talk


def test_the_page_tells_who_will_hear_of_a_task_that_nobody_reports(site: Site) -> None:
    page = site.as_("cv").get(_T1).text

    assert "Nhắc tới" in page
    assert "20/01/2014 07:30" in page
    assert "Báo lên lãnh đạo phụ trách" in page


def test_numbers_of_the_log_are_shown_to_whoever_reads_the_log(site: Site) -> None:
    site.world.do("cv", "start")
    with site.app.database.begin() as tx:
        seal(tx, at=site.now)

    reader, other = site.as_("gd").get(_T1).text, site.as_("cv").get(_T1).text

    assert 'href="/nhat-ky/' in reader
    assert 'href="/nhat-ky/' not in other


def test_a_leader_who_is_asked_is_led_to_what_waits_for_him(site: Site) -> None:
    asked = Asked(task="T1", due=date(2014, 2, 20), reason="chờ ý kiến")
    with site.app.database.begin() as tx:
        extensions.ask(tx, asked, by=("cv", None), rules=site.app.rules, at=site.now)

    leader, officer = site.as_("pgd").get(_T1).text, site.as_("cv").get(_T1).text

    assert "Đề nghị gia hạn chờ đồng chí quyết định" in leader
    assert "Đề nghị gia hạn chờ đồng chí quyết định" not in officer
    assert leader.count('class="act first"') == 1


def test_english_readers_find_every_word_of_the_page(site: Site) -> None:
    reader = site.as_("cv")
    reader.cookies.set("dondoc-lang", "en", domain="127.0.0.1")

    page = reader.get(_T1).text

    for words in ("What to do", "This task is yours", "Facts", "Reminders", "Steps"):
        assert words in page
    assert "Việc cần làm" not in page


def test_nothing_of_a_task_is_there_for_whoever_may_not_see_it(site: Site) -> None:
    site.world.unit("TC")
    site.world.person("la", "TC", "unit_head")
    asked = Asked(task="T1", due=date(2014, 2, 20), reason="chờ ý kiến")
    with site.app.database.begin() as tx:
        extensions.ask(tx, asked, by=("cv", None), rules=site.app.rules, at=site.now)
    stranger, before = site.as_("la"), (site.world.row(), len(site.world.entries("task:")))
    acts = ("nhan-viec", "bao-cao", "huy", "dat-han", "vuong-mac", "phoi-hop", "minh-chung")
    filled = {"version": "1", "note": "x", "words": "x", "decision": "1"}

    shown = [stranger.get(f"{_T1}/{act}") for act in acts]
    shown += [stranger.get(f"{_T1}:gh1{more}") for more in ("", "/dong-y")]
    done = [
        stranger.post(f"{_T1}{act}", data=filled)
        for act in ("/nhan-viec", "/huy", ":gh1/dong-y", "/trao-doi", "/bao-cao/nhap")
    ]

    assert {one.status_code for one in (*shown, *done)} == {404}
    assert "Việc T1" not in "".join(one.text for one in (*shown, *done))
    assert (site.world.row(), len(site.world.entries("task:"))) == before


def test_everything_on_the_page_can_be_done_without_scripts(site: Site) -> None:
    site.world.do("cv", "start")
    page = site.as_("cv").get(_T1).text
    form = site.as_("cv").get(f"{_T1}/bao-cao").text

    assert f'href="{_T1}/bao-cao"' in page
    assert f'formaction="{_T1}/bao-cao/nhap"' in form
    assert 'enctype="multipart/form-data"' in form


def test_a_list_takes_its_filter_along_to_the_tasks_in_it(site: Site) -> None:
    listed = site.as_("tp").get("/nhiem-vu", params={"unit": "CNTT", "sort": "due"}).text

    link = re.search(r'href="(/nhiem-vu/KH-2014/T1\?trong=[^"]+)"', listed)

    assert link is not None
    assert 'rel="next"' in site.as_("tp").get(link[1].replace("&amp;", "&")).text


def test_a_heading_names_those_of_its_items_alone_that_its_reader_may_see(site: Site) -> None:
    site.world.plan(
        {"code": "M1", "heading": True, "lead": "CNTT"},
        {"code": "M1.1", "lead": "CNTT", "assignee": "cv", "due": "2014-03-03", "parent": "M1"},
        {"code": "M1.2", "lead": "VP", "assignee": "cvp", "due": "2014-03-04", "parent": "M1"},
        code="KH-MUC",
    )

    part = site.as_("cv").get("/nhiem-vu/KH-MUC/M1").text
    whole = site.as_("gd").get("/nhiem-vu/KH-MUC/M1").text

    assert "Việc M1.1" in part
    assert "M1.2" not in part
    assert "Việc M1.2" in whole
