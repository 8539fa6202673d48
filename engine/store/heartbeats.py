"""Proof of life: when each part of the process last finished a whole turn."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.session import Transaction
from engine.store.tables import heartbeat


def beat(tx: Transaction, name: str, *, at: datetime, node: str) -> None:
    """Remember that a part finished a turn."""
    values = {"name": name, "completed_at": at, "node": node}
    changed = {"completed_at": at, "node": node}
    if tx.dialect.name == "postgresql":
        tx.execute(
            postgresql.insert(heartbeat)
            .values(values)
            .on_conflict_do_update(index_elements=["name"], set_=changed)
        )
    else:
        tx.execute(
            sqlite.insert(heartbeat)
            .values(values)
            .on_conflict_do_update(index_elements=["name"], set_=changed)
        )


def last_beat(tx: Transaction, name: str) -> datetime | None:
    """Return when a part last finished a turn, None if it never did."""
    found: datetime | None = tx.execute(
        select(heartbeat.c.completed_at).where(heartbeat.c.name == name)
    ).scalar_one_or_none()
    return found
