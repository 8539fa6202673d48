"""A year in a minute: month by month, what was done, and the moments worth telling.

A line is a style and words; whoever prints decides what a style looks like.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from dondoc.simulate.output import EVENTS, Line, Style, answers, decisions, shortened
from dondoc.simulate.scenario import Event, Scenario
from dondoc.simulate.story import Happened, Sent, Story
from engine.plaintext import clean

CELLS = ("completed_on_time", "completed_late", "open_within_term", "open_overdue")
#: Events that a month's telling names one by one; the others are only counted.
_TOLD = (
    "return", "withdraw", "cancel", "reopen", "reassign", "set_due", "absence", "calendar",
    "extend", "approve", "refuse", "raise", "answer", "acknowledge", "waive", "adjust",
    "deactivate", "merge_units", "stop_scheduler", "start_scheduler", "second_scheduler", "smtp",
)  # fmt: skip
_ROLES = {
    "director": "Giám đốc",
    "deputy_director": "Phó Giám đốc",
    "unit_head": "trưởng đơn vị",
}
_COUNTED = {"start": "nhận việc", "report": "báo cáo", "verify": "xác nhận",
            "submit": "gửi báo cáo định kỳ", "urge": "nhắc việc"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Moment:
    at: datetime
    order: int
    line: Line


def month_lines(story: Story, scenario: Scenario) -> Iterator[Line]:
    """Yield the year, month by month."""
    zone = scenario.office.zone
    names = {person.id: person.name for person in scenario.people}
    roles = {person.id: _ROLES.get(person.position, "") for person in scenario.people}
    moments = sorted(
        (*_event_moments(story, names, zone), *_escalation_moments(story, names, roles, zone)),
        key=lambda one: (one.at, one.order),
    )
    by_month = {
        month: list(held) for month, held in groupby(moments, key=lambda one: _month(one.at))
    }
    for month in _months(story, scenario):
        yield Line("heading", f"Tháng {month[1]:02}/{month[0]}  {_counts(story, month, zone)}")
        for one in by_month.get(month, ()):
            text = f"  {one.at:%d/%m %H:%M}  {clean(one.line.text)}"
            yield Line(one.line.style, text)


def _month(at: datetime) -> tuple[int, int]:
    return at.year, at.month


def _months(story: Story, scenario: Scenario) -> Iterable[tuple[int, int]]:
    zone = scenario.office.zone
    instants = [one.event.at for one in story.happened] + [one.at for one in story.messages]
    return sorted({_month(at.astimezone(zone)) for at in instants})


def _counts(story: Story, month: tuple[int, int], zone: ZoneInfo) -> str:
    done = Counter(
        one.event.do
        for one in story.happened
        if one.refusal is None and _month(one.event.at.astimezone(zone)) == month
    )
    sent = [one for one in story.messages if _month(one.at.astimezone(zone)) == month]
    parts = [f"{done[do]} {words}" for do, words in _COUNTED.items() if done[do]]
    if sent:
        urged = sum(any(item.kind == "escalation" for item in one.items) for one in sent)
        parts.append(f"{len(sent)} thư" + (f", {urged} thư báo cấp trên" if urged else ""))
    return "; ".join(parts)


def _event_moments(story: Story, names: Mapping[str, str], zone: ZoneInfo) -> Iterator[_Moment]:
    late = {task.code for task in story.tasks if task.cell == "completed_late"}
    for one in story.happened:
        at = one.event.at.astimezone(zone)
        if one.refusal is not None:
            yield _Moment(at, 0, Line("warn", _refused(one, names)))
        elif one.event.do in _TOLD:
            yield _Moment(at, 0, Line(_style(one), _told(one, names)))
        elif one.event.do == "verify" and one.event.task in late:
            text = f"{_name(one.event.by, names)} xác nhận {one.event.task}: hoàn thành trễ hạn"
            yield _Moment(at, 0, Line("warn", text))


def _style(one: Happened) -> Style:
    return "bad" if one.event.do in {"stop_scheduler", "smtp", "cancel"} else "plain"


def _refused(one: Happened, names: Mapping[str, str]) -> str:
    event = one.event
    what = f"{EVENTS[event.do]} {event.task or event.person or ''}".strip()
    why = one.refusal.message if one.refusal else ""
    return f"{_name(event.by, names)} định {what}, bị từ chối: {why}"


def _told(one: Happened, names: Mapping[str, str]) -> str:
    event = one.event
    match event.do:
        case "absence":
            text = (
                f"{_name(event.person, names)} vắng {event.from_on:%d/%m} - {event.to_on:%d/%m}, "
                f"{_name(event.substitute, names)} thay"
            )
        case "reassign":
            text = f"{_name(event.by, names)} giao lại {event.task} cho {_name(event.to, names)}"
        case "set_due":
            text = f"{_name(event.by, names)} đổi hạn {event.task} sang {event.due:%d/%m/%Y}"
        case "deactivate":
            text = f"{_name(event.person, names)} {EVENTS[event.do]}"
        case "smtp":
            text = f"máy chủ thư: {event.mode}"
        case "stop_scheduler" | "start_scheduler" | "second_scheduler":
            return EVENTS[event.do]
        case _:
            text = f"{_name(event.by, names)} {EVENTS[event.do]} {event.task or ''}".rstrip()
    decision = f" theo {event.decision}" if event.decision else ""
    text = ", ".join([text + decision, *_terms(event, names)])
    return text + (f": {event.note}" if event.note else "")


def _terms(event: Event, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what was asked, granted or promised, and what became of whom."""
    if event.due and event.do in {"extend", "approve"}:
        yield f"đến {event.due:%d/%m/%Y}"
    yield from answers(event)
    yield from decisions(event, names)


