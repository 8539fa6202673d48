"""When the sweep writes: in slots and never between them, after any outage, and once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.clock import PinnedClock
from engine.store import heartbeats
from engine.store.record import notice, task
from engine.store.rulebooks import Rules
from engine.store.tables import heartbeat
from scheduler.sweep import Sweep
from tests.support.calendars import day
from tests.support.office import World, local


def sent(world: World) -> list[tuple[str, str, str]]:
    """Return (rung, status, what replaced it) of every rung in the ledger."""
    rows = [row for row in world.ledger() if row.is_planned]
    return sorted((row.rung, row.status, row.superseded_by or "") for row in rows)


@pytest.fixture
def due(world: World) -> World:
    """T1, due on Friday 2014-02-07, started; its first reminder falls due on 2014-01-25."""
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.do("cv", "start")
    return world


@pytest.mark.parametrize("second", ["00", "59"])
def test_g5_what_falls_due_while_the_system_is_up_is_in_the_ledger_in_its_slot(
    due: World, second: str
) -> None:
    due.now(f"2014-01-25T07:30:{second}")

    swept = due.sweep()

    assert (swept.slot, swept.judged, swept.told) == (local("2014-01-25T07:30"), 1, 1)
    row = next(row for row in due.ledger() if row.is_planned)
    assert (row.rung, row.status, row.leave_at) == (
        "remind-3", "pending", local("2014-01-25T07:30"),
    )  # fmt: skip
    assert row.created_at - row.leave_at < timedelta(minutes=2)


def test_rule_5_between_slots_nothing_is_told_and_everything_waits_for_the_next(
    due: World,
) -> None:
    due.now("2014-01-25T10:00")

    swept = due.sweep()

    assert (swept.slot, swept.told, swept.postponed) == (None, 0, 1)
    assert due.told() == []
    assert due.row().next_at == local("2014-01-27T07:30")


def test_g5_after_an_outage_the_first_slot_after_the_start_tells_what_was_missed(
    due: World,
) -> None:
    due.slots("2014-01-15", "2014-01-24")
    due.now("2014-01-26T15:00")
    due.sweep()

    due.slots("2014-01-27", "2014-01-27")

    assert due.told() == [("2014-01-27", "remind-3", "cv")]


def test_rule5_whoever_starts_after_the_minute_of_a_slot_waits_for_the_next(due: World) -> None:
    due.now("2014-01-25T07:31")

    due.sweep()

    assert due.told() == []
    assert due.row().next_at == local("2014-01-27T07:30")


def test_rule5_a_slot_that_somebody_began_to_serve_is_finished_after_its_minute(
    due: World,
) -> None:
    with due.database.begin() as tx:
        heartbeats.beat(tx, "backlog", at=local("2014-01-25T07:30:58"), node="died at work")
    due.now("2014-01-25T07:31:04")

    due.sweep()

    assert due.told() == [("2014-01-25", "remind-3", "cv")]


def test_rule5_whoever_was_awake_in_time_still_serves_the_slot_a_minute_late(due: World) -> None:
    sweep = Sweep(due.database, due.clock, due.rules)
    due.now("2014-01-25T07:29")
    sweep.turn()
    due.now("2014-01-25T07:31:10")

    sweep.turn()

    assert due.told() == [("2014-01-25", "remind-3", "cv")]


def test_s9_down_over_two_reminders_only_the_newest_is_told_and_the_other_is_named(
    due: World,
) -> None:
    due.slots("2014-01-15", "2014-01-24")

    due.slots("2014-02-07", "2014-02-07")

    assert due.told() == [("2014-02-07", "remind-0", "cv")]
    assert ("remind-3", "superseded", "remind-0") in sent(due)
    replaced = next(row for row in due.ledger() if row.status == "superseded")
    assert replaced.reason.startswith("outage 2014-01-24")


def test_s9_an_outage_that_ended_between_slots_is_still_named(due: World) -> None:
    due.slots("2014-01-15", "2014-01-24")
    due.now("2014-02-07T07:20")
    sweep = Sweep(due.database, due.clock, due.rules)
    sweep.turn()
    due.now("2014-02-07T07:30")

    sweep.turn()

    replaced = next(row for row in due.ledger() if row.status == "superseded")
    assert replaced.reason.startswith("outage 2014-01-24")


def test_s10_after_ten_days_two_hundred_late_tasks_climb_one_rung_a_day(world: World) -> None:
    world.plan(*({"code": f"T{number}", "due": "2014-02-07"} for number in range(200)))
    world.slots("2014-01-25", "2014-02-07")

    world.slots("2014-02-21", "2014-02-25")

    late = [one for one in world.told() if one[0] > "2014-02-07"]
    assert {(on, rung, who): late.count((on, rung, who)) for on, rung, who in late} == {
        ("2014-02-21", "escalate-1", "tp"): 200,
        ("2014-02-24", "escalate-2", "pgd"): 200,
        ("2014-02-25", "escalate-3", "gd"): 200,
    }


def test_s12_a_second_turn_of_the_same_slot_tells_nobody_again(due: World) -> None:
    due.now("2014-01-25T07:30")
    due.sweep()
    due.now("2014-01-25T07:31")

    again = due.sweep()

    assert (again.judged, again.told) == (0, 0)
    assert len(due.told()) == 1


def test_s12_a_timer_put_back_by_hand_tells_nobody_again(due: World) -> None:
    due.now("2014-01-25T07:30")
    due.sweep()
    with due.database.begin() as tx:
        tx.execute(task.update().values(next_at=due.clock.now()))

    again = due.sweep()

    assert (again.judged, again.told) == (1, 0)
    assert due.row().next_at == local("2014-02-07T07:30")


@pytest.mark.parametrize(("at", "owed"), [("2014-03-03T06:00", True), ("2014-03-03T07:31", False)])
def test_s12_reminders_of_a_new_date_are_owed_up_to_their_slot_and_not_after_it(
    due: World, at: str, owed: bool
) -> None:
    due.now(at)
    due.do("cvp", "set_due", note="lùi", due=day("2014-03-06"))

    due.slots("2014-03-03", "2014-03-05")

    told = [one for one in due.told() if one[1] == "remind-3"]
    assert told == ([("2014-03-03", "remind-3", "cv")] if owed else [])


def test_the_backlog_of_a_slot_is_not_put_off_by_a_turn_that_starts_after_it(due: World) -> None:
    started = local("2014-01-25T07:30:30")
    with due.database.begin() as tx:
        heartbeats.beat(tx, "backlog", at=started, node="another sweep, still at work")

    due.now("2014-01-25T07:32:10")
    beside = due.sweep()
    due.now("2014-01-25T07:46:00")
    after = due.sweep()

    assert (beside.postponed, beside.judged) == (0, 0)
    assert after.postponed == 1


def test_the_heartbeat_says_when_a_turn_was_last_finished(due: World) -> None:
    due.now("2014-01-26T09:00")

    due.sweep()

    with due.database.read() as tx:
        beat = tx.execute(select(heartbeat).where(heartbeat.c.name == "sweep")).one()
    assert (beat.completed_at, beat.node) == (local("2014-01-26T09:00"), "test")


def test_g6_any_number_of_sweeps_at_once_leave_one_row_for_each_key(world: World) -> None:
    tasks = 60
    world.plan(*({"code": f"T{number}", "due": "2014-02-07"} for number in range(tasks)))
    world.now("2014-02-14T07:30")
    together = threading.Barrier(3, timeout=60)
    told: list[int] = []

    def turn() -> None:
        sweep = Sweep(world.database, PinnedClock(world.clock.now()), Rules(world.rules.office))
        together.wait()
        told.append(sweep.turn().told)

    threads = [threading.Thread(target=turn) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    rows = [row for row in world.ledger() if row.is_planned]
    keys = {(row.task_id, row.arming, row.rung, row.occurrence, row.recipient_id) for row in rows}
    assert len(told) == 3
    assert sum(told) == 2 * tasks
    assert len(rows) == len(keys) == 3 * tasks
    assert sorted({(row.rung, row.status) for row in rows}) == [
        ("escalate-1", "pending"),
        ("remind-0", "pending"),
        ("remind-3", "superseded"),
    ]


def test_g6_the_database_itself_refuses_a_second_row_of_one_key(due: World) -> None:
    due.now("2014-01-25T07:30")
    due.sweep()
    with due.database.read() as tx:
        row = tx.execute(select(notice).where(notice.c.is_planned.is_(True))).one()._mapping

    with pytest.raises(Exception, match=r"(?i)unique"), due.database.begin() as tx:
        tx.execute(notice.insert().values({**row, "id": due.ids["T1"]}))

    assert len(due.told()) == 1


def test_g15_a_clock_stepped_forth_and_back_repeats_nothing_and_loses_nothing(
    due: World,
) -> None:
    steps = ["2014-01-25T07:30", "2014-02-07T07:30", "2014-01-27T07:30", "2014-02-06T07:30",
             "2014-02-07T07:30", "2014-02-07T07:31", "2014-01-20T07:30"]  # fmt: skip
    for step in steps:
        due.now(step)
        due.sweep()
        due.deliver()

    due.slots("2014-01-20", "2014-02-25")

    assert due.told() == [
        ("2014-01-25", "remind-3", "cv"),
        ("2014-02-07", "remind-0", "cv"),
        ("2014-02-10", "escalate-1", "tp"),
        ("2014-02-13", "escalate-2", "pgd"),
        ("2014-02-17", "escalate-3", "gd"),
        ("2014-02-24", "escalate-3", "gd"),
    ]


def test_g15_an_escalation_told_too_early_by_a_wrong_clock_is_not_told_again(due: World) -> None:
    due.slots("2014-01-25", "2014-01-25")
    due.slots("2014-02-10", "2014-02-10")

    due.slots("2014-01-27", "2014-02-14")

    rungs = [rung for _, rung, _ in due.told()]
    assert rungs.count("escalate-1") == 1
    assert rungs.count("escalate-2") == 1
    assert len(rungs) == len(set(rungs))


@pytest.mark.fault
def test_fault_11_two_hundred_tasks_down_three_days_are_reminded_once_and_then_climb(
    world: World,
) -> None:
    world.ladder(
        [
            {"rung": "remind-2", "at": "-2wd", "to": ["assignee"]},
            {"rung": "remind-1", "at": "-1wd", "to": ["assignee"]},
            {"rung": "head", "at": "+1wd", "to": ["unit_head"]},
            {"rung": "director", "at": "+2wd", "to": ["director"]},
        ]
    )
    world.plan(*({"code": f"T{number}", "due": "2014-03-05"} for number in range(200)))
    world.slots("2014-02-27", "2014-02-28")

    world.slots("2014-03-07", "2014-03-11")

    by_day = {on: [(rung, who) for day, rung, who in world.told() if day == on]
              for on in ("2014-03-07", "2014-03-10", "2014-03-11")}  # fmt: skip
    assert sorted(set(by_day["2014-03-07"])) == [("head", "tp"), ("remind-1", "cv")]
    assert len(by_day["2014-03-07"]) == 400
    assert set(by_day["2014-03-10"]) == {("director", "gd")}
    assert by_day["2014-03-11"] == []
    recorded = {(row.task_id, row.rung) for row in world.ledger() if row.is_planned}
    assert len(recorded) == 4 * 200


@pytest.mark.fault
def test_fault_20_five_thousand_tasks_due_in_one_minute_are_all_in_the_ledger_after_one_turn(
    world: World,
) -> None:
    world.plan(*({"code": f"T{number}", "due": "2014-03-05"} for number in range(5_000)))
    world.now("2014-02-28T07:30")

    swept = world.sweep()

    assert (swept.judged, swept.told, swept.failed) == (5_000, 5_000, ())
    assert len(world.told()) == 5_000
    with world.database.read() as tx:
        behind = tx.execute(select(task.c.code).where(task.c.next_at <= world.clock.now())).all()
    assert behind == []
