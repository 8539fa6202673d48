"""Where time comes from. The only module that asks the machine what time it is."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

#: Counts the time a machine is suspended too, so that waking up is no fault of its clock; where
#: there is none (outside Linux) the ordinary one.
_ELAPSED = getattr(time, "CLOCK_BOOTTIME", None)


class Clock(Protocol):
    """Tells the present instant, timezone-aware and in UTC."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


class PinnedClock:
    """A clock set to a chosen instant: standing still, or ticking on from there."""

    def __init__(self, at: datetime, *, ticking: bool = False) -> None:
        self._at = require_aware(at).astimezone(UTC)
        self._started = datetime.now(UTC) if ticking else None

    def now(self) -> datetime:
        """Return the pinned instant, plus what has passed since when ticking."""
        if self._started is None:
            return self._at
        return self._at + (datetime.now(UTC) - self._started)

    def set(self, at: datetime) -> None:
        """Move a standing clock to another instant (simulation and tests)."""
        self._at = require_aware(at).astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move a standing clock on by a duration (simulation and tests)."""
        self._at += by


def elapsed() -> float:
    """Return seconds since some fixed moment; no setting of the clock makes them jump."""
    return time.monotonic() if _ELAPSED is None else time.clock_gettime(_ELAPSED)


def require_aware(at: datetime) -> datetime:
    """Return the instant unchanged.

    Raises:
        ValueError: it is naive; a naive instant means a different moment on every machine.
    """
    if at.tzinfo is None or at.utcoffset() is None:
        message = f"naive datetime {at.isoformat()}; give it an offset"
        raise ValueError(message)
    return at
