"""Escalations that still stand: of which tasks somebody was told by one, and by which."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, literal_column, or_, select

from engine.store.record import notice, plan, task
from engine.store.session import Transaction
from engine.store.standing import RUNNING

#: Of so many tasks somebody may have been told that naming them is no longer the shorter way.
_MANY = 500
_LOST = ("superseded", "failed")
#: It has reached him, or may have.
_OUT = ("accepted", "in_doubt")
#: In the words of its index: SQLite knows it again by nothing else.
_IS_ESCALATION: ColumnElement[bool] = literal_column("notice.kind = 'escalation'")


class Told(NamedTuple):
    """One rung that has reached somebody; `told_at` is None where that is not quite sure."""

    task_id: str
    address: str
    rung: str
    occurrence: int
    position: str
    told_at: datetime | None
    created_at: datetime


def told_to(tx: Transaction, person_id: str) -> ColumnElement[bool]:
    """Return the condition on `task` that somebody was told of it, and it still waits for the unit.

    A report ends that, and so does whatever begins to count anew.
    """
    some = select(notice.c.task_id).where(_reached(person_id)).limit(_MANY)
    ids = list(tx.execute(some).scalars())
    still = (
        select(notice.c.id)
        .where(_reached(person_id), notice.c.task_id == task.c.id, _is_now())
        .correlate(task)
        .exists()
    )
    runs = task.c.state.in_(RUNNING)
    if len(ids) == _MANY:
        return and_(runs, still)
    return and_(runs, task.c.id.in_(sorted(set(ids))), still)


def rungs(tx: Transaction, person_id: str, addresses: Sequence[str]) -> list[Told]:
    """Return by which rungs somebody was told of tasks, those that still stand, in their order."""
    pairs = [one.rpartition("/") for one in addresses]
    rows = tx.execute(
        _rungs().where(
            _reached(person_id),
            _is_now(),
            plan.c.code.in_({plan_code for plan_code, _, _ in pairs}),
            task.c.code.in_({code for _, _, code in pairs}),
        )
    )
    return [Told._make(row) for row in rows]


def _rungs() -> Select[tuple[str, str, str, int, str, datetime | None, datetime]]:
    return (
        select(
            task.c.id, (plan.c.code + "/" + task.c.code).label("address"), notice.c.rung,
            notice.c.occurrence, notice.c.position, notice.c.told_at, notice.c.created_at,
        )
        .join_from(notice, task, task.c.id == notice.c.task_id)
        .join(plan, plan.c.id == task.c.plan_id)
        .order_by(notice.c.created_at, notice.c.id)
    )  # fmt: skip


def _is_now() -> ColumnElement[bool]:
    return and_(notice.c.arming == task.c.arming, notice.c.ladder == "unit")


def _reached(person_id: str) -> ColumnElement[bool]:
    return and_(
        notice.c.recipient_id == person_id,
        _IS_ESCALATION,
        notice.c.status.not_in(_LOST),
        or_(notice.c.told_at.is_not(None), notice.c.status.in_(_OUT)),
    )
