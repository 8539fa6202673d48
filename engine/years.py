"""Years into which ladders reach although nobody has loaded their days (scenario S7).

Such a year counts as a week of the weekly pattern after the other: nothing stops, but holidays are
not known, and whoever counts on a date must be told so.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from engine.calendar import WorkingCalendar
from engine.notices import LetterItem
from engine.rulebook import Rulebook
from engine.task import Task

#: How long before a year begins its days are missed: repetitions of a rung and new dates reach
#: about that far, and the notice on swapped days is out by then.
AHEAD = timedelta(days=60)


def unloaded(days: Iterable[date], calendar: WorkingCalendar) -> tuple[int, ...]:
    """Return the years of some days that are not loaded, in order.

    An office that never loaded any year keeps no calendar of days, and misses none.
    """
    if not calendar.loaded_years:
        return ()
    return tuple(sorted({day.year for day in days} - calendar.loaded_years))


def named(items: Iterable[LetterItem]) -> Iterator[date]:
    """Yield the days that the items of a letter name or count to."""
    for item in items:
        days = (item.due_on, item.effective_due_on, *(day for _, day in item.next_steps))
        yield from (day for day in days if day is not None)


def reach(tasks: Iterable[Task], rulebook: Rulebook) -> Iterator[date]:
    """Yield the days that tasks with a running ladder count from and to."""
    for task in tasks:
        run = rulebook.run(task)
        if run is None:
            continue
        yield run.base
        if task.due_on is not None:
            yield task.due_on
        for rung in run.ladder.rungs:
            yield rung.day(run.base, run.calendar_of(rung, rulebook.calendar))
