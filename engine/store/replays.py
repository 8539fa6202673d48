"""Answers that stand for a key of idempotency, as rows; a day old they stand for nothing."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, text

from engine.store.doors import replay
from engine.store.session import Transaction


def is_free(tx: Transaction, actor: str, key: str) -> bool:
    """Hold a key until this transaction ends; return False if another one holds it now.

    On SQLite writers queue anyway: whoever comes second finds what the first one kept.
    """
    if tx.dialect.name != "postgresql":
        return True
    number = int.from_bytes(hashlib.sha256(f"{actor}\n{key}".encode()).digest()[:8], signed=True)
    held = tx.execute(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": number})
    return bool(held.scalar_one())


def find(tx: Transaction, actor: str, key: str) -> Any | None:
    """Return what is kept under a key; None where nothing is."""
    return tx.execute(
        select(replay).where(replay.c.actor == actor, replay.c.key == key)
    ).one_or_none()


def keep(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Keep an answer."""
    tx.execute(insert(replay).values(**values))


def forget(tx: Transaction, actor: str, *, before: datetime) -> None:
    """Drop what an actor's keys stood for until an instant."""
    tx.execute(delete(replay).where(replay.c.actor == actor, replay.c.created_at <= before))
