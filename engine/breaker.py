"""How much mail may leave: a pace for everybody and for each person, and a limit that is a flood.

Windows are minutes and hours of the clock, so that several relays count in the same ones. Pure.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an administrator allows.

    Attributes:
        per_person_hour: Messages to one person in an hour; what is left waits for the next hour.
        per_minute: Messages to everybody in a minute; what is left waits for the next minute.
        hard_hour: Messages to everybody in an hour; above it nothing leaves until a person says so.
    """

    per_person_hour: int = 20
    per_minute: int = 120
    hard_hour: int = 3000


def window(at: datetime, length: timedelta) -> datetime:
    """Return the beginning of the minute or hour in which an instant lies."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return at - (at - midnight) % length


def after(at: datetime, length: timedelta) -> datetime:
    """Return the beginning of the next one."""
    return window(at, length) + length
