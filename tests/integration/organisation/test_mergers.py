"""Units become one: what moves at the stated midnight, what stays, and who hears of it."""

import json

import pytest

from engine import queries
from engine.commands.reorganisations import withdraw
from engine.commands.shaping import Merge
from engine.errors import Conflict, Invalid, NotPermitted, Unknown
from tests.support.calendars import day
from tests.support.office import World
from tests.support.reorganising import (
    changes,
    contributing,
    divisions,
    lead,
    members,
    merged,
    organisation,
    reorganise,
    settle,
)


@pytest.fixture
def office(world: World) -> World:
    """P1 and P2, each with a task due on Monday 2014-03-31; P1 has finished another."""
    divisions(world)
    world.plan(
        {"code": "T1", "lead": "P1", "assignee": "cv11", "due": "2014-03-31"},
        {"code": "T2", "lead": "P2", "assignee": "cv21", "due": "2014-03-31"},
        {"code": "T3", "lead": "P1", "assignee": "cv11", "due": "2014-02-21"},
        {"code": "T4", "lead": "P1", "assignee": None},
    )
    world.now("2014-02-20T09:00")
    world.do("cv11", "start", "T3")
    world.do("cv11", "report", "T3")
    world.do("cvp", "verify", "T3")
    return world


def test_s48_after_a_merger_open_work_is_led_by_the_new_unit(office: World) -> None:
    office.now("2014-03-03T08:00")

    reorganise(office, merged("2014-03-03"))

    assert [lead(office, code) for code in ("T1", "T2", "T4")] == ["P3", "P3", "P3"]


def test_s48_what_was_finished_before_keeps_the_unit_that_did_it(office: World) -> None:
    office.now("2014-03-03T08:00")

    reorganise(office, merged("2014-03-03"))

    with office.database.read() as tx:
        counts = queries.tally(tx, "KH-2014", rules=office.rules, at=office.clock.now())
    assert lead(office, "T3") == "P1"
    assert counts["P1"] == {"completed_on_time": 1}
    assert counts["P3"] == {"open_within_term": 2, "standing": 1}


def test_s48_members_move_and_former_heads_become_members(office: World) -> None:
    office.now("2014-03-03T08:00")

    reorganise(office, merged("2014-03-03"))

    assert members(office, "P1", "2014-03-02") == {
        "tp1": "unit_head", "pp1": "deputy_head", "cv11": "officer",
    }  # fmt: skip
    assert members(office, "P1", "2014-03-03") == {}
    assert members(office, "P3", "2014-03-03") == {
        "tp1": "officer", "pp1": "deputy_head", "cv11": "officer",
        "tp2": "unit_head", "pp2": "deputy_head", "cv21": "officer",
    }  # fmt: skip


def test_s48_the_new_unit_inherits_parent_and_leader(office: World) -> None:
    office.now("2014-03-03T08:00")

    reorganise(office, merged("2014-03-03"))

    new = organisation(office).unit_by_code["P3"]
    assert new.parent_id == office.ids["SO"]
    assert new.leader_id == office.ids["pgd"]
    assert new.valid_from == day("2014-03-03")


def test_no_change_is_withdrawn_without_its_number(office: World) -> None:
    reorganise(office, merged("2014-03-03"))

    with pytest.raises(Unknown), office.database.begin() as tx:
        withdraw(tx, "", note="", by=("cvp", None), rules=office.rules, at=office.clock.now())

    assert [one.state for one in changes(office)] == ["planned"]


def test_s48_the_old_units_end_with_the_day_before(office: World) -> None:
    office.now("2014-03-03T08:00")

    reorganise(office, merged("2014-03-03"))

    old = organisation(office).unit_by_code["P1"]
    assert (old.valid_to, old.heirs) == (day("2014-03-02"), ("P3",))
    assert not old.stands(day("2014-03-03"))


def test_s48_until_midnight_the_old_units_stand_and_afterwards_the_new_one(office: World) -> None:
    reorganise(office, merged("2014-03-03"))
    office.now("2014-03-02T23:59")
    before = (settle(office), lead(office, "T1"))
    office.now("2014-03-03T00:00")

    office.sweep()

    assert before == (0, "P1")
    assert lead(office, "T1") == "P3"
    assert [one.state for one in changes(office)] == ["done"]


