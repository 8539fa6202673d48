"""What is used up of what may leave: counted in the database, so that all relays count together.

One row for everybody in this minute, one for everybody in this hour, and one a person.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, case, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.driver import Prepared
from engine.store.session import Transaction
from engine.store.tables import quota

#: Everybody, in a minute and in an hour; a person's row has his id for a name.
MINUTE, HOUR = "minute", "hour"

_COUNT: BindParameter[Any] = bindparam("count")
_WINDOW: BindParameter[Any] = bindparam("window")
_IS_PRESENT = quota.c.window_at == _WINDOW
#: Sent with every message.
_TAKE = Prepared(
    update(quota)
    .where(
        quota.c.name == bindparam("of"),
        or_(quota.c.window_at != _WINDOW, quota.c.used + _COUNT <= bindparam("limit")),
    )
    .values(used=case((_IS_PRESENT, quota.c.used + _COUNT), else_=_COUNT), window_at=_WINDOW)
)


def take(tx: Transaction, name: str, *, window: datetime, limit: int, count: int = 1) -> bool:
    """Use some of what may leave in a window; return False, and use nothing, if it is used up."""
    if count > limit:
        return False
    given = {"of": name, "window": window, "limit": limit, "count": count}
    return _TAKE.run(tx, given) == 1 or _begin(tx, name, window=window, used=count)


def left(tx: Transaction, name: str, *, window: datetime, limit: int) -> int:
    """Return how much may still leave in a window, and keep other relays from it."""
    wanted = select(quota.c.window_at, quota.c.used).where(quota.c.name == name)
    row: Sequence[Any] | None = tx.execute(wanted.with_for_update()).first()
    if row is None:
        # Two relays that both find nothing would both count from nothing.
        _begin(tx, name, window=window, used=0)
        return left(tx, name, window=window, limit=limit)
    used = int(row[1]) if row[0] == window else 0
    return max(limit - used, 0)


def give_back(tx: Transaction, name: str, *, window: datetime, count: int) -> None:
    """Take back what was used and not needed; nothing where its window is over."""
    tx.execute(
        update(quota)
        .where(quota.c.name == name, quota.c.window_at == window, quota.c.used >= count)
        .values(used=quota.c.used - count)
    )


def forgive(tx: Transaction, name: str) -> None:
    """Count anew from nothing."""
    tx.execute(update(quota).where(quota.c.name == name).values(used=0))


def _begin(tx: Transaction, name: str, *, window: datetime, used: int) -> bool:
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    added = tx.execute(
        dialect.insert(quota)
        .values(name=name, window_at=window, used=used)
        .on_conflict_do_nothing()
        .returning(quota.c.name)
    )
    return added.first() is not None
