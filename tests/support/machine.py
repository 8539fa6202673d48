"""A machine whose clock can be set wrong, and on it the parts of the service of a test office."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from engine.clock import PinnedClock
from engine.store import gates
from engine.store.gates import Gate
from engine.store.rulebooks import Rules
from scheduler.relay import Relay, Turnout
from scheduler.sweep import Sweep, Swept
from scheduler.watch import Signs, Watch, WatchedClock
from tests.support.office import ZONE, World, local
from tests.support.post import FakeCourier, desk


@dataclass(slots=True, kw_only=True)
class Machine:
    """Wakes the watch, the sweep and the relay as `dondoc run` does.

    Attributes:
        world: The office.
        wall: What the clock of this machine shows.
        courier: Takes what leaves.
        node: Names the process.
    """

    world: World
    wall: PinnedClock
    courier: FakeCourier = field(default_factory=FakeCourier)
    node: str = "node-1"
    passed: float = 0.0
    clock: WatchedClock = field(init=False)
    watch: Watch = field(init=False)
    sweep: Sweep = field(init=False)
    relay: Relay = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Start a process in place of the one that was: it remembers nothing."""
        self.clock = WatchedClock(self.wall, passed=lambda: self.passed)
        rules, database = Rules(self.world.rules.office), self.world.database
        self.watch = Watch(
            database=database, clock=self.clock, rules=rules, node=self.node,
            lease_now=lambda _tx: self.wall.now(),
        )  # fmt: skip
        signs = Signs(is_doubted=self.clock.is_doubted)
        self.sweep = Sweep(database, self.clock, rules, node=self.node, signs=signs)
        self.relay = Relay(
            database, self.clock, self.courier, desk(self.world), node=self.node,
            is_doubted=self.clock.is_doubted,
        )  # fmt: skip

    def passes(self, time: timedelta) -> None:
        """Let time pass."""
        self.passed += time.total_seconds()
        self.wall.advance(time)

    def set(self, text: str) -> None:
        """Set the clock to a local time, in no time."""
        self.wall.set(local(text))

    def turn(self) -> tuple[Swept, Turnout]:
        """Do what a wake-up does."""
        self.watch.look()
        return self.sweep.turn(), self.relay.turn()

    def live(self, until: str) -> None:
        """Wake up minute by minute until the clock shows a local time."""
        while self.wall.now() < local(until):
            self.passes(min(timedelta(minutes=1), local(until) - self.wall.now()))
            self.turn()

    def sleep(self, until: str) -> None:
        """Let time pass until the clock shows a local time, with nothing to do meanwhile."""
        self.passes(local(until) - self.wall.now())
        self.turn()

    def mornings(self, *days: str) -> None:
        """Live through the slots of days."""
        for day in days:
            self.sleep(f"{day}T07:29:30")
            self.live(f"{day}T07:31:30")

    @property
    def gate(self) -> Gate | None:
        """The gate of the clock."""
        with self.world.database.read() as tx:
            return gates.found(tx, gates.CLOCK)

    def is_held(self) -> bool:
        """Return whether nothing may leave now."""
        with self.world.database.read() as tx:
            return gates.holding(tx, at=self.wall.now()) is not None

    def told(self) -> list[tuple[str, str]]:
        """Return (local time, rung) of every rung that left, in order."""
        rows = [row for row in self.world.ledger() if row.is_planned and row.status == "accepted"]
        return sorted((f"{row.told_at.astimezone(ZONE):%Y-%m-%dT%H:%M}", row.rung) for row in rows)

    def steps(self) -> list[dict[str, Any]]:
        """Return what the record says about steps of the clock, in order."""
        entries = self.world.entries("clock:")
        return [json.loads(one.body) for one in entries if one.action == "clock.stepped"]
