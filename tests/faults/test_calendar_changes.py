"""Fault 17: the calendar changes after everything was planned; leap days, 31sts and year ends."""

from datetime import date, time
from typing import Any

import pytest

from engine.calendar import WorkingCalendar
from engine.commands import calendars
from engine.commands.unit_calendars import UnitCalendarEdit, set_unit_calendar
from engine.ladder import Rung
from tests.support.calendars import ZONE
from tests.support.office import World

REMIND_AND_CLIMB = [
    {"rung": "remind-3", "at": "-3wd", "to": ["assignee"]},
    {"rung": "remind-0", "at": "0wd", "to": ["assignee"]},
    {"rung": "escalate-1", "at": "+2wd", "to": ["unit_head"]},
    {"rung": "escalate-2", "at": "+4wd", "to": ["leader_in_charge"]},
]
NEW_YEAR = WorkingCalendar(
    zone=ZONE, days_off=frozenset({date(2015, 1, 1), date(2024, 1, 1), date(2100, 1, 1)})
)

EVERY_DAY = WorkingCalendar(zone=ZONE, weekend=frozenset())


def edit(world: World, day: str, *, off: bool) -> None:
    wanted = calendars.DayEdit(day=date.fromisoformat(day), off=off, source="12/QĐ", actor="cvp")
    with world.database.begin() as tx:
        calendars.set_day(tx, wanted, at=world.clock.now(), rules=world.rules)


@pytest.fixture
def due_in_june(world: World) -> World:
    """A task due on Thursday 2014-06-12, armed on Monday the 2nd."""
    world.ladder(REMIND_AND_CLIMB)
    world.plan({"code": "T1", "due": "2014-06-12"})
    return world


def test_fault_17_a_holiday_added_later_moves_what_is_not_told_and_repeats_nothing(
    due_in_june: World,
) -> None:
    due_in_june.live("2014-06-09")
    due_in_june.now("2014-06-10T09:00")

    edit(due_in_june, "2014-06-13", off=True)
    edit(due_in_june, "2014-06-11", off=True)
    due_in_june.live("2014-06-30")

    assert due_in_june.told() == [
        ("2014-06-09", "remind-3", "cv"),
        ("2014-06-12", "remind-0", "cv"),
        ("2014-06-17", "escalate-1", "tp"),
        ("2014-06-19", "escalate-2", "pgd"),
    ]


def test_fault_17_a_day_due_made_a_day_off_moves_the_date_with_all_its_untold_rungs(
    due_in_june: World,
) -> None:
    due_in_june.live("2014-06-09")
    due_in_june.now("2014-06-11T16:00")

    edit(due_in_june, "2014-06-12", off=True)
    due_in_june.live("2014-06-30")

    assert due_in_june.told() == [
        ("2014-06-09", "remind-3", "cv"),
        ("2014-06-13", "remind-0", "cv"),
        ("2014-06-17", "escalate-1", "tp"),
        ("2014-06-19", "escalate-2", "pgd"),
    ]
    assert due_in_june.row().due_on == date(2014, 6, 12)


def test_fault_17_a_past_day_made_a_day_off_takes_nothing_back_and_tells_nothing_twice(
    due_in_june: World,
) -> None:
    due_in_june.live("2014-06-16")
    due_in_june.now("2014-06-16T10:00")

    edit(due_in_june, "2014-06-13", off=True)
    due_in_june.live("2014-06-30")

    assert due_in_june.told() == [
        ("2014-06-09", "remind-3", "cv"),
        ("2014-06-12", "remind-0", "cv"),
        ("2014-06-16", "escalate-1", "tp"),
        ("2014-06-19", "escalate-2", "pgd"),
    ]


def test_fault_17_a_past_saturday_made_a_working_day_is_owed_in_the_next_slot(
    due_in_june: World,
) -> None:
    due_in_june.live("2014-06-15")
    due_in_june.now("2014-06-15T20:00")

    edit(due_in_june, "2014-06-14", off=False)
    due_in_june.live("2014-06-30")

    # The 14th is now the second working day after the 12th, and past; the 17th is the fourth.
    assert due_in_june.told()[2:] == [
        ("2014-06-16", "escalate-1", "tp"),
        ("2014-06-17", "escalate-2", "pgd"),
    ]


