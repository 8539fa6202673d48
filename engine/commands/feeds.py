"""Addresses that a calendar program reads: whoever has one needs no password, so it can be revoked.

What such a calendar shows is judged each time it is read, by what its person may see on that day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine import audit
from engine.errors import Unknown
from engine.ids import new_id
from engine.organisation import Person, Unit
from engine.secrecy import digest, new_secret
from engine.store import feeds as store
from engine.store.session import Transaction

#: An address that was read within this time is not written to again.
_TOUCHED = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """An address that stands; `unit` is a code, None for the calendar of the person himself."""

    id: str
    unit: str | None
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What an address leads to; `is_to_touch` says that its use is worth noting by now."""

    id: str
    person_id: str
    unit_id: str | None
    is_to_touch: bool


def create_feed(
    tx: Transaction, *, person: Person, unit: Unit | None = None, by: str, at: datetime
) -> str:
    """Make the address of a calendar and return its secret, which is shown once.

    An older address of the same calendar leads nowhere from now on.

    Args:
        tx: The caller's transaction.
        person: Whose calendar it is.
        unit: The unit whose tasks it shows, as far as the person may see them; None for his own.
        by: Code of who asks.
        at: Now.
    """
    code = unit.code if unit else None
    former = [one.id for one in store.of_person(tx, person.id) if one.unit == code]
    store.revoke(tx, former, at=at)
    secret, feed_id = new_secret(), new_id()
    row = {"id": feed_id, "digest": digest(secret), "person_id": person.id, "created_at": at}
    store.add(tx, {**row, "unit_id": unit.id if unit else None})
    after = {"feed": feed_id, "unit": code, "replaced": len(former)}
    _record(tx, "feed.created", person.id, by=by, after=after, at=at)
    return secret


def revoke_feed(
    tx: Transaction, *, person_id: str, by: str, at: datetime, feed_id: str | None = None
) -> int:
    """Revoke one address of a person, or all of them (None); return how many stood.

    Raises:
        Unknown: he has no such address.
    """
    his = [one.id for one in store.of_person(tx, person_id)]
    if feed_id is not None and feed_id not in his:
        raise Unknown(what="feed", name=feed_id)
    revoked = store.revoke(tx, his if feed_id is None else [feed_id], at=at)
    if revoked:
        after = {"feed": feed_id or "*", "revoked": revoked}
        _record(tx, "feed.revoked", person_id, by=by, after=after, at=at)
    return revoked


def of_person(tx: Transaction, person_id: str) -> list[Feed]:
    """Return the addresses of a person that stand."""
    return [
        Feed(id=one.id, unit=one.unit, created_at=one.created_at, read_at=one.read_at)
        for one in store.of_person(tx, person_id)
    ]


def open_feed(tx: Transaction, secret: str, *, at: datetime) -> Opened | None:
    """Return what a secret opens; None where it opens nothing, or does no longer."""
    found = store.by_digest(tx, digest(secret))
    if found is None:
        return None
    is_to_touch = found.read_at is None or at - found.read_at >= _TOUCHED
    return Opened(
        id=found.id, person_id=found.person_id, unit_id=found.unit_id, is_to_touch=is_to_touch
    )


def touch_feed(tx: Transaction, feed_id: str, *, at: datetime) -> None:
    """Note that an address is used."""
    store.touch(tx, feed_id, at=at)


def _record(
    tx: Transaction,
    action: str,
    person_id: str,
    *,
    by: str,
    after: Mapping[str, object],
    at: datetime,
) -> None:
    event = audit.Event(subject=f"person:{person_id}", action=action, actor=by, after=after)
    audit.append(tx, event, at=at)
