"""Slots and office hours: when planned messages leave."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from engine.clock import PinnedClock, require_aware
from tests.support.calendars import C14, PLAIN, day, local, slot


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2014-03-03T00:00", "2014-03-03"),
        ("2014-03-03T07:30", "2014-03-03"),
        ("2014-03-03T07:31", "2014-03-04"),
        ("2014-03-07T12:00", "2014-03-10"),
        ("2014-03-08T07:00", "2014-03-10"),
        ("2014-01-25T06:00", "2014-01-25"),
        ("2014-01-27T07:31", "2014-02-06"),
        ("2014-12-31T23:59", "2015-01-01"),
    ],
)
def test_the_next_slot_is_in_the_morning_of_a_working_day(at: str, expected: str) -> None:
    assert C14.next_slot(local(at)) == slot(expected)


def test_s14_what_falls_due_on_a_sunday_waits_for_monday_morning() -> None:
    assert PLAIN.slot_of(day("2014-03-09")) == slot("2014-03-10")


def test_the_minute_of_a_slot_still_belongs_to_it() -> None:
    late_in_the_minute = datetime(2014, 3, 3, 0, 30, 59, 999_999, tzinfo=UTC)

    assert PLAIN.next_slot(late_in_the_minute) == slot("2014-03-03")


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2014-03-03T07:29:59", False),
        ("2014-03-03T07:30:00", True),
        ("2014-03-03T07:31:59", True),
        ("2014-03-03T07:32:00", False),
        ("2014-03-08T07:30:00", False),
        ("2014-01-25T07:30:00", True),
        ("2014-01-29T07:30:00", False),
    ],
)
def test_a_slot_is_open_for_two_minutes_of_a_working_day(at: str, is_open: bool) -> None:
    found = C14.open_slot(local(at))

    assert (found is not None) is is_open


def test_one_slot_follows_another_on_the_next_working_day() -> None:
    assert C14.following_slot(slot("2014-01-27")) == slot("2014-02-06")


@pytest.mark.parametrize(
    ("at", "inside"),
    [
        ("2014-03-03T07:29", False),
        ("2014-03-03T07:30", True),
        ("2014-03-03T11:30", True),
        ("2014-03-03T12:00", False),
        ("2014-03-03T13:30", True),
        ("2014-03-03T17:00", True),
        ("2014-03-03T17:01", False),
        ("2014-03-08T09:00", False),
        ("2014-02-08T09:00", True),
    ],
)
def test_office_hours_hold_both_their_ends_and_only_working_days(at: str, inside: bool) -> None:
    assert C14.in_hours(local(at)) is inside


def test_outside_hours_a_message_may_leave_in_the_next_slot() -> None:
    inside, at_noon, in_the_evening = (
        local(f"2014-03-07T{hour}") for hour in ("09:10", "12:00", "17:05")
    )

    assert C14.may_leave(inside) == inside
    assert C14.may_leave(at_noon) == slot("2014-03-10")
    assert C14.may_leave(in_the_evening) == slot("2014-03-10")


def test_s5_the_day_changes_at_local_midnight_and_not_at_that_of_utc() -> None:
    assert PLAIN.local_date(datetime(2014, 3, 3, 16, 59, tzinfo=UTC)) == day("2014-03-03")
    assert PLAIN.local_date(datetime(2014, 3, 3, 17, 0, tzinfo=UTC)) == day("2014-03-04")
    assert PLAIN.local_date(datetime(2014, 3, 3, 23, 59, tzinfo=UTC)) == day("2014-03-04")


def test_an_office_may_send_at_another_time() -> None:
    calendar = replace(PLAIN, send_at=time(8, 15))

    assert calendar.next_slot(local("2014-03-03T08:00")) == local("2014-03-03T08:15")
    assert calendar.open_slot(local("2014-03-03T07:30")) is None


def test_an_instant_without_an_offset_is_refused() -> None:
    naive = datetime(2014, 3, 3, 7, 30)  # noqa: DTZ001 - the point of the test

    with pytest.raises(ValueError, match="naive"):
        require_aware(naive)
    with pytest.raises(ValueError, match="naive"):
        PinnedClock(naive)


@pytest.mark.parametrize(
    "ask", [PLAIN.local_date, PLAIN.next_slot, PLAIN.open_slot, PLAIN.in_hours, PLAIN.may_leave]
)
def test_the_calendar_judges_no_naive_time(ask: Callable[[datetime], object]) -> None:
    naive = datetime(2014, 3, 3, 7, 30)  # noqa: DTZ001 - the point of the test

    with pytest.raises(ValueError, match="naive"):
        ask(naive)
