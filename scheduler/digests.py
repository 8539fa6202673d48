"""Digests for those who only watch: one message a person and day, once, and only with something in.

They stand beside the ledger: nobody is told of a duty by them, so none is owed or made up for.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import uuid4

import structlog

from engine import digests
from engine.addresses import is_address
from engine.clock import Clock
from engine.digests import Digest
from engine.organisation import Person
from engine.preferences import Watch
from engine.rulebook import Rulebook
from engine.store import outbox
from engine.store.outbox import Message
from engine.store.session import Database, Transaction
from scheduler.courier import Courier, Envelope
from scheduler.relay_claim import Desk, Lot
from scheduler.relay_outcome import record

#: Statuses after which a digest is not tried again.
_OVER = ("accepted", "in_doubt", "failed", "superseded")

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """Sends the digests of the day.

    Attributes:
        may_send: Asked before each; False ends the turn.
        quiet: References of those that had nothing to say today; not worked out again.
    """

    database: Database
    clock: Clock
    courier: Courier
    desk: Desk
    may_send: Callable[[], bool]
    quiet: set[str] = field(default_factory=set)

    def turn(self) -> int:
        """Send every digest that is due and return how many a server has taken."""
        if self.desk.digester is None:
            return 0
        at, taken = self.clock.now(), 0
        with self.database.read() as tx:
            rulebook = self.desk.rules.current(tx)
            today = due_on(rulebook, at=at)
            waiting = [
                one for one in rulebook.organisation.people
                if today is not None and one.watches and one.is_reachable
                and is_address(one.email or "")
            ]  # fmt: skip
        for person in waiting:
            if today is not None:
                taken += self._serve(person, rulebook, today=today, at=at)
        return taken

    def _serve(self, person: Person, rulebook: Rulebook, *, today: date, at: datetime) -> int:
        watches = due_watches(person, rulebook, today=today)
        reference = _reference(person, today, self.desk.sender.rpartition("@")[2])
        if not watches or reference in self.quiet or not self.may_send():
            return 0
        try:
            with self.database.begin() as tx:
                lot = self._claim(tx, person, reference, watches, at=at)
            if lot is None:
                return 0
            delivery = self.courier.deliver(lot.envelope, self._content(lot, person, watches))
            with self.database.begin() as tx:
                status = record(tx, lot, delivery, self.desk, at=self.clock.now())
        except Exception:  # noqa: BLE001 - a digest that breaks keeps nobody from what he is owed
            _log.exception("digests.failed", person=person.code)
            self.quiet.add(reference)
            return 0
        return 1 if status == "accepted" else 0

    def _claim(
        self, tx: Transaction, person: Person, reference: str, watches: tuple[Watch, ...], *,
        at: datetime,
    ) -> Lot | None:  # fmt: skip
        """Lease a digest; None where it was sent, is being sent, or has nothing to say."""
        known = outbox.message_by_reference(tx, reference)
        if known is not None and not _is_due(known, at=at):
            if known.status in _OVER:
                self.quiet.add(reference)
            return None
        if not digests.parts(tx, watches, rules=self.desk.rules, at=at):
            self.quiet.add(reference)
            return None
        token = str(uuid4())
        values = {
            "reference": reference,
            "recipient_id": person.id,
            "address": person.email,
            "kind": "digest",
            "created_at": at,
            "next_try_at": None,
            "tries": known.tries if known else 0,
            "lease_until": self.desk.lease_now(tx) + self.desk.lease,
            "lease_token": token,
        }
        message_id = outbox.lease(tx, values, message_id=known.id if known else None)
        envelope = Envelope(
            reference=reference, sender=self.desk.sender, address=person.email or "",
            recipient=person.code, kind="digest",
        )  # fmt: skip
        return Lot(message_id=message_id, token=token, envelope=envelope)

    def _content(
        self, lot: Lot, person: Person, watches: tuple[Watch, ...]
    ) -> Callable[[], bytes | None]:
        def worded() -> bytes | None:
            at = self.clock.now()
            with self.database.begin() as tx:
                found = digests.parts(tx, watches, rules=self.desk.rules, at=at)
                until = self.desk.lease_now(tx) + self.desk.lease
                is_ours = outbox.hold(tx, lot.message_id, lot.token, values={"lease_until": until})
                if not (is_ours and found and self.desk.digester):
                    return None
                digest = Digest(
                    reference=lot.envelope.reference, recipient=person.code, name=person.name,
                    address=lot.envelope.address, at=at, parts=found,
                )  # fmt: skip
                rendered = self.desk.digester(digest)
                values = {
                    "status": "sending", "subject": rendered.subject, "content": rendered.content,
                }  # fmt: skip
                outbox.set_message(tx, lot.message_id, values)
            return rendered.content

        return worded


def due_on(rulebook: Rulebook, *, at: datetime) -> date | None:
    """Return the working day whose digests may leave now, from its slot to the end of its hours."""
    calendar = rulebook.calendar
    today = calendar.local_date(at)
    if not calendar.is_working_day(today) or at < calendar.slot_of(today):
        return None
    return today if calendar.in_hours(at) or calendar.open_slot(at) is not None else None


def due_watches(person: Person, rulebook: Rulebook, *, today: date) -> tuple[Watch, ...]:
    """Return what is in a person's digest of a day; weekly on the first working day of a week."""
    monday = today - timedelta(days=today.weekday())
    is_first = rulebook.calendar.on_or_after(monday) == today
    return tuple(one for one in person.watches if one.every == "day" or is_first)


def _is_due(known: Message, *, at: datetime) -> bool:
    return known.status == "retry" and (known.next_try_at is None or known.next_try_at <= at)


def _reference(person: Person, today: date, domain: str) -> str:
    digest = hashlib.sha256(f"digest|{person.id}|{today.isoformat()}".encode()).hexdigest()[:16]
    return f"<theo-doi.{today:%Y%m%d}.{digest}@{domain}>"
