"""Rows of a decision that may mean two things: asked about, never carried out in silence."""

import pytest

from engine.errors import Undecided
from tests.support.adjusting import SEPTEMBER, adjust, change
from tests.support.calendars import day
from tests.support.drafts import deadline, row, worksheet
from tests.support.office import World

FIRST = "Xây dựng báo cáo cải cách hành chính quý I"
HALVES = ("2014-06-30", "2014-12-31")


@pytest.fixture
def titled(world: World) -> World:
    """An active plan of one task with a whole title."""
    world.plan({"code": "1", "due": "2014-03-31", "title": FIRST})
    world.now("2014-01-16T09:00")
    return world


@pytest.fixture
def recurring(world: World) -> World:
    """An active plan of one item that comes back twice."""
    world.plan({"code": "1", "due": HALVES, "kind": "recurring"})
    world.now("2014-01-16T09:00")
    return world


def test_a_new_task_whose_title_differs_in_a_number_takes_no_other_task_over(
    titled: World,
) -> None:
    second = f"{FIRST}I"

    adjust(titled, worksheet(row(2, "9", title=second, deadline=SEPTEMBER)))

    assert (titled.row("1").title, titled.row("1").due_on) == (FIRST, day("2014-03-31"))
    assert (titled.row("9").title, titled.row("9").due_on) == (second, day("2014-09-30"))


@pytest.mark.parametrize("title", [f"{FIRST} và quý II", f"{FIRST.replace('báo', 'bảo')}"])
def test_a_new_code_beside_a_title_like_that_of_a_task_is_asked_about(
    titled: World, title: str
) -> None:
    new = row(2, "9", title=title, deadline=SEPTEMBER)

    with pytest.raises(Undecided) as raised:
        adjust(titled, worksheet(new))
    kept = adjust(titled, worksheet(row(2, "9", title=title, deadline=SEPTEMBER, decision="keep")))

    assert [one.place for one in raised.value.faults] == ["dòng 2"]
    assert "gần giống 1" in raised.value.faults[0].problem
    assert [(one.code, one.what) for one in kept.changes] == [("9", "added")]
    assert titled.row("1").title == FIRST


@pytest.mark.parametrize(
    "vague",
    [
        deadline(phrase="Cuối năm", confidence="confirm"),
        deadline(phrase="Thường xuyên"),
        deadline("2014-06-30", phrase="Giữa năm", confidence="confirm"),
    ],
)
def test_a_vague_deadline_gives_up_no_task_of_a_recurring_item(
    recurring: World, vague: object
) -> None:
    with pytest.raises(Undecided) as raised:
        adjust(recurring, worksheet(change("1", deadline=vague)))

    assert "chưa rõ những ngày nào" in raised.value.faults[0].problem
    assert [recurring.row(code).state for code in ("1.1", "1.2")] == ["assigned", "assigned"]


def test_a_list_of_days_is_sure_enough_for_a_recurring_item(recurring: World) -> None:
    days = deadline("2014-06-25", "2014-12-31", kind="milestones", confidence="confirm")

    adjust(recurring, worksheet(change("1", deadline=days)))

    assert [recurring.row(code).due_on for code in ("1.1", "1.2")] == [
        day("2014-06-25"), day("2014-12-31"),
    ]  # fmt: skip


def test_an_item_dropped_before_activation_does_not_come_back_in_silence(world: World) -> None:
    world.plan({"code": "1", "due": "2014-06-30"}, {"code": "2", "decision": "drop"})
    world.now("2014-01-16T09:00")

    with pytest.raises(Undecided) as raised:
        adjust(world, worksheet(change("2", deadline=SEPTEMBER, decision="keep")))

    assert "đã bỏ trước khi kích hoạt" in raised.value.faults[0].problem


def test_several_leads_of_which_one_leads_already_are_asked_about(titled: World) -> None:
    several = row(2, "1", lead="CNTT; VP", leads=("CNTT", "VP"))

    with pytest.raises(Undecided) as raised:
        adjust(titled, worksheet(several))

    assert [fault.place for fault in raised.value.faults] == ["1"]
    assert "2 đơn vị chủ trì" in raised.value.faults[0].problem
