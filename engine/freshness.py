"""Whether a notice that waits to leave is still true, and at what hour it may leave; pure.

The relay judges both anew just before it hands anything over; the forecast asks the same ahead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from engine.addressees import ADMINISTRATOR, Addressee, complained_about, resolve
from engine.calendar import SLOT_OPEN, WorkingCalendar
from engine.ladder import Rung, is_held
from engine.notices import Notice
from engine.pauses import PAUSED
from engine.rulebook import Rulebook
from engine.task import Task

#: Events that say nothing any more once the task is closed.
_ABOUT_WORK = ("assigned", "reassigned", "returned", "due_set", "adjusted", "extended", "raised",
               "requested", "acknowledged", "unit_changed", "calendar_moved", "urged")  # fmt: skip

_NOBODY = Addressee(None, ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Outdated:
    """Why a notice must not leave.

    The task moved on, somebody else answers for it, a newer notice leaves instead, or the ladder
    stands still for a while: the clock is paused, or somebody has answered with a promise.
    """

    cause: Literal["task", "recipient", "newer", "paused", "acknowledged"]
    reason: str

    @property
    def is_about_task(self) -> bool:
        """Whether nobody else would be told either."""
        return self.cause in ("task", "paused", "acknowledged")

    def is_owed_again(self, kind: str) -> bool:
        """Return whether a notice of that kind that does not leave for it is told later.

        No escalation is ever skipped; a pause moves whatever is not told yet.
        """
        is_step = kind == "escalation"
        return self.cause == PAUSED or (is_step and self.cause in ("recipient", "acknowledged"))


def outdated(
    one: Notice, task: Task, rulebook: Rulebook, *, plan_state: str, on: date
) -> Outdated | None:
    """Return why a notice is no longer true, None while it is.

    Args:
        one: The notice as the ledger holds it; it has a recipient.
        task: Its task as it stands now.
        rulebook: The rules of now.
        plan_state: State of the task's plan.
        on: Today, locally; decides who answers for the task.
    """
    if plan_state == "closed":
        return Outdated("task", "the plan is closed")
    moved_on = _rung(one, task, rulebook) if one.ladder else _event(one, task, rulebook)
    if moved_on is not None:
        return Outdated("task", moved_on)
    if one.ladder and (waits := _waits(one, task, rulebook, on=on)) is not None:
        return waits
    if not answers(one, task, rulebook, on=on):
        return Outdated("recipient", "the recipient no longer answers for the task")
    return None


def leaves_at(told: Notice, calendar: WorkingCalendar, *, at: datetime) -> datetime:
    """Return when a due notice may leave: that instant itself, or a later one.

    Rungs leave in slots; whatever a slot brought may still leave in the working hours of that day.
    Everything else leaves in working hours, judged at the moment it was to leave: a relay that
    wakes some seconds after half past eleven is not late.
    """
    meant = told.leave_at or at
    if told.is_urgent or calendar.open_slot(at) is not None:
        return at
    is_rung = told.is_planned and told.status == "pending"
    is_of_today = calendar.local_date(meant) == calendar.local_date(at)
    if is_of_today and (is_rung or calendar.open_slot(meant) is not None):
        opens = calendar.opens(at)
        if opens is not None:
            return opens
    if is_rung:
        return calendar.next_slot(at)
    if calendar.in_hours(meant) and at - meant < SLOT_OPEN:
        return at
    return calendar.may_leave(at)


def hours_of(told: Notice, task: Task, rulebook: Rulebook, *, at: datetime) -> WorkingCalendar:
    """Return the calendar in whose slots or hours a notice leaves.

    A rung leaves by the calendar it fell due by; everything else by that of the recipient's unit.
    """
    if not rulebook.unit_calendars:
        return rulebook.calendar
    if not told.ladder:
        on = rulebook.calendar.local_date(at)
        return rulebook.calendar_of_person(told.recipient_id, on=on)
    own = rulebook.calendar_of(task.lead_unit_id) if told.ladder == "unit" else None
    rung = rung_of(told, rulebook)
    return rulebook.calendar if own is None or (rung is not None and rung.is_above) else own


def answers(one: Notice, task: Task, rulebook: Rulebook, *, on: date) -> bool:
    """Return whether the recipient still is among those whom the notice is meant for."""
    if any(one.detail.get(key) for key in ("instead_of", "is_lost", "absence")):
        # Told because somebody else could not be reached, or that the task is his no more, or
        # what happened while he was away.
        return True
    return any(
        addressee.person_id == one.recipient_id
        for position in (one.position, *positions(one, rulebook))
        if position != "administrator"
        for addressee in resolve(
            rulebook.organisation,
            position,
            task.answerable,
            on=on,
            complained=complained(one, task, rulebook, on=on),
        )
    )


def next_up(
    one: Notice, task: Task, rulebook: Rulebook, *, known: Mapping[str, str], on: date
) -> tuple[Addressee, ...]:
    """Return who is told instead of somebody who cannot be reached.

    Args:
        one: The notice that reaches nobody.
        task: Its task as it stands now.
        rulebook: The rules of now.
        known: By person, the status of what the ledger holds of the same rung or event.
        on: Today, locally.

    Returns:
        Empty where somebody further up is told anyway; no person is the administrator.
    """
    lost = frozenset(person for person, status in known.items() if status == "failed")
    about = complained(one, task, rulebook, on=on)
    found: dict[str | None, Addressee] = {}
    for position in positions(one, rulebook):
        for addressee in resolve(
            rulebook.organisation,
            position,
            task.answerable,
            on=on,
            complained=about,
            excluded=lost,
        ):
            # A director who cannot be reached about his own delay leaves only the administrator.
            reached = addressee if addressee.person_id not in lost else _NOBODY
            found.setdefault(reached.person_id, reached)
    if len(found) > 1:
        found.pop(None, None)
    return tuple(one for person, one in found.items() if person not in known)


def positions(one: Notice, rulebook: Rulebook) -> tuple[str, ...]:
    """Return the positions a notice is meant for: those of its rung, or the one of its event.

    The ledger keeps the position in which somebody is told, which may be further up than the one
    the rung names.
    """
    rung = rung_of(one, rulebook)
    return rung.to if rung is not None else (one.position,)


def rung_of(one: Notice, rulebook: Rulebook) -> Rung | None:
    """Return the rung of a notice as the ladder has it now, None for events and removed rungs."""
    held = rulebook.ladders.get(one.ladder)
    if held is None:
        return None
    return next((rung for rung in held.rungs if rung.name == one.rung), None)


def complained(one: Notice, task: Task, rulebook: Rulebook, *, on: date) -> str | None:
    """Return the person an escalation complains about, None for every other notice."""
    if one.kind != "escalation":
        return None
    return complained_about(rulebook.organisation, one.ladder, task.answerable, on=on)


def _rung(one: Notice, task: Task, rulebook: Rulebook) -> str | None:
    if rulebook.ladder_of(task) != one.ladder:
        return f"the task is {task.state}"
    dated = one.ladder != "unit" or one.deadline_version == task.deadline_version
    if one.arming != rulebook.arming(task) or not dated:
        return "the ladder was started anew"
    return None


def _waits(one: Notice, task: Task, rulebook: Rulebook, *, on: date) -> Outdated | None:
    run = rulebook.run(task) if task.pauses or task.holds else None
    if run is None:
        return None
    if any(pause.covers(on) for pause in run.pauses):
        return Outdated(PAUSED, "the clock of the unit stands still")
    if is_held(run, one.rung, rulebook.calendar, occurrence=one.occurrence, on=on):
        return Outdated("acknowledged", "somebody has answered, and promised a day")
    return None


def _event(one: Notice, task: Task, rulebook: Rulebook) -> str | None:
    is_closed = task.state is not None and rulebook.machine(task).states[task.state].final
    wrong = (
        (one.rung in _ABOUT_WORK and is_closed)
        or (one.rung in ("due_set", "extended") and one.deadline_version != task.deadline_version)
        or (one.rung == "acknowledged" and one.arming != task.arming)
        or (one.rung == "calendar_moved" and not _is_that_date(one, task, rulebook))
        or (one.rung == "delivered" and task.state != "reported")
        or (one.rung == "urged" and rulebook.ladder_of(task) != "unit")
        or (one.rung == "cancelled" and task.state != "cancelled")
        or (one.rung == "reopened" and task.state == "cancelled")
    )
    return f"the task is {task.state}" if wrong else None


def _is_that_date(one: Notice, task: Task, rulebook: Rulebook) -> bool:
    """Return whether the effective due date still is the one that somebody is told of."""
    due = rulebook.effective_due(task)
    return due is not None and due.isoformat() == one.detail.get("due_to")
