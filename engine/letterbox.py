"""Read models of messages as they were worded, for those who may read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.ids import is_id
from engine.store import letterbox as store
from engine.store.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message; `to` is the code of its recipient, None for the administrator's.

    `content` is the message as bytes, None in lists and while it was not worded.
    """

    id: str
    to: str | None
    address: str
    kind: str
    subject: str
    status: str
    created_at: datetime
    accepted_at: datetime | None
    content: bytes | None = None


def letters(
    tx: Transaction,
    *,
    readers: Sequence[str] | None,
    to: str | None = None,
    before: str | None = None,
    limit: int,
) -> list[Letter]:
    """Return worded messages, newest first.

    Args:
        tx: The transaction.
        readers: Ids of the recipients whose messages may be read; None is everybody.
        to: Code of the recipient asked for.
        before: Id of a message; older ones are returned.
        limit: How many at most.
    """
    after = before if before is not None and is_id(before) else None
    rows = store.worded(tx, readers=readers, to=to, before=after, limit=limit)
    return [Letter(**row._mapping) for row in rows]


def letter(tx: Transaction, letter_id: str, *, readers: Sequence[str] | None) -> Letter | None:
    """Return one message with its content; None where there is none that may be read."""
    row = store.one(tx, letter_id, readers=readers) if is_id(letter_id) else None
    return Letter(**row._mapping) if row is not None else None
