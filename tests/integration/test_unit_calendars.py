"""Units that work at other times than the office: told in their own slots, by their own days."""

from datetime import date, time
from typing import Any

import pytest

from engine.clock import PinnedClock
from engine.commands.calendars import CalendarEdited, DaysEdit, set_days
from engine.commands.foresight import preview_edit
from engine.commands.unit_calendars import UnitCalendarEdit, set_unit_calendar
from engine.errors import Invalid, NotPermitted, Unknown
from engine.store.session import Database
from scheduler.sweep import Sweep
from tests.support.ladders import applied, foretold
from tests.support.office import World, local

#: Two units, one of which works Saturdays; the higher rungs speak to the office.
LADDER = [
    {"rung": "remind-2", "at": "-2wd", "to": ["assignee"]},
    {"rung": "remind-0", "at": "0wd", "to": ["assignee"]},
    {"rung": "escalate-1", "at": "+1wd", "to": ["unit_head"]},
    {"rung": "escalate-2", "at": "+2wd", "to": ["director"]},
]
SUNDAY = frozenset({6})


@pytest.fixture
def world(database: Database) -> World:
    found = World(database, PinnedClock(local("2014-06-02T08:00"))).open()
    found.ladder(LADDER)
    return found


def give(world: World, unit: str = "CNTT", **wanted: Any) -> CalendarEdited:
    given: dict[str, Any] = {"source": "QĐ 7/QĐ-SO", "by": ("cvp", None), **wanted}
    edit = UnitCalendarEdit(unit=unit, **given)
    with world.database.begin() as tx:
        return set_unit_calendar(tx, edit, rules=world.rules, at=world.clock.now())


def told_at(world: World, code: str) -> list[tuple[str, str, str]]:
    names = {identity: name for name, identity in world.ids.items()}
    zone = world.rules.office.zone
    return sorted(
        (f"{row.leave_at.astimezone(zone):%Y-%m-%dT%H:%M}", row.rung, names[row.recipient_id])
        for row in world.ledger()
        if row.is_planned and row.task_id == world.ids[code] and row.leave_at is not None
    )


def test_s8_the_same_date_is_counted_by_each_units_own_calendar_and_above_by_the_offices(
    world: World,
) -> None:
    give(world, weekend=SUNDAY)
    # Monday the 16th.
    world.plan(
        {"code": "T1", "due": "2014-06-16"},
        {"code": "T2", "due": "2014-06-16", "lead": "VP", "assignee": "cvp"},
    )

    world.live("2014-06-30")

    assert told_at(world, "T1") == [
        ("2014-06-13T07:30", "remind-2", "cv"),
        ("2014-06-16T07:30", "remind-0", "cv"),
        ("2014-06-17T07:30", "escalate-1", "tp"),
        ("2014-06-18T07:30", "escalate-2", "gd"),
    ]
    assert told_at(world, "T2")[:2] == [
        ("2014-06-12T07:30", "remind-2", "cvp"),
        ("2014-06-16T07:30", "remind-0", "cvp"),
    ]


def test_s8_on_a_saturday_only_the_unit_that_works_is_told_and_the_director_on_monday(
    world: World,
) -> None:
    give(world, weekend=SUNDAY)
    # Thursday the 12th: +1wd is Friday and +2wd Saturday for the unit, Monday for the director.
    world.plan({"code": "T1", "due": "2014-06-12"}, {"code": "T3", "due": "2014-06-14"})

    world.live("2014-06-30")

    assert told_at(world, "T1")[-2:] == [
        ("2014-06-13T07:30", "escalate-1", "tp"),
        ("2014-06-16T07:30", "escalate-2", "gd"),
    ]
    # Due on Saturday itself: no day off for the unit, so nothing rolls.
    assert told_at(world, "T3") == [
        ("2014-06-12T07:30", "remind-2", "cv"),
        ("2014-06-14T07:30", "remind-0", "cv"),
        ("2014-06-16T07:30", "escalate-1", "tp"),
        ("2014-06-17T07:30", "escalate-2", "gd"),
    ]


def test_s8_a_unit_is_told_in_a_slot_of_its_own_and_the_director_in_the_offices(
    world: World,
) -> None:
    give(world, send_at=time(9, 0), hours=((time(9, 0), time(16, 0)),))
    world.plan({"code": "T1", "due": "2014-06-12"})

    world.live("2014-06-30")

    assert [at[-5:] for at, _, _ in told_at(world, "T1")] == ["09:00", "09:00", "09:00", "07:30"]


