"""The audit log as people page through it, the newest first, narrowed by what its columns hold."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from engine.ids import is_id
from engine.store.record import audit_block, audit_entry, plan, task
from engine.store.session import Transaction
from engine.store.tables import person, unit

_SHOWN = (
    audit_entry.c.id, audit_entry.c.subject, audit_entry.c.at, audit_entry.c.action,
    audit_entry.c.actor, audit_entry.c.body, audit_entry.c.hash, audit_entry.c.prev,
)  # fmt: skip


def page(
    tx: Transaction, conditions: Sequence[ColumnElement[bool]], *, before: str | None, limit: int
) -> list[Any]:
    """Return entries, the newest first; with `before` those older than that one."""
    wanted = select(*_SHOWN).where(*conditions)
    if before is not None:
        wanted = wanted.where(audit_entry.c.id < before)
    return list(tx.execute(wanted.order_by(audit_entry.c.id.desc()).limit(limit)))


def between(first: datetime | None, last: datetime | None) -> list[ColumnElement[bool]]:
    """Return the conditions for entries from an instant on and before another."""
    found: list[ColumnElement[bool]] = []
    if first is not None:
        found.append(audit_entry.c.at >= first)
    if last is not None:
        found.append(audit_entry.c.at < last)
    return found


def by(actor: str) -> ColumnElement[bool]:
    """Return the condition for what one actor did."""
    return audit_entry.c.actor == actor


def of_action(action: str) -> ColumnElement[bool]:
    """Return the condition for an action, or for all that begin with it and a dot."""
    return or_(
        audit_entry.c.action == action,
        audit_entry.c.action.startswith(f"{action}.", autoescape=True),
    )


def about(subject: str) -> ColumnElement[bool]:
    """Return the condition for the entries of one subject."""
    return audit_entry.c.subject == subject


def with_new_date() -> ColumnElement[bool]:
    """Return the condition for entries that say a due date changed."""
    # Keys stand in their order: what follows "before" is what was, and then a text, its marks
    # escaped.
    return audit_entry.c.body.like('%"before":{%"due_on":%')


def numbers(tx: Transaction, ids: Sequence[str]) -> dict[str, int]:
    """Return the number in the log of each entry that is sealed, by its id."""
    holding = (
        select(audit_block.c.number)
        .where(audit_block.c.newest >= audit_entry.c.id)
        .order_by(audit_block.c.newest)
        .limit(1)
        .correlate(audit_entry)
        .scalar_subquery()
    )
    found = {
        row.number
        for row in tx.execute(
            select(holding.label("number"))
            .select_from(audit_entry)
            .where(audit_entry.c.id.in_(ids))
        )
        if row.number is not None
    }
    wanted = set(ids)
    blocks = select(audit_block.c.first_seq, audit_block.c.entries).where(
        audit_block.c.number.in_(found)
    )
    return {
        entry: block.first_seq + place
        for block in tx.execute(blocks)
        for place, entry in enumerate(block.entries)
        if entry in wanted
    }


def last_of(tx: Transaction, subject: str, action: str) -> Any | None:
    """Return the newest entry of an action on a subject."""
    return tx.execute(
        select(*_SHOWN)
        .where(audit_entry.c.subject == subject, audit_entry.c.action == action)
        .order_by(audit_entry.c.subject_seq.desc())
        .limit(1)
    ).first()


def was_read(tx: Transaction, subject: str, actor: str, *, since: datetime) -> bool:
    """Return whether it is kept already that somebody reads the log."""
    found = select(audit_entry.c.id).where(
        audit_entry.c.subject == subject,
        audit_entry.c.at >= since,
        audit_entry.c.action == "audit.read",
        audit_entry.c.actor == actor,
    )
    return tx.execute(found.limit(1)).first() is not None


def labels(tx: Transaction, subjects: Sequence[str]) -> dict[str, str]:
    """Return what people call subjects: the address of a task, the code of a person or a unit."""
    address = (plan.c.code + "/" + task.c.code).label("name")
    asked = {
        "task": select(task.c.id, address).join(plan, plan.c.id == task.c.plan_id),
        "plan": select(plan.c.id, plan.c.code.label("name")),
        "person": select(person.c.id, person.c.code.label("name")),
        "unit": select(unit.c.id, unit.c.code.label("name")),
    }
    keys = {"task": task.c.id, "plan": plan.c.id, "person": person.c.id, "unit": unit.c.id}
    found: dict[str, str] = {}
    for kind, statement in asked.items():
        named = (each.partition(":")[2] for each in subjects if each.startswith(f"{kind}:"))
        ids = [each for each in named if is_id(each)]
        if ids:
            rows = tx.execute(statement.where(keys[kind].in_(ids)))
            found |= {f"{kind}:{row.id}": row.name for row in rows}
    return found


def subject(tx: Transaction, kind: str, code: str) -> str | None:
    """Return the subject of the person, unit or plan that has a code."""
    table = {"person": person, "unit": unit, "plan": plan}.get(kind)
    if table is None:
        return None
    found = tx.execute(select(table.c.id).where(table.c.code == code)).scalar_one_or_none()
    return f"{kind}:{found}" if found else None
