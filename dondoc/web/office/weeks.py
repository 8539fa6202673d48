"""Months as rows of weeks, and the week of a calendar in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

from dondoc.web.visit import Visit
from engine.calendar import WorkingCalendar

MONTHS = range(1, 13)
_WEEK = 7


class _Marked(Protocol):
    @property
    def off(self) -> bool: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A day of a month; `name` is that of a holiday, or of what is worked instead of one."""

    day: date
    kind: Literal["work", "weekend", "holiday", "instead"]
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month; None stands where a week begins or ends in another."""

    number: int
    weeks: Sequence[Sequence[Cell | None]]
    working_days: int


def month_of(
    year: int, number: int, calendar: WorkingCalendar, marks: Mapping[date, _Marked]
) -> Month:
    """Return a month by a calendar; `marks` are the days that have a name."""
    first = date(year, number, 1)
    following = date(year + number // 12, number % 12 + 1, 1)
    days = [first + timedelta(days=each) for each in range((following - first).days)]
    cells: list[Cell | None] = [None] * first.weekday()
    cells += [_cell(day, calendar, marks.get(day)) for day in days]
    cells += [None] * (-len(cells) % _WEEK)
    return Month(
        number=number,
        weeks=[cells[at : at + _WEEK] for at in range(0, len(cells), _WEEK)],
        working_days=sum(calendar.is_working_day(day) for day in days),
    )


def pattern_words(calendar: WorkingCalendar, visit: Visit) -> str:
    """Return which days of the week are off, the office hours and when mail goes."""
    _ = visit._
    names = (_("T2"), _("T3"), _("T4"), _("T5"), _("T6"), _("T7"), _("CN"))
    off = ", ".join(names[each] for each in sorted(calendar.weekend)) or _("không ngày nào")
    hours = ", ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in calendar.hours)
    return _("Nghỉ hằng tuần: %(off)s. Giờ làm việc: %(hours)s. Gửi thư nhắc: %(send)s.") % {
        "off": off,
        "hours": hours,
        "send": f"{calendar.send_at:%H:%M}",
    }


def _cell(day: date, calendar: WorkingCalendar, mark: _Marked | None) -> Cell:
    name = mark.name if mark is not None else ""
    if calendar.is_working_day(day):
        is_instead = mark is not None and not mark.off
        return Cell(day=day, kind="instead" if is_instead else "work", name=name)
    return Cell(day=day, kind="holiday" if mark is not None and mark.off else "weekend", name=name)
