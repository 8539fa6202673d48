"""Rows of the office's ladders; the highest version of a name is the one in force."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from engine.ids import new_id
from engine.store.session import Transaction
from engine.store.tables import policy_ladder


def names(tx: Transaction) -> frozenset[str]:
    """Return the ladders the office has."""
    return frozenset(tx.execute(select(policy_ladder.c.name).distinct()).scalars())


def add(
    tx: Transaction,
    name: str,
    rungs: Sequence[Mapping[str, Any]],
    *,
    version: int,
    source: str,
    at: datetime,
) -> None:
    """Insert a version of a ladder."""
    tx.execute(
        insert(policy_ladder).values(
            id=new_id(),
            name=name,
            version=version,
            rungs=[dict(rung) for rung in rungs],
            source=source,
            created_at=at,
        )
    )
