"""The ledger of notices: what was told of a task, and what is still to be told.

Rows are only ever added or moved on in status; the unique key makes a second telling impossible
whatever the number of schedulers, restarts or clock steps.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Insert, and_, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.calendar import WorkingCalendar
from engine.ids import new_id
from engine.ladder import Mark
from engine.notices import Notice
from engine.office import Office
from engine.store.record import notice
from engine.store.session import Transaction
from engine.telling import Past

_Upsert = TypeVar("_Upsert", postgresql.Insert, sqlite.Insert)

#: Statuses in which a notice has not left yet.
UNSENT = ("pending", "retry")
#: Statuses in which somebody may still be told by it.
ON_ITS_WAY = ("pending", "retry", "leased", "sending")

_KEY = (
    notice.c.task_id, notice.c.ladder, notice.c.deadline_version, notice.c.arming,
    notice.c.rung, notice.c.occurrence, notice.c.recipient_id,
)  # fmt: skip


def insert_notices(tx: Transaction, notices: Sequence[Notice], *, at: datetime) -> None:
    """Store notices; one whose key the ledger already holds is left out (but see `_revive`)."""
    if notices:
        tx.execute(_insert(tx), [as_row(one, at=at) for one in notices])


def as_row(one: Notice, *, at: datetime) -> dict[str, Any]:
    """Return a notice as the columns of its table."""
    return {
        "id": new_id(),
        "task_id": one.task_id,
        "ladder": one.ladder,
        "deadline_version": one.deadline_version,
        "arming": one.arming,
        "rung": one.rung,
        "occurrence": one.occurrence,
        "recipient_id": one.recipient_id,
        "kind": one.kind,
        "position": one.position,
        "detail": dict(one.detail),
        "is_urgent": one.is_urgent,
        "is_planned": one.is_planned,
        "created_at": at,
        "leave_at": one.leave_at,
        "status": one.status,
        "superseded_by": one.superseded_by,
        "reason": one.reason,
        "tries": 0,
        "told_at": None,
        "message_id": None,
    }


def facts(
    tx: Transaction, armings: Mapping[str, tuple[str, int]], *, calendar: WorkingCalendar
) -> Mapping[str, Past]:
    """Return what the ledger holds of each task's present arming.

    Args:
        tx: The transaction.
        armings: Task id to (ladder, arming).
        calendar: Gives the local day of an instant.

    Returns:
        One fact per task, empty where nothing was told yet.
    """
    rows: dict[str, dict[tuple[str, int], list[Any]]] = defaultdict(lambda: defaultdict(list))
    wanted = select(
        notice.c.task_id, notice.c.kind, notice.c.ladder, notice.c.arming, notice.c.rung,
        notice.c.occurrence, notice.c.status, notice.c.told_at, notice.c.created_at,
        notice.c.recipient_id, notice.c.superseded_by, notice.c.reason,
    ).where(notice.c.task_id.in_(bindparam("ids", expanding=True)))  # fmt: skip
    for row in tx.execute(wanted, {"ids": list(armings)}):
        if armings[row.task_id] == (row.ladder, row.arming) and not _is_still_owed(row):
            rows[row.task_id][row.rung, row.occurrence].append(row)
    return {task_id: _fact(rows[task_id], calendar) for task_id in armings}


def _is_still_owed(row: Any) -> bool:
    """Return whether a row records what was withheld from everybody, and may be told after all.

    An escalation overtaken by a report, and a rung whose slot still lay ahead when the task left
    its ladder: such a row names the trigger alone, and no newer rung.
    """
    if row.status != "superseded":
        return False
    withheld = row.recipient_id is None and row.reason == row.superseded_by
    return row.kind == "escalation" or withheld


def _fact(told: Mapping[tuple[str, int], Sequence[Any]], calendar: WorkingCalendar) -> Past:
    marks = tuple(
        Mark(rung=rung, occurrence=occurrence, on=_told_on(rows, calendar))
        for (rung, occurrence), rows in told.items()
    )
    people: dict[str, frozenset[str]] = {}
    for (rung, _), rows in told.items():
        people[rung] = people.get(rung, frozenset()) | {
            row.recipient_id
            for row in rows
            if row.recipient_id is not None and row.status not in ("superseded", "failed")
        }
    return Past(marks=marks, told=people)


def _told_on(rows: Sequence[Any], calendar: WorkingCalendar) -> date | None:
    told = [row.told_at for row in rows if row.told_at is not None]
    if told:
        return calendar.local_date(min(told))
    if any(row.status in ON_ITS_WAY for row in rows):
        return None
    # Superseded, collapsed or failed for good: the day it was decided takes the place of the day
    # it was told, so that the ladder goes on.
    return calendar.local_date(max(row.created_at for row in rows))


def supersede_reminders(
    tx: Transaction, newest: Mapping[str, str], *, at: datetime, reason: str
) -> list[tuple[str, str]]:
    """Mark unsent reminders of tasks as replaced by a newer rung; return (task id, rung) pairs."""
    replaced: list[tuple[str, str]] = []
    by_rung: dict[str, list[str]] = defaultdict(list)
    for task_id, rung in newest.items():
        by_rung[rung].append(task_id)
    for rung, task_ids in by_rung.items():
        done = tx.execute(
            update(notice)
            .where(
                notice.c.task_id.in_(task_ids),
                notice.c.kind == "reminder",
                notice.c.status.in_(UNSENT),
                notice.c.created_at < at,
            )
            .values(status="superseded", superseded_by=rung, reason=reason)
            .returning(notice.c.task_id, notice.c.rung)
        )
        replaced += [(row.task_id, row.rung) for row in done]
    return replaced


def leave_times(
    tx: Transaction,
    recipients: Iterable[str],
    *,
    at: datetime,
    office: Office,
    calendar: WorkingCalendar,
) -> Mapping[str, datetime]:
    """Return when a notice made now leaves, per recipient: with the batch already waiting, if any.

    The batch leaves `office.batch` after its first notice if that lies in working hours, else in
    the next slot.
    """
    people = sorted(set(recipients))
    waiting = select(notice.c.recipient_id, func.min(notice.c.leave_at).label("leave_at")).where(
        notice.c.recipient_id.in_(bindparam("people", expanding=True)),
        notice.c.status == "pending",
        notice.c.is_planned.is_(False),
        notice.c.is_urgent.is_(False),
        notice.c.leave_at > at,
    )
    batch = {
        row.recipient_id: row.leave_at
        for row in tx.execute(waiting.group_by(notice.c.recipient_id), {"people": people})
    }
    alone = calendar.may_leave(at + office.batch)
    return {person: batch.get(person, alone) for person in people}


def _insert(tx: Transaction) -> Insert:
    if tx.dialect.name == "postgresql":
        return _revive(postgresql.insert(notice))
    return _revive(sqlite.insert(notice))


def _revive(statement: _Upsert) -> _Upsert:
    """Return the insert that leaves a known key alone, but for an escalation never told.

    An escalation superseded because its task was reported is owed again once the task comes back:
    escalation is never skipped, and one key never tells twice.
    """
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=list(_KEY),
        set_={
            "status": new.status,
            "leave_at": new.leave_at,
            "created_at": new.created_at,
            "position": new.position,
            "superseded_by": None,
            "reason": None,
            "message_id": None,
            "tries": 0,
        },
        where=and_(
            notice.c.kind == "escalation",
            notice.c.status == "superseded",
            notice.c.told_at.is_(None),
            new.status == "pending",
        ),
    )
