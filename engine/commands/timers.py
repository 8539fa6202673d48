"""Having tasks looked at anew where their timers cannot be trusted."""

from datetime import UTC, datetime
from uuid import uuid4

from engine import audit
from engine.clock import require_aware
from engine.store import tasks
from engine.store.rulebooks import Rules
from engine.store.session import Transaction


def wake(tx: Transaction, *, actor: str, rules: Rules, at: datetime) -> int:
    """Have every open, dated task of an active plan judged in the next slot; return how many.

    Nobody is told twice: what was told is in the ledger.
    """
    at = require_aware(at).astimezone(UTC)
    slot = rules.current(tx).next_slot(at)
    woken = tasks.wake_open(tx, slot=slot)
    event = audit.Event(
        subject=f"sweep:{uuid4()}",
        action="tasks.woken",
        actor=actor,
        after={"tasks": woken, "slot": slot},
    )
    audit.append(tx, event, at=at)
    return woken
