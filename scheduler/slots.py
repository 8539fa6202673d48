"""Which slots a turn of the sweep serves, and what it makes up for; read from the heartbeats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.calendar import SLOT_OPEN, WorkingCalendar
from engine.store import gates, heartbeats
from engine.store.session import Transaction

#: A pause between sweeps longer than this is an outage, and named as one in the record; so is a
#: shorter one that a slot fell into.
OUTAGE = timedelta(minutes=15)
_ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What a turn serves.

    Attributes:
        slot: The slot; the latest where units have theirs at other hours.
        closed: Calendars in use of which this is no slot.
    """

    slot: datetime
    closed: tuple[WorkingCalendar, ...] = ()


def served(
    tx: Transaction,
    calendars: Sequence[WorkingCalendar],
    *,
    at: datetime,
    awake_since: datetime,
) -> Serving | None:
    """Return what a turn serves, None between the slots of everybody.

    Rule 5: whoever was started after the minute of the slot waits for the next one, unless
    somebody began to serve it; a restart within the slot changes nothing.
    """
    slots = {one: _served(tx, one, at=at, awake_since=awake_since) for one in calendars}
    found = [slot for slot in slots.values() if slot is not None]
    if not found:
        return None
    closed = tuple(calendar for calendar, slot in slots.items() if slot is None)
    return Serving(slot=max(found), closed=closed)


def _served(
    tx: Transaction, calendar: WorkingCalendar, *, at: datetime, awake_since: datetime
) -> datetime | None:
    slot = calendar.open_slot(at)
    if slot is None:
        return _behind_the_gate(tx, calendar, at=at)
    if awake_since < slot + _ONE_MINUTE:
        return slot
    began, _ = _backlog(tx)
    return slot if began is not None and began >= slot else None


def _behind_the_gate(
    tx: Transaction, calendar: WorkingCalendar, *, at: datetime
) -> datetime | None:
    """Return the slot of today that nobody served because the clock was doubted.

    We were awake, and it was not ours to act; a morning is not lost for that.
    """
    day = calendar.local_date(at)
    slot = calendar.at_local(day, calendar.send_at)
    closes = calendar.at_local(day, calendar.hours[-1][1])
    if not calendar.is_working_day(day) or not slot <= at <= closes:
        return None
    if not gates.doubted(tx, at=slot + SLOT_OPEN):
        return None
    began, is_over = _backlog(tx)
    return slot if began is None or began < slot or not is_over else None


def is_being_worked_off(tx: Transaction, *, at: datetime) -> bool:
    """Return whether another turn is still busy with the backlog of the last slot."""
    began, is_over = _backlog(tx)
    return began is not None and abs(at - began) < OUTAGE and not is_over


def _backlog(tx: Transaction) -> tuple[datetime | None, bool]:
    """Return when a turn last began in a slot, and whether all of its backlog was worked off."""
    began = heartbeats.last_beat(tx, heartbeats.BACKLOG)
    ended = heartbeats.last_beat(tx, "sweep")
    return began, began is None or (ended is not None and ended >= began)


def following(calendars: Sequence[WorkingCalendar], *, at: datetime) -> datetime:
    """Return the first slot of anybody after an instant."""
    return min(one.next_slot(at + _ONE_MINUTE) for one in calendars)


def outage(
    tx: Transaction, calendars: Sequence[WorkingCalendar], *, at: datetime, slot: datetime | None
) -> str | None:
    """Return the words for the time in which nobody swept, None where somebody did."""
    last = heartbeats.last_beat(tx, "sweep")
    if last is None:
        return None
    is_slot_missed = following(calendars, at=last) < (slot or at)
    if at - last <= OUTAGE and not is_slot_missed:
        return None
    return f"outage {last.isoformat(timespec='minutes')}..{at.isoformat(timespec='minutes')}"
