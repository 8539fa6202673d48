"""Counting working days, as the law counts them: the day itself is never counted."""

from dataclasses import replace
from datetime import date
from typing import Literal

import pytest

from engine.calendar import WorkingCalendar
from tests.support.calendars import C14, PLAIN, UNSWAPPED, ZONE, day


def test_s1_three_working_days_before_a_due_date_reach_back_over_tet_and_a_swapped_saturday() -> (
    None
):
    assert C14.shift(day("2014-02-07"), -3) == day("2014-01-25")


@pytest.mark.parametrize(("calendar", "expected"), [(C14, "2014-02-10"), (UNSWAPPED, "2014-02-11")])
def test_s2_two_working_days_after_a_due_date_count_the_swapped_saturday(
    calendar: WorkingCalendar, expected: str
) -> None:
    assert calendar.shift(day("2014-02-07"), 2) == day(expected)


def test_s3_now_plus_three_working_days_is_never_a_number_of_hours() -> None:
    assert C14.shift(day("2014-01-24"), 3) == day("2014-02-06")


@pytest.mark.parametrize(
    ("policy", "expected"), [("next", "2014-02-06"), ("previous", "2014-01-27")]
)
def test_s4_a_due_date_on_a_holiday_moves_by_the_policy_of_the_office(
    policy: Literal["next", "previous"], expected: str
) -> None:
    calendar = replace(C14, due_on_day_off=policy)

    assert calendar.effective(day("2014-01-29")) == day(expected)


def test_s4_a_due_date_on_a_working_day_stays() -> None:
    assert C14.effective(day("2014-02-07")) == day("2014-02-07")


def test_a_day_said_to_be_both_worked_and_off_is_worked() -> None:
    both = day("2014-03-03")
    calendar = replace(PLAIN, days_off=frozenset({both}), work_days=frozenset({both}))

    assert calendar.is_working_day(both)


def test_a_shift_by_nothing_stays_even_on_a_day_off() -> None:
    assert C14.shift(day("2014-01-29"), 0) == day("2014-01-29")


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2013-12-31", 1, "2014-01-01"),
        ("2014-01-01", -1, "2013-12-31"),
        ("2013-12-27", 3, "2014-01-01"),
        ("2014-12-31", 262, "2016-01-01"),
        ("2014-01-01", -262, "2012-12-31"),
        ("2014-02-01", 1, "2014-02-03"),
        ("2014-02-02", -1, "2014-01-31"),
    ],
)
def test_counting_goes_on_over_the_end_of_a_year(start: str, days: int, expected: str) -> None:
    assert PLAIN.shift(day(start), days) == day(expected)


@pytest.mark.parametrize(
    ("after", "through", "expected"),
    [
        ("2014-02-07", "2014-02-07", 0),
        ("2014-02-07", "2014-02-08", 1),
        ("2014-02-07", "2014-02-10", 2),
        ("2014-01-27", "2014-02-06", 1),
        ("2014-02-10", "2014-02-07", 0),
        ("2013-12-30", "2014-01-02", 3),
    ],
)
def test_working_days_between_two_dates_leave_out_the_first(
    after: str, through: str, expected: int
) -> None:
    assert C14.count(day(after), day(through)) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2014-01-25", 3),
        ("2014-02-06", 1),
        ("2014-02-07", 0),
        ("2014-02-08", -1),
        ("2014-02-13", -5),
    ],
)
def test_days_left_turn_negative_after_the_due_date(today: str, expected: int) -> None:
    assert C14.signed_count(day(today), day("2014-02-07")) == expected


def test_a_year_without_a_working_day_is_refused_instead_of_searched_for_ever() -> None:
    calendar = WorkingCalendar(zone=ZONE, weekend=frozenset(range(7)))

    with pytest.raises(ValueError, match="no working day in 2014"):
        calendar.shift(date(2014, 6, 1), 1)


def test_two_calendars_that_say_the_same_are_equal_whatever_they_were_asked() -> None:
    asked = replace(PLAIN)
    asked.shift(day("2014-01-01"), 300)

    assert asked == PLAIN
