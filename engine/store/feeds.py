"""Calendar addresses as rows: made, found by the digest of their secret, revoked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from engine.store.doors import feed
from engine.store.session import Transaction
from engine.store.tables import unit

_FOUND = (feed.c.id, feed.c.person_id, feed.c.unit_id, feed.c.created_at, feed.c.read_at)


def add(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Store a new address."""
    tx.execute(insert(feed).values(**values))


def by_digest(tx: Transaction, digest: str) -> Any | None:
    """Return the address that a secret opens; None where there is none, or it was revoked."""
    return tx.execute(
        select(*_FOUND).where(feed.c.digest == digest, feed.c.revoked_at.is_(None))
    ).one_or_none()


def of_person(tx: Transaction, person_id: str) -> list[Any]:
    """Return the addresses of a person that stand, with the codes of their units."""
    return list(
        tx.execute(
            select(*_FOUND, unit.c.code.label("unit"))
            .outerjoin(unit, unit.c.id == feed.c.unit_id)
            .where(feed.c.person_id == person_id, feed.c.revoked_at.is_(None))
            .order_by(feed.c.created_at, feed.c.id)
        )
    )


def touch(tx: Transaction, feed_id: str, *, at: datetime) -> None:
    """Note that an address was read."""
    tx.execute(update(feed).where(feed.c.id == feed_id).values(read_at=at))


def revoke(tx: Transaction, feed_ids: list[str], *, at: datetime) -> int:
    """Let addresses lead nowhere from now on; return how many did until now."""
    return tx.execute(
        update(feed)
        .where(feed.c.id.in_(feed_ids), feed.c.revoked_at.is_(None))
        .values(revoked_at=at)
    ).rowcount
