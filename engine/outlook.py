"""What a ladder will do if nothing changes, in days; for the sentence that a mail ends with."""

from datetime import date, timedelta

from engine.calendar import WorkingCalendar
from engine.ladder import Run, escalations, released_on


def escalations_ahead(
    run: Run, calendar: WorkingCalendar, *, today: date
) -> tuple[tuple[str, date], ...]:
    """Return (position, day) of the escalations not told yet, in order, first tellings only.

    A rung on its way counts as told today. Later facts move the days; nothing is promised.
    """
    told = {mark.rung: mark.on or today for mark in run.marks if mark.occurrence == 1}
    ahead: list[tuple[str, date]] = []
    below: date | None = None
    for rung in escalations(run, calendar):
        day = told.get(rung.name)
        if day is None:
            earliest = max(below or today, today) + timedelta(days=1)
            own = run.calendar_of(rung, calendar)
            day = max(rung.day(run.base, own), earliest)
            day = released_on(run, rung, own.on_or_after(day), calendar)
            ahead.append((rung.to[0], day))
        below = day
    return tuple(ahead)
