"""More time: asked for by the unit, granted or refused by a leader, counted."""

import json
from dataclasses import replace
from typing import Any

import pytest

from engine import prospects, queries, taskpage
from engine.commands.extensions import Decision
from engine.errors import Invalid, NotPermitted, TransitionRefused, Unknown
from engine.store.rulebooks import Rules
from tests.support.adjusting import adjust, change
from tests.support.asking import answer, decide, extend, raise_obstacle, shown, told
from tests.support.calendars import day
from tests.support.drafts import deadline, worksheet
from tests.support.office import World


@pytest.fixture
def june(world: World) -> World:
    """A task due on Monday 2014-06-30, started on the 2nd."""
    world.plan({"code": "T1", "due": "2014-06-30"})
    world.now("2014-06-02T09:00")
    world.do("cv", "start")
    return world


def page(world: World) -> dict[str, Any]:
    with world.database.read() as tx:
        return queries.show_task(tx, "T1", rules=world.rules, at=world.clock.now())


def test_s44_more_time_can_be_asked_for_after_the_due_date_and_how_late_stays_written(
    june: World,
) -> None:
    june.now("2014-07-03T09:00")

    code = extend(june, "2014-07-15")

    (one,) = shown(june)
    assert (one["code"], one["state"], one["overdue_working_days"]) == (code, "requested", 3)
    assert (one["due_from"], one["due_asked"]) == (day("2014-06-30"), day("2014-07-15"))
    assert told(june, "requested") == ["pgd"]
    *_, entry = june.entries(f"task:{june.ids['T1']}")
    said = json.loads(entry.body)["after"]
    assert (said["request"], said["overdue_working_days"]) == (code, 3)
    assert june.row().due_on == day("2014-06-30")


def test_s44_refusing_changes_neither_the_due_date_nor_the_ladder(june: World) -> None:
    june.now("2014-07-03T09:00")
    extend(june, "2014-07-15")
    before = june.row()

    decide(june, granted=False, note="không lùi được")

    after = june.row()
    same = ("due_on", "deadline_version", "arming", "running_since", "next_at", "state")
    assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]
    assert (shown(june)[0]["state"], shown(june)[0]["answer"]) == ("refused", "không lùi được")
    assert told(june, "refused") == ["cv", "tp"]


def test_an_open_request_holds_nothing_of_the_task(june: World) -> None:
    june.now("2014-06-24T09:00")
    extend(june, "2014-07-15")

    june.slots("2014-06-25", "2014-07-02")

    assert june.told("T1") == [
        ("2014-06-25", "remind-3", "cv"),
        ("2014-06-30", "remind-0", "cv"),
        ("2014-07-02", "escalate-1", "tp"),
    ]


def test_more_time_granted_starts_the_ladder_anew_and_keeps_the_first_date(june: World) -> None:
    june.slots("2014-06-25", "2014-06-30")
    june.now("2014-07-01T09:00")
    extend(june, "2014-07-15")

    decide(june)

    row = june.row()
    assert (row.due_on, row.original_due_on) == (day("2014-07-15"), day("2014-06-30"))
    assert (row.deadline_version, row.arming) == (2, 2)
    assert told(june, "extended") == ["cv", "tp"]
    assert shown(june)[0]["due_granted"] == day("2014-07-15")
    june.slots("2014-07-02", "2014-07-17")
    assert june.told("T1")[2:] == [
        ("2014-07-10", "remind-3", "cv"),
        ("2014-07-15", "remind-0", "cv"),
        ("2014-07-17", "escalate-1", "tp"),
    ]


