"""What to do when the clock was set back: what was put off must not wait for a time that is gone.

What was told stays told; the ledger's key keeps anybody from being told again.
"""

from datetime import datetime

from sqlalchemy import and_, or_, update

from engine.store import ledger, tasks
from engine.store.gates import SLACK
from engine.store.record import message, notice
from engine.store.session import Transaction
from engine.store.tables import heartbeat


def rewind(tx: Transaction, *, at: datetime, slot: datetime, longest_lease: datetime) -> None:
    """Bring back whatever waits for an instant that only a wrong clock could have named.

    Args:
        tx: The transaction.
        at: The present, by the clock that was set back.
        slot: The next slot; nothing that is due by itself waits longer than until then.
        longest_lease: When a lease taken now would end, by the clock that leases are read by.
    """
    tasks.wake_all(tx, slot=slot)
    _notices(tx, at=at, slot=slot)
    _messages(tx, slot=slot, longest_lease=longest_lease)
    tx.execute(
        update(heartbeat).where(heartbeat.c.completed_at > at + SLACK).values(completed_at=at)
    )


def _notices(tx: Transaction, *, at: datetime, slot: datetime) -> None:
    # A rung that waits for its slot waits for a day, and a day stays what it is. Everything else
    # leaves within the batch, the back-off or the next slot.
    is_by_itself = or_(notice.c.is_planned.is_(False), notice.c.status == "retry")
    is_too_late = or_(
        notice.c.leave_at > slot,
        and_(notice.c.leave_at > at, notice.c.created_at > at + SLACK),
    )
    tx.execute(
        update(notice)
        .where(notice.c.status.in_(ledger.UNSENT), is_by_itself, is_too_late)
        .values(leave_at=at)
    )


def _messages(tx: Transaction, *, slot: datetime, longest_lease: datetime) -> None:
    tx.execute(update(message).where(message.c.next_try_at > slot).values(next_try_at=slot))
    # Shortened and not taken away: a conversation may be going on under it this very moment.
    too_long = message.c.lease_until > longest_lease
    tx.execute(update(message).where(too_long).values(lease_until=longest_lease))
