"""Fault 16: days with 23 and with 25 hours, in zones that have them and in one that has none.

A rule of local time fires once on each of them, and never at an hour that is not on the clock.
"""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.calendar import WorkingCalendar
from engine.ladder import Ladder, Run, Rung
from engine.office import Office
from engine.store.session import Database
from tests.support.climbing import play
from tests.support.databases import SqliteSource
from tests.support.town import Course, Town, careless

#: Days of 2014 on which clocks are set forward or back; Việt Nam sets none.
CHANGES = {
    "Asia/Ho_Chi_Minh": ["2014-03-30", "2014-10-26"],
    "Europe/Berlin": ["2014-03-30", "2014-10-26"],
    "America/New_York": ["2014-03-09", "2014-11-02"],
    "Australia/Lord_Howe": ["2014-04-06", "2014-10-05"],
}
_CASES = [(zone, day) for zone, days in CHANGES.items() for day in days]
_HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
_ONE_DAY, _ONE_MINUTE = timedelta(days=1), timedelta(minutes=1)


def _calendar(zone: str, send_at: time) -> WorkingCalendar:
    return WorkingCalendar(zone=ZoneInfo(zone), weekend=frozenset(), send_at=send_at)


def _minutes(zone: str, changes: date) -> list[datetime]:
    """Return every minute of the day before, the day itself and the day after, in UTC."""
    first = datetime.combine(changes - _ONE_DAY, time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    last = datetime.combine(changes + 2 * _ONE_DAY, time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return [first + n * _ONE_MINUTE for n in range(int((last - first) / _ONE_MINUTE))]


def _is_on_the_clock(day: date, moment: time, zone: str) -> bool:
    local = datetime.combine(day, moment, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC).astimezone(local.tzinfo).time() == moment


@pytest.mark.parametrize(("zone", "changes"), _CASES)
def test_fault_16_a_slot_of_any_half_hour_opens_once_a_day_for_two_minutes(
    zone: str, changes: str
) -> None:
    day = date.fromisoformat(changes)
    minutes = _minutes(zone, day)

    for send_at in _HALF_HOURS:
        calendar = _calendar(zone, send_at)
        opened = [(calendar.local_date(at), calendar.open_slot(at)) for at in minutes]
        found = [(on, slot) for on, slot in opened if slot is not None]

        days = [day - _ONE_DAY, day, day + _ONE_DAY]
        assert [on for on, _ in found] == [on for on in days for _ in range(2)], send_at
        assert len({slot for _, slot in found}) == len(days), send_at


@pytest.mark.parametrize(("zone", "changes"), _CASES)
def test_fault_16_a_slot_is_at_its_own_hour_or_where_that_is_left_out_right_after(
    zone: str, changes: str
) -> None:
    day = date.fromisoformat(changes)

    for send_at in _HALF_HOURS:
        slot = _calendar(zone, send_at).slot_of(day).astimezone(ZoneInfo(zone))

        assert slot.date() == day
        assert slot.fold == 0, "of an hour that comes twice the first one counts"
        if _is_on_the_clock(day, send_at, zone):
            assert slot.time() == send_at
        else:
            late = timedelta(hours=slot.hour - send_at.hour, minutes=slot.minute - send_at.minute)
            assert timedelta(0) < late <= timedelta(hours=1)


@pytest.mark.parametrize(("zone", "changes"), _CASES)
def test_fault_16_from_every_minute_the_next_slot_is_the_nearest_one_ahead(
    zone: str, changes: str
) -> None:
    day = date.fromisoformat(changes)

    for send_at in (time(0), time(1, 30), time(2), time(2, 30), time(7, 30), time(23, 30)):
        calendar = _calendar(zone, send_at)
        slots = [calendar.slot_of(day + n * _ONE_DAY) for n in range(-1, 4)]

        for at in _minutes(zone, day):
            assert calendar.next_slot(at) == min(slot for slot in slots if slot >= at)


@pytest.mark.parametrize(("zone", "changes"), _CASES)
def test_fault_16_every_rung_of_a_ladder_across_the_day_is_said_once(
    zone: str, changes: str
) -> None:
    day = date.fromisoformat(changes)
    rungs = tuple(
        Rung(name=f"{offset:+d}", offset=offset, unit="d", to=("assignee",))
        for offset in range(-2, 3)
    )

    for send_at in _HALF_HOURS:
        calendar = _calendar(zone, send_at)
        armed = calendar.at_local(day - 4 * _ONE_DAY, time(9))
        run = Run(ladder=Ladder(name="unit", rungs=rungs), base=day, since=armed)
        said = play(run, calendar, start=armed, until=day + 5 * _ONE_DAY)

        told = [(one.rung, one.on) for one in said if not one.is_superseded]
        assert told == [(rung.name, day + rung.offset * _ONE_DAY) for rung in rungs], send_at


@pytest.mark.parametrize(("zone", "changes"), [case for case in _CASES if case[1] < "2014-05"])
def test_fault_16_a_service_awake_every_half_hour_tells_everybody_once(
    sqlite_source: SqliteSource, tmp_path: Path, zone: str, changes: str
) -> None:
    day = date.fromisoformat(changes)
    # Two of the half hours that one or the other zone leaves out or has twice.
    office = Office(zone=ZoneInfo(zone), weekend=frozenset(), send_at=time(2, 0))
    rungs = [{"rung": f"r{n}", "at": f"{n:+d}d" if n else "0d", "to": ["assignee"]}
             for n in (-1, 0, 1)]  # fmt: skip
    course = Course(
        office=office,
        ladders={"unit": rungs, "verifier": rungs[2:], "leader": rungs[2:]},
        tasks=({"code": "T1", "due": changes},),
    )
    town = Town(careless(Database(sqlite_source.migrated(tmp_path).url)), course)

    for at in _minutes(zone, day)[::30]:
        town.clock.set(at)
        town.tick()

    town.database.dispose()
    told = [(one.rung, town.local(one.at).date()) for one in town.handed if one.is_planned]
    assert told == [(f"r{n}", day + n * _ONE_DAY) for n in (-1, 0, 1)]
    assert {town.local(one.at).replace(tzinfo=None).time() for one in town.handed} <= {
        time(2, 0), time(2, 30), time(3, 0)
    }  # fmt: skip
