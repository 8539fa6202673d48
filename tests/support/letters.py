"""Letters to render, with every fact filled in; the names are nobody's."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from engine.notices import Answer, Kind, Letter, LetterItem, Told

REMINDER = LetterItem(
    kind="reminder",
    ladder="unit",
    rung="remind-3",
    position="assignee",
    plan_code="KH-2026",
    plan_title="Kế hoạch cải cách hành chính năm 2026",
    plan_number="12/KH-SVD",
    plan_issued_on=date(2026, 1, 5),
    section="II.1",
    field="Cải cách thể chế",
    code="II.1.4.3",
    title="Sửa đổi Quy chế quản lý và sử dụng hệ thống thư điện tử của cơ quan",
    output="Tờ trình và dự thảo Quyết định",
    state="in_progress",
    state_label="Đang thực hiện",
    state_since=date(2026, 5, 11),
    due_on=date(2026, 5, 22),
    effective_due_on=date(2026, 5, 22),
    due_time="17:00",
    working_days_left=2,
    lead_unit="Phòng Công nghệ",
    assignee="Trần Văn Bình",
    next_steps=(("unit_head", date(2026, 5, 25)), ("director", date(2026, 5, 29))),
)

ESCALATION = replace(
    REMINDER,
    kind="escalation",
    rung="escalate-2",
    position="leader_in_charge",
    code="II.5.2",
    section="II.5",
    title="Triển khai trung tâm giám sát an toàn thông tin",
    due_on=date(2026, 5, 15),
    effective_due_on=date(2026, 5, 15),
    due_time=None,
    working_days_left=-3,
    told=(
        Told(on=date(2026, 5, 8), rung="remind-3", kind="reminder", name="Trần Văn Bình"),
        Told(on=date(2026, 5, 13), rung="remind-0", kind="reminder", name="Trần Văn Bình"),
        Told(
            on=date(2026, 5, 18),
            rung="escalate-1",
            kind="escalation",
            name="Lê Thọ",
            position="unit_head",
        ),
    ),
    answers=(
        Answer(
            on=date(2026, 5, 18),
            name="Lê Thọ",
            note="Chờ kinh phí, văn bản 45/TTr",
            promise=date(2026, 5, 19),
            is_over=True,
        ),
    ),
    next_steps=(("director", date(2026, 5, 22)),),
)

WAITING = replace(
    REMINDER,
    ladder="verifier",
    rung="verify-2",
    position="verifier",
    code="II.6.1",
    state="reported",
    state_label="Đã báo cáo",
    reported_on=date(2026, 5, 18),
    working_days_waiting=2,
    next_steps=(("director", date(2026, 5, 22)),),
)


def event(rung: str, **facts: Any) -> LetterItem:
    """Return what an event tells the assignee."""
    kind: Kind = "assignment" if rung in {"assigned", "reassigned"} else "decision"
    return replace(REMINDER, kind=kind, ladder="", rung=rung, next_steps=(), **facts)


def letter(*items: LetterItem, **facts: Any) -> Letter:
    """Return a letter that leaves on Wednesday 2026-05-20 at 07:30 in Việt Nam."""
    given: dict[str, Any] = {
        "reference": "<ii-1-4-3.remind-3.0123456789abcdef@coquan.test>",
        "recipient": "Trần Văn Bình",
        "address": "binh@coquan.test",
        "sent_at": datetime(2026, 5, 20, 0, 30, tzinfo=UTC),
        "monitor": "Văn phòng",
    }
    return Letter(items=items, **{**given, **facts})
