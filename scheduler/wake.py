"""When the passing of time next has something to do; whoever plays with time jumps there."""

from datetime import datetime

from engine.store import delegations, outbox, reorganisations, series, tasks
from engine.store.session import Transaction


def next_wake(tx: Transaction) -> datetime | None:
    """Return the earliest instant at which a sweep or a relay finds work, None when neither will.

    It may lie in the past, where something waits for somebody to wake up.
    """
    found = (tasks.next_wake(tx), outbox.next_due(tx), series.next_opening(tx),
             reorganisations.next_wake(tx), delegations.next_return(tx))  # fmt: skip
    return min((one for one in found if one is not None), default=None)
