"""When somebody cannot be told: the next one up the organisation is, and an administrator sees it.

An escalation never ends nowhere (docs/reference/guarantees.md, G13).
"""

from collections.abc import Sequence
from datetime import datetime

from engine.commands.undelivered import tell_next
from engine.rulebook import Rulebook
from engine.store import alerts, outbox
from engine.store.departures import Waiting
from engine.store.session import Transaction
from scheduler.courier import Delivery

#: Where a failure says something about the recipient's mailbox.
_PERSONAL = frozenset({"address", "rcpt", "data", "dot"})


def give_up(
    tx: Transaction,
    held: Sequence[Waiting],
    rulebook: Rulebook,
    delivery: Delivery,
    *,
    at: datetime,
) -> list[str]:
    """Record notices to one person as failed and tell the next ones instead.

    Nobody else is told where the trouble lies with the mail itself or with the server: the next
    one up would fare no better.

    Returns:
        Codes of the people told instead, each once.
    """
    outbox.set_notices(
        tx, (one.id for one in held), {"status": "failed", "reason": reason_of(delivery)}
    )
    _raise_undeliverable(tx, held, rulebook, delivery, at=at)
    if delivery.phase not in _PERSONAL:
        return []
    return tell_next(tx, held, rulebook, at=at)


def reason_of(delivery: Delivery) -> str:
    """Return one line that says how a conversation failed."""
    code = f"{delivery.code} " if delivery.code else ""
    return f"{delivery.phase}: {code}{delivery.reply}".strip()[:500]


def _raise_undeliverable(
    tx: Transaction,
    held: Sequence[Waiting],
    rulebook: Rulebook,
    delivery: Delivery,
    *,
    at: datetime,
) -> None:
    first = held[0]
    person = rulebook.organisation.person_by_id[first.notice.recipient_id or ""]
    code = "mail_unrenderable" if delivery.phase == "render" else "mail_undeliverable"
    more = f" và {len(held) - 1} việc khác" if len(held) > 1 else ""
    alert = alerts.Alert(
        code=code,
        message=f"{person.code} <{person.email or '-'}> chưa được báo {first.label}{more}: "
        f"{reason_of(delivery)}",
        key=f"{code}:{first.key}",
        task_id=first.task.id,
    )
    alerts.raise_alert(tx, alert, at=at)
