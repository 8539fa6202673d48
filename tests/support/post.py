"""A relay for a test office, with a courier in memory or a real server on loopback."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from dondoc.mail.compose import Sender
from dondoc.mail.render import MailRenderer
from dondoc.mail.smtp import Server, SmtpCourier
from engine.store import record
from scheduler.relay import Courier, Delivery, Desk, Envelope, Relay, Renderer
from scheduler.sweep import Sweep
from tests.support.office import ZONE, World
from tests.support.smtp_lab import SmtpLab

SENDER = Sender(name="Theo dõi nhiệm vụ", address="dondoc@office.test", reply_to="vp@office.test")
ACCEPTED = Delivery(outcome="accepted", phase="dot", code=250, reply="kept")
BUSY = Delivery(outcome="temporary", phase="rcpt", code=450, reply="4.2.1 busy")
UNKNOWN = Delivery(outcome="permanent", phase="rcpt", code=550, reply="5.1.1 no such user")
DOUBT = Delivery(outcome="in_doubt", phase="dot", reply="the line dropped")
DOWN = Delivery(outcome="temporary", phase="connect", reply="connection refused")


@dataclass(slots=True)
class FakeCourier:
    """Remembers what it was given and answers what it was told to, else accepts.

    `before` runs between the claim and the hand-over; `after` right after the hand-over.
    """

    answers: dict[str, list[Delivery]] = field(default_factory=dict)
    taken: list[tuple[Envelope, bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None

    def deliver(self, envelope: Envelope, content: Callable[[], bytes | None]) -> Delivery:
        self.asked.append(envelope.recipient)
        answer = self._answer(envelope.recipient)
        if answer.phase in ("connect", "rcpt"):
            return answer
        self.before()
        held = content()
        if held is None:
            return Delivery(outcome="withdrawn", phase="data")
        if answer.outcome in ("accepted", "in_doubt"):
            self.taken.append((envelope, held))
        self.after()
        return answer

    def close(self) -> None:
        """Nothing is open."""

    def messages(self, recipient: str | None = None) -> list[EmailMessage]:
        """Return what was taken, for one person or all, parsed."""
        return [
            message_from_bytes(held, policy=policy.SMTP)
            for envelope, held in self.taken
            if recipient in (None, envelope.recipient)
        ]

    def subjects(self, recipient: str | None = None) -> list[str]:
        """Return the subjects of what was taken."""
        return [str(one["Subject"]) for one in self.messages(recipient)]

    def _answer(self, recipient: str) -> Delivery:
        for name in (recipient, "*"):
            if self.answers.get(name):
                return self.answers[name].pop(0)
        return ACCEPTED


def desk(world: World, *, renderer: Renderer | None = None, is_paused: bool = False) -> Desk:
    """Return a desk whose leases run by the clock of the test."""
    return Desk(
        rules=world.rules,
        renderer=renderer or MailRenderer(SENDER, zone=ZONE, office="Sở Ví dụ"),
        sender=SENDER.address,
        lease_now=lambda _tx: world.clock.now(),
        is_paused=is_paused,
    )


def relay(world: World, courier: Courier, **settings: Any) -> Relay:
    """Return a relay of the office."""
    return Relay(world.database, world.clock, courier, desk(world, **settings))


def smtp(lab: SmtpLab, *, timeout: timedelta = timedelta(seconds=5)) -> SmtpCourier:
    """Return a courier to the lab."""
    server = Server(host="127.0.0.1", port=lab.port, security="none", timeout=timeout)
    return SmtpCourier(server)


def sweep(world: World, at: str) -> None:
    """Do one turn of the sweep at a local time."""
    world.now(at)
    Sweep(world.database, world.clock, world.rules).turn()


def statuses(world: World, rung: str) -> dict[str | None, str]:
    """Return the status of every notice of a rung or event, by code of the recipient."""
    code = {identity: name for name, identity in world.ids.items()}
    return {code.get(row.recipient_id): row.status for row in world.ledger() if row.rung == rung}


def messages(world: World) -> Sequence[Any]:
    """Return every stored message, oldest first."""
    return _rows(world, select(record.message).order_by(record.message.c.id))


def attempts(world: World) -> list[tuple[str, str, int | None]]:
    """Return (outcome, phase, code) of every attempt, oldest first."""
    rows = _rows(world, select(record.attempt).order_by(record.attempt.c.id))
    return [(row.outcome, row.phase, row.code) for row in rows]


def alerts(world: World) -> list[str]:
    """Return the codes of every alert, oldest first."""
    rows = _rows(world, select(record.alert).order_by(record.alert.c.id))
    return [row.code for row in rows]


def actions(world: World, *, about: str) -> list[str]:
    """Return the audited actions on subjects of a kind, in order of storing."""
    entry = record.audit_entry
    rows = _rows(
        world, select(entry).where(entry.c.subject.like(f"{about}:%")).order_by(entry.c.id)
    )
    return [row.action for row in rows]


def assigned(world: World, courier: FakeCourier, *codes: str, **facts: object) -> None:
    """Make a plan of tasks due on 2014-02-07 and let its assignment mail leave."""
    world.plan(*({"code": code, "due": "2014-02-07", **facts} for code in codes))
    world.now("2014-01-15T08:10")
    relay(world, courier).turn()
    courier.taken.clear()
    courier.asked.clear()


def report(world: World) -> None:
    world.do("cv", "report")


def escalated(world: World, courier: FakeCourier) -> None:
    """Let the reminders of tasks leave, and sweep the slot of their first escalation."""
    for day in ("2014-01-25", "2014-02-07"):
        sweep(world, f"{day}T07:30")
        relay(world, courier).turn()
    courier.taken.clear()
    courier.asked.clear()
    sweep(world, "2014-02-10T07:30")


def _rows(world: World, wanted: Any) -> Sequence[Any]:
    with world.database.read() as tx:
        return tx.execute(wanted).all()
