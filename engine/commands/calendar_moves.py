"""What an edit of a calendar does to running tasks: dates move, timers are set anew, units told.

Whoever answers for a task whose effective due date moved is told once an edit, however many of his
tasks it moves. What was told stays told, and nothing is told again (rule 13).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import and_, select, update

from engine import audit
from engine.addressees import doers
from engine.notices import Notice
from engine.preview import DueMove, due_moves
from engine.rulebook import Rulebook
from engine.store import ledger, policies, tasks, unit_calendars, waking
from engine.store.driver import Among, Prepared
from engine.store.record import notice, plan, task
from engine.store.rulebooks import Rules, bump, load_calendar
from engine.store.session import Transaction
from engine.task import Task
from engine.telling import News, caused
from engine.workflow_rules import LADDERS

#: What people are told of it.
MOVED = "calendar_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An edit that was just stored.

    Attributes:
        subject: What the record calls the calendar: `calendar:office`, or `unit:<id>`.
        source: The decision or notice it rests on.
        actor: Code of who edits, or the operator.
        on_behalf_of: Code of the person a substitute acts for.
    """

    subject: str
    source: str
    actor: str
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What people are to be told; `replaced` are ids of what had not left yet and is overtaken."""

    notices: tuple[Notice, ...]
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Earlier:
    """What was said of earlier edits about a task: how often, and what has not left yet."""

    count: int = 0
    unsent: tuple[str, ...] = ()
    due_from: date | None = None


def settle(
    tx: Transaction, before: Rulebook, edit: Edit, *, rules: Rules, at: datetime
) -> tuple[DueMove, ...]:
    """Have running tasks judged by the calendars as they are now; return whose due date moved.

    Args:
        tx: The transaction in which the edit was stored.
        before: The rules as they were.
        edit: What was done.
        rules: The rulebook's keeper.
        at: Now.
    """
    tasks.let_writers_finish(tx)
    bump(tx)
    # Not `rules.current`: what this transaction has written may still be rolled back, and must
    # not be remembered under a revision that another transaction will give to something else.
    after = replace(
        before,
        calendar=load_calendar(tx, rules.office),
        variations=unit_calendars.variations(tx),
    )
    units = concerned(before, after)
    slot = min(before.next_slot(at), after.next_slot(at))
    waking.wake_all(tx, slot=slot, units=units)
    moves = due_moves(_dated(tx, before, units), before, after)
    if moves:
        said = announced(tx, moves, after, edit, rules=rules, at=at)
        if said.replaced:
            _REPLACE.run(tx, {"ids": said.replaced})
        ledger.insert_notices(tx, said.notices, at=at)
        people = after.organisation.person_by_id
        told = sorted({people[one.recipient_id or ""].code for one in said.notices})
        audit.append(tx, _event(moves, told, edit), at=at)
    return moves


def announced(
    tx: Transaction,
    moves: Sequence[DueMove],
    after: Rulebook,
    edit: Edit,
    *,
    rules: Rules,
    at: datetime,
) -> Announcement:
    """Return what heads and assignees are to be told of dates that move; nothing is written."""
    earlier = _earlier(tx, [one.task.id for one in moves])
    said = [
        (one.task, news)
        for one in moves
        if (news := _news(one, earlier.get(one.task.id, _Earlier()), edit, at=at)) is not None
    ]
    organisation, on = after.organisation, after.calendar.local_date(at)
    told = {task.id: doers(organisation, task.answerable, on=on) for task, _ in said}
    people = {person for ones in told.values() for person in ones}
    leave = ledger.leave_times(tx, people, at=at, office=rules.office, rulebook=after)
    return Announcement(
        notices=tuple(
            each
            for task, news in said
            for each in caused(task, news, told=told[task.id], leave=leave)
        ),
        replaced=tuple(each for one in earlier.values() for each in one.unsent),
    )


def concerned(before: Rulebook, after: Rulebook) -> Collection[str] | None:
    """Return the units whose calendar became another, None where it was the office's."""
    if before.variations == after.variations:
        return None
    return [
        unit.id
        for unit in after.organisation.units
        if before.calendar_of(unit.id) != after.calendar_of(unit.id)
    ]


def _dated(tx: Transaction, rulebook: Rulebook, units: Collection[str] | None) -> list[Task]:
    states = policies.running_states(rulebook.machines, LADDERS)
    chosen = and_(policies.is_running(states), task.c.due_on.is_not(None))
    if units is not None:
        chosen = and_(chosen, task.c.lead_unit_id.in_(units))
    rows = tx.execute(tasks.select_tasks().where(chosen).order_by(plan.c.code, task.c.ordinal))
    return tasks.from_rows(tx, rows)


def _news(move: DueMove, earlier: _Earlier, edit: Edit, *, at: datetime) -> News | None:
    """Return what there is to tell of a task; None where its date came back before it was told."""
    due_from = earlier.due_from or move.before
    if due_from == move.after:
        return None
    return News(
        rung=MOVED,
        occurrence=earlier.count + 1,
        at=at,
        detail={
            "actor": edit.actor,
            "note": edit.source,
            "due_from": due_from.isoformat(),
            "due_to": move.after.isoformat(),
        },
    )


_EARLIER = Prepared(
    select(
        notice.c.id, notice.c.task_id, notice.c.occurrence, notice.c.status, notice.c.detail
    ).where(Among(notice.c.task_id, "ids"), notice.c.rung == MOVED)
)
_REPLACE = Prepared(
    update(notice)
    .where(Among(notice.c.id, "ids"))
    .values(status="superseded", superseded_by=MOVED, reason="the calendar was edited again")
)


def _earlier(tx: Transaction, task_ids: Sequence[str]) -> Mapping[str, _Earlier]:
    found: dict[str, _Earlier] = {}
    for identity, task_id, occurrence, status, detail in _EARLIER.rows(tx, {"ids": task_ids}):
        known = found.get(task_id, _Earlier())
        if status in ledger.UNSENT:
            since = date.fromisoformat(detail["due_from"])
            known = replace(known, unsent=(*known.unsent, identity), due_from=since)
        found[task_id] = replace(known, count=max(known.count, occurrence))
    return found


def _event(moves: Sequence[DueMove], told: Sequence[str], edit: Edit) -> audit.Event:
    return audit.Event(
        subject=edit.subject,
        action="calendar.dates_moved",
        actor=edit.actor,
        on_behalf_of=edit.on_behalf_of,
        cause=edit.source,
        before={"due": [[one.task.address, one.before] for one in moves]},
        after={"due": [[one.task.address, one.after] for one in moves], "told": list(told)},
    )
