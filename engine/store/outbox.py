"""Notices on their way out: which are due, who claims them, and what became of each message.

The one writer of `message` and `attempt`. A lease is a token and a time: whoever finds his token
gone has lost the message, whatever he still knows about it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, Select, cast, exists, func, insert, or_, select, text, update

from engine.clock import require_aware
from engine.ids import new_id
from engine.notices import Notice
from engine.store import ledger, tasks
from engine.store.record import attempt, history, message, notice, plan, task
from engine.store.session import Transaction
from engine.store.tables import person
from engine.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A notice of the ledger on its way, with its task as it stands now."""

    id: str
    notice: Notice
    created_at: datetime
    tries: int
    message_id: str | None
    told_at: datetime | None
    task: Task
    plan_state: str

    @property
    def key(self) -> str:
        """The ledger key as one text: what Message-IDs are derived from."""
        one = self.notice
        parts = (
            one.task_id, one.ladder, one.deadline_version, one.arming, one.rung, one.occurrence,
            one.recipient_id,
        )  # fmt: skip
        return "|".join(map(str, parts))

    @property
    def label(self) -> str:
        """The ledger key for people: `KH-2023/II.1.4 unit v1.1 remind-3 #1`."""
        one = self.notice
        ladder = f" {one.ladder} v{one.deadline_version}.{one.arming}" if one.ladder else ""
        return f"{self.task.address}{ladder} {one.rung} #{one.occurrence}"


def database_now(tx: Transaction) -> datetime:
    """Return the present instant by the clock that all processes share: the database's."""
    if tx.dialect.name == "postgresql":
        found: datetime = tx.execute(text("SELECT clock_timestamp()")).scalar_one()
        return require_aware(found)
    stamp = tx.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
    return datetime.fromisoformat(f"{stamp}+00:00")


def due_recipients(tx: Transaction, *, at: datetime) -> list[str]:
    """Return the people for whom something may leave, urgent first, then longest waiting."""
    rows = tx.execute(
        select(notice.c.recipient_id)
        .where(
            notice.c.status.in_(ledger.UNSENT),
            notice.c.leave_at <= at,
            notice.c.recipient_id.is_not(None),
        )
        .group_by(notice.c.recipient_id)
        .order_by(
            func.max(cast(notice.c.is_urgent, Integer)).desc(),
            func.min(notice.c.leave_at),
            notice.c.recipient_id,
        )
    )
    return list(rows.scalars())


def next_due(tx: Transaction) -> datetime | None:
    """Return the earliest instant at which the relay has work, None when it has none."""
    unsent = select(func.min(notice.c.leave_at)).where(
        notice.c.status.in_(ledger.UNSENT), notice.c.recipient_id.is_not(None)
    )
    again = select(func.min(message.c.next_try_at)).where(message.c.status == "in_doubt")
    found = [tx.execute(unsent).scalar_one(), tx.execute(again).scalar_one()]
    return min((one for one in found if one is not None), default=None)


def sweep_is_behind(tx: Transaction, *, at: datetime) -> bool:
    """Return whether tasks are still to be judged in the slot of that instant."""
    return bool(tx.execute(select(exists().where(task.c.next_at <= at))).scalar_one())


def lock_due(tx: Transaction, recipient_id: str, *, at: datetime) -> list[Waiting]:
    """Return what may leave to one person, oldest first, and keep other relays from it.

    Empty where another relay is at this person already: one person, one message.
    """
    if tx.dialect.name == "postgresql":
        # The person stands for all his notices, those inserted meanwhile included. KEY SHARE is
        # what a foreign key takes, so that nobody who tells him something has to wait.
        own = select(person.c.id).where(person.c.id == recipient_id)
        held = tx.execute(own.with_for_update(skip_locked=True, key_share=True)).first()
        if held is None:
            return []
    return _waiting(
        tx,
        select(notice).where(
            notice.c.recipient_id == recipient_id,
            notice.c.status.in_(ledger.UNSENT),
            notice.c.leave_at <= at,
        ),
    )


def held_by(
    tx: Transaction, message_id: str, *, statuses: Sequence[str] = ("leased", "sending")
) -> list[Waiting]:
    """Return the notices of a message that are in one of the statuses, oldest first."""
    return _waiting(
        tx,
        select(notice).where(notice.c.message_id == message_id, notice.c.status.in_(statuses)),
    )


def on_its_way(tx: Transaction) -> list[tuple[Waiting, datetime | None]]:
    """Return everything by which somebody may still be told, and until when a relay holds it.

    Nothing is locked: this is for looking ahead.
    """
    found = _waiting(tx, select(notice).where(
        notice.c.status.in_(ledger.ON_ITS_WAY), notice.c.recipient_id.is_not(None)
    ), is_locking=False)  # fmt: skip
    rows = tx.execute(
        select(message.c.id, message.c.lease_until).where(message.c.lease_until.is_not(None))
    )
    leases: dict[str, datetime] = {row.id: row.lease_until for row in rows}
    return [(one, leases.get(one.message_id or "")) for one in found]


