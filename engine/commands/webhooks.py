"""Webhooks: programs of others that are told what happens to tasks, in order and at least once.

What is told is read from the record: an entry about a task that the webhook's person may see
becomes one delivery, so that nothing is told that did not happen, and nothing that happened is
forgotten because somebody else's program was away.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from engine import audit
from engine.clock import require_aware
from engine.commands import rights
from engine.errors import Invalid, Unknown
from engine.ids import is_id, new_id
from engine.store import accounts
from engine.store import webhooks as store
from engine.store.alerts import Alert, raise_alert
from engine.store.outbox import database_now
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.webhooks import Claimed, Entry

__all__ = ["Claimed"]

#: Who may have other programs told.
WHO = ("administrator", "monitor", "director", "deputy_director")
#: What became of a task, by the trigger that did it; any other trigger has `changed` it.
FACTS: Final[Mapping[str, str]] = {
    "assign": "assigned",
    "start": "started",
    "report": "reported",
    "withdraw": "withdrawn",
    "verify": "verified",
    "return": "returned",
    "cancel": "cancelled",
    "reopen": "reopened",
    "reassign": "reassigned",
    "set_due": "due_changed",
    "extended": "due_changed",
    "acknowledged": "acknowledged",
    "raise": "obstacle_raised",
    "extend": "extension_requested",
    "add_evidence": "evidence_added",
    "replace_evidence": "evidence_replaced",
    "answer": "answered",
    "approve": "approved",
    "refuse": "refused",
    "submit": "submitted",
    "waive": "waived",
}
#: What an entry that names no trigger says.
_ACTIONS: Final[Mapping[str, str]] = {"task.assigned": "assigned", "task.migrated": "changed"}
#: What can be told of; `task` stands for every item of a plan.
SUBJECTS: Final = ("task", "contribution", "obstacle", "extension", "report")
#: What can be asked for by name; whatever else happens is told to those who asked for everything.
EVENTS: Final = (
    "task.assigned", "task.started", "task.reported", "task.withdrawn", "task.verified",
    "task.returned", "task.cancelled", "task.reopened", "task.reassigned", "task.due_changed",
    "task.acknowledged", "task.evidence_added", "task.changed", "obstacle.raised",
    "obstacle.answered", "extension.requested", "extension.approved", "extension.refused",
    "contribution.asked", "contribution.reported", "contribution.verified", "report.submitted",
)  # fmt: skip
#: Everything, whatever it will be called.
ALL: Final = "*"
#: Minutes until the next try; the last goes on for ever.
BACKOFF: Final = (1, 5, 15, 30, 60)
#: A receiver that took nothing for so long is left alone until somebody has looked.
PATIENCE: Final = timedelta(days=3)
#: Longer than any conversation may last.
LEASE: Final = timedelta(minutes=2)
PAUSED: Final = "webhook_paused"
MOST_DELIVERIES: Final = 50
_LONGEST_URL = 2_000
_LONGEST_REPLY = 500
_OK = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooking:
    """A webhook as somebody asks for it; `secret` is sealed already."""

    url: str
    events: tuple[str, ...]
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A webhook as people see it; `waiting` counts what it was not told yet."""

    id: str
    url: str
    events: tuple[str, ...]
    person: str
    created_at: datetime
    failing_since: datetime | None
    paused_at: datetime | None
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One thing that one webhook is told, and what came of it."""

    id: str
    entry_id: str
    event: str
    status: str
    tries: int
    created_at: datetime
    next_try_at: datetime | None
    done_at: datetime | None
    code: int | None
    reply: str | None


def create(tx: Transaction, asked: Hooking, *, by: str, rules: Rules, at: datetime) -> str:
    """Have a program told from now on; return the id of the webhook.

    It is told of what the person who made it may see, and of nothing that lies behind.

    Raises:
        Unknown: nobody has that code.
        NotPermitted: he runs neither the machine nor the plan.
        Invalid: no event is named, an unknown one is, or the address is too long.
    """
    person = _require_may(tx, by, rules=rules, at=at)
    _require_sound(asked)
    webhook_id = new_id()
    events = sorted(set(asked.events))
    row = {"id": webhook_id, "url": asked.url, "secret": asked.secret, "events": events}
    place = store.newest_entry(tx)
    store.add(tx, {**row, "person_id": person, "created_at": at, "after_entry": place})
    _record(tx, "webhook.created", webhook_id, by=by, at=at, url=asked.url, events=events)
    return webhook_id


def listed(tx: Transaction, *, by: str, rules: Rules, at: datetime) -> list[Webhook]:
    """Return every webhook, the oldest first.

    Raises:
        NotPermitted: he may have nobody told.
    """
    _require_may(tx, by, rules=rules, at=at)
    waiting = store.waiting(tx)
    return [_seen(row, waiting.get(row.id, 0)) for row in store.standing(tx)]


def show(tx: Transaction, webhook_id: str, *, by: str, rules: Rules, at: datetime) -> Webhook:
    """Return one webhook.

    Raises:
        NotPermitted: he may have nobody told.
        Unknown: there is none of that id.
    """
    _require_may(tx, by, rules=rules, at=at)
    return _seen(_found(tx, webhook_id), store.waiting(tx).get(webhook_id, 0))


def delete(tx: Transaction, webhook_id: str, *, by: str, rules: Rules, at: datetime) -> None:
    """Tell a program nothing any more.

    Raises:
        NotPermitted: he may have nobody told.
        Unknown: there is none of that id.
    """
    _require_may(tx, by, rules=rules, at=at)
    found = _found(tx, webhook_id)
    store.change(tx, webhook_id, deleted_at=at)
    store.give_up(tx, webhook_id, at=at)
    _record(tx, "webhook.deleted", webhook_id, by=by, at=at, url=found.url)


def resume(tx: Transaction, webhook_id: str, *, by: str, rules: Rules, at: datetime) -> None:
    """Go on with a webhook that was paused: what it missed is told now, in order.

    Raises:
        NotPermitted: he may have nobody told.
        Unknown: there is none of that id.
    """
    _require_may(tx, by, rules=rules, at=at)
    found = _found(tx, webhook_id)
    store.change(tx, webhook_id, paused_at=None, failing_since=None)
    _record(tx, "webhook.resumed", webhook_id, by=by, at=at, paused_at=found.paused_at)


def deliveries(
    tx: Transaction, webhook_id: str, *, by: str, rules: Rules, at: datetime
) -> list[Delivery]:
    """Return the last deliveries of a webhook, the newest first.

    Raises:
        NotPermitted: he may have nobody told.
        Unknown: there is none of that id.
    """
    _require_may(tx, by, rules=rules, at=at)
    _found(tx, webhook_id)
    return [_delivery(row) for row in store.deliveries(tx, webhook_id, limit=MOST_DELIVERIES)]


def redeliver(
    tx: Transaction, webhook_id: str, delivery_id: str, *, by: str, rules: Rules, at: datetime
) -> None:
    """Tell one thing once more, under the same number.

    Raises:
        NotPermitted: he may have nobody told.
        Unknown: there is no such delivery.
    """
    _require_may(tx, by, rules=rules, at=at)
    _found(tx, webhook_id)
    if not is_id(delivery_id) or store.delivery_of(tx, webhook_id, delivery_id) is None:
        raise Unknown(what="delivery", name=delivery_id)
    store.settle(tx, delivery_id, status="pending", tries=0, next_try_at=None, done_at=None)
    _record(tx, "webhook.redelivered", webhook_id, by=by, at=at, delivery=delivery_id)


def gather(tx: Transaction, *, rules: Rules, at: datetime) -> int:
    """Make deliveries of what was entered into the record; return how many entries were looked at.

    Not more than some hundred for each webhook: whoever calls does so until there is nothing.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    looked = 0
    for hook in store.standing(tx):
        rows, place = store.entries_behind(tx, hook)
        seen = store.seen_by(tx, rows, hook.person_id, rulebook.organisation, on=today)
        store.make(tx, list(_deliveries(hook, seen, at=at)))
        if place is not None and place != hook.after_entry:
            store.move_on(tx, hook.id, place)
            looked += 1
    return looked


