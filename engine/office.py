"""What an administrator settles about an office once, handed inwards from the settings."""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The constants of one office; holidays and ladders are rows in its database instead."""

    name: str = "Cơ quan"
    zone: ZoneInfo = _VIETNAM
    weekend: frozenset[int] = frozenset({5, 6})
    hours: tuple[tuple[time, time], ...] = (
        (time(7, 30), time(11, 30)),
        (time(13, 30), time(17, 0)),
    )
    send_at: time = time(7, 30)
    due_on_day_off: Literal["next", "previous"] = "next"
    #: How long notices other than rungs wait for company before they leave.
    batch: timedelta = timedelta(minutes=10)
