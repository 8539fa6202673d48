"""What people do on the page of a task: by forms, on the version they saw, with what they typed."""

import re
from datetime import date
from typing import Any

import pytest

from dondoc.web.tasks import deeds
from dondoc.web.visit import Visit
from engine.commands.contributions import Asking, ask
from engine.commands.tasks import find
from tests.support.web import Site

_T1 = "/nhiem-vu/KH-2014/T1"


def _post(site: Site, who: str, act: str, code: str = "T1", **fields: Any) -> Any:
    """Post the form of an act on the version that is there now."""
    if "version" not in fields:
        with site.app.database.read() as tx:
            fields["version"] = find(tx, f"KH-2014/{code}").task.version
    return site.as_(who).post(f"/nhiem-vu/KH-2014/{code}/{act}", data=fields)


def test_a_task_goes_its_whole_way_by_forms(site: Site) -> None:
    states = []
    for who, act, fields in (
        ("cv", "nhan-viec", {}),
        ("cv", "bao-cao", {"note": "Đã ban hành", "number": "45/TTr", "number_day": "2014-01-14"}),
        ("cv", "rut-bao-cao", {"note": "bổ sung"}),
        ("tp", "bao-cao", {"note": "Đã ban hành", "number": "46/TTr"}),
        ("cvp", "tra-lai", {"note": "thiếu phụ lục", "due": "2014-02-14"}),
        ("cv", "bao-cao", {"note": "Đủ hồ sơ", "number": "47/TTr"}),
        ("cvp", "xac-nhan", {}),
        ("gd", "mo-lai", {"note": "kiểm tra lại", "decision": "12/QĐ"}),
        ("gd", "huy", {"note": "thôi", "decision": "13/QĐ"}),
    ):
        answer = _post(site, who, act, **fields)
        assert answer.status_code == 303, (act, answer.text)
        states.append(site.world.row().state)

    assert states == [
        "in_progress", "reported", "in_progress", "reported", "in_progress", "reported",
        "verified", "in_progress", "cancelled",
    ]  # fmt: skip
    assert site.world.row().due_on == date(2014, 2, 14)
    assert "45/TTr ngày 14/01/2014" in site.as_("cv").get(_T1).text


def test_date_and_person_are_changed_by_forms(site: Site) -> None:
    moved = _post(site, "cvp", "dat-han", due="2014-02-20", note="chờ góp ý")
    given = _post(site, "tp", "doi-nguoi", to="cv2")

    assert (moved.status_code, given.status_code) == (303, 303)
    row = site.world.row()
    assert row.due_on == date(2014, 2, 20)
    assert row.assignee_id == site.world.ids["cv2"]


def test_what_a_new_date_changes_is_shown_before_it_is_set(site: Site) -> None:
    before = site.world.row()

    shown = _post(site, "cvp", "dat-han", due="2014-02-20", note="chờ", buoc="preview")

    assert shown.status_code == 200
    assert "20/01/2014 → <strong>20/02/2014</strong>" in shown.text
    assert "Được báo ngay" in shown.text
    assert "20/02/2014 07:30" in shown.text
    assert site.world.row() == before


def test_obstacles_and_requests_for_time_are_raised_and_answered_by_forms(site: Site) -> None:
    raised = _post(site, "cv", "vuong-mac", category="funding", note="chờ kinh phí")
    asked = _post(site, "cv", "gia-han", due="2014-02-20", note="chờ kinh phí")

    answered = _post(site, "pgd", "cho-y-kien", "T1:vm1", note="cho ứng trước",
                     pause_from="2014-01-15", pause_to="2014-01-17")  # fmt: skip
    granted = _post(site, "pgd", "dong-y", "T1:gh1", due="2014-02-18")

    assert [one.status_code for one in (raised, asked, answered, granted)] == [303] * 4
    assert site.world.row().due_on == date(2014, 2, 18)
    page = site.as_("cv").get(_T1).text
    assert "cho ứng trước" in page
    assert "Cho đến 18/02/2014" in page


def test_a_request_is_taken_back_by_one_press(site: Site) -> None:
    _post(site, "cv", "gia-han", due="2014-02-20", note="chờ")

    answer = _post(site, "cv", "rut-lai", "T1:gh1")

    assert answer.status_code == 303
    assert "đã rút" in site.as_("cv").get(_T1).text


