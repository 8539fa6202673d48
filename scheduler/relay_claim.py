"""What leaves to one person now: the notices that are due, still true, and allowed at this hour.

The first of the relay's three transactions. It ends with a message that is leased to us, or with
nothing: an empty mail is never sent.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import structlog

from engine import audit
from engine.addresses import is_address
from engine.breaker import HOUR, Limits, after, window
from engine.digests import Digest
from engine.freshness import Outdated, hours_of, leaves_at, outdated
from engine.ids import new_id
from engine.linking import LinkLetter
from engine.rulebook import Rulebook
from engine.store import claims, departures, outbox, quota
from engine.store.departures import Waiting
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from scheduler.courier import Delivery, Envelope, Phase, Rendered, Renderer
from scheduler.relay_failure import give_up

_ONE_MINUTE = timedelta(minutes=1)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every step of the relay works with.

    Attributes:
        rules: The rulebook's keeper.
        renderer: Words letters.
        sender: Envelope sender; its domain ends every Message-ID.
        lease: How long a message is ours once claimed; longer than a whole conversation may take.
        lease_now: The clock that leases are read by.
        is_paused: Nothing is sent, whatever is due.
        limits: How much may leave; None is without limits.
        digester: Words digests for those who watch; None sends none.
        link_teller: Words that somebody made a link for a person; None sends none.
    """

    rules: Rules
    renderer: Renderer
    sender: str
    lease: timedelta = timedelta(minutes=2)
    lease_now: Callable[[Transaction], datetime] = outbox.database_now
    is_paused: bool = False
    limits: Limits | None = None
    digester: Callable[[Digest], Rendered] | None = None
    link_teller: Callable[[LinkLetter], Rendered] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A message leased to us."""

    message_id: str
    token: str
    envelope: Envelope
    is_resend: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What became of one person's due notices; `lot` is None where nothing is to be sent."""

    lot: Lot | None = None
    superseded: int = 0
    failed: int = 0
    postponed: int = 0


@dataclass(slots=True, kw_only=True)
class Sorted:
    """Notices by what is to become of them."""

    fresh: list[Waiting]
    stale: list[tuple[Waiting, Outdated]]
    unreachable: list[Waiting]
    broken: list[Waiting]


def claim(tx: Transaction, recipient_id: str, desk: Desk, *, at: datetime) -> Claimed:
    """Lease what may leave to one person now, as one message."""
    rulebook = desk.rules.current(tx)
    due = _released(tx, departures.lock_due(tx, recipient_id, at=at), rulebook, at=at)
    leaving, postponed = due
    found = sort(leaving, rulebook, at=at)
    superseded = supersede(tx, found.stale, rulebook, at=at)
    superseded += supersede(tx, _older_reminders(found), rulebook, at=at)
    failed = drop(tx, found, rulebook, at=at)
    _settle_muted(tx, found, rulebook, at=at)
    if found.fresh and _is_enough(tx, recipient_id, desk, at=at):
        postponed += _put_off(tx, found.fresh, rulebook, at=at)
        found.fresh = []
    lot = _lease(tx, found.fresh, rulebook, desk, at=at) if found.fresh else None
    return Claimed(lot=lot, superseded=superseded, failed=failed, postponed=postponed)


def sort(given: Sequence[Waiting], rulebook: Rulebook, *, at: datetime) -> Sorted:
    """Part notices into true ones, outdated ones, and those that cannot be told to anybody."""
    found = Sorted(fresh=[], stale=[], unreachable=[], broken=[])
    for one in given:
        try:
            _place(one, found, rulebook, on=rulebook.calendar.local_date(at))
        except Exception:  # noqa: BLE001  # whatever is wrong with one task, the others are told
            _log.exception("relay.judge_failed", notice=one.label)
            found.broken.append(one)
    return found


def drop(tx: Transaction, found: Sorted, rulebook: Rulebook, *, at: datetime) -> int:
    """Give up what cannot be told to its recipient, for others to be told; return how many."""
    reasons: tuple[tuple[list[Waiting], Phase, str], ...] = (
        (found.unreachable, "address", "no usable address"),
        (found.broken, "render", "its task cannot be judged"),
    )
    for lost, phase, reply in reasons:
        if lost:
            failure = Delivery(outcome="permanent", phase=phase, reply=reply)
            give_up(tx, lost, rulebook, failure, at=at)
    return len(found.unreachable) + len(found.broken)


def _place(one: Waiting, found: Sorted, rulebook: Rulebook, *, on: date) -> None:
    person = rulebook.organisation.person_by_id[one.notice.recipient_id or ""]
    why = outdated(one.notice, one.task, rulebook, plan_state=one.plan_state, on=on)
    usable = person.is_reachable and is_address(person.email or "")
    if why is not None and (usable or why.is_about_task):
        found.stale.append((one, why))
    elif not usable:
        found.unreachable.append(one)
    else:
        found.fresh.append(one)