def set_notices(tx: Transaction, ids: Iterable[str], values: Mapping[str, Any]) -> None:
    """Set columns of notices."""
    chosen = sorted(ids)
    if chosen:
        tx.execute(update(notice).where(notice.c.id.in_(chosen)).values(dict(values)))


def last_trigger(tx: Transaction, task_id: str) -> str | None:
    """Return what was last done to a task."""
    found: str | None = tx.execute(
        select(history.c.trigger)
        .where(history.c.task_id == task_id)
        .order_by(history.c.version.desc())
        .limit(1)
    ).scalar_one_or_none()
    return found


def message_by_reference(tx: Transaction, reference: str) -> Row[Any] | None:
    """Return the message with that Message-ID."""
    return tx.execute(select(message).where(message.c.reference == reference)).first()


def message_row(tx: Transaction, message_id: str) -> Row[Any]:
    """Return a message."""
    return tx.execute(select(message).where(message.c.id == message_id)).one()


def lease(tx: Transaction, values: Mapping[str, Any], *, message_id: str | None) -> str:
    """Store a message as leased, anew or again, and return its id."""
    if message_id is None:
        message_id = new_id()
        tx.execute(insert(message).values(id=message_id, status="leased", **values))
        return message_id
    again = {name: value for name, value in values.items() if name != "created_at"}
    tx.execute(update(message).where(message.c.id == message_id).values(status="leased", **again))
    return message_id


def set_message(tx: Transaction, message_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a message that the caller holds."""
    tx.execute(update(message).where(message.c.id == message_id).values(dict(values)))


def hold(tx: Transaction, message_id: str, token: str, *, values: Mapping[str, Any]) -> bool:
    """Set columns of a message whose lease is ours; return False if it no longer is."""
    held = tx.execute(
        update(message)
        .where(
            message.c.id == message_id,
            message.c.lease_token == token,
            message.c.status.in_(("leased", "sending", "in_doubt")),
        )
        .values(dict(values))
    )
    return held.rowcount == 1


def abandoned(tx: Transaction, *, before: datetime) -> list[Row[Any]]:
    """Return messages whose lease ran out, locked: their relay died or lost its database."""
    wanted = select(message).where(
        message.c.status.in_(("leased", "sending")), message.c.lease_until < before
    )
    if tx.dialect.name == "postgresql":
        wanted = wanted.with_for_update(skip_locked=True)
    return list(tx.execute(wanted))


def doubtful(tx: Transaction, *, at: datetime, leases: datetime) -> list[str]:
    """Return messages in doubt whose one resend is due and that no relay holds."""
    rows = tx.execute(
        select(message.c.id)
        .where(
            message.c.status == "in_doubt",
            message.c.next_try_at <= at,
            or_(message.c.lease_until.is_(None), message.c.lease_until < leases),
        )
        .order_by(message.c.next_try_at, message.c.id)
    )
    return list(rows.scalars())


def lock_message(tx: Transaction, message_id: str) -> Row[Any] | None:
    """Return a message, locked; None where another relay holds it."""
    wanted = select(message).where(message.c.id == message_id)
    if tx.dialect.name == "postgresql":
        wanted = wanted.with_for_update(skip_locked=True)
    return tx.execute(wanted).first()


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


def record_attempt(tx: Transaction, message_id: str, values: Mapping[str, Any]) -> int:
    """Store one conversation about a message and return its number, from 1."""
    newest = tx.execute(
        select(func.max(attempt.c.number)).where(attempt.c.message_id == message_id)
    ).scalar_one()
    number = int(newest or 0) + 1
    tx.execute(insert(attempt).values(id=new_id(), message_id=message_id, number=number, **values))
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


def _waiting(tx: Transaction, wanted: Select[Any], *, is_locking: bool = True) -> list[Waiting]:
    wanted = wanted.order_by(notice.c.created_at, notice.c.id)
    if is_locking and tx.dialect.name == "postgresql":
        wanted = wanted.with_for_update()
    rows = list(tx.execute(wanted))
    ids = sorted({row.task_id for row in rows})
    if not ids:
        return []
    found = tasks.from_rows(tx, tx.execute(tasks.select_tasks().where(task.c.id.in_(ids))))
    by_id = {one.id: one for one in found}
    plans = sorted({one.plan_id for one in found})
    states = {
        row.id: row.state
        for row in tx.execute(select(plan.c.id, plan.c.state).where(plan.c.id.in_(plans)))
    }
    return [
        Waiting(
            id=row.id,
            notice=_notice(row),
            created_at=row.created_at,
            tries=row.tries,
            message_id=row.message_id,
            told_at=row.told_at,
            task=by_id[row.task_id],
            plan_state=states[by_id[row.task_id].plan_id],
        )
        for row in rows
    ]


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        task_id=row.task_id,
        ladder=row.ladder,
        deadline_version=row.deadline_version,
        arming=row.arming,
        rung=row.rung,
        occurrence=row.occurrence,
        recipient_id=row.recipient_id,
        kind=row.kind,
        position=row.position,
        leave_at=row.leave_at,
        is_planned=row.is_planned,
        is_urgent=row.is_urgent,
        status=row.status,
        superseded_by=row.superseded_by,
        reason=row.reason,
        detail=row.detail or {},
    )
