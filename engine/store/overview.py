"""What a dashboard asks of the tasks of one plan, in few rows whatever their number.

How many are in which state is told by the counters. Lateness is judged by working days, which the
database does not know: whatever may be late comes grouped by the dates it is judged by, and what
pauses moved comes one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, and_, cast, func, literal, literal_column, or_, select

from engine.store.indexes import PERHAPS_LATE
from engine.store.listing import with_request
from engine.store.record import PLAN_KINDS, task
from engine.store.session import Transaction
from engine.store.standing import IS_OPEN, RUNNING, SOON, Scene, judged_by
from engine.store.tasks import from_rows, select_tasks
from engine.task import OPEN, Task

_JUDGED_BY_REPORT = ("reported", "verified")
#: Words that never change, written once: parameters of a list cost more than what they ask for.
_IS_ITEM: ColumnElement[bool] = literal_column(f"task.kind IN {PLAN_KINDS}")
_IS_JUDGED_BY_REPORT: ColumnElement[bool] = literal_column(f"task.state IN {_JUDGED_BY_REPORT}")
_IS_RUNNING: ColumnElement[bool] = literal_column(f"task.state IN {RUNNING}")
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
        found = and_(task.c.plan_id == self.plan_id, _IS_ITEM)
        if self.unit_ids is None:
            return found
        return and_(found, task.c.lead_unit_id.in_(self.unit_ids))


#: Lead unit, field, how many running tasks are past their date, how many fall due soon.
Running: TypeAlias = tuple[str | None, str, int, int]
#: Lead unit, field, state, due date, local day of the report, and how many tasks are alike in all.
Reported: TypeAlias = tuple[str | None, str, str, date, date | None, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Reports of a local day: `dated` are those of tasks with a due date, `first` is the oldest."""

    state: str
    day: date
    dated: int
    first: datetime


def running(tx: Transaction, reach: Reach, scene: Scene) -> list[Running]:
    """Return how many running tasks are late or due soon; what pauses moved is not among them.

    Args:
        tx: The transaction.
        reach: Which tasks.
        scene: What lateness is judged in.
    """
    late = judged_by(scene, -1)
    grouped = (task.c.lead_unit_id, task.c.field)
    rows = tx.execute(
        select(*grouped, func.count().filter(late), func.count().filter(~late))
        .where(
            reach.condition,
            IS_OPEN,
            _IS_RUNNING,
            task.c.due_on.is_not(None),
            task.c.pauses.is_(None),
            judged_by(scene, SOON),
        )
        .group_by(*grouped)
    )
    return [(unit_id, field, past, soon) for unit_id, field, past, soon in rows.all()]


def reported_late(tx: Transaction, reach: Reach, *, is_rolled_back: bool) -> list[Reported]:
    """Return what was reported, and perhaps verified, so near its date that it may be late.

    What pauses moved is not among it.

    Args:
        tx: The transaction.
        reach: Which tasks.
        is_rolled_back: A due date on a day off moves to the working day before it.
    """
    day, zone = _reported_day(tx, reach.zone), reach.zone
    grouped = (task.c.lead_unit_id, task.c.field, task.c.state, task.c.due_on, day)
    may_be_late: ColumnElement[bool] = (
        and_(_IS_JUDGED_BY_REPORT,
             or_(task.c.reported_at.is_(None), _reported_since(tx, slack=_LONGEST_HOLIDAY_DAYS)))
        if is_rolled_back else literal_column(PERHAPS_LATE[tx.dialect.name])
    )  # fmt: skip
    rows = tx.execute(
        select(*grouped, func.count())
        .where(reach.condition, may_be_late, task.c.due_on.is_not(None), task.c.pauses.is_(None))
        .group_by(*grouped)
    )
    return [
        (unit_id, field, state, due_on, None if on is None else _local(on, zone), number)
        for unit_id, field, state, due_on, on, number in rows.all()
    ]


def done(tx: Transaction, reach: Reach) -> list[Done]:
    """Return what is reported or verified, by state and local day of the report."""
    day = _reported_day(tx, reach.zone)
    rows = tx.execute(
        select(task.c.state, day, func.count(task.c.due_on), func.min(task.c.reported_at))
        .where(reach.condition, _IS_JUDGED_BY_REPORT, task.c.reported_at.is_not(None))
        .group_by(task.c.state, day)
    )
    return [
        Done(state=state, day=_local(on, reach.zone), dated=dated, first=first)
        for state, on, dated, first in rows.all()
    ]


def with_obstacle(tx: Transaction, reach: Reach) -> int:
    """Return about how many tasks an obstacle waits for an answer."""
    statement = select(func.count()).where(reach.condition, task.c.id.in_(with_request("obstacle")))
    return int(tx.execute(statement).scalar_one())


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


def _reported_day(tx: Transaction, zone: ZoneInfo) -> ColumnElement[Any]:
    """Return the local day of the report; on SQLite, which knows no zones, its hour in UTC."""
    if tx.dialect.name == "postgresql":
        return cast(func.timezone(zone.key, task.c.reported_at), Date)
    return func.substr(task.c.reported_at, 1, len("2026-05-20 09"))


def _local(day: date | str, zone: ZoneInfo) -> date:
    if not isinstance(day, str):
        return day
    return datetime.fromisoformat(day).replace(tzinfo=UTC).astimezone(zone).date()


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


def fields(tx: Transaction, plan_id: str) -> dict[str, int]:
    """Return the place of each field in a plan, counted from 0.

    Told by the first items alone: whoever has thousands has not written them into one document.
    """
    first = (
        select(task.c.field, task.c.ordinal)
        .where(task.c.plan_id == plan_id, _IS_ITEM)
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
