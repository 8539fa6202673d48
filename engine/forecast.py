"""Who will be told what, and when, if nothing changes: the ladders, played ahead.

The same functions decide here as in the sweep and the relay; only the clock runs ahead, and what
is told is remembered instead of written. From now on the service is taken to run, the mail server
to answer and the gate to be open. What was handed over and is in doubt is not foretold again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, Literal, TypeAlias

from engine import ladder
from engine.addressees import Addressee
from engine.addresses import is_address
from engine.freshness import hours_of, leaves_at, next_up, outdated
from engine.ladder import Mark, Run, Turn
from engine.notices import Notice
from engine.rulebook import Rulebook
from engine.task import Task
from engine.telling import Past, Told, addressed, tellings

_ONE_MINUTE = timedelta(minutes=1)
#: A departure is put off into a slot, and a slot is never put off.
_MOST_DELAYS = 3

#: What slots ask, by all that the answer hangs on.
_Turns: TypeAlias = dict[tuple[Any, ...], Turn]


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """One telling that will happen; `recipient` is a person's code, None the administrator."""

    at: datetime
    recipient: str | None
    task: str
    rung: str
    occurrence: int
    kind: str
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnItsWay:
    """A notice of the ledger by which nobody was told yet.

    Attributes:
        notice: The notice; it has a recipient.
        task: Its task as it stands now.
        plan_state: State of the task's plan.
        created_at: When it was made.
        held_until: How long a relay keeps it to itself; None where none does.
        known: By person, the status of what the ledger holds of the same rung or event; needed
            where the recipient can no longer be told.
    """

    notice: Notice
    task: Task
    plan_state: str
    created_at: datetime
    held_until: datetime | None = None
    known: Mapping[str, str] = field(default_factory=dict)


def forecast(
    tasks: Iterable[Task],
    past: Mapping[str, Past],
    rulebook: Rulebook,
    *,
    now: datetime,
    until: date,
    waiting: Iterable[OnItsWay] = (),
) -> list[Foretold]:
    """Return every telling from now through a local day, by time, recipient and task.

    Args:
        tasks: Tasks with a running ladder, each with the slot in which it is looked at next.
        past: By task id, what the ledger holds of its present arming.
        rulebook: The rules of the moment; they are taken to stay as they are.
        now: The present instant.
        until: The last local day.
        waiting: What waits in the ledger already.
    """
    departures: dict[str, list[_Departure]] = {}
    for one in waiting:
        departures.setdefault(one.task.id, []).extend(_departures(one, rulebook, now=now))
    found: list[Foretold] = []
    turns: _Turns = {}
    for task in tasks:
        run = rulebook.run(task, past[task.id].marks)
        if run is not None:
            waits = departures.get(task.id, [])
            lane = _Lane(task, addressed(run, task), waits, rulebook, turns)
            found += lane.play(past[task.id].told, now=now, until=until)
    for leaving in departures.values():
        found += [_leaves(one, rulebook) for one in leaving if one.is_told]
    chosen = [one for one in found if rulebook.calendar.local_date(one.at) <= until]
    return sorted(chosen, key=lambda one: (one.at, one.recipient or "", one.task, one.rung))


@dataclass(slots=True, kw_only=True)
class _Departure:
    """When a waiting notice leaves, is superseded because it is outdated, or fails for good.

    One without a recipient is what the administrator sees of it, where nobody is left to be told.
    An escalation is owed again where somebody else answers by then.
    """

    one: OnItsWay
    at: datetime
    fate: Literal["told", "superseded", "failed"] = "told"
    is_owed_again: bool = False

    @property
    def is_told(self) -> bool:
        """Whether somebody will be told by it; what was begun to be said is in doubt by now."""
        return self.fate == "told" and self.one.notice.status != "sending"


