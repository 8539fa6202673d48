"""A scenario of a whole year for `dondoc simulate`: many tasks, a third of them reported late.

Everything follows from the numbers given, so that two measurements play the same year.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

YEAR: Final = 2025
_FIRST_DUE: Final = date(YEAR, 1, 20)
_DUE_DAYS: Final = 330
#: Of every third task: so many days after its due date it is reported.
_LATE_DAYS: Final = (2, 5, 9, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the office is, and how much it has to do."""

    tasks: int = 1_000
    units: int = 20
    people: int = 100


def scenario(size: Size) -> str:
    """Return the scenario as the text of its file."""
    return "\n".join((*_head(), *_organisation(size), *_plan(size), *_play(size), ""))


def _head() -> Iterator[str]:
    yield "format: dondoc-scenario/1"
    yield f"name: Một năm {YEAR} của một cơ quan"
    yield f"start: {YEAR}-01-02T08:00"
    yield f"until: {YEAR}-12-31T23:59"


def _organisation(size: Size) -> Iterator[str]:
    yield "organisation:"
    yield "  units:"
    yield "    - {code: SO, name: Sở Đo lường}"
    yield "    - {code: P1, name: Văn phòng Sở, parent: SO, monitor: true, leader: gd}"
    for number in range(2, size.units):
        leader = "pgd" if number % 2 else "gd"
        yield f"    - {{code: P{number}, name: Phòng số {number}, parent: SO, leader: {leader}}}"
    yield "  people:"
    yield "    - {id: gd, name: Nguyễn Thị Đo, unit: SO, position: director}"
    yield "    - {id: pgd, name: Trần Văn Lường, unit: SO, position: deputy_director}"
    rooms = size.units - 1
    for number in range(size.people - 2):
        unit = f"P{1 + number % rooms}"
        position = "unit_head" if number < rooms else "officer"
        yield (
            f"    - {{id: {_person(number)}, name: Lê Thị {number}, unit: {unit}, "
            f"position: {position}}}"
        )


def _plan(size: Size) -> Iterator[str]:
    yield "plan:"
    yield f"  code: KH-{YEAR}"
    yield f"  year: {YEAR}"
    yield "  tasks:"
    for number in range(size.tasks):
        yield (
            f"    - {{code: {_code(number)}, title: Rà soát và cập nhật quy trình nội bộ số "
            f"{number}, lead: P{1 + _unit(number, size)}, assignee: "
            f"{_assignee(number, size)}, due: {_due(number, size)}}}"
        )


def _play(size: Size) -> Iterator[str]:
    yield "play:"
    deeds = sorted((at, line) for number in range(size.tasks) for at, line in _deeds(number, size))
    for _, line in deeds:
        yield line


def _deeds(number: int, size: Size) -> Iterator[tuple[datetime, str]]:
    due, code, who = _due(number, size), _code(number), _assignee(number, size)
    minute = time(9 + number % 2, number % 60)
    late = _LATE_DAYS[number // 3 % len(_LATE_DAYS)] if number % 3 == 0 else -1 - number % 9
    started = max(due - timedelta(days=12), date(YEAR, 1, 3))
    reported = max(due + timedelta(days=late), started)
    # What the monitoring unit has done itself is verified by its leader in charge.
    verifier = "cb1" if _unit(number, size) else "gd"
    said = {
        "start": (started, who, ""),
        "report": (reported, who, ", note: Đã xong, evidence: [bao-cao.pdf]"),
        "verify": (reported + timedelta(days=1 + number % 4), verifier, ""),
    }
    for hours, (trigger, (day, by, more)) in enumerate(said.items()):
        at = datetime.combine(day, minute) + timedelta(hours=2 * hours)
        if at.year == YEAR:
            yield (
                at,
                f"  - {{at: {at:%Y-%m-%dT%H:%M}, by: {by}, do: {trigger}, task: {code}{more}}}",
            )


def _due(number: int, size: Size) -> date:
    return _FIRST_DUE + timedelta(days=number * _DUE_DAYS // size.tasks)


def _unit(number: int, size: Size) -> int:
    return number % (size.units - 1)


def _assignee(number: int, size: Size) -> str:
    rooms = size.units - 1
    shifts = max((size.people - 2) // rooms - 1, 1)
    return _person(_unit(number, size) + rooms * (1 + number // rooms % shifts))


def _person(number: int) -> str:
    return f"cb{number + 1}"


def _code(number: int) -> str:
    return f"II.{1 + number // 50}.{1 + number % 50}"