def test_s48_over_an_outage_the_change_is_made_up_with_its_own_date(office: World) -> None:
    reorganise(office, merged("2014-03-03"))
    office.now("2014-03-06T10:15")

    office.sweep()

    assert lead(office, "T1") == "P3"
    assert members(office, "P3", "2014-03-03")["cv11"] == "officer"
    assert organisation(office).unit_by_code["P1"].valid_to == day("2014-03-02")


def test_s48_untold_rungs_go_to_the_new_head_and_told_ones_to_nobody_again(office: World) -> None:
    office.slots("2014-03-24", "2014-04-01")
    office.now("2014-04-02T00:00")
    told_before = office.told("T1")

    reorganise(office, merged("2014-04-02"))
    office.slots("2014-04-02", "2014-04-04")

    told = office.told("T1")
    assert [one for one in told_before if one[1].startswith("remind")] == [
        one for one in told if one[1].startswith("remind")
    ]
    assert [one for one in told if one[1] == "escalate-1"] == [("2014-04-02", "escalate-1", "tp2")]


def test_a_rung_that_waited_for_the_old_head_is_owed_to_the_new_one(office: World) -> None:
    office.slots("2014-03-24", "2014-04-01")
    office.now("2014-04-02T07:30")
    office.sweep()

    reorganise(office, merged("2014-04-02"))
    office.slots("2014-04-03", "2014-04-03")

    rows = [(row.rung, row.status, row.superseded_by) for row in office.ledger()
            if row.task_id == office.ids["T1"] and row.rung == "escalate-1"]  # fmt: skip
    assert rows == [
        ("escalate-1", "superseded", "moved_unit"),
        ("escalate-1", "accepted", None),
    ]
    assert ("2014-04-03", "escalate-1", "tp2") in office.told("T1")


def test_a_reminder_that_waited_for_a_member_who_stays_is_not_withdrawn(office: World) -> None:
    office.now("2014-03-26T07:30")
    office.sweep()

    reorganise(office, merged("2014-03-26"))

    waiting = [row.status for row in office.ledger() if row.rung == "remind-3"]
    assert waiting == ["pending", "pending"]


def test_the_ladder_is_not_started_anew_by_a_merger(office: World) -> None:
    before = office.row("T1")
    office.now("2014-03-03T08:00")

    reorganise(office, merged("2014-03-03"))

    after = office.row("T1")
    assert (after.arming, after.deadline_version, after.running_since, after.due_on) == (
        before.arming, before.deadline_version, before.running_since, before.due_on,
    )  # fmt: skip


def test_each_moved_task_says_from_where_to_where_and_by_which_decision(office: World) -> None:
    office.now("2014-03-03T08:00")

    reorganise(office, merged("2014-03-03"))

    last = office.history("T1")[-1]
    body = json.loads(office.entries(f"task:{office.ids['T1']}")[-1].body)
    assert (last.trigger, last.decision, last.actor) == ("moved_unit", "12/QĐ-STTTT", "cvp")
    assert (body["before"]["lead"], body["after"]["lead"]) == ("P1", "P3")


def test_heads_old_and_new_and_those_who_do_the_work_are_told_once_each(office: World) -> None:
    office.now("2014-03-03T08:00")

    done = reorganise(office, merged("2014-03-03"))

    told = sorted(
        (row.detail.get("is_lost", False), row.position, office_code(office, row.recipient_id))
        for row in office.ledger()
        if row.rung == "unit_changed" and row.task_id == office.ids["T1"]
    )
    assert told == [(False, "assignee", "cv11"), (False, "unit_head", "tp2"),
                    (True, "unit_head", "tp1")]  # fmt: skip
    assert done.told == ("cv11", "cv21", "tp1", "tp2")


def test_s48_a_unit_that_two_contributors_become_is_named_once(office: World) -> None:
    both = {"code": "T9", "due": "2014-03-31", "coordinating": ["P1", "P2"]}
    office.plan(both, code="KH-9")
    office.now("2014-03-03T08:00")

    reorganise(office, merged("2014-03-03"))

    assert contributing(office, "T9") == ["P3"]


@pytest.mark.parametrize("units", [["P1", "P2"], ["P2", "P1"]])
def test_s48_a_contributor_that_takes_another_over_is_named_once(
    office: World, units: list[str]
) -> None:
    office.plan({"code": "T9", "due": "2014-03-31", "coordinating": units}, code="KH-9")
    office.now("2014-03-03T08:00")

    reorganise(office, merged("2014-03-03", code="P2"))

    assert contributing(office, "T9") == ["P2"]


