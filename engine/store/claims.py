"""How the sweep takes tasks whose instant has come, and puts them back with their next one."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select, update

from engine.store import tasks
from engine.store.driver import Among, Prepared
from engine.store.record import plan, task
from engine.store.session import Transaction
from engine.task import Task


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
    given = {"at": at, "limit": limit} if only is None else {"at": at, "only": only}
    rows = (_CLAIM if only is None else _CLAIM_ONE).rows(tx, given)
    # They come in the order of their instants; the ledger is written in the order of the plans.
    rows.sort(key=lambda row: (row[1], row[-1]))
    return tasks.from_rows(tx, rows)


_DUE_TASKS = (
    tasks.select_tasks()
    .add_columns(task.c.ordinal)
    .where(task.c.next_at <= bindparam("at"))
    # Not for whoever only mentions a task: a notice about it locks nobody out.
    .with_for_update(of=task, skip_locked=True, key_share=True)
)
_CLAIM = Prepared(_DUE_TASKS.order_by(task.c.next_at).limit(bindparam("limit")))
_CLAIM_ONE = Prepared(_DUE_TASKS.where(task.c.id == bindparam("only")))


def set_next(tx: Transaction, next_at: Mapping[str, datetime | None]) -> None:
    """Set the timers of claimed tasks, by task id."""
    by_instant: dict[datetime | None, list[str]] = defaultdict(list)
    for task_id, instant in next_at.items():
        by_instant[instant].append(task_id)
    # Timers are slots, so a thousand tasks share a handful of instants.
    for instant, task_ids in by_instant.items():
        _SET_NEXT.run(tx, {"ids": task_ids, "instant": instant})


_SET_NEXT = Prepared(
    update(task).where(Among(task.c.id, "ids")).values(next_at=bindparam("instant"))
)


def bring_forward(tx: Transaction, task_ids: Sequence[str], *, slot: datetime) -> None:
    """Have tasks looked at again in a slot, unless they are to be looked at earlier anyway."""
    later = or_(task.c.next_at.is_(None), task.c.next_at > slot)
    tx.execute(update(task).where(task.c.id.in_(task_ids), later).values(next_at=slot))


def postpone_all(
    tx: Transaction, *, at: datetime, until: datetime, units: Collection[str] | None = None
) -> int:
    """Move every task whose instant passed outside a slot to that slot; return how many.

    Args:
        tx: The caller's transaction.
        at: Now.
        until: The slot.
        units: Only tasks that one of these units leads.
    """
    passed = task.c.next_at <= at
    chosen = passed if units is None else and_(passed, task.c.lead_unit_id.in_(units))
    return tx.execute(update(task).where(chosen).values(next_at=until)).rowcount
