"""What came of a scenario, as JSON for programs and as a story for people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Literal
from zoneinfo import ZoneInfo

from dondoc.simulate.expectations import Failure
from dondoc.simulate.scenario import Event
from dondoc.simulate.story import Happened, Sent, Story, TaskEnd
from engine.plaintext import clean

#: What a line is about; whoever prints decides what it looks like.
Style = Literal["heading", "plain", "good", "warn", "bad", "quiet"]

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
KINDS = {
    "reminder": "nhắc",
    "escalation": "báo cấp trên",
    "assignment": "giao việc",
    "decision": "quyết định",
    "alert": "cảnh báo",
    "digest": "tổng hợp",
}
STATES = {
    "assigned": "được giao",
    "in_progress": "đang thực hiện",
    "reported": "đã báo cáo",
    "verified": "đã xác nhận",
    "cancelled": "đã hủy",
}
CELLS = {
    "completed_on_time": "đúng hạn",
    "completed_late": "trễ hạn",
    "open_within_term": "còn hạn",
    "open_overdue": "quá hạn",
}
EVENTS = {
    "start": "nhận việc",
    "report": "báo cáo kết quả",
    "verify": "xác nhận",
    "return": "trả lại",
    "withdraw": "rút báo cáo",
    "cancel": "hủy",
    "reopen": "mở lại",
    "reassign": "giao lại",
    "set_due": "đổi hạn",
    "submit": "gửi báo cáo",
    "waive": "miễn gửi báo cáo",
    "absence": "vắng mặt",
    "calendar": "sửa lịch",
    "adjust": "điều chỉnh kế hoạch",
    "extend": "xin gia hạn",
    "approve": "cho gia hạn",
    "refuse": "không cho gia hạn",
    "raise": "nêu vướng mắc",
    "answer": "trả lời vướng mắc",
    "acknowledge": "trả lời việc chậm",
    "urge": "nhắc việc",
    "deactivate": "thôi làm việc",
    "merge_units": "sáp nhập đơn vị",
    "stop_scheduler": "bộ lập lịch ngừng",
    "start_scheduler": "bộ lập lịch chạy lại",
    "second_scheduler": "thêm một bộ lập lịch chạy song song",
    "smtp": "máy chủ thư",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Words in a style."""

    style: Style
    text: str


def as_json(story: Story, *, zone: ZoneInfo) -> dict[str, Any]:
    """Return the object that `--json` prints; instants in the scenario's zone."""
    return {
        "messages": [_message(one, zone) for one in story.messages],
        "tasks": [_task(one) for one in story.tasks],
        "refused": [
            {
                "at": _instant(one.at, zone),
                "by": one.by,
                "do": one.do,
                "task": one.task,
                "code": one.code,
                "message": one.message,
            }
            for one in story.refused
        ],
        "superseded": [
            {"task": one.task, "rung": one.rung, "by": one.by, "reason": one.reason}
            for one in story.superseded
        ],
        "alerts": [
            {"at": _instant(one.at, zone), "code": one.code, "message": one.message}
            for one in story.alerts
        ],
        "audit": {
            "entries": story.audit.entries,
            "blocks": story.audit.blocks,
            "verified": story.audit.is_verified,
        },
    }


def _message(one: Sent, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "at": _instant(one.at, zone),
        "to": one.to,
        "address": one.address,
        "kind": one.kind,
        "items": [
            {
                "task": item.task,
                "rung": item.rung,
                "working_days_left": item.working_days_left,
            }
            for item in one.items
        ],
        "message_id": one.reference,
        "status": one.status,
        "copies": one.copies,
    }


def _task(one: TaskEnd) -> dict[str, Any]:
    return {
        "code": one.code,
        "state": one.state,
        "due": one.due.isoformat() if one.due else None,
        "effective_due": one.effective_due.isoformat() if one.effective_due else None,
        "overdue_working_days": one.overdue_working_days if one.due else None,
        "cell": one.cell,
    }


