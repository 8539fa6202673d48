"""Reads that look for what is stuck: tasks, notices and messages that nobody is at.

Short transactions and pages throughout: on SQLite a long read would keep writers waiting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, extract, func, or_, select

from engine.store import ledger, tasks
from engine.store.audit_scan import LEAST
from engine.store.record import (
    anchor,
    audit_block,
    audit_entry,
    message,
    notice,
    plan,
    task,
)
from engine.store.session import Transaction
from engine.store.tables import person, unit
from engine.task import OPEN, Task

_BUSY = ("leased", "sending")
_OPEN_IN_ACTIVE = and_(plan.c.state == "active", task.c.state.in_(OPEN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """Rows whose moment has passed: how many, since when, and the first of them by address."""

    count: int
    since: datetime | None
    first: tuple[str, ...] = ()


def has_active_plan(tx: Transaction) -> bool:
    """Return whether anybody can be owed anything."""
    return bool(tx.execute(select(exists().where(plan.c.state == "active"))).scalar_one())


def open_tasks(
    tx: Transaction, after: str | None, *, due_by: date, past: datetime, most: int
) -> list[Task]:
    """Return open tasks of active plans that may be owed something by now, in order of id.

    Args:
        tx: The transaction.
        after: The id the page before ended with.
        due_by: Tasks with a later date are owed nothing yet, if they have a timer.
        past: An instant by which timers must have been seen to.
        most: The length of a page.
    """
    wanted = (
        tasks.select_tasks()
        .where(
            _OPEN_IN_ACTIVE,
            task.c.due_on.is_not(None),
            task.c.id > (after or LEAST),
            or_(
                task.c.due_on <= due_by,
                task.c.state == "reported",
                task.c.next_at.is_(None),
                task.c.next_at <= past,
            ),
        )
        .order_by(task.c.id)
        .limit(most)
    )
    return tasks.from_rows(tx, tx.execute(wanted))


def timers_past(tx: Transaction, *, before: datetime, most: int) -> Overdue:
    """Return tasks whose timer has passed and that no sweep has looked at."""
    count, since = tx.execute(
        select(func.count(), func.min(task.c.next_at)).where(task.c.next_at <= before)
    ).one()
    if not count:
        return Overdue(count=0, since=None)
    rows = tx.execute(
        select(plan.c.code, task.c.code)
        .join(plan, plan.c.id == task.c.plan_id)
        .where(task.c.next_at <= before)
        .order_by(task.c.next_at, task.c.ordinal)
        .limit(most)
    )
    first = tuple(f"{code}/{item}" for code, item in rows)
    return Overdue(count=count, since=since, first=first)


def notices_waiting(tx: Transaction, *, before: datetime) -> Overdue:
    """Return notices that could have left by then and have not."""
    count, since = tx.execute(
        select(func.count(), func.min(notice.c.leave_at)).where(
            notice.c.status.in_(ledger.UNSENT),
            notice.c.leave_at <= before,
            notice.c.recipient_id.is_not(None),
        )
    ).one()
    return Overdue(count=count, since=since)


def actions_of_tasks(tx: Transaction, *, since: datetime) -> dict[str, int]:
    """Return how often each thing was done to a task since an instant, by its audit action."""
    rows = tx.execute(
        select(audit_entry.c.action, func.count().label("number"))
        .where(audit_entry.c.at >= since, audit_entry.c.subject.like("task:%"))
        .group_by(audit_entry.c.action)
    )
    return {row.action: row.number for row in rows}


def notices_orphaned(tx: Transaction) -> Overdue:
    """Return notices that say they are in a message which is no longer on its way."""
    count, since = tx.execute(
        select(func.count(), func.min(notice.c.created_at))
        .outerjoin(message, message.c.id == notice.c.message_id)
        .where(
            notice.c.status.in_(_BUSY),
            or_(message.c.id.is_(None), message.c.status.not_in(_BUSY)),
        )
    ).one()
    return Overdue(count=count, since=since)


def notices_retried(tx: Transaction) -> Sequence[Any]:
    """Return, per recipient, the notices that the server keeps putting off."""
    return tx.execute(
        select(person.c.code, notice.c.detail, notice.c.created_at)
        .join(person, person.c.id == notice.c.recipient_id)
        .where(notice.c.status == "retry")
        .order_by(notice.c.created_at)
    ).all()


def messages(tx: Transaction, *statuses: str) -> Sequence[Any]:
    """Return messages in one of the statuses with their recipients' codes, oldest first."""
    columns = [
        one for one in message.c if one.name in (
            "id", "address", "subject", "status", "created_at", "next_try_at", "lease_until",
            "recipient_id",
        )
    ]  # fmt: skip
    return tx.execute(
        select(*columns, person.c.code.label("recipient"))
        .outerjoin(person, person.c.id == message.c.recipient_id)
        .where(message.c.status.in_(statuses))
        .order_by(message.c.created_at, message.c.id)
    ).all()


