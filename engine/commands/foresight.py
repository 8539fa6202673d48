"""What an edit of a calendar would change, and for whom, before it is made."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, and_

from engine import prospects
from engine.calendar import WorkingCalendar
from engine.clock import require_aware
from engine.commands import policy
from engine.commands.calendar_moves import Edit, announced, concerned
from engine.commands.calendars import DaysEdit
from engine.commands.unit_calendars import UnitCalendarEdit, unit_of, wanted_of
from engine.notices import Notice
from engine.preview import DueMove, NoticeChange, Situation, changes, due_moves
from engine.rulebook import Rulebook
from engine.store import policies
from engine.store.record import task
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.workflow_rules import LADDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPreview:
    """What an edit of a calendar would change.

    Attributes:
        until: The last local day looked at.
        is_changed: Whether any day would be of another kind, or a slot at another hour.
        notices: By person, time and task.
        moves: Tasks whose effective due date would move, by plan and code.
        units: By code of the lead unit, how many dates would move and how many notices change.
    """

    until: date
    is_changed: bool
    notices: tuple[NoticeChange, ...]
    moves: tuple[DueMove, ...] = ()
    units: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sight:
    """Both futures, and what people are told at once; worked out once nobody waits for it."""

    situation: Situation
    rulebook: Rulebook
    then: Rulebook
    moves: tuple[DueMove, ...]
    digest: tuple[Notice, ...]
    is_changed: bool


def preview_day(
    tx: Transaction, day: date, *, off: bool, rules: Rules, at: datetime
) -> Callable[[], CalendarPreview]:
    """Return what works out what a local date as a day off or a working day would change."""
    days = (day,)
    edit = DaysEdit(off=days if off else (), worked=() if off else days, source="", by=("", None))
    return preview_edit(tx, edit, rules=rules, at=at)


def preview_edit(
    tx: Transaction, edit: DaysEdit | UnitCalendarEdit, *, rules: Rules, at: datetime
) -> Callable[[], CalendarPreview]:
    """Return what works out what an edit of a calendar would change.

    Nothing is written, and nobody is asked who he is. As with ladders, it is called when the
    transaction is over.

    Raises:
        Unknown: there is no such unit.
        Invalid: as the command itself says.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    then = _edited(rulebook, edit)
    chosen = _concerned(rulebook, then)
    situation = prospects.situation(tx, chosen, rulebook, at=at)
    until = policy.last_day(tx, rulebook.calendar.local_date(at))
    moves = due_moves(situation.tasks, rulebook, then)
    said = Edit(subject="", source=edit.source, actor=edit.by[0])
    digest = announced(tx, moves, then, said, rules=rules, at=at).notices if moves else ()
    sight = _Sight(
        situation=situation,
        rulebook=rulebook,
        then=then,
        moves=moves,
        digest=digest,
        is_changed=_differ(rulebook, then, edit),
    )
    return lambda: _compared(sight, now=at, until=until)


def _edited(rulebook: Rulebook, edit: DaysEdit | UnitCalendarEdit) -> Rulebook:
    if isinstance(edit, DaysEdit):
        worked = frozenset(edit.worked)
        calendar = rulebook.calendar.edited(off=frozenset(edit.off) - worked, worked=worked)
        return replace(rulebook, calendar=calendar)
    unit_id, wanted = unit_of(rulebook, edit).id, wanted_of(rulebook, edit)
    return replace(rulebook, variations={**rulebook.variations, unit_id: wanted})


def _concerned(rulebook: Rulebook, then: Rulebook) -> ColumnElement[bool]:
    running = policies.is_running(policies.running_states(rulebook.machines, LADDERS))
    units = concerned(rulebook, then)
    return running if units is None else and_(running, task.c.lead_unit_id.in_(units))


def _compared(sight: _Sight, *, now: datetime, until: date) -> CalendarPreview:
    situation, rulebook = sight.situation, sight.rulebook
    notices = changes(situation, rulebook, sight.then, now=now, until=until)
    addresses = {one.task.id: one.task.address for one in sight.moves}
    notices += tuple(_added(one, addresses[one.task_id], sight) for one in sight.digest)
    leads = {one.address: one.lead_unit_id for one in situation.tasks}
    leads |= {one.task.address: one.task.lead_unit_id for one in situation.waiting}
    moved = Counter(one.task.lead_unit_id for one in sight.moves)
    changed = Counter(leads[one.task] for one in notices)
    by_code = {
        unit.code: (moved[unit.id], changed[unit.id])
        for unit in rulebook.organisation.units
        if moved[unit.id] or changed[unit.id]
    }
    return CalendarPreview(
        until=until,
        is_changed=sight.is_changed,
        notices=notices,
        moves=tuple(sorted(sight.moves, key=lambda one: one.task.address)),
        units=by_code,
    )


def _added(one: Notice, task: str, sight: _Sight) -> NoticeChange:
    return NoticeChange(
        change="added",
        task=task,
        rung=one.rung,
        occurrence=one.occurrence,
        to=sight.rulebook.organisation.person_by_id[one.recipient_id or ""].code,
        at_after=one.leave_at,
    )


def _differ(rulebook: Rulebook, then: Rulebook, edit: DaysEdit | UnitCalendarEdit) -> bool:
    units = (None, *(unit.id for unit in rulebook.organisation.units))
    days = (*edit.off, *edit.worked)
    is_reset = isinstance(edit, UnitCalendarEdit) and edit.is_reset
    return any(
        _pattern(was) != _pattern(new)
        or any(was.is_working_day(day) != new.is_working_day(day) for day in days)
        or (is_reset and was != new)
        for was, new in ((rulebook.calendar_of(one), then.calendar_of(one)) for one in units)
    )


def _pattern(calendar: WorkingCalendar) -> tuple[object, ...]:
    return calendar.weekend, calendar.hours, calendar.send_at
