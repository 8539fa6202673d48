"""Escalation that is answered: who may, what it holds back, what becomes of a promise (rule 12)."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from engine.errors import (
    Conflict,
    Invalid,
    NoteRequired,
    NotPermitted,
    Refused,
    TransitionRefused,
    Unknown,
)
from tests.support.answering import answer, holds
from tests.support.office import LADDERS, World


@pytest.fixture
def late(world: World) -> World:
    """T1 was due on Friday 2014-02-07; the head was told on Monday 10, and it is past nine."""
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.slots("2014-01-20", "2014-02-10")
    world.now("2014-02-10T09:00")
    return world


def rungs(world: World) -> list[tuple[str, str]]:
    """Return (day, rung) of every escalation told."""
    return [(on, rung) for on, rung, _ in world.told() if rung.startswith("escalate")]


def test_s23_the_next_rung_waits_through_the_promise_and_leaves_the_next_working_morning(
    late: World,
) -> None:
    answer(late, "tp", "2014-02-14")

    late.slots("2014-02-11", "2014-02-21")

    assert rungs(late) == [
        ("2014-02-10", "escalate-1"),
        ("2014-02-17", "escalate-2"),
        ("2014-02-18", "escalate-3"),
    ]


def test_s23_a_promise_that_is_kept_is_followed_by_nothing(late: World) -> None:
    answer(late, "tp", "2014-02-14")
    late.do("cv", "start")
    late.now("2014-02-14T16:00")
    late.do("cv", "report")

    late.slots("2014-02-15", "2014-02-25")

    assert [one for one in rungs(late) if one[0] > "2014-02-10"] == []


def test_s23_what_would_have_come_after_the_promise_anyway_keeps_its_day(late: World) -> None:
    answer(late, "tp", "2014-02-11")

    late.slots("2014-02-11", "2014-02-14")

    assert rungs(late) == [("2014-02-10", "escalate-1"), ("2014-02-13", "escalate-2")]


def test_rule_12_the_row_history_and_record_keep_who_answered_what_until_when(late: World) -> None:
    answer(late, "tp", "2014-02-14")

    (hold,) = holds(late)
    said = json.loads(late.entries(f"task:{late.ids['T1']}")[-1].body)
    assert (hold.rung, hold.through, hold.by, hold.on) == (
        "escalate-1", date(2014, 2, 14), "tp", date(2014, 2, 10)
    )  # fmt: skip
    assert [one.trigger for one in late.history()] == ["assign", "acknowledged"]
    assert late.history()[-1].note == "đang chờ Sở Tài chính"
    assert said["after"]["holds"][0]["through"] == "2014-02-14"


def test_rule_12_an_answer_from_above_holds_only_what_is_above_it(late: World) -> None:
    late.slots("2014-02-11", "2014-02-13")
    late.now("2014-02-13T10:00")
    answer(late, "pgd", "2014-02-28")

    late.slots("2014-02-14", "2014-03-05")

    assert holds(late)[0].rung == "escalate-2"
    assert rungs(late)[-1] == ("2014-03-03", "escalate-3")


def test_rule_12_the_directors_answer_holds_his_own_repetitions(late: World) -> None:
    late.slots("2014-02-11", "2014-02-17")
    late.now("2014-02-17T10:00")
    answer(late, "gd", "2014-02-26")

    late.slots("2014-02-18", "2014-03-06")

    told = [on for on, rung in rungs(late) if rung == "escalate-3"]
    assert told == ["2014-02-17", "2014-02-27", "2014-03-06"]


def test_rule_12_a_shorter_promise_does_not_shorten_another(late: World) -> None:
    answer(late, "tp", "2014-02-21")
    late.now("2014-02-10T10:00")
    answer(late, "tp", "2014-02-12")

    late.slots("2014-02-11", "2014-02-24")

    assert rungs(late)[-1] == ("2014-02-24", "escalate-2")


def test_rule_12_a_new_date_ends_the_hold(late: World) -> None:
    answer(late, "tp", "2014-03-31")
    late.now("2014-02-11T08:00")
    late.do("cvp", "set_due", due=date(2014, 2, 12), note="theo họp giao ban")

    late.slots("2014-02-12", "2014-02-19")

    assert rungs(late)[1:] == [("2014-02-14", "escalate-1"), ("2014-02-19", "escalate-2")]


def test_rule_12_a_rung_of_his_own_that_is_still_to_come_is_told_all_the_same(
    world: World,
) -> None:
    steps: list[Mapping[str, Any]] = [
        {"rung": "remind-1", "at": "-1wd", "to": ["assignee", "unit_head"]},
        *LADDERS["unit"][2:],
    ]
    world.ladder(steps)
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.slots("2014-01-20", "2014-02-06")
    world.now("2014-02-06T09:00")

    answer(world, "tp", "2014-02-28")
    world.slots("2014-02-07", "2014-03-03")

    assert holds(world)[0].rung == "escalate-1"
    assert rungs(world) == [("2014-02-10", "escalate-1"), ("2014-03-03", "escalate-2")]


def test_rule_12_where_the_head_is_the_assignee_his_leaders_answer_covers_both_their_rungs(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07", "assignee": "tp"})
    world.slots("2014-01-20", "2014-02-10")
    world.now("2014-02-10T09:00")

    answer(world, "pgd", "2014-02-28")

    assert holds(world)[0].rung == "escalate-2"


def test_rule_12_whoever_was_only_reminded_has_every_escalation_wait(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.slots("2014-01-20", "2014-02-07")
    world.now("2014-02-07T09:00")

    answer(world, "cv", "2014-02-12")
    world.slots("2014-02-08", "2014-02-14")

    assert holds(world)[0].rung is None
    assert rungs(world) == [("2014-02-13", "escalate-1"), ("2014-02-14", "escalate-2")]


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        ("nobody", Unknown),
        ("pgd", NotPermitted),
        ("gd", NotPermitted),
        ("cvp", NotPermitted),
        ("cv2", NotPermitted),
        ("operator:root", NotPermitted),
    ],
)
def test_rule_18_only_whoever_a_rung_has_reached_may_answer(
    late: World, by: str, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        answer(late, by, "2014-02-14")

    assert holds(late) == ()


def test_rule_18_a_notice_that_has_not_left_makes_nobody_one_who_was_told(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.slots("2014-01-20", "2014-02-08")
    world.now("2014-02-10T07:30")
    world.sweep()

    with pytest.raises(NotPermitted):
        answer(world, "tp", "2014-02-14")


def test_rule_18_a_rung_of_an_arming_that_is_over_makes_nobody_one_who_was_told(
    late: World,
) -> None:
    late.do("cvp", "set_due", due=date(2014, 3, 31), note="theo họp giao ban")

    with pytest.raises(NotPermitted):
        answer(late, "tp", "2014-02-14")


def test_rule_18_a_substitute_answers_for_whom_he_stands_in(late: World) -> None:
    late.delegate("tp", "cv2", first="2014-02-10", last="2014-02-20")

    answer(late, "cv2", "2014-02-14", behalf="tp")

    assert (late.history()[-1].actor, late.history()[-1].on_behalf_of) == ("cv2", "tp")
    assert holds(late)[0].rung == "escalate-1"


def test_rule_18_whoever_was_told_as_a_substitute_answers_for_himself(world: World) -> None:
    world.delegate("tp", "cv2", first="2014-02-10", last="2014-02-20")
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.slots("2014-01-20", "2014-02-10")
    world.now("2014-02-10T09:00")

    answer(world, "cv2", "2014-02-14")

    assert holds(world)[0].rung == "escalate-1"


def test_rule_18_without_a_delegation_nobody_answers_for_another(late: World) -> None:
    with pytest.raises(NotPermitted) as caught:
        answer(late, "cv2", "2014-02-14", behalf="tp")

    assert caught.value.who == ("substitute:tp",)


@pytest.mark.parametrize("promise", [None, "2014-02-09", "2015-02-12"])
def test_rule_20_a_promise_is_a_day_from_today_on_and_within_a_year(
    late: World, promise: str | None
) -> None:
    with pytest.raises(Invalid) as caught:
        answer(late, "tp", promise, note=None)

    assert caught.value.field == "promise"


def test_rule_12_a_promise_for_today_holds_through_today(late: World) -> None:
    done = answer(late, "tp", "2014-02-10")

    assert done.hold.through == date(2014, 2, 10)


@pytest.mark.parametrize("note", [None, "  "])
def test_rule_20_an_answer_says_something(late: World, note: str | None) -> None:
    with pytest.raises(NoteRequired):
        answer(late, "tp", "2014-02-14", note=note)


def test_rule_19_what_is_reported_is_not_answered_for(late: World) -> None:
    late.do("cv", "start")
    late.do("cv", "report")

    with pytest.raises(TransitionRefused):
        answer(late, "tp", "2014-02-14")


def test_rule_19_a_task_in_progress_is_answered_for_like_one_assigned(late: World) -> None:
    late.do("cv", "start")

    done = answer(late, "tp", "2014-02-14")

    assert done.version == late.row().version == 3


def test_rule_20_a_stale_page_is_a_conflict(late: World) -> None:
    late.do("cv", "start")

    with pytest.raises(Conflict):
        answer(late, "tp", "2014-02-14", version=1)


def test_rule_12_the_work_and_whoever_was_told_hear_of_an_answer_and_nobody_above(
    late: World,
) -> None:
    late.slots("2014-02-11", "2014-02-13")
    late.now("2014-02-13T10:00")

    answer(late, "tp", "2014-02-20")

    told = {one.recipient_id: one for one in late.ledger() if one.rung == "acknowledged"}
    assert set(told) == {late.ids["cv"], late.ids["pgd"]}
    assert told[late.ids["cv"]].detail["promise"] == "2014-02-20"


def test_rule_12_a_position_that_nobody_holds_does_not_carry_an_answer_further_up(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07", "assignee": None})
    world.slots("2014-01-20", "2014-02-13")
    world.dismiss("tp")
    world.now("2014-02-13T10:00")

    answer(world, "pgd", "2014-02-20")

    assert [one for one in world.ledger() if one.rung == "acknowledged"] == []
    assert world.alerts() == []