def claim(tx: Transaction, webhook_id: str, *, at: datetime) -> Claimed | None:
    """Lease the next delivery of a webhook; None while there is none, or it has to wait."""
    return store.claim(tx, webhook_id, at=at, now=database_now(tx), lease=LEASE)


def body_of(tx: Transaction, claimed: Claimed) -> bytes:
    """Return what a delivery says, always the same bytes."""
    entry = store.entry_of(tx, claimed.entry_id)
    told = json.loads(entry.body)
    before, after = told.get("before") or {}, told.get("after") or {}
    plan, _, code = entry.address.rpartition("/")
    data = {
        "address": entry.address, "plan": plan, "code": code, "kind": entry.kind,
        "title": entry.title, "trigger": after.get("trigger"),
        "from_state": before.get("state"), "to_state": after.get("state"),
        "version": after.get("version"), "due": after.get("due_on"),
        "actor": told.get("actor"), "on_behalf_of": told.get("on_behalf_of"),
    }  # fmt: skip
    body = {
        "id": claimed.id,
        "type": claimed.event,
        "time": told["at"],
        "data": data,
        "audit_id": entry.id,
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


def settle(
    tx: Transaction, claimed: Claimed, *, code: int | None, reply: str, at: datetime
) -> bool:
    """Write down what a receiver answered, None for nothing at all; return whether he has it."""
    known = {"code": code, "reply": reply[:_LONGEST_REPLY], "tries": claimed.tries + 1}
    if code is not None and code in _OK:
        store.settle(tx, claimed.id, status="done", done_at=at, next_try_at=None, **known)
        if claimed.failing_since is not None:
            store.change(tx, claimed.webhook_id, failing_since=None)
        return True
    wait = timedelta(minutes=BACKOFF[min(claimed.tries, len(BACKOFF) - 1)])
    store.settle(tx, claimed.id, next_try_at=at + wait, **known)
    if claimed.failing_since is None:
        store.change(tx, claimed.webhook_id, failing_since=at)
    elif at - claimed.failing_since >= PATIENCE:
        _pause(tx, claimed, at=at)
    return False


def _pause(tx: Transaction, claimed: Claimed, *, at: datetime) -> None:
    store.change(tx, claimed.webhook_id, paused_at=at)
    since = claimed.failing_since
    _record(tx, "webhook.paused", claimed.webhook_id, by="system", at=at, failing_since=since)
    message = f"{claimed.url}: ba ngày không nhận được tin nào, đã tạm dừng báo"
    key = f"{PAUSED}:{claimed.webhook_id}:{at.isoformat()}"
    raise_alert(tx, Alert(code=PAUSED, message=message, key=key), at=at)


def _deliveries(hook: Any, entries: Sequence[Entry], *, at: datetime) -> Iterator[dict[str, Any]]:
    for entry in entries:
        event = _event(entry)
        if ALL in hook.events or event in hook.events:
            yield {
                "id": new_id(), "webhook_id": hook.id, "entry_id": entry.id, "event": event,
                "status": "pending", "tries": 0, "created_at": at,
            }  # fmt: skip


def _event(entry: Entry) -> str:
    """Return what an entry is called when it is told: `task.reported`, `obstacle.answered`."""
    trigger = (json.loads(entry.body).get("after") or {}).get("trigger")
    fact = _ACTIONS.get(entry.action) or FACTS.get(trigger or "", "changed")
    subject = entry.kind if entry.kind in SUBJECTS else "task"
    if not entry.action.startswith("task."):
        # `obstacle.raised` and its like: the beginning of something with a chain of its own.
        return entry.action
    return f"{subject}.{fact}"


def _require_may(tx: Transaction, by: str, *, rules: Rules, at: datetime) -> str:
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(require_aware(at).astimezone(UTC))
    who = rights.standpoint(rulebook.organisation, by, None, on=today)
    if not accounts.is_administrator(tx, by):
        rights.require(rulebook.organisation, who, None, on=today, what="have_programs_told",
                       any_of=WHO)  # fmt: skip
    return who.actor.id


def _require_sound(asked: Hooking) -> None:
    if len(asked.url) > _LONGEST_URL:
        raise Invalid(field="url", problem=f"is longer than {_LONGEST_URL} characters")
    if not asked.events:
        raise Invalid(field="events", problem="chưa nêu sự kiện nào; * là mọi sự kiện")
    for event in asked.events:
        subject, _, fact = event.partition(".")
        if event != ALL and (subject not in SUBJECTS or not fact.isidentifier()):
            raise Invalid(field="events", problem=f"{event!r} không phải sự kiện")


def _found(tx: Transaction, webhook_id: str) -> Any:
    found = store.find(tx, webhook_id) if is_id(webhook_id) else None
    if found is None:
        raise Unknown(what="webhook", name=webhook_id)
    return found


def _seen(row: Any, waiting: int) -> Webhook:
    return Webhook(
        id=row.id,
        url=row.url,
        events=tuple(row.events),
        person=row.person,
        created_at=row.created_at,
        failing_since=row.failing_since,
        paused_at=row.paused_at,
        waiting=waiting,
    )


def _delivery(row: Any) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.__slots__})


def _record(
    tx: Transaction, action: str, webhook_id: str, *, by: str, at: datetime, **after: Any
) -> None:
    subject = f"webhook:{webhook_id}"
    audit.append(tx, audit.Event(subject=subject, action=action, actor=by, after=after), at=at)
