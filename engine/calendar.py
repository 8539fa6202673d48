"""Working days, slots and hours of an office; it knows no task and no database.

A *slot* is the moment of a working day at which planned messages leave. It stays open for
`SLOT_OPEN`, so that a sweep that starts a few seconds late still belongs to it; whatever is found
due at any other moment waits for the next slot.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from engine.clock import require_aware

#: How long after its moment a slot is still "now" for a sweep that wakes once a minute.
SLOT_OPEN = timedelta(minutes=2)

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """When an office works.

    Attributes:
        zone: The zone in which its days begin and end.
        weekend: Days of the week off, Monday is 0.
        days_off: Local dates off although they are no weekend.
        work_days: Local dates worked whatever else is said of them.
        hours: Office hours, local, in order, each (from, to).
        send_at: Local time of the slot.
        due_on_day_off: Where a due date on a day off moves.
        loaded_years: Years whose holidays are known; empty means "not kept".
    """

    zone: ZoneInfo
    weekend: frozenset[int] = frozenset({5, 6})
    days_off: frozenset[date] = frozenset()
    work_days: frozenset[date] = frozenset()
    hours: tuple[tuple[time, time], ...] = (
        (time(7, 30), time(11, 30)),
        (time(13, 30), time(17, 0)),
    )
    send_at: time = time(7, 30)
    due_on_day_off: Literal["next", "previous"] = "next"
    loaded_years: frozenset[int] = frozenset()
    _years: dict[int, tuple[date, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )

    def is_working_day(self, day: date) -> bool:
        """Return whether the office works on that local date; `work_days` beats `days_off`."""
        if day in self.work_days:
            return True
        return day.weekday() not in self.weekend and day not in self.days_off

    def local_date(self, at: datetime) -> date:
        """Return the office's date at that instant.

        Raises:
            ValueError: it is naive, and so no instant.
        """
        return require_aware(at).astimezone(self.zone).date()

    def at_local(self, day: date, moment: time) -> datetime:
        """Return the UTC instant of a local date and time."""
        return datetime.combine(day, moment, tzinfo=self.zone).astimezone(UTC)

    def shift(self, day: date, working_days: int) -> date:
        """Return the n-th working day after (before, if negative) a date; 0 is the date itself.

        The date itself is never counted, working day or not: "n working days from X" makes the
        day after X day 1 (Bộ luật Dân sự 2015, Điều 147).
        """
        if working_days == 0:
            return day
        remaining = abs(working_days)
        year = day.year
        days = self._working_days(year)
        if working_days > 0:
            index = bisect_right(days, day) + remaining - 1
            while index >= len(days):
                index -= len(days)
                year += 1
                days = self._working_days(year)
            return days[index]
        index = bisect_left(days, day) - remaining
        while index < 0:
            year -= 1
            days = self._working_days(year)
            index += len(days)
        return days[index]

    def count(self, after: date, through: date) -> int:
        """Return the number of working days d with `after` < d <= `through`; 0 if none."""
        if through <= after:
            return 0
        total = 0
        for year in range(after.year, through.year + 1):
            days = self._working_days(year)
            total += bisect_right(days, through) - bisect_right(days, after)
        return total

    def signed_count(self, today: date, due: date) -> int:
        """Return working days left until a due date: positive before it, 0 on it, else negative."""
        if due >= today:
            return self.count(today, due)
        return -self.count(due, today)

    def on_or_after(self, day: date) -> date:
        """Return the date, or the next working day when it is a day off."""
        return day if self.is_working_day(day) else self.shift(day, 1)

    def effective(self, due_on: date) -> date:
        """Return the due date rolled off a day off by the office's policy."""
        if self.is_working_day(due_on):
            return due_on
        return self.shift(due_on, 1 if self.due_on_day_off == "next" else -1)

    def slot_of(self, day: date) -> datetime:
        """Return the slot of a date, or of the next working day when it is a day off."""
        return self.at_local(self.on_or_after(day), self.send_at)

    def next_slot(self, at: datetime) -> datetime:
        """Return the first slot at or after an instant; a slot's own minute still counts."""
        day = self.local_date(at)
        slot = self.slot_of(day)
        if slot < at.replace(second=0, microsecond=0):
            slot = self.slot_of(day + _ONE_DAY)
        return slot

    def following_slot(self, slot: datetime) -> datetime:
        """Return the slot after that one."""
        return self.slot_of(self.local_date(slot) + _ONE_DAY)

    def open_slot(self, at: datetime) -> datetime | None:
        """Return the slot that is open at an instant, or None between slots."""
        day = self.local_date(at)
        if not self.is_working_day(day):
            return None
        slot = self.at_local(day, self.send_at)
        return slot if slot <= at < slot + SLOT_OPEN else None

    def in_hours(self, at: datetime) -> bool:
        """Return whether an instant lies inside office hours; both ends belong to them."""
        local = require_aware(at).astimezone(self.zone)
        if not self.is_working_day(local.date()):
            return False
        moment = local.time()
        return any(start <= moment <= end for start, end in self.hours)

    def opens(self, at: datetime) -> datetime | None:
        """Return the instant itself inside office hours, else the next opening of that day.

        None where the office works no more that day, or not at all.
        """
        if self.in_hours(at):
            return at
        day = self.local_date(at)
        if not self.is_working_day(day):
            return None
        openings = (self.at_local(day, start) for start, _ in self.hours)
        return next((opening for opening in openings if opening > at), None)

    def may_leave(self, at: datetime) -> datetime:
        """Return the instant itself inside office hours, else the next slot."""
        return at if self.in_hours(at) else self.next_slot(at)

    def edited(
        self, *, off: frozenset[date] = frozenset(), worked: frozenset[date] = frozenset()
    ) -> "WorkingCalendar":
        """Return the calendar with some days off and others worked, whatever they were.

        A day of both is worked.
        """
        return replace(
            self,
            days_off=(self.days_off | off) - worked,
            work_days=(self.work_days - off) | worked,
        )

    def varied(self, variation: "Variation") -> "WorkingCalendar":
        """Return the calendar as a unit has it that differs in some respects."""
        return replace(
            self.edited(off=variation.off, worked=variation.worked),
            weekend=self.weekend if variation.weekend is None else variation.weekend,
            hours=variation.hours or self.hours,
            send_at=variation.send_at or self.send_at,
        )

    def working_days(self, first: date, last: date) -> Iterator[date]:
        """Yield the working days of a range in order, both ends included."""
        day = first
        while day <= last:
            if self.is_working_day(day):
                yield day
            day += _ONE_DAY

    def _working_days(self, year: int) -> tuple[date, ...]:
        known = self._years.get(year)
        if known is None:
            known = tuple(self.working_days(date(year, 1, 1), date(year, 12, 31)))
            if not known:
                message = f"the calendar has no working day in {year}"
                raise ValueError(message)
            self._years[year] = known
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """In what a unit works otherwise than the unit above it; None is as that has it.

    `off` and `worked` are days of its own, whatever else is said of them.
    """

    weekend: frozenset[int] | None = None
    hours: tuple[tuple[time, time], ...] | None = None
    send_at: time | None = None
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()


def layered(
    office: WorkingCalendar,
    variations: Mapping[str, Variation],
    parents: Mapping[str, str | None],
) -> Mapping[str, WorkingCalendar]:
    """Return the calendars of the units that do not work as the office does, by unit id.

    Args:
        office: The office's calendar.
        variations: In what a unit differs from the nearest one above it, by unit id.
        parents: The unit above each unit, by unit id; None for the agency.
    """
    if not variations:
        return {}
    found: dict[str, WorkingCalendar] = {}
    for unit_id in parents:
        calendar = office
        for above in reversed(_line(unit_id, parents)):
            if above in variations:
                calendar = calendar.varied(variations[above])
        if calendar != office:
            found[unit_id] = calendar
    return found


def _line(unit_id: str, parents: Mapping[str, str | None]) -> list[str]:
    """Return a unit and those above it, from the lowest up; a circle is left where it closes."""
    line: list[str] = []
    at: str | None = unit_id
    while at is not None and at not in line:
        line.append(at)
        at = parents.get(at)
    return line