def test_fault_17_a_day_made_off_and_worked_again_changes_nothing(due_in_june: World) -> None:
    due_in_june.live("2014-06-09")
    due_in_june.now("2014-06-10T09:00")

    edit(due_in_june, "2014-06-12", off=True)
    edit(due_in_june, "2014-06-12", off=False)
    due_in_june.live("2014-06-30")

    assert [day for day, _, _ in due_in_june.told()] == [
        "2014-06-09", "2014-06-12", "2014-06-16", "2014-06-18",
    ]  # fmt: skip


#: Due date, then the slots of -3wd, -3d, 0wd, +1wd, +2d and +5wd; all counted on paper.
ON_PAPER = {
    # A leap day, a Thursday; Saturday the 2nd leaves on Monday.
    "2024-02-29": ["2024-02-26", "2024-02-26", "2024-02-29", "2024-03-01", "2024-03-04",
                   "2024-03-07"],
    # A leap day, a Tuesday; three calendar days before is a Saturday.
    "2028-02-29": ["2028-02-24", "2028-02-28", "2028-02-29", "2028-03-01", "2028-03-02",
                   "2028-03-07"],
    # 2100 has no leap day: Sunday, February 28th, is followed by Monday, March 1st.
    "2100-02-28": ["2100-02-24", "2100-02-26", "2100-03-01", "2100-03-02", "2100-03-03",
                   "2100-03-08"],
    # Wednesday the 31st; Friday is the 2nd.
    "2024-01-31": ["2024-01-26", "2024-01-29", "2024-01-31", "2024-02-01", "2024-02-02",
                   "2024-02-07"],
    # Sunday the 31st rolls to Monday, April 1st.
    "2024-03-31": ["2024-03-27", "2024-03-29", "2024-04-01", "2024-04-02", "2024-04-03",
                   "2024-04-08"],
    # Sunday, December 31st; New Year is off, so Tuesday, January 2nd.
    "2023-12-31": ["2023-12-27", "2024-01-02", "2024-01-02", "2024-01-03", "2024-01-04",
                   "2024-01-09"],
    # Wednesday, December 31st; New Year is off.
    "2014-12-31": ["2014-12-26", "2014-12-29", "2014-12-31", "2015-01-02", "2015-01-02",
                   "2015-01-08"],
    # Thursday, December 31st of the last year before 2100.
    "2099-12-31": ["2099-12-28", "2099-12-28", "2099-12-31", "2100-01-04", "2100-01-04",
                   "2100-01-08"],
}  # fmt: skip
OFFSETS = [(-3, "wd"), (-3, "d"), (0, "wd"), (1, "wd"), (2, "d"), (5, "wd")]


@pytest.mark.parametrize(("due", "slots"), ON_PAPER.items())
def test_fault_17_rungs_around_a_leap_day_a_31st_and_a_year_end_fall_due_as_on_paper(
    due: str, slots: list[str]
) -> None:
    base = NEW_YEAR.effective(date.fromisoformat(due))
    rungs = [Rung(name=f"{offset}{unit}", offset=offset, unit="wd" if unit == "wd" else "d",
                  to=("assignee",))
             for offset, unit in OFFSETS]  # fmt: skip

    found = [NEW_YEAR.local_date(NEW_YEAR.slot_of(rung.day(base, NEW_YEAR))) for rung in rungs]

    assert [day.isoformat() for day in found] == slots


def test_fault_17_a_year_without_a_leap_day_has_none() -> None:
    years = (2024, 2028, 2096, 2100, 2104)

    leap = [year for year in years if EVERY_DAY.shift(date(year, 2, 28), 1).day == 29]

    assert leap == [2024, 2028, 2096, 2104]