def _escalation_moments(
    story: Story, names: Mapping[str, str], roles: Mapping[str, str], zone: ZoneInfo
) -> Iterator[_Moment]:
    """Yield each first telling of a rung about a task; what is repeated is told once."""
    seen: set[tuple[str, str]] = set()
    for message in story.messages:
        tasks = [
            item.task
            for item in message.items
            if item.kind == "escalation" and (item.rung, item.task) not in seen
        ]
        seen |= {(item.rung, item.task) for item in message.items}
        if tasks:
            role = f" ({roles[message.to]})" if roles.get(message.to) else ""
            text = f"báo {_name(message.to, names)}{role}: {_how_late(message, tasks)}"
            yield _Moment(message.at.astimezone(zone), 1, Line("bad", text))


def _how_late(message: Sent, tasks: list[str]) -> str:
    left = {item.task: item.working_days_left for item in message.items}
    days = {left[task] for task in tasks}
    only = days.pop() if len(days) == 1 else None
    if only is not None and only < 0:
        return f"{shortened(tasks)} quá hạn {-only} ngày làm việc"
    return f"{shortened(tasks)} chờ xử lý"


def _name(code: str | None, names: Mapping[str, str]) -> str:
    return names.get(code, code) if code else "hệ thống"


def tally_rows(story: Story, scenario: Scenario) -> list[tuple[str, ...]]:
    """Return the 2x2 table per unit, standing and cancelled tasks beside, and the sum of all."""
    order = [unit.code for unit in scenario.units]
    counts: dict[str, Counter[str]] = {code: Counter() for code in order}
    for task in story.tasks:
        if task.state is None or task.lead is None:
            continue
        beside = "cancelled" if task.state == "cancelled" else "standing"
        counts[task.lead][task.cell or beside] += 1
    names = {unit.code: unit.name for unit in scenario.units}
    total = sum((counts[code] for code in order), Counter[str]())
    shown = [(names[code], counts[code]) for code in order if counts[code]]
    return [_tally_row(name, held) for name, held in (*shown, ("Toàn cơ quan", total))]


def _tally_row(name: str, held: Counter[str]) -> tuple[str, ...]:
    numbers = [held[cell] for cell in CELLS]
    return (
        name, *map(str, numbers), str(sum(numbers)), str(held["standing"]), str(held["cancelled"]),
    )  # fmt: skip


TALLY_HEADINGS = (
    "ĐƠN VỊ", "ĐÚNG HẠN", "TRỄ HẠN", "CÒN HẠN", "QUÁ HẠN", "CỘNG", "THƯỜNG XUYÊN", "HỦY",
)  # fmt: skip
