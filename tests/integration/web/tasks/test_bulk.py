"""One thing done to many tasks: looked at before, done only when asked for, told of one by one."""

import pytest

from tests.support.web import Site

CHOSEN = {"viec": ["KH-2014/T1", "KH-2014/T2"], "lam": "start", "loc": "status=open"}


def test_a_look_at_what_would_happen_changes_nothing(site: Site) -> None:
    page = site.as_("cv").post("/nhiem-vu/chon", data=CHOSEN)

    assert page.status_code == 200
    assert "Chưa có gì thay đổi" in page.text
    assert page.text.count("Sẽ làm") >= 2
    assert site.world.row("T1").state == "assigned"
    assert site.world.entries("request:") == []


def test_what_was_looked_at_is_done_and_what_cannot_be_is_left_out_with_the_reason(
    site: Site,
) -> None:
    site.world.do("cv", "start", "T2")
    chosen = {**CHOSEN, "buoc": "lam", "ban": ["1", "2"]}

    page = site.as_("cv").post("/nhiem-vu/chon", data=chosen)

    assert "1 đã xong, 1 bỏ qua" in page.text
    assert site.world.row("T1").state == "in_progress"
    assert 'href="/nhiem-vu/KH-2014/T2"' in page.text
    assert len(site.world.entries("request:")) == 1


def test_g1_what_somebody_changed_since_the_look_is_left_out(site: Site) -> None:
    chosen = {"viec": ["KH-2014/T1"], "lam": "start", "buoc": "lam", "ban": ["1"]}
    site.world.do("gd", "set_due", "T1", due=site.world.row("T2").due_on, note="dời")

    page = site.as_("cv").post("/nhiem-vu/chon", data=chosen)

    assert "0 đã xong, 1 bỏ qua" in page.text
    assert site.world.row("T1").state == "assigned"


def test_fields_that_a_deed_asks_for_come_before_the_look(site: Site) -> None:
    chosen = {"viec": ["KH-2014/T1"], "lam": "reassign"}

    fields = site.as_("tp").post("/nhiem-vu/chon", data=chosen)
    missing = site.as_("tp").post("/nhiem-vu/chon", data={**chosen, "buoc": "xem"})
    looked = site.as_("tp").post("/nhiem-vu/chon", data={**chosen, "buoc": "xem", "to": "cv2"})
    site.as_("tp").post("/nhiem-vu/chon", data={**chosen, "buoc": "lam", "to": "cv2", "ban": "1"})

    assert fields.status_code == 200
    assert "Xem trước" in fields.text
    assert missing.status_code == 422
    assert "Hãy chọn người nhận" in missing.text
    assert "Sẽ làm với 1 nhiệm vụ" in looked.text
    assert site.world.row("T1").assignee_id == site.world.ids["cv2"]


def test_a_reason_that_the_deed_needs_is_asked_for_before_the_look(site: Site) -> None:
    chosen = {"viec": ["KH-2014/T1"], "lam": "set_due", "buoc": "xem", "due": "2014-02-12"}

    without = site.as_("gd").post("/nhiem-vu/chon", data=chosen)
    looked = site.as_("gd").post("/nhiem-vu/chon", data={**chosen, "note": "chờ văn bản"})

    assert without.status_code == 422
    assert "Hãy ghi lý do." in without.text
    assert "Sẽ làm với 1 nhiệm vụ" in looked.text


def test_everything_that_the_filter_lets_through_can_be_chosen(site: Site) -> None:
    chosen = {"tat_ca": "1", "lam": "start", "loc": "assignee=me&status=assigned"}

    page = site.as_("cv").post("/nhiem-vu/chon", data=chosen)

    assert page.status_code == 200
    assert [code for code in ("T1", "T2", "T3", "T4") if f"KH-2014/{code}" in page.text] == [
        "T1",
        "T2",
        "T3",
    ]


def test_what_somebody_may_not_see_is_not_there_to_be_chosen(site: Site) -> None:
    chosen = {"viec": ["KH-2014/T4", "KH-2014/NOWHERE"], "lam": "start"}

    page = site.as_("cv").post("/nhiem-vu/chon", data=chosen)

    assert page.text.count("Không tìm thấy nhiệm vụ này.") == 2
    assert "Việc T4" not in page.text


@pytest.mark.parametrize(
    "chosen",
    [
        {"lam": "start"},
        {"viec": "KH-2014/T1", "lam": "fly"},
        {"tat_ca": "1", "lam": "start", "loc": "stauts=open"},
        {"viec": [f"KH-2014/{number}" for number in range(501)], "lam": "start"},
    ],
)
def test_a_choice_that_is_none_is_answered_with_what_is_wrong(
    site: Site, chosen: dict[str, object]
) -> None:
    page = site.as_("cv").post("/nhiem-vu/chon", data=chosen)

    assert page.status_code == 422
    assert 'role="alert"' in page.text


def test_nothing_is_chosen_by_following_a_link(site: Site) -> None:
    answer = site.as_("cv").get("/nhiem-vu/chon?viec=KH-2014/T1&lam=start&buoc=lam")

    assert answer.status_code in (404, 405)
    assert site.world.row("T1").state == "assigned"
