"""How the sweep takes tasks whose instant has come, and puts them back with their next one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select, update

from engine.store import tasks
from engine.store.record import plan, task
from engine.store.session import Transaction
from engine.task import Task

#: Most ids in one IN list; PostgreSQL and SQLite both take it gladly.
_CHUNK = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A task whose instant has come, by the few columns that are always readable."""

    id: str
    address: str
    version: int


def due(tx: Transaction, *, at: datetime, limit: int) -> list[Due]:
    """Return up to `limit` tasks whose `next_at` has come, earliest first; nothing is locked."""
    rows = tx.execute(
        select(task.c.id, task.c.code, task.c.version, plan.c.code.label("plan_code"))
        .join(plan, plan.c.id == task.c.plan_id)
        .where(task.c.next_at <= at)
        .order_by(task.c.next_at)
        .limit(limit)
    )
    return [
        Due(id=row.id, address=f"{row.plan_code}/{row.code}", version=row.version) for row in rows
    ]


def claim(tx: Transaction, *, at: datetime, limit: int, only: str | None = None) -> list[Task]:
    """Return up to `limit` tasks whose `next_at` has come, earliest first; or the one of an id.

    On PostgreSQL their rows are locked and rows locked by another sweep are passed over; on SQLite
    the writing transaction itself keeps everybody else out.
    """
    wanted = select(task.c.id).where(task.c.next_at <= at).order_by(task.c.next_at).limit(limit)
    if only is not None:
        wanted = wanted.where(task.c.id == only)
    if tx.dialect.name == "postgresql":
        wanted = wanted.with_for_update(skip_locked=True)
    ids = list(tx.execute(wanted).scalars())
    if not ids:
        return []
    rows = tx.execute(
        tasks.select_tasks()
        .where(task.c.id.in_(bindparam("ids", expanding=True)))
        .order_by(task.c.plan_id, task.c.ordinal),
        {"ids": ids},
    )
    return tasks.from_rows(tx, rows)


def set_next(tx: Transaction, next_at: Mapping[str, datetime | None]) -> None:
    """Set the timers of claimed tasks, by task id."""
    by_instant: dict[datetime | None, list[str]] = defaultdict(list)
    for task_id, instant in next_at.items():
        by_instant[instant].append(task_id)
    # Timers are slots, so a thousand tasks share a handful of instants.
    for instant, task_ids in by_instant.items():
        for start in range(0, len(task_ids), _CHUNK):
            tx.execute(
                update(task)
                .where(task.c.id.in_(task_ids[start : start + _CHUNK]))
                .values(next_at=instant)
            )


def bring_forward(tx: Transaction, task_ids: Sequence[str], *, slot: datetime) -> None:
    """Have tasks looked at again in a slot, unless they are to be looked at earlier anyway."""
    later = or_(task.c.next_at.is_(None), task.c.next_at > slot)
    tx.execute(update(task).where(task.c.id.in_(task_ids), later).values(next_at=slot))


def postpone_all(tx: Transaction, *, at: datetime, until: datetime) -> int:
    """Move every task whose instant passed outside a slot to that slot; return how many."""
    moved = tx.execute(update(task).where(task.c.next_at <= at).values(next_at=until))
    return moved.rowcount
