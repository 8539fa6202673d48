"""How plans stand, counted by the database, and whom an activation has just told."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from engine.store.doors import counter
from engine.store.record import PLAN_KINDS, notice, plan, task
from engine.store.session import Transaction

_PLAN = (
    plan.c.id, plan.c.code, plan.c.year, plan.c.title, plan.c.state, plan.c.version,
    plan.c.number, plan.c.issued_on,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one person is told of the tasks of a plan: of which, and when it leaves."""

    recipient_id: str
    kind: str
    leave_at: datetime | None
    codes: tuple[str, ...]


def plans(tx: Transaction) -> list[Any]:
    """Return every plan, the newest year first."""
    return list(tx.execute(select(*_PLAN).order_by(plan.c.year.desc(), plan.c.code)))


def by_state(
    tx: Transaction, condition: ColumnElement[bool] | None, *, plan_id: str | None = None
) -> dict[str, dict[str, int]]:
    """Return how many tasks of each plan are in each state.

    Args:
        tx: The transaction.
        condition: On `task`, what the reader may see; None is everything, which is counted already.
        plan_id: Only this plan.
    """
    if condition is None:
        keys = (counter.c.plan_id, counter.c.state)
        statement = select(*keys, func.sum(counter.c.delta).label("number")).group_by(*keys)
    else:
        keys = (task.c.plan_id, task.c.state)
        statement = (
            select(*keys, func.count().label("number"))
            .where(condition, task.c.state.is_not(None), task.c.kind.in_(PLAN_KINDS))
            .group_by(*keys)
        )
    if plan_id is not None:
        statement = statement.where(keys[0] == plan_id)
    found: dict[str, dict[str, int]] = {}
    for row in tx.execute(statement):
        if row.number:
            found.setdefault(row.plan_id, {})[row.state] = int(row.number)
    return found


def notices_of(tx: Transaction, plan_id: str, *, at: datetime) -> frozenset[str]:
    """Return the ids of the notices about a plan that were written at an instant."""
    rows = tx.execute(
        select(notice.c.id)
        .join(task, task.c.id == notice.c.task_id)
        .where(task.c.plan_id == plan_id, notice.c.created_at == at)
    )
    return frozenset(rows.scalars())


def told(
    tx: Transaction, plan_id: str, *, at: datetime, besides: Collection[str] = ()
) -> list[Told]:
    """Return whom notices written at an instant tell of a plan, each person once a kind.

    Args:
        tx: The transaction.
        plan_id: The plan.
        at: The instant.
        besides: Ids of notices that were there before: a clock may stand still.
    """
    rows = tx.execute(
        select(notice.c.id, notice.c.recipient_id, notice.c.kind, notice.c.leave_at, task.c.code)
        .join(task, task.c.id == notice.c.task_id)
        .where(task.c.plan_id == plan_id, notice.c.created_at == at,
               notice.c.status == "pending", notice.c.recipient_id.is_not(None))
        .order_by(task.c.ordinal, task.c.code)
    )  # fmt: skip
    return gathered(
        (row.recipient_id, row.kind, row.leave_at, row.code) for row in rows
        if row.id not in besides
    )  # fmt: skip


def gathered(notices: Iterable[tuple[str, str, datetime | None, str]]) -> list[Told]:
    """Return what notices tell each person, once a kind.

    Args:
        notices: Id of the recipient, kind, when it leaves, and code of the task, of each.
    """
    found: dict[tuple[str, str], list[tuple[datetime | None, str]]] = {}
    for person, kind, leave_at, code in notices:
        found.setdefault((person, kind), []).append((leave_at, code))
    return [
        Told(
            recipient_id=person,
            kind=kind,
            leave_at=min((leave_at for leave_at, _ in ones if leave_at), default=None),
            codes=tuple(dict.fromkeys(code for _, code in ones)),
        )
        for (person, kind), ones in found.items()
    ]
