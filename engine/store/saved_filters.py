"""Lists that somebody saved to see again, as rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from engine.ids import new_id
from engine.store.doors import saved_filter
from engine.store.session import Transaction


def of(tx: Transaction, person_id: str) -> Sequence[Any]:
    """Return id, name and query of what a person saved, by name."""
    mine = saved_filter.c.person_id == person_id
    columns = (saved_filter.c.id, saved_filter.c.name, saved_filter.c.query)
    return tx.execute(select(*columns).where(mine).order_by(saved_filter.c.name)).all()


def number(tx: Transaction, person_id: str) -> int:
    """Return how many a person saved."""
    mine = saved_filter.c.person_id == person_id
    return int(tx.execute(select(func.count()).select_from(saved_filter).where(mine)).scalar_one())


def keep(tx: Transaction, person_id: str, name: str, *, query: str, at: datetime) -> None:
    """Store a list under a name, in the place of what had the name before."""
    same = (saved_filter.c.person_id == person_id, saved_filter.c.name == name)
    changed = tx.execute(update(saved_filter).where(*same).values(query=query, created_at=at))
    if changed.rowcount == 0:
        tx.execute(
            insert(saved_filter).values(
                id=new_id(), person_id=person_id, name=name, query=query, created_at=at
            )
        )


def forget(tx: Transaction, person_id: str, filter_id: str) -> bool:
    """Remove a list that a person saved; return whether there was one."""
    mine = (saved_filter.c.person_id == person_id, saved_filter.c.id == filter_id)
    return tx.execute(delete(saved_filter).where(*mine)).rowcount == 1
