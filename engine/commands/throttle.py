"""Slowing down whoever guesses: by account and address, so that nobody locks another one out.

Whoever tries one password on many accounts fails once for each of them, which no pair shows. So an
address has an allowance as well, of failures for people who have not signed in from there lately.
Those who have are never slowed by it: an office behind one address goes on working.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network

from engine.secrecy import digest
from engine.store import sessions
from engine.store import throttle as store
from engine.store.session import Transaction

#: Whatever failed longer ago is forgotten.
_REMEMBERED = timedelta(days=31)
_A_DAY = timedelta(days=1)
_AN_HOUR = timedelta(hours=1)
_MOST_DOUBLINGS = 30
#: Bits that a provider gives one line of IPv6; the rest is its own to choose.
_LINE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """So many failures of a pair are free; then a wait, twice as long after each further one.

    `strangers` is how many failures an hour one address has for people unknown there; 0 is any.
    """

    free: int
    first: timedelta
    longest: timedelta
    strangers: int = 0

    def wait(self, failures: int) -> timedelta:
        """Return how long the next attempt has to wait after the last failed one."""
        if failures < self.free:
            return timedelta(0)
        doublings = min(failures - self.free, _MOST_DOUBLINGS)
        longer: timedelta = self.first * 2**doublings
        return min(longer, self.longest)

    @property
    def share(self) -> timedelta:
        """How much of an hour one failure of a stranger takes from the allowance."""
        return _AN_HOUR / self.strangers if self.strangers else timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How long somebody has to wait; `is_crowd` where it is for what others did from there."""

    length: timedelta
    is_crowd: bool = False


def is_stranger(tx: Transaction, person_id: str | None, *, address: str) -> bool:
    """Return whether a person has not signed in from an address lately; nobody has."""
    if person_id is None:
        return True
    seen = {_line(each) for each in sessions.addresses(tx, person_id)}
    return _line(address) not in seen


def attempt(
    tx: Transaction, *, account: str, address: str, pace: Pace, at: datetime
) -> Wait | None:
    """Count an attempt as failed before it is looked at, and let it through (None).

    Counted afterwards, a thousand sent at once would all be looked at. The transaction is to be
    committed before the secret is judged; `succeed` takes the count back.

    Args:
        tx: The transaction.
        account: Code of the person, or what was typed for one.
        address: Where it comes from.
        pace: How failures slow down; with `strangers` for whoever is one there.
        at: Now.

    Returns:
        How long to wait, where it is too early; then nothing is counted.
    """
    allowance = _allowance(tx, address, at=at) if pace.strangers else at
    too_early = allowance + pace.share - (at + _AN_HOUR)
    if pace.strangers and too_early > timedelta(0):
        return Wait(length=too_early, is_crowd=True)
    key = _key(account, address)
    found = store.locked(tx, key, at=at)
    is_forgotten = at - found.failed_at > max(pace.longest, _A_DAY)
    failures = 0 if is_forgotten else found.failures
    ready_at: datetime = found.failed_at + pace.wait(failures)
    if at < ready_at:
        return Wait(length=ready_at - at)
    store.put(tx, key, failures=failures + 1, at=at)
    if pace.strangers:
        store.put(tx, _shared(address), failures=0, at=allowance + pace.share)
    return None


def succeed(tx: Transaction, *, account: str, address: str, pace: Pace, at: datetime) -> None:
    """Forget the failures of a pair: whoever it was, it is the right one.

    With `strangers` the address gets back what these failures took from its allowance.
    """
    key = _key(account, address)
    if pace.strangers:
        # The row of the address first, as `attempt` does: two who come at once wait in one order.
        allowance = _allowance(tx, address, at=at)
        given_back = allowance - store.failures(tx, key) * pace.share
        store.put(tx, _shared(address), failures=0, at=given_back)
        if given_back <= at:
            store.forget(tx, _shared(address), older_than=at - _REMEMBERED)
    store.forget(tx, key, older_than=at - _REMEMBERED)


def _allowance(tx: Transaction, address: str, *, at: datetime) -> datetime:
    """Return until when the failures of strangers from an address reach; now if they do not."""
    reaches: datetime = store.locked(tx, _shared(address), at=at).failed_at
    return max(reaches, at)


def _shared(address: str) -> str:
    return digest(f"address {_line(address)}")


def _key(account: str, address: str) -> str:
    return digest(f"{account}\n{_line(address)}")


def _line(address: str) -> str:
    """Return the connection that an address belongs to: of IPv6, one line has 2**64 of them."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return (
        address if isinstance(found, IPv4Address) else str(ip_network((found, _LINE), strict=False))
    )
