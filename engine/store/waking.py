"""Having tasks looked at again because the rules they are judged by became others."""

from datetime import datetime

from engine.store import policies
from engine.store.rulebooks import load_machines
from engine.store.session import Transaction
from engine.workflow_rules import LADDERS


def wake_all(tx: Transaction, *, slot: datetime) -> int:
    """Have every task with a running ladder looked at again, in a slot at the latest.

    Also those of whom nothing was left to say: other days may owe a rung that these did not. What
    is owed is computed anew, what was told stays told.

    Returns:
        How many there are.
    """
    return policies.wake(tx, policies.running_states(load_machines(tx), LADDERS), slot=slot)
