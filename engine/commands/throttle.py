"""Slowing down whoever guesses: by account and address, so that nobody locks another one out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network

from engine.secrecy import digest
from engine.store import throttle as store
from engine.store.session import Transaction

#: Whatever failed longer ago is forgotten.
_REMEMBERED = timedelta(days=31)
_A_DAY = timedelta(days=1)
_MOST_DOUBLINGS = 30
#: Bits that a provider gives one line of IPv6; the rest is its own to choose.
_LINE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """So many failures are free; then a wait, twice as long after each further one."""

    free: int
    first: timedelta
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        """Return how long the next attempt has to wait after the last failed one."""
        if failures < self.free:
            return timedelta(0)
        doublings = min(failures - self.free, _MOST_DOUBLINGS)
        longer: timedelta = self.first * 2**doublings
        return min(longer, self.longest)


def attempt(
    tx: Transaction, *, account: str, address: str, pace: Pace, at: datetime
) -> timedelta | None:
    """Count an attempt as failed before it is looked at, and let it through (None).

    Counted afterwards, a thousand sent at once would all be looked at. The transaction is to be
    committed before the secret is judged; `succeed` takes the count back.

    Returns:
        How long to wait, where it is too early; then nothing is counted.
    """
    key = _key(account, address)
    found = store.locked(tx, key, at=at)
    is_forgotten = at - found.failed_at > max(pace.longest, _A_DAY)
    failures = 0 if is_forgotten else found.failures
    ready_at: datetime = found.failed_at + pace.wait(failures)
    if at < ready_at:
        return ready_at - at
    store.put(tx, key, failures=failures + 1, at=at)
    return None


def succeed(tx: Transaction, *, account: str, address: str, at: datetime) -> None:
    """Forget the failures of a pair: whoever it was, it is the right one."""
    store.forget(tx, _key(account, address), older_than=at - _REMEMBERED)


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
