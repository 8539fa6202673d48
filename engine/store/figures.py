"""How units stood with plans when local days ended: the rows that trends are drawn from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.pauses import Pause, pauses_from
from engine.store.doors import day_figure
from engine.store.record import history, plan, task
from engine.store.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHead:
    """A plan as one chooses it."""

    id: str
    code: str
    year: int
    title: str
    state: str


def plans(tx: Transaction) -> tuple[PlanHead, ...]:
    """Return every plan, the newest year first."""
    rows = tx.execute(
        select(plan.c.id, plan.c.code, plan.c.year, plan.c.title, plan.c.state)
        .order_by(plan.c.year.desc(), plan.c.code)
    )  # fmt: skip
    return tuple(PlanHead(**row._mapping) for row in rows)


def overdue_on(
    tx: Transaction, plan_id: str, days: Sequence[date], *, unit_code: str | None
) -> dict[date, int]:
    """Return how many tasks were overdue when days ended; days not written down are left out.

    Args:
        tx: The transaction.
        plan_id: The plan.
        days: Local days.
        unit_code: Of one unit; None is all of them together.
    """
    statement = (
        select(day_figure.c.day, func.sum(day_figure.c.overdue))
        .where(day_figure.c.plan_id == plan_id, day_figure.c.day.in_(days))
        .group_by(day_figure.c.day)
    )
    if unit_code is not None:
        statement = statement.where(day_figure.c.unit_code == unit_code)
    return {row[0]: int(row[1]) for row in tx.execute(statement)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDays:
    """A plan that runs or ran, and the last local day that is written down of it."""

    id: str
    year: int
    activated_at: datetime
    closed_at: datetime | None
    written_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What the past of a task is judged by that its history does not tell."""

    id: str
    lead_unit_id: str | None
    pauses: tuple[Pause, ...]
    deadline_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A change of a task."""

    task_id: str
    at: datetime
    trigger: str
    to_state: str | None
    due_to: date | None


#: What is written of a unit and a day.
NUMBERS: Final = ("open", "overdue", "reported", "verified", "verified_late", "cancelled")


def plan_days(tx: Transaction) -> tuple[PlanDays, ...]:
    """Return the plans of which days may have to be written down."""
    rows = tx.execute(
        select(plan.c.id, plan.c.year, plan.c.activated_at, plan.c.closed_at,
               func.max(day_figure.c.day).label("written_to"))
        .outerjoin(day_figure, day_figure.c.plan_id == plan.c.id)
        .where(plan.c.activated_at.is_not(None))
        .group_by(plan.c.id).order_by(plan.c.code)
    )  # fmt: skip
    return tuple(PlanDays(**row._mapping) for row in rows)


def followed(tx: Transaction, plan_id: str) -> tuple[Followed, ...]:
    """Return the dated items of a plan that have, or had, a state."""
    rows = tx.execute(
        select(task.c.id, task.c.lead_unit_id, task.c.pauses, task.c.deadline_version)
        .where(_is_counted(plan_id))
    )  # fmt: skip
    return tuple(
        Followed(id=row.id, lead_unit_id=row.lead_unit_id, pauses=pauses_from(row.pauses),
                 deadline_version=row.deadline_version)
        for row in rows
    )  # fmt: skip


def events(tx: Transaction, plan_id: str, *, before: datetime) -> Iterator[Event]:
    """Yield the changes of the dated items of a plan, in the order of their time."""
    columns = (history.c.task_id, history.c.at, history.c.trigger, history.c.to_state,
               history.c.due_to)  # fmt: skip
    rows = tx.execute(
        select(*columns)
        .join(task, task.c.id == history.c.task_id)
        .where(_is_counted(plan_id), history.c.at < before)
        .order_by(history.c.at, history.c.version)
    )
    for row in rows:
        yield Event(**row._mapping)


def forget_later(tx: Transaction, day: date) -> int:
    """Forget what is written of days after one, which a clock that was wrong took for over."""
    return tx.execute(delete(day_figure).where(day_figure.c.day > day)).rowcount


def write_day(
    tx: Transaction, plan_id: str, day: date, counts: Mapping[str, Mapping[str, int]]
) -> None:
    """Write how units stood when a day ended, by their codes; what is written already stays."""
    rows = [
        {"day": day, "plan_id": plan_id, "unit_code": code,
         **{name: numbers.get(name, 0) for name in NUMBERS}}
        for code, numbers in counts.items()
    ]  # fmt: skip
    made = (postgresql if tx.dialect.name == "postgresql" else sqlite).insert(day_figure)
    tx.execute(made.on_conflict_do_nothing(), rows)


def _is_counted(plan_id: str) -> ColumnElement[bool]:
    return and_(
        task.c.plan_id == plan_id,
        task.c.kind.in_(("task", "recurring")),
        task.c.state.is_not(None),
    )
