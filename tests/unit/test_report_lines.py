"""Which days a periodic report covers, by when it is sent, and what replaces it."""

from dataclasses import replace
from datetime import date

import pytest

from config.defaults import default_policy
from config.holidays import seed_days
from engine.calendar import WorkingCalendar
from engine.recurrence import Period
from engine.report_lines import (
    Line,
    Window,
    line_from_mapping,
    line_to_mapping,
    lines_from_mapping,
    windows,
)
from tests.support.calendars import PLAIN, ZONE, day

LINES = {line.period: line for line in lines_from_mapping(default_policy().report_lines)}
ALL: tuple[Period, ...] = ("month", "quarter", "half_year", "year")
_SEED = tuple(seed_days(2023))
Y2023 = WorkingCalendar(
    zone=ZONE,
    days_off=frozenset(one.day for one in _SEED if one.off),
    work_days=frozenset(one.day for one in _SEED if not one.off),
)


def of(line: Line, year: int = 2023) -> dict[str, Window]:
    return {one.key: one for one in windows(line, year, Y2023, beside=ALL)}


def on_calendar(line: Line) -> Line:
    return replace(line, closes=31)


def span(one: Window) -> tuple[date, date]:
    return one.first, one.last


#: Nghị định 09/2019/NĐ-CP, Điều 12.
_DECREE = [
    *(("month", f"2023-{m:02}", f"2023-{m - 1:02}-15", f"2023-{m:02}-14") for m in range(2, 13)),
    ("month", "2023-01", "2022-12-15", "2023-01-14"),
    ("quarter", "2023-Q1", "2022-12-15", "2023-03-14"),
    ("quarter", "2023-Q2", "2023-03-15", "2023-06-14"),
    ("quarter", "2023-Q3", "2023-06-15", "2023-09-14"),
    ("quarter", "2023-Q4", "2023-09-15", "2023-12-14"),
    ("half_year", "2023-H1", "2022-12-15", "2023-06-14"),
    ("half_year", "2023-H2", "2023-06-15", "2023-12-14"),
    ("nine_months", "2023-9M", "2022-12-15", "2023-09-14"),
    ("year", "2023", "2022-12-15", "2023-12-14"),
]


@pytest.mark.parametrize(("period", "key", "first", "last"), _DECREE)
def test_a_window_goes_from_the_15th_to_the_14th(
    period: str, key: str, first: str, last: str
) -> None:
    found = of(LINES[period])[key]  # type: ignore[index]

    assert span(found) == (day(first), day(last))


@pytest.mark.parametrize(
    ("period", "key", "first", "last"),
    [
        ("month", "2023-02", "2023-02-01", "2023-02-28"),
        ("month", "2023-12", "2023-12-01", "2023-12-31"),
        ("quarter", "2023-Q1", "2023-01-01", "2023-03-31"),
        ("half_year", "2023-H1", "2023-01-01", "2023-06-30"),
        ("year", "2023", "2023-01-01", "2023-12-31"),
    ],
)
def test_a_window_may_be_that_of_the_calendar(period: str, key: str, first: str, last: str) -> None:
    found = of(on_calendar(LINES[period]))[key]  # type: ignore[index]

    assert span(found) == (day(first), day(last))


@pytest.mark.parametrize(
    ("key", "send_by"),
    [("2023-03", "2023-03-16"), ("2023-06", "2023-06-16"), ("2023-09", "2023-09-18"),
     ("2023-12", "2023-12-18")],
)  # fmt: skip
def test_a_report_is_sent_two_working_days_after_its_window_closes(key: str, send_by: str) -> None:
    assert of(LINES["month"])[key].send_by == day(send_by)


def test_a_report_may_be_due_on_a_fixed_day_of_the_last_month() -> None:
    line = replace(LINES["quarter"], send_by="day 20")

    found = [one.send_by for one in of(line).values()]

    assert found == [day(f"2023-{month}-20") for month in ("03", "06", "09", "12")]


def test_s55_a_report_sent_before_its_window_closes_says_to_which_day_its_figures_go() -> None:
    unit, aggregator = (
        of(replace(LINES["half_year"], send_by=send_by))["2023-H1"]
        for send_by in ("day 6", "day 8")
    )

    assert (unit.last, unit.send_by, unit.figures_to) == (
        day("2023-06-14"), day("2023-06-06"), day("2023-06-05"),
    )  # fmt: skip
    assert not unit.is_whole
    assert aggregator.figures_to == day("2023-06-07")


def test_a_yearly_report_may_be_due_in_the_month_before_its_last() -> None:
    found = of(replace(LINES["year"], send_by="day 25 -1"))["2023"]

    assert (found.send_by, found.figures_to) == (day("2023-11-25"), day("2023-11-24"))


def test_a_report_sent_after_its_window_has_the_whole_of_it() -> None:
    assert all(one.is_whole for one in of(LINES["month"]).values())


def test_the_half_year_replaces_the_second_quarter_and_the_year_the_fourth() -> None:
    quarters = {key: one.replaced_by for key, one in of(LINES["quarter"]).items()}
    halves = {key: one.replaced_by for key, one in of(LINES["half_year"]).items()}

    assert quarters == {
        "2023-Q1": None, "2023-Q2": "2023-H1", "2023-Q3": None, "2023-Q4": "2023",
    }  # fmt: skip
    assert halves == {"2023-H1": None, "2023-H2": "2023"}


def test_nothing_is_replaced_by_a_report_that_nobody_asks_for() -> None:
    found = windows(LINES["quarter"], 2023, Y2023, beside=("month", "quarter"))

    assert [one.replaced_by for one in found] == [None] * 4


def test_june_may_be_replaced_by_the_half_year_where_a_place_says_so() -> None:
    line = replace(LINES["month"], replaced_by={"06": "half_year"})

    found = {key: one.replaced_by for key, one in of(line).items() if one.replaced_by}

    assert found == {"2023-06": "2023-H1"}


def test_a_week_goes_from_thursday_to_wednesday_and_is_sent_that_day() -> None:
    found = of(LINES["week"])["2023-W05"]

    assert span(found) == (day("2023-01-26"), day("2023-02-01"))
    assert (found.send_by, found.figures_to) == (day("2023-02-01"), day("2023-01-31"))


def test_reports_are_called_by_their_period() -> None:
    titles = [next(iter(of(line).values())).title for line in LINES.values()]

    assert titles == [
        "Báo cáo tháng 1/2023", "Báo cáo quý I/2023", "Báo cáo 6 tháng đầu năm 2023",
        "Báo cáo 9 tháng năm 2023", "Báo cáo năm 2023", "Báo cáo tuần 1/2023",
    ]  # fmt: skip


def test_a_report_is_opened_with_its_window_and_in_good_time_before_it_is_sent() -> None:
    usual = of(LINES["month"])["2023-03"]
    weekly = windows(replace(LINES["week"], ahead_days=10), 2023, PLAIN)[4]

    assert usual.opens_on == usual.first
    assert weekly.opens_on == day("2023-01-22")


def test_a_line_is_read_back_as_it_was_stored() -> None:
    assert [line_from_mapping(line_to_mapping(one)) for one in LINES.values()] == [*LINES.values()]


@pytest.mark.parametrize("send_by", ["", "soon", "day 32", "day 0", "cutoff + 2w", "20"])
def test_a_send_by_rule_that_nobody_understands_is_refused(send_by: str) -> None:
    mapping = {**line_to_mapping(LINES["month"]), "send_by": send_by}

    with pytest.raises(ValueError, match="hạn gửi"):
        line_from_mapping(mapping)