def test_s8_what_is_found_due_on_a_units_day_off_waits_for_its_own_next_slot(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-06-12"})
    give(world, off=(date(2014, 6, 10), date(2014, 6, 11)))
    world.now("2014-06-10T07:30")

    done = Sweep(world.database, world.clock, world.rules).turn()

    assert done.told == 0
    assert world.row().next_at == local("2014-06-12T07:30")


def test_s8_a_unit_without_a_calendar_of_its_own_works_as_the_office(world: World) -> None:
    give(world, weekend=SUNDAY)

    with world.database.read() as tx:
        rulebook = world.rules.current(tx)

    assert rulebook.calendar_of(world.ids["CNTT"]).weekend == SUNDAY
    assert rulebook.calendar_of(world.ids["VP"]) is rulebook.calendar
    assert rulebook.calendar_of(None) is rulebook.calendar


def test_s8_news_leaves_in_the_hours_of_the_unit_of_whoever_is_told(world: World) -> None:
    give(world, weekend=SUNDAY, send_at=time(8, 0), hours=((time(8, 0), time(12, 0)),))
    # Saturday morning: the unit works, the monitoring unit does not.
    world.now("2014-06-07T09:00")

    world.plan(
        {"code": "T1", "due": "2014-06-20"},
        {"code": "T2", "due": "2014-06-20", "lead": "VP", "assignee": "cvp"},
    )

    leave = {(row.task_id, row.leave_at) for row in world.ledger() if row.rung == "assigned"}
    assert leave == {
        (world.ids["T1"], local("2014-06-07T09:10")),
        (world.ids["T2"], local("2014-06-09T07:30")),
    }


def test_s8_who_reads_the_report_waits_by_the_offices_calendar(world: World) -> None:
    give(world, weekend=SUNDAY)
    world.plan({"code": "T1", "due": "2014-06-20"})
    # Friday: the second working day after it is Tuesday, whatever the unit does on Saturday.
    world.now("2014-06-06T09:00")
    world.do("cv", "start")
    world.do("cv", "report")

    world.live("2014-06-12")

    assert told_at(world, "T1") == [("2014-06-10T07:30", "verify-2", "cvp")]


def test_s6_a_calendar_of_a_unit_moves_its_dates_and_tells_it_once(world: World) -> None:
    world.plan(
        {"code": "T1", "due": "2014-06-12"}, {"code": "T2", "due": "2014-06-13"},
        {"code": "T3", "due": "2014-06-12", "lead": "VP", "assignee": "cvp"},
    )  # fmt: skip

    done = give(world, off=(date(2014, 6, 12), date(2014, 6, 13)))

    assert [(one.task.code, one.after) for one in done.moves] == [
        ("T1", date(2014, 6, 16)), ("T2", date(2014, 6, 16)),
    ]  # fmt: skip
    moved = [row for row in world.ledger() if row.rung == "calendar_moved"]
    names = {identity: name for name, identity in world.ids.items()}
    assert sorted((names[row.task_id], names[row.recipient_id]) for row in moved) == [
        ("T1", "cv"), ("T1", "tp"), ("T2", "cv"), ("T2", "tp"),
    ]  # fmt: skip
    assert {row.leave_at for row in moved} == {local("2014-06-02T08:10")}


def test_s6_nobody_is_told_of_an_edit_that_moves_no_date(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-06-12"})

    done = give(world, off=(date(2014, 6, 10),))

    assert (done.is_changed, done.moves) == (True, ())
    assert "calendar_moved" not in {row.rung for row in world.ledger()}


def test_s6_an_edit_taken_back_before_anybody_was_told_says_nothing(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-06-12"})
    give(world, off=(date(2014, 6, 12),))

    give(world, is_reset=True)

    waiting = [row.status for row in world.ledger() if row.rung == "calendar_moved"]
    assert waiting == ["superseded", "superseded"]


def test_s6_a_second_edit_tells_from_the_date_that_people_know(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-06-12"})
    give(world, off=(date(2014, 6, 12),))

    give(world, off=(date(2014, 6, 13),))

    [waiting] = {
        (row.status, row.detail["due_from"], row.detail["due_to"])
        for row in world.ledger()
        if row.rung == "calendar_moved" and row.status == "pending"
    }
    assert waiting == ("pending", "2014-06-12", "2014-06-16")


def test_s6_several_days_are_one_edit_and_one_digest(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-06-12"})
    edit = DaysEdit(
        off=(date(2014, 6, 12), date(2014, 6, 13)), worked=(date(2014, 6, 14),),
        source="TB 3", by=("gd", None),
    )  # fmt: skip

    with world.database.begin() as tx:
        done = set_days(tx, edit, rules=world.rules, at=world.clock.now())

    assert [one.after for one in done.moves] == [date(2014, 6, 14)]
    moved = [row for row in world.ledger() if row.rung == "calendar_moved"]
    assert len(moved) == 2


@pytest.mark.parametrize(
    "wanted",
    [
        {"weekend": SUNDAY},
        {"send_at": time(9, 0)},
        {"off": (date(2014, 6, 12), date(2014, 6, 17))},
        {"weekend": frozenset({4, 5, 6}), "send_at": time(13, 0)},
    ],
)
def test_s6_after_the_edit_a_unit_is_told_as_the_dry_run_said(
    world: World, wanted: dict[str, Any]
) -> None:
    world.plan(
        {"code": "T1", "due": "2014-06-12"}, {"code": "T2", "due": "2014-06-16"},
        {"code": "T3", "due": "2014-06-12", "lead": "VP", "assignee": "cvp"},
    )  # fmt: skip
    world.now("2014-06-03T10:00")
    world.deliver()
    edit = UnitCalendarEdit(unit="CNTT", source="QĐ 7/QĐ-SO", by=("cvp", None), **wanted)
    with world.database.read() as tx:
        compare = preview_edit(tx, edit, rules=world.rules, at=world.clock.now())
    announced = compare()
    last = announced.until.isoformat()
    before = foretold(world, last)

    give(world, **wanted)

    assert foretold(world, last) == applied(before, announced)
    assert set(announced.units) <= {"CNTT"}


def test_a_units_calendar_is_recorded_with_its_source_before_and_after(world: World) -> None:
    give(world, weekend=SUNDAY, off=(date(2014, 6, 10),))

    [entry] = [one for one in world.entries("unit:") if one.action == "calendar.unit_changed"]

    assert '"source":"QĐ 7/QĐ-SO"' in entry.body
    assert '"weekend":[6]' in entry.body
    assert '"before":{"days":[],"unit":"CNTT"}' in entry.body


def test_a_day_named_twice_is_one_day(world: World) -> None:
    twice = (date(2014, 6, 10), date(2014, 6, 10))
    edit = DaysEdit(off=twice, worked=(date(2014, 6, 14),) * 2, source="TB 3", by=("gd", None))

    unit = give(world, off=twice, worked=(date(2014, 6, 10), date(2014, 6, 15)))
    with world.database.begin() as tx:
        office = set_days(tx, edit, rules=world.rules, at=world.clock.now())

    assert unit.changed == (date(2014, 6, 10), date(2014, 6, 15))
    assert office.changed == (date(2014, 6, 10), date(2014, 6, 14))


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ({"weekend": SUNDAY, "source": " "}, Invalid),
        ({"weekend": SUNDAY, "by": ("cv", None)}, NotPermitted),
        ({"weekend": SUNDAY, "by": ("cv", "cvp")}, NotPermitted),
        ({"weekend": SUNDAY, "unit": "KHAC"}, Unknown),
        ({"weekend": SUNDAY, "unit": "SO"}, Invalid),
        ({}, Invalid),
        ({"weekend": frozenset(range(7))}, Invalid),
        ({"hours": ((time(9), time(8)),)}, Invalid),
        ({"hours": ((time(8), time(10)), (time(9), time(11)))}, Invalid),
    ],
)
def test_a_calendar_that_cannot_be_changes_nothing(
    world: World, wanted: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        give(world, **wanted)

    with world.database.read() as tx:
        assert world.rules.current(tx).unit_calendars == {}


def test_the_same_calendar_twice_is_one_entry(world: World) -> None:
    first, second = (give(world, weekend=SUNDAY) for _ in range(2))

    assert (first.is_changed, second.is_changed) == (True, False)
    assert len(world.entries("unit:")) == 1
