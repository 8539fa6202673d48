"""Contributions in words: under the code of their task, and nothing in them is an order."""

from dataclasses import replace
from datetime import date

import pytest

from dondoc.mail import parts
from dondoc.mail.phrases import phrases
from engine.notices import OwedPart, PartOf
from tests.support.letters import REMINDER

TODAY = date(2026, 5, 20)
PART = PartOf(
    code="II.1.4.3",
    title="Sửa đổi Quy chế",
    lead_unit="Phòng Công nghệ",
    assignee="Trần Văn Bình",
    due_on=date(2026, 6, 30),
)
ITEM = replace(
    REMINDER, code="II.1.4.3:TC", title="Số liệu năm 2025", lead_unit="Phòng Tài chính", part=PART
)


def test_a_contribution_stands_under_the_code_of_its_task() -> None:
    shown = parts.titled(ITEM)

    assert (shown.code, shown.title) == (
        "II.1.4.3",
        "Phần phối hợp của Phòng Tài chính: Số liệu năm 2025",
    )


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, "Phần phối hợp còn 2 ngày làm việc"),
        ({"effective_due_on": TODAY, "working_days_left": 0}, "Phần phối hợp đến hạn hôm nay"),
        (
            {"kind": "escalation", "position": "director", "effective_due_on": date(2026, 5, 15),
             "working_days_left": -3},
            "Phần phối hợp quá hạn 3 ngày làm việc – đề nghị chỉ đạo",
        ),
        ({"ladder": "", "rung": "waived"}, "Ghi nhận không giao"),
        ({"ladder": "", "rung": "returned"}, "Trả lại phần phối hợp"),
        ({"ladder": "", "rung": "cancelled"}, "Thôi đề nghị phối hợp"),
        ({"ladder": "verifier", "position": "verifier"}, "Chờ nhận phần phối hợp"),
        ({"is_urgent": True}, "Khẩn – Phần phối hợp còn 2 ngày làm việc"),
    ],
)  # fmt: skip
def test_the_status_says_that_it_is_a_contribution(change: dict[str, object], status: str) -> None:
    said = phrases(replace(ITEM, **change), today=TODAY, office="Văn phòng")  # type: ignore[arg-type]

    assert said.status == status
    assert ("Nhiệm vụ", "Sửa đổi Quy chế") in said.facts
    assert ("Phối hợp", "Phòng Tài chính – Trần Văn Bình") in said.facts


def test_what_people_wrote_stays_on_one_line() -> None:
    hostile = "x\r\nBcc: a@evil.test"
    owed = OwedPart(unit=hostile, state="waived", delivered_on=None, note=hostile)

    of_task = parts.titled(replace(REMINDER, parts=(owed,)))
    of_part = parts.titled(replace(ITEM, part=replace(PART, title=hostile, lead_unit=hostile)))

    assert of_part.part is not None
    written = (of_task.parts[0].unit, of_task.parts[0].note, of_part.part.title)
    assert all("\n" not in str(one) and "\r" not in str(one) for one in written)


def test_the_verifier_reads_who_delivered_and_who_did_not() -> None:
    owed = (
        OwedPart(unit="Tài chính", state="verified", delivered_on=date(2026, 5, 12), note=None),
        OwedPart(unit="Hành chính", state="waived", delivered_on=None, note="chưa có"),
        OwedPart(unit="Thanh tra", state="cancelled", delivered_on=None, note=None),
    )

    said = parts.contributed(replace(REMINDER, parts=owed))

    assert said == "Tài chính đã giao 12/5/2026; Hành chính không giao (chưa có)"
