"""Published workflows as they are stored: one row a version, never changed once there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from engine.store.record import OTHER_STATES, SUBJECT_KINDS, TASK_STATES
from engine.store.session import Transaction
from engine.store.tables import revision, workflow_version

#: The states that the table of a subject takes; its CHECK constraint refuses any other.
STORABLE_STATES: Mapping[str, tuple[str, ...]] = {
    "task": TASK_STATES,
    **dict.fromkeys(SUBJECT_KINDS, (*TASK_STATES, *OTHER_STATES)),
}


def definitions(tx: Transaction) -> list[Mapping[str, Any]]:
    """Return every stored definition, ordered by name and version."""
    rows = tx.execute(
        select(workflow_version.c.definition).order_by(
            workflow_version.c.name, workflow_version.c.version
        )
    )
    return list(rows.scalars())


def digests(tx: Transaction) -> Mapping[tuple[str, int], str]:
    """Return the digest of every stored version, by name and version."""
    columns = (workflow_version.c.name, workflow_version.c.version, workflow_version.c.digest)
    return {(name, version): digest for name, version, digest in tx.execute(select(*columns))}


def add(tx: Transaction, row: Mapping[str, Any], *, at: datetime) -> None:
    """Store a version that is not there yet."""
    tx.execute(insert(workflow_version).values(**row, published_at=at))


def is_at(tx: Transaction, number: int) -> bool:
    """Return whether the rules are still at a revision, and keep others from changing them.

    On SQLite the writing transaction itself keeps everybody else out.
    """
    wanted = select(revision.c.number).where(revision.c.name == "rules")
    if tx.dialect.name == "postgresql":
        wanted = wanted.with_for_update()
    return (tx.execute(wanted).scalar_one_or_none() or 0) == number
