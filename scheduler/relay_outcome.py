"""What a conversation with the mail server came to, written down: the relay's third transaction.

Reminders in doubt are not sent again, because the next rung covers them; everything else is, once,
as the very same bytes (docs/reference/guarantees.md, G7 and G8).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine import audit
from engine.freshness import outdated
from engine.rulebook import Rulebook
from engine.store import alerts, departures, outbox
from engine.store.departures import Waiting
from engine.store.session import Transaction
from scheduler.courier import SESSION, Delivery
from scheduler.relay_claim import Desk, Lot
from scheduler.relay_failure import give_up, reason_of

#: After the n-th failure; the last one from then on (G9).
BACK_OFF = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1))
#: A temporary failure that lasts this long is final (G9).
GIVE_UP_AFTER = timedelta(days=4)
#: Something in doubt is sent again after this long (G8).
DOUBT = timedelta(minutes=30)

_PERMANENT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is written: about a message, about its notices, and the audit entry of both."""

    action: str
    message: Mapping[str, Any]
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One conversation and everything its outcome is judged by."""

    tx: Transaction
    row: outbox.Message
    held: Sequence[Waiting]
    delivery: Delivery
    rulebook: Rulebook
    is_resend: bool
    at: datetime


def record(
    tx: Transaction, lot: Lot, delivery: Delivery, desk: Desk, *, at: datetime
) -> str | None:
    """Write down how a conversation ended.

    Returns:
        The status of the message, or None if the lease was lost and nothing was written.
    """
    row = outbox.lock_message(tx, lot.message_id)
    if row is None or row.lease_token != lot.token:
        return None
    statuses = ("in_doubt",) if lot.is_resend else ("leased", "sending")
    case = _Case(
        tx=tx,
        row=row,
        held=departures.held_by(tx, lot.message_id, statuses=statuses),
        delivery=delivery,
        rulebook=desk.rules.current(tx),
        is_resend=lot.is_resend,
        at=at,
    )
    return conclude(case)


def conclude(case: _Case) -> str:
    """Write down one case and return the status its message has now."""
    number = outbox.record_attempt(
        case.tx,
        case.row.id,
        {
            "at": case.at,
            "outcome": case.delivery.outcome,
            "phase": case.delivery.phase,
            "code": case.delivery.code,
            "reply": case.delivery.reply[:2000],
        },
    )
    came_to = _JUDGE[case.delivery.outcome](case)
    free = {"lease_until": None, "lease_token": None, "tries": number}
    outbox.set_message(case.tx, case.row.id, {**free, **came_to.message})
    _audit(case, came_to.action, {"attempt": number, **came_to.detail})
    _raise_server_trouble(case)
    if case.delivery.outcome in ("accepted", "in_doubt"):
        _audit_overtaken(case)
    return str(came_to.message["status"])


def recover(tx: Transaction, desk: Desk, *, at: datetime) -> int:
    """Take up messages whose relay died: those not handed over yet start anew, others are in doubt.

    Returns:
        How many there were.
    """
    found = outbox.abandoned(tx, before=desk.lease_now(tx))
    for row in found:
        if row.status == "sending":
            lost = Delivery(outcome="in_doubt", phase="dot", reply="the relay stopped meanwhile")
            held = departures.held_by(tx, row.id)
            conclude(
                _Case(tx=tx, row=row, held=held, delivery=lost, rulebook=desk.rules.current(tx),
                      is_resend=False, at=at)
            )  # fmt: skip
        else:
            release(tx, row.id, at=at, action="message.released")
    return len(found)


def release(tx: Transaction, message_id: str, *, at: datetime, action: str) -> None:
    """Give back a claimed message whose notices were not handed over."""
    held = departures.held_by(tx, message_id)
    for status, chosen in (
        ("retry", [one.id for one in held if one.tries]),
        ("pending", [one.id for one in held if not one.tries]),
    ):
        outbox.set_notices(tx, chosen, {"status": status})
    outbox.set_message(
        tx, message_id, {"status": "retry", "lease_until": None, "lease_token": None}
    )
    event = audit.Event(
        subject=f"message:{message_id}",
        action=action,
        actor="system",
        after={"notices": [one.label for one in held]},
    )
    audit.append(tx, event, at=at)


def retry_at(
    tries: int, case_at: datetime, rulebook: Rulebook, *, to: str | None, is_urgent: bool
) -> datetime:
    """Return when the next try is made after the n-th failure.

    In the working hours of the recipient's unit, unless it is urgent.
    """
    again = case_at + BACK_OFF[min(tries, len(BACK_OFF)) - 1]
    return again if is_urgent else _in_hours(again, rulebook, to=to)


def _in_hours(at: datetime, rulebook: Rulebook, *, to: str | None) -> datetime:
    on = rulebook.calendar.local_date(at)
    return rulebook.calendar_of_person(to, on=on).may_leave(at)


def _accepted(case: _Case) -> Outcome:
    outbox.set_notices(
        case.tx, (one.id for one in case.held), {"status": "accepted", "reason": None}
    )
    first = [one.id for one in case.held if one.told_at is None]
    outbox.set_notices(case.tx, first, {"told_at": case.at})
    return Outcome(
        action="message.accepted",
        message={
            "status": "accepted",
            "accepted_at": case.at,
            "copies": case.row.copies + 1,
            "next_try_at": None,
        },
        detail={"copies": case.row.copies + 1},
    )


def _temporary(case: _Case) -> Outcome:
    if case.is_resend:
        tries = int(case.row.tries)
        again = _again(case, max(tries, 1))
        return Outcome(
            action="message.retried",
            message={"status": "in_doubt", "next_try_at": again},
            detail={"next_try_at": again},
        )
    first = min(
        (one.notice.detail.get("first_failed_at", case.at.isoformat()) for one in case.held),
        default=case.at.isoformat(),
    )
    if case.at - datetime.fromisoformat(first) >= GIVE_UP_AFTER:
        return _permanent(case)
    is_down = case.delivery.phase in SESSION
    reason = departures.SERVER_IS_DOWN if is_down else reason_of(case.delivery)
    tries = min((one.tries for one in case.held), default=0) + 1
    again = _again(case, tries)
    for one in case.held:
        detail = {**one.notice.detail, "first_failed_at": first}
        values = {"status": "retry", "tries": tries, "leave_at": again, "detail": detail}
        outbox.set_notices(case.tx, [one.id], {**values, "reason": reason})
    return Outcome(
        action="message.retried",
        message={"status": "retry", "next_try_at": again},
        detail={"next_try_at": again},
    )


def _again(case: _Case, tries: int) -> datetime:
    recipient = case.row.recipient_id
    return retry_at(tries, case.at, case.rulebook, to=recipient, is_urgent=_is_urgent(case))


def _permanent(case: _Case) -> Outcome:
    instead: list[str] = []
    if case.held:
        instead = give_up(case.tx, case.held, case.rulebook, case.delivery, at=case.at)
    return Outcome(
        action="message.failed",
        message={"status": "failed", "next_try_at": None},
        detail={"told_instead": instead},
    )


def _in_doubt(case: _Case) -> Outcome:
    outbox.set_notices(
        case.tx,
        (one.id for one in case.held),
        {"status": "in_doubt", "reason": reason_of(case.delivery)},
    )
    # The ladder climbs on from here: waiting for certainty would hold back everybody above.
    first = [one.id for one in case.held if one.told_at is None]
    outbox.set_notices(case.tx, first, {"told_at": case.at})
    again = None
    if not case.is_resend and any(one.notice.kind != "reminder" for one in case.held):
        again = case.at + DOUBT
        if not _is_urgent(case):
            again = _in_hours(again, case.rulebook, to=case.row.recipient_id)
    return Outcome(
        action="message.in_doubt",
        message={"status": "in_doubt", "next_try_at": again, "copies": case.row.copies + 1},
        detail={"next_try_at": again, "copies": case.row.copies + 1},
    )


def _withdrawn(case: _Case) -> Outcome:
    status = "in_doubt" if case.is_resend else "superseded"
    return Outcome(
        action="message.superseded",
        message={"status": status, "next_try_at": None},
        detail={},
    )


_JUDGE: Mapping[str, Callable[[_Case], Outcome]] = {
    "accepted": _accepted,
    "temporary": _temporary,
    "permanent": _permanent,
    "in_doubt": _in_doubt,
    "withdrawn": _withdrawn,
}


def _is_urgent(case: _Case) -> bool:
    return any(one.notice.is_urgent for one in case.held)


def _audit(case: _Case, action: str, detail: Mapping[str, Any]) -> None:
    people = case.rulebook.organisation.person_by_id
    recipient = people.get(case.row.recipient_id or "")
    event = audit.Event(
        subject=f"message:{case.row.id}",
        action=action,
        actor="system",
        cause=reason_of(case.delivery),
        after={
            "reference": case.row.reference,
            "recipient": recipient.code if recipient else None,
            "address": case.row.address,
            "kind": case.row.kind,
            "notices": [one.label for one in case.held],
            **detail,
        },
    )
    audit.append(case.tx, event, at=case.at)


def _audit_overtaken(case: _Case) -> None:
    """Record what was handed over although its task had moved on by the time we knew."""
    on = case.rulebook.calendar.local_date(case.at)
    late = [
        (one.label, why.reason)
        for one in case.held
        if (why := outdated(one.notice, one.task, case.rulebook, plan_state=one.plan_state, on=on))
    ]
    if late and not case.is_resend:
        event = audit.Event(
            subject=f"message:{case.row.id}",
            action="message.overtaken",
            actor="system",
            after={"notices": [list(one) for one in late]},
        )
        audit.append(case.tx, event, at=case.at)


def _raise_server_trouble(case: _Case) -> None:
    """Raise an alert where the server, not the recipient, needs an administrator."""
    delivery = case.delivery
    refused = (delivery.code or 0) >= _PERMANENT or delivery.phase == "starttls"
    if delivery.outcome != "temporary" or not refused:
        return
    if delivery.phase not in SESSION and delivery.phase != "mail":
        return
    day = case.rulebook.calendar.local_date(case.at)
    alert = alerts.Alert(
        code="mail_server",
        message=f"máy chủ thư từ chối: {reason_of(delivery)}; chưa thư nào đi được cho đến khi "
        "sửa cấu hình hoặc máy chủ (thử bằng: dondoc mail test)",
        key=f"mail_server:{delivery.phase}:{delivery.code}:{day.isoformat()}",
    )
    alerts.raise_alert(case.tx, alert, at=case.at)
