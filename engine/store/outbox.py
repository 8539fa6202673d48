"""Notices on their way out: which are due, who claims them, and what became of each message.

The one writer of `message` and `attempt`. A lease is a token and a time: whoever finds his token
gone has lost the message, whatever he still knows about it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Table,
    bindparam,
    cast,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)

from engine.clock import require_aware
from engine.ids import new_id
from engine.notices import Notice
from engine.store.driver import Among, Prepared, execute
from engine.store.record import attempt, history, message, notice, task
from engine.store.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it is stored, without its content."""

    id: str
    reference: str
    recipient_id: str | None
    address: str
    kind: str
    status: str
    next_try_at: datetime | None
    tries: int
    copies: int
    lease_until: datetime | None
    lease_token: str | None


_MESSAGE = select(*(message.c[each.name] for each in fields(Message)))
_BY_REFERENCE = Prepared(_MESSAGE.where(message.c.reference == bindparam("reference")))
_LOCK_MESSAGE = Prepared(
    _MESSAGE.where(message.c.id == bindparam("message")).with_for_update(skip_locked=True)
)
_INSERT_MESSAGE = Prepared(
    insert(message).values({one.name: bindparam(one.name) for one in message.c})
)
_NEW: Mapping[str, Any] = {
    "subject": "", "status": "leased", "copies": 0, "accepted_at": None, "content": None,
}  # fmt: skip

# As text, and as the indexes over just these say it: SQLite looks for the very same words.
_OPEN: ColumnElement[bool] = text(  # type: ignore[assignment]
    "message.status IN ('leased', 'sending', 'in_doubt')"
)
_UNSENT: ColumnElement[bool] = text("notice.status IN ('pending', 'retry')")  # type: ignore[assignment]


def database_now(tx: Transaction) -> datetime:
    """Return the present instant by the clock that all processes share: the database's."""
    if tx.dialect.name == "postgresql":
        found: Any = execute(tx, "SELECT clock_timestamp()", ()).fetchone()
        return require_aware(found[0]).astimezone(UTC)
    stamp: Any = execute(tx, "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')", ()).fetchone()
    return datetime.fromisoformat(f"{stamp[0]}+00:00")


_DUE_RECIPIENTS = Prepared(
    select(notice.c.recipient_id)
    .where(_UNSENT, notice.c.leave_at <= bindparam("at"), notice.c.recipient_id.is_not(None))
    .group_by(notice.c.recipient_id)
    .order_by(
        func.max(cast(notice.c.is_urgent, Integer)).desc(),
        func.min(notice.c.leave_at),
        notice.c.recipient_id,
    )
)
_NEXT_DUE = Prepared(
    select(func.min(notice.c.leave_at)).where(_UNSENT, notice.c.recipient_id.is_not(None))
)
_NEXT_RESEND = Prepared(
    select(func.min(message.c.next_try_at)).where(_OPEN, text("message.status = 'in_doubt'"))
)
_SWEEP_IS_BEHIND = Prepared(
    select(task.c.id).where(task.c.next_at <= bindparam("at")).limit(literal_column("1"))
)


def due_recipients(tx: Transaction, *, at: datetime) -> list[str]:
    """Return the people for whom something may leave, urgent first, then longest waiting."""
    return [row[0] for row in _DUE_RECIPIENTS.rows(tx, {"at": at})]


def next_due(tx: Transaction) -> datetime | None:
    """Return the earliest instant at which the relay has work, None when it has none."""
    found = (one.rows(tx, {})[0][0] for one in (_NEXT_DUE, _NEXT_RESEND))
    return min((one for one in found if one is not None), default=None)


def sweep_is_behind(tx: Transaction, *, at: datetime) -> bool:
    """Return whether tasks are still to be judged in the slot of that instant."""
    return bool(_SWEEP_IS_BEHIND.rows(tx, {"at": at}))


def set_notices(tx: Transaction, ids: Iterable[str], values: Mapping[str, Any]) -> None:
    """Set columns of notices."""
    chosen = sorted(ids)
    if chosen:
        _setting(notice, tuple(sorted(values))).run(tx, {"ids": chosen, **_named(values)})


def last_trigger(tx: Transaction, task_id: str) -> str | None:
    """Return what was last done to a task."""
    found: str | None = tx.execute(
        select(history.c.trigger)
        .where(history.c.task_id == task_id)
        .order_by(history.c.version.desc())
        .limit(1)
    ).scalar_one_or_none()
    return found


def message_by_reference(tx: Transaction, reference: str) -> Message | None:
    """Return the message with that Message-ID."""
    found = _BY_REFERENCE.rows(tx, {"reference": reference})
    return _message(found[0]) if found else None


def content(tx: Transaction, message_id: str) -> bytes | None:
    """Return what was handed over of a message, None before that."""
    found: bytes | None = tx.execute(
        select(message.c.content).where(message.c.id == message_id)
    ).scalar_one()
    return found


def lease(tx: Transaction, values: Mapping[str, Any], *, message_id: str | None) -> str:
    """Store a message as leased, anew or again, and return its id."""
    if message_id is None:
        message_id = new_id()
        _INSERT_MESSAGE.run(tx, {**_NEW, **values, "id": message_id})
        return message_id
    again = {name: value for name, value in values.items() if name != "created_at"}
    set_message(tx, message_id, {"status": "leased", **again})
    return message_id


