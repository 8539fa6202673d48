"""What people may do about mail: hold it back, let it go, have one message tried again."""

from datetime import UTC, datetime

from engine import audit
from engine.clock import require_aware
from engine.commands import rights
from engine.errors import Invalid, Unknown
from engine.store import departures, gates, mailbox, outbox
from engine.store.gates import Gate
from engine.store.mailbox import Listed
from engine.store.rulebooks import Rules
from engine.store.session import Transaction

__all__ = [
    "Gate",
    "Listed",
    "listed",
    "pause",
    "remember_test",
    "resume",
    "retry",
    "waiting",
]

#: Who may hold mail back and let it go.
MAY_PAUSE = ("monitor", "director")
#: Who may have a message tried again.
MAY_RETRY = ("monitor", "monitoring_unit", "director")

#: Messages that did not arrive for certain.
_TRIED_AGAIN = ("failed", "in_doubt", "retry")


def pause(tx: Transaction, reason: str, *, actor: str, at: datetime, rules: Rules) -> bool:
    """Hold all mail back; return False if it was held back already.

    Raises:
        Unknown: the actor is nobody.
        NotPermitted: he is neither the head of the monitoring unit nor the director.
    """
    reason, at = reason.strip(), require_aware(at).astimezone(UTC)
    who = _require(tx, actor, MAY_PAUSE, what="mail_pause", at=at, rules=rules)
    if _is_paused(tx):
        return False
    gates.close(tx, gates.MAIL, reason=reason, at=at)
    event = audit.Event(
        subject="gate:mail",
        action="mail.paused",
        actor=who,
        cause=reason or None,
        before={"closed": False},
        after={"closed": True},
    )
    audit.append(tx, event, at=at)
    return True


def resume(tx: Transaction, reason: str, *, actor: str, at: datetime, rules: Rules) -> bool:
    """Let mail go again; return False if it was not held back.

    Whoever lets it go vouches for the clock too, where that is what holds it.

    Raises:
        Unknown: the actor is nobody.
        NotPermitted: he is neither the head of the monitoring unit nor the director.
    """
    reason, at = reason.strip(), require_aware(at).astimezone(UTC)
    who = _require(tx, actor, MAY_PAUSE, what="mail_resume", at=at, rules=rules)
    was_paused = _is_paused(tx)
    if was_paused:
        gates.open_mail(tx, reason=reason, at=at)
    vouched = gates.vouch(tx, at=at)
    if not (was_paused or vouched):
        return False
    event = audit.Event(
        subject="gate:mail",
        action="mail.resumed",
        actor=who,
        cause=reason or None,
        before={"closed": True},
        after={"closed": False, **({"clock": "vouched for"} if vouched else {})},
    )
    audit.append(tx, event, at=at)
    return True


def retry(tx: Transaction, name: str, *, actor: str, at: datetime, rules: Rules) -> str:
    """Have a message that failed, or is in doubt, tried again; return its Message-ID.

    What is no longer true in it drops out when it leaves, and it goes to the address its recipient
    has by then.

    Args:
        tx: The transaction.
        name: Its id or its Message-ID.
        actor: Code of the person who wants it.
        at: Now.
        rules: The rulebook's keeper.

    Raises:
        Unknown: no such message, or the actor is nobody.
        NotPermitted: the actor is neither of the monitoring unit nor the director.
        Invalid: the message arrived, is on its way, or was replaced.
    """
    at = require_aware(at).astimezone(UTC)
    who = _require(tx, actor, MAY_RETRY, what="mail_retry", at=at, rules=rules)
    row = mailbox.find_message(tx, name)
    if row is None:
        raise Unknown(what="message", name=name)
    if row.status not in _TRIED_AGAIN:
        raise Invalid(field="message", problem=f"thư đang ở trạng thái {row.status!r}")
    held = departures.held_by(tx, row.id, statuses=_TRIED_AGAIN)
    for one in held:
        detail = {key: kept for key, kept in one.notice.detail.items() if key != "first_failed_at"}
        outbox.set_notices(
            tx,
            [one.id],
            {"status": "retry", "leave_at": at, "tries": 0, "detail": detail, "reason": None},
        )
    outbox.set_message(tx, row.id, {"status": "retry", "next_try_at": at})
    event = audit.Event(
        subject=f"message:{row.id}",
        action="message.retry_asked",
        actor=who,
        before={"status": row.status},
        after={"reference": row.reference, "notices": [one.label for one in held]},
    )
    audit.append(tx, event, at=at)
    return str(row.reference)


def remember_test(tx: Transaction, address: str, *, actor: str, at: datetime, outcome: str) -> None:
    """Record that a test message was sent, and how it went."""
    event = audit.Event(
        subject="gate:mail",
        action="mail.tested",
        actor=actor,
        after={"address": address, "outcome": outcome},
    )
    audit.append(tx, event, at=require_aware(at).astimezone(UTC))


def listed(tx: Transaction, *, status: str | None, limit: int) -> list[Listed]:
    """Return messages, newest first, all or those of one status."""
    return mailbox.listed(tx, status=status, limit=limit)


def waiting(tx: Transaction, *, at: datetime) -> tuple[int, datetime | None, Gate | None]:
    """Return how many notices wait, when the first may leave, and what holds mail back, if any."""
    return (*mailbox.unsent(tx), gates.holding(tx, at=require_aware(at).astimezone(UTC)))


def _is_paused(tx: Transaction) -> bool:
    gate = gates.found(tx, gates.MAIL)
    return gate is not None and gate.is_closed


def _require(
    tx: Transaction, actor: str, any_of: tuple[str, ...], *, what: str, at: datetime, rules: Rules
) -> str:
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    who = rights.standpoint(rulebook.organisation, actor, None, on=today)
    rights.require(rulebook.organisation, who, None, on=today, what=what, any_of=any_of)
    return who.actor.code