def test_s48_a_head_who_is_away_and_heads_the_heir_loses_nothing(office: World) -> None:
    office.delegate("tp1", "pp1", first="2014-03-01", last="2014-03-10")
    office.delegate("tp2", "pp2", first="2014-03-01", last="2014-03-10")
    office.now("2014-03-03T08:00")

    done = reorganise(office, merged("2014-03-03"))

    lost = {
        office_code(office, row.recipient_id)
        for row in office.ledger()
        if row.rung == "unit_changed" and row.detail.get("is_lost")
    }
    assert lost == {"pp1"}
    assert done.told == ("cv11", "cv21", "pp1", "pp2")


def office_code(office: World, identity: str) -> str:
    """Return the code of a person by id."""
    return organisation(office).person_by_id[identity].code


def test_a_unit_that_has_come_to_lead_no_longer_contributes(office: World) -> None:
    office.plan({"code": "T5", "lead": "P1", "assignee": "cv11", "due": "2014-03-31",
                 "coordinating": ["P2", "CNTT"]}, code="KH-2")  # fmt: skip
    office.now("2014-03-03T08:00")

    reorganise(office, merged("2014-03-03"))

    assert contributing(office, "T5") == ["CNTT"]


def test_what_the_old_unit_contributed_the_new_one_contributes(office: World) -> None:
    office.plan({"code": "T5", "due": "2014-03-31", "coordinating": ["P2"]}, code="KH-2")
    office.now("2014-03-03T08:00")

    reorganise(office, merged("2014-03-03"))

    assert contributing(office, "T5") == ["P3"]


def test_a_press_that_met_the_merger_is_a_conflict_and_not_lost(office: World) -> None:
    office.now("2014-03-03T08:00")
    seen = office.row("T1").version

    reorganise(office, merged("2014-03-03"))

    with pytest.raises(Conflict):
        office.do("cv11", "start", "T1", expected_version=seen)
    assert office.do("cv11", "start", "T1").to_state == "in_progress"


def test_a_unit_may_take_the_other_one_in_under_its_own_code(office: World) -> None:
    office.now("2014-03-03T08:00")

    done = reorganise(office, merged("2014-03-03", code="P1", name="Phòng Một và Hai", head=None))

    assert done.ended == ("P2",)
    assert (lead(office, "T1"), lead(office, "T2")) == ("P1", "P1")
    assert members(office, "P1", "2014-03-03")["tp1"] == "unit_head"
    assert members(office, "P1", "2014-03-03")["tp2"] == "officer"
    unit = organisation(office).unit_by_code["P1"]
    assert unit.called(day("2014-03-02")) == "Đơn vị P1"
    assert unit.called(day("2014-03-03")) == "Phòng Một và Hai"


def test_a_merger_with_the_monitoring_unit_hands_on_that_it_follows_the_plan(
    office: World,
) -> None:
    office.now("2014-03-03T08:00")

    reorganise(office, merged("2014-03-03", units=("P1", "VP"), leader="pgd", head="cvp"))

    monitor = organisation(office).monitor
    assert monitor is not None
    assert monitor.code == "P3"


def test_units_with_different_leaders_need_to_be_told_which(office: World) -> None:
    office.unit("P4", leader="gd")

    with pytest.raises(Invalid, match="leader"):
        reorganise(office, merged("2014-02-20", units=("P1", "P4")))


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"units": ("P1", "P9")}, Unknown),
        ({"head": "nobody"}, Unknown),
        ({"units": ("P1",)}, Invalid),
        ({"code": "CNTT"}, Invalid),
        ({"name": " "}, Invalid),
        ({"units": ("P1", "SO"), "leader": "pgd", "parent": "VP"}, Invalid),
    ],
)
def test_a_merger_that_makes_no_sense_is_refused(
    office: World, other: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        reorganise(office, merged("2014-02-20", **other))

    assert changes(office) == []


def test_rule18_only_the_monitor_or_the_director_changes_the_organisation(office: World) -> None:
    with pytest.raises(NotPermitted):
        reorganise(office, merged("2014-02-20"), by="tp1")

    assert reorganise(office, merged("2014-02-20"), by="gd").kind == "merge"


def test_units_that_wait_for_a_change_take_no_second_one(office: World) -> None:
    reorganise(office, merged("2014-03-03"))

    with pytest.raises(Invalid, match="P1"):
        reorganise(office, Merge(units=("P1", "CNTT"), code="P5", name="Phòng Năm",
                                 effective_on=day("2014-04-01")))  # fmt: skip
