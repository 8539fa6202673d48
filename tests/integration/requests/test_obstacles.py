"""Obstacles: raised by the unit, answered by a leader, with or without a pause."""

import pytest

from engine.errors import (
    Invalid,
    NoteRequired,
)
from tests.support.asking import answer, raise_obstacle, shown, told
from tests.support.calendars import day
from tests.support.office import World


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
