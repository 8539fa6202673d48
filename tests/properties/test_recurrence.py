"""Work that comes back, beside a reading of the calendar day by day."""

from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import WorkingCalendar
from engine.recurrence import Period, Rule, inferred, occurrences, rule_from_text, rule_to_text
from engine.report_lines import Line, windows
from tests.support.calendars import ZONE

_YEARS = st.integers(2000, 2100)
_LENGTHS: dict[Period, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_PERIODS: st.SearchStrategy[Period] = st.sampled_from(tuple(_LENGTHS))


@st.composite
def calendars(draw: st.DrawFn, year: int) -> WorkingCalendar:
    """Return an office with some days off and some Saturdays worked."""
    days = st.dates(date(year, 1, 1), date(year + 1, 2, 28))
    off = draw(st.frozensets(days, max_size=12))
    worked = draw(st.frozensets(days, max_size=6))
    return WorkingCalendar(zone=ZONE, days_off=off, work_days=worked)


def _days_of(year: int, month: int) -> list[date]:
    """Return the days of a month; months beyond 1 to 12 lie in other years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return [date(year, month, n) for n in range(1, monthrange(year, month)[1] + 1)]


@given(_YEARS, _PERIODS, st.integers(1, 31), st.integers(-2, 3))
def test_a_day_of_a_month_is_that_day_or_the_last_the_month_has(
    year: int, period: Period, n: int, offset: int
) -> None:
    rule = Rule(period=period, anchor="day", n=n, offset=offset)

    found = [one.due for one in occurrences(rule, year, WorkingCalendar(zone=ZONE))]

    ends = range(_LENGTHS[period], 13, _LENGTHS[period])
    assert found == [
        max(day for day in _days_of(year, end + offset) if day.day <= n) for end in ends
    ]


@given(st.data(), _YEARS, st.integers(1, 23), st.booleans())
def test_the_nth_working_day_is_counted_day_by_day(
    data: st.DataObject, year: int, n: int, is_from_end: bool
) -> None:
    calendar = data.draw(calendars(year))
    rule = Rule(period="month", anchor="working_day", n=-n if is_from_end else n)

    found = [one.due for one in occurrences(rule, year, calendar)]

    for month, day in enumerate(found, start=1):
        worked = [one for one in _days_of(year, month) if calendar.is_working_day(one)]
        ordered = worked[::-1] if is_from_end else worked
        assert day == ordered[min(n, len(ordered)) - 1]


@given(_YEARS, st.integers(0, 6))
def test_a_weekday_comes_back_every_seven_days_through_the_whole_year(
    year: int, weekday: int
) -> None:
    rule = Rule(period="week", anchor="weekday", n=weekday)

    found = occurrences(rule, year, WorkingCalendar(zone=ZONE))

    whole = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    assert [one.due for one in found] == [
        day for day in whole if day.weekday() == weekday and day.year == year
    ]
    assert len({one.key for one in found}) == len(found)


@given(st.data(), _YEARS, _PERIODS, st.integers(1, 31), st.integers(-2, 3))
def test_the_rule_that_is_found_gives_the_days_it_was_found_from(
    data: st.DataObject, year: int, period: Period, n: int, offset: int
) -> None:
    calendar = data.draw(calendars(year))
    rule = Rule(period=period, anchor="day", n=n, offset=offset)
    due = [one.due for one in occurrences(rule, year, calendar)]

    again = inferred(due, period, year=year, calendar=calendar)

    assert [one.due for one in occurrences(again, year, calendar)] == due
    assert rule_from_text(rule_to_text(again)).dates == again.dates


@given(_YEARS, st.sampled_from(("month", "quarter", "half_year")), st.integers(1, 31))
def test_windows_leave_no_day_out_and_count_none_twice(
    year: int, period: Period, closes: int
) -> None:
    line = Line(code="x", name="Báo cáo", period=period, closes=closes, send_by="cutoff + 2wd")
    calendar = WorkingCalendar(zone=ZONE)

    found = [*windows(line, year, calendar), *windows(line, year + 1, calendar)]

    assert all((after.first - before.last).days == 1 for before, after in pairwise(found))
    assert all(one.first <= one.figures_to <= one.last < one.send_by for one in found)