def test_g7_what_is_foreseen_of_more_time_is_what_granting_it_does(june: World) -> None:
    june.now("2014-07-03T09:00")
    extend(june, "2014-07-13")
    rules, at, task_id = june.rules, june.clock.now(), june.ids["T1"]
    with june.database.read() as tx:
        asked = Decision(task="T1", granted=True)
        said = taskpage.foreseen_extension(tx, asked, by=("pgd", None), rules=rules, at=at)

    decide(june)
    with june.database.read() as tx:
        page = queries.show_task(tx, "T1", rules=rules, at=at)["task"]
        ahead = prospects.foretell_of(tx, task_id, rules=rules, at=at, until=day("2014-11-01"))

    assert sorted(said["told"]) == told(june, "extended")
    assert (said["due_on"], said["due_to"]) == (page.due, page.effective_due)
    assert said["due_to"] == day("2014-07-14")
    rungs = [one for one in ahead if one.kind in ("reminder", "escalation")]
    assert said["after"] == rungs[:8]
    assert len(said["after"]) == 8


def test_the_leader_may_grant_another_date(june: World) -> None:
    extend(june, "2014-07-15")

    decide(june, due="2014-07-04")

    assert june.row().due_on == day("2014-07-04")
    assert shown(june)[0]["due_asked"] == day("2014-07-15")
    assert shown(june)[0]["due_granted"] == day("2014-07-04")


def test_s45_the_third_extension_needs_the_director(june: World) -> None:
    for due in ("2014-07-04", "2014-07-11"):
        extend(june, due)
        decide(june)
    extend(june, "2014-07-18")

    with pytest.raises(NotPermitted):
        decide(june, "pgd")
    with pytest.raises(NotPermitted):
        decide(june, "pgd", granted=False)
    decide(june, "gd")

    view = page(june)["task"]
    assert june.row().due_on == day("2014-07-18")
    assert told(june, "requested") == ["gd", "pgd", "pgd"]
    assert (view.extensions, view.slippage_working_days) == (3, 14)


def test_s45_what_was_refused_does_not_count(june: World) -> None:
    for due in ("2014-07-04", "2014-07-11", "2014-07-12"):
        extend(june, due)
        decide(june, granted=False)
    extend(june, "2014-07-18")

    decide(june, "pgd")

    assert page(june)["task"].extensions == 1
    assert [one["number"] for one in shown(june)] == [1, 2, 3, 4]


def test_one_request_for_more_time_at_a_time(june: World) -> None:
    extend(june, "2014-07-15")

    with pytest.raises(Invalid, match="T1:gh1 is still open"):
        extend(june, "2014-07-16")

    assert len(shown(june)) == 1


@pytest.mark.parametrize("due", [None, "2014-06-30", "2014-06-01", "2314-06-01"])
def test_the_date_asked_for_lies_after_the_present_one(june: World, due: str | None) -> None:
    with pytest.raises(Invalid, match="due"):
        extend(june, due)

    assert shown(june) == []


def test_a_date_before_the_present_one_is_not_granted(june: World) -> None:
    extend(june, "2014-07-04")
    june.do("cvp", "set_due", due=day("2014-07-10"), note="chờ")

    with pytest.raises(Invalid, match="2014-07-04 is earlier than 2014-07-10"):
        decide(june)

    assert (june.row().due_on, shown(june)[0]["state"]) == (day("2014-07-10"), "requested")


def test_nothing_open_is_neither_granted_nor_refused(june: World) -> None:
    for granted in (True, False):
        with pytest.raises(TransitionRefused):
            decide(june, granted=granted)

    code = extend(june, "2014-07-15")
    decide(june, task=code)
    with pytest.raises(TransitionRefused):
        decide(june, task=code)
    assert june.row().due_on == day("2014-07-15")


@pytest.mark.parametrize("by", ["cv2", "cvp", "gd", "pgd"])
def test_only_the_assignee_and_his_head_ask_for_more_time(june: World, by: str) -> None:
    with pytest.raises(NotPermitted):
        extend(june, "2014-07-15", by)

    assert shown(june) == []


@pytest.mark.parametrize("by", ["cv", "tp", "cvp"])
def test_the_unit_and_the_monitor_grant_nothing(june: World, by: str) -> None:
    extend(june, "2014-07-15")

    with pytest.raises(NotPermitted):
        decide(june, by)

    assert june.row().due_on == day("2014-06-30")


