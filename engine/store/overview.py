"""What a dashboard asks of the tasks of one plan, in few rows whatever their number.

How many are in which state is told by the counters. Lateness is judged by working days, which the
database does not know: whatever may be late comes grouped by the dates it is judged by, and what
pauses moved comes one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, and_, cast, func, literal, or_, select

from engine.store.listing import Narrowed
from engine.store.record import PLAN_KINDS, plan, task
from engine.store.session import Transaction
from engine.store.tasks import from_rows, select_tasks
from engine.task import OPEN, Task

_JUDGED_BY_REPORT = ("reported", "verified")
#: Further back than this no due date is moved by the days off it falls on.
_LONGEST_HOLIDAY_DAYS = 40
_MOST_WRITTEN = 300
_paused = task.alias("paused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which tasks: of one plan, and of some lead units (None: all); days are those of `zone`."""

    plan_id: str
    unit_ids: Sequence[str] | None
    zone: ZoneInfo

    @property
    def condition(self) -> ColumnElement[bool]:
        """The condition on `task`."""
        found = and_(task.c.plan_id == self.plan_id, task.c.kind.in_(PLAN_KINDS))
        if self.unit_ids is None:
            return found
        return and_(found, task.c.lead_unit_id.in_(self.unit_ids))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """So many tasks of one unit and field that were reported on a local day and due on another."""

    lead_unit_id: str | None
    field: str
    state: str
    due_on: date
    reported_on: date | None
    number: int


