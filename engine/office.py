"""What an administrator settles about an office once, handed inwards from the settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from engine.report_lines import Line

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameWords:
    """How plans write the names of units.

    Attributes:
        kinds: First words of names ("Phòng"), each with its abbreviations ("P").
        groups: First words of names that mean several units at once.
        group_endings: Last words of such names.
        collective: Words of which such names are made: "bộ, ngành, địa phương".
        agencies: First words of bodies that are no unit of this office.
    """

    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    groups: tuple[str, ...] = ()
    group_endings: tuple[str, ...] = ()
    collective: frozenset[str] = frozenset()
    agencies: tuple[str, ...] = ()


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
    #: From which extension of a task on only the director decides.
    director_from: int = 3
    #: So many working days after the effective due date who heard no escalation may promise.
    own_promise: int = 5
    names: NameWords = NameWords()
    #: Periodic reports as they are kept where a plan says no more than how often.
    reports: tuple[Line, ...] = ()
