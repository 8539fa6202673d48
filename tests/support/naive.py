"""The rules of time a second time, as a clerk with a paper calendar would keep them: day by day.

Nothing here is fast, and nothing is shared with the engine but its plain words (rungs, units,
people), so that the two can be held against each other. The numbers are those of
docs/reference/rules.md.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from engine.calendar import WorkingCalendar
from engine.ladder import Ladder, Rung
from engine.notices import Notice
from engine.organisation import Answerable, Holding, Organisation

_DAY = timedelta(days=1)
_URGED = {
    "unit": {"assignee", "lead_unit", "coordinating_units"},
    "verifier": {"verifier", "monitor"},
    "leader": {"leader_in_charge"},
}


def works(day: date, calendar: WorkingCalendar) -> bool:
    """Rule 3: a date said to be a day off and a working day is a working day."""
    is_free = day.weekday() in calendar.weekend or day in calendar.days_off
    return day in calendar.work_days or not is_free


def forward(day: date, calendar: WorkingCalendar) -> date:
    """Return the day itself, or the next on which the office works."""
    while not works(day, calendar):
        day += _DAY
    return day


def counted(day: date, offset: int, calendar: WorkingCalendar) -> date:
    """Rule 2: return the n-th working day after, or before, a day."""
    step = _DAY if offset > 0 else -_DAY
    while offset:
        day += step
        if works(day, calendar):
            offset -= 1 if offset > 0 else -1
    return day


def falls_due(rung: Rung, base: date, calendar: WorkingCalendar) -> date:
    """Rules 1, 2: return the day of a rung; working days skip days off, calendar days do not."""
    if rung.unit == "d":
        return base + rung.offset * _DAY
    return counted(base, rung.offset, calendar)


def is_reminder(rung: Rung, ladder: Ladder) -> bool:
    """Rule 7."""
    return (ladder.name == "unit" and rung.offset <= 0) or set(rung.to) <= _URGED[ladder.name]


def climb(ladder: Ladder, base: date, calendar: WorkingCalendar) -> list[Rung]:
    """Rule 8: return the escalations as they climb, those of one slot in the ladder's order."""
    steps = [rung for rung in ladder.rungs if not is_reminder(rung, ladder)]
    return sorted(steps, key=lambda rung: forward(falls_due(rung, base, calendar), calendar))


def is_slot(at: datetime, calendar: WorkingCalendar) -> bool:
    """Rule 5: a slot is two minutes of a working day."""
    local = at.astimezone(calendar.zone)
    begins = calendar.send_at.hour * 60 + calendar.send_at.minute
    passed = local.hour * 60 + local.minute - begins
    return works(local.date(), calendar) and 0 <= passed < 2


def is_in_hours(at: datetime, calendar: WorkingCalendar) -> bool:
    """Return whether the office works at an instant."""
    local = at.astimezone(calendar.zone)
    is_open = any(first <= local.time() <= last for first, last in calendar.hours)
    return works(local.date(), calendar) and is_open


def may_leave_now(told: Notice, calendar: WorkingCalendar, *, at: datetime) -> bool:
    """Rule 5: rungs in slots, and late ones in the hours of that day; the rest in any hours."""
    meant, local = told.leave_at or at, at.astimezone(calendar.zone)
    if told.is_urgent or is_slot(at, calendar):
        return True
    is_first_try = told.is_planned and told.status == "pending"
    is_same_day = meant.astimezone(calendar.zone).date() == local.date()
    is_open = is_in_hours(at, calendar)
    if (is_first_try or is_slot(meant, calendar)) and is_same_day and is_open:
        return True
    if is_first_try:
        return False
    is_on_time = at - meant < timedelta(minutes=2)
    return is_open or (is_in_hours(meant, calendar) and is_on_time)


