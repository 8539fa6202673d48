"""Gates: what holds mail back, since when, and until when where that is known.

`mail` is closed and opened by people. `flood` is closed where more wants to leave than ever is
right, `restored` where the database is older than it once was; people open them. `clock` is closed
when a clock was found wrong: it holds from `changed_at` to `opens_at`, both read by the clock of
whoever asks, so that a machine whose clock is right is not held back by one whose clock is three
days ahead.
"""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Row, insert, or_, select, update

from engine.store.driver import Prepared
from engine.store.session import Transaction
from engine.store.tables import gate

MAIL, CLOCK, FLOOD, RESTORED = "mail", "clock", "flood", "restored"
#: Gates that nothing but a person opens.
OPENED_BY_PEOPLE = (MAIL, FLOOD, RESTORED)
#: By so much a clock may go back without a word, and differ from that of another machine.
SLACK = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A gate as it is stored.

    Attributes:
        name: `mail`, `clock`, `flood` or `restored`.
        is_closed: Nobody has opened it yet; one whose time is up holds nothing back any more.
        reason: In words.
        changed_at: When it was closed, or opened by a person.
        opens_at: When it opens by itself; None where somebody must open it.
    """

    name: str
    is_closed: bool
    reason: str
    changed_at: datetime
    opens_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Return whether it holds everything back at an instant."""
        if self.name == CLOCK and at < self.changed_at - SLACK:
            # Closed in what is the future by this clock: by another one, or before it went back.
            return False
        return self.is_closed and (self.opens_at is None or at < self.opens_at)


def found(tx: Transaction, name: str) -> Gate | None:
    """Return a gate, None where it was never touched."""
    row = tx.execute(select(gate).where(gate.c.name == name)).first()
    return _gate(row) if row is not None else None


#: Asked before every message.
_CLOSED: Final = Prepared(
    select(*(gate.c[each.name] for each in fields(Gate)))
    .where(gate.c.is_closed)
    .order_by(gate.c.name.desc())
)


def holding(tx: Transaction, *, at: datetime) -> Gate | None:
    """Return a gate that holds everything back at an instant, None where nothing does."""
    closed = (Gate(**dict(zip(Gate.__slots__, row, strict=True))) for row in _CLOSED.rows(tx, {}))
    return next((one for one in closed if one.holds(at)), None)


def doubts(tx: Transaction, *, at: datetime) -> bool:
    """Return whether the clock is doubted at an instant that it showed."""
    gate_ = found(tx, CLOCK)
    return gate_ is not None and gate_.holds(at)


def doubted(tx: Transaction, *, at: datetime) -> bool:
    """Return whether an instant lies in the time for which the clock was doubted last."""
    gate_ = found(tx, CLOCK)
    if gate_ is None or gate_.opens_at is None:
        return False
    return gate_.changed_at < at <= gate_.opens_at


def close(
    tx: Transaction, name: str, *, reason: str, at: datetime, opens_at: datetime | None = None
) -> None:
    """Close a gate, anew if it is closed already."""
    _set(tx, name, is_closed=True, reason=reason, changed_at=at, opens_at=opens_at)


def is_closed(tx: Transaction, name: str) -> bool:
    """Return whether nobody has opened a gate since it was closed."""
    gate_ = found(tx, name)
    return gate_ is not None and gate_.is_closed


def open_(tx: Transaction, name: str, *, reason: str, at: datetime) -> None:
    """Open a gate that only people open."""
    _set(tx, name, is_closed=False, reason=reason, changed_at=at, opens_at=None)


def vouch(tx: Transaction, *, at: datetime) -> bool:
    """Have the gate of the clock open now; return False if it holds nothing back."""
    later = or_(gate.c.opens_at.is_(None), gate.c.opens_at > at)
    vouched = tx.execute(
        update(gate).where(gate.c.name == CLOCK, gate.c.is_closed, later).values(opens_at=at)
    )
    return vouched.rowcount == 1


def open_clock(tx: Transaction, *, at: datetime) -> bool:
    """Open the gate of the clock; return False if it was open. It keeps when it was closed."""
    opened = tx.execute(
        update(gate)
        .where(gate.c.name == CLOCK, gate.c.is_closed)
        .values(is_closed=False, opens_at=at)
    )
    return opened.rowcount == 1


def _set(tx: Transaction, name: str, **values: object) -> None:
    changed = tx.execute(update(gate).where(gate.c.name == name).values(values))
    if changed.rowcount == 0:
        tx.execute(insert(gate).values(name=name, **values))


def _gate(row: Row[tuple[object, ...]]) -> Gate:
    return Gate(**row._mapping)
