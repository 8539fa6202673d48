"""Ranges of days in which a unit's clock stands still, and where they move a due date; pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from engine.calendar import WorkingCalendar

_ONE_DAY = timedelta(days=1)
#: What a notice was superseded by that may not leave while a pause runs.
PAUSED: Final = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """One granted pause, local dates, both included.

    Attributes:
        deadline_version: The date it was granted on; a later date is given knowing of it, so the
            pause moves no other.
        granted_by: Code of the obstacle whose answer granted it.
    """

    from_on: date
    to_on: date
    deadline_version: int
    granted_by: str = ""

    def covers(self, day: date) -> bool:
        """Return whether the clock stands still on that day."""
        return self.from_on <= day <= self.to_on


def moved(
    due_on: date, pauses: Iterable[Pause], calendar: WorkingCalendar, *, deadline_version: int
) -> date:
    """Return a due date moved by the working days inside its pauses, each counted once (rule 16).

    Args:
        due_on: The due date, rolled off a day off already.
        pauses: All of the task, of other dates too.
        calendar: The calendar by which days count.
        deadline_version: Which date it is.
    """
    days = {
        day
        for one in pauses
        if one.deadline_version == deadline_version
        for day in calendar.working_days(one.from_on, one.to_on)
    }
    return calendar.shift(due_on, len(days))


def resumes_on(day: date, pauses: Sequence[Pause]) -> date:
    """Return the day itself, or the first one after the pauses that cover it."""
    while (pause := next((one for one in pauses if one.covers(day)), None)) is not None:
        day = pause.to_on + _ONE_DAY
    return day


def pauses_from(stored: Sequence[Mapping[str, Any]] | None) -> tuple[Pause, ...]:
    """Return pauses from the form in which the row of a task keeps them."""
    return tuple(
        Pause(
            from_on=date.fromisoformat(one["from"]),
            to_on=date.fromisoformat(one["to"]),
            deadline_version=one["deadline_version"],
            granted_by=one.get("by", ""),
        )
        for one in stored or ()
    )


def pauses_stored(pauses: Iterable[Pause]) -> list[dict[str, Any]]:
    """Return the form in which the row of a task keeps them; the inverse of `pauses_from`."""
    return list(_stored(pauses))


def _stored(pauses: Iterable[Pause]) -> Iterator[dict[str, Any]]:
    for one in pauses:
        yield {
            "from": one.from_on.isoformat(),
            "to": one.to_on.isoformat(),
            "deadline_version": one.deadline_version,
            "by": one.granted_by,
        }
