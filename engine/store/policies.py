"""Ladders as they are stored: one row a version, never changed once there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from engine.ids import new_id
from engine.store.session import Transaction
from engine.store.tables import policy_ladder


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderVersion:
    """One version of one ladder, its rungs in their stored form.

    `source` is the decision it rests on, `created_at` when it came into force.
    """

    name: str
    version: int
    rungs: Sequence[Mapping[str, Any]]
    source: str
    created_at: datetime


def versions(tx: Transaction) -> list[LadderVersion]:
    """Return every version of every ladder, ordered by name and version."""
    ladder = policy_ladder.c
    rows = tx.execute(
        select(
            ladder.name, ladder.version, ladder.rungs, ladder.source, ladder.created_at
        ).order_by(ladder.name, ladder.version)
    )
    return [LadderVersion(**row._mapping) for row in rows]


def newest(tx: Transaction) -> Mapping[str, LadderVersion]:
    """Return the version in force of each ladder, by name."""
    return {one.name: one for one in versions(tx)}


def add(tx: Transaction, version: LadderVersion) -> None:
    """Store a version.

    Raises:
        IntegrityError: somebody else stored that version meanwhile.
    """
    tx.execute(
        insert(policy_ladder).values(
            id=new_id(),
            name=version.name,
            version=version.version,
            rungs=[dict(rung) for rung in version.rungs],
            source=version.source,
            created_at=version.created_at,
        )
    )
