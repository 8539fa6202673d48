"""Playing a ladder slot by slot, with everything told in the slot that asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from engine import ladder
from engine.calendar import WorkingCalendar
from engine.ladder import DueRung, Ladder, Mark, Run
from engine.ladder_form import ladder_from_mapping
from tests.support.calendars import local


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One telling, or one reminder that a newer one replaced."""

    on: date
    rung: str
    occurrence: int
    kind: str
    is_superseded: bool = False


def unit(*rungs: tuple[str, str, str] | tuple[str, str, str, str]) -> Ladder:
    """Return a unit ladder of rungs (name, at, position, repeat)."""
    return named("unit", *rungs)


def named(name: str, *rungs: tuple[str, ...]) -> Ladder:
    """Return a ladder of rungs (name, at, positions joined by a comma, repeat)."""
    mappings: list[dict[str, Any]] = []
    for rung, at, to, *repeat in rungs:
        mapping: dict[str, Any] = {"rung": rung, "at": at, "to": to.split(",")}
        mappings.append({**mapping, "repeat": repeat[0]} if repeat else mapping)
    return ladder_from_mapping(name, mappings)


def run(steps: Ladder, base: str, *, since: str, marks: Sequence[Mark] = ()) -> Run:
    """Return an arming that counts from a date and began at a local time."""
    return Run(ladder=steps, base=date.fromisoformat(base), since=local(since), marks=tuple(marks))


def mark(rung: str, on: str | None, occurrence: int = 1) -> Mark:
    """Return a mark of the ledger; `on` is None while it is on its way."""
    return Mark(rung=rung, occurrence=occurrence, on=date.fromisoformat(on) if on else None)


def play(
    going: Run, calendar: WorkingCalendar, *, start: datetime, until: date, most: int = 400
) -> list[Said]:
    """Return everything said from an instant through a day, as the sweep would ask for it."""
    said: list[Said] = []
    slot = ladder.first(going, calendar, not_before=start)
    while slot is not None and calendar.local_date(slot) <= until and most:
        most -= 1
        today = calendar.local_date(slot)
        turn = ladder.plan(going, calendar, slot=slot)
        said += [_said(one, today, is_superseded=False) for one in turn.due]
        said += [_said(one, today, is_superseded=True) for one in turn.superseded]
        marks = (
            Mark(rung=one.rung.name, occurrence=one.occurrence, on=today)
            for one in (*turn.due, *turn.superseded)
        )
        going = replace(going, marks=(*going.marks, *marks))
        slot = turn.next_at
    return said


def told(said: Sequence[Said]) -> dict[str, str]:
    """Return the day of each first telling, by rung."""
    return {
        one.rung: one.on.isoformat()
        for one in said
        if not one.is_superseded and one.occurrence == 1
    }


def _said(one: DueRung, on: date, *, is_superseded: bool) -> Said:
    return Said(
        on=on,
        rung=one.rung.name,
        occurrence=one.occurrence,
        kind=one.kind,
        is_superseded=is_superseded,
    )
