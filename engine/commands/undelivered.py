"""What could not be told to somebody: the next one up the organisation is told (G13, rule 17)."""

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


def tell_next(
    tx: Transaction, held: Sequence[Waiting], rulebook: Rulebook, *, at: datetime
) -> list[str]:
    """Put notices that reached nobody into the ledger for the next ones up.

    Where there is nobody left an administrator sees it: an escalation never ends nowhere.

    Returns:
        Codes of the people told instead, each once.
    """
    instead: dict[str, None] = {}
    people = rulebook.organisation.person_by_id
    for one in held:
        for addressee in _next_up(tx, one, rulebook, at=at):
            if addressee.person_id is None:
                _nobody(tx, one, at=at)
            else:
                ledger.insert_notices(tx, [_for(one, addressee, rulebook, at=at)], at=at)
                instead[people[addressee.person_id].code] = None
    return list(instead)


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
