"""The office changes a ladder while tasks run on it: only what is not told yet moves."""

import json
from typing import Any

import pytest

from engine.commands import policy, tasks
from engine.commands.request import Request
from engine.errors import Conflict, NotPermitted, Unknown
from engine.ladder_form import ladder_from_mapping, ladder_to_mapping
from engine.store.change import Evidence
from engine.store.rulebooks import revision
from tests.support.ladders import rungs, set_ladder
from tests.support.office import LADDERS, World
from tests.support.post import FakeCourier, relay
from tests.support.queueing import while_open

#: The due date of every task here is Friday 2014-02-14. In force: remind-3 on the 11th, remind-0,
#: escalate-1 on the 18th, escalate-2 on the 21st, escalate-3 on the 25th and every five days.
DUE = "2014-02-14"
UNIT = LADDERS["unit"]
PAPER = Evidence(name="12/TTr")


def without(*names: str) -> list[Any]:
    return [one for one in UNIT if one["rung"] not in names]


def test_rule_13_a_rung_that_was_told_is_told_no_second_time_wherever_it_is_moved(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.slots("2014-02-10", "2014-02-18")
    world.now("2014-02-18T10:00")

    set_ladder(world, [*rungs(("remind-3", "-1wd", "assignee"), ("remind-0", "+4wd", "assignee"),
                              ("escalate-1", "+3wd", "unit_head")),
                       *without("remind-3", "remind-0", "escalate-1")])  # fmt: skip

    world.slots("2014-02-19", "2014-02-21")
    assert world.told() == [
        ("2014-02-11", "remind-3", "cv"),
        ("2014-02-14", "remind-0", "cv"),
        ("2014-02-18", "escalate-1", "tp"),
        ("2014-02-21", "escalate-2", "pgd"),
    ]


def test_rule_13_a_rung_moved_into_the_past_is_owed_in_the_next_slot(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.slots("2014-02-10", "2014-02-18")
    world.now("2014-02-18T10:00")

    set_ladder(
        world,
        [*without("escalate-2"), *rungs(("escalate-2", "+1wd", "leader_in_charge"))],
    )

    world.slots("2014-02-19", "2014-02-20")
    assert world.told()[-1] == ("2014-02-19", "escalate-2", "pgd")


def test_rule_13_a_rung_moved_out_waits_for_its_new_day(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.now("2014-02-10T10:00")

    set_ladder(world, [*rungs(("remind-3", "-1wd", "assignee")), *without("remind-3")])

    world.slots("2014-02-11", "2014-02-14")
    assert world.told() == [("2014-02-13", "remind-3", "cv"), ("2014-02-14", "remind-0", "cv")]


def test_rule_13_a_new_reminder_whose_day_is_past_is_not_owed_and_one_to_come_is(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.slots("2014-02-10", "2014-02-12")
    world.now("2014-02-12T10:00")

    set_ladder(world, [*rungs(("early", "-5wd", "assignee"), ("late", "-1wd", "assignee")), *UNIT])

    world.slots("2014-02-13", "2014-02-14")
    assert [rung for _, rung, _ in world.told()] == ["remind-3", "late", "remind-0"]


def test_rule_13_a_new_escalation_whose_day_is_past_is_owed_and_climbs(world: World) -> None:
    quiet = rungs(("remind-0", "0wd", "assignee"))
    world.ladder(quiet)
    world.plan({"code": "T1", "due": DUE})
    world.slots("2014-02-14", "2014-02-24")
    world.now("2014-02-24T10:00")
    assert world.row().next_at is None

    done = set_ladder(world, [*quiet, *without("remind-3", "remind-0")])

    world.slots("2014-02-25", "2014-02-27")
    assert done.woken == 1
    assert world.told()[1:] == [
        ("2014-02-25", "escalate-1", "tp"),
        ("2014-02-26", "escalate-2", "pgd"),
        ("2014-02-27", "escalate-3", "gd"),
    ]


def test_rule_13_a_new_escalation_below_one_that_was_told_is_not_owed(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.slots("2014-02-10", "2014-02-21")
    world.now("2014-02-21T10:00")

    set_ladder(world, [*rungs(("between", "+3wd", "monitor")), *UNIT])

    world.slots("2014-02-24", "2014-02-25")
    assert [rung for _, rung, _ in world.told()][-2:] == ["escalate-2", "escalate-3"]


def test_rule_13_a_rung_that_was_removed_is_not_told_any_more(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.slots("2014-02-10", "2014-02-18")
    world.now("2014-02-18T10:00")

    set_ladder(world, without("escalate-2"))

    world.slots("2014-02-19", "2014-02-25")
    assert [rung for _, rung, _ in world.told()] == [
        "remind-3", "remind-0", "escalate-1", "escalate-3",
    ]  # fmt: skip


def test_what_the_ledger_holds_already_leaves_though_its_rung_was_removed(
    world: World, courier: FakeCourier
) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.slots("2014-02-10", "2014-02-14")
    world.now("2014-02-18T07:30")
    world.sweep()
    world.now("2014-02-18T07:31")

    set_ladder(world, without("escalate-1"))
    relay(world, courier).turn()

    assert courier.asked == ["tp"]
    assert courier.subjects() == ["[T1] Quá hạn 2 ngày làm việc – đề nghị đôn đốc: Việc T1"]


def test_the_verifiers_ladder_moves_without_the_units(world: World) -> None:
    world.plan({"code": "T1", "due": DUE}, {"code": "T2", "due": DUE})
    world.now("2014-02-10T09:00")
    for trigger in ("start", "report"):
        world.do("cv", trigger)
    world.slots("2014-02-11", "2014-02-11")
    world.now("2014-02-11T10:00")
    before = world.row("T2").next_at

    done = set_ladder(world, rungs(("verify-2", "+3wd", "verifier"),
                                   ("verify-4", "+4wd", "director")), name="verifier")  # fmt: skip

    assert (done.woken, world.row("T2").next_at) == (1, before)
    world.slots("2014-02-12", "2014-02-14")
    assert world.told("T1") == [
        ("2014-02-13", "verify-2", "cvp"), ("2014-02-14", "verify-4", "gd"),
    ]  # fmt: skip


def test_neither_closed_plans_nor_standing_tasks_are_looked_at_again(world: World) -> None:
    world.plan({"code": "T1", "due": DUE}, {"code": "S1"})

    done = set_ladder(world, without("remind-3"))

    assert (done.woken, world.row("S1").next_at) == (1, None)


def test_a_change_in_the_midst_of_a_backlog_puts_nothing_off(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.now("2014-02-11T07:31")
    due = world.row().next_at

    set_ladder(world, without("remind-0"))

    assert world.row().next_at == due


def test_each_change_is_a_version_with_what_was_before_and_why(world: World) -> None:
    set_ladder(world, without("remind-3"), note="bớt thư")
    set_ladder(world, UNIT, by="gd")

    with world.database.read() as tx:
        (unit,) = policy.ladders_in_force(tx, "unit")
    entries = [json.loads(one.body) for one in world.entries("policy:unit")]
    assert (unit.version, list(unit.rungs), unit.source) == (3, list(UNIT), "QĐ 5/QĐ-SO")
    assert [one["action"] for one in entries] == ["policy.ladder_set"] * 3
    assert [one["actor"] for one in entries] == ["operator:test", "cvp", "gd"]
    assert [one["cause"] for one in entries] == ["test", "bớt thư", "QĐ 5/QĐ-SO"]
    assert (entries[1]["before"]["version"], entries[1]["after"]["version"]) == (1, 2)
    assert entries[2]["before"]["rungs"] == without("remind-3")


def test_ladders_that_are_in_force_as_they_are_are_not_written_again(world: World) -> None:
    with world.database.read() as tx:
        before = revision(tx)

    done = set_ladder(world, UNIT)

    with world.database.read() as tx:
        after = revision(tx)
    assert (done.versions, done.woken, after) == ((), 0, before)
    assert len(world.entries("policy:unit")) == 1


def test_several_ladders_change_in_one_transaction_or_not_at_all(world: World) -> None:
    wanted = {
        "unit": ladder_from_mapping("unit", without("remind-3")),
        "verifier": ladder_from_mapping("verifier", rungs(("v", "+1wd", "director"))),
        "leader": ladder_from_mapping("leader", LADDERS["leader"]),
    }
    edit = policy.LadderEdit(ladders=wanted, source="QĐ 5", actor="cvp")

    with world.database.begin() as tx:
        done = policy.set_ladders(tx, edit, rules=world.rules, at=world.clock.now())

    with world.database.read() as tx:
        found = {one.name: (one.version, one.rungs) for one in policy.ladders_in_force(tx)}
    assert [one.name for one in done.versions] == ["unit", "verifier"]
    assert found == {
        "unit": (2, ladder_to_mapping(wanted["unit"])),
        "verifier": (2, ladder_to_mapping(wanted["verifier"])),
        "leader": (1, LADDERS["leader"]),
    }


@pytest.mark.parametrize("who", ["cv", "tp", "pgd"])
def test_only_the_monitor_and_the_director_may_change_a_ladder(world: World, who: str) -> None:
    with pytest.raises(NotPermitted):
        set_ladder(world, without("remind-3"), by=who)

    assert len(world.entries("policy:unit")) == 1


def test_nobody_unknown_changes_or_asks_for_a_ladder(world: World) -> None:
    with pytest.raises(Unknown):
        set_ladder(world, without("remind-3"), by="khach")
    with world.database.read() as tx, pytest.raises(Unknown, match="'leader'"):
        policy.ladders_in_force(tx, "leadr")


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_of_two_changes_at_once_the_slower_is_told_to_look_again(world: World) -> None:
    at = world.clock.now()
    edit = policy.LadderEdit(
        ladders={"unit": ladder_from_mapping("unit", without("remind-3"))}, source="x", actor="cvp"
    )

    raised = while_open(
        world,
        lambda tx: policy.set_ladders(tx, edit, rules=world.rules, at=at),
        lambda: set_ladder(World(world.database, world.clock), without("remind-0")),
    )

    assert [type(one) for one in raised] == [Conflict]
    assert "policy unit has changed" in str(raised[0])
    assert len(world.entries("policy:unit")) == 2


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_who_acts_while_a_ladder_changes_acts_by_the_new_one_or_looks_again(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    at, timer = world.clock.now(), world.row().next_at
    early = ladder_from_mapping("unit", [*rungs(("early", "-15wd", "assignee")), *UNIT])
    edit = policy.LadderEdit(ladders={"unit": early}, source="x", actor="cvp")

    raised = while_open(
        world,
        lambda tx: policy.set_ladders(tx, edit, rules=world.rules, at=at),
        lambda: World(world.database, world.clock, ids=world.ids).do("cv", "start"),
    )

    assert [type(one) for one in raised] == [Conflict]
    assert world.row().next_at < timer


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_who_acted_just_before_a_ladder_changed_is_woken_by_it(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.do("cv", "start")
    request = Request(actor="cv", trigger="report", task="T1", note="x", evidence=(PAPER,))
    at = world.clock.now()

    raised = while_open(
        world,
        lambda tx: tasks.perform(tx, request, rules=world.rules, at=at),
        lambda: set_ladder(World(world.database, world.clock),
                           rungs(("verify-1", "+1wd", "verifier")), name="verifier"),
    )  # fmt: skip

    assert raised == []
    world.slots("2014-01-16", "2014-01-17")
    assert world.told() == [("2014-01-16", "verify-1", "cvp")]
