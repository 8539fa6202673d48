"""What to do when the clock was set back: what was put off must not wait for a time that is gone.

What was handed over stays told; the ledger's key keeps anybody from being told again. What was only
written down for slots that have not come is taken back: it is written anew when they come.
"""

from datetime import datetime, time, timedelta

from sqlalchemy import and_, case, delete, select, update

from engine.calendar import WorkingCalendar
from engine.rulebook import Rulebook
from engine.store import ledger, outbox, waking
from engine.store.gates import SLACK
from engine.store.record import message, notice
from engine.store.session import Transaction
from engine.store.tables import heartbeat

#: Rungs that nobody was asked to carry: written, passed over, or addressed to nobody.
_ONLY_WRITTEN = ("pending", "superseded", "collapsed", "failed")


def take_back_beats(tx: Transaction, *, at: datetime) -> None:
    """Have no part of the process be ahead of the present."""
    ahead = heartbeat.c.completed_at > at + SLACK
    tx.execute(update(heartbeat).where(ahead).values(completed_at=at))


def rewind(tx: Transaction, rulebook: Rulebook, *, at: datetime, lease: datetime) -> None:
    """Bring back whatever waits for, or counts from, an instant that only a wrong clock had.

    Args:
        tx: The transaction.
        rulebook: Gives the next slot, for which whatever is due may have to wait, and the day.
        at: The present, by the clock that was set back.
        lease: When a lease taken now would end, by the clock that leases are read by.
    """
    slot = rulebook.next_slot(at)
    waking.wake_all(tx, slot=slot)
    _take_back_rungs(tx, at=at)
    _date_back(tx, at=at, tomorrow=_tomorrow(rulebook.calendar, at=at))
    _bring_forward(tx, at=at, slot=slot)
    tx.execute(update(message).where(message.c.next_try_at > slot).values(next_try_at=slot))
    # Shortened and not taken away: a conversation may be going on under it this very moment.
    too_long = message.c.lease_until > lease
    tx.execute(update(message).where(too_long).values(lease_until=lease))


def _take_back_rungs(tx: Transaction, *, at: datetime) -> None:
    taken = and_(
        notice.c.is_planned.is_(True),
        notice.c.created_at > at + SLACK,
        notice.c.told_at.is_(None),
        notice.c.status.in_(_ONLY_WRITTEN),
    )
    held_by = select(notice.c.message_id).where(taken, notice.c.message_id.is_not(None))
    messages = set(tx.execute(held_by).scalars())
    tx.execute(delete(notice).where(taken))
    outbox.drop_empty(tx, messages)


def _date_back(tx: Transaction, *, at: datetime, tomorrow: datetime) -> None:
    """Have nothing be told, or made, on a day to come: what follows counts from these days."""
    for column in (notice.c.told_at, notice.c.created_at):
        tx.execute(update(notice).where(column >= tomorrow).values({column.name: at}))


def _tomorrow(calendar: WorkingCalendar, *, at: datetime) -> datetime:
    return calendar.at_local(calendar.local_date(at) + timedelta(days=1), time(0))


def _bring_forward(tx: Transaction, *, at: datetime, slot: datetime) -> None:
    # Nothing unsent waits for longer than the next slot: neither its batch nor its back-off does.
    is_rung = and_(notice.c.is_planned.is_(True), notice.c.status == "pending")
    tx.execute(
        update(notice)
        .where(notice.c.status.in_(ledger.UNSENT), notice.c.leave_at > slot)
        .values(leave_at=case((is_rung, slot), else_=at))
    )