def supersede(
    tx: Transaction,
    stale: Sequence[tuple[Waiting, Outdated]],
    rulebook: Rulebook,
    *,
    at: datetime,
) -> int:
    """Record that notices will not leave, and why; return how many."""
    if not stale:
        return 0
    rows = []
    for one, why in stale:
        by = _cause(tx, one, why)
        outbox.set_notices(
            tx, [one.id], {"status": "superseded", "superseded_by": by, "reason": why.reason}
        )
        rows.append([one.label, by, why.reason])
    recipient = rulebook.organisation.person_by_id[stale[0][0].notice.recipient_id or ""]
    event = audit.Event(
        subject=f"relay:{uuid4()}",
        action="notice.superseded",
        actor="system",
        after={"recipient": recipient.code, "notices": rows},
    )
    audit.append(tx, event, at=at)
    # No escalation is skipped, and a pause loses nothing: it is looked at in the next slot (G10),
    # which is not the one that is open now: its messages have left.
    owed = {one.task.id for one, why in stale
            if why.is_owed_again(one.notice.kind)}  # fmt: skip
    if owed:
        slot = rulebook.next_slot(at + _ONE_MINUTE)
        claims.bring_forward(tx, sorted(owed), slot=slot)
    return len(stale)


def claim_doubtful(tx: Transaction, message_id: str, desk: Desk, *, at: datetime) -> Lot | None:
    """Lease a message in doubt for its one resend; None if it must wait or is not worth it."""
    row = outbox.lock_message(tx, message_id)
    leases = desk.lease_now(tx)
    if row is None or row.status != "in_doubt" or row.next_try_at is None:
        return None
    if row.lease_until is not None and row.lease_until >= leases:
        return None
    rulebook = desk.rules.current(tx)
    held = departures.held_by(tx, message_id, statuses=("in_doubt",))
    weighty = [one for one in held if one.notice.kind != "reminder"]
    if not sort(weighty, rulebook, at=at).fresh:
        _leave_in_doubt(tx, message_id, at=at)
        return None
    may_leave = min(
        leaves_at(
            replace(one.notice, leave_at=row.next_try_at),
            hours_of(one.notice, one.task, rulebook, at=at),
            at=at,
        )
        for one in weighty
    )
    if may_leave > at:
        outbox.set_message(tx, message_id, {"next_try_at": may_leave})
        return None
    lot = Lot(
        message_id=message_id,
        token=str(uuid4()),
        envelope=Envelope(
            reference=row.reference,
            sender=desk.sender,
            address=row.address,
            recipient=rulebook.organisation.person_by_id[row.recipient_id or ""].code,
            kind=row.kind,
        ),
        is_resend=True,
    )
    values = {"lease_until": leases + desk.lease, "lease_token": lot.token}
    outbox.set_message(tx, message_id, values)
    return lot


def _leave_in_doubt(tx: Transaction, message_id: str, *, at: datetime) -> None:
    outbox.set_message(tx, message_id, {"next_try_at": None})
    event = audit.Event(
        subject=f"message:{message_id}",
        action="message.superseded",
        actor="system",
        cause="nothing in it is true any more; it stays in doubt",
    )
    audit.append(tx, event, at=at)


def reference_of(held: Sequence[Waiting], domain: str) -> str:
    """Return the Message-ID of what a message holds: the same notices, the same Message-ID."""
    keys = sorted(one.key for one in held)
    digest = hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16]
    if len(held) == 1:
        told = f"{_plain(held[0].task.code)}.{_plain(held[0].notice.rung)}"
    else:
        told = f"tong-hop.{len(held)}"
    return f"<{told}.{digest}@{domain}>"


def _released(
    tx: Transaction, due: Sequence[Waiting], rulebook: Rulebook, *, at: datetime
) -> tuple[list[Waiting], int]:
    """Return what may leave now; the rest is given the instant at which it may."""
    is_slot = any(calendar.open_slot(at) is not None for calendar in rulebook.calendars)
    is_behind = is_slot and outbox.sweep_is_behind(tx, at=at)
    leaving, postponed = [], 0
    for one in due:
        if one.notice.is_planned and one.notice.status == "pending" and is_behind:
            # Another sweep is still adding to this slot: one person, one message.
            continue
        leave_at = leaves_at(one.notice, hours_of(one.notice, one.task, rulebook, at=at), at=at)
        if leave_at <= at:
            leaving.append(one)
        else:
            outbox.set_notices(tx, [one.id], {"leave_at": leave_at})
            postponed += 1
    return leaving, postponed


