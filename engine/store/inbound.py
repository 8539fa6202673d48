"""What came back, as it is stored, and what it says of the person it was meant for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.ids import new_id
from engine.inbound import Inbound
from engine.store.record import message
from engine.store.session import Transaction
from engine.store.subjects import inbound
from engine.store.tables import person


def keep(
    tx: Transaction, one: Inbound, *, person_id: str | None, message_id: str | None, at: datetime
) -> str | None:
    """Store what came back and return its id, None where it is stored already."""
    values = {
        "id": new_id(),
        "at": at,
        "kind": one.kind,
        "digest": one.digest,
        "address": one.address,
        "person_id": person_id,
        "message_id": message_id,
        "status": one.status,
        "subject": one.subject,
    }
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    added = tx.execute(
        dialect.insert(inbound)
        .values(values)
        .on_conflict_do_nothing(index_elements=["digest"])
        .returning(inbound.c.id)
    )
    found: str | None = added.scalar_one_or_none()
    return found


def message_about(tx: Transaction, references: Sequence[str]) -> Row[Any] | None:
    """Return the message of ours that is meant, locked; the first that is ours."""
    if not references:
        return None
    wanted: Select[Any] = (
        select(message.c.id, message.c.reference, message.c.recipient_id, message.c.address,
               message.c.kind, message.c.status)
        .where(message.c.reference.in_(references))
        .order_by(message.c.created_at.desc(), message.c.id)
        .limit(1)
    )  # fmt: skip
    if tx.dialect.name == "postgresql":
        wanted = wanted.with_for_update()
    found: Row[Any] | None = tx.execute(wanted).first()
    return found


def count_bounce(tx: Transaction, person_id: str) -> int:
    """Count one more bounce in a row and return how many there are."""
    counted = tx.execute(
        update(person)
        .where(person.c.id == person_id)
        .values(bounces=person.c.bounces + 1)
        .returning(person.c.bounces)
    )
    return int(counted.scalar_one())


def forget_bounces(tx: Transaction, person_id: str) -> None:
    """Count anew: the mailbox has just answered."""
    tx.execute(
        update(person)
        .where(person.c.id == person_id, person.c.failing_since.is_(None), person.c.bounces > 0)
        .values(bounces=0)
    )


def fail(tx: Transaction, person_id: str, *, at: datetime) -> None:
    """Send nothing more to a person's address."""
    tx.execute(update(person).where(person.c.id == person_id).values(failing_since=at))