def last_accepted(tx: Transaction) -> dict[str, datetime]:
    """Return when each person was last reached, by id."""
    rows = tx.execute(
        select(message.c.recipient_id, func.max(message.c.accepted_at))
        .where(message.c.accepted_at.is_not(None), message.c.recipient_id.is_not(None))
        .group_by(message.c.recipient_id)
    )
    return {identity: at for identity, at in rows}  # noqa: C416 - rows are no pairs for dict()


def years_of_tasks(tx: Transaction) -> set[int]:
    """Return the years in which open tasks of active plans have their dates."""
    year = extract("year", task.c.due_on)
    rows = tx.execute(
        select(year)
        .distinct()
        .join(plan, plan.c.id == task.c.plan_id)
        .where(_OPEN_IN_ACTIVE, task.c.due_on.is_not(None))
    )
    return {int(one) for one in rows.scalars()}


def leading_units(tx: Transaction) -> dict[str, int]:
    """Return how many open tasks each unit leads, by id of the unit."""
    rows = tx.execute(
        select(task.c.lead_unit_id, func.count())
        .join(plan, plan.c.id == task.c.plan_id)
        .where(_OPEN_IN_ACTIVE, task.c.lead_unit_id.is_not(None))
        .group_by(task.c.lead_unit_id)
    )
    return {identity: int(number) for identity, number in rows}


def answering_people(tx: Transaction) -> dict[str, int]:
    """Return how many open tasks are assigned to each person, or are theirs to verify, by id."""
    counts: dict[str, int] = {}
    for column in (task.c.assignee_id, task.c.verifier_id):
        rows = tx.execute(
            select(column, func.count())
            .join(plan, plan.c.id == task.c.plan_id)
            .where(_OPEN_IN_ACTIVE, column.is_not(None))
            .group_by(column)
        )
        for identity, number in rows:
            counts[identity] = counts.get(identity, 0) + int(number)
    return counts


def leaders_unbound(tx: Transaction) -> list[tuple[str, str]]:
    """Return (unit, code of its leader) where nobody of that code was imported yet."""
    rows = tx.execute(
        select(unit.c.code, unit.c.leader_code)
        .where(unit.c.leader_code.is_not(None), unit.c.leader_id.is_(None))
        .order_by(unit.c.ordinal)
    )
    return [(row.code, row.leader_code) for row in rows]


def unsealed(tx: Transaction, *, before: datetime) -> Overdue:
    """Return entries that were written by then and are in no block, as far as ids tell."""
    newest = tx.execute(
        select(audit_block.c.newest).order_by(audit_block.c.number.desc()).limit(1)
    ).scalar_one_or_none()
    count, since = tx.execute(
        select(func.count(), func.min(audit_entry.c.at)).where(
            audit_entry.c.id > (newest or LEAST), audit_entry.c.at <= before
        )
    ).one()
    return Overdue(count=count, since=since)


def last_anchor(tx: Transaction) -> datetime | None:
    """Return when the newest anchor was taken, None where none ever was."""
    found: datetime | None = tx.execute(select(func.max(anchor.c.at))).scalar_one()
    return found


def addresses(tx: Transaction, task_ids: Sequence[str]) -> dict[str, str]:
    """Return the addresses of tasks, by id."""
    rows = tx.execute(
        select(task.c.id, plan.c.code, task.c.code)
        .join(plan, plan.c.id == task.c.plan_id)
        .where(task.c.id.in_(task_ids))
    )
    return {identity: f"{code}/{item}" for identity, code, item in rows}


def judged(tx: Transaction, task_ids: Sequence[str], *, at: datetime) -> dict[str, str]:
    """Return the addresses of those tasks that wait for no sweep of that instant, by id."""
    waiting = select(task.c.id).where(task.c.id.in_(task_ids), task.c.next_at <= at)
    still = set(tx.execute(waiting).scalars())
    return addresses(tx, [one for one in task_ids if one not in still])


def counts(tx: Transaction) -> dict[str, int]:
    """Return how much there is of what grows."""
    tables = {"tasks": task, "notices": notice, "messages": message, "audit_entries": audit_entry}
    return {
        name: int(tx.execute(select(func.count()).select_from(table)).scalar_one())
        for name, table in tables.items()
    }