@dataclass(frozen=True, slots=True)
class _Lane:
    """One task on its ladder, with what waits to leave of it."""

    task: Task
    run: Run
    departures: Sequence[_Departure]
    rulebook: Rulebook
    turns: _Turns

    def play(self, before: Told, *, now: datetime, until: date) -> list[Foretold]:
        """Return what the ladder asks for from now on."""
        calendar, task = self.rulebook.calendar, self.task
        told, marks = dict(before), dict[str, tuple[Mark, ...]]()
        found: list[Foretold] = []
        slot = self._soonest(self._first_slot(now), after=None)
        while slot is not None and calendar.local_date(slot) <= until:
            on = calendar.local_date(slot)
            turn = self._turn(self._run_at(slot, chain.from_iterable(marks.values())), slot)
            for one in tellings(task, turn, self._heard(told, slot), self.rulebook, slot=slot):
                name, person = one.rung.rung.name, one.addressee.person_id
                # The first telling and the last are all that a ladder asks for.
                mark = Mark(rung=name, occurrence=one.rung.occurrence, on=on)
                marks[name] = (*marks.get(name, ())[:1], mark)
                if one.status == "pending" and person is not None:
                    told[name] = told.get(name, frozenset()) | {person}
                if one.status in ("pending", "failed"):
                    found.append(_foretold(task, one.rung, one.addressee.person_id,
                                           one.addressee.position, self.rulebook,
                                           at=max(slot, now)))  # fmt: skip
            if turn.newest is not None:
                self._replace_reminders(slot)
            slot = self._soonest(turn.next_at, after=slot)
        return found

    def _turn(self, run: Run, slot: datetime) -> Turn:
        """Return what a slot asks, worked out once for tasks that are alike in date and past."""
        since = run.since.replace(second=0, microsecond=0)
        key = (run.ladder.name, len(run.ladder.rungs), run.base, since, frozenset(run.marks), slot,
               run.pauses, run.holds, id(run.own))  # fmt: skip
        found = self.turns.get(key)
        if found is None:
            calendar = self.rulebook.calendar
            mixed = () if run.own is None else (calendar, run.own)
            closed = [one for one in mixed if one.open_slot(slot) is None]
            found = self.turns[key] = ladder.plan(run, calendar, slot=slot, closed=closed)
        return found

    def _first_slot(self, now: datetime) -> datetime | None:
        """Return the slot in which the sweep looks at the task next; it asks no earlier."""
        due = self.task.next_at
        if due is None:
            return None
        woken = max(due, now)
        office, own = self.rulebook.calendar, self.run.own
        calendars = (office,) if own is None else (office, own)
        return min(one.open_slot(woken) or one.next_slot(woken) for one in calendars)

    def _soonest(self, due: datetime | None, *, after: datetime | None) -> datetime | None:
        """Return the slot of the timer, or an earlier one in which an escalation is owed again."""
        office = self.rulebook.calendar
        woken = (ladder.next_slot(self.run, office, not_before=one.at + _ONE_MINUTE)
                 for one in self.departures if one.is_owed_again)  # fmt: skip
        slots = [slot for slot in woken if after is None or slot > after]
        return min([*slots, due] if due is not None else slots, default=None)

    def _run_at(self, slot: datetime, marks: Iterable[Mark]) -> Run:
        """Return the run as the ledger will show it to the sweep of a slot."""
        known = (*self.run.marks, *marks)
        settled = (mark if mark.on is not None else self._settled(mark, slot) for mark in known)
        return replace(self.run, marks=tuple(mark for mark in settled if mark is not None))

    def _settled(self, mark: Mark, slot: datetime) -> Mark | None:
        """Return what became of a telling on its way by a slot; None if it is owed again."""
        calendar = self.rulebook.calendar
        group = [one for one in self.departures if self._is_of(one.one.notice, mark)]
        arrived = [
            one.at
            for one in group
            if one.at < slot and one.fate == "told" and one.one.notice.recipient_id is not None
        ]
        if arrived or not group:
            # Whoever names no waiting notices takes them to arrive before the slot does.
            return replace(mark, on=calendar.local_date(min(arrived, default=slot)))
        if any(one.at >= slot for one in group):
            return mark
        superseded = [one for one in group if one.fate == "superseded"]
        is_step = group[0].one.notice.kind == "escalation"
        if group == superseded and (is_step or all(one.is_owed_again for one in group)):
            return None
        decided = max(one.one.created_at for one in group)
        return replace(mark, on=calendar.local_date(decided))

    def _heard(self, told: Told, slot: datetime) -> Told:
        """Return who was told, without those whose notice was dropped before a slot."""
        spared = {
            (one.one.notice.rung, one.one.notice.recipient_id)
            for one in self.departures
            if one.fate != "told" and one.at < slot and self._is_of(one.one.notice)
        }
        return {
            rung: frozenset(person for person in people if (rung, person) not in spared)
            for rung, people in told.items()
        }

    def _is_of(self, notice: Notice, mark: Mark | None = None) -> bool:
        """Return whether a notice belongs to this run, and to one of its marks."""
        arming = self.rulebook.arming(self.task)
        if (notice.ladder, notice.arming) != (self.run.ladder.name, arming):
            return False
        return mark is None or (notice.rung, notice.occurrence) == (mark.rung, mark.occurrence)

    def _replace_reminders(self, slot: datetime) -> None:
        """Drop reminders that still wait when a newer one of the task falls due (rule 6)."""
        for one in self.departures:
            is_unsent = one.one.notice.status in ("pending", "retry")
            if one.one.notice.kind == "reminder" and is_unsent and one.at >= slot:
                one.fate, one.at = "superseded", slot


