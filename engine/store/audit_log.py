"""Statements of the audit log: what the sealer looks for and what verification reads."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple, TypeAlias, cast

from sqlalchemy import bindparam, func, select, text

from engine.store.record import anchor, audit_block, audit_entry, plan, task
from engine.store.session import Transaction
from engine.store.types import Id

#: Less than any id.
LEAST = "00000000-0000-0000-0000-000000000000"

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

# The driver's own rows, without the types of SQLAlchemy: verification reads all of them, and each
# conversion would cost as much as the hash. `body` comes as the bytes that were hashed.
_ENTRIES = {
    "sqlite": (
        "SELECT id, subject, subject_seq, prev, hash, replace(at, ' ', 'T') || 'Z', "
        "action, actor, coalesce(CAST(body AS BLOB), x'') FROM audit_entry"
    ),
    "postgresql": (
        "SELECT id::text, subject, subject_seq, prev, hash, "
        """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), """
        "action, actor, coalesce(convert_to(body, 'UTF8'), '') FROM audit_entry"
    ),
}


class Stored(NamedTuple):
    """An entry as it lies in the table.

    Attributes:
        key: Its id as the driver writes it; `keys` writes others the same way.
        at: Canonical text, as in the body.
        body: The bytes that were hashed.
    """

    key: str
    subject: str
    subject_seq: int
    prev: str
    hash: str
    at: str
    action: str
    actor: str
    body: bytes


#: A `Stored` as the driver hands it over; naming its fields is left to whoever looks closer.
Raw: TypeAlias = tuple[str, str, int, str, str, str, str, str, bytes]


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


def entries_after(tx: Transaction, key: str, *, most: int) -> list[Raw]:
    """Return entries with a greater key, in the order of their keys."""
    # The table's own id: a bare one is the text in the answer, which no index helps to sort.
    return _raw(tx, "WHERE id > {0} ORDER BY audit_entry.id LIMIT {0}", (key, most))


def entry_at(tx: Transaction, key: str) -> Raw | None:
    """Return one entry by its key."""
    found = _raw(tx, "WHERE id = {0}", (key,))
    return found[0] if found else None


def entries_of(tx: Transaction, subject: str) -> list[Stored]:
    """Return every entry of one subject, oldest first."""
    rows = _raw(tx, "WHERE subject = {0} ORDER BY subject_seq", (subject,))
    return [Stored._make(row) for row in rows]


def task_heads(tx: Transaction, *, after: str, most: int) -> Sequence[Any]:
    """Return id, state and newest audit hash of tasks with a greater id."""
    return tx.execute(
        select(task.c.id, task.c.state, task.c.audit_hash)
        .where(task.c.id > after)
        .order_by(task.c.id)
        .limit(most)
    ).all()


def task_head(tx: Transaction, identity: str) -> Any | None:
    """Return address, state and newest audit hash of one task."""
    address = (plan.c.code + "/" + task.c.code).label("address")
    return tx.execute(
        select(address, task.c.state, task.c.audit_hash)
        .join(plan, plan.c.id == task.c.plan_id)
        .where(task.c.id == identity)
    ).first()


def keys(tx: Transaction, ids: Sequence[str]) -> list[str]:
    """Return ids as the driver writes them: SQLite keeps them without the dashes."""
    if tx.dialect.name != "sqlite" or not ids:
        return list(ids)
    return "\n".join(ids).replace("-", "").split("\n")


def earlier(identity: str, *, by: timedelta) -> str:
    """Return the least UUIDv7 of an instant that much before the id's own."""
    milliseconds = max((uuid.UUID(identity).int >> 80) - by // timedelta(milliseconds=1), 0)
    return str(uuid.UUID(int=milliseconds << 80))


def _raw(tx: Transaction, clause: str, values: tuple[Any, ...]) -> list[Raw]:
    mark = "?" if tx.dialect.name == "sqlite" else "%s"
    cursor = tx.connection.cursor()
    try:
        cursor.execute(f"{_ENTRIES[tx.dialect.name]} {clause.format(mark)}", values)
        return cast("list[Raw]", cursor.fetchall())
    finally:
        cursor.close()
