"""The calendar that the scenarios speak of: Tết of 2014 with its two swapped Saturdays."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.calendar import WorkingCalendar

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
#: 2014-01-28 .. 2014-02-05.
TET_2014 = frozenset(date(2014, 1, 28) + timedelta(days=n) for n in range(9))
SWAPPED_2014 = frozenset({date(2014, 1, 25), date(2014, 2, 8)})

#: C14 of the scenarios: Monday to Friday, Tết off, two Saturdays worked instead.
C14 = WorkingCalendar(zone=ZONE, days_off=TET_2014, work_days=SWAPPED_2014)
#: The same without the swap.
UNSWAPPED = WorkingCalendar(zone=ZONE, days_off=TET_2014)
#: Monday to Friday and nothing else.
PLAIN = WorkingCalendar(zone=ZONE)


@dataclass(frozen=True)
class Closed:
    """A day off as a seed of the calendar names it."""

    day: date
    off: bool = True
    name: str = "Nghỉ"
    source: str = "kiểm thử"


def day(text: str) -> date:
    """Return a date, `2014-02-07`."""
    return date.fromisoformat(text)


def local(text: str) -> datetime:
    """Return the instant of a local date and time, `2014-01-20T09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def slot(text: str) -> datetime:
    """Return the instant of the usual slot, 07:30, of a local date."""
    return datetime.combine(day(text), time(7, 30), tzinfo=ZONE).astimezone(UTC)