def test_a_contribution_is_asked_for_delivered_and_accepted_by_forms(site: Site) -> None:
    asked = _post(site, "cv", "phoi-hop", unit="VP", due="2014-01-18", what="Số liệu")
    delivered = _post(site, "cvp", "bao-cao", "T1:VP", note="gửi", number="9/BC")

    returned = _post(site, "cv", "tra-lai", "T1:VP", note="thiếu quý IV")
    again = _post(site, "cvp", "bao-cao", "T1:VP", note="đủ", number="10/BC")
    accepted = _post(site, "cv", "xac-nhan", "T1:VP")

    everything = (asked, delivered, returned, again, accepted)
    assert [one.status_code for one in everything] == [303] * 5
    assert "đã nhận" in site.as_("cv").get(_T1).text


def test_a_unit_that_does_not_deliver_is_gone_without(site: Site) -> None:
    _post(site, "cv", "nhan-viec")
    asking = Asking(task="T1", unit="VP", due=date(2014, 1, 18), what="Số liệu")
    with site.app.database.begin() as tx:
        ask(tx, asking, by=("cv", None), rules=site.app.rules, at=site.now)
    blocked = site.as_("cv").get(_T1).text

    answer = _post(site, "cv", "khong-giao", "T1:VP", note="không có số liệu")

    assert "còn chờ phần phối hợp của VP" in blocked
    assert "contribution" not in blocked
    assert answer.status_code == 303
    assert f'href="{_T1}/bao-cao"' in site.as_("cv").get(_T1).text


def test_whoever_was_told_answers_with_a_day(site: Site) -> None:
    site.world.slots("2014-01-20", "2014-01-20")

    answer = _post(site, "cv", "hen-ngay", note="đang trình", promise="2014-01-21")

    assert answer.status_code == 303
    assert "đang trình" in site.as_("cv").get(_T1).text


def test_nothing_typed_is_lost_when_a_form_cannot_be_taken(site: Site) -> None:
    _post(site, "cv", "nhan-viec")

    answer = _post(site, "cv", "bao-cao", note="Đã xong phần một & hai", left_due="không phải")

    assert answer.status_code == 422
    assert "Đã xong phần một &amp; hai" in answer.text
    assert 'href="#left_due"' in answer.text
    assert site.world.row().state == "in_progress"


def test_a_report_without_proof_is_sent_back_to_its_writer(site: Site) -> None:
    _post(site, "cv", "nhan-viec")

    answer = _post(site, "cv", "bao-cao", note="xong")

    assert answer.status_code == 422
    assert "Hãy ghi số văn bản hoặc chọn tệp." in answer.text
    assert 'href="#number"' in answer.text
    assert "xong" in answer.text


def test_a_report_of_a_part_becomes_a_request_for_time_with_what_is_left(site: Site) -> None:
    _post(site, "cv", "nhan-viec")
    typed = {"note": "đã xong phụ lục 1", "number": "1/BC", "extent": "part"}
    bare = site.as_("cv").get(f"{_T1}/gia-han?tu=bao-cao").text

    missing = _post(site, "cv", "bao-cao", **typed)
    led = _post(site, "cv", "bao-cao", **typed, left="phụ lục 2", left_due="2014-02-10")
    before = site.world.row().state, site.world.entries("task:")
    form = site.as_("cv").get(led.headers["location"]).text
    reason = str(re.search(r'name="note".*?>(.*?)</textarea>', form, re.DOTALL)[1])  # type: ignore[index]
    sent = _post(site, "cv", "gia-han", note=reason, due="2014-02-10")
    report = site.as_("cv").get(f"{_T1}/bao-cao").text

    assert (missing.status_code, led.status_code, sent.status_code) == (422, 303, 303)
    assert led.headers["location"] == f"{_T1}/gia-han?tu=bao-cao"
    assert before[0] == "in_progress"
    assert "Báo cáo chưa gửi đi" in form
    assert "Báo cáo chưa gửi đi" not in bare
    assert 'value="2014-02-10"' in form
    assert reason.splitlines()[::2] == [
        "đã xong phụ lục 1", "Hoàn thành một phần; còn lại: phụ lục 2", "Văn bản đã có: 1/BC",
    ]  # fmt: skip
    assert site.world.row("T1:gh1").state == "requested"
    assert "đã xong phụ lục 1" in report
    assert [one.action for one in site.world.entries("request:")] == []


