"""Substitutions as rows, and what falls into them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from engine.ids import new_id
from engine.store import tasks
from engine.store.record import PLAN_KINDS, plan, task
from engine.store.session import Transaction
from engine.store.tables import delegation
from engine.task import OPEN, Task

#: A stored due date may roll over holidays, and a pause may move it, before it counts.
_ROLLED = timedelta(days=31)


def add(
    tx: Transaction, person_id: str, substitute_id: str, *, dates: tuple[date, date], at: datetime
) -> str:
    """Insert a delegation, both dates included, and return its id."""
    identity = new_id()
    tx.execute(
        insert(delegation).values(
            id=identity,
            person_id=person_id,
            substitute_id=substitute_id,
            from_on=dates[0],
            to_on=dates[1],
            created_at=at,
        )
    )
    return identity


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


def end(tx: Transaction, rows: Sequence[Any], *, last: date) -> None:
    """Let delegations hold through a day; what would never have held goes."""
    for row in rows:
        chosen = delegation.c.id == row.id
        if row.from_on > last:
            tx.execute(delete(delegation).where(chosen))
        else:
            tx.execute(update(delegation).where(chosen).values(to_on=last))


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
