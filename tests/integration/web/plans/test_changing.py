"""Changing a plan by a file: what it would do is shown first, and that is what it does."""

from datetime import date

import pytest
from httpx2 import Response

from tests.support.handing import DRAFT, Desk, clear, read

LATER = "Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Thời hạn\nT1,Nhiệm vụ T1,CNTT,28/2/2014\n"
FORM = {"decision": "12/QĐ-STTTT", "decided_on": "2014-01-14", "absent": "", "note": "bổ sung"}


def hand_in(
    desk: Desk, text: str, *, by: str = "cvp", code: str = "KH-2014", **more: str
) -> Response:
    form = {} if code == DRAFT else {**FORM, **more}
    files = {"file": ("quyet-dinh.csv", text.encode())}
    return desk.as_(by).post(f"/ke-hoach/{code}/dieu-chinh", data=form, files=files)


@pytest.fixture
def decided(desk: Desk) -> str:
    """The page of a decision that moves T1, not yet applied."""
    title = desk.site.world.row().title
    return hand_in(desk, LATER.replace("Nhiệm vụ T1", title)).headers["location"]


def test_s46_a_decision_is_seen_change_by_change_before_it_is_applied(
    desk: Desk, decided: str
) -> None:
    before = desk.site.world.row().due_on

    page = read(desk.as_("cvp").get(decided))
    unchanged = desk.site.world.row().due_on
    applied = desk.as_("cvp").post(decided, data={})

    assert "Thời hạn 20/1/2014 28/2/2014" in page.replace("20/01", "20/1").replace("28/02", "28/2")
    assert "Sẽ báo cho 2 người" in page
    assert unchanged == before
    assert applied.headers["location"] == "/ke-hoach/KH-2014?xong=doi"
    assert desk.site.world.row().due_on == date(2014, 2, 28)
    assert desk.imports() == [("done", True)]


def test_s46_two_versions_are_compared_field_by_field(desk: Desk, decided: str) -> None:
    reader = desk.as_("cvp")
    reader.post(decided, data={})

    page = read(reader.get("/ke-hoach/KH-2014/so-sanh?a=1&b=2"))

    assert "Đổi 1, thêm 0, bỏ 0." in page
    assert "Đổi T1" in page


def test_a_plan_that_moved_on_since_the_preview_is_shown_again(desk: Desk, decided: str) -> None:
    desk.site.world.do("cvp", "set_due", due=date(2014, 3, 14), note="lùi")

    answer = desk.as_("cvp").post(decided, data={})

    assert answer.status_code == 422
    assert "Kế hoạch đã thay đổi từ lần xem trước" in read(answer)
    assert desk.imports() == [("open", True)]


def test_who_may_not_adjust_prepares_and_applies_nothing(desk: Desk) -> None:
    title = desk.site.world.row().title
    prepared = hand_in(desk, LATER.replace("Nhiệm vụ T1", title), by="vp1").headers["location"]

    answer = desk.as_("vp1").post(prepared, data={})

    assert answer.status_code == 403
    assert "Áp dụng" not in read(desk.as_("vp1").get(prepared)).split("chỉ trưởng đơn vị")[0]
    assert desk.site.world.row().due_on == date(2014, 1, 20)


def test_a_stranger_hands_in_no_decision(desk: Desk) -> None:
    answer = hand_in(desk, LATER, by="cv")

    assert answer.status_code == 403
    assert desk.imports() == []


def test_rows_that_cannot_be_carried_out_are_all_named(desk: Desk) -> None:
    table = LATER + "T2,Một việc khác hẳn,Phòng lạ,28/2/2014\n"

    answer = hand_in(desk, table, note="Gõ dở")

    assert answer.status_code == 422
    assert 'id="mistakes"' in answer.text
    assert "Gõ dở" in answer.text
    assert desk.imports() == []


def test_a_decision_still_to_come_is_refused_at_its_field(desk: Desk) -> None:
    title = desk.site.world.row().title
    table = LATER.replace("Nhiệm vụ T1", title)

    answer = hand_in(desk, table, decided_on="2014-12-31")

    assert answer.status_code == 422
    assert 'id="decided_on-mistake"' in answer.text


def test_a_table_fills_a_draft_in_after_it_was_looked_at(desk: Desk) -> None:
    desk.draft(*clear())
    table = "Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Sản phẩm\n2,Tập huấn,CNTT,Biên bản\n"

    seen = hand_in(desk, table, by="vp1", code=DRAFT).headers["location"]
    page = read(desk.as_("vp1").get(seen))
    before = desk.rows()["2"].output
    applied = desk.as_("vp1").post(seen, data={})

    assert "Sản phẩm Báo cáo Biên bản" in page
    assert before == "Báo cáo"
    assert applied.headers["location"] == f"/ke-hoach/{DRAFT}/ra-soat"
    assert desk.rows()["2"].output == "Biên bản"
