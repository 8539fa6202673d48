"""Plays a scenario: jumps from instant to instant and lets the real parts do what they would do.

It decides nothing. People's acts go through the commands, the passing of time through the sweep
and the relay, and what came of it is read back from the record and from the recording courier.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from dondoc.mail.compose import Sender
from dondoc.mail.render import MailRenderer
from dondoc.simulate.courier import RecordingCourier, Witness
from dondoc.simulate.deeds import Deeds
from dondoc.simulate.ending import ending
from dondoc.simulate.scenario import Event, Scenario
from dondoc.simulate.stage import fresh_database, set_up
from dondoc.simulate.story import Happened, Refusal, Sent, Story
from engine.clock import PinnedClock
from engine.database import Database, Rules
from engine.errors import Conflict, DondocError, Refused
from engine.ids import counted
from scheduler.figures import Figures
from scheduler.relay import Desk, Relay, Turnout
from scheduler.seal import seal_all
from scheduler.sweep import Sweep
from scheduler.wake import next_wake

#: How often a running service wakes its sweep.
TICK = timedelta(minutes=1)
#: How often new entries of the record are sealed; what is left is sealed at the end.
SEAL_EVERY = timedelta(days=1)
#: Turns at one instant after which something is wrong with the engine and not with the scenario.
_MOST_TURNS = 100
_SENDER = Sender(name="Đôn đốc", address="dondoc@example.test", reply_to="dondoc@example.test")

#: Told each instant that is reached.
Watch = Callable[[datetime], None]
#: Puts an error into words for people.
Explain = Callable[[DondocError], str]


def play(
    scenario: Scenario,
    *,
    database_url: str | None = None,
    watch: Watch = lambda _: None,
    explain: Explain = str,
    keep: Path | None = None,
) -> Story:
    """Play a scenario from its first instant to its last and return what came of it.

    Args:
        scenario: What is played.
        database_url: An empty database to play on; None makes one and throws it away.
        watch: Called with each instant that is reached, for progress.
        explain: Puts a refusal into words.
        keep: Where a copy of the throw-away database is left.

    Raises:
        BadInput: the scenario cannot be set up, or the database is not empty.
    """
    # Two plays of one scenario give the same Message-IDs, whatever database they are played on.
    with counted(), fresh_database(database_url, keep=keep) as database:
        player = _Player(scenario, database, watch, explain)
        try:
            player.play()
            if keep is not None or database_url is not None:
                # Whoever opens the database afterwards finds its trends.
                Figures(database, player.clock, player.rules).turn()
            return player.story()
        finally:
            player.close()


@dataclass(slots=True, kw_only=True)
class _Scheduler:
    """One running service: a sweep and a relay with a memory of their own."""

    database: Database
    sweep: Sweep
    relay: Relay


@dataclass(slots=True)
class _Player:
    scenario: Scenario
    database: Database
    watch: Watch
    explain: Explain
    clock: PinnedClock = field(init=False)
    rules: Rules = field(init=False)
    deeds: Deeds = field(init=False)
    witness: Witness = field(init=False)
    courier: RecordingCourier = field(init=False)
    running: list[_Scheduler] = field(default_factory=list)
    ticked_at: datetime | None = None
    sealed_at: datetime = field(init=False)
    happened: list[Happened] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Wind the clock to the start, and open the mail server."""
        scenario = self.scenario
        self.clock = PinnedClock(scenario.start)
        self.sealed_at = scenario.start
        self.rules = Rules(scenario.office)
        self.deeds = Deeds(scenario, self.database, self.rules)
        office = scenario.units[0].name
        zone = scenario.office.zone
        self.witness = Witness(MailRenderer(_SENDER, zone=zone, office=office))
        self.courier = RecordingCourier(self.witness, self.clock)

    def play(self) -> None:
        """Set the scenario up and go through its time."""
        set_up(self.database, self.scenario, rules=self.rules)
        self.running.append(self._scheduler(self.database))
        events = list(self.scenario.play)
        at: datetime | None = self.scenario.start
        while at is not None and at <= self.scenario.until:
            self._reach(at, events)
            at = self._following(at, events)
        self._advance(self.scenario.until)

    def _reach(self, at: datetime, events: list[Event]) -> None:
        """Do everything that belongs to one instant: its events first, then what time brings."""
        self._advance(at)
        while events and events[0].at <= at:
            self._happen(events.pop(0))
        self._tick()

    def _advance(self, at: datetime) -> None:
        """Set the clock; a running service was awake all the time that is jumped over."""
        before = at - TICK
        if self.running and self.ticked_at is not None and self.ticked_at < before:
            self.clock.set(before)
            self.running[0].sweep.idle()
            self.ticked_at = before
        self.clock.set(at)
        self.watch(at)

    def _following(self, at: datetime, events: Sequence[Event]) -> datetime | None:
        """Return the next instant at which something happens, None when nothing ever will."""
        found = [events[0].at] if events else []
        if self.running:
            with self.database.read() as tx:
                wake = next_wake(tx)
            if wake is not None:
                # What was left behind is looked at again with the next tick.
                found.append(max(wake, at + TICK))
        return min(found, default=None)

    def _tick(self) -> None:
        """Let every scheduler sweep, then send, until nothing more is due at this instant."""
        for _ in range(_MOST_TURNS):
            if not self.running or (self.ticked_at is not None and not self._is_due()):
                break
            for one in self.running:
                one.sweep.turn()
            sent = [one.relay.turn() for one in self.running]
            self.ticked_at = self.clock.now()
            if all(one == Turnout() for one in sent):
                # Whatever waits now waits for somebody else, or for a later minute.
                break
        if self.clock.now() - self.sealed_at >= SEAL_EVERY:
            seal_all(self.database, self.clock)
            self.sealed_at = self.clock.now()

    def _is_due(self) -> bool:
        with self.database.read() as tx:
            wake = next_wake(tx)
        return wake is not None and wake <= self.clock.now()

    def _scheduler(self, database: Database) -> _Scheduler:
        rules = Rules(self.scenario.office)
        handed = Desk(
            rules=rules,
            renderer=self.witness,
            sender=_SENDER.address,
            # One process on a clock of its own: leases are read by that clock too.
            lease_now=lambda _: self.clock.now(),
        )
        return _Scheduler(
            database=database,
            sweep=Sweep(database, self.clock, rules),
            relay=Relay(database=database, clock=self.clock, courier=self.courier, desk=handed),
        )

    def _happen(self, event: Event) -> None:
        try:
            self._machinery().get(event.do, self.deeds.do)(event)
        except (Refused, Conflict) as refusal:
            self.happened.append(Happened(event=event, refusal=self._refusal(event, refusal)))
        else:
            self.happened.append(Happened(event=event))

    def _refusal(self, event: Event, error: Refused | Conflict) -> Refusal:
        return Refusal(
            at=event.at,
            by=event.by,
            do=event.do,
            task=event.task,
            code=error.code,
            # A decision about a plan is refused with many lines; here each refusal is one.
            message=" ".join(self.explain(error).split()),
        )

    def _machinery(self) -> dict[str, Callable[[Event], None]]:
        """Return what befalls the service itself, by event."""
        return {
            "smtp": lambda event: self.courier.behave(event.mode or "ok", refused=event.refused),
            "stop_scheduler": lambda _: self._stop(),
            "start_scheduler": lambda _: self._start(),
            "second_scheduler": lambda _: self._start(beside=True),
        }

    def _stop(self) -> None:
        self.close()
        self.ticked_at = None

    def _start(self, *, beside: bool = False) -> None:
        if not self.running:
            self.running.append(self._scheduler(self.database))
        elif beside:
            # A process of its own has connections of its own.
            self.running.append(self._scheduler(Database(self.database.url)))

    def close(self) -> None:
        """End every scheduler and give back the connections of those that had their own."""
        for one in self.running:
            if one.database is not self.database:
                one.database.dispose()
        self.running.clear()

    def story(self) -> Story:
        """Return what came of it."""
        seal_all(self.database, self.clock, everywhere=True)
        messages: tuple[Sent, ...] = self.courier.messages()
        return ending(
            self.database,
            rules=self.rules,
            at=self.scenario.until,
            happened=tuple(self.happened),
            messages=messages,
        )
