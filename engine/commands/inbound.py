"""Taking in what came back to our sender: a bounce is told further up, an answer changes nothing.

A bounce counts only where it names a message of ours that went to the address it speaks of: whoever
does not know the Message-ID silences nobody.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from engine import audit
from engine.clock import require_aware
from engine.commands.undelivered import tell_next
from engine.freshness import outdated
from engine.inbound import Inbound
from engine.organisation import Person
from engine.rulebook import Rulebook
from engine.store import alerts, departures, outbox
from engine.store import inbound as store
from engine.store.departures import Waiting
from engine.store.rulebooks import Rules, bump
from engine.store.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one mail that came back.

    Attributes:
        kind: What it is.
        is_new: It was not taken in before.
        reference: Message-ID of the message it is about, None where it is about none of ours.
        person: Code of whom that went to.
        is_failing: Nothing more is sent to the address from now on.
        told_instead: Codes of those told in his place.
    """

    kind: str
    is_new: bool
    reference: str | None = None
    person: str | None = None
    is_failing: bool = False
    told_instead: tuple[str, ...] = ()


def take_in(
    tx: Transaction, one: Inbound, *, most: int, rules: Rules, at: datetime, actor: str
) -> Taken:
    """Record a mail that came back, and draw the consequences of a bounce.

    Args:
        tx: The transaction.
        one: What it says.
        most: So many bounces in a row, and the address is not used any more.
        rules: The rulebook's keeper.
        at: Now.
        actor: Who hands it in.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    about = store.message_about(tx, one.references)
    person = rulebook.organisation.person_by_id.get(about.recipient_id or "") if about else None
    message_id = about.id if about is not None else None
    kept = store.keep(
        tx, one, person_id=person.id if person else None, message_id=message_id, at=at
    )
    reference = about.reference if about is not None else None
    code = person.code if person is not None else None
    if kept is None:
        return Taken(kind=one.kind, is_new=False, reference=reference, person=code)
    taken = Taken(kind=one.kind, is_new=True, reference=reference, person=code)
    if about is not None and person is not None:
        case = _Case(tx=tx, one=one, about=about, person=person, rulebook=rulebook, at=at)
        taken = _follow(case, taken, most=most)
    subject = f"message:{message_id}" if message_id else f"inbound:{kept}"
    event = audit.Event(
        subject=subject,
        action="mail.received",
        actor=actor,
        after={
            "kind": one.kind, "status": one.status, "address": one.address, "person": code,
            "reference": reference, "failing": taken.is_failing,
            "told_instead": list(taken.told_instead),
        },
    )  # fmt: skip
    audit.append(tx, event, at=at)
    return taken


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A bounce that is believed, and everything it is judged by."""

    tx: Transaction
    one: Inbound
    about: Row[Any]
    person: Person
    rulebook: Rulebook
    at: datetime


def _follow(case: _Case, taken: Taken, *, most: int) -> Taken:
    """Draw the consequences of a mail about a message of ours."""
    one = case.one
    if one.kind == "bounce" and one.address in (None, case.about.address.lower()):
        is_failing, instead = _bounced(case, most=most)
        return replace(taken, is_failing=is_failing, told_instead=instead)
    if one.kind in ("reply", "auto_reply") and one.address == (case.person.email or "").lower():
        store.forget_bounces(case.tx, case.person.id)
    return taken


def _bounced(case: _Case, *, most: int) -> tuple[bool, tuple[str, ...]]:
    """Record that a message did not arrive, and have others told.

    Returns:
        Whether its address is given up, and codes of those told instead.
    """
    tx, about, at = case.tx, case.about, case.at
    outbox.record_attempt(
        tx, about.id,
        {"at": at, "outcome": "permanent", "phase": "bounce", "code": None,
         "reply": case.one.status or case.one.subject},
    )  # fmt: skip
    is_failing = _count(case, most=most)
    rulebook = case.rulebook
    lost = departures.held_by(tx, about.id, statuses=_HANDED_OVER)
    if not lost:
        return is_failing, ()
    reason = f"bounce: {case.one.status or 'the address gave it back'}"
    outbox.set_message(tx, about.id, {"status": "failed", "next_try_at": None})
    outbox.set_notices(tx, (one.id for one in lost), {"status": "failed", "reason": reason})
    _raise_undeliverable(case, lost, reason)
    on = rulebook.calendar.local_date(at)
    true = [
        one
        for one in lost
        if not outdated(one.notice, one.task, rulebook, plan_state=one.plan_state, on=on)
    ]
    return is_failing, tuple(tell_next(tx, true, rulebook, at=at))


#: What was thought to have arrived, or may have.
_HANDED_OVER = ("accepted", "in_doubt")


def _count(case: _Case, *, most: int) -> bool:
    """Count a bounce of the address the person still has; return whether it is given up now."""
    tx, person = case.tx, case.person
    if person.is_failing or case.about.address != person.email:
        return False
    number = store.count_bounce(tx, person.id)
    if not (case.one.is_gone or number >= most):
        return False
    store.fail(tx, person.id, at=case.at)
    bump(tx)
    event = audit.Event(
        subject=f"person:{person.id}",
        action="person.failing",
        actor="system",
        cause=case.one.status,
        after={"address": person.email, "bounces": number},
    )
    audit.append(tx, event, at=case.at)
    alert = alerts.Alert(
        code="address_failing",
        message=f"{person.code} <{person.email}>: thư bị trả lại ({case.one.status or number}); "
        "không gửi tới địa chỉ này nữa, người kế tiếp được báo thay",
        key=f"address_failing:{person.id}:{person.email}",
    )
    alerts.raise_alert(tx, alert, at=case.at)
    return True


def _raise_undeliverable(case: _Case, lost: list[Waiting], reason: str) -> None:
    first = lost[0]
    more = f" và {len(lost) - 1} việc khác" if len(lost) > 1 else ""
    alert = alerts.Alert(
        code="mail_undeliverable",
        message=f"{case.person.code} <{case.about.address}> không nhận được thư báo {first.label}"
        f"{more}: {reason}",
        key=f"mail_undeliverable:{first.key}",
        task_id=first.task.id,
    )
    alerts.raise_alert(case.tx, alert, at=case.at)
