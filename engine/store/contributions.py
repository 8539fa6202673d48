"""Contributions that were asked for: which unit, until when, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select, update

from engine.ids import new_id
from engine.store.driver import Among, Prepared
from engine.store.plans import BESIDE_PLAN
from engine.store.record import contribution, history, plan, task
from engine.store.session import Transaction
from engine.task import OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One contribution as it stands.

    `note` is what was said when it came where it is: with the delivery, or why it was waived.
    """

    id: str
    parent_id: str
    code: str
    unit_id: str | None
    what: str
    state: str
    due_on: date | None
    assignee_id: str | None
    reported_at: datetime | None
    note: str | None


_PARTS = Prepared(
    select(
        task.c.id, task.c.parent_id, task.c.code, task.c.lead_unit_id, task.c.title, task.c.state,
        task.c.due_on, task.c.assignee_id, task.c.reported_at, history.c.note,
    )
    .outerjoin(history, (history.c.task_id == task.c.id) & (history.c.version == task.c.version))
    .where(Among(task.c.parent_id, "ids"), task.c.kind == "contribution")
    .order_by(task.c.parent_id, task.c.assigned_at, task.c.id)
)  # fmt: skip


def parts(tx: Transaction, task_ids: Sequence[str]) -> list[Part]:
    """Return everything that units were asked to contribute to tasks, oldest first in each."""
    rows = _PARTS.rows(tx, {"ids": list(task_ids)})
    return [Part(**dict(zip(Part.__slots__, row, strict=True))) for row in rows]


_OWED = (
    select(task.c.parent_id)
    .join(plan, plan.c.id == task.c.plan_id)
    .where(task.c.kind == "contribution", task.c.state.in_(OPEN), plan.c.state == "active")
    .order_by(plan.c.code, task.c.due_on, task.c.id)
)


def owing_to(tx: Transaction, unit_id: str) -> list[str]:
    """Return ids of the tasks to which a unit still owes something, each once, soonest first."""
    rows = tx.execute(_OWED.where(task.c.lead_unit_id == unit_id)).scalars()
    return list(dict.fromkeys(one for one in rows if one is not None))


def link(tx: Transaction, task_id: str, unit_id: str, *, name: str, subject_id: str) -> None:
    """Note that a unit was asked; one that the plan does not name is added beside its own."""
    named = contribution.c.task_id == task_id, contribution.c.unit_id == unit_id
    if tx.execute(update(contribution).where(*named).values(subject_id=subject_id)).rowcount:
        return
    last = tx.execute(
        select(func.max(contribution.c.ordinal)).where(contribution.c.task_id == task_id)
    ).scalar_one()
    tx.execute(
        insert(contribution).values(
            id=new_id(), task_id=task_id, ordinal=max(BESIDE_PLAN, (last or 0) + 1), name=name,
            unit_id=unit_id, subject_id=subject_id,
        )
    )  # fmt: skip
