"""What somebody saves to see again: a list under a name of his own. It is nobody else's business.

So no entry of the audit record says of it: it changes nothing that anybody else sees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from engine.clock import require_aware
from engine.errors import Invalid, Unknown
from engine.filters import read_filter
from engine.store import saved_filters as store
from engine.store.session import Transaction

#: A person keeps no more.
MOST = 50
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A list under a name; `query` is a filter string."""

    id: str
    name: str
    query: str


def of(tx: Transaction, person_id: str) -> Sequence[Saved]:
    """Return what a person saved, by name."""
    return [Saved(id=row.id, name=row.name, query=row.query) for row in store.of(tx, person_id)]


def save(
    tx: Transaction, person_id: str, name: str, *, query: str, today: date, at: datetime
) -> None:
    """Keep a list under a name, in the place of what had the name before.

    Args:
        tx: The transaction.
        person_id: Whose it is.
        name: What he calls it.
        query: The filter string.
        today: The local day.
        at: Now.

    Raises:
        Invalid: it has no name, or one too long; the string means nothing; there are too many.
    """
    name = " ".join(name.split())
    if not name:
        raise Invalid(field="name", problem="chưa có tên")
    if len(name) > _LONGEST_NAME:
        raise Invalid(field="name", problem=f"is longer than {_LONGEST_NAME} characters")
    if any(ord(one) < ord(" ") or "\ud800" <= one <= "\udfff" for one in name):
        raise Invalid(field="name", problem="holds characters that are no text")
    kept = read_filter(query, today=today).as_query()
    if store.number(tx, person_id) >= MOST:
        raise Invalid(field="name", problem=f"đã lưu {MOST} bộ lọc; hãy xóa bớt")
    store.keep(tx, person_id, name, query=kept, at=require_aware(at).astimezone(UTC))


def forget(tx: Transaction, person_id: str, filter_id: str) -> None:
    """Remove a list that a person saved.

    Raises:
        Unknown: he saved none of that id.
    """
    try:
        known = str(UUID(filter_id))
    except ValueError:
        known = None
    if known is None or not store.forget(tx, person_id, known):
        raise Unknown(what="filter", name=filter_id)
