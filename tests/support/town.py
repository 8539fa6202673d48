"""A whole office lived through on a virtual clock: people, service, mail server, what came of it.

What happens is written down before it happens, as a `Course`; the service is the real sweep and
the real relay. Only the courier is ours, and notes what it was handed, down to the ledger's key.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import event, select, update

from engine.calendar import WorkingCalendar
from engine.clock import PinnedClock
from engine.errors import Conflict, Refused
from engine.holds import Hold
from engine.ids import new_id
from engine.office import Office
from engine.pauses import pauses_from
from engine.store import rulebooks, tables
from engine.store.record import message, notice, task
from engine.store.rulebooks import Rules
from engine.store.session import Database
from scheduler.courier import Envelope
from scheduler.relay import Desk, Relay
from scheduler.sweep import Sweep
from scheduler.wake import next_wake
from tests.support import calendar_deeds, waiting
from tests.support.line import Died, Handed, Post, Wording
from tests.support.office import World, local

#: Monday; Tết of 2014 begins in the second week.
START = local("2014-01-20T08:00")
PLAN = "KH-2014"
TICK = timedelta(minutes=1)
#: A died relay is only found out when its lease has run out.
_LEASE_IS_OVER = timedelta(minutes=4)
_MOST_TURNS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that happens at an instant; `how` are the fields of what is done."""

    at: datetime
    do: str
    how: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """An office and everything that happens in it.

    Attributes:
        office: Hours, slot, weekend.
        off: Days off beside those of the year 2014.
        worked: Days worked whatever else is said of them.
        ladders: Rungs by ladder.
        leaders: Who is in charge of a unit, None for nobody.
        gone: Who lost every position.
        silent: Who has no address.
        held: More positions: person, unit, kind, and the days from and to which they are held.
        absences: Person, substitute, first and last day.
        calendars: Units that work at other times: what an edit of their calendar says.
        tasks: Items of the plan, as `World.plan` takes them.
        deeds: In order of time.
    """

    office: Office
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    ladders: Mapping[str, Sequence[Mapping[str, Any]]]
    leaders: Mapping[str, str | None] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    held: tuple[tuple[str, str, str, date | None, date | None], ...] = ()
    absences: tuple[tuple[str, str, date, date], ...] = ()
    calendars: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tasks: tuple[Mapping[str, Any], ...]
    deeds: tuple[Deed, ...] = ()


@dataclass(slots=True)
class Service:
    """A sweep and a relay with a memory of their own."""

    sweep: Sweep
    relay: Relay


