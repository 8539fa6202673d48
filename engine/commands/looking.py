"""Finding what somebody may see by its address; what he may not see does not exist for him."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from engine.clock import require_aware
from engine.commands.tasks import the_one
from engine.errors import Unknown
from engine.store import tasks as store
from engine.store.record import evidence, plan, task
from engine.store.requests import KINDS
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.tasks import Loaded
from engine.store.visible import visible_to


def find(
    tx: Transaction, address: str, *, people: Sequence[str], rules: Rules, at: datetime
) -> Loaded:
    """Return the one task, or what hangs on one, that an address means to somebody.

    Args:
        tx: The transaction.
        address: `PLAN/CODE`, or a bare code, which is looked up in the active plans.
        people: Ids of who looks, and of those he stands in for.
        rules: The rulebook's keeper.
        at: Now.

    Raises:
        Unknown: there is none, there are several, or he may see none of them.
    """
    found = store.load(tx, address)
    seen = _seen(tx, [one.task.id for one in found], people=people, rules=rules, at=at)
    return the_one(address, [one for one in found if one.task.id in seen])


def codes_of_plan(
    tx: Transaction, plan_code: str, *, people: Sequence[str], rules: Rules, at: datetime
) -> frozenset[str]:
    """Return the codes of everything in a plan that somebody may see."""
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(require_aware(at).astimezone(UTC))
    condition = visible_to(tx, rulebook.organisation, people, on=today)
    wanted = select(task.c.code).join(plan, plan.c.id == task.c.plan_id)
    return frozenset(tx.execute(wanted.where(plan.c.code == plan_code, condition)).scalars())


def address_of_evidence(
    tx: Transaction, evidence_id: str, *, people: Sequence[str], rules: Rules, at: datetime
) -> str:
    """Return the address of what a piece of evidence belongs to.

    Raises:
        Unknown: there is no such evidence, or he may not see what it belongs to.
    """
    row = None
    with suppress(ValueError):
        row = tx.execute(
            select(task.c.id, task.c.code, plan.c.code.label("plan"))
            .join(evidence, evidence.c.task_id == task.c.id)
            .join(plan, plan.c.id == task.c.plan_id)
            .where(evidence.c.id == str(UUID(evidence_id)))
        ).first()
    if row is None or row.id not in _seen(tx, [row.id], people=people, rules=rules, at=at):
        raise Unknown(what="evidence_file", name=evidence_id)
    return f"{row.plan}/{row.code}"


def _seen(
    tx: Transaction, ids: Sequence[str], *, people: Sequence[str], rules: Rules, at: datetime
) -> frozenset[str]:
    """Return which of some rows may be seen; what is asked about a task is seen with the task."""
    if not ids:
        return frozenset()
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(require_aware(at).astimezone(UTC))
    condition = visible_to(tx, rulebook.organisation, people, on=today)
    asked = task.alias("asked_about")
    itself = select(task.c.id).where(task.c.id.in_(ids), condition)
    seen = frozenset(tx.execute(itself).scalars())
    if len(seen) == len(set(ids)):
        return seen
    by_task = (
        select(asked.c.id)
        .join(task, task.c.id == asked.c.parent_id)
        .where(asked.c.id.in_(ids), asked.c.kind.in_(KINDS), condition)
    )
    return seen | frozenset(tx.execute(by_task).scalars())
