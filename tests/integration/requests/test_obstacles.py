"""Obstacles: raised by the unit, answered by a leader, with or without a pause."""

import json
from typing import Any

import pytest

from engine import queries, requests
from engine.commands import obstacles
from engine.commands.request import Evidence
from engine.errors import Invalid, NoteRequired, NotPermitted, TransitionRefused, Unknown
from engine.filters import Filter
from tests.support.asking import answer, raise_obstacle, shown, told
from tests.support.calendars import day
from tests.support.office import World


def shown_page(world: World) -> dict[str, Any]:
    with world.database.read() as tx:
        return queries.show_task(tx, "T1", rules=world.rules, at=world.clock.now())


@pytest.fixture
def june(world: World) -> World:
    """A task due on Monday 2014-06-30, started on the 2nd."""
    world.plan({"code": "T1", "due": "2014-06-30"})
    world.now("2014-06-02T09:00")
    world.do("cv", "start")
    return world


def test_s42_an_obstacle_has_a_clock_of_its_own_and_the_task_keeps_its_own(june: World) -> None:
    before = june.row().next_at

    code = raise_obstacle(june, wanted="bố trí kinh phí")

    (one,) = shown(june)
    assert (one["code"], one["state"], one["category"]) == (code, "raised", "funding")
    assert (one["reason"], one["wanted"]) == ("chờ kinh phí", "bố trí kinh phí")
    assert told(june, "raised") == ["pgd"]
    assert june.row().next_at == before
    assert june.row(code).next_at is not None


def test_s42_an_unanswered_obstacle_climbs_apart_from_the_task(june: World) -> None:
    june.ladder(
        [{"rung": "answer-2", "at": "+2wd", "to": ["leader_in_charge"]},
         {"rung": "answer-4", "at": "+4wd", "to": ["director"]}],
        name="leader",
    )  # fmt: skip
    code = raise_obstacle(june)
    june.ids[code] = june.row(code).id

    june.slots("2014-06-03", "2014-06-30")

    assert june.told(code) == [("2014-06-04", "answer-2", "pgd"), ("2014-06-06", "answer-4", "gd")]
    assert june.told("T1") == [("2014-06-25", "remind-3", "cv"), ("2014-06-30", "remind-0", "cv")]


def test_s42_an_obstacle_needs_a_category_and_a_note(june: World) -> None:
    with pytest.raises(Invalid, match="category"):
        raise_obstacle(june, category=None, reason=None)
    with pytest.raises(Invalid, match="category"):
        raise_obstacle(june, category="weather")
    with pytest.raises(NoteRequired):
        raise_obstacle(june, reason="  ")
    assert shown(june) == []


def test_s43_a_pause_moves_the_due_date_by_its_working_days(june: World) -> None:
    raise_obstacle(june)

    answer(june, pause=("2014-06-10", "2014-06-20"))

    (one,) = shown(june)
    assert one["pause"] == {"from": day("2014-06-10"), "to": day("2014-06-20")}
    assert told(june, "answered") == ["cv", "tp"]
    # Nine working days.
    assert [(each.trigger, each.to_state) for each in june.history()][-1] == (
        "paused", "in_progress",
    )  # fmt: skip
    june.slots("2014-06-03", "2014-07-31")
    assert june.told("T1")[:2] == [
        ("2014-07-08", "remind-3", "cv"),
        ("2014-07-11", "remind-0", "cv"),
    ]


def test_s43_overlapping_pauses_count_each_day_once_and_both_stay_visible(june: World) -> None:
    first, second = raise_obstacle(june), raise_obstacle(june, category="other")
    answer(june, task=first, pause=("2014-06-10", "2014-06-20"))
    answer(june, task=second, pause=("2014-06-16", "2014-06-24"))

    page = shown_page(june)

    # 10 to 24 June holds eleven working days.
    assert page["task"].effective_due == day("2014-07-15")
    assert [(one["by"], one["from"], one["to"]) for one in page["pauses"]] == [
        ("T1:vm1", "2014-06-10", "2014-06-20"),
        ("T1:vm2", "2014-06-16", "2014-06-24"),
    ]
    assert (page["task"].due, page["task"].slippage_working_days) == (day("2014-06-30"), 11)


