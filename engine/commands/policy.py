"""The ladders of an office: policy rows, seeded once from the shipped defaults."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from engine import audit
from engine.ids import new_id
from engine.ladder import Ladder, ladder_from_mapping, ladder_to_mapping
from engine.store import rulebooks
from engine.store.session import Transaction
from engine.store.tables import policy_ladder


def install_ladders(
    tx: Transaction,
    ladders: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    source: str,
    actor: str,
    at: datetime,
) -> tuple[str, ...]:
    """Store the first version of each ladder the database does not have; return their names.

    A ladder the office has already is left alone, whatever the defaults say by now.
    """
    known = set(tx.execute(select(policy_ladder.c.name)).scalars())
    missing = [name for name in ladders if name not in known]
    for name in missing:
        _store(tx, ladder_from_mapping(name, ladders[name]), source=source, actor=actor, at=at)
    if missing:
        rulebooks.bump(tx)
    return tuple(missing)


def _store(tx: Transaction, ladder: Ladder, *, source: str, actor: str, at: datetime) -> None:
    rungs = ladder_to_mapping(ladder)
    tx.execute(
        insert(policy_ladder).values(
            id=new_id(), name=ladder.name, version=1, rungs=rungs, source=source, created_at=at
        )
    )
    event = audit.Event(
        subject=f"policy:{ladder.name}",
        action="policy.ladder_set",
        actor=actor,
        cause=source,
        after={"ladder": ladder.name, "version": 1, "rungs": rungs},
    )
    audit.append(tx, event, at=at)
