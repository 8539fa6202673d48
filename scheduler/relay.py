"""The relay: turns notices that are due into messages, one for each person, and hands them over.

Three transactions a message. The first claims what is due and still true; the second, right before
the message is handed over, looks again, words what is left and commits the phase; the third writes
down what came of it. Between them anything may die: a lease that runs out says how far it got.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from uuid import uuid4

import structlog

from engine import audit, years
from engine.clock import Clock
from engine.notices import Letter, LetterItem
from engine.rulebook import Rulebook
from engine.store import departures, gates, heartbeats, letters, outbox
from engine.store.departures import Waiting
from engine.store.session import Database, Transaction
from scheduler.aftermath import see_to_server
from scheduler.aside import Sidecar
from scheduler.courier import (
    SESSION,
    Courier,
    Delivery,
    Envelope,
    Outcome,
    Phase,
    Rendered,
    Renderer,
)
from scheduler.digests import Digests
from scheduler.link_letters import LinkLetters
from scheduler.pace import Pace
from scheduler.relay_claim import (
    Claimed,
    Desk,
    Lot,
    claim,
    claim_doubtful,
    drop,
    sort,
    supersede,
)
from scheduler.relay_failure import give_up
from scheduler.relay_outcome import record, recover, release, retry_at
from scheduler.settling import settle

__all__ = [
    "Courier",
    "Delivery",
    "Desk",
    "Envelope",
    "Outcome",
    "Phase",
    "Relay",
    "Rendered",
    "Renderer",
    "Turnout",
]

#: People served before it is asked again who is due.
FEW = 20

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """What one turn did; messages, except where it says notices."""

    accepted: int = 0
    retried: int = 0
    failed: int = 0
    in_doubt: int = 0
    recovered: int = 0
    superseded_notices: int = 0
    postponed_notices: int = 0
    lost_leases: int = 0

    @property
    def left(self) -> int:
        """Messages that a server was asked to take."""
        return self.accepted + self.retried + self.failed + self.in_doubt

    def __add__(self, other: "Turnout") -> "Turnout":
        return Turnout(
            **{name: getattr(self, name) + getattr(other, name) for name in self.__slots__}
        )


_TURNOUT = {
    "accepted": Turnout(accepted=1),
    "retry": Turnout(retried=1),
    "failed": Turnout(failed=1),
    "in_doubt": Turnout(in_doubt=1),
    "superseded": Turnout(),
    None: Turnout(lost_leases=1),
}


@dataclass(frozen=True, slots=True)
class Relay:
    """Sends what is due.

    Attributes:
        database: Where the ledger is.
        clock: What time it is.
        courier: Who carries the mail.
        desk: What every step works with.
        node: Names this process in the heartbeat.
        is_stopping: Asked between two messages; True ends the turn early.
        is_doubted: Asked whenever the clock was read for something that may leave; True holds it.
        quiet: References of messages beside the ledger that need no further look.
    """

    database: Database
    clock: Clock
    courier: Courier
    desk: Desk
    _: KW_ONLY
    node: str = field(default_factory=lambda: uuid4().hex)
    is_stopping: Callable[[], bool] = lambda: False
    is_doubted: Callable[[], bool] = lambda: False
    quiet: set[str] = field(default_factory=set)

    def turn(self) -> Turnout:
        """Send everything that is due now and return what was done.

        One message a person, however many tasks. Ends early when the server cannot be reached:
        what is left is put off as if it had been tried.
        """
        done = Turnout()
        if not self.desk.is_paused and not self._is_gated():
            settle(self.database, self.desk.rules, at=self.clock.now())
            with self.database.begin() as tx:
                done = Turnout(recovered=recover(tx, self.desk, at=self.clock.now()))
            try:
                done += self._resend_doubtful()
                done += self._send_due()
                done += Turnout(accepted=self._aside())
            finally:
                self.courier.close()
        with self.database.begin() as tx:
            if done.accepted:
                see_to_server(tx, at=self.clock.now())
            heartbeats.beat(tx, "relay", at=self.clock.now(), node=self.node)
        return done

    def _aside(self) -> int:
        def may_send() -> bool:
            now = self.clock.now()
            return not (self.is_stopping() or self._is_gated()) and self._pace.allow(1, at=now) > 0

        sidecar = Sidecar(
            database=self.database, clock=self.clock, courier=self.courier, desk=self.desk,
            may_send=may_send, quiet=self.quiet,
        )  # fmt: skip
        return LinkLetters(sidecar=sidecar).turn() + Digests(sidecar=sidecar).turn()

    def _is_gated(self) -> bool:
        with self.database.read() as tx:
            return gates.holding(tx, at=self.clock.now()) is not None or self.is_doubted()

    def _send_due(self) -> Turnout:
        done, seen = Turnout(), set[str]()
        while people := self._due(seen):
            at = self.clock.now()
            allowed = self._pace.allow(len(people), at=at)
            sent, is_over = self._send_few(people[:allowed], seen)
            self._pace.give_back(allowed - sent.left, at=at)
            done += sent
            if is_over or allowed < len(people):
                break
        return done

    def _send_few(self, people: Sequence[str], seen: set[str]) -> tuple[Turnout, bool]:
        """Serve a few people; return what was done, and whether the turn is over."""
        done = Turnout()
        for person in people:
            if self.is_stopping():
                return done, True
            sent, is_down = self._send_to(person)
            done += sent
            if is_down:
                return done + self._put_off(), True
            if not sent.accepted and not sent.failed:
                # Held back, or taken by another relay: not looked at again in this turn.
                seen.add(person)
        return done, False

    @property
    def _pace(self) -> Pace:
        return Pace(database=self.database, limits=self.desk.limits)

    def _due(self, seen: Collection[str]) -> list[str]:
        """Return the next few people for whom something may leave.

        Asked again and again: a failure may have added somebody further up, and what has become
        urgent meanwhile goes first.
        """
        with self.database.read() as tx:
            due = outbox.due_recipients(tx, at=self.clock.now())
        return [one for one in due if one not in seen][:FEW]

    def _send_to(self, person_id: str) -> tuple[Turnout, bool]:
        at = self.clock.now()
        if self.is_doubted():
            return Turnout(), False
        with self.database.begin() as tx:
            claimed = claim(tx, person_id, self.desk, at=at)
        done = Turnout(
            superseded_notices=claimed.superseded,
            postponed_notices=claimed.postponed,
            failed=1 if claimed.failed else 0,
        )
        if claimed.lot is None:
            return done, False
        sent, is_down = self._carry(claimed.lot, self._content(claimed))
        return done + sent, is_down

    def _carry(self, lot: Lot, content: "_Content") -> tuple[Turnout, bool]:
        """Hand a message over, write down what came of it, and say whether the server is down."""
        try:
            delivery = self.courier.deliver(lot.envelope, content)
        except Exception as problem:  # noqa: BLE001  # the loop's edge
            # A courier that breaks must not keep everybody else from being told. Once it had the
            # bytes nobody knows how far it got.
            _log.exception("relay.courier_failed", reference=lot.envelope.reference)
            outcome: Outcome = "in_doubt" if content.handed_over else "temporary"
            phase: Phase = "dot" if content.handed_over else "render"
            delivery = Delivery(outcome=outcome, phase=phase, reply=repr(problem))
        if content.is_lost or content.is_released:
            return Turnout(lost_leases=1 if content.is_lost else 0), False
        with self.database.begin() as tx:
            status = record(tx, lot, delivery, self.desk, at=self.clock.now())
        done = _TURNOUT[status] + Turnout(superseded_notices=content.superseded)
        is_down = delivery.outcome == "temporary" and delivery.phase in SESSION
        return done, is_down

    def _content(self, claimed: Claimed) -> "_Content":
        assert claimed.lot is not None  # noqa: S101  # narrows the type; the caller has looked
        return _Content(relay=self, lot=claimed.lot)

    def _put_off(self) -> Turnout:
        """Give everybody who is due the next try, without asking a server that is down."""
        now = self.clock.now()
        with self.database.begin() as tx:
            rulebook = self.desk.rules.current(tx)
            put_off = 0
            for person in outbox.due_recipients(tx, at=now):
                for one in departures.lock_due(tx, person, at=now):
                    urgent = one.notice.is_urgent
                    again = retry_at(one.tries + 1, now, rulebook, to=person, is_urgent=urgent)
                    first = one.notice.detail.get("first_failed_at", now.isoformat())
                    detail = {**one.notice.detail, "first_failed_at": first}
                    outbox.set_notices(
                        tx,
                        [one.id],
                        {"status": "retry", "tries": one.tries + 1, "leave_at": again,
                         "detail": detail, "reason": departures.SERVER_IS_DOWN},
                    )  # fmt: skip
                    put_off += 1
            if put_off:
                event = audit.Event(
                    subject="gate:mail", action="mail.put_off", actor="system",
                    cause="the mail server is down", after={"notices": put_off},
                )  # fmt: skip
                audit.append(tx, event, at=now)
        return Turnout(postponed_notices=put_off)

    def _resend_doubtful(self) -> Turnout:
        now = self.clock.now()
        with self.database.read() as tx:
            due = outbox.doubtful(tx, at=now, leases=self.desk.lease_now(tx))
        done = Turnout()
        for message_id in due:
            if self.is_stopping() or self._is_gated() or not self._pace.allow(1, at=now):
                break
            with self.database.begin() as tx:
                lot = claim_doubtful(tx, message_id, self.desk, at=now)
            if lot is not None:
                sent, is_down = self._carry(lot, _Content(relay=self, lot=lot))
                done += sent
                if is_down:
                    break
        return done


@dataclass(slots=True, kw_only=True)
class _Content:
    """The second transaction: called by the courier right before it hands the message over."""

    relay: Relay
    lot: Lot
    handed_over: bool = False
    is_lost: bool = False
    is_released: bool = False
    superseded: int = 0

    def __call__(self) -> bytes | None:
        """Return the bytes to hand over, None if nothing is left to say or it is no longer ours."""
        with self.relay.database.begin() as tx:
            content = self._resent(tx) if self.lot.is_resend else self._worded(tx)
        self.handed_over = content is not None
        return content

    def _resent(self, tx: Transaction) -> bytes | None:
        # The next try is taken away before the bytes are: whatever happens now, there is no third.
        values = {"next_try_at": None, "lease_until": self._until(tx)}
        if not outbox.hold(tx, self.lot.message_id, self.lot.token, values=values):
            self.is_lost = True
            return None
        return outbox.content(tx, self.lot.message_id)

    def _worded(self, tx: Transaction) -> bytes | None:
        desk, at = self.relay.desk, self.relay.clock.now()
        held_until = {"lease_until": self._until(tx)}
        if not outbox.hold(tx, self.lot.message_id, self.lot.token, values=held_until):
            self.is_lost = True
            return None
        if self.relay.is_doubted() or gates.holding(tx, at=at) is not None:
            release(tx, self.lot.message_id, at=at, action="message.released")
            self.is_released = True
            return None
        rulebook = desk.rules.current(tx)
        found = sort(departures.held_by(tx, self.lot.message_id), rulebook, at=at)
        self.superseded = supersede(tx, found.stale, rulebook, at=at)
        drop(tx, found, rulebook, at=at)
        return self._render(tx, found.fresh, rulebook, at=at) if found.fresh else None

    def _render(
        self, tx: Transaction, held: Sequence[Waiting], rulebook: Rulebook, *, at: datetime
    ) -> bytes | None:
        sound = _Wording(tx=tx, relay=self.relay, lot=self.lot, rulebook=rulebook, at=at)
        rendered, kept = sound.render(held)
        if rendered is None:
            return None
        values = {"status": "sending", "subject": rendered.subject, "content": rendered.content}
        outbox.set_message(tx, self.lot.message_id, values)
        outbox.set_notices(tx, (one.id for one in kept), {"status": "sending"})
        return rendered.content

    def _until(self, tx: Transaction) -> datetime:
        return self.relay.desk.lease_now(tx) + self.relay.desk.lease


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wording:
    """Renders one message; a notice that cannot be worded is taken out and shown."""

    tx: Transaction
    relay: Relay
    lot: Lot
    rulebook: Rulebook
    at: datetime

    def render(self, held: Sequence[Waiting]) -> tuple[Rendered | None, Sequence[Waiting]]:
        """Return the message and the notices that are in it."""
        try:
            return self._rendered(held), held
        except Exception:  # noqa: BLE001  # whatever a template does
            # One poisoned title must not silence the other tasks of the same person.
            _log.exception("relay.render_failed", reference=self.lot.envelope.reference)
        sound = [one for one in held if self._is_sound(one)]
        return (self._rendered(sound), sound) if sound else (None, ())

    def _is_sound(self, one: Waiting) -> bool:
        try:
            self._rendered([one])
        except Exception as problem:  # noqa: BLE001  # the same
            failure = Delivery(outcome="permanent", phase="render", reply=repr(problem))
            give_up(self.tx, [one], self.rulebook, failure, at=self.at)
            return False
        return True

    def _rendered(self, held: Sequence[Waiting]) -> Rendered:
        items = letters.items(self.tx, held, self.rulebook, at=self.at)
        return self.relay.desk.renderer.render(self._letter(items))

    def _letter(self, items: tuple[LetterItem, ...]) -> Letter:
        organisation, envelope = self.rulebook.organisation, self.lot.envelope
        person = organisation.person_by_code[envelope.recipient]
        monitor = organisation.monitor
        return Letter(
            reference=envelope.reference,
            recipient=person.name,
            recipient_code=person.code,
            address=envelope.address,
            sent_at=self.at,
            items=items,
            monitor=monitor.name if monitor else "",
            is_of_monitor=monitor is not None
            and person.id
            in organisation.members(monitor.id, self.rulebook.calendar.local_date(self.at)),
            unloaded_years=years.unloaded(years.named(items), self.rulebook.calendar),
        )
