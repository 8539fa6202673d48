"""Having tasks looked at again because the rules they are judged by became others."""

from collections.abc import Collection
from datetime import datetime

from engine.store import policies
from engine.store.rulebooks import load_machines
from engine.store.session import Transaction
from engine.workflow_rules import LADDERS


def wake_all(tx: Transaction, *, slot: datetime, units: Collection[str] | None = None) -> int:
    """Have every task with a running ladder looked at again, in a slot at the latest.

    Also those of whom nothing was left to say: other days may owe a rung that these did not. What
    is owed is computed anew, what was told stays told.

    Args:
        tx: The caller's transaction.
        slot: The slot.
        units: Only tasks that one of these units leads.

    Returns:
        How many there are.
    """
    states = policies.running_states(load_machines(tx), LADDERS)
    return policies.wake(tx, states, slot=slot, units=units)
