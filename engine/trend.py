"""How units stood with a plan when each local day ended, made up from the history of its tasks.

A day is written once and stays; a service that was down for a week makes up the week when it is
back. What history does not tell is taken as it is when a day is written: which unit leads a task,
and how long its clock stood still.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from engine.calendar import WorkingCalendar
from engine.pauses import moved
from engine.rulebook import Rulebook
from engine.store import figures as store
from engine.store.figures import Event, Followed, PlanDays
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.task import OPEN

#: Days that one call returns at most, so that a long absence is made up in steps.
MOST_DAYS: Final = 100
_ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class _Stand:
    """Where a task stood at some moment of the past."""

    state: str | None = None
    due_on: date | None = None
    reported_on: date | None = None

    def take(self, event: Event, calendar: WorkingCalendar) -> None:
        """Live through an event."""
        self.state = event.to_state
        self.due_on = event.due_to or self.due_on
        if event.trigger == "report":
            self.reported_on = calendar.local_date(event.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedDay:
    """How units stood with a plan when a day ended: numbers by code of the unit."""

    plan_id: str
    day: date
    counts: Mapping[str, Mapping[str, int]]


def ended_days(tx: Transaction, *, rules: Rules, at: datetime) -> list[EndedDay]:
    """Return how units stood when days ended that are not written down yet.

    Args:
        tx: The transaction.
        rules: The rulebook's keeper.
        at: Now.

    Returns:
        Days of plans, each plan's in order; at most `MOST_DAYS`.
    """
    rulebook = rules.current(tx)
    yesterday = rulebook.calendar.local_date(at) - _ONE_DAY
    found: list[EndedDay] = []
    for plan in store.plan_days(tx):
        days = _missing(plan, rulebook.calendar, yesterday)[: MOST_DAYS - len(found)]
        if days:
            found.extend(_ended(tx, plan, days, rulebook))
        if len(found) == MOST_DAYS:
            break
    return found


def forget_future(tx: Transaction, *, rules: Rules, at: datetime) -> int:
    """Forget days that are written down and not over: a clock that was wrong wrote them."""
    return store.forget_later(tx, rules.current(tx).calendar.local_date(at) - _ONE_DAY)


def write_down(tx: Transaction, days: Sequence[EndedDay]) -> None:
    """Write days down; of several nodes that do so at once, one writes a day and it stays."""
    for one in days:
        store.write_day(tx, one.plan_id, one.day, one.counts)


def _missing(plan: PlanDays, calendar: WorkingCalendar, yesterday: date) -> list[date]:
    first = calendar.local_date(plan.activated_at)
    if plan.written_to is not None:
        first = plan.written_to + _ONE_DAY
    # Whoever never closes a plan is not drawn trends of it for ever.
    last = min(yesterday, date(plan.year + 1, 12, 31))
    if plan.closed_at is not None:
        last = min(last, calendar.local_date(plan.closed_at))
    return [first + number * _ONE_DAY for number in range((last - first).days + 1)]


def _ended(
    tx: Transaction, plan: PlanDays, days: Sequence[date], rulebook: Rulebook
) -> Iterator[EndedDay]:
    calendar = rulebook.calendar
    until = calendar.at_local(days[-1] + _ONE_DAY, time.min)
    followed = store.followed(tx, plan.id)
    events = store.events(tx, plan.id, before=until)
    stands: dict[str, _Stand] = defaultdict(_Stand)
    coming = next(events, None)
    for day in days:
        end = calendar.at_local(day + _ONE_DAY, time.min)
        while coming is not None and coming.at < end:
            stands[coming.task_id].take(coming, calendar)
            coming = next(events, None)
        counts = _counts(followed, stands, day, rulebook)
        # A day on which nothing was there is written too: it is then known to be empty.
        yield EndedDay(plan_id=plan.id, day=day, counts=counts or {"": {}})


def _counts(
    followed: Sequence[Followed], stands: dict[str, _Stand], day: date, rulebook: Rulebook
) -> dict[str, Counter[str]]:
    units = rulebook.organisation.unit_by_id
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in followed:
        unit = units.get(one.lead_unit_id or "")
        stand = stands.get(one.id)
        if stand is not None:
            found[unit.code if unit else ""].update(_columns(one, stand, day, rulebook))
    return found


def _columns(one: Followed, stand: _Stand, day: date, rulebook: Rulebook) -> Iterator[str]:
    """Yield the columns in which a task counts."""
    state = stand.state or ""
    if state in OPEN:
        yield "open"
    if state in ("reported", "verified", "cancelled"):
        yield state
    if state not in OPEN and state != "verified":
        return
    if stand.due_on is None:
        return
    judged = (stand.reported_on or day) if state in ("reported", "verified") else day
    if judged > _effective(one, stand.due_on, rulebook):
        yield "verified_late" if state == "verified" else "overdue"


def _effective(one: Followed, due_on: date, rulebook: Rulebook) -> date:
    calendar = rulebook.calendar_of(one.lead_unit_id)
    due = calendar.effective(due_on)
    if not one.pauses:
        return due
    return moved(due, one.pauses, calendar, deadline_version=one.deadline_version)
