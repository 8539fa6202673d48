"""When somebody cannot be told: the next one up the organisation is, and an administrator sees it.

An escalation never ends nowhere (docs/reference/guarantees.md, G13).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.addressees import ADMINISTRATOR, Addressee
from engine.freshness import next_up
from engine.notices import Notice
from engine.rulebook import Rulebook
from engine.store import alerts, ledger, outbox
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
    instead: dict[str, None] = {}
    outbox.set_notices(
        tx, (one.id for one in held), {"status": "failed", "reason": reason_of(delivery)}
    )
    _raise_undeliverable(tx, held, rulebook, delivery, at=at)
    people = rulebook.organisation.person_by_id
    for one in held if delivery.phase in _PERSONAL else ():
        for addressee in _next_up(tx, one, rulebook, at=at):
            if addressee.person_id is None:
                _nobody(tx, one, at=at)
            else:
                ledger.insert_notices(tx, [_for(one, addressee, rulebook, at=at)], at=at)
                instead[people[addressee.person_id].code] = None
    return list(instead)


def reason_of(delivery: Delivery) -> str:
    """Return one line that says how a conversation failed."""
    code = f"{delivery.code} " if delivery.code else ""
    return f"{delivery.phase}: {code}{delivery.reply}".strip()[:500]


def _next_up(
    tx: Transaction, one: Waiting, rulebook: Rulebook, *, at: datetime
) -> tuple[Addressee, ...]:
    known, on = outbox.told_already(tx, one.notice), rulebook.calendar.local_date(at)
    return next_up(one.notice, one.task, rulebook, known=known, on=on)


def _for(one: Waiting, addressee: Addressee, rulebook: Rulebook, *, at: datetime) -> Notice:
    lost = rulebook.organisation.person_by_id[one.notice.recipient_id or ""]
    return replace(
        one.notice,
        recipient_id=addressee.person_id,
        position=addressee.position,
        leave_at=at,
        status="pending",
        superseded_by=None,
        reason=None,
        detail={**_without_tries(one.notice), "instead_of": lost.code},
    )


def _without_tries(one: Notice) -> dict[str, object]:
    return {name: value for name, value in one.detail.items() if name != "first_failed_at"}


def _nobody(tx: Transaction, one: Waiting, *, at: datetime) -> None:
    record = replace(
        one.notice,
        recipient_id=None,
        position=ADMINISTRATOR,
        leave_at=None,
        status="failed",
        superseded_by=None,
        reason="no_recipient",
    )
    ledger.insert_notices(tx, [record], at=at)
    alert = alerts.unheard(one.task.address, one.notice.rung, key=one.key, task_id=one.task.id)
    alerts.raise_alert(tx, alert, at=at)


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
