"""What an edit of the calendar would change is said before it is made, and is what then happens."""

from datetime import date

import pytest

from engine.clock import PinnedClock
from engine.commands import calendars
from engine.commands.foresight import CalendarPreview, preview_day
from engine.preview import NoticeChange
from engine.store.session import Database
from tests.support.ladders import applied, foretold
from tests.support.office import World, local

OFF = date(2014, 2, 12)
UNTIL = "2014-03-31"


@pytest.fixture
def world(database: Database) -> World:
    found = World(database, PinnedClock(local("2014-01-20T08:00"))).open()
    found.plan({"code": "T1", "due": "2014-02-14"}, {"code": "T2", "due": "2014-02-12"})
    return found


def previewed(world: World, day: date = OFF, *, off: bool = True) -> CalendarPreview:
    with world.database.read() as tx:
        compare = preview_day(tx, day, off=off, rules=world.rules, at=world.clock.now())
    return compare()


def edit(world: World, day: date = OFF, *, off: bool = True) -> None:
    wanted = calendars.DayEdit(day=day, off=off, source="QĐ 5/QĐ-SO", actor="cvp")
    with world.database.begin() as tx:
        calendars.set_day(tx, wanted, at=world.clock.now(), rules=world.rules)


def test_s6_a_dry_run_names_the_notices_that_move_and_for_whom(world: World) -> None:
    world.now("2014-02-06T10:00")

    found = previewed(world)

    first = [one for one in found.notices if one.occurrence == 1]
    assert {(one.to, one.task, one.rung, one.change) for one in first} == {
        ("cv", "KH-2014/T1", "remind-3", "moved"),
        ("cv", "KH-2014/T2", "remind-0", "moved"),
        ("tp", "KH-2014/T2", "escalate-1", "moved"),
        ("pgd", "KH-2014/T2", "escalate-2", "moved"),
        ("gd", "KH-2014/T2", "escalate-3", "moved"),
        # Whose date moves is told so at once.
        ("cv", "KH-2014/T2", "calendar_moved", "added"),
        ("tp", "KH-2014/T2", "calendar_moved", "added"),
    }
    assert NoticeChange(
        change="moved", task="KH-2014/T1", rung="remind-3", occurrence=1, to="cv",
        at_before=local("2014-02-11T07:30"), at_after=local("2014-02-10T07:30"),
    ) in first  # fmt: skip
    assert found.is_changed


def test_s6_a_dry_run_names_the_dates_that_move_and_counts_by_unit(world: World) -> None:
    world.now("2014-02-06T10:00")

    found = previewed(world)

    assert [(one.task.address, one.before, one.after) for one in found.moves] == [
        ("KH-2014/T2", date(2014, 2, 12), date(2014, 2, 13))
    ]
    assert found.units == {"CNTT": (1, len(found.notices))}


def test_s6_what_was_told_is_not_among_what_moves(world: World) -> None:
    world.slots("2014-02-06", "2014-02-12")
    world.now("2014-02-12T10:00")

    found = previewed(world, date(2014, 2, 13))

    assert "remind-3" not in {one.rung for one in found.notices}
    assert "escalate-1" in {one.rung for one in found.notices}


def test_s6_after_the_edit_everybody_is_told_as_the_dry_run_said(world: World) -> None:
    world.now("2014-02-06T10:00")
    announced = previewed(world)
    last = announced.until.isoformat()
    before = foretold(world, last)

    edit(world)

    assert announced.notices
    assert foretold(world, last) == applied(before, announced)


def test_s6_a_dry_run_writes_nothing(world: World) -> None:
    world.now("2014-02-06T10:00")
    before = foretold(world, UNTIL)

    previewed(world)

    with world.database.read() as tx:
        assert OFF not in {one.day for one in calendars.days_of(tx, 2014)}
    assert foretold(world, UNTIL) == before


@pytest.mark.parametrize(("day", "off"), [("2014-02-09", True), ("2014-02-11", False)])
def test_s6_a_day_that_is_so_already_changes_nothing(world: World, day: str, off: bool) -> None:
    world.now("2014-02-06T10:00")

    found = previewed(world, date.fromisoformat(day), off=off)

    assert (found.is_changed, found.notices) == (False, ())


def test_nobody_waits_with_writing_until_a_comparison_is_made(world: World) -> None:
    with world.database.read() as tx:
        compare = preview_day(tx, OFF, off=True, rules=world.rules, at=world.clock.now())
    edit(world)

    assert compare().is_changed
    assert not previewed(world).is_changed
