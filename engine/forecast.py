"""Who will be told what, and when, if nothing changes: the ladders, played ahead.

The same functions decide here as in the sweep; only the clock runs ahead, and what is told is
remembered instead of written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine import ladder
from engine.ladder import Mark, Run
from engine.rulebook import Rulebook
from engine.task import Task
from engine.telling import Past, addressed, tellings


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """One telling that will happen; `recipient` is a person's code, None the administrator."""

    at: datetime
    recipient: str | None
    task: str
    rung: str
    occurrence: int
    kind: str
    position: str


def forecast(
    tasks: Iterable[Task],
    past: Mapping[str, Past],
    rulebook: Rulebook,
    *,
    now: datetime,
    until: date,
) -> list[Foretold]:
    """Return every telling from now through a local day, by time, recipient and task.

    Args:
        tasks: Tasks with a running ladder.
        past: By task id, what was told already; a telling on its way counts as told in the
            next slot.
        rulebook: The rules of the moment; they are taken to stay as they are.
        now: The present instant.
        until: The last local day.
    """
    found = [
        one
        for task in tasks
        if (run := rulebook.run(task, past[task.id].marks)) is not None
        for one in _of_task(task, run, past[task.id], rulebook, now=now, until=until)
    ]
    return sorted(found, key=lambda one: (one.at, one.recipient or "", one.task, one.rung))


def _of_task(
    task: Task, run: Run, past: Past, rulebook: Rulebook, *, now: datetime, until: date
) -> list[Foretold]:
    calendar = rulebook.calendar
    start = calendar.next_slot(now)
    run = _arrived(addressed(run, task), on=calendar.local_date(start))
    told = dict(past.told)
    found: list[Foretold] = []
    slot = ladder.first(run, calendar, not_before=start)
    while slot is not None and calendar.local_date(slot) <= until:
        turn = ladder.plan(run, calendar, slot=slot)
        marks = list(run.marks)
        for one in tellings(task, turn, told, rulebook, slot=slot):
            name, person = one.rung.rung.name, one.addressee.person_id
            marks.append(
                Mark(rung=name, occurrence=one.rung.occurrence, on=calendar.local_date(slot))
            )
            if one.status == "pending" and person is not None:
                told[name] = told.get(name, frozenset()) | {person}
            if one.status in ("pending", "failed"):
                found.append(_foretold(task, one.rung, person, one.addressee.position, rulebook,
                                       at=slot))  # fmt: skip
        run = replace(run, marks=tuple(marks))
        slot = turn.next_at
    return found


def _arrived(run: Run, *, on: date) -> Run:
    """Return the run as it will be once what is on its way has arrived."""
    marks = tuple(mark if mark.on is not None else replace(mark, on=on) for mark in run.marks)
    return replace(run, marks=marks)


def _foretold(
    task: Task,
    one: ladder.DueRung,
    person: str | None,
    position: str,
    rulebook: Rulebook,
    *,
    at: datetime,
) -> Foretold:
    people = rulebook.organisation.person_by_id
    return Foretold(
        at=at,
        recipient=people[person].code if person else None,
        task=task.address,
        rung=one.rung.name,
        occurrence=one.occurrence,
        kind=one.kind,
        position=position,
    )
