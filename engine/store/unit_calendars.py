"""In what units work otherwise than the office: their hours, and days of their own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import delete, insert, select

from engine.calendar import Variation
from engine.store.session import Transaction
from engine.store.tables import unit_calendar, unit_calendar_day

_Hours = tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitHours:
    """The weekly pattern of a unit; what is None is as the unit above it has it."""

    unit_id: str
    weekend: tuple[int, ...] | None
    hours: _Hours | None
    send_at: time | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDay:
    """A day of a unit that differs from what the unit above it has."""

    unit_id: str
    day: date
    off: bool
    name: str
    source: str


def hours(tx: Transaction) -> Mapping[str, UnitHours]:
    """Return the weekly patterns of units that have one of their own, by unit id."""
    return {
        row.unit_id: UnitHours(
            unit_id=row.unit_id,
            weekend=None if row.weekend is None else tuple(row.weekend),
            hours=_spans(row.hours),
            send_at=time.fromisoformat(row.send_at) if row.send_at else None,
            source=row.source,
        )
        for row in tx.execute(select(unit_calendar))
    }


def days(tx: Transaction) -> Sequence[UnitDay]:
    """Return every day of a unit's own, in order of unit and date."""
    row = unit_calendar_day.c
    found = tx.execute(select(unit_calendar_day).order_by(row.unit_id, row.day))
    return [
        UnitDay(unit_id=one.unit_id, day=one.day, off=one.is_off, name=one.name, source=one.source)
        for one in found
    ]


def variations(tx: Transaction) -> Mapping[str, Variation]:
    """Return in what units differ from those above them, by unit id."""
    patterns = hours(tx)
    off: dict[str, set[date]] = defaultdict(set)
    worked: dict[str, set[date]] = defaultdict(set)
    for one in days(tx):
        (off if one.off else worked)[one.unit_id].add(one.day)
    return {
        unit_id: _variation(patterns.get(unit_id), off=off[unit_id], worked=worked[unit_id])
        for unit_id in sorted({*patterns, *off, *worked})
    }


def put_hours(tx: Transaction, wanted: UnitHours) -> None:
    """Store a weekly pattern in place of the one before."""
    forget_hours(tx, wanted.unit_id)
    spans = wanted.hours
    tx.execute(
        insert(unit_calendar).values(
            unit_id=wanted.unit_id,
            weekend=None if wanted.weekend is None else list(wanted.weekend),
            hours=None if spans is None else [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in spans],
            send_at=f"{wanted.send_at:%H:%M}" if wanted.send_at is not None else None,
            source=wanted.source,
        )
    )


def forget_hours(tx: Transaction, unit_id: str) -> None:
    """Have a unit follow the weekly pattern of the unit above it."""
    tx.execute(delete(unit_calendar).where(unit_calendar.c.unit_id == unit_id))


def forget_all(tx: Transaction, unit_id: str) -> None:
    """Have a unit work as the unit above it does."""
    forget_hours(tx, unit_id)
    tx.execute(delete(unit_calendar_day).where(unit_calendar_day.c.unit_id == unit_id))


def put_days(tx: Transaction, wanted: Sequence[UnitDay]) -> None:
    """Store days, each in place of what was said about it before."""
    for one in wanted:
        forget_day(tx, one.unit_id, one.day)
    if wanted:
        tx.execute(
            insert(unit_calendar_day),
            [
                {"unit_id": one.unit_id, "day": one.day, "is_off": one.off, "name": one.name,
                 "source": one.source}
                for one in wanted
            ],
        )  # fmt: skip


def forget_day(tx: Transaction, unit_id: str, day: date) -> None:
    """Forget what is said about a day of a unit."""
    row = unit_calendar_day.c
    tx.execute(delete(unit_calendar_day).where(row.unit_id == unit_id, row.day == day))


def _variation(pattern: UnitHours | None, *, off: set[date], worked: set[date]) -> Variation:
    return Variation(
        weekend=None if pattern is None or pattern.weekend is None else frozenset(pattern.weekend),
        hours=pattern.hours if pattern is not None else None,
        send_at=pattern.send_at if pattern is not None else None,
        off=frozenset(off),
        worked=frozenset(worked),
    )


def _spans(stored: Sequence[Sequence[str]] | None) -> _Hours | None:
    if stored is None:
        return None
    return tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in stored)
