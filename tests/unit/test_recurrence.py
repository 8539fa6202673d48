"""On which days of a year something falls due that comes back."""

from datetime import date
from itertools import pairwise

import pytest

from engine.recurrence import (
    Rule,
    inferred,
    occurrences,
    rule_from_mapping,
    rule_from_text,
    rule_to_mapping,
    rule_to_text,
    spans,
)
from tests.support.calendars import C14, PLAIN, day


def due(text: str, year: int = 2014) -> list[date]:
    return [one.due for one in occurrences(rule_from_text(text), year, C14)]


def keys(text: str, year: int = 2014) -> list[str]:
    return [one.key for one in occurrences(rule_from_text(text), year, PLAIN)]


def test_s50_the_last_working_day_of_january_2014_lies_before_the_holidays() -> None:
    found = due("month wd-1")

    assert found[:2] == [day("2014-01-27"), day("2014-02-28")]


def test_s50_the_31st_is_clamped_in_february_and_comes_back_in_march() -> None:
    plain, leap = due("month 31")[:3], due("month 31", 2016)[1]

    assert plain == [day("2014-01-31"), day("2014-02-28"), day("2014-03-31")]
    assert leap == day("2016-02-29")


def test_s50_the_nth_working_day_counts_the_saturday_that_is_worked() -> None:
    found = due("month wd5")

    # 1, 2, 3, 6, 7 January; 6, 7, 8 (a Saturday), 10, 11 February.
    assert found[:2] == [day("2014-01-07"), day("2014-02-11")]


def test_a_working_day_that_a_month_has_not_is_the_nearest_it_has() -> None:
    found = due("month wd20")

    # February 2014 has 18 working days under the swap.
    assert found[1] == day("2014-02-28")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("quarter 10 +1", ["2014-04-10", "2014-07-10", "2014-10-10", "2015-01-10"]),
        ("quarter 5 -2", ["2014-01-05", "2014-04-05", "2014-07-05", "2014-10-05"]),
        ("half_year 31", ["2014-06-30", "2014-12-31"]),
        ("nine_months 14", ["2014-09-14"]),
        ("year 25 -1", ["2014-11-25"]),
    ],
)
def test_a_day_may_lie_in_another_month_than_the_last_of_its_period(
    text: str, wanted: list[str]
) -> None:
    assert due(text) == [day(one) for one in wanted]


def test_every_week_has_its_day_once_and_only_in_its_year() -> None:
    found = due("week fri")

    assert (found[0], found[-1], len(found)) == (day("2014-01-03"), day("2014-12-26"), 52)


def test_an_occurrence_is_known_by_its_period() -> None:
    first = [keys(f"{period} 31")[0] for period in ("month", "quarter", "half_year", "year")]

    assert first == ["2014-01", "2014-Q1", "2014-H1", "2014"]
    assert keys("nine_months 14") == ["2014-9M"]
    assert keys("week thu")[:2] == ["2014-W01", "2014-W02"]


def test_before_a_day_is_the_day_before() -> None:
    before_first = Rule(period="month", anchor="day", n=1, inclusive=False)
    before_31 = Rule(period="month", anchor="day", n=31, inclusive=False)
    before_friday = Rule(period="week", anchor="weekday", n=4, inclusive=False)
    before_last = Rule(period="month", anchor="working_day", n=-1, inclusive=False)

    assert occurrences(before_first, 2014, C14)[2].due == day("2014-02-28")
    assert occurrences(before_31, 2014, C14)[1].due == day("2014-02-28")
    assert occurrences(before_friday, 2014, C14)[0].due == day("2014-01-02")
    assert occurrences(before_last, 2014, C14)[0].due == day("2014-01-26")


@pytest.mark.parametrize(
    "text",
    ["month 25", "month 31", "month wd-1", "month wd5", "quarter 10 +1", "year 25 -1", "week fri",
     "2014-03-31, 2014-09-30"],
)  # fmt: skip
def test_a_rule_is_read_back_as_it_was_written(text: str) -> None:
    rule = rule_from_text(text)

    assert rule_to_text(rule) == text
    assert rule_from_mapping(rule_to_mapping(rule)) == rule


@pytest.mark.parametrize(
    "text",
    ["", "hằng tháng", "month 32", "month 0", "month wd0", "month wd24", "week 3", "month fri",
     "week fri +1", "week xyz", "day 3", "2014-02-30", "2014-03-31; 2014-06-30"],
)  # fmt: skip
def test_what_is_no_rule_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"viết|ghi|không có ngày"):
        rule_from_text(text)


@pytest.mark.parametrize(
    ("text", "period"),
    [("month 25", "month"), ("month 31", "month"), ("quarter 31", "quarter"),
     ("quarter 10 +1", "quarter"), ("quarter 5 -2", "quarter"), ("half_year 31", "year"),
     ("year 20", "year"), ("week fri", "week")],
)  # fmt: skip
def test_the_rule_is_found_again_from_the_days_it_gives(text: str, period: str) -> None:
    found = inferred(due(text), period, year=2014, calendar=C14)

    assert rule_to_text(found) == text


def test_days_that_follow_no_rule_stay_days() -> None:
    days = (day("2014-03-10"), day("2014-03-20"), day("2014-11-05"))

    rule = inferred(days, "month", year=2014, calendar=C14)

    assert rule.anchor == "dates"
    assert [one.key for one in occurrences(rule, 2014, C14)] == [one.isoformat() for one in days]


def test_periods_of_a_year_leave_no_day_out_and_none_twice() -> None:
    for period in ("month", "quarter", "half_year", "year"):
        found = spans(period, 2014)

        assert (found[0].first, found[-1].last) == (day("2014-01-01"), day("2014-12-31"))
        assert all((after.first - before.last).days == 1 for before, after in pairwise(found))
