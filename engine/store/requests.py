"""What was asked of leaders about tasks, and what they answered: obstacles and extensions.

Their states, versions and clocks are rows of `task`; here is what they say beyond that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update

from engine.store.record import REQUEST_STATES, evidence, history, plan, task
from engine.store.session import Transaction
from engine.store.subjects import extension, obstacle

_TABLES = {"obstacle": obstacle, "extension": extension}
KINDS = tuple(_TABLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An obstacle or an extension as it is stored; local dates, instants in UTC.

    Attributes:
        about: Id of the task it is about.
        asked_at: When it was asked.
        asked_by: Code of the person who asked, and `for_whom`, if he stood in for somebody.
        answered_at: When it was answered or taken back; None while it is open.
        says: The columns of its own table.
    """

    id: str
    about: str
    kind: str
    code: str
    state: str
    leader_id: str | None
    asked_at: datetime
    asked_by: str
    for_whom: str | None
    answered_at: datetime | None
    answered_by: str | None
    says: Mapping[str, Any]


def insert_obstacle(tx: Transaction, task_id: str, **says: Any) -> None:
    """Store what a new obstacle says."""
    tx.execute(insert(obstacle).values(task_id=task_id, **says))


def insert_extension(tx: Transaction, task_id: str, **says: Any) -> None:
    """Store what a new request for more time says."""
    tx.execute(insert(extension).values(task_id=task_id, **says))


def answer_obstacle(tx: Transaction, task_id: str, **says: Any) -> None:
    """Store what an answer adds to an obstacle."""
    tx.execute(update(obstacle).where(obstacle.c.task_id == task_id).values(**says))


def answer_extension(tx: Transaction, task_id: str, **says: Any) -> None:
    """Store what a decision adds to a request for more time."""
    tx.execute(update(extension).where(extension.c.task_id == task_id).values(**says))


def insert_evidence(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store the proof that an obstacle brings."""
    if rows:
        tx.execute(insert(evidence), list(rows))


def asked_so_far(tx: Transaction, task_id: str, kind: str) -> int:
    """Return how many requests of a kind there ever were about a task."""
    return _number(tx, task.c.parent_id == task_id, task.c.kind == kind)


def granted_so_far(tx: Transaction, task_id: str) -> int:
    """Return how many extensions a task was granted."""
    return _number(
        tx, task.c.parent_id == task_id, task.c.kind == "extension", task.c.state == "approved"
    )


def open_codes(tx: Transaction, task_id: str, kind: str) -> list[str]:
    """Return the codes of the open requests of a kind about a task, the oldest first."""
    rows = tx.execute(
        select(task.c.code)
        .where(task.c.parent_id == task_id, task.c.kind == kind, task.c.state.in_(REQUEST_STATES))
        .order_by(task.c.assigned_at, task.c.id)
    )
    return list(rows.scalars())


def of_tasks(tx: Transaction, task_ids: Iterable[str]) -> list[Stored]:
    """Return every obstacle and extension about some tasks, the oldest first."""
    return _stored(tx, _about().where(task.c.parent_id.in_(list(task_ids))))


def by_ids(tx: Transaction, ids: Iterable[str]) -> list[Stored]:
    """Return obstacles and extensions by their own ids, the oldest first."""
    return _stored(tx, _about().where(task.c.id.in_(list(ids))))


def of_kind(tx: Transaction, kind: str, *, is_open: bool, limit: int) -> list[Stored]:
    """Return up to `limit` requests of a kind in active plans, the oldest first."""
    active = select(plan.c.id).where(plan.c.state == "active")
    statement = _about().where(task.c.kind == kind, task.c.plan_id.in_(active))
    if is_open:
        statement = statement.where(task.c.state.in_(REQUEST_STATES))
    return _stored(tx, statement.limit(limit))


def granted_column() -> Any:
    """Return the number of extensions granted, as a column beside those of a task."""
    granted = task.alias("granted")
    return (
        select(func.count())
        .where(
            granted.c.parent_id == task.c.id,
            granted.c.kind == "extension",
            granted.c.state == "approved",
        )
        .correlate(task)
        .scalar_subquery()
        .label("extensions")
    )


def _number(tx: Transaction, *conditions: Any) -> int:
    number: int = tx.execute(select(func.count()).select_from(task).where(*conditions)).scalar_one()
    return number


def _about() -> Select[Any]:
    columns = (task.c.id, task.c.parent_id, task.c.kind, task.c.code, task.c.state,
               task.c.leader_id, task.c.assigned_at)  # fmt: skip
    return (
        select(*columns)
        .where(task.c.kind.in_(KINDS), task.c.state.is_not(None))
        .order_by(task.c.assigned_at, task.c.id)
    )


def _stored(tx: Transaction, statement: Select[Any]) -> list[Stored]:
    rows = tx.execute(statement).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    says = _says(tx, ids)
    events = _events(tx, ids)
    return [_one(row, says[row.id], events[row.id]) for row in rows]


def _one(row: Any, says: Mapping[str, Any], events: Sequence[Any]) -> Stored:
    asked = events[0]
    # What happens in between, a new person in charge for instance, is nobody's answer.
    answer = events[-1] if row.state not in REQUEST_STATES else None
    return Stored(
        id=row.id,
        about=row.parent_id,
        kind=row.kind,
        code=row.code,
        state=row.state,
        leader_id=row.leader_id,
        asked_at=asked.at,
        asked_by=asked.actor,
        for_whom=asked.on_behalf_of,
        answered_at=answer.at if answer else None,
        answered_by=answer.actor if answer else None,
        says=says,
    )


def _says(tx: Transaction, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    return {
        row.task_id: {name: value for name, value in row._mapping.items() if name != "task_id"}
        for table in _TABLES.values()
        for row in tx.execute(select(table).where(table.c.task_id.in_(ids)))
    }


def _events(tx: Transaction, ids: Sequence[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {one: [] for one in ids}
    columns = (history.c.task_id, history.c.at, history.c.actor, history.c.on_behalf_of)
    rows = tx.execute(
        select(*columns).where(history.c.task_id.in_(ids)).order_by(history.c.version)
    )
    for row in rows:
        found[row.task_id].append(row)
    return found