@pytest.mark.parametrize(
    ("due", "since", "told"),
    [
        (
            "2024-02-29",
            "2024-02-19T09:00",
            [("2024-02-26", "remind-3"), ("2024-02-29", "remind-0"), ("2024-03-04", "escalate-1"),
             ("2024-03-06", "escalate-2")],
        ),
        (
            "2014-12-31",
            "2014-12-15T09:00",
            [("2014-12-26", "remind-3"), ("2014-12-31", "remind-0"), ("2015-01-05", "escalate-1"),
             ("2015-01-07", "escalate-2")],
        ),
        (
            "2015-01-01",
            "2014-12-15T09:00",
            [("2014-12-29", "remind-3"), ("2015-01-02", "remind-0"), ("2015-01-06", "escalate-1"),
             ("2015-01-08", "escalate-2")],
        ),
    ],
)  # fmt: skip
def test_fault_17_over_a_leap_day_and_a_year_end_everybody_is_told_on_the_day(
    world: World, due: str, since: str, told: list[tuple[str, str]]
) -> None:
    world.ladder(REMIND_AND_CLIMB)
    world.now(since)
    edit(world, "2015-01-01", off=True)
    world.plan({"code": "T1", "due": due})

    world.live("2024-03-31")

    assert [(day, rung) for day, rung, _ in world.told()] == told


def give(world: World, **wanted: Any) -> None:
    edit = UnitCalendarEdit(unit="CNTT", source="12/QĐ", by=("cvp", None), **wanted)
    with world.database.begin() as tx:
        set_unit_calendar(tx, edit, rules=world.rules, at=world.clock.now())


def test_fault_17_a_unit_that_begins_to_work_saturdays_is_told_nothing_twice(
    due_in_june: World,
) -> None:
    due_in_june.live("2014-06-12")
    due_in_june.now("2014-06-13T16:00")

    give(due_in_june, weekend=frozenset({6}))
    due_in_june.live("2014-06-30")

    # +2wd is Saturday now; +4wd is told to a leader, whose days are the office's.
    assert due_in_june.told() == [
        ("2014-06-09", "remind-3", "cv"),
        ("2014-06-12", "remind-0", "cv"),
        ("2014-06-14", "escalate-1", "tp"),
        ("2014-06-18", "escalate-2", "pgd"),
    ]


def test_fault_17_a_past_day_given_to_a_unit_is_owed_in_its_own_next_slot(
    due_in_june: World,
) -> None:
    due_in_june.live("2014-06-12")
    due_in_june.now("2014-06-13T10:00")

    give(due_in_june, weekend=frozenset({6}), off=(date(2014, 6, 16), date(2014, 6, 17)))
    due_in_june.live("2014-06-30")

    assert due_in_june.told()[-2:] == [
        ("2014-06-14", "escalate-1", "tp"),
        ("2014-06-18", "escalate-2", "pgd"),
    ]


def test_fault_17_a_slot_moved_to_a_later_hour_of_the_day_repeats_nothing(
    due_in_june: World,
) -> None:
    due_in_june.live("2014-06-09")
    due_in_june.now("2014-06-12T07:40")
    due_in_june.sweep()

    give(due_in_june, send_at=time(9, 0))
    due_in_june.live("2014-06-30")

    assert [(day, rung) for day, rung, _ in due_in_june.told()] == [
        ("2014-06-09", "remind-3"), ("2014-06-12", "remind-0"), ("2014-06-16", "escalate-1"),
        ("2014-06-18", "escalate-2"),
    ]  # fmt: skip


def test_fault_17_a_unit_that_loses_its_calendar_goes_on_by_the_offices(
    due_in_june: World,
) -> None:
    give(due_in_june, weekend=frozenset({6}))
    due_in_june.live("2014-06-12")
    due_in_june.now("2014-06-13T10:00")

    give(due_in_june, is_reset=True)
    due_in_june.live("2014-06-30")

    assert due_in_june.told()[-2:] == [
        ("2014-06-16", "escalate-1", "tp"),
        ("2014-06-18", "escalate-2", "pgd"),
    ]


def test_fault_17_an_outage_over_a_units_own_slot_is_made_up_in_its_next_one(
    due_in_june: World,
) -> None:
    give(due_in_june, weekend=frozenset({6}), send_at=time(9, 0))
    due_in_june.live("2014-06-13")
    # Nobody sweeps on Saturday the 14th.
    due_in_june.now("2014-06-16T07:30")
    due_in_june.sweep()

    early = [one for one in due_in_june.told() if one[1] == "escalate-1"]
    due_in_june.live("2014-06-30")

    assert early == []
    assert due_in_june.told()[-2:] == [
        ("2014-06-16", "escalate-1", "tp"),
        ("2014-06-18", "escalate-2", "pgd"),
    ]
