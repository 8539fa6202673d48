"""Messages as people look at them and act on them: lists, and one by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from engine.ids import is_id
from engine.store import ledger
from engine.store.record import attempt, message, notice, plan, task
from engine.store.session import Transaction
from engine.store.tables import person


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A message as a list shows it; `notices` are (task, rung, status), `reply` is the last."""

    id: str
    reference: str
    recipient: str | None
    address: str
    kind: str
    subject: str
    status: str
    created_at: datetime
    next_try_at: datetime | None
    tries: int
    copies: int
    reply: str | None
    notices: tuple[tuple[str, str, str], ...]


def listed(tx: Transaction, *, status: str | None, limit: int) -> list[Listed]:
    """Return messages, newest first, all or those of one status."""
    wanted = (
        select(message, person.c.code.label("recipient"))
        .outerjoin(person, person.c.id == message.c.recipient_id)
        .order_by(message.c.created_at.desc(), message.c.id.desc())
        .limit(limit)
    )
    if status is not None:
        wanted = wanted.where(message.c.status == status)
    rows = tx.execute(wanted).all()
    ids = [row.id for row in rows]
    held = _notices_of(tx, ids)
    replies = _last_replies(tx, ids)
    return [
        Listed(
            id=row.id,
            reference=row.reference,
            recipient=row.recipient,
            address=row.address,
            kind=row.kind,
            subject=row.subject,
            status=row.status,
            created_at=row.created_at,
            next_try_at=row.next_try_at,
            tries=row.tries,
            copies=row.copies,
            reply=replies.get(row.id),
            notices=tuple(held.get(row.id, ())),
        )
        for row in rows
    ]


def find_message(tx: Transaction, name: str) -> Row[Any] | None:
    """Return the message with that id or Message-ID, angle brackets or none; locked."""
    bare = name.strip().strip("<>")
    by = message.c.reference == f"<{bare}>"
    if is_id(bare):
        by = message.c.id == bare.lower()
    wanted = select(message).where(by)
    if tx.dialect.name == "postgresql":
        wanted = wanted.with_for_update()
    return tx.execute(wanted).first()


def unsent(tx: Transaction) -> tuple[int, datetime | None]:
    """Return how many notices wait to leave, and the earliest instant at which one may."""
    row = tx.execute(
        select(func.count(), func.min(notice.c.leave_at)).where(
            notice.c.status.in_(ledger.UNSENT), notice.c.recipient_id.is_not(None)
        )
    ).one()
    return int(row[0]), row[1]


def _notices_of(
    tx: Transaction, message_ids: Sequence[str]
) -> dict[str, list[tuple[str, str, str]]]:
    held: dict[str, list[tuple[str, str, str]]] = {}
    rows = tx.execute(
        select(notice.c.message_id, plan.c.code, task.c.code, notice.c.rung, notice.c.status)
        .join(task, task.c.id == notice.c.task_id)
        .join(plan, plan.c.id == task.c.plan_id)
        .where(notice.c.message_id.in_(message_ids))
        .order_by(plan.c.code, task.c.ordinal, notice.c.id)
    )
    for message_id, plan_code, code, rung, status in rows:
        held.setdefault(message_id, []).append((f"{plan_code}/{code}", rung, status))
    return held


def _last_replies(tx: Transaction, message_ids: Sequence[str]) -> dict[str, str]:
    rows = tx.execute(
        select(attempt.c.message_id, attempt.c.phase, attempt.c.code, attempt.c.reply)
        .where(attempt.c.message_id.in_(message_ids))
        .order_by(attempt.c.number)
    )
    return {
        row.message_id: " ".join(str(part) for part in (row.phase, row.code, row.reply) if part)
        for row in rows
    }
