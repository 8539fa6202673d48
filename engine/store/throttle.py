"""Failed attempts as rows, one for each pair of account and address.

An address has one as well; its `failed_at` is the instant up to which its allowance is taken.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.doors import throttle
from engine.store.session import Transaction


def locked(tx: Transaction, key: str, *, at: datetime) -> Any:
    """Return the row of a key, made where there is none, kept from others until the end."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    made = insert(throttle).values(key=key, failures=0, failed_at=at)
    tx.execute(made.on_conflict_do_nothing(index_elements=["key"]))
    return tx.execute(
        select(throttle.c.failures, throttle.c.failed_at)
        .where(throttle.c.key == key)
        .with_for_update()
    ).one()


def failures(tx: Transaction, key: str) -> int:
    """Return how often it failed for a key."""
    found = tx.execute(select(throttle.c.failures).where(throttle.c.key == key)).scalar()
    return found or 0


def put(tx: Transaction, key: str, *, failures: int, at: datetime) -> None:
    """Store how often it failed, and when last."""
    values = {"failures": failures, "failed_at": at}
    tx.execute(update(throttle).where(throttle.c.key == key).values(**values))


def forget(tx: Transaction, key: str, *, older_than: datetime) -> None:
    """Forget a key, and every other that nothing failed for since an instant."""
    stale = (throttle.c.key == key) | (throttle.c.failed_at < older_than)
    tx.execute(delete(throttle).where(stale))