def moved(due: date, pauses: Sequence[tuple[date, date]], calendar: WorkingCalendar) -> date:
    """Rule 16: return a rolled due date moved by the working days in pauses, each counted once."""
    paused = set()
    for first, last in pauses:
        day = first
        while day <= last:
            paused.add(day)
            day += _DAY
    return counted(due, sum(works(day, calendar) for day in paused), calendar)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the clerk writes down: a telling, or a reminder that a newer one replaced."""

    on: date
    rung: str
    occurrence: int
    is_superseded: bool = False


@dataclass(slots=True, kw_only=True)
class Clerk:
    """One arming of a ladder, kept by hand.

    Attributes:
        ladder: The ladder.
        base: The day it counts from.
        since: When it was armed, or went on.
        calendar: The paper calendar.
        lines: What was written down so far.
        pauses: First and last days of the pauses granted.
        promises: Through which day, and the rung of whoever promised; None: below all of them.
    """

    ladder: Ladder
    base: date
    since: datetime
    calendar: WorkingCalendar
    lines: list[Line] = field(default_factory=list)
    pauses: list[tuple[date, date]] = field(default_factory=list)
    promises: list[tuple[date, str | None]] = field(default_factory=list)

    def work(self, first: date, last: date, *, away: Callable[[date], bool]) -> None:
        """Go through the days one by one; on days away nobody is told anything."""
        day = first
        while day <= last:
            if works(day, self.calendar) and not away(day):
                self._slot(day)
            day += _DAY

    def _slot(self, day: date) -> None:
        if any(first <= day <= last for first, last in self.pauses):
            # Rule 16.
            return
        newest, older = self._reminders(day)
        steps = list(self._steps(day))
        if newest is not None:
            self.lines.append(Line(on=day, rung=newest[0], occurrence=newest[1]))
        for name, occurrence in older:
            self.lines.append(Line(on=day, rung=name, occurrence=occurrence, is_superseded=True))
        self.lines += [Line(on=day, rung=name, occurrence=number) for name, number in steps]

    def _reminders(self, day: date) -> tuple[tuple[str, int] | None, list[tuple[str, int]]]:
        """Rules 6, 9, 10: of all reminders that are owed the newest is told, once."""
        owed = []
        for place, rung in enumerate(self.ladder.rungs):
            if not is_reminder(rung, self.ladder):
                continue
            found = self._owed_first(rung) if not self._said(rung) else self._owed_again(rung)
            if found is not None and found[0] <= day:
                owed.append((*found, place, rung.name, len(self._said(rung)) + 1))
        owed.sort()
        if not owed:
            return None, []
        *older, (_, _, _, name, occurrence) = owed
        return (name, occurrence), [(one[3], one[4]) for one in older]

    def _owed_first(self, rung: Rung) -> tuple[date, date] | None:
        due = falls_due(rung, self.base, self.calendar)
        slot = forward(due, self.calendar)
        return (slot, due) if self._is_after_arming(slot) else None

    def _owed_again(self, rung: Rung) -> tuple[date, date] | None:
        """Rule 11: counted from the day it was last told; what lies before the arming is past."""
        if rung.repeat is None:
            return None
        again = counted(self._said(rung)[-1].on, rung.repeat, self.calendar)
        while not self._is_after_arming(again):
            again = counted(again, rung.repeat, self.calendar)
        return again, again

    def _is_after_arming(self, slot: date) -> bool:
        at = self.calendar.at_local(slot, self.calendar.send_at)
        return at >= self.since.replace(second=0, microsecond=0)

    def _steps(self, day: date) -> Iterator[tuple[str, int]]:
        """Rules 8, 11: one step up a working day; whoever was told is told again in time."""
        steps = climb(self.ladder, self.base, self.calendar)
        below: date | None = None
        names = [rung.name for rung in steps]
        for rung in steps:
            said = self._said(rung)
            waits = self._waits(day, rung.name, names, is_told=bool(said))
            if not said:
                due = falls_due(rung, self.base, self.calendar)
                if due <= day and (below is None or below < day) and not waits:
                    yield rung.name, 1
                return
            is_time = rung.repeat and counted(said[-1].on, rung.repeat, self.calendar) <= day
            if is_time and not waits:
                yield rung.name, len(said) + 1
            below = said[0].on

    def _waits(self, day: date, rung: str, names: Sequence[str], *, is_told: bool) -> bool:
        """Rule 12: a promise holds whatever is above whoever made it, and what he is told again."""
        for through, own in self.promises:
            if day > through:
                continue
            if own not in names or names.index(rung) > names.index(own):
                return True
            if is_told and rung == own:
                return True
        return False

    def _said(self, rung: Rung) -> list[Line]:
        return [line for line in self.lines if line.rung == rung.name]


def reached(
    organisation: Organisation, position: str, task: Answerable, *, on: date, about: str | None
) -> set[str | None]:
    """Rule 17: return who is told when a rung names a position; None is the administrator.

    `about` is the person complained about, None for a reminder.
    """
    paper = _Paper(organisation, on)
    if about is not None and about == paper.acting_director():
        return {paper.reachable(about)}
    if position == "lead_unit":
        members = [held.person_id for held in organisation.holdings
                   if held.unit_id == task.lead_unit_id and paper.is_on(held)]  # fmt: skip
        told = {paper.reachable(member) for member in members} - {None, about}
        return set(told) or {paper.first(paper.chain("unit_head", task.lead_unit_id, task), about)}
    if position == "coordinating_units":
        return {paper.first(paper.chain("unit_head", unit, task), about)
                for unit in task.coordinating_ids}  # fmt: skip
    if position == "verifier":
        return {paper.first([*paper.verifiers(task), *paper.above_monitor(task)], about)}
    return {paper.first(paper.chain(position, task.lead_unit_id, task), about)}


@dataclass(frozen=True, slots=True)
class _Paper:
    """An organisation on a day, looked up by reading all of it."""

    organisation: Organisation
    on: date

    def is_on(self, held: Holding) -> bool:
        first, last = held.from_on, held.to_on
        return (first is None or first <= self.on) and (last is None or self.on <= last)

    def holding(self, kind: str, unit: str | None = None) -> list[str]:
        ranks = [person.id for person in self.organisation.people]
        found = [
            held.person_id
            for held in self.organisation.holdings
            if held.kind == kind and unit in (None, held.unit_id) and self.is_on(held)
        ]
        return sorted(found, key=ranks.index)

    def monitor(self) -> str | None:
        return next((unit.id for unit in self.organisation.units if unit.is_monitor), None)

    def leader(self, unit: str | None) -> str | None:
        units = {one.id: one for one in self.organisation.units}
        while unit is not None:
            if units[unit].leader_id is not None:
                return units[unit].leader_id
            unit = units[unit].parent_id
        return None

    def directors(self) -> list[str]:
        root = next(unit.id for unit in self.organisation.units if unit.parent_id is None)
        return self.holding("director") or self.holding("deputy_director", root)

    def acting_director(self) -> str | None:
        return next(iter(self.directors()), None)

    def verifiers(self, task: Answerable) -> list[str | None]:
        monitor = self.monitor()
        heads: list[str | None] = list(self.holding("unit_head", monitor)[:1]) if monitor else []
        if task.verifier_id is not None:
            return [task.verifier_id, *(heads if task.lead_unit_id != monitor else [])]
        if monitor is None:
            return [self.acting_director()]
        if task.lead_unit_id == monitor:
            return [self.leader(monitor) or self.acting_director()]
        return heads

    def above_monitor(self, task: Answerable) -> list[str | None]:
        return self.chain("leader_in_charge", self.monitor(), task)

    def chain(self, position: str, unit: str | None, task: Answerable) -> list[str | None]:
        monitor = self.monitor()
        steps: dict[str, Sequence[str | None]] = {
            "assignee": [task.assignee_id],
            "unit_head": self.holding("unit_head", unit) if unit else [],
            "leader_in_charge": [self.leader(unit)],
            "director": self.directors(),
            "monitor": self.holding("unit_head", monitor)[:1] if monitor else [],
        }
        names = list(steps)
        return [one for name in names[names.index(position) :] for one in steps[name]]

    def first(self, people: Collection[str | None], about: str | None) -> str | None:
        told = (self.reachable(person) for person in people)
        return next((one for one in told if one is not None and one != about), None)

    def reachable(self, person: str | None) -> str | None:
        """Return who is told for somebody: himself, or whoever stands in for him in the end."""
        seen = []
        while person is not None:
            if person in seen:
                return None
            seen.append(person)
            made = [one for one in self.organisation.delegations
                    if one.person_id == person and one.from_on <= self.on <= one.to_on]  # fmt: skip
            if not made:
                break
            person = made[-1].substitute_id
        known = [one for one in self.organisation.people if one.id == person]
        can = bool(known) and bool(known[0].email) and not known[0].is_disabled
        return person if can else None
