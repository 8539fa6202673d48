"""Messages that were worded, as rows, narrowed to whose they are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from engine.store.record import message
from engine.store.session import Transaction
from engine.store.tables import person

_SHOWN = (
    message.c.id, person.c.code.label("to"), message.c.address, message.c.kind, message.c.subject,
    message.c.status, message.c.created_at, message.c.accepted_at,
)  # fmt: skip


def worded(
    tx: Transaction,
    *,
    readers: Sequence[str] | None,
    to: str | None,
    before: str | None,
    limit: int,
) -> list[Any]:
    """Return messages without their content, newest first."""
    wanted = _readable(readers, *_SHOWN).where(message.c.content.is_not(None))
    if to is not None:
        wanted = wanted.where(person.c.code == to)
    if before is not None:
        wanted = wanted.where(message.c.id < before)
    return list(tx.execute(wanted.order_by(message.c.id.desc()).limit(limit)))


def one(tx: Transaction, message_id: str, *, readers: Sequence[str] | None) -> Any | None:
    """Return one message with its content."""
    wanted = _readable(readers, *_SHOWN, message.c.content).where(message.c.id == message_id)
    return tx.execute(wanted).one_or_none()


def _readable(readers: Sequence[str] | None, *columns: Any) -> Select[Any]:
    wanted = select(*columns).outerjoin(person, person.c.id == message.c.recipient_id)
    return wanted if readers is None else wanted.where(message.c.recipient_id.in_(readers))