def test_a_part_is_not_reported_where_more_time_is_asked_for_already(site: Site) -> None:
    _post(site, "cv", "nhan-viec")
    _post(site, "cv", "gia-han", due="2014-02-20", note="chờ kinh phí")

    answer = _post(
        site, "cv", "bao-cao", note="một nửa", extent="part", left="nửa kia", number="1/BC"
    )

    assert answer.status_code == 422
    assert 'href="#extent"' in answer.text
    assert "nửa kia" in answer.text
    assert site.world.row().state == "in_progress"


def test_who_grants_time_sees_what_comes_of_it_before_he_does(site: Site) -> None:
    _post(site, "cv", "gia-han", due="2014-02-15", note="chờ kinh phí")
    before, entries = site.world.row(), site.world.entries("task:")
    reader = site.as_("pgd")

    form = reader.get("/nhiem-vu/KH-2014/T1:gh1/dong-y").text
    other = _post(site, "pgd", "dong-y", "T1:gh1", due="2014-02-20", buoc="preview")
    past = _post(site, "pgd", "dong-y", "T1:gh1", due="2014-01-16", buoc="preview")

    assert "chờ kinh phí" in form
    assert "20/01/2014 → <strong>17/02/2014</strong>" in form
    assert "Ngày ghi là 15/02/2014" in form
    assert "Được báo ngay" in form
    assert "17/02/2014 07:30" in form
    assert "20/01/2014 → <strong>20/02/2014</strong>" in other.text
    assert (other.status_code, past.status_code) == (200, 422)
    assert 'href="#due"' in past.text
    assert site.world.row() == before
    assert site.world.entries("task:") == entries


def test_whoever_was_slower_sees_what_changed_and_keeps_what_he_typed(site: Site) -> None:
    _post(site, "cv", "nhan-viec")
    seen = site.world.row().version
    _post(site, "cvp", "dat-han", due="2014-02-20", note="dời một tháng")

    answer = _post(site, "cv", "bao-cao", version=seen, note="Bài viết dài", number="45/TTr")
    again = _post(site, "cv", "bao-cao", note="Bài viết dài", number="45/TTr")

    assert answer.status_code == 409
    assert "Bài viết dài" in answer.text
    assert "45/TTr" in answer.text
    assert "dời một tháng" in answer.text
    assert f'name="version" value="{seen + 1}"' in answer.text
    assert again.status_code == 303
    assert [one.action for one in site.world.entries("request:")] == ["task.refused"]


def test_whoever_comes_second_is_told_who_was_first_and_when(site: Site) -> None:
    _post(site, "cv", "nhan-viec")
    seen = site.world.row().version
    _post(site, "tp", "bao-cao", note="xong", number="1/BC")

    late = _post(site, "cv", "bao-cao", version=seen, note="của tôi", number="2/BC")
    form = site.as_("cv").get(f"{_T1}/bao-cao")

    assert late.status_code == form.status_code == 409
    assert "của tôi" in late.text
    for page in (late.text, form.text):
        assert "tp" in page
        assert "15/01/2014 08:00" in page


@pytest.mark.parametrize(
    ("who", "act"), [("cv2", "bao-cao"), ("cv", "xac-nhan"), ("cvp", "huy"), ("cv", "dat-han")]
)
def test_what_is_not_ones_to_do_is_refused_with_the_reason_and_recorded(
    site: Site, who: str, act: str
) -> None:
    for trigger in ("start", "report") if act == "xac-nhan" else ("start",):
        site.world.do("cv", trigger)
    before = site.world.row()

    form = site.as_(who).get(f"{_T1}/{act}")
    answer = _post(site, who, act, note="x", number="1", decision="1", due="2014-03-03")

    assert form.status_code == answer.status_code == 403
    assert "được làm việc này" in answer.text
    assert site.world.row() == before
    assert [one.actor for one in site.world.entries("request:")] == [who]


