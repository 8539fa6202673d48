"""What people may do about mail: hold it back, let it go, have one message tried again."""

from datetime import UTC, datetime

from engine import audit
from engine.clock import require_aware
from engine.commands import restored, rights
from engine.commands.alerts import settle
from engine.errors import Invalid, Unknown
from engine.store import alerts, departures, gates, mailbox, outbox, quota
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
    if gates.is_closed(tx, gates.MAIL):
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


def resume(
    tx: Transaction,
    reason: str,
    *,
    actor: str,
    at: datetime,
    rules: Rules,
    floor: datetime | None = None,
) -> bool:
    """Let mail go again; return False if it was not held back.

    Whoever lets it go vouches for the clock too, where that is what holds it, and says that what
    looked like a flood is right.

    Args:
        tx: The transaction.
        reason: Why.
        actor: Code of the person who says so.
        at: Now.
        rules: The rulebook's keeper.
        floor: Where the database is older than it once was: what was to leave before this instant
            was told then, and is not told again.

    Raises:
        Unknown: the actor is nobody.
        NotPermitted: he is neither the head of the monitoring unit nor the director.
        Invalid: the database is older than it once was, and no floor is given.
    """
    reason, at = reason.strip(), require_aware(at).astimezone(UTC)
    who = _require(tx, actor, MAY_PAUSE, what="mail_resume", at=at, rules=rules)
    closed = [name for name in gates.OPENED_BY_PEOPLE if gates.is_closed(tx, name)]
    if gates.RESTORED in closed and floor is None:
        problem = ("cơ sở dữ liệu cũ hơn bản đã từng dùng: nói rõ thư đáng lẽ gửi trước lúc nào "
                   "thì coi như đã gửi (--from)")  # fmt: skip
        raise Invalid(field="from", problem=problem)
    for name in closed:
        gates.open_(tx, name, reason=reason, at=at)
    vouched = gates.vouch(tx, at=at)
    if not (closed or vouched):
        return False
    passed = restored.let_rest(tx, floor, at=at) if gates.RESTORED in closed and floor else []
    quota.forgive(tx, quota.HOUR)
    over = alerts.standing(tx, codes=["mail_flood", "database_restored"])
    settle(tx, over, actor=who, cause=reason or "mail resume", at=at)
    event = audit.Event(
        subject="gate:mail",
        action="mail.resumed",
        actor=who,
        cause=reason or None,
        before={"closed": True},
        after={
            "closed": False,
            **({"clock": "vouched for"} if vouched else {}),
            **({"gates": closed} if closed != [gates.MAIL] else {}),
            **({"from": floor, "told_before": passed} if gates.RESTORED in closed else {}),
        },
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


def _require(
    tx: Transaction, actor: str, any_of: tuple[str, ...], *, what: str, at: datetime, rules: Rules
) -> str:
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    who = rights.standpoint(rulebook.organisation, actor, None, on=today)
    rights.require(rulebook.organisation, who, None, on=today, what=what, any_of=any_of)
    return who.actor.code
