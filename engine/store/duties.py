"""What one person answers for, wherever he is named; and the rows moved to somebody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update

from engine.ids import new_id
from engine.store import ledger
from engine.store.record import notice, plan, task
from engine.store.session import Transaction
from engine.store.subjects import series
from engine.store.tables import charge, unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Work that comes back and names somebody."""

    id: str
    code: str
    assignee_id: str | None
    verifier_id: str | None


def addresses(tx: Transaction, person_id: str) -> list[str]:
    """Return the tasks of active plans that name somebody, whatever their state, in plan order."""
    rows = tx.execute(
        select(plan.c.code, task.c.code)
        .join(plan, plan.c.id == task.c.plan_id)
        .where(plan.c.state == "active", task.c.state.is_not(None), _names(person_id))
        .order_by(plan.c.code, task.c.ordinal, task.c.code)
    )
    return [f"{of_plan}/{code}" for of_plan, code in rows]


def _names(person_id: str) -> Any:
    return or_(
        task.c.assignee_id == person_id,
        task.c.verifier_id == person_id,
        task.c.leader_id == person_id,
    )


def series_of(tx: Transaction, person_id: str) -> list[Series]:
    """Return work that comes back and names somebody, as long as it goes on."""
    rows = tx.execute(
        select(series.c.id, series.c.code, series.c.assignee_id, series.c.verifier_id)
        .where(
            series.c.state == "active",
            or_(series.c.assignee_id == person_id, series.c.verifier_id == person_id),
        )
        .order_by(series.c.code)
    )
    return [Series(**row._mapping) for row in rows]


def hand_series(tx: Transaction, found: Sequence[Series], person_id: str, to: str | None) -> None:
    """Name somebody else, or nobody, in work that comes back."""
    for one in found:
        values = {
            name: to for name in ("assignee_id", "verifier_id") if getattr(one, name) == person_id
        }
        tx.execute(update(series).where(series.c.id == one.id).values(**values))


def hand_drafts(tx: Transaction, person_id: str, to: str | None) -> None:
    """Name somebody else, or nobody, in plans that are drafts; activation judges them."""
    drafts = select(plan.c.id).where(plan.c.state == "draft")
    for column in (task.c.assignee_id, task.c.verifier_id):
        tx.execute(
            update(task).where(column == person_id, task.c.plan_id.in_(drafts)).values({column: to})
        )


def hand_units(tx: Transaction, person_id: str, to: str | None) -> None:
    """Let somebody else, or nobody, be the leader in charge of the units of one leader."""
    tx.execute(update(unit).where(unit.c.leader_id == person_id).values(leader_id=to))


def charges_of(tx: Transaction, person_id: str, *, since: date) -> Sequence[Any]:
    """Return the charges of a leader that hold on a day or later."""
    return tx.execute(
        select(charge)
        .where(charge.c.leader_id == person_id, or_(charge.c.to_on.is_(None),
                                                    charge.c.to_on >= since))
        .order_by(charge.c.created_at, charge.c.id)
    ).all()  # fmt: skip


def charges(tx: Transaction, *, since: date) -> Sequence[Any]:
    """Return every charge that holds on a day or later, in the order they were given."""
    return tx.execute(
        select(charge)
        .where(or_(charge.c.to_on.is_(None), charge.c.to_on >= since))
        .order_by(charge.c.created_at, charge.c.id)
    ).all()


def add_charge(tx: Transaction, values: Mapping[str, Any]) -> str:
    """Insert a charge and return its id."""
    identity = new_id()
    tx.execute(insert(charge).values(id=identity, **values))
    return identity


def end_charge(tx: Transaction, row: Any, *, last: date) -> None:
    """Let a charge hold through a day; one that would never have held goes."""
    if row.from_on is not None and row.from_on > last:
        tx.execute(delete(charge).where(charge.c.id == row.id))
        return
    tx.execute(update(charge).where(charge.c.id == row.id).values(to_on=last))


def withdraw_notices(tx: Transaction, person_id: str, *, reason: str) -> Sequence[Any]:
    """Take back what waits to be told to somebody; return the rows as they were."""
    waiting = (notice.c.recipient_id == person_id, notice.c.status.in_(ledger.UNSENT))
    rows = tx.execute(select(notice).where(*waiting).order_by(notice.c.id)).all()
    tx.execute(
        update(notice)
        .where(*waiting)
        .values(status="superseded", superseded_by="handed_over", reason=reason)
    )
    return rows


def look_again(tx: Transaction, task_ids: Sequence[str], *, slot: datetime) -> None:
    """Have tasks with a timer looked at in a slot: what was withdrawn may be owed to others."""
    if task_ids:
        tx.execute(
            update(task)
            .where(task.c.id.in_(task_ids), or_(task.c.next_at.is_(None), task.c.next_at > slot))
            .values(next_at=slot)
        )
