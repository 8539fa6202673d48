"""What an edit of the calendar would change, and for whom, before it is made."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from engine import prospects
from engine.calendar import WorkingCalendar
from engine.clock import require_aware
from engine.commands import policy
from engine.preview import NoticeChange, changes
from engine.store import policies
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.workflow_rules import LADDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPreview:
    """What another kind of day would change.

    Attributes:
        until: The last local day looked at.
        is_changed: Whether the day is now of the other kind.
        notices: By person, time and task.
    """

    until: date
    is_changed: bool
    notices: tuple[NoticeChange, ...]


def preview_day(
    tx: Transaction, day: date, *, off: bool, rules: Rules, at: datetime
) -> Callable[[], DayPreview]:
    """Return what works out what a local date as a day off or a working day would change.

    Nothing is written. As with ladders, it is called when the transaction is over.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    calendar = rulebook.calendar
    running = policies.is_running(policies.running_states(rulebook.machines, LADDERS))
    situation = prospects.situation(tx, running, rulebook, at=at)
    then = replace(rulebook, calendar=_edited(calendar, day, off=off))
    until = policy.last_day(tx, calendar.local_date(at))
    return lambda: DayPreview(
        until=until,
        is_changed=calendar.is_working_day(day) is off,
        notices=changes(situation, rulebook, then, now=at, until=until),
    )


def _edited(calendar: WorkingCalendar, day: date, *, off: bool) -> WorkingCalendar:
    of_day = frozenset({day})
    return replace(
        calendar,
        days_off=calendar.days_off | of_day if off else calendar.days_off - of_day,
        work_days=calendar.work_days - of_day if off else calendar.work_days | of_day,
    )
