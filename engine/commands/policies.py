"""The office's ladders: versioned rows, seeded once from what is shipped; it never commits."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from engine.audit import Event, append
from engine.clock import require_aware
from engine.ladder import ladder_from_mapping, ladder_to_mapping
from engine.store import policies as store
from engine.store.rulebooks import bump
from engine.store.session import Transaction


def install_ladders(
    tx: Transaction,
    ladders: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    source: str,
    at: datetime,
    actor: str,
) -> tuple[str, ...]:
    """Store the ladders the office does not have yet and return their names.

    A ladder it has is its own, whatever it holds, and stays.

    Raises:
        ValueError: a rung is malformed; nothing is stored.
    """
    at = require_aware(at).astimezone(UTC)
    known = store.names(tx)
    new = {
        name: ladder_to_mapping(ladder_from_mapping(name, rungs))
        for name, rungs in ladders.items()
        if name not in known
    }
    for name, rungs in new.items():
        store.add(tx, name, rungs, version=1, source=source, at=at)
        event = Event(
            subject=f"policy_ladder:{name}",
            action="policy.ladder_set",
            actor=actor,
            cause=source,
            after={"version": 1, "rungs": rungs},
        )
        append(tx, event, at=at)
    if new:
        bump(tx)
    return tuple(new)
