"""Lists and tables: overdue by the local day, progress of headings, sums that add up."""

from collections import Counter
from typing import Any

import pytest

from engine import queries
from engine.errors import Invalid, Unknown
from engine.filters import read_filter
from engine.views import TaskView
from tests.support.calendars import day
from tests.support.office import World

DECISION = {"note": "dừng", "decision": "1/QĐ"}


def listed(world: World, wanted: str = "", **other: Any) -> list[TaskView]:
    """Return what a filter lets through now."""
    at = world.clock.now()
    today = at.astimezone(world.rules.office.zone).date()
    with world.database.read() as tx:
        return queries.list_tasks(
            tx, read_filter(wanted, today=today), rules=world.rules, at=at, **other
        )


def codes(world: World, wanted: str = "") -> list[str]:
    return [one.code for one in listed(world, wanted)]


def tally(world: World) -> dict[str, Counter[str]]:
    with world.database.read() as tx:
        return queries.tally(tx, "KH-2014", rules=world.rules, at=world.clock.now())


@pytest.mark.parametrize(
    ("at", "overdue", "days"),
    [
        ("2014-02-07T23:59", [], 0),
        ("2014-02-08T00:00", ["T1"], 1),
        ("2014-02-08T06:59", ["T1"], 1),
        ("2014-02-09T12:00", ["T1"], 1),
    ],
)
def test_s5_the_list_calls_a_task_overdue_from_local_midnight(
    world: World, at: str, overdue: list[str], days: int
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"}, {"code": "T2", "due": "2014-02-28"})
    world.now(at)

    assert codes(world, "status=overdue") == overdue
    assert listed(world)[0].overdue_working_days == days
    assert listed(world)[0].cell == ("open_overdue" if overdue else "open_within_term")


def test_s4_stored_and_effective_due_date_are_both_shown(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-01-29"})

    shown = listed(world)[0]

    assert (shown.due, shown.effective_due) == (day("2014-01-29"), day("2014-02-06"))
    assert world.row().due_on == day("2014-01-29")


def test_s38_the_progress_of_a_heading_is_that_of_its_items_without_the_cancelled(
    world: World,
) -> None:
    items = [{"code": f"T.{n}", "due": "2014-02-07", "parent": "T"} for n in range(9)]
    world.plan({"code": "T", "heading": True}, *items)
    for n in range(5):
        world.do("cv", "start", f"T.{n}")
        world.do("cv", "report", f"T.{n}")
        world.do("cvp", "verify", f"T.{n}")

    assert listed(world)[0].progress == (5, 9)
    world.do("gd", "cancel", "T.8", **DECISION)
    assert listed(world)[0].progress == (5, 8)


def test_the_2x2_of_all_units_adds_up_to_the_tracked_tasks(world: World) -> None:
    world.plan(
        {"code": "T1", "due": "2014-02-07"}, {"code": "T2", "due": "2014-02-07"},
        {"code": "T3", "due": "2014-02-28"},
        {"code": "T4", "due": "2014-02-07", "lead": "VP", "assignee": None},
        {"code": "T5", "due": "2014-02-07"}, {"code": "S1"}, {"code": "H", "heading": True},
    )  # fmt: skip
    for code, at in (("T1", "2014-02-07T16:00"), ("T2", "2014-02-08T09:00")):
        world.now(at)
        world.do("cv", "start", code)
        world.do("cv", "report", code)
        world.do("cvp", "verify", code)
    world.do("gd", "cancel", "T5", **DECISION)

    counted = tally(world)

    assert counted == {
        "CNTT": {"completed_on_time": 1, "completed_late": 1, "open_within_term": 1,
                 "cancelled": 1, "standing": 1},
        "VP": {"open_overdue": 1},
    }  # fmt: skip
    tracked = sum(counted[unit][cell] for unit in counted for cell in queries.CELLS)
    assert tracked == 4


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("", ["T1", "T2", "S1", "H"]),
        ("status=open", ["T1", "T2", "S1"]),
        ("status=assigned", ["T2", "S1"]),
        ("status=in_progress", ["T1"]),
        ("status=standing", ["S1"]),
        ("status=heading", ["H"]),
        ("unit=vp", ["T2"]),
        ("assignee=cvp", ["T2"]),
        ("due=2014-02-01..2014-02-28", ["T1"]),
        ("due=this-month", []),
        ("status=open&unit=CNTT&sort=code", ["S1", "T1"]),
        ("sort=due", ["T1", "T2", "S1", "H"]),
        ("plan=KH-2014&status=verified", []),
    ],
)
def test_a_filter_narrows_the_list(world: World, wanted: str, expected: list[str]) -> None:
    world.plan(
        {"code": "T1", "due": "2014-02-07"},
        {"code": "T2", "due": "2014-03-31", "lead": "VP", "assignee": "cvp"},
        {"code": "S1"}, {"code": "H", "heading": True},
    )  # fmt: skip
    world.do("cv", "start", "T1")

    assert codes(world, wanted) == expected


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ("stauts=open", Invalid), ("status=opne", Invalid), ("sort=size", Invalid),
        ("due=someday", Invalid), ("due=2014-02-30", Invalid), ("unit=XX", Unknown),
        ("assignee=xx", Unknown), ("plan=XX", Unknown), ("overdue", Invalid), ("&&", Invalid),
    ],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_refused_and_never_ignored(
    world: World, wanted: str, error: type[Exception]
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})

    with pytest.raises(error):
        listed(world, wanted)


def test_the_limit_counts_what_is_shown_and_not_what_was_looked_at(world: World) -> None:
    world.plan(*({"code": f"T{n}", "due": "2014-02-28"} for n in range(5)),
               *({"code": f"L{n}", "due": "2014-02-07"} for n in range(5)))  # fmt: skip
    world.now("2014-02-10T09:00")

    assert [one.code for one in listed(world, "status=overdue", limit=2)] == ["L0", "L1"]


def test_a_task_is_shown_with_its_history_evidence_notices_and_what_may_be_done(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07", "coordinating": ["VP"]})
    world.do("cv", "start")
    world.do("cv", "report")

    with world.database.read() as tx:
        shown = queries.show_task(tx, "T1", rules=world.rules, at=world.clock.now())

    assert [one["trigger"] for one in shown["history"]] == ["assign", "start", "report"]
    assert [one["name"] for one in shown["evidence"]] == ["12/TTr"]
    assert {(one["to"], one["rung"]) for one in shown["notices"]} == {
        ("cv", "assigned"), ("tp", "assigned"),
    }  # fmt: skip
    assert set(shown["allowed"]) == {"withdraw", "verify", "return", "cancel"}
    assert shown["coordinating"] == ["VP"]
