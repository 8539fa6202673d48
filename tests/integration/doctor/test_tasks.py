"""G14: a task that nobody is told about cannot stay unseen."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, text, update

from engine.commands import timers
from engine.store import rulebooks
from engine.store.record import notice, task
from engine.store.session import Database
from scheduler import sweep as sweeps
from tests.support.checkup import codes, examined, live, one, turn
from tests.support.office import World, local
from tests.support.post import DOWN, FakeCourier


def _set_task(world: World, code: str = "T1", **values: Any) -> None:
    with world.database.begin() as tx:
        tx.execute(update(task).where(task.c.code == code).values(**values))


def _forget(world: World, rung: str) -> None:
    with world.database.begin() as tx:
        tx.execute(delete(notice).where(notice.c.rung == rung))


@pytest.fixture
def overdue(world: World) -> World:
    """T1 is overdue: its head was told on Monday, its leader will be on Thursday."""
    live(world, "2014-02-07T07:30", "2014-02-10T07:30", "2014-02-11T07:30")
    return world


def test_g14_an_overdue_task_without_its_rung_in_the_ledger_is_listed(overdue: World) -> None:
    _forget(overdue, "escalate-1")

    found = one(overdue, "rung_untold")

    assert found.severity == "error"
    assert found.subject == "KH-2014/T1"
    assert "escalate-1" in found.message
    assert found.cure.endswith("dondoc doctor --wake")


def test_g14_a_rung_that_will_leave_in_the_next_slot_is_only_worth_knowing(overdue: World) -> None:
    _forget(overdue, "escalate-1")
    _set_task(overdue, next_at=local("2014-02-12T07:30"))

    found = one(overdue, "rung_waiting")

    assert found.severity == "info"
    assert "07:30 ngày 12/02/2014" in found.message
    assert examined(overdue).is_healthy


def test_g14_a_task_without_a_timer_is_listed_while_its_ladder_goes_on(overdue: World) -> None:
    _set_task(overdue, next_at=None)

    found = one(overdue, "timer_wrong")

    assert found.subject == "KH-2014/T1"
    assert codes(overdue) == ["timer_wrong"]


def test_g14_a_timer_that_comes_after_its_rung_is_listed_before_the_rung_is_missed(
    overdue: World,
) -> None:
    _set_task(overdue, next_at=local("2014-03-31T07:30"))

    assert one(overdue, "timer_wrong").subject == "KH-2014/T1"


def test_g14_a_timer_of_a_task_not_due_for_long_is_listed_when_it_is_missing(world: World) -> None:
    _set_task(world, "T2", next_at=None)

    assert one(world, "timer_wrong").subject == "KH-2014/T2"


def test_g14_timers_that_nobody_saw_to_are_counted_and_the_first_ones_named(world: World) -> None:
    world.now("2014-02-07T07:36")

    found = one(world, "timer_past")

    assert found.severity == "error"
    assert found.subject == "KH-2014/T1"
    assert found.since == local("2014-02-07T07:30")


def test_what_is_woken_is_told_in_the_next_slot_and_nobody_twice(overdue: World) -> None:
    _forget(overdue, "escalate-1")
    _set_task(overdue, "T2", next_at=None)

    with overdue.database.begin() as tx:
        woken = timers.wake(tx, actor="operator:it", rules=overdue.rules, at=overdue.clock.now())
    live(overdue, "2014-02-12T07:30")

    assert woken == 2
    assert [row for row in overdue.told("T1") if row[1] == "escalate-1"] == [
        ("2014-02-12", "escalate-1", "tp")
    ]
    assert [rung for _, rung, _ in overdue.told("T1")].count("remind-0") == 1
    assert [row.action for row in overdue.entries("sweep:") if row.actor == "operator:it"] == [
        "tasks.woken"
    ]
    assert codes(overdue) == []


def test_an_alert_says_already_what_is_wrong_with_a_poisoned_task(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = sweeps._judge_one

    def fail(task_: Any, *args: Any, **fields: Any) -> None:
        if task_.code == "T1":
            message = "poison"
            raise ValueError(message)
        judged(task_, *args, **fields)

    with monkeypatch.context() as patch:
        patch.setattr(sweeps, "_judge_one", fail)
        turn(world, at="2014-02-07T07:30")

    found = one(world, "sweep_failed")
    assert found.severity == "error"
    assert found.subject == "KH-2014/T1"
    assert "poison" in found.message
    assert codes(world) == ["sweep_failed"]


def test_the_alert_of_a_poisoned_task_is_cleared_once_it_can_be_judged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sweeps, "_judge_one", _poisoned)
        turn(world, at="2014-02-07T07:30")
    before = codes(world)

    turn(world, at="2014-02-10T07:30")

    assert before == ["sweep_failed"]
    assert codes(world) == []
    assert [one.action for one in world.entries("alert:")] == ["alert.cleared"]


def test_a_task_with_which_the_rules_can_do_nothing_is_listed_before_the_sweep_meets_it(
    world: World,
) -> None:
    _set_task(world, workflow_version=99)

    found = one(world, "task_unjudgeable")

    assert found.subject == "KH-2014/T1"
    assert "99" in found.message


def test_g14_a_task_changed_behind_the_record_is_listed(world: World) -> None:
    _set_task(world, "T2", due_on=date(2014, 12, 31), next_at=local("2014-12-26T07:30"))

    found = one(world, "task_unlike_record")

    assert found.severity == "error"
    assert "KH-2014/T2" in found.subject
    assert found.cure == "dondoc audit verify"


def test_a_damaged_row_of_the_calendar_is_named_and_everybody_is_served(
    world: World, owner: Database
) -> None:
    damaged = "infinity" if owner.dialect == "postgresql" else "2014-13-45"
    with owner.begin() as tx:
        tx.execute(
            text("INSERT INTO calendar_day (day, is_off, name, source, kind) "
                 "VALUES (:day, :off, 'Tết', 'x', 'office')"),
            {"day": damaged, "off": True},
        )  # fmt: skip
        rulebooks.bump(tx)

    live(world, "2014-02-07T07:30")

    assert ("2014-02-07", "remind-0", "cv") in world.told("T1")
    assert one(world, "calendar_row_unreadable").subject == damaged
    assert codes(world) == ["calendar_row_unreadable"]


def test_rules_that_cannot_be_read_are_named(world: World, owner: Database) -> None:
    with owner.begin() as tx:
        tx.execute(text('UPDATE policy_ladder SET rungs = \'[{"rung": "x"}]\''))
        rulebooks.bump(tx)

    assert codes(world) == ["rules_unreadable"]


def _poisoned(*_args: Any, **_fields: Any) -> None:
    message = "poison"
    raise ValueError(message)


def test_a_task_whose_last_rung_is_still_on_its_way_needs_no_timer(world: World) -> None:
    world.ladder([{"rung": "escalate-1", "at": "+1wd", "to": ["unit_head"]}])
    courier = FakeCourier(answers={"tp": [DOWN]})

    live(world, "2014-02-07T07:30", "2014-02-08T07:30", "2014-02-08T07:34", courier=courier)

    assert world.row().next_at is None
    assert codes(world) == []


def test_a_task_with_rungs_above_the_one_on_its_way_does_need_one(world: World) -> None:
    courier = FakeCourier(answers={"tp": [DOWN]})
    live(world, "2014-02-07T07:30", "2014-02-10T07:30", courier=courier)
    _set_task(world, next_at=None)

    assert one(world, "timer_wrong").subject == "KH-2014/T1"