def test_s43_a_task_is_not_late_while_its_clock_stands_still(june: World) -> None:
    june.now("2014-06-30T09:00")
    raise_obstacle(june)
    answer(june, pause=("2014-06-30", "2014-07-04"))
    june.now("2014-07-04T16:00")

    view = shown_page(june)["task"]

    assert (view.overdue_working_days, view.cell) == (0, "open_within_term")
    june.slots("2014-07-01", "2014-07-04")
    assert june.told("T1") == []


@pytest.mark.parametrize(
    ("first", "last"),
    [("2014-06-20", "2014-06-10"), ("2014-06-01", "2014-06-10"), ("2014-06-10", "2015-06-30")],
)
def test_a_pause_that_cannot_be_is_refused_and_nothing_is_answered(
    june: World, first: str, last: str
) -> None:
    raise_obstacle(june)

    with pytest.raises(Invalid, match="pause"):
        answer(june, pause=(first, last))

    assert (shown(june)[0]["state"], june.row().pauses) == ("raised", None)


def test_a_pause_may_go_back_to_the_day_the_obstacle_was_raised(june: World) -> None:
    raise_obstacle(june)
    june.now("2014-06-10T09:00")

    answer(june, pause=("2014-06-02", "2014-06-06"))

    assert shown_page(june)["task"].effective_due == day("2014-07-07")


def test_a_standing_task_can_have_an_obstacle_but_no_pause(world: World) -> None:
    world.plan({"code": "T1", "standing": True})
    raise_obstacle(world)

    with pytest.raises(Invalid, match="pause"):
        answer(world, pause=("2014-06-10", "2014-06-20"))
    answer(world)

    assert shown(world)[0]["state"] == "answered"


def test_an_answer_says_something_or_grants_a_pause(june: World) -> None:
    raise_obstacle(june)

    with pytest.raises(NoteRequired):
        answer(june, words=" ")
    answer(june, words=None, pause=("2014-06-10", "2014-06-20"))

    assert shown(june)[0]["state"] == "answered"


def test_of_several_open_obstacles_the_one_answered_is_named(june: World) -> None:
    first, second = raise_obstacle(june), raise_obstacle(june)

    with pytest.raises(Invalid, match=f"{first}, {second}"):
        answer(june)
    with pytest.raises(NotPermitted):
        answer(june, "cv")
    answer(june, task=second)

    assert [one["state"] for one in shown(june)] == ["raised", "answered"]


@pytest.mark.parametrize("by", ["cv2", "cvp", "pgd", "gd"])
def test_only_the_assignee_and_his_head_raise_an_obstacle(june: World, by: str) -> None:
    with pytest.raises(NotPermitted):
        raise_obstacle(june, by)

    assert shown(june) == []


@pytest.mark.parametrize("by", ["cv", "tp", "cvp"])
def test_only_the_leader_in_charge_and_the_director_answer(june: World, by: str) -> None:
    raise_obstacle(june)

    with pytest.raises(NotPermitted):
        answer(june, by)

    answer(june, "gd")
    assert shown(june)[0]["answered_by"] == "gd"


def test_a_named_leader_is_asked_in_place_of_the_one_in_charge(june: World) -> None:
    june.person("pgd2", "SO", "deputy_director")

    code = raise_obstacle(june, addressee="pgd2")

    assert told(june, "raised") == ["pgd2"]
    with pytest.raises(NotPermitted):
        answer(june, "pgd")
    answer(june, "pgd2", code)
    assert shown(june)[0]["addressee"] == "pgd2"


