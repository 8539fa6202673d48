"""Substitutions as rows, and what falls into them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from engine.ids import new_id
from engine.store import tasks
from engine.store.record import PLAN_KINDS, history, notice, plan, task
from engine.store.session import Transaction
from engine.store.tables import delegation
from engine.task import OPEN, Task

#: A stored due date may roll over holidays, and a pause may move it, before it counts.
_ROLLED = timedelta(days=31)


def add(
    tx: Transaction,
    pair: tuple[str, str],
    *,
    dates: tuple[date, date],
    back_at: datetime,
    at: datetime,
) -> str:
    """Insert a delegation of one person to another and return its id.

    Args:
        tx: The caller's transaction.
        pair: Who is absent, and who stands in for him, by id.
        dates: The first and the last day, both included.
        back_at: When the absent is told what happened.
        at: Now.
    """
    identity = new_id()
    tx.execute(
        insert(delegation).values(
            id=identity,
            person_id=pair[0],
            substitute_id=pair[1],
            from_on=dates[0],
            to_on=dates[1],
            created_at=at,
            summed_up_at=back_at,
        )
    )
    return identity


def sum_up_at(tx: Transaction, delegation_id: str, at: datetime | None) -> None:
    """Set when the absent is told what happened; None is never, or never again."""
    chosen = delegation.c.id == delegation_id
    tx.execute(update(delegation).where(chosen).values(summed_up_at=at))


def returned(tx: Transaction, *, at: datetime) -> Sequence[Any]:
    """Return the absences whose moment to be summed up has come, kept for this writer."""
    return tx.execute(
        select(delegation)
        .where(delegation.c.summed_up_at <= at)
        .order_by(delegation.c.to_on, delegation.c.id)
        .with_for_update()
    ).all()


def next_return(tx: Transaction) -> datetime | None:
    """Return the earliest instant at which somebody is to be told of an absence."""
    earliest: datetime | None = tx.execute(select(func.min(delegation.c.summed_up_at))).scalar_one()
    return earliest


def put_off(tx: Transaction, *, at: datetime, until: datetime) -> None:
    """Have what came due between slots wait for the next one."""
    due = delegation.c.summed_up_at <= at
    tx.execute(update(delegation).where(due).values(summed_up_at=until))


def deeds_for(tx: Transaction, code: str, *, window: tuple[datetime, datetime]) -> Sequence[Any]:
    """Return what was done to tasks in somebody's place between two instants, in order."""
    return tx.execute(
        select(history.c.task_id, history.c.trigger, history.c.actor, history.c.at)
        .where(history.c.on_behalf_of == code, history.c.at.between(*window))
        .order_by(history.c.at, history.c.id)
    ).all()


def told_to(
    tx: Transaction, people: Sequence[str], *, window: tuple[datetime, datetime]
) -> Sequence[Any]:
    """Return what some people were told between two instants, in order."""
    names = ("task_id", "ladder", "rung", "kind", "position", "recipient_id", "told_at")
    return tx.execute(
        select(*(notice.c[name] for name in names))
        .where(notice.c.recipient_id.in_(people), notice.c.told_at.between(*window))
        .order_by(notice.c.told_at, notice.c.id)
    ).all()


def tasks_of(tx: Transaction, ids: Collection[str]) -> list[Task]:
    """Return tasks by id, in the order of their plans."""
    if not ids:
        return []
    rows = tx.execute(
        tasks.select_tasks()
        .where(task.c.id.in_(sorted(ids)))
        .order_by(plan.c.code, task.c.ordinal, task.c.code)
    )
    return tasks.from_rows(tx, rows)


def since(tx: Transaction, on: date) -> Sequence[Any]:
    """Return the delegations that hold on a day or later, by their first day."""
    return tx.execute(
        select(delegation)
        .where(delegation.c.to_on >= on)
        .order_by(delegation.c.from_on, delegation.c.created_at, delegation.c.id)
    ).all()


def of_person(tx: Transaction, person_id: str, *, since: date) -> Sequence[Any]:
    """Return the absences of somebody that hold on a day or later, in order."""
    return _chosen(tx, delegation.c.person_id == person_id, delegation.c.to_on >= since)


def to_person(tx: Transaction, person_id: str, *, since: date) -> Sequence[Any]:
    """Return the delegations in which somebody stands in for others, on a day or later."""
    return _chosen(tx, delegation.c.substitute_id == person_id, delegation.c.to_on >= since)


def of_pair(tx: Transaction, person_id: str, substitute_id: str, *, since: date) -> Sequence[Any]:
    """Return the delegations of one person to another that hold on a day or later, in order."""
    pair = (delegation.c.person_id == person_id, delegation.c.substitute_id == substitute_id)
    return _chosen(tx, *pair, delegation.c.to_on >= since)


def _chosen(tx: Transaction, *conditions: Any) -> Sequence[Any]:
    in_order = (delegation.c.from_on, delegation.c.created_at, delegation.c.id)
    return tx.execute(select(delegation).where(*conditions).order_by(*in_order)).all()


def end(
    tx: Transaction, rows: Sequence[Any], *, last: date, back_at: datetime | None = None
) -> None:
    """Let delegations hold through a day; what would never have held goes.

    `back_at` is when the absent is told what happened, None if nobody is to be told.
    """
    for row in rows:
        chosen = delegation.c.id == row.id
        if row.from_on > last:
            tx.execute(delete(delegation).where(chosen))
        else:
            tx.execute(update(delegation).where(chosen).values(to_on=last, summed_up_at=back_at))


def open_tasks(tx: Transaction, *, due_from: date, due_to: date) -> list[Task]:
    """Return open tasks of active plans whose deadline may lie between two days."""
    rows = tx.execute(
        tasks.select_tasks()
        .where(
            plan.c.state == "active",
            task.c.kind.in_(PLAN_KINDS),
            task.c.state.in_(OPEN),
            task.c.due_on >= due_from - _ROLLED,
            task.c.due_on <= due_to + _ROLLED,
        )
        .order_by(plan.c.code, task.c.ordinal)
    )
    return tasks.from_rows(tx, rows)
