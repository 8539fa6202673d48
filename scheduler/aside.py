"""Messages that stand beside the ledger: nobody is told of a duty by them, so none is owed.

Each has a reference of its own, by which it is sent once, tried again where a server asks for it,
and found in the list of mail like any other.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import structlog

from engine.clock import Clock
from engine.organisation import Person
from engine.store import outbox
from engine.store.outbox import Message
from engine.store.session import Database, Transaction
from scheduler.courier import Courier, Envelope, Rendered
from scheduler.relay_claim import Desk, Lot
from scheduler.relay_outcome import record

#: Statuses after which a message is not tried again.
_OVER = ("accepted", "in_doubt", "failed", "superseded")

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """One such message.

    Attributes:
        reference: Its Message-ID; the same message has the same one at every try.
        kind: What the list of mail calls it.
        person: Who gets it; he has an address.
        has_news: Whether there is anything to say; asked before it is leased.
        word: Words it, right before it is handed over; None where there is nothing to say by now.
    """

    reference: str
    kind: str
    person: Person
    has_news: Callable[[Transaction], bool]
    word: Callable[[Transaction], Rendered | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """Carries them.

    Attributes:
        may_send: Asked before each; False ends the turn.
        quiet: References that need no further look: sent, given up, or with nothing to say.
    """

    database: Database
    clock: Clock
    courier: Courier
    desk: Desk
    may_send: Callable[[], bool]
    quiet: set[str] = field(default_factory=set)

    def carry(self, one: Aside, *, at: datetime) -> int:
        """Send a message if it is due; return 1 if a server has taken it, else 0."""
        # Asked first: whoever may send has taken one of so many a minute.
        if not self._is_due(one, at=at) or not self.may_send():
            return 0
        try:
            with self.database.begin() as tx:
                lot = self._claim(tx, one, at=at)
            if lot is None:
                return 0
            delivery = self.courier.deliver(lot.envelope, self._content(lot, one))
            with self.database.begin() as tx:
                status = record(tx, lot, delivery, self.desk, at=self.clock.now())
        except Exception:  # noqa: BLE001 - one that breaks keeps nobody from what he is owed
            _log.exception("aside.failed", kind=one.kind, person=one.person.code)
            self.quiet.add(one.reference)
            return 0
        return 1 if status == "accepted" else 0

    def _is_due(self, one: Aside, *, at: datetime) -> bool:
        if one.reference in self.quiet:
            return False
        with self.database.read() as tx:
            known = outbox.message_by_reference(tx, one.reference)
        if known is not None and known.status in _OVER:
            self.quiet.add(one.reference)
        return known is None or _is_to_retry(known, at=at)

    def _claim(self, tx: Transaction, one: Aside, *, at: datetime) -> Lot | None:
        """Lease a message; None where it was sent, is being sent, or has nothing to say."""
        known = outbox.message_by_reference(tx, one.reference)
        if known is not None and not _is_to_retry(known, at=at):
            return None
        if not one.has_news(tx):
            self.quiet.add(one.reference)
            return None
        token = str(uuid4())
        values = {
            "reference": one.reference,
            "recipient_id": one.person.id,
            "address": one.person.email,
            "kind": one.kind,
            "created_at": at,
            "next_try_at": None,
            "tries": known.tries if known else 0,
            "lease_until": self.desk.lease_now(tx) + self.desk.lease,
            "lease_token": token,
        }
        message_id = outbox.lease(tx, values, message_id=known.id if known else None)
        envelope = Envelope(
            reference=one.reference, sender=self.desk.sender, address=one.person.email or "",
            recipient=one.person.code, kind=one.kind,
        )  # fmt: skip
        return Lot(message_id=message_id, token=token, envelope=envelope)

    def _content(self, lot: Lot, one: Aside) -> Callable[[], bytes | None]:
        def worded() -> bytes | None:
            with self.database.begin() as tx:
                until = self.desk.lease_now(tx) + self.desk.lease
                is_ours = outbox.hold(tx, lot.message_id, lot.token, values={"lease_until": until})
                rendered = one.word(tx) if is_ours else None
                if rendered is None:
                    return None
                values = {
                    "status": "sending", "subject": rendered.subject, "content": rendered.content,
                }  # fmt: skip
                outbox.set_message(tx, lot.message_id, values)
            return rendered.content

        return worded


def _is_to_retry(known: Message, *, at: datetime) -> bool:
    return known.status == "retry" and (known.next_try_at is None or known.next_try_at <= at)
