"""Whom the sweep tells: positions of the day, collapsed and failed rungs, reassignment, plans."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine.commands import activation
from engine.store.record import task
from tests.support.office import World


def statuses(world: World) -> list[tuple[str, str, str | None]]:
    """Return (rung, status, below which or by which) of every rung, in order of making."""
    return [(row.rung, row.status, row.superseded_by) for row in world.ledger() if row.is_planned]


@pytest.mark.parametrize("started", [True, False])
def test_s20_a_task_in_progress_is_urged_and_escalated_just_like_one_assigned(
    world: World, started: bool
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    if started:
        world.do("cv", "start")

    world.slots("2014-01-25", "2014-02-13")

    assert world.told() == [
        ("2014-01-25", "remind-3", "cv"),
        ("2014-02-07", "remind-0", "cv"),
        ("2014-02-10", "escalate-1", "tp"),
        ("2014-02-13", "escalate-2", "pgd"),
    ]


def test_s22_the_ladder_counts_from_the_effective_due_date(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-01"})

    world.slots("2014-01-20", "2014-02-13")

    assert [(on, rung) for on, rung, _ in world.told()] == [
        ("2014-01-24", "remind-3"),
        ("2014-02-06", "remind-0"),
        ("2014-02-08", "escalate-1"),
        ("2014-02-12", "escalate-2"),
    ]


def test_s17_after_a_reassignment_the_new_assignee_gets_what_falls_due_later(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.now("2014-01-24T10:00")
    world.do("tp", "reassign", to="cv2")

    world.slots("2014-01-25", "2014-02-07")

    assert world.told() == [("2014-01-25", "remind-3", "cv2"), ("2014-02-07", "remind-0", "cv2")]


def test_s17_what_was_told_to_the_old_assignee_is_not_told_to_the_new_one(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.slots("2014-01-25", "2014-01-25")
    world.now("2014-01-25T10:00")
    world.do("tp", "reassign", to="cv2")

    world.slots("2014-01-27", "2014-02-07")

    assert world.told() == [("2014-01-25", "remind-3", "cv"), ("2014-02-07", "remind-0", "cv2")]


def test_s25_a_head_who_is_the_assignee_is_complained_about_one_level_up_and_nobody_hears_twice(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07", "assignee": "tp"})

    world.slots("2014-02-08", "2014-02-17")

    assert statuses(world)[2:] == [
        ("escalate-1", "accepted", None),
        ("escalate-2", "collapsed", "escalate-1"),
        ("escalate-3", "accepted", None),
    ]
    assert [one for one in world.told() if one[1].startswith("escalate")] == [
        ("2014-02-10", "escalate-1", "pgd"),
        ("2014-02-17", "escalate-3", "gd"),
    ]


def test_rule_11_a_collapsed_rung_is_repeated_from_its_day_and_then_told(world: World) -> None:
    world.ladder(
        [
            {"rung": "head", "at": "+1wd", "to": ["unit_head"]},
            {"rung": "leader", "at": "+2wd", "to": ["leader_in_charge"], "repeat": "2wd"},
        ]
    )
    world.plan({"code": "T1", "due": "2014-03-03", "assignee": "tp"})

    world.slots("2014-03-04", "2014-03-10")

    assert world.told() == [("2014-03-04", "head", "pgd"), ("2014-03-07", "leader", "pgd")]


def test_s26_an_absent_heads_substitute_is_told_on_the_days_of_his_absence_only(
    world: World,
) -> None:
    world.ladder([{"rung": "head", "at": "+1wd", "to": ["unit_head"], "repeat": "1wd"}])
    world.plan({"code": "T1", "due": "2014-03-07"})
    world.delegate("tp", "cv2", first="2014-03-11", last="2014-03-12")

    world.slots("2014-03-10", "2014-03-13")

    assert [(on, who) for on, _, who in world.told()] == [
        ("2014-03-10", "tp"),
        ("2014-03-11", "cv2"),
        ("2014-03-12", "cv2"),
        ("2014-03-13", "tp"),
    ]


def test_somebody_who_heard_a_repetition_below_does_not_hear_the_rung_above_as_news(
    world: World,
) -> None:
    world.ladder(
        [
            {"rung": "head", "at": "+1wd", "to": ["unit_head"], "repeat": "1wd"},
            {"rung": "leader", "at": "+3wd", "to": ["leader_in_charge"]},
        ]
    )
    world.plan({"code": "T1", "due": "2014-03-07"})
    world.delegate("tp", "pgd", first="2014-03-11", last="2014-03-11")

    world.slots("2014-03-10", "2014-03-12")

    assert ("leader", "collapsed", "head") in statuses(world)


def test_coordinating_units_are_reminded_through_their_heads(world: World) -> None:
    world.unit("TT")
    world.person("gdt", "TT", "unit_head")
    world.ladder([{"rung": "remind", "at": "-1wd", "to": ["assignee", "coordinating_units"]}])
    world.plan({"code": "T1", "due": "2014-03-05", "coordinating": ["TT", "VP"]})

    world.slots("2014-03-03", "2014-03-05")

    assert sorted(who for _, _, who in world.told()) == ["cv", "cvp", "gdt"]


def test_a_rung_for_coordinating_units_of_a_task_that_has_none_stays_silent_for_good(
    world: World,
) -> None:
    world.ladder(
        [
            {"rung": "partners", "at": "-2wd", "to": ["coordinating_units"]},
            {"rung": "remind", "at": "-1wd", "to": ["assignee"]},
        ]
    )
    world.plan({"code": "T1", "due": "2014-03-06"})

    world.slots("2014-03-03", "2014-03-06")

    assert statuses(world) == [("remind", "accepted", None)]


def test_g13_where_nobody_can_be_told_the_administrator_sees_it_once_and_the_ladder_goes_on(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    for code in ("cv", "tp", "pgd", "gd", "cvp"):
        world.amend(code, email=None)

    world.slots("2014-02-07", "2014-02-13")

    assert world.told() == []
    assert [(one.code, one.task_id) for one in world.alerts()] == [
        ("no_recipient", world.ids["T1"])
    ] * 3
    assert [one[:2] for one in statuses(world)] == [
        ("remind-3", "superseded"), ("remind-0", "failed"), ("escalate-1", "failed"),
        ("escalate-2", "failed"),
    ]  # fmt: skip


def test_s21_a_standing_duty_is_never_urged(world: World) -> None:
    world.plan({"code": "S1"})
    world.do("cv", "start", "S1")

    world.slots("2014-01-15", "2014-03-31")

    assert [row for row in world.ledger() if row.is_planned] == []


def test_a_closed_plan_urges_nobody_any_more(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.slots("2014-01-25", "2014-01-27")
    with world.database.begin() as tx:
        activation.close(tx, "KH-2014", actor="gd", rules=world.rules, at=world.clock.now())

    world.slots("2014-02-06", "2014-03-31")

    assert world.told() == [("2014-01-25", "remind-3", "cv")]
    assert world.row().next_at is None


@pytest.mark.parametrize(
    "poison",
    [{"workflow_version": 99}, {"workflow": "unheard_of"}, {"due_on": None}],
    ids=lambda poison: next(iter(poison)),
)
def test_fault_21_a_task_that_cannot_be_judged_keeps_nobody_else_from_being_told(
    world: World, poison: dict[str, Any]
) -> None:
    world.plan(*({"code": f"T{number}", "due": "2014-02-07"} for number in range(3)))
    with world.database.begin() as tx:
        tx.execute(update(task).where(task.c.code == "T1").values(**poison))
    world.now("2014-01-25T07:30")

    swept = world.sweep()

    assert world.told("T0") == world.told("T2") == [("2014-01-25", "remind-3", "cv")]
    assert world.told("T1") == []
    if "due_on" in poison:
        # A task that lost its date runs no ladder; there is nothing to judge and nothing wrong.
        assert (swept.failed, world.row("T1").next_at) == ((), None)
        return
    assert swept.failed == ("KH-2014/T1",)
    assert [(one.code, one.task_id) for one in world.alerts()] == [
        ("sweep_failed", world.ids["T1"])
    ]
    assert world.row("T1").next_at > world.clock.now()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_fault_21_a_row_that_cannot_even_be_read_keeps_nobody_else_from_being_told(
    world: World,
) -> None:
    world.plan(*({"code": f"T{number}", "due": "2014-02-07"} for number in range(3)))
    with world.database.begin() as tx:
        tx.exec_driver_sql("UPDATE task SET due_on = 'ngày mai' WHERE code = 'T1'")
    world.now("2014-01-25T07:30")

    swept = world.sweep()

    assert world.told("T0") == world.told("T2") == [("2014-01-25", "remind-3", "cv")]
    assert swept.failed == ("KH-2014/T1",)
    assert [one.code for one in world.alerts()] == ["sweep_failed"]


def test_fault_21_half_a_judgement_is_not_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scheduler import sweep

    world.ladder([{"rung": "remind", "at": "0wd", "to": ["lead_unit"]}])
    world.plan({"code": "T1", "due": "2014-02-07"})
    made = sweep._notice

    def breaking(*args: Any, **fields: Any) -> Any:
        notice = made(*args, **fields)
        if notice.recipient_id == world.ids["cv2"]:
            message = "corrupt"
            raise ValueError(message)
        return notice

    world.now("2014-02-07T07:30")
    with monkeypatch.context() as patch:
        patch.setattr(sweep, "_notice", breaking)
        swept = world.sweep()

    assert swept.failed == ("KH-2014/T1",)
    assert world.told() == []
    world.clock.advance(timedelta(days=1))
    world.sweep()
    assert sorted(who for _, _, who in world.told()) == ["cv", "cv2", "tp"]
