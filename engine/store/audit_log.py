"""The audit log by rows: what the sealer looks for, blocks, anchors, one entry.

Reading all of it is in `audit_scan`.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, text

from engine.store.record import anchor, audit_block, audit_entry, plan, task
from engine.store.session import Transaction
from engine.store.types import Id

_SEALER_LOCK = 5_641_902
#: SQLite refuses statements with very many parameters; older ones already at 1,000.
_MOST_NAMED = 500

_TO_SEAL = (audit_entry.c.id, audit_entry.c.subject, audit_entry.c.subject_seq, audit_entry.c.hash)

# The difference is taken in the database, which may spill it to disk; there is no table of what is
# sealed, because filling it would cost as much as the log itself.
_LATE = {
    "sqlite": "SELECT replace(value, '-', '') FROM audit_block, json_each(audit_block.entries)",
    "postgresql": "SELECT value::uuid FROM audit_block, jsonb_array_elements_text(entries)",
}
_LATE_IDS = (
    "SELECT id FROM audit_entry WHERE id > :floor AND id <= :newest "
    "EXCEPT {sealed} WHERE number > :before ORDER BY id LIMIT :most"
)


def lock_sealer(tx: Transaction) -> None:
    """Wait until no other sealer is at work; SQLite has one writer in any case."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SEALER_LOCK})


def late_entries(tx: Transaction, *, floor: str, newest: str, most: int) -> Sequence[Any]:
    """Return entries between two ids that no block lists, in the order of their ids."""
    before = tx.execute(
        select(audit_block.c.number)
        .where(audit_block.c.newest < floor)
        .order_by(audit_block.c.number.desc())
        .limit(1)
    ).scalar()
    statement = text(_LATE_IDS.format(sealed=_LATE[tx.dialect.name])).bindparams(
        bindparam("floor", type_=Id), bindparam("newest", type_=Id)
    )
    span = {"floor": floor, "newest": newest, "before": before or 0, "most": most}
    ids = [row.id for row in tx.execute(statement.columns(id=Id), span)]
    rows: list[Any] = []
    for start in range(0, len(ids), _MOST_NAMED):
        chunk = ids[start : start + _MOST_NAMED]
        rows += tx.execute(select(*_TO_SEAL).where(audit_entry.c.id.in_(chunk)))
    return rows


def newer_entries(tx: Transaction, *, than: str, most: int) -> Sequence[Any]:
    """Return entries with a greater id, in the order of their ids."""
    return tx.execute(
        select(*_TO_SEAL).where(audit_entry.c.id > than).order_by(audit_entry.c.id).limit(most)
    ).all()


def last_block(tx: Transaction) -> Any | None:
    """Return the newest block without its list of entries."""
    columns = [column for column in audit_block.c if column is not audit_block.c.entries]
    return tx.execute(select(*columns).order_by(audit_block.c.number.desc()).limit(1)).first()


def block_hash(tx: Transaction, number: int) -> str | None:
    """Return the hash of one block, None where there is none of that number."""
    found: str | None = tx.execute(
        select(audit_block.c.hash).where(audit_block.c.number == number)
    ).scalar_one_or_none()
    return found


def last_number(tx: Transaction) -> int:
    """Return the number of the newest block, 0 where there is none."""
    return tx.execute(select(func.max(audit_block.c.number))).scalar() or 0


def count_sealed(tx: Transaction) -> int:
    """Return how many entries the blocks say they hold."""
    return tx.execute(select(func.sum(audit_block.c.count))).scalar() or 0


def blocks_after(tx: Transaction, number: int, *, most: int) -> Sequence[Any]:
    """Return whole blocks with a greater number, in their order."""
    return tx.execute(
        select(audit_block)
        .where(audit_block.c.number > number)
        .order_by(audit_block.c.number)
        .limit(most)
    ).all()


def block_holding(tx: Transaction, seq: int) -> Any | None:
    """Return the block in whose range a number of the log lies."""
    return tx.execute(
        select(audit_block)
        .where(audit_block.c.first_seq <= seq, audit_block.c.first_seq + audit_block.c.count > seq)
        .order_by(audit_block.c.first_seq.desc())
        .limit(1)
    ).first()


def entry_row(tx: Transaction, identity: str) -> Any | None:
    """Return one entry by its id."""
    return tx.execute(select(audit_entry).where(audit_entry.c.id == identity)).first()


def anchors(tx: Transaction) -> Sequence[Any]:
    """Return every anchor that was taken, oldest first."""
    return tx.execute(select(anchor).order_by(anchor.c.at, anchor.c.id)).all()


def task_head(tx: Transaction, identity: str) -> Any | None:
    """Return address, state and newest audit hash of one task."""
    address = (plan.c.code + "/" + task.c.code).label("address")
    return tx.execute(
        select(address, task.c.state, task.c.due_on, task.c.assignee_id, task.c.audit_hash)
        .join(plan, plan.c.id == task.c.plan_id)
        .where(task.c.id == identity)
    ).first()


def earlier(identity: str, *, by: timedelta) -> str:
    """Return the least UUIDv7 of an instant that much before the id's own."""
    milliseconds = max((uuid.UUID(identity).int >> 80) - by // timedelta(milliseconds=1), 0)
    return str(uuid.UUID(int=milliseconds << 80))