def _instant(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")


def day_lines(story: Story, *, zone: ZoneInfo) -> Iterator[Line]:
    """Yield the story, one line per message and event under a heading for each day."""
    told = [*_event_lines(story, zone), *_message_lines(story, zone)]
    # Events at a slot's minute come before the slot, and so they are told.
    told.sort(key=lambda one: (one[0].replace(second=0, microsecond=0), one[1]))
    for day, lines in groupby(told, key=lambda one: one[0].date()):
        yield Line("plain", "")
        yield Line("heading", day_heading(day))
        for at, _, line in lines:
            yield Line(line.style, f"  {at:%H:%M}  {clean(line.text)}")


def day_heading(day: date) -> str:
    """Return a day as a Vietnamese letter writes it, short."""
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def _event_lines(story: Story, zone: ZoneInfo) -> list[tuple[datetime, int, Line]]:
    return [
        (
            one.event.at.astimezone(zone),
            0,
            Line("warn" if one.refusal else "plain", event_text(one)),
        )
        for one in story.happened
    ]


def event_text(one: Happened) -> str:
    """Return one event in a line."""
    event = one.event
    words = [event.by or "", EVENTS[event.do], event.task or event.person or "", *_details(event)]
    text = " ".join(word for word in words if word)
    if event.note:
        text += f": {event.note}"
    if one.refusal:
        text += f" -> TỪ CHỐI ({one.refusal.code}): {one.refusal.message}"
    return text


def _details(event: Event) -> Iterator[str]:
    if event.to:
        yield f"cho {event.to}"
    if event.from_on and event.to_on:
        yield f"{event.from_on:%d/%m}-{event.to_on:%d/%m}, {event.substitute} thay"
    if event.due:
        yield f"{'đến' if event.do == 'extend' else 'hạn mới'} {event.due:%d/%m/%Y}"
    yield from answers(event)
    if event.behalf:
        yield f"(thay {event.behalf})"
    yield from decisions(event, {})
    if event.do == "smtp":
        yield f"từ chối {', '.join(event.refused)}" if event.refused else event.mode or ""


def answers(event: Event) -> Iterator[str]:
    """Yield the days that an answer grants or promises."""
    if event.pause:
        yield f"tạm dừng {event.pause[0]:%d/%m}-{event.pause[1]:%d/%m}"
    if event.promise:
        yield f"hẹn đến {event.promise:%d/%m/%Y}"


def decisions(event: Event, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what a decision is about; people by name where `names` has one."""
    if event.tasks:
        yield shortened([task.code for task in event.tasks])
    if event.given_up:
        yield f"(hủy {shortened(event.given_up)})"
    if event.successor:
        yield f"{names.get(event.successor, event.successor)} tiếp nhận"
    if event.units and event.into:
        yield f"{', '.join(event.units)} thành {event.into.code}"


def _message_lines(story: Story, zone: ZoneInfo) -> list[tuple[datetime, int, Line]]:
    return [
        (at.astimezone(zone), 1, Line(_style(one), message_text(one, is_copy=index > 0)))
        for one in story.messages
        for index, at in enumerate(one.taken_at)
    ]


def _style(one: Sent) -> Style:
    urges = any(item.kind == "escalation" for item in one.items)
    return "bad" if urges else "quiet"


def message_text(one: Sent, *, is_copy: bool = False) -> str:
    """Return one message in a line: to whom, of what kind, about which tasks."""
    by_rung: dict[str, list[str]] = {}
    for item in one.items:
        by_rung.setdefault(item.rung, []).append(item.task)
    about = "; ".join(f"{rung} {shortened(tasks)}" for rung, tasks in by_rung.items())
    marks = " (gửi lại)" if is_copy else ""
    marks += " (không rõ đã nhận chưa)" if one.status == "in_doubt" else ""
    return f"thư tới {one.to} [{KINDS.get(one.kind, one.kind)}] {about}{marks}"


def shortened(tasks: Sequence[str], *, most: int = 6) -> str:
    """Return task codes in a line, the rest of a long list counted."""
    shown = ", ".join(tasks[:most])
    return shown if len(tasks) <= most else f"{shown} và {len(tasks) - most} việc nữa"


TASK_HEADINGS = ("NHIỆM VỤ", "TRẠNG THÁI", "HẠN", "HẠN HIỆU LỰC", "QUÁ HẠN", "XẾP LOẠI", "TÊN")


def task_rows(story: Story) -> list[tuple[str, ...]]:
    """Return the table of tasks under `TASK_HEADINGS`."""
    return [
        (
            one.code,
            STATES.get(one.state or "", "đầu mục" if one.kind == "heading" else ""),
            f"{one.due:%d/%m/%Y}" if one.due else "thường xuyên" if one.state else "",
            f"{one.effective_due:%d/%m/%Y}" if one.effective_due else "",
            f"{one.overdue_working_days} ngày" if _is_late(one) else "",
            CELLS.get(one.cell or "", ""),
            one.title,
        )
        for one in story.tasks
    ]


def _is_late(one: TaskEnd) -> bool:
    return one.cell in {"completed_late", "open_overdue"}


def failure_lines(failures: Sequence[Failure]) -> Iterator[str]:
    """Yield an `expected` and a `got` line for each expectation that does not hold."""
    for one in failures:
        yield f"{one.what}:"
        yield f"  expected {clean(one.expected)}"
        yield f"  got      {clean(one.got)}"