def _departures(one: OnItsWay, rulebook: Rulebook, *, now: datetime) -> list[_Departure]:
    """Return what becomes of a notice, and whom it makes the relay tell instead."""
    at = _leaves_at(one, rulebook, now=now)
    on = rulebook.calendar.local_date(at)
    why = outdated(one.notice, one.task, rulebook, plan_state=one.plan_state, on=on)
    person = rulebook.organisation.person_by_id[one.notice.recipient_id or ""]
    is_usable = not person.is_disabled and is_address(person.email or "")
    if why is not None and (is_usable or why.is_about_task):
        is_owed = why.is_owed_again(one.notice.kind)
        return [_Departure(one=one, at=at, fate="superseded", is_owed_again=is_owed)]
    if is_usable:
        return [_Departure(one=one, at=at)]
    known = {**one.known, person.id: "failed"}
    instead = next_up(one.notice, one.task, rulebook, known=known, on=on)
    return [
        _Departure(one=one, at=at, fate="failed"),
        *(_instead(one, addressee, rulebook, at=at) for addressee in instead),
    ]


def _instead(
    one: OnItsWay, addressee: Addressee, rulebook: Rulebook, *, at: datetime
) -> _Departure:
    notice = replace(
        one.notice, recipient_id=addressee.person_id, position=addressee.position, leave_at=at,
        status="pending",
    )  # fmt: skip
    moved = replace(one, notice=notice, created_at=at, held_until=None)
    if addressee.person_id is None:
        return _Departure(one=moved, at=at)
    return _Departure(one=moved, at=_leaves_at(moved, rulebook, now=at))


def _leaves_at(one: OnItsWay, rulebook: Rulebook, *, now: datetime) -> datetime:
    notice, at = one.notice, max(one.notice.leave_at or now, now)
    calendar = hours_of(notice, one.task, rulebook, at=at)
    if one.held_until is not None and one.held_until >= at:
        # It is taken up again by the first turn after the lease has run out.
        at = one.held_until.replace(second=0, microsecond=0) + _ONE_MINUTE
    for _ in range(_MOST_DELAYS):
        allowed = leaves_at(notice, calendar, at=at)
        if allowed <= at:
            break
        notice, at = replace(notice, leave_at=allowed), allowed
    return at


def _leaves(one: _Departure, rulebook: Rulebook) -> Foretold:
    notice, people = one.one.notice, rulebook.organisation.person_by_id
    person = people.get(notice.recipient_id or "")
    return Foretold(
        at=one.at,
        recipient=person.code if person else None,
        task=one.one.task.address,
        rung=notice.rung,
        occurrence=notice.occurrence,
        kind=notice.kind,
        position=notice.position,
    )


def _foretold(
    task: Task,
    one: ladder.DueRung,
    person: str | None,
    position: str,
    rulebook: Rulebook,
    *,
    at: datetime,
) -> Foretold:
    people = rulebook.organisation.person_by_id
    return Foretold(
        at=at,
        recipient=people[person].code if person else None,
        task=task.address,
        rung=one.rung.name,
        occurrence=one.occurrence,
        kind=one.kind,
        position=position,
    )