def running_late(
    tx: Transaction, reach: Reach, late: Narrowed
) -> list[tuple[str | None, str, int]]:
    """Return how many running tasks are past their date, by lead unit and field.

    Args:
        tx: The transaction.
        reach: Which tasks.
        late: What `status=overdue` lets through; counted is what is certain.
    """
    rows = tx.execute(
        select(task.c.lead_unit_id, task.c.field, func.count())
        .join(plan, plan.c.id == task.c.plan_id)
        .where(reach.condition, late.certain if late.certain is not None else late.condition)
        .group_by(task.c.lead_unit_id, task.c.field)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def reported_late(tx: Transaction, reach: Reach, *, is_rolled_back: bool) -> list[Reported]:
    """Return what was reported, and perhaps verified, so near its date that it may be late.

    What pauses moved is not among it.

    Args:
        tx: The transaction.
        reach: Which tasks.
        is_rolled_back: A due date on a day off moves to the working day before it.
    """
    slack = _LONGEST_HOLIDAY_DAYS if is_rolled_back else 0
    day = _reported_day(tx, reach.zone)
    grouped = (task.c.lead_unit_id, task.c.field, task.c.state, task.c.due_on, day)
    rows = tx.execute(
        select(*grouped, func.count())
        .where(
            reach.condition,
            task.c.state.in_(_JUDGED_BY_REPORT),
            task.c.due_on.is_not(None),
            task.c.pauses.is_(None),
            or_(task.c.reported_at.is_(None), _reported_since(tx, slack=slack)),
        )
        .group_by(*grouped)
    )
    return [
        Reported(lead_unit_id=row[0], field=row[1], state=row[2], due_on=row[3],
                 reported_on=_local(row[4], reach.zone), number=row[5])
        for row in rows
    ]  # fmt: skip


def verified_by_day(tx: Transaction, reach: Reach) -> Iterator[tuple[date, int]]:
    """Yield how many tasks with a date are verified, by the local day of their report."""
    day = _reported_day(tx, reach.zone)
    rows = tx.execute(
        select(day, func.count())
        .where(
            reach.condition,
            task.c.state == "verified",
            task.c.due_on.is_not(None),
            task.c.reported_at.is_not(None),
        )
        .group_by(day)
    )
    for row in rows:
        on = _local(row[0], reach.zone)
        if on is not None:
            yield on, row[1]


def paused(tx: Transaction, reach: Reach) -> list[Task]:
    """Return the tasks with a date that a pause may have moved, open or verified."""
    # Asked for by themselves, which the index of paused tasks answers.
    ids = select(_paused.c.id).where(
        _paused.c.plan_id == reach.plan_id, _paused.c.pauses.is_not(None)
    )
    chosen = and_(
        reach.condition,
        task.c.id.in_(ids),
        task.c.due_on.is_not(None),
        task.c.state.in_((*OPEN, "verified")),
    )
    return from_rows(tx, tx.execute(select_tasks().where(chosen)).all())


def longest_waiting(tx: Transaction, reach: Reach) -> datetime | None:
    """Return when the report was made that waits longest to be verified; None where none waits."""
    found: datetime | None = tx.execute(
        select(func.min(task.c.reported_at)).where(reach.condition, task.c.state == "reported")
    ).scalar_one()
    return found


def _reported_day(tx: Transaction, zone: ZoneInfo) -> ColumnElement[Any]:
    """Return the local day of the report; on SQLite, which knows no zones, its hour in UTC."""
    if tx.dialect.name == "postgresql":
        return cast(func.timezone(zone.key, task.c.reported_at), Date)
    return func.substr(task.c.reported_at, 1, len("2026-05-20 09"))


def _local(day: date | str | None, zone: ZoneInfo) -> date | None:
    if not isinstance(day, str):
        return day
    return datetime.strptime(day, "%Y-%m-%d %H").replace(tzinfo=UTC).astimezone(zone).date()


def _reported_since(tx: Transaction, *, slack: int) -> ColumnElement[bool]:
    """Return the condition that a report came no earlier than the due date less some days.

    Days are those of UTC here: where the local day is the later one, the report is late by that
    day alone, and its day of UTC is the due date itself.
    """
    if tx.dialect.name == "postgresql":
        reported = cast(func.timezone("UTC", task.c.reported_at), Date)
        return reported >= task.c.due_on - literal(slack)
    reported_on: ColumnElement[Any] = func.date(task.c.reported_at)
    return reported_on >= func.date(task.c.due_on, f"-{slack} days")


def ids(tx: Transaction, plan_id: str, codes: Sequence[str]) -> dict[str, str]:
    """Return the ids of items of a plan by their codes."""
    rows = tx.execute(
        select(task.c.code, task.c.id).where(task.c.plan_id == plan_id, task.c.code.in_(codes))
    )
    return {row.code: row.id for row in rows}


def fields(tx: Transaction, plan_id: str) -> dict[str, int]:
    """Return the place of each field in a plan, counted from 0.

    Told by the first items alone: whoever has thousands has not written them into one document.
    """
    first = (
        select(task.c.field, task.c.ordinal)
        .where(task.c.plan_id == plan_id, task.c.kind.in_(PLAN_KINDS))
        .order_by(task.c.ordinal)
        .limit(_MOST_WRITTEN)
        .subquery()
    )
    place = func.min(first.c.ordinal)
    rows = tx.execute(select(first.c.field).group_by(first.c.field).order_by(place))
    return {name: number for number, name in enumerate(rows.scalars())}


def of_window(tx: Transaction, reach: Reach, first: date, last: date) -> list[Task]:
    """Return the dated tasks that a window of local days may count, some of them too many."""
    begin = datetime.combine(first, time.min, tzinfo=reach.zone)
    end = datetime.combine(last + timedelta(days=1), time.min, tzinfo=reach.zone)
    around = timedelta(days=_LONGEST_HOLIDAY_DAYS)
    chosen = and_(
        reach.condition,
        task.c.kind != "standing",
        or_(
            and_(task.c.state.in_(_JUDGED_BY_REPORT), task.c.reported_at >= begin,
                 task.c.reported_at < end),
            and_(task.c.state.in_(OPEN),
                 or_(task.c.due_on.between(first - around, last + around),
                     task.c.pauses.is_not(None))),
        ),
    )  # fmt: skip
    return from_rows(tx, tx.execute(select_tasks().where(chosen)).all())


def report_codes(tx: Transaction, plan_id: str, seen: ColumnElement[bool]) -> frozenset[str]:
    """Return the codes of the periodic reports of a plan that a condition lets through."""
    rows = tx.execute(
        select(task.c.code).where(task.c.plan_id == plan_id, task.c.kind == "report", seen)
    )
    return frozenset(rows.scalars())
