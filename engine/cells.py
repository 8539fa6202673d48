"""The official 2x2 of tasks by unit, field and month, from counts and from what is late of them.

It reads nothing: what is counted and what may be late is handed in.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Final

from engine.organisation import Organisation
from engine.rulebook import Rulebook
from engine.store.counters import Count
from engine.store.overview import Done, Reported, Running
from engine.store.standing import RUNNING, SOON
from engine.task import OPEN, Task, is_late, judged_on

#: Lead unit and field, by which everything is counted.
Place = tuple[str | None, str]
_DECEMBER: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The official 2x2 of some tasks; standing and cancelled ones are beside it, never inside."""

    completed_on_time: int = 0
    completed_late: int = 0
    open_within_term: int = 0
    open_overdue: int = 0
    standing: int = 0
    cancelled: int = 0

    @property
    def completed(self) -> int:
        """How many are verified."""
        return self.completed_on_time + self.completed_late

    @property
    def tracked(self) -> int:
        """How many the four cells hold."""
        return self.completed + self.open_within_term + self.open_overdue

    @property
    def due(self) -> int:
        """How many had to be completed by now: the completed and the overdue."""
        return self.completed + self.open_overdue

    @property
    def on_time_share(self) -> float | None:
        """Completed on time, of the completed; None where none is."""
        return self.completed_on_time / self.completed if self.completed else None

    @property
    def completed_share(self) -> float | None:
        """Completed, of those that had to be; None where none had."""
        return self.completed / self.due if self.due else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The cells of one unit or field; `code` is empty where no unit leads."""

    code: str
    name: str
    cells: Cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What was completed by reports of one month."""

    first: date
    on_time: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """How many are late, by place: open ones, and verified ones; these also by month of report.

    Attributes:
        open: By place.
        verified: By place.
        months: The verified by the first of the month of their report.
        soon: By place, those that are not late and fall due within a few working days.
    """

    open: Counter[Place] = field(default_factory=Counter)
    verified: Counter[Place] = field(default_factory=Counter)
    months: Counter[date] = field(default_factory=Counter)
    soon: Counter[Place] = field(default_factory=Counter)


def judged(
    running: Iterable[Running],
    reported: Iterable[Reported],
    paused: Iterable[Task],
    *,
    rulebook: Rulebook,
    today: date,
) -> Lateness:
    """Return what is late.

    Args:
        running: What is not reported, without what pauses moved.
        reported: What was reported and may be late, without what pauses moved.
        paused: What pauses may have moved, whether reported or not.
        rulebook: The rules.
        today: The local day.
    """
    late = Lateness()
    for unit_id, name, past, soon in running:
        late.open[unit_id, name] += past
        late.soon[unit_id, name] += soon

    @cache
    def effective(unit_id: str | None, due_on: date) -> date:
        return rulebook.calendar_of(unit_id).effective(due_on)

    for unit_id, name, state, due_on, reported_on, number in reported:
        if (reported_on or today) > effective(unit_id, due_on):
            _add(late, (unit_id, name), state, reported_on, number)
    for one in paused:
        _judge(one, late, rulebook=rulebook, today=today)
    return late


def _judge(one: Task, late: Lateness, *, rulebook: Rulebook, today: date) -> None:
    """Add a task that pauses may have moved."""
    calendar, place = rulebook.calendar_of(one.lead_unit_id), (one.lead_unit_id, one.field)
    on = judged_on(one.state, one.reported_at, calendar, today=today)
    due = one.effective_due(calendar)
    if is_late(due, on):
        _add(late, place, one.state or "", on, 1)
    elif due is not None and one.state in RUNNING and calendar.signed_count(today, due) <= SOON:
        late.soon[place] += 1


def total(counted: Sequence[Count], late: Lateness) -> Cells:
    """Return the cells of everything that was counted."""
    return _cells(counted, late, {(one.lead_unit_id, one.field) for one in counted})


def by_unit(
    counted: Sequence[Count], late: Lateness, organisation: Organisation
) -> tuple[Line, ...]:
    """Return the cells of each lead unit, in the order of the organisation; none leads: last."""
    found = {one.lead_unit_id for one in counted}
    named: list[tuple[str | None, str, str]] = [
        (one.id, one.code, one.name) for one in organisation.units if one.id in found
    ]
    if None in found:
        named.append((None, "", ""))
    return tuple(
        Line(code=code, name=name, cells=_of_unit(counted, late, unit_id))
        for unit_id, code, name in named
    )


def by_field(
    counted: Sequence[Count], late: Lateness, order: Mapping[str, int]
) -> tuple[Line, ...]:
    """Return the cells of each field, in an order, else in that of their names."""
    found = []
    last = len(order)
    for name in sorted({one.field for one in counted}, key=lambda one: (order.get(one, last), one)):
        some = [one for one in counted if one.field == name]
        places = {(one.lead_unit_id, one.field) for one in some}
        found.append(Line(code=name, name=name, cells=_cells(some, late, places)))
    return tuple(found)


def by_month(done: Iterable[Done], late: Lateness) -> tuple[Month, ...]:
    """Return the months from the first with a completed task to the last, without a gap."""
    counts: Counter[date] = Counter()
    for one in done:
        if one.state == "verified" and one.dated:
            counts[one.day.replace(day=1)] += one.dated
    return tuple(
        Month(first=month, on_time=counts[month] - late.months[month], late=late.months[month])
        for month in _months(counts)
    )


def _months(counts: Iterable[date]) -> Iterator[date]:
    months = sorted(counts)
    month = months[0] if months else None
    while month is not None and month <= months[-1]:
        yield month
        month = date(month.year + month.month // _DECEMBER, month.month % _DECEMBER + 1, 1)


def _add(late: Lateness, place: Place, state: str, on: date | None, number: int) -> None:
    if state != "verified":
        late.open[place] += number
        return
    late.verified[place] += number
    if on is not None:
        late.months[on.replace(day=1)] += number


def _of_unit(counted: Sequence[Count], late: Lateness, unit_id: str | None) -> Cells:
    some = [one for one in counted if one.lead_unit_id == unit_id]
    return _cells(some, late, {(unit_id, one.field) for one in some})


def _cells(counted: Sequence[Count], late: Lateness, places: Iterable[Place]) -> Cells:
    states: Counter[str] = Counter()
    for one in counted:
        is_beside = one.kind == "standing" and one.state != "cancelled"
        states["standing" if is_beside else one.state] += one.number
    chosen = set(places)
    overdue = sum(late.open[place] for place in chosen)
    completed_late = sum(late.verified[place] for place in chosen)
    return Cells(
        completed_on_time=states["verified"] - completed_late,
        completed_late=completed_late,
        open_within_term=sum(states[state] for state in OPEN) - overdue,
        open_overdue=overdue,
        standing=states["standing"],
        cancelled=states["cancelled"],
    )
