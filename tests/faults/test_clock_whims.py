"""G15 at random: a clock that is set to and fro for days, and put right in the end."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from engine.audit.verify import verify
from scheduler.watch import HOLD, LARGE
from tests.support.machine import Machine
from tests.support.office import local

#: How wrong somebody sets a clock.
WHIMS = (
    timedelta(minutes=2), timedelta(minutes=30), timedelta(hours=5), timedelta(days=2),
    timedelta(days=30), timedelta(days=900),
)  # fmt: skip
PAUSES = (timedelta(minutes=1), timedelta(minutes=11), timedelta(hours=3), timedelta(hours=17))
#: The working days after the whims, while the ladder climbs to its top.
CALM = tuple(f"2014-06-{day:02}" for day in (19, 20, 23, 24, 25, 26, 27, 30))
#: What an office is told of a task that nobody does.
WHOLE_LADDER = {"remind-0", "escalate-1", "escalate-2", "escalate-3"}


class Whimsy:
    """Somebody who cannot leave the clock of a machine alone."""

    def __init__(self, machine: Machine, *, seed: int) -> None:
        self.machine = machine
        self.chance = random.Random(seed)
        self.error = timedelta(0)
        self.doubted_until = 0.0

    def act(self) -> None:
        """Let time pass, set the clock, or start the process anew; then have it do its work."""
        match self.chance.choice(("pass", "pass", "pass", "set", "right", "restart")):
            case "pass":
                self.machine.passes(self.chance.choice(PAUSES))
            case "set":
                sign = self.chance.choice((1, -1))
                self.to(sign * self.chance.choice(WHIMS))
            case "right":
                self.to(timedelta(0))
            case "restart":
                self.machine.start()
        self.work()

    def to(self, error: timedelta) -> None:
        """Set the clock so much from the true time."""
        step, self.error = error - self.error, error
        self.machine.wall.advance(step)
        if abs(step) > LARGE:
            self.doubted_until = self.machine.passed + HOLD.total_seconds()

    def work(self) -> None:
        """Have the machine do what a wake-up does; a doubted clock lets nothing out."""
        swept, sent = self.machine.turn()
        if self.machine.passed < self.doubted_until:
            assert swept.is_held
            assert sent.accepted == 0


def play(machine: Machine, seed: int) -> Counter[tuple[str, int]]:
    """Live through two weeks of whims and two of calm; return how often each rung was told."""
    somebody = Whimsy(machine, seed=seed)
    while machine.wall.now() - somebody.error < local("2014-06-16T18:00"):
        somebody.act()
    somebody.to(timedelta(0))
    somebody.work()
    machine.sleep("2014-06-18T18:00")
    machine.mornings(*CALM)
    rungs = [row for row in machine.world.ledger() if row.is_planned]
    assert {row.status for row in rungs} <= {"accepted", "superseded"}
    assert max(Counter(one["Message-ID"] for one in machine.courier.messages()).values()) == 1
    assert machine.wall.now() < machine.world.row().next_at < local("2014-07-16T00:00")
    assert not machine.is_held()
    assert verify(machine.world.database).findings == ()
    return Counter((row.rung, row.occurrence) for row in rungs if row.status == "accepted")


@pytest.mark.parametrize("seed", [1, 2])
def test_g6_g15_a_clock_set_at_random_repeats_nothing_and_loses_nothing(
    machine: Machine, seed: int
) -> None:
    told = play(machine, seed)

    assert set(told.values()) == {1}
    assert {rung for rung, _ in told} >= WHOLE_LADDER


@pytest.mark.fault
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", range(4, 24))
def test_g6_g15_twenty_more_clocks_set_at_random(machine: Machine, seed: int) -> None:
    told = play(machine, seed)

    assert set(told.values()) == {1}
    assert {rung for rung, _ in told} >= WHOLE_LADDER