class Town:
    """An office in a database, its service and its mail server."""

    def __init__(
        self, database: Database, course: Course, *, ids: Mapping[str, str] | None = None
    ) -> None:
        """Furnish the office as it is before anything happens; the clock stands at START.

        Args:
            database: Where the office is kept.
            course: What it is like, and what happens in it.
            ids: Those of an office that was furnished alike in a copy of this database.
        """
        self.course = course
        self.clock = PinnedClock(START)
        self.world = World(database, self.clock, rules=Rules(course.office))
        self.post = Post(self.inside)
        self.calendar_edits = 0
        self.refused: list[tuple[Deed, str]] = []
        #: What was promised of a task; what was paused, from and through; and after how much mail.
        self.promised: list[tuple[str, Hold, int]] = []
        self.paused: list[tuple[str, date, date, int]] = []
        self.services: list[Service] = []
        self.ticked_at: datetime | None = None
        self._alert_until = START
        if ids is None:
            self._furnish()
        else:
            self.world.ids.update(ids)
        self.up()

    @property
    def database(self) -> Database:
        return self.world.database

    @property
    def calendar(self) -> WorkingCalendar:
        """The calendar in force."""
        with self.database.read() as tx:
            return self.world.rules.current(tx).calendar

    @property
    def handed(self) -> list[Handed]:
        """Everything that was handed over so far."""
        return self.post.handed

    def live(self, until: datetime) -> None:
        """Let time pass through an instant with all deeds before or at it, and its tick."""
        for deed in [one for one in self.course.deeds if self.clock.now() <= one.at <= until]:
            self._pass_to(deed.at)
            self.do(deed)
        self._pass_to(until)
        self.tick()

    def pass_to(self, at: datetime) -> None:
        """Let time pass with its deeds up to an instant, short of what that itself brings."""
        for deed in [one for one in self.course.deeds if self.clock.now() <= one.at <= at]:
            self._pass_to(deed.at)
            self.do(deed)
        self._pass_to(at)

    def go_on(self, until: datetime) -> None:
        """Let time pass through an instant; nobody does anything any more."""
        self.tick()
        self._pass_to(until)
        self.tick()

    def tick(self) -> None:
        """Let every service sweep, then send, until nothing more happens at this instant."""
        for _ in range(_MOST_TURNS):
            before = self._fingerprint()
            for one in list(self.services):
                self._turn(one)
            self.ticked_at = self.clock.now()
            if not self.services or before == self._fingerprint() or not self._is_due():
                return

    def up(self, *, beside: bool = False) -> None:
        """Start the service, or another one beside it."""
        if self.services and not beside:
            return
        rules = Rules(self.course.office)
        desk = Desk(
            rules=rules,
            renderer=Wording(),
            sender="dondoc@office.test",
            lease_now=lambda _tx: self.clock.now(),
        )
        self.services.append(
            Service(
                sweep=Sweep(self.database, self.clock, rules),
                relay=Relay(self.database, self.clock, self.post, desk),
            )
        )

    def down(self) -> None:
        """Stop every service."""
        self.services.clear()
        self.ticked_at = None

    def restart(self) -> None:
        """Forget everything that a process remembers, and start again."""
        self.services.clear()
        self.world.rules = Rules(self.course.office)
        self._alert_until = self.clock.now() + _LEASE_IS_OVER
        self.up()

    def do(self, deed: Deed) -> str | None:
        """Let one thing happen; return the code of the refusal, if it is refused."""
        try:
            self._happen(deed)
        except (Refused, Conflict) as refusal:
            self.refused.append((deed, refusal.code))
            return refusal.code
        return None

    def inside(self, envelope: Envelope) -> list[Handed]:
        """Return what the ledger says is in a message right now."""
        with self.database.read() as tx:
            rows = tx.execute(
                select(
                    notice,
                    task.c.state,
                    task.c.deadline_version.label("present_date"),
                    task.c.due_on,
                    task.c.reported_at,
                    task.c.pauses,
                )
                .join(task, task.c.id == notice.c.task_id)
                .join(message, message.c.id == notice.c.message_id)
                .where(
                    message.c.reference == envelope.reference,
                    notice.c.status.in_(("sending", "in_doubt")),
                )
            ).all()
        return [self._handed(row, envelope) for row in rows]

    def local(self, at: datetime) -> datetime:
        """Return an instant in the office's own time."""
        return at.astimezone(self.course.office.zone)

    def code(self, identity: str) -> str:
        """Return the code of a person, unit or task by id."""
        return next(code for code, held in self.world.ids.items() if held == identity)

    def _handed(self, row: Any, envelope: Envelope) -> Handed:
        calendar = self.calendar
        return Handed(
            at=self.clock.now(),
            reference=envelope.reference,
            recipient=envelope.recipient,
            task=self.code(row.task_id),
            ladder=row.ladder,
            rung=row.rung,
            occurrence=row.occurrence,
            kind=row.kind,
            is_urgent=row.is_urgent,
            key=(row.task_id, row.ladder, row.deadline_version, row.arming, row.rung,
                 row.occurrence, row.recipient_id),
            is_planned=row.is_planned,
            is_resend=row.status == "in_doubt",
            is_instead="instead_of" in row.detail,
            state=row.state,
            is_of_this_date=row.deadline_version == row.present_date,
            due_on=row.due_on,
            reported_at=row.reported_at,
            is_working_day=calendar.is_working_day(self.local(self.clock.now()).date()),
            is_in_slot=calendar.open_slot(self.clock.now()) is not None,
            pauses=pauses_from(row.pauses),
            calendar=calendar,
        )  # fmt: skip

    def _pass_to(self, at: datetime) -> None:
        """Jump from one instant with work to the next, and to the given one without its tick."""
        while (wake := self._next(at)) is not None:
            self._set(wake)
            self.tick()
        self._set(at)

    def _next(self, at: datetime) -> datetime | None:
        if not self.services:
            return None
        now = self.clock.now()
        soonest = now if self.ticked_at is None or self.ticked_at < now else now + TICK
        with self.database.read() as tx:
            wake = next_wake(tx)
        found = [max(wake, soonest)] if wake is not None else []
        if soonest < self._alert_until:
            found.append(soonest)
        due = min(found, default=None)
        return due if due is not None and due < at else None

    def _set(self, at: datetime) -> None:
        """Move the clock, after the tick that a running service would have made just before."""
        before = at - TICK
        if self.services and self.ticked_at is not None and self.ticked_at < before:
            self.clock.set(before)
            for one in list(self.services):
                one.sweep.turn()
            self.ticked_at = before
        self.clock.set(at)

    def _turn(self, one: Service) -> None:
        try:
            one.sweep.turn()
            one.relay.turn()
        except Died:
            self.services.remove(one)
            self._alert_until = self.clock.now() + _LEASE_IS_OVER
            if not self.services:
                self.up()

    def _is_due(self) -> bool:
        with self.database.read() as tx:
            wake = next_wake(tx)
        return wake is not None and wake <= self.clock.now()

    def _fingerprint(self) -> object:
        with self.database.read() as tx:
            waiting = select(notice.c.id, notice.c.status, notice.c.leave_at, notice.c.tries)
            rows = tx.execute(
                waiting.where(notice.c.status.in_(("pending", "retry", "leased", "sending")))
            ).all()
            return sorted(map(tuple, rows)), next_wake(tx), len(self.post.handed)

    def _happen(self, deed: Deed) -> None:
        how, world = dict(deed.how), self.world
        match deed.do:
            case "mail":
                self.post.mode = how["mode"]
            case "answers":
                self.post.answers = list(how["answers"])
            case "calendar" | "unit_calendar":
                calendar_deeds.edit_calendar(self, **how)
            case "silence":
                world.amend(how["person"], email=how["email"])
            case "absence":
                world.delegate(
                    how["person"], how["substitute"], first=how["first"].isoformat(),
                    last=how["last"].isoformat(),
                )  # fmt: skip
            case asked if asked in waiting.DEEDS:
                waiting.DEEDS[asked](self, **how)
            case service if service in self._of_service():
                self._of_service()[service]()
            case trigger:
                world.do(how.pop("by"), trigger, how.pop("task"), **how)

    def _of_service(self) -> Mapping[str, Callable[[], None]]:
        return {
            "stop": self.down,
            "start_service": self.up,
            "second": lambda: self.up(beside=True),
            "restart": lambda: self.restart() if self.services else None,
        }

    def _furnish(self) -> None:
        course, world = self.course, self.world
        world.open(course.ladders)
        world.unit("HC", leader="pgd")
        world.person("th", "HC", "unit_head")
        for day in sorted(course.off | course.worked):
            self._put_day(day, is_off=day not in course.worked)
        for unit, varied in course.calendars.items():
            calendar_deeds.vary(self, unit, **varied)
        world.plan(*course.tasks)
        self.tick_assignments()
        for unit, leader in sorted(course.leaders.items()):
            held = tables.unit.c.code == unit
            leads = {"leader_id": world.ids[leader] if leader else None}
            with self.database.begin() as tx:
                tx.execute(update(tables.unit).where(held).values(leads))
                rulebooks.bump(tx)
        for person in sorted(course.gone):
            world.dismiss(person)
        for code, unit, kind, first, last in course.held:
            world.insert(
                tables.position, id=new_id(), person_id=world.ids[code], unit_id=world.ids[unit],
                kind=kind, from_on=first, to_on=last,
            )  # fmt: skip
        for person in sorted(course.silent):
            world.amend(person, email=None)
        for person, substitute, first, last in course.absences:
            world.delegate(person, substitute, first=first.isoformat(), last=last.isoformat())

    def tick_assignments(self) -> None:
        """Let everybody know of his tasks at once: what people lack comes later."""
        with self.database.begin() as tx:
            tx.execute(update(notice).values(status="accepted", told_at=START, leave_at=START))

    def _put_day(self, day: date, *, is_off: bool) -> None:
        with self.database.begin() as tx:
            tx.execute(tables.calendar_day.delete().where(tables.calendar_day.c.day == day))
        self.world.insert(
            tables.calendar_day, day=day, is_off=is_off, name="x", source="x", kind="office"
        )


def careless(database: Database) -> Database:
    """Have SQLite wait for no disk: durability is proved elsewhere, here it only costs time."""
    if database.dialect == "sqlite":
        event.listen(
            database.engine, "connect", lambda made, _: made.execute("PRAGMA synchronous=OFF")
        )
    return database