def set_message(tx: Transaction, message_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a message that the caller holds."""
    _setting(message, tuple(sorted(values))).run(tx, {"ids": [message_id], **_named(values)})


def hold(tx: Transaction, message_id: str, token: str, *, values: Mapping[str, Any]) -> bool:
    """Set columns of a message whose lease is ours; return False if it no longer is."""
    met = _holding(tuple(sorted(values))).run(
        tx, {"message": message_id, "token": token, **_named(values)}
    )
    return met == 1


@cache
def _holding(columns: tuple[str, ...]) -> Prepared:
    return Prepared(
        update(message)
        .where(
            message.c.id == bindparam("message"),
            message.c.lease_token == bindparam("token"),
            _OPEN,
        )
        .values({name: bindparam(f"to_{name}") for name in columns})
    )


@cache
def _setting(table: Table, columns: tuple[str, ...]) -> Prepared:
    return Prepared(
        update(table)
        .where(Among(table.c.id, "ids"))
        .values({name: bindparam(f"to_{name}") for name in columns})
    )


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"to_{name}": value for name, value in values.items()}


_ABANDONED = Prepared(
    _MESSAGE.where(
        _OPEN, text("message.status <> 'in_doubt'"), message.c.lease_until < bindparam("before")
    ).with_for_update(skip_locked=True)
)


def abandoned(tx: Transaction, *, before: datetime) -> list[Message]:
    """Return messages whose lease ran out, locked: their relay died or lost its database."""
    return [_message(row) for row in _ABANDONED.rows(tx, {"before": before})]


_DOUBTFUL = Prepared(
    select(message.c.id)
    .where(
        _OPEN,
        text("message.status = 'in_doubt'"),
        message.c.next_try_at <= bindparam("at"),
        or_(message.c.lease_until.is_(None), message.c.lease_until < bindparam("leases")),
    )
    .order_by(message.c.next_try_at, message.c.id)
)


def doubtful(tx: Transaction, *, at: datetime, leases: datetime) -> list[str]:
    """Return messages in doubt whose one resend is due and that no relay holds."""
    return [row[0] for row in _DOUBTFUL.rows(tx, {"at": at, "leases": leases})]


def lock_message(tx: Transaction, message_id: str) -> Message | None:
    """Return a message, locked; None where another relay holds it."""
    found = _LOCK_MESSAGE.rows(tx, {"message": message_id})
    return _message(found[0]) if found else None


def drop_empty(tx: Transaction, ids: Iterable[str]) -> None:
    """Close messages that wait for a retry although all their notices went into another one."""
    chosen = sorted(ids)
    if not chosen:
        return
    still = exists().where(notice.c.message_id == message.c.id)
    tx.execute(
        update(message)
        .where(message.c.id.in_(chosen), message.c.status == "retry", ~still)
        .values(status="superseded", next_try_at=None)
    )


def rest(tx: Transaction, *, before: datetime) -> list[str]:
    """Take what was to leave before an instant as told then; return ids of its notices."""
    told = tx.execute(
        update(notice)
        .where(
            notice.c.status.in_(("pending", "retry")),
            notice.c.recipient_id.is_not(None),
            notice.c.leave_at < before,
        )
        .values(
            status="collapsed",
            told_at=func.coalesce(notice.c.told_at, notice.c.leave_at),
            reason="told before the database was restored",
        )
        .returning(notice.c.id)
    )
    found = sorted(told.scalars())
    waits = exists().where(
        notice.c.message_id == message.c.id, notice.c.status.in_(("pending", "retry"))
    )
    tx.execute(
        update(message)
        .where(message.c.status == "retry", ~waits)
        .values(status="superseded", next_try_at=None)
    )
    return found


def give_up_doubts(tx: Transaction, *, before: datetime) -> None:
    """Send nothing again that was in doubt before an instant."""
    tx.execute(
        update(message)
        .where(message.c.status == "in_doubt", message.c.next_try_at < before)
        .values(next_try_at=None)
    )


_ATTEMPTS = Prepared(
    select(func.max(attempt.c.number)).where(attempt.c.message_id == bindparam("message"))
)
_INSERT_ATTEMPT = Prepared(
    insert(attempt).values({one.name: bindparam(one.name) for one in attempt.c})
)


def record_attempt(tx: Transaction, message_id: str, values: Mapping[str, Any]) -> int:
    """Store one conversation about a message and return its number, from 1."""
    number = int(_ATTEMPTS.rows(tx, {"message": message_id})[0][0] or 0) + 1
    own = {"id": new_id(), "message_id": message_id, "number": number}
    _INSERT_ATTEMPT.run(tx, {**values, **own})
    return number


def told_already(tx: Transaction, one: Notice) -> dict[str, str]:
    """Return the status of everybody whom the ledger has for the same rung or event, by person."""
    rows = tx.execute(
        select(notice.c.recipient_id, notice.c.status).where(
            notice.c.task_id == one.task_id,
            notice.c.ladder == one.ladder,
            notice.c.deadline_version == one.deadline_version,
            notice.c.arming == one.arming,
            notice.c.rung == one.rung,
            notice.c.occurrence == one.occurrence,
            notice.c.recipient_id.is_not(None),
        )
    )
    return {row.recipient_id: row.status for row in rows}


def _message(row: Sequence[Any]) -> Message:
    return Message(**dict(zip(Message.__slots__, row, strict=True)))