def test_names_that_are_nobodys_are_refused_first(june: World) -> None:
    with pytest.raises(Unknown):
        extend(june, None, "nobody")
    with pytest.raises(Unknown):
        extend(june, None, task="T9")
    with pytest.raises(Unknown):
        decide(june, "nobody")


def test_a_reported_task_asks_for_nothing_and_keeps_what_was_asked(june: World) -> None:
    extend(june, "2014-07-15")
    june.do("cv", "report")

    with pytest.raises(TransitionRefused):
        extend(june, "2014-07-16")
    assert shown(june)[0]["state"] == "requested"


@pytest.mark.parametrize("trigger", ["verify", "cancel"])
def test_a_task_that_ends_takes_its_open_requests_with_it(june: World, trigger: str) -> None:
    code = extend(june, "2014-07-15")
    if trigger == "verify":
        june.do("cv", "report")
        june.do("cvp", "verify")
    else:
        june.do("gd", "cancel", note="thôi", decision="5/QĐ")

    row = june.row(code)
    assert (row.state, row.next_at) == ("withdrawn", None)
    (one,) = shown(june)
    assert one["answered_by"] == "system"


def test_a_new_assignee_is_told_what_was_decided(june: World) -> None:
    code = extend(june, "2014-07-15")
    june.do("tp", "reassign", to="cv2")

    decide(june, granted=False)

    assert june.row(code).assignee_id == june.ids["cv2"]
    assert told(june, "refused") == ["cv2", "tp"]


def test_the_office_says_from_which_extension_on_the_director_decides(june: World) -> None:
    june.rules = Rules(replace(june.rules.office, director_from=1))
    extend(june, "2014-07-15")

    with pytest.raises(NotPermitted) as refused:
        decide(june, "pgd")

    assert refused.value.who == ("director",)
    assert told(june, "requested") == ["gd"]


def test_a_task_given_to_another_unit_takes_its_open_request_along(june: World) -> None:
    june.unit("KH", leader="gd")
    june.person("tk", "KH", "unit_head")
    code = extend(june, "2014-07-15")

    adjust(june, worksheet(change("T1", lead="KH", assignee="tk")))

    row = june.row(code)
    assert (row.lead_unit_id, row.state) == (june.ids["KH"], "requested")
    decide(june, "gd", granted=False)
    assert told(june, "refused") == ["tk"]


def test_s47_a_decision_about_the_plan_does_not_shorten_an_extension(june: World) -> None:
    extend(june, "2014-07-15")
    decide(june)

    adjust(june, worksheet(change("T1", deadline=deadline("2014-06-20"))))

    assert june.row().due_on == day("2014-07-15")


def test_more_time_granted_while_the_report_waits_urges_nobody_twice(june: World) -> None:
    june.now("2014-06-20T09:00")
    extend(june, "2014-07-15")
    june.do("cv", "report")
    june.slots("2014-06-23", "2014-06-25")
    june.now("2014-06-25T09:00")

    decide(june)

    june.slots("2014-06-26", "2014-07-16")
    assert june.told("T1") == [("2014-06-24", "verify-2", "cvp")]
    assert (june.row().state, june.row().due_on) == ("reported", day("2014-07-15"))
    june.do("cvp", "return", note="thiếu")
    june.slots("2014-07-17", "2014-07-17")
    assert june.told("T1")[1:] == [("2014-07-17", "escalate-1", "tp")]


def test_a_pause_granted_while_the_report_waits_counts_for_its_lateness(june: World) -> None:
    june.now("2014-06-30T09:00")
    raise_obstacle(june)
    june.now("2014-07-02T09:00")
    june.do("cv", "report")

    answer(june, pause=("2014-06-30", "2014-07-02"))

    view = page(june)["task"]
    assert (view.effective_due, view.overdue_working_days) == (day("2014-07-03"), 0)
    assert june.row().state == "reported"
