"""Webhooks and their deliveries as rows: made once each, taken in order, written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.organisation import Organisation
from engine.store.doors import delivery, webhook
from engine.store.record import audit_entry, plan, task
from engine.store.session import Transaction
from engine.store.tables import person
from engine.store.visible import visible_to

#: Entries looked at in one go.
AT_ONCE = 500
#: A transaction may commit so long after it made its entries; until then they are looked for.
LATE = timedelta(minutes=5)
_SUBJECT = "task:"
_TIME_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the record about a task, with the task as it is now."""

    id: str
    at: datetime
    action: str
    body: str
    kind: str
    address: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery that is this process's to make."""

    id: str
    webhook_id: str
    entry_id: str
    event: str
    tries: int
    url: str
    secret: str
    failing_since: datetime | None


def add(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Store a webhook."""
    tx.execute(insert(webhook).values(**values))


def change(tx: Transaction, webhook_id: str, **values: Any) -> None:
    """Change columns of a webhook."""
    tx.execute(update(webhook).where(webhook.c.id == webhook_id).values(**values))


def _webhooks() -> Select[Any]:
    return (
        select(webhook, person.c.code.label("person"))
        .join(person, person.c.id == webhook.c.person_id)
        .where(webhook.c.deleted_at.is_(None))
    )


def standing(tx: Transaction) -> list[Any]:
    """Return the webhooks that nobody deleted, the oldest first."""
    return list(tx.execute(_webhooks().order_by(webhook.c.created_at, webhook.c.id)))


def find(tx: Transaction, webhook_id: str) -> Any | None:
    """Return a webhook that nobody deleted."""
    return tx.execute(_webhooks().where(webhook.c.id == webhook_id)).one_or_none()


def newest_entry(tx: Transaction) -> str | None:
    """Return the id of the newest entry of the record."""
    wanted = select(audit_entry.c.id).order_by(audit_entry.c.id.desc()).limit(1)
    return tx.execute(wanted).scalar_one_or_none()


def has_news(tx: Transaction) -> bool:
    """Return whether a webhook has entries behind its place."""
    behind = or_(webhook.c.after_entry.is_(None), audit_entry.c.id > webhook.c.after_entry)
    wanted = (
        select(webhook.c.id)
        .where(webhook.c.deleted_at.is_(None), select(audit_entry.c.id).where(behind).exists())
        .limit(1)
    )
    return tx.execute(wanted).first() is not None


def entries_behind(tx: Transaction, hook: Any) -> tuple[list[Any], str | None]:
    """Return entries that a webhook was not told of, in order, and the place behind them.

    Those that came late, behind the present place, are among them as long as they may be.
    """
    found = select(
        audit_entry.c.id, audit_entry.c.at, audit_entry.c.action, audit_entry.c.subject,
        audit_entry.c.body,
    )  # fmt: skip
    told = select(delivery.c.id).where(
        delivery.c.webhook_id == hook.id, delivery.c.entry_id == audit_entry.c.id
    )
    place = hook.after_entry
    # What was there before the webhook is none of its business, not even where it comes late.
    is_after = audit_entry.c.at > hook.created_at
    is_new = is_after if place is None else or_(audit_entry.c.id > place, is_after)
    about = (audit_entry.c.subject.startswith(_SUBJECT), is_new, ~told.exists())
    new = select(audit_entry.c.id).order_by(audit_entry.c.id)
    if place is not None:
        new = new.where(audit_entry.c.id > place)
    ids = list(tx.execute(new.limit(AT_ONCE)).scalars())
    last = ids[-1] if ids else place
    if last is None:
        return [], None
    first = _earlier(place or ids[0], LATE)
    rows = tx.execute(
        found.where(*about, audit_entry.c.id >= first, audit_entry.c.id <= last).order_by(
            audit_entry.c.id
        )
    )
    return list(rows), last


def seen_by(
    tx: Transaction, rows: Sequence[Any], person_id: str, organisation: Organisation, *, on: Any
) -> list[Entry]:
    """Return those of some entries whose tasks somebody may see."""
    ids = {row.subject.removeprefix(_SUBJECT) for row in rows}
    if not ids:
        return []
    condition = visible_to(tx, organisation, [person_id], on=on)
    tasks = {
        each.id: each
        for each in tx.execute(
            select(task.c.id, task.c.kind, task.c.code, task.c.title, plan.c.code.label("plan"))
            .join(plan, plan.c.id == task.c.plan_id)
            .where(task.c.id.in_(ids), condition)
        )
    }
    return [
        _entry(row, tasks[row.subject.removeprefix(_SUBJECT)])
        for row in rows
        if row.subject.removeprefix(_SUBJECT) in tasks
    ]


def entry_of(tx: Transaction, entry_id: str) -> Entry:
    """Return an entry about a task."""
    row = tx.execute(select(audit_entry).where(audit_entry.c.id == entry_id)).one()
    about = tx.execute(
        select(task.c.kind, task.c.code, task.c.title, plan.c.code.label("plan"))
        .join(plan, plan.c.id == task.c.plan_id)
        .where(task.c.id == row.subject.removeprefix(_SUBJECT))
    ).one()
    return _entry(row, about)


def _entry(row: Any, about: Any) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        action=row.action,
        body=row.body,
        kind=about.kind,
        address=f"{about.plan}/{about.code}",
        title=about.title,
    )


def make(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store deliveries; one that is there already stays as it is."""
    if rows:
        dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
        made = dialect.insert(delivery).on_conflict_do_nothing(
            index_elements=["webhook_id", "entry_id"]
        )
        tx.execute(made, list(rows))


def move_on(tx: Transaction, webhook_id: str, place: str) -> None:
    """Let a webhook's place be no earlier than an entry."""
    earlier = or_(webhook.c.after_entry.is_(None), webhook.c.after_entry < place)
    tx.execute(update(webhook).where(webhook.c.id == webhook_id, earlier).values(after_entry=place))


def claim(
    tx: Transaction, webhook_id: str, *, at: datetime, now: datetime, lease: timedelta
) -> Claimed | None:
    """Lease the first delivery that a webhook waits for; None while that one has to wait.

    Nothing more is told in the name of somebody who is disabled, not even what waited already.

    Args:
        tx: The transaction.
        webhook_id: Whose.
        at: Now, by which it is due.
        now: Now, by the clock of leases.
        lease: How long nobody else may make it.
    """
    head = tx.execute(
        select(delivery, webhook.c.url, webhook.c.secret, webhook.c.failing_since)
        .join(webhook, webhook.c.id == delivery.c.webhook_id)
        .join(person, person.c.id == webhook.c.person_id)
        .where(delivery.c.webhook_id == webhook_id, delivery.c.status == "pending",
               webhook.c.paused_at.is_(None), webhook.c.deleted_at.is_(None),
               person.c.disabled_at.is_(None))
        .order_by(delivery.c.id)
        .limit(1)
    ).one_or_none()  # fmt: skip
    if head is None or (head.next_try_at is not None and head.next_try_at > at):
        return None
    free = or_(delivery.c.lease_until.is_(None), delivery.c.lease_until <= now)
    taken = tx.execute(
        update(delivery)
        .where(delivery.c.id == head.id, delivery.c.status == "pending", free)
        .values(lease_until=now + lease)
    )
    if not taken.rowcount:
        return None
    return Claimed(
        id=head.id,
        webhook_id=head.webhook_id,
        entry_id=head.entry_id,
        event=head.event,
        tries=head.tries,
        url=head.url,
        secret=head.secret,
        failing_since=head.failing_since,
    )


def settle(tx: Transaction, delivery_id: str, **values: Any) -> None:
    """Write down what came of a delivery, and give its lease back."""
    tx.execute(
        update(delivery).where(delivery.c.id == delivery_id).values(lease_until=None, **values)
    )


def give_up(tx: Transaction, webhook_id: str, *, at: datetime) -> None:
    """Let whatever a webhook still waits for be failed."""
    tx.execute(
        update(delivery)
        .where(delivery.c.webhook_id == webhook_id, delivery.c.status == "pending")
        .values(status="failed", done_at=at, next_try_at=None)
    )


def deliveries(tx: Transaction, webhook_id: str, *, limit: int) -> list[Any]:
    """Return the deliveries of a webhook, the newest first."""
    return list(
        tx.execute(
            select(delivery)
            .where(delivery.c.webhook_id == webhook_id)
            .order_by(delivery.c.id.desc())
            .limit(limit)
        )
    )


def delivery_of(tx: Transaction, webhook_id: str, delivery_id: str) -> Any | None:
    """Return one delivery of a webhook."""
    return tx.execute(
        select(delivery).where(delivery.c.id == delivery_id, delivery.c.webhook_id == webhook_id)
    ).one_or_none()


def waiting(tx: Transaction) -> Mapping[str, int]:
    """Return how many deliveries each webhook waits for."""
    rows = tx.execute(
        select(delivery.c.webhook_id, func.count().label("number"))
        .where(delivery.c.status == "pending")
        .group_by(delivery.c.webhook_id)
    )
    return {row.webhook_id: row.number for row in rows}


def _earlier(entry_id: str, by: timedelta) -> str:
    """Return the least id that could have been made so long before another one."""
    digits = entry_id.replace("-", "")
    moment = max(0, int(digits[:_TIME_DIGITS], 16) - int(by.total_seconds() * 1000))
    found = f"{moment:012x}".ljust(len(digits), "0")
    return "-".join((found[:8], found[8:12], found[12:16], found[16:20], found[20:]))
