"""Days that differ from the weekly pattern, and the years whose days are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from sqlalchemy import String, cast, delete, insert, select, update

from engine.store.session import Transaction
from engine.store.tables import calendar_day, calendar_year

SEED, OFFICE = "seed", "office"

#: How the two databases write a truth value as text.
_TRUTH = {"1": True, "true": True, "0": False, "false": False}

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A stored day; `kind` is `seed`, or `office` where the office itself decided."""

    day: date
    off: bool
    name: str
    source: str
    kind: str


def days_of(tx: Transaction, year: int) -> list[Day]:
    """Return the stored days of a year in order of date."""
    rows = tx.execute(
        select(calendar_day)
        .where(calendar_day.c.day.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(calendar_day.c.day)
    )
    return [
        Day(day=row.day, off=row.is_off, name=row.name, source=row.source, kind=row.kind)
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Local dates off and worked that differ from the week; `unreadable` rows say nothing."""

    off: frozenset[date]
    worked: frozenset[date]
    unreadable: tuple[str, ...] = ()


def pattern(tx: Transaction) -> Pattern:
    """Return every stored day.

    A row that is no day is passed over and logged: one damaged row must not keep everybody from
    being told.
    """
    off: set[date] = set()
    worked: set[date] = set()
    unreadable: list[str] = []
    rows = tx.execute(select(cast(calendar_day.c.day, String), cast(calendar_day.c.is_off, String)))
    for day, is_off in rows:
        try:
            (off if _TRUTH[is_off] else worked).add(date.fromisoformat(day))
        except (KeyError, TypeError, ValueError):
            unreadable.append(str(day))
    if unreadable:
        _log.error("calendar.rows_unreadable", days=sorted(unreadable))
    return Pattern(
        off=frozenset(off), worked=frozenset(worked), unreadable=tuple(sorted(unreadable))
    )


def find(tx: Transaction, day: date) -> Day | None:
    """Return a stored day, None where nothing is said about it."""
    return next((found for found in days_of(tx, day.year) if found.day == day), None)


def put(tx: Transaction, days: Sequence[Day]) -> None:
    """Store days, each in place of what was said about it before."""
    if not days:
        return
    remove(tx, [one.day for one in days])
    tx.execute(
        insert(calendar_day),
        [
            {"day": one.day, "is_off": one.off, "name": one.name, "source": one.source,
             "kind": one.kind}
            for one in days
        ],
    )  # fmt: skip


def remove(tx: Transaction, days: Sequence[date]) -> None:
    """Forget what is said about days."""
    if days:
        tx.execute(delete(calendar_day).where(calendar_day.c.day.in_(days)))


def is_loaded(tx: Transaction, year: int) -> bool:
    """Return whether the days of a year are known."""
    found = tx.execute(select(calendar_year.c.year).where(calendar_year.c.year == year))
    return found.first() is not None


def mark_loaded(tx: Transaction, year: int, *, source: str, at: datetime) -> None:
    """Record that the days of a year are known, and from where."""
    values = {"source": source, "loaded_at": at}
    known = calendar_year.c.year == year
    if tx.execute(update(calendar_year).where(known).values(**values)).rowcount == 0:
        tx.execute(insert(calendar_year).values(year=year, **values))