def _settle_muted(tx: Transaction, found: Sorted, rulebook: Rulebook, *, at: datetime) -> None:
    """Take out what its recipient wants on the list of his notices alone; that has told him.

    The ladder goes on from here as if a mail had left.
    """
    people = rulebook.organisation.person_by_id
    quiet = [
        one
        for one in found.fresh
        if one.notice.kind in people[one.notice.recipient_id or ""].muted
        and not one.notice.is_urgent
    ]
    if not quiet:
        return
    found.fresh = [one for one in found.fresh if one not in quiet]
    outbox.set_notices(
        tx, (one.id for one in quiet), {"status": "accepted", "reason": "told without mail"}
    )
    first = [one.id for one in quiet if one.told_at is None]
    outbox.set_notices(tx, first, {"told_at": at})
    event = audit.Event(
        subject=f"relay:{uuid4()}",
        action="notice.told",
        actor="system",
        cause="the recipient wants no mail of this kind",
        after={
            "recipient": people[quiet[0].notice.recipient_id or ""].code,
            "notices": [one.label for one in quiet],
        },
    )
    audit.append(tx, event, at=at)


def _is_enough(tx: Transaction, recipient_id: str, desk: Desk, *, at: datetime) -> bool:
    """Return whether somebody had as many messages as one gets in an hour; else count another."""
    if desk.limits is None:
        return False
    most, hour = desk.limits.per_person_hour, window(at, HOUR)
    return not quota.take(tx, recipient_id, window=hour, limit=most)


def _put_off(tx: Transaction, held: Sequence[Waiting], rulebook: Rulebook, *, at: datetime) -> int:
    """Let everything for one person wait for the next hour, when it leaves as one message."""
    outbox.set_notices(tx, (one.id for one in held), {"leave_at": after(at, HOUR)})
    person = rulebook.organisation.person_by_id[held[0].notice.recipient_id or ""]
    event = audit.Event(
        subject=f"relay:{uuid4()}",
        action="mail.paced",
        actor="system",
        after={"recipient": person.code, "notices": [one.label for one in held]},
    )
    audit.append(tx, event, at=at)
    return len(held)


def _older_reminders(found: Sorted) -> list[tuple[Waiting, Outdated]]:
    """Take all but the newest reminder of a task out of what is fresh, and return them."""
    newest: dict[tuple[str, str], Waiting] = {}
    for one in found.fresh:
        if one.notice.kind == "reminder":
            newest[one.task.id, one.notice.ladder] = one
    older = [
        one
        for one in found.fresh
        if one.notice.kind == "reminder" and newest[one.task.id, one.notice.ladder] is not one
    ]
    found.fresh = [one for one in found.fresh if one not in older]
    return [
        (one, Outdated("newer", newest[one.task.id, one.notice.ladder].notice.rung))
        for one in older
    ]


def _cause(tx: Transaction, one: Waiting, why: Outdated) -> str | None:
    if why.cause == "newer":
        return why.reason
    if why.cause in ("paused", "acknowledged"):
        return why.cause
    trigger = outbox.last_trigger(tx, one.task.id)
    if why.cause == "recipient" and trigger != "reassign":
        return "organisation"
    return trigger


def _lease(
    tx: Transaction, held: Sequence[Waiting], rulebook: Rulebook, desk: Desk, *, at: datetime
) -> Lot:
    person = rulebook.organisation.person_by_id[held[0].notice.recipient_id or ""]
    reference = reference_of(held, desk.sender.rpartition("@")[2])
    kinds = {one.notice.kind for one in held}
    kind = kinds.pop() if len(kinds) == 1 else "digest"
    known = outbox.message_by_reference(tx, reference)
    token = new_id()
    values = {
        "reference": reference,
        "recipient_id": person.id,
        "address": person.email,
        "kind": kind,
        "created_at": at,
        "next_try_at": None,
        "tries": known.tries if known else 0,
        "lease_until": desk.lease_now(tx) + desk.lease,
        "lease_token": token,
    }
    message_id = outbox.lease(tx, values, message_id=known.id if known else None)
    outbox.set_notices(tx, (one.id for one in held), {"status": "leased", "message_id": message_id})
    outbox.drop_empty(tx, {one.message_id for one in held if one.message_id} - {message_id})
    envelope = Envelope(
        reference=reference,
        sender=desk.sender,
        address=person.email or "",
        recipient=person.code,
        kind=kind,
    )
    return Lot(message_id=message_id, token=token, envelope=envelope)


def _plain(name: str) -> str:
    """Return a code as it may stand in a Message-ID: `II.1.4.3` becomes `ii-1-4-3`."""
    letters = (one if one.isascii() and one.isalnum() else "-" for one in name.lower())
    return "".join(letters).strip("-")[:48] or "x"