@pytest.mark.parametrize(("addressee", "error"), [("cvp", Invalid), ("nobody", Unknown)])
def test_somebody_who_leads_nothing_is_not_asked(
    june: World, addressee: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        raise_obstacle(june, addressee=addressee)

    assert shown(june) == []


def test_a_substitute_raises_and_answers_on_behalf_of_somebody(june: World) -> None:
    june.delegate("cv", "cv2", first="2014-06-01", last="2014-06-10")
    june.delegate("pgd", "gd", first="2014-06-01", last="2014-06-10")

    raise_obstacle(june, "cv2", behalf="cv")
    answer(june, "gd", behalf="pgd")

    (one,) = shown(june)
    assert (one["asked_by"], one["on_behalf_of"]) == ("cv2", "cv")
    assert told(june, "raised") == ["gd"]


def test_what_was_answered_or_taken_back_is_answered_no_more(june: World) -> None:
    code = raise_obstacle(june)
    with june.database.begin() as tx:
        obstacles.withdraw(tx, code, by=("tp", None), rules=june.rules, at=june.clock.now())

    with pytest.raises(TransitionRefused):
        answer(june, task=code)
    with pytest.raises(TransitionRefused):
        answer(june)
    assert (june.row(code).state, june.row(code).next_at) == ("withdrawn", None)


@pytest.mark.parametrize("state", ["reported", "verified", "cancelled"])
def test_a_task_that_is_not_being_worked_on_has_no_new_obstacle(june: World, state: str) -> None:
    if state == "cancelled":
        june.do("gd", "cancel", note="thôi", decision="5/QĐ")
    else:
        june.do("cv", "report")
    if state == "verified":
        june.do("cvp", "verify")

    with pytest.raises(TransitionRefused):
        raise_obstacle(june)

    assert shown(june) == []


def test_a_heading_and_a_draft_have_no_obstacle(world: World) -> None:
    world.plan({"code": "A", "heading": True}, {"code": "T1", "due": "2014-06-30", "parent": "A"})
    world.plan({"code": "B1", "due": "2014-06-30"}, code="KH-2", activate=False)

    with pytest.raises(TransitionRefused):
        raise_obstacle(world, "tp", "A")
    with pytest.raises(TransitionRefused):
        raise_obstacle(world, task="KH-2/B1")

    assert shown(world) == []


def test_proof_of_an_obstacle_is_kept_with_it(june: World) -> None:
    raise_obstacle(june, evidence=(Evidence(name="45/TTr"),))

    assert shown(june)[0]["evidence"] == ["45/TTr"]


def test_what_is_asked_stands_in_the_record_of_the_task_and_in_its_own(june: World) -> None:
    code = raise_obstacle(june, wanted="bố trí kinh phí")
    answer(june, pause=("2014-06-10", "2014-06-20"))

    own = june.entries(f"task:{june.row(code).id}")
    of_task = june.entries(f"task:{june.ids['T1']}")
    assert [one.action for one in own] == ["obstacle.raised", "task.moved"]
    assert [json.loads(one.body)["after"]["trigger"] for one in of_task[1:]] == [
        "start", "raise", "paused",
    ]  # fmt: skip
    assert json.loads(own[0].body)["after"]["wanted"] == "bố trí kinh phí"


def test_requests_are_no_items_of_the_plan(june: World) -> None:
    raise_obstacle(june)

    with june.database.read() as tx:
        found = queries.list_tasks(tx, Filter(), rules=june.rules, at=june.clock.now())
        tally = queries.tally(tx, "KH-2014", rules=june.rules, at=june.clock.now())
        listed = requests.list_requests(tx, "obstacle", rules=june.rules, is_open=True, limit=10)
    assert [one.code for one in found] == ["T1"]
    assert sum(tally["CNTT"].values()) == 1
    assert [(one["task"], one["code"]) for one in listed] == [("T1", "T1:vm1")]
