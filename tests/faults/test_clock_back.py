"""G15: a clock that went back leaves nothing waiting for a future that was none."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.audit.verify import verify
from engine.ids import new_id
from engine.store import heartbeats
from engine.store.record import message, task
from scheduler.seal import seal_all
from tests.support.machine import Machine
from tests.support.office import local
from tests.support.post import BUSY, DOUBT


class _Killed(BaseException):
    """Ends a turn as kill -9 would: nothing is written down."""


def test_g9_g15_a_retry_that_was_promised_for_a_future_that_was_none_is_made_in_time(
    machine: Machine,
) -> None:
    machine.mornings("2014-06-05")
    machine.courier.answers["tp"] = [BUSY]
    machine.mornings("2014-06-09")
    machine.set("2014-06-06T08:00")
    machine.turn()

    machine.live("2014-06-06T08:12")

    assert machine.told()[-1] == ("2014-06-06T08:10", "escalate-1")


def test_g8_g15_what_is_in_doubt_is_sent_once_more_in_time_though_the_clock_went_back(
    machine: Machine,
) -> None:
    machine.mornings("2014-06-05")
    machine.courier.answers["tp"] = [DOUBT]
    machine.mornings("2014-06-09")
    machine.set("2014-06-05T15:00")
    machine.turn()

    machine.live("2014-06-05T15:11")
    machine.mornings("2014-06-06")

    assert machine.courier.subjects("tp")[-1] == machine.courier.subjects("tp")[-2]
    assert machine.told()[-1] == ("2014-06-05T15:10", "escalate-1")


def test_g7_g15_a_lease_from_the_future_ends_when_a_lease_taken_now_would(
    machine: Machine,
) -> None:
    machine.sleep("2014-06-05T07:29:30")
    machine.passes(timedelta(seconds=40))
    machine.sweep.turn()
    lease = {"status": "leased", "lease_until": local("2014-06-08T07:30"), "lease_token": new_id()}

    def die() -> None:
        raise _Killed

    machine.courier.before = die
    with pytest.raises(_Killed):
        machine.relay.turn()
    machine.courier.before = lambda: None
    with machine.world.database.begin() as tx:
        tx.execute(update(message).where(message.c.status == "leased").values(lease))
    machine.wall.advance(timedelta(minutes=-5))
    machine.turn()

    machine.live("2014-06-05T07:35")

    assert machine.told() == [("2014-06-05T07:30", "remind-0")]


def test_g14_g15_heartbeats_of_a_future_that_was_none_are_taken_back(machine: Machine) -> None:
    machine.wall.advance(timedelta(days=30))
    machine.turn()
    machine.wall.advance(timedelta(days=-30))
    machine.turn()

    with machine.world.database.read() as tx:
        beats = [one.completed_at for one in heartbeats.beats(tx)]

    assert max(beats) <= machine.wall.now()


def test_g15_a_backlog_that_died_in_the_future_keeps_nothing_from_being_put_off(
    machine: Machine,
) -> None:
    with machine.world.database.begin() as tx:
        heartbeats.beat(tx, heartbeats.BACKLOG, at=local("2014-07-01T07:30"), node="dead")
        tx.execute(update(task).values(next_at=local("2014-06-02T07:30")))

    swept = machine.sweep.turn()

    assert swept.postponed == 1


def test_g16_the_record_holds_over_every_step_and_is_sealed_as_it_grows(machine: Machine) -> None:
    database = machine.world.database
    for days in (3, -4, 40, -39):
        machine.wall.advance(timedelta(days=days))
        machine.turn()
        machine.passes(timedelta(minutes=1))
        seal_all(database, machine.wall)

    verdict = verify(database)

    assert verdict.findings == ()
    assert verdict.entries > len(machine.steps())


def test_rule_8_g15_what_was_told_in_a_far_future_does_not_hold_the_climb_until_then(
    machine: Machine,
) -> None:
    machine.mornings("2014-06-05")
    machine.set("2016-11-09T07:15")
    machine.turn()
    machine.live("2016-11-09T07:31")
    machine.set("2014-06-10T10:00")
    machine.turn()

    machine.live("2014-06-10T10:11")
    machine.mornings("2014-06-11", "2014-06-12", "2014-06-13", "2014-06-16")

    rungs = [rung for _, rung in machine.told()]
    assert rungs == ["remind-0", "escalate-1", "escalate-2", "escalate-3"]
    assert machine.told()[-1] == ("2014-06-16T07:30", "escalate-3")


def test_g15_rungs_written_for_slots_that_have_not_come_are_taken_back(machine: Machine) -> None:
    machine.set("2014-06-09T07:15")
    machine.turn()
    machine.passes(timedelta(minutes=16))
    machine.watch.look()
    machine.sweep.turn()
    written = {(row.rung, row.status) for row in machine.world.ledger() if row.is_planned}
    machine.set("2014-06-04T10:00")
    machine.turn()

    machine.live("2014-06-04T10:11")
    kept = [row for row in machine.world.ledger() if row.is_planned]
    machine.mornings("2014-06-05", "2014-06-09")

    assert ("escalate-1", "pending") in written
    assert kept == []
    assert machine.told() == [
        ("2014-06-05T07:30", "remind-0"), ("2014-06-09T07:30", "escalate-1"),
    ]  # fmt: skip


def test_rule_5_g15_a_process_that_was_started_in_a_future_that_was_none_is_no_newcomer(
    machine: Machine,
) -> None:
    machine.passes(timedelta(days=7))
    machine.start()
    machine.turn()
    machine.set("2014-06-04T10:00")
    machine.turn()

    machine.live("2014-06-04T10:11")
    machine.mornings("2014-06-05")

    assert machine.told() == [("2014-06-05T07:30", "remind-0")]
