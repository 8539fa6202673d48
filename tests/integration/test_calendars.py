"""An edit of the calendar moves what is not told yet, and says so in the record."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from config.holidays import seed_days
from engine.clock import PinnedClock
from engine.commands.calendars import DayEdit, load_year, set_day, with_years
from engine.errors import Conflict, Invalid, NotPermitted
from engine.store import claims
from engine.store.record import audit_entry
from engine.store.session import Database
from scheduler.sweep import Sweep
from tests.support.calendars import Closed
from tests.support.office import World, local
from tests.support.queueing import while_open


@pytest.fixture
def world(office_database: Database) -> World:
    return World(office_database, PinnedClock(local("2014-01-15T08:00"))).found()


def edit(world: World, day: str, *, off: bool, **who: Any) -> bool:
    said = {"actor": "cvp", "source": "QĐ 5/QĐ-SO", **who}
    wanted = DayEdit(day=date.fromisoformat(day), off=off, **said)
    with world.database.begin() as tx:
        return set_day(tx, wanted, at=world.clock.now(), rules=world.rules)


def entries(world: World, action: str) -> list[dict[str, Any]]:
    with world.database.read() as tx:
        rows = tx.execute(select(audit_entry.c.body).where(audit_entry.c.action == action))
        return [json.loads(body) for body in rows.scalars()]


def sweep_at(world: World, *moments: str) -> list[tuple[str, str]]:
    for moment in moments:
        world.now(moment)
        Sweep(world.database, world.clock, world.rules).turn()
    return [
        (row.rung, row.leave_at.astimezone(world.rules.office.zone).date().isoformat())
        for row in world.ledger()
        if row.is_planned
    ]


def test_s6_a_new_day_off_moves_the_reminder_that_is_not_told_yet(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-01-24"})
    world.now("2014-01-17T09:00")
    before = world.row().next_at

    changed = edit(world, "2014-01-23", off=True)

    assert (changed, before) == (True, local("2014-01-21T07:30"))
    told = sweep_at(world, *(f"2014-01-{day}T07:30" for day in range(20, 25)))
    assert told == [("remind-3", "2014-01-20"), ("remind-0", "2014-01-24")]


def test_s6_a_saturday_that_is_worked_brings_its_own_slot(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-18"})
    world.now("2014-02-09T09:00")

    edit(world, "2014-02-15", off=False)

    told = sweep_at(world, *(f"2014-02-{day}T07:30" for day in range(10, 19)))
    assert told == [("remind-3", "2014-02-14"), ("remind-0", "2014-02-18")]


def test_what_was_told_stays_told_whatever_the_calendar_says_later(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-14"})
    told = sweep_at(world, "2014-02-11T07:30")

    edit(world, "2014-02-12", off=True)
    after = sweep_at(world, "2014-02-13T07:30")

    assert [rung for rung, _ in told] == ["remind-3"]
    assert [rung for rung, _ in after] == ["remind-3"]


def test_an_edit_is_recorded_with_its_source_before_and_after(world: World) -> None:
    edit(world, "2014-01-25", off=True)

    [entry] = entries(world, "calendar.changed")

    assert entry["actor"] == "cvp"
    assert entry["cause"] == "QĐ 5/QĐ-SO"
    assert (entry["before"]["off"], entry["after"]["off"]) == (False, True)


def test_the_same_edit_twice_is_one_entry(world: World) -> None:
    first, second = (edit(world, "2014-01-22", off=True) for _ in range(2))

    assert (first, second) == (True, False)
    assert len(entries(world, "calendar.changed")) == 1


def test_a_substitute_needs_a_delegation_to_edit(world: World) -> None:
    with pytest.raises(NotPermitted):
        edit(world, "2014-01-22", off=True, actor="cv", on_behalf_of="cvp")

    assert entries(world, "calendar.changed") == []


def test_a_seed_that_changed_replaces_itself_and_spares_the_office(world: World) -> None:
    def load(*, without: date | None = None) -> tuple[int, int, int]:
        seed = [one for one in seed_days(2014) if one.day != without]
        with world.database.begin() as tx:
            done = load_year(
                tx, 2014, seed, at=world.clock.now(), actor="operator:test", rules=world.rules
            )
        return len(done.changed), len(done.removed), len(done.kept)

    first = load()
    again = load()
    shrunk = load(without=date(2014, 9, 2))

    assert first[0] > 0
    assert again == (0, 0, 11)
    assert shrunk == (0, 1, 11)
    assert [len(one["after"]["days"]) for one in entries(world, "calendar.loaded")] == [first[0], 0]


def test_the_last_working_day_of_a_year_cannot_be_taken_from_it(world: World) -> None:
    days = [date(2015, 1, 1) + timedelta(days=number) for number in range(365)]
    with world.database.begin() as tx:
        seed = [Closed(day) for day in days if day != date(2015, 6, 2)]
        load_year(tx, 2015, seed, at=world.clock.now(), actor="system", rules=world.rules)

    with pytest.raises(Invalid, match="không còn ngày làm việc"):
        edit(world, "2015-06-02", off=True)


def test_g7_what_loading_years_would_leave_is_worked_out_without_loading_them(
    world: World,
) -> None:
    def seed(**days: bool) -> list[Closed]:
        return [Closed(date.fromisoformat(f"2014-06-{day[1:]}"), off) for day, off in days.items()]

    at, new = world.clock.now(), {2014: seed(d03=False, d04=True, d05=True, d21=False), 2015: []}
    with world.database.begin() as tx:
        old = seed(d02=True, d05=False, d06=True, d14=False)
        load_year(tx, 2014, old, at=at, actor="system", rules=world.rules)
    edit(world, "2014-06-03", off=True)

    with world.database.begin() as tx:
        foreseen = with_years(tx, world.rules.current(tx), new).calendar
        for year, days in new.items():
            load_year(tx, year, days, at=at, actor="system", rules=world.rules)
        loaded = world.rules.current(tx).calendar

    june = {day.day for day in loaded.days_off if (day.year, day.month) == (2014, 6)}
    assert foreseen == loaded
    assert june == {3, 4, 5}


def test_a_source_longer_than_its_column_is_refused_on_every_database(world: World) -> None:
    with pytest.raises(Invalid, match="300"):
        edit(world, "2014-06-02", off=True, source="x" * 301)


def test_an_edit_in_the_midst_of_a_backlog_puts_nothing_off(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-01-24"})
    world.now("2014-01-21T07:31")
    due = world.row().next_at

    edit(world, "2014-02-03", off=True)

    assert world.row().next_at == due


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_who_acts_while_the_calendar_changes_looks_again(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-01-24"})
    wanted = DayEdit(day=date(2014, 1, 20), off=True, source="QĐ 5/QĐ-SO", actor="cvp")
    at = world.clock.now()

    raised = while_open(
        world,
        lambda tx: set_day(tx, wanted, at=at, rules=world.rules),
        lambda: World(world.database, world.clock, ids=world.ids).do("cv", "start"),
    )

    assert [type(one) for one in raised] == [Conflict]
    assert world.row().next_at == local("2014-01-16T07:30")


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_what_a_sweep_puts_off_by_the_old_calendar_is_looked_at_again(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-01-24"})
    world.now("2014-01-21T07:31")
    at, by_the_old = world.clock.now(), local("2014-01-24T07:30")

    raised = while_open(
        world,
        lambda tx: claims.claim(tx, at=at, limit=10),
        lambda: edit(world, "2014-02-03", off=True),
        then=lambda tx: claims.set_next(tx, {world.ids["T1"]: by_the_old}),
    )

    assert raised == []
    assert world.row().next_at == local("2014-01-22T07:30")
