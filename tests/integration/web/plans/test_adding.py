"""One more item of an active plan, given on a form: seen first, then given as it was seen."""

from datetime import date
from typing import Any

import pytest
from httpx2 import Response

from tests.support.handing import Desk, read

PATH = "/ke-hoach/KH-2014/giao-them"
FORM = {
    "version": "1", "place": "by:T1", "code": "", "title": "Công khai thủ tục", "kind": "task",
    "due": "2014-02-28", "output": "Báo cáo", "lead": "CNTT", "assignee": "cv", "verifier": "",
    "coordinating": ["VP"], "citations": "12/CT-UBND", "urgent": "yes", "decision": "15/QĐ-STTTT",
    "decided_on": "2014-01-15", "note": "Theo kết luận họp",
}  # fmt: skip


def post(desk: Desk, step: str, *, by: str = "cvp", **other: Any) -> Response:
    return desk.as_(by).post(PATH, data={**FORM, "buoc": step, **other})


def test_an_item_is_seen_with_whom_it_tells_before_it_is_given(desk: Desk) -> None:
    monitor = desk.as_("cvp")
    before = desk.counted()

    page = read(monitor.post(PATH, data={**FORM, "buoc": "xem"}))

    assert "Xem trước nhiệm vụ mới: T6" in page
    assert "cv@example.test" in page
    assert "tp@example.test" in page
    assert "Sau đó, nếu không có gì thay đổi" in page
    assert desk.counted() == before


def test_s46_what_was_seen_is_given_and_is_the_next_version(desk: Desk) -> None:
    answer = post(desk, "giao")

    row = desk.site.world.row("T6")
    assert answer.headers["location"] == "/nhiem-vu/KH-2014/T6?xong=assign"
    assert (row.state, row.due_on, row.is_urgent) == ("assigned", date(2014, 2, 28), True)
    assert desk.actions()[-1] == ("plan.adjusted", "cvp")
    page = read(desk.as_("cvp").get("/ke-hoach/KH-2014/so-sanh?a=1&b=2"))
    assert "Thêm T6 Công khai thủ tục" in page


def test_what_looks_odd_is_said_in_the_preview(desk: Desk) -> None:
    page = read(post(desk, "xem", title="Việc T1", due="2014-02-02", output="", citations=""))

    assert "Gần giống T1" in page
    assert "02/02/2014 là ngày nghỉ" in page
    assert "Chưa rõ sản phẩm." in page
    assert "Chưa rõ căn cứ" in page


@pytest.mark.parametrize("step", ["xem", "giao"])
def test_every_mistake_stands_at_its_field_and_nothing_typed_is_lost(desk: Desk, step: str) -> None:
    answer = post(desk, step, title=" ", due="", assignee="cvp", decided_on="", note="Gõ dở")

    assert answer.status_code == 422
    for name in ("title", "due", "assignee", "decided_on"):
        assert f'id="{name}-mistake"' in answer.text
    assert "<title>Lỗi: Giao thêm" in answer.text
    assert "Nội dung nhiệm vụ: Hãy điền chỗ này." in answer.text
    assert "Gõ dở" in answer.text
    assert 'name="coordinating" value="VP" checked' in answer.text
    assert "plan.adjusted" not in {action for action, _ in desk.actions()}


def test_a_preview_leads_back_to_the_form_as_it_was(desk: Desk) -> None:
    answer = post(desk, "sua", title="Chưa ưng ý")

    assert answer.status_code == 200
    assert "Chưa ưng ý" in answer.text
    assert 'value="15/QĐ-STTTT"' in answer.text


def test_whoever_was_slower_sees_what_changed_beside_what_he_typed(desk: Desk) -> None:
    post(desk, "giao")

    answer = post(desk, "giao", title="Việc của người chậm hơn")

    page = read(answer)
    assert answer.status_code == 409
    assert "Vừa có người thay đổi kế hoạch" in page
    assert "Phiên bản 2: cvp" in page
    assert "Đã thêm: T6 Công khai thủ tục" in page
    assert "Việc của người chậm hơn" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert desk.actions()[-1] == ("command.refused", "cvp")


def test_who_may_not_change_plans_is_offered_nothing_and_gives_nothing(desk: Desk) -> None:
    officer = desk.as_("cv")

    refused = post(desk, "giao", by="cv")

    assert officer.get(PATH).status_code == refused.status_code == 403
    assert desk.actions()[-1] == ("command.refused", "cv")
    assert "giao-them" not in officer.get("/nhiem-vu?status=open&sort=due").text
    assert "giao-them" not in officer.get("/ke-hoach/KH-2014").text
    monitor = desk.as_("cvp")
    assert PATH in monitor.get("/nhiem-vu?status=open&sort=due").text
    assert PATH in monitor.get("/ke-hoach/KH-2014").text


def test_other_words_are_written_with_their_decision(desk: Desk) -> None:
    path, monitor = "/nhiem-vu/KH-2014/T1/sua", desk.as_("cvp")
    form = {"version": "1", "title": "Nội dung khác hẳn", "output": "Tờ trình",
            "decision": "16/QĐ", "decided_on": "2014-01-15", "note": ""}  # fmt: skip

    offered = monitor.get("/nhiem-vu/KH-2014/T1").text
    answer = monitor.post(path, data=form)
    stale = monitor.post(path, data={**form, "title": "Chậm hơn"})
    same = monitor.post(path, data={**form, "version": "2"})
    wrong = monitor.post(path, data={**form, "version": "2", "title": "", "decided_on": ""})
    odd = monitor.post(path, data={**form, "version": "9" * 30})

    row = desk.site.world.row("T1")
    assert path in offered
    assert answer.headers["location"] == "/nhiem-vu/KH-2014/T1?xong=reword"
    assert (row.title, row.output, row.version) == ("Nội dung khác hẳn", "Tờ trình", 2)
    answers = (stale, same, wrong, odd)
    assert [one.status_code for one in answers] == [409, 422, 422, 422]
    assert "Chậm hơn" in stale.text
    assert "Nội dung hiện nay" in stale.text
    assert 'id="title-mistake"' in same.text
    assert 'id="decided_on-mistake"' in wrong.text


def test_words_are_changed_by_nobody_else_and_of_items_alone(desk: Desk) -> None:
    form = {"version": "1", "title": "Khác", "decision": "16/QĐ", "decided_on": "2014-01-15"}
    path = "/nhiem-vu/KH-2014/T1/sua"

    seen, unseen = (desk.as_(one).post(path, data=form) for one in ("tp", "vp1"))

    assert (seen.status_code, unseen.status_code) == (403, 403)
    assert desk.as_("cv").get(path).status_code == 403
    assert desk.as_("cv").get("/nhiem-vu/KH-2014/T4/sua").status_code == 404
    assert desk.site.world.row("T1").version == 1


def test_who_stands_in_gives_in_the_name_of_whom_he_stands_in_for(desk: Desk) -> None:
    desk.site.world.delegate("cvp", "vp1", first="2014-01-10", last="2014-01-31")

    page = desk.as_("vp1").get(PATH).text
    for_himself = post(desk, "giao", by="vp1")
    given = post(desk, "giao", by="vp1", thay="cvp")

    assert '<option value="cvp" selected>' in page
    assert (for_himself.status_code, given.status_code) == (403, 303)
    newest = desk.site.world.entries("plan:")[-1]
    assert (newest.actor, '"on_behalf_of":"cvp"' in newest.body) == ("vp1", True)
