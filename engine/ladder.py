"""When a rung of a ladder is told: a pure function of dates, the calendar and what was told.

It knows positions only as words and tasks not at all. All rules are those of
docs/reference/rules.md ("who is told what, when"); the numbers in comments are theirs.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from engine.calendar import WorkingCalendar
from engine.holds import Hold, held_through
from engine.pauses import Pause, resumes_on

RungKind = Literal["reminder", "escalation"]

#: Positions that are urged rather than complained to, by ladder (rule 7).
_URGED = {
    "unit": frozenset({"assignee", "lead_unit", "coordinating_units"}),
    "verifier": frozenset({"verifier", "monitor"}),
    "leader": frozenset({"leader_in_charge"}),
}

#: Positions above the unit: a rung that names one of them follows the office's calendar.
_ABOVE = frozenset({"leader_in_charge", "director", "verifier", "monitor"})

_ONE_DAY = timedelta(days=1)
_ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One entry of a ladder.

    Attributes:
        name: What the ledger calls it.
        offset: Days from the base date, negative before it.
        unit: `wd` working days, `d` calendar days.
        to: Positions told.
        repeat: Working days after which it is told again; None tells it once.
        since: From when it has been in its ladder without a break; None: from the beginning.
    """

    name: str
    offset: int
    unit: Literal["wd", "d"] = "wd"
    to: tuple[str, ...]
    repeat: int | None = None
    since: datetime | None = None

    @property
    def is_above(self) -> bool:
        """Whether it names anybody above the unit."""
        return not _ABOVE.isdisjoint(self.to)

    def day(self, base: date, calendar: WorkingCalendar) -> date:
        """Return the day on which the rung falls due."""
        if self.unit == "d":
            return base + timedelta(days=self.offset)
        return calendar.shift(base, self.offset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """A list of rungs that starts when a subject is armed."""

    name: str
    rungs: tuple[Rung, ...]

    def kind(self, rung: Rung) -> RungKind:
        """Return whether a rung urges those who must act or complains to those above (rule 7)."""
        if self.name == "unit" and rung.offset <= 0:
            return "reminder"
        urged = _URGED[self.name]
        return "reminder" if all(position in urged for position in rung.to) else "escalation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the ledger holds of one occurrence of a rung in the present arming.

    `on` is the local day it was told (or superseded, or collapsed); None while it is on its way.
    """

    rung: str
    occurrence: int
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One arming of a ladder for one subject.

    Attributes:
        ladder: The ladder.
        base: The day it counts from: the effective due date, or the day of the report.
        since: When it was armed or went on after a return; reminders before it are not owed.
        marks: What the ledger holds.
        pauses: Ranges in which no rung is told.
        holds: Answers of this arming by which higher rungs wait.
        own: The calendar of the unit, which its rungs follow where they name nobody above it;
            None: the office's.
    """

    ladder: Ladder
    base: date
    since: datetime
    marks: tuple[Mark, ...] = ()
    pauses: tuple[Pause, ...] = ()
    holds: tuple[Hold, ...] = ()
    own: WorkingCalendar | None = None

    def calendar_of(self, rung: Rung, office: WorkingCalendar) -> WorkingCalendar:
        """Return the calendar by which a rung falls due and in whose slots it is told."""
        return office if self.own is None or rung.is_above else self.own


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRung:
    """A rung to be told in a slot.

    `day` is the one on which it fell due, before a day off, a pause or an answer put it off.
    """

    rung: Rung
    occurrence: int
    kind: RungKind
    day: date
    slot: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one slot asks of one subject.

    `superseded` are older reminders that `newest` replaces; `next_at` is the next slot at which
    the subject must be looked at again, None when nothing more will ever be told.
    """

    due: tuple[DueRung, ...] = ()
    superseded: tuple[DueRung, ...] = ()
    newest: str | None = None
    next_at: datetime | None = None


def plan(
    run: Run,
    calendar: WorkingCalendar,
    *,
    slot: datetime,
    closed: Collection[WorkingCalendar] = (),
) -> Turn:
    """Return what is told in a slot, and the slot after it that matters.

    Args:
        run: The arming and its marks.
        calendar: The office's calendar.
        slot: The open slot.
        closed: Calendars of which this is no slot: what follows them waits for one of theirs.
    """
    if _resumed(slot, run, calendar) > slot:
        return Turn(next_at=first(run, calendar, not_before=slot + _ONE_MINUTE))
    reminders = [one for one in _reminders(run, calendar) if one.slot <= slot]
    # Rule 6: one slot never carries two reminders of one subject; the newest speaks for all.
    # Two that a weekend pushed into one slot are told apart by the day each fell due, two of the
    # same day by their place in the ladder.
    newest = max(reversed(reminders), key=lambda one: (one.slot, one.day), default=None)
    if newest is not None and run.calendar_of(newest.rung, calendar) in closed:
        # It will speak for all in a slot of its own.
        newest, reminders = None, []
    superseded = tuple(one for one in reminders if one is not newest)
    escalations = tuple(
        one
        for one in _escalations(run, calendar)
        if one.slot <= slot and run.calendar_of(one.rung, calendar) not in closed
    )
    due = (*((newest,) if newest else ()), *escalations)
    told = _with_marks(run, (*due, *superseded), on=calendar.local_date(slot))
    return Turn(
        due=due,
        superseded=superseded,
        newest=newest.rung.name if newest else None,
        next_at=first(told, calendar, not_before=slot + _ONE_MINUTE),
    )


def first(run: Run, calendar: WorkingCalendar, *, not_before: datetime) -> datetime | None:
    """Return the first slot at or after an instant in which the subject must be looked at.

    Rungs whose own slot is past are owed in the next one (rule 5).
    """
    office = _resumed(calendar.next_slot(not_before), run, calendar)
    own = _resumed(run.own.next_slot(not_before), run, run.own) if run.own is not None else office
    if _in_the_air(run):
        return min(own, office)
    return min(
        (
            max(one.slot, own if run.calendar_of(one.rung, calendar) is run.own else office)
            for one in (*_reminders(run, calendar), *_escalations(run, calendar))
        ),
        default=None,
    )


def next_slot(run: Run, calendar: WorkingCalendar, *, not_before: datetime) -> datetime:
    """Return the first slot at or after an instant in which anything of a run may be told."""
    office = calendar.next_slot(not_before)
    return office if run.own is None else min(office, run.own.next_slot(not_before))


def waiting(run: Run, calendar: WorkingCalendar, *, at: datetime) -> tuple[DueRung, ...]:
    """Return rungs that fell due on a day off and wait for the next slot (rule 2).

    They are recorded as superseded when the subject leaves the ladder before that slot.
    """
    return tuple(
        one
        for one in (*_reminders(run, calendar), *_escalations(run, calendar))
        if one.occurrence == 1 and one.slot > at and _waits(one, run, calendar, at=at)
    )


def _waits(one: DueRung, run: Run, office: WorkingCalendar, *, at: datetime) -> bool:
    calendar = run.calendar_of(one.rung, office)
    today = calendar.local_date(at)
    if calendar.is_working_day(today) and calendar.slot_of(today) <= at:
        # What fell due on a day off left in the slot of today.
        return False
    # What an answer or a pause puts off further does not wait for the next slot.
    return calendar.at_local(one.day, calendar.send_at) <= at and one.slot <= calendar.next_slot(at)


def escalations(run: Run, calendar: WorkingCalendar) -> tuple[Rung, ...]:
    """Return the escalations of a run in the order in which they climb.

    One that came into the ladder after its slot is left out if somebody above was told already:
    nobody climbs down (rule 13).
    """
    # Rungs that a weekend pushes into one slot climb in the order of the ladder.
    ordered = sorted(
        _of_kind(run.ladder, "escalation"),
        key=lambda one: _slot(one, run, calendar),
    )
    if all(one.since is None for one in ordered):
        return tuple(ordered)
    told = {mark.rung for mark in run.marks}
    above = max((place for place, one in enumerate(ordered) if one.name in told), default=-1)
    return tuple(
        one
        for place, one in enumerate(ordered)
        if place >= above or one.name in told or not _came_late(one, run, calendar)
    )


def _slot(rung: Rung, run: Run, office: WorkingCalendar) -> datetime:
    """Return the slot of a rung, whatever may put it off."""
    calendar = run.calendar_of(rung, office)
    return calendar.slot_of(rung.day(run.base, calendar))


def _came_late(rung: Rung, run: Run, calendar: WorkingCalendar) -> bool:
    """Return whether a rung's slot was past when it came into its ladder."""
    if rung.since is None:
        return False
    return _slot(rung, run, calendar) < rung.since.replace(second=0, microsecond=0)


def _reminders(run: Run, office: WorkingCalendar) -> Iterator[DueRung]:
    since = run.since.replace(second=0, microsecond=0)
    for rung in _of_kind(run.ladder, "reminder"):
        calendar = run.calendar_of(rung, office)
        last = _last(run.marks, rung.name)
        if last is None:
            day = rung.day(run.base, calendar)
            slot = calendar.slot_of(day)
            # Rules 9 and 13: reminders whose slot was past when the ladder was armed, or when they
            # came into it, are not owed.
            if slot >= since and not _came_late(rung, run, office):
                slot = _resumed(slot, run, calendar)
                yield DueRung(rung=rung, occurrence=1, kind="reminder", day=day, slot=slot)
            continue
        repetition = _repetition(rung, last, calendar)
        while repetition is not None and repetition.slot < since:
            skipped = replace(last, on=calendar.local_date(repetition.slot))
            repetition = _repetition(rung, skipped, calendar)
            last = skipped
        if repetition is not None:
            yield replace(repetition, slot=_resumed(repetition.slot, run, calendar))


def _resumed(slot: datetime, run: Run, calendar: WorkingCalendar) -> datetime:
    """Return a slot, or the first one after the pause it falls into (rule 16)."""
    # What a day off puts off may land in the next pause.
    while (day := resumes_on(calendar.local_date(slot), run.pauses)) > calendar.local_date(slot):
        slot = calendar.slot_of(day)
    return slot


def _escalations(run: Run, office: WorkingCalendar) -> Iterator[DueRung]:
    below: date | None = None
    climbing = escalations(run, office)
    places = {rung.name: place for place, rung in enumerate(climbing)}
    for place, rung in enumerate(climbing):
        calendar = run.calendar_of(rung, office)
        told = _first(run.marks, rung.name)
        if told is None:
            day = rung.day(run.base, calendar)
            slot = calendar.slot_of(day)
            if below is not None:
                # Rule 8: whoever is below has a working day before anybody above hears.
                slot = max(slot, calendar.slot_of(below + _ONE_DAY))
            held = held_through(run.holds, places, place, is_repetition=False)
            slot = _released(slot, held, run, calendar)
            yield DueRung(rung=rung, occurrence=1, kind="escalation", day=day, slot=slot)
            return
        last = _last(run.marks, rung.name) or told
        repetition = _repetition(rung, last, calendar, kind="escalation")
        if repetition is not None:
            held = held_through(run.holds, places, place, is_repetition=True)
            yield replace(repetition, slot=_released(repetition.slot, held, run, calendar))
        if told.on is None:
            return
        below = told.on


def is_held(run: Run, rung: str, calendar: WorkingCalendar, *, occurrence: int, on: date) -> bool:
    """Return whether an answer holds an escalation back on a day (rule 12)."""
    places = {one.name: place for place, one in enumerate(escalations(run, calendar))}
    if rung not in places or not run.holds:
        return False
    held = held_through(run.holds, places, places[rung], is_repetition=occurrence > 1)
    return held is not None and on <= held


def released_on(run: Run, rung: Rung, day: date, office: WorkingCalendar) -> date:
    """Return the day on which an escalation not told yet leaves, if only answers and pauses wait.

    Args:
        run: The arming.
        rung: One of its escalations.
        day: When it would leave without them.
        office: The office's calendar.
    """
    places = {one.name: place for place, one in enumerate(escalations(run, office))}
    calendar = run.calendar_of(rung, office)
    held = held_through(run.holds, places, places[rung.name], is_repetition=False)
    return calendar.local_date(_released(calendar.slot_of(day), held, run, calendar))


def _released(slot: datetime, held: date | None, run: Run, calendar: WorkingCalendar) -> datetime:
    if held is not None:
        # The promise missed, the next rung leaves on the next working morning.
        slot = max(slot, calendar.slot_of(held + _ONE_DAY))
    return _resumed(slot, run, calendar)


def _repetition(
    rung: Rung, last: Mark, calendar: WorkingCalendar, *, kind: RungKind = "reminder"
) -> DueRung | None:
    # Rule 11: a repetition counts from the day the rung was last told, so nothing on its way
    # can be repeated yet.
    if rung.repeat is None or last.on is None:
        return None
    day = calendar.shift(last.on, rung.repeat)
    again = last.occurrence + 1
    return DueRung(rung=rung, occurrence=again, kind=kind, day=day, slot=calendar.slot_of(day))


def _of_kind(ladder: Ladder, kind: RungKind) -> Iterator[Rung]:
    return (rung for rung in ladder.rungs if ladder.kind(rung) == kind)


def _first(marks: Sequence[Mark], rung: str) -> Mark | None:
    found = (mark for mark in marks if mark.rung == rung)
    return min(found, key=lambda mark: mark.occurrence, default=None)


def _last(marks: Sequence[Mark], rung: str) -> Mark | None:
    found = (mark for mark in marks if mark.rung == rung)
    return max(found, key=lambda mark: mark.occurrence, default=None)


def _in_the_air(run: Run) -> bool:
    """Return whether a telling is still on its way, so that what follows it has no date yet."""
    for rung in run.ladder.rungs:
        last = _last(run.marks, rung.name)
        if last is None or last.on is not None:
            continue
        if rung.repeat is not None or run.ladder.kind(rung) == "escalation":
            return True
    return False


def _with_marks(run: Run, told: Iterable[DueRung], *, on: date) -> Run:
    added = tuple(Mark(rung=one.rung.name, occurrence=one.occurrence, on=on) for one in told)
    return replace(run, marks=(*run.marks, *added))