def test_who_reported_may_not_verify_even_as_a_substitute(site: Site) -> None:
    site.world.delegate("cvp", "cv", first="2014-01-10", last="2014-01-31")
    site.world.do("cv", "start")
    site.world.do("cv", "report")

    answer = _post(site, "cv", "xac-nhan", thay="cvp")

    assert answer.status_code == 403
    assert site.world.row().state == "reported"


def test_a_substitute_acts_in_the_name_of_the_person_he_stands_in_for(site: Site) -> None:
    site.world.delegate("cvp", "cv2", first="2014-01-10", last="2014-01-31")
    site.world.do("cv", "start")
    site.world.do("cv", "report")

    page = site.as_("cv2").get(_T1).text
    answer = _post(site, "cv2", "xac-nhan", thay="cvp")

    assert "Xác nhận (thay cvp)" in page
    assert f"{_T1}/xac-nhan?thay=cvp" in page
    assert answer.status_code == 303
    moved = site.world.history()[-1]
    assert (moved.actor, moved.on_behalf_of) == ("cv2", "cvp")


@pytest.mark.parametrize("field", ["state", "lead", "assignee_id", "title", "actor"])
def test_a_form_takes_no_field_that_is_not_its_own(site: Site, field: str) -> None:
    before = site.world.row()

    answer = _post(site, "cv", "nhan-viec", **{field: "verified"})

    assert answer.status_code == 422
    assert site.world.row() == before


def test_opening_forms_changes_nothing(site: Site) -> None:
    entries = len(site.world.entries(""))
    reader = site.as_("gd")

    for act in ("nhan-viec", "bao-cao", "huy", "dat-han", "doi-nguoi", "gia-han", "khong-co"):
        reader.get(f"{_T1}/{act}")

    assert reader.get(f"{_T1}/khong-co").status_code == 404
    # Beside the session that was opened.
    assert len(site.world.entries("")) == entries + 1


def test_s29_a_date_in_somebodys_absence_is_pointed_out_before_it_is_set(site: Site) -> None:
    site.world.delegate("cv", "cv2", first="2014-02-17", last="2014-02-28")

    shown = _post(site, "cvp", "dat-han", due="2014-02-20", note="chờ", buoc="preview")

    assert shown.status_code == 200
    assert "note warn" in shown.text
    assert "28/02/2014" in shown.text


def test_everything_that_is_missing_is_said_at_once(site: Site) -> None:
    _post(site, "cv", "nhan-viec")

    report = _post(site, "cv", "bao-cao", extent="part")
    date_set = _post(site, "cvp", "dat-han")

    assert (report.status_code, date_set.status_code) == (422, 422)
    for name in ("note", "left"):
        assert f'href="#{name}"' in report.text
    for name in ("due", "note"):
        assert f'href="#{name}"' in date_set.text


def test_a_task_whose_evidence_is_optional_is_reported_without(site: Site) -> None:
    site.world.plan(
        {"code": "T9", "lead": "CNTT", "assignee": "cv", "due": "2014-02-10",
         "evidence": "optional"},
        code="KH-2",
    )  # fmt: skip
    site.world.do("cv", "start", "T9")
    reader, version = site.as_("cv"), site.world.row("T9").version

    answer = reader.post("/nhiem-vu/KH-2/T9/bao-cao", data={"version": version, "note": "xong"})

    assert answer.status_code == 303
    assert site.world.row("T9").state == "reported"


def test_a_race_lost_at_the_last_moment_loses_nothing_typed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    _post(site, "cv", "nhan-viec")
    carry_out = deeds.carry_out

    def overtaken(visit: Visit, deed: deeds.Deed) -> None:
        site.world.do("cvp", "set_due", note="dời", due=date(2014, 2, 20))
        carry_out(visit, deed)

    monkeypatch.setattr(deeds, "carry_out", overtaken)
    reported = _post(site, "cv", "bao-cao", note="Bài viết dài", number="45/TTr")
    asked = _post(site, "cv", "gia-han", due="2014-03-20", note="Chờ các huyện")

    assert (reported.status_code, asked.status_code) == (409, 409)
    assert "Bài viết dài" in reported.text
    assert "Chờ các huyện" in asked.text
    assert site.world.row().state == "in_progress"
    assert len(site.world.entries("request:")) == 2
