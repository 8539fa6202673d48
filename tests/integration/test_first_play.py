"""The example of the rules, played by hand: S1, S2 and the first climb."""

from datetime import date

import pytest

from engine.clock import PinnedClock
from engine.errors import TransitionRefused
from engine.store.session import Database
from scheduler.sweep import Sweep
from tests.support.office import World, local


@pytest.fixture
def world(database: Database) -> World:
    return World(database, PinnedClock(local("2014-01-15T08:00"))).open()


def _sweep_days(world: World, first: str, last: str) -> dict[str, str]:
    sweep = Sweep(world.database, world.clock, world.rules)
    calendar_days = range(
        date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
    )
    for ordinal in calendar_days:
        world.now(f"{date.fromordinal(ordinal).isoformat()}T07:30")
        sweep.turn()
    told = [row for row in world.ledger() if row.is_planned]
    return {row.rung: row.leave_at.date().isoformat() for row in told}


def test_s1_s2_rungs_count_swapped_saturdays_as_working_days(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.now("2014-01-20T09:00")
    world.do("cv", "start")

    told = _sweep_days(world, "2014-01-20", "2014-02-11")

    assert told == {"remind-3": "2014-01-25", "remind-0": "2014-02-07", "escalate-1": "2014-02-10"}


def test_a_transition_moves_state_version_and_record_together(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})

    world.do("cv", "start")
    world.do("cv", "report")

    assert (world.row().state, world.row().version) == ("reported", 3)
    with pytest.raises(TransitionRefused):
        world.do("cv", "start")
