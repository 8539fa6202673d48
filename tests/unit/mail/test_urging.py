"""What a mail says to somebody who is urged by hand: by whom, what for, and how the work stands."""

from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest

from dondoc.mail.compose import Sender
from dondoc.mail.phrases import phrases
from dondoc.mail.render import MailRenderer
from tests.support.letters import event, letter

TODAY = date(2026, 5, 20)
RENDERER = MailRenderer(
    Sender(name="Theo dõi", address="dondoc@coquan.test", reply_to="vp@coquan.test"),
    zone=ZoneInfo("Asia/Ho_Chi_Minh"),
    office="Sở Ví dụ",
)
URGED = event("urged", actor="Vũ Thị Hoà", note="Gửi dự thảo trước họp giao ban")


@pytest.mark.parametrize(
    ("left", "status", "when"),
    [
        (2, "Nhắc việc – còn 2 ngày làm việc", ", còn 2 ngày làm việc đến hạn."),
        (0, "Nhắc việc – đến hạn hôm nay", ", đến hạn hôm nay."),
        (-3, "Nhắc việc – quá hạn 3 ngày làm việc",
         ", đã quá hạn 3 ngày làm việc, chưa có báo cáo kết quả."),
    ],
)  # fmt: skip
def test_who_urges_and_how_the_work_stands_come_first(left: int, status: str, when: str) -> None:
    due = TODAY + timedelta(days=left)
    item = replace(URGED, due_on=due, effective_due_on=due, working_days_left=left)

    said = phrases(item, today=TODAY, office="Văn phòng Sở")

    assert said.status == status
    assert said.opening == f"Đồng chí Vũ Thị Hoà đề nghị đồng chí đẩy nhanh nhiệm vụ sau{when}"
    assert dict(said.facts)["Người nhắc"] == "Vũ Thị Hoà"
    assert dict(said.facts)["Đề nghị"] == "Gửi dự thảo trước họp giao ban"
    assert "Văn phòng Sở" in said.ask


def test_work_without_a_date_is_said_to_be_neither_late_nor_in_time() -> None:
    item = replace(URGED, due_on=None, effective_due_on=None, working_days_left=None, note=None)

    said = phrases(item, today=TODAY, office="Văn phòng Sở")

    assert said.status == "Nhắc việc"
    assert said.opening == "Đồng chí Vũ Thị Hoà đề nghị đồng chí đẩy nhanh nhiệm vụ sau."
    assert "Đề nghị" not in dict(said.facts)


def test_who_stands_in_for_somebody_is_named_with_him() -> None:
    item = replace(URGED, acted_for="Trần Quốc Thanh")

    said = phrases(item, today=TODAY, office="Văn phòng Sở")

    assert dict(said.facts)["Người nhắc"] == "Vũ Thị Hoà (thay đồng chí Trần Quốc Thanh)"
    assert said.opening.startswith("Đồng chí Vũ Thị Hoà (thay đồng chí Trần Quốc Thanh) đề nghị")


def test_whoever_stands_above_the_work_is_asked_to_see_to_it() -> None:
    said = phrases(replace(URGED, position="leader_in_charge"), today=TODAY, office="Văn phòng Sở")

    assert "đề nghị đồng chí quan tâm chỉ đạo nhiệm vụ sau" in said.opening
    assert "cho ý kiến chỉ đạo" in said.ask


def test_several_from_two_people_name_both_and_what_each_asks_for() -> None:
    other = replace(URGED, code="II.5.2", title="Việc khác", actor="Lê Thọ", note=None)

    sent = RENDERER.render(letter(URGED, other))

    body = message_from_bytes(sent.content, policy=policy.default).get_body(("plain",))
    assert body is not None
    text = " ".join(body.get_content().split())
    opening = "Đồng chí Vũ Thị Hoà, đồng chí Lê Thọ đề nghị đồng chí đẩy nhanh 2 nhiệm vụ sau."
    assert sent.subject == "Nhắc 2 việc: KH-2026"
    assert opening in text
    assert "Người nhắc: Lê Thọ" in text
    assert "Đề nghị: Gửi dự thảo trước họp giao ban" in text
