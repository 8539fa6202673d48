"""What each person was told, or was to be told, as he sees it himself; however the mail fared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from engine.store.record import notice, plan, task
from engine.store.session import Transaction

#: Statuses of what was said to somebody, or is due to be; what gave way to something newer is not.
_SAID = ("leased", "sending", "accepted", "in_doubt", "failed")
_DUE = ("pending", "retry")
#: Where one stands in the list: its instant and its id.
Place: TypeAlias = tuple[datetime, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One notice as its recipient sees it.

    Attributes:
        at: When it was told, or was to be.
        plan: Code of the plan.
        code: Code of what it is about.
        status: What became of its mail.
        instead_of: Code of whom it was meant for, where he could not be reached.
        read_at: When the recipient saw it here.
    """

    id: str
    at: datetime
    plan: str
    code: str
    title: str
    kind: str
    rung: str
    is_urgent: bool
    status: str
    instead_of: str | None
    read_at: datetime | None


def listed(
    tx: Transaction,
    person_id: str,
    *,
    at: datetime,
    only_unread: bool,
    limit: int,
    before: Place | None = None,
) -> list[Told]:
    """Return the notices of a person, newest first; with `before` those after that place."""
    when = func.coalesce(notice.c.told_at, notice.c.leave_at, notice.c.created_at)
    wanted = (
        select(
            notice.c.id, when.label("at"), plan.c.code.label("plan"), task.c.code, task.c.title,
            notice.c.kind, notice.c.rung, notice.c.is_urgent, notice.c.status, notice.c.detail,
            notice.c.read_at,
        )
        .join(task, task.c.id == notice.c.task_id)
        .join(plan, plan.c.id == task.c.plan_id)
        .where(_of(person_id, at))
        .order_by(when.desc(), notice.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    if only_unread:
        wanted = wanted.where(notice.c.read_at.is_(None))
    if before is not None:
        is_older = and_(when == before[0], notice.c.id < before[1])
        wanted = wanted.where(or_(when < before[0], is_older))
    return [
        Told(
            id=row.id, at=row.at, plan=row.plan, code=row.code, title=row.title, kind=row.kind,
            rung=row.rung, is_urgent=row.is_urgent, status=row.status,
            instead_of=(row.detail or {}).get("instead_of"), read_at=row.read_at,
        )
        for row in tx.execute(wanted)
    ]  # fmt: skip


def read(tx: Transaction, person_id: str, *, ids: Sequence[str] | None, at: datetime) -> list[str]:
    """Remember that a person saw notices of his, all or some; return ids of those new to him."""
    seen = update(notice).where(_of(person_id, at), notice.c.read_at.is_(None)).values(read_at=at)
    if ids is not None:
        seen = seen.where(notice.c.id.in_(ids))
    return sorted(tx.execute(seen.returning(notice.c.id)).scalars())


def known(tx: Transaction, person_id: str, ids: Sequence[str], *, at: datetime) -> frozenset[str]:
    """Return which ids are of notices that a person can see."""
    rows = tx.execute(select(notice.c.id).where(_of(person_id, at), notice.c.id.in_(ids)))
    return frozenset(rows.scalars())


def _of(person_id: str, at: datetime) -> ColumnElement[bool]:
    # What a closed gate or a dead server holds back is seen here from the hour it was to leave.
    due = and_(notice.c.status.in_(_DUE), notice.c.leave_at <= at)
    return and_(notice.c.recipient_id == person_id, or_(notice.c.status.in_(_SAID), due))
