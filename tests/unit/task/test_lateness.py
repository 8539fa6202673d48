"""Where a task stands in the 2x2 table, and by which day that is judged."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from engine.task import Cell, cell, is_late, judged_on, overdue_working_days
from tests.support.calendars import C14, PLAIN, day, local

DUE = day("2014-02-07")


@pytest.mark.parametrize(
    ("at", "late"),
    [
        ("2014-02-07T23:59", False),
        ("2014-02-08T00:00", True),
        ("2014-02-08T06:59", True),
    ],
)
def test_s5_a_task_is_late_from_local_midnight_after_its_due_date(at: str, late: bool) -> None:
    today = C14.local_date(local(at))

    assert is_late(C14.effective(DUE), today) is late


def test_s5_at_one_minute_to_seven_the_date_of_utc_is_still_yesterdays() -> None:
    at = local("2014-02-08T06:59")

    assert at.date() == DUE
    assert overdue_working_days(C14.effective(DUE), C14.local_date(at), C14) == 1


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2014-02-07", 0),
        ("2014-02-08", 1),
        ("2014-02-09", 1),
        ("2014-02-10", 2),
        ("2014-02-20", 10),
    ],
)
def test_overdue_counts_working_days_after_the_effective_due_date(
    today: str, expected: int
) -> None:
    assert overdue_working_days(C14.effective(DUE), day(today), C14) == expected


def test_rule_4_over_a_weekend_a_task_is_late_by_no_working_day() -> None:
    friday, saturday = day("2014-03-07"), day("2014-03-08")

    assert is_late(PLAIN.effective(friday), saturday)
    assert overdue_working_days(PLAIN.effective(friday), saturday, PLAIN) == 0


def test_s4_lateness_counts_from_the_effective_due_date() -> None:
    on_a_holiday = day("2014-01-29")
    previous = replace(C14, due_on_day_off="previous")

    assert not is_late(C14.effective(on_a_holiday), day("2014-02-06"))
    assert is_late(C14.effective(on_a_holiday), day("2014-02-07"))
    assert is_late(previous.effective(on_a_holiday), day("2014-02-06"))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("assigned", "2014-03-10"),
        ("in_progress", "2014-03-10"),
        ("reported", "2014-03-03"),
        ("verified", "2014-03-03"),
        ("cancelled", "2014-03-10"),
        (None, "2014-03-10"),
    ],
)
def test_what_is_reported_or_verified_is_judged_by_the_local_day_of_the_report(
    state: str | None, expected: str
) -> None:
    # 00:30 on the third locally is still the second in UTC.
    reported = datetime(2014, 3, 2, 17, 30, tzinfo=UTC)

    assert judged_on(state, reported, PLAIN, today=day("2014-03-10")) == day(expected)


@pytest.mark.parametrize(
    ("state", "due", "judged", "expected"),
    [
        ("assigned", DUE, "2014-02-07", "open_within_term"),
        ("in_progress", DUE, "2014-02-08", "open_overdue"),
        ("reported", DUE, "2014-02-07", "open_within_term"),
        ("reported", DUE, "2014-02-10", "open_overdue"),
        ("verified", DUE, "2014-02-07", "completed_on_time"),
        ("verified", DUE, "2014-02-08", "completed_late"),
        ("cancelled", DUE, "2014-02-20", None),
        ("assigned", None, "2014-02-20", None),
        (None, DUE, "2014-02-20", None),
    ],
)
def test_the_2x2_is_open_until_verified_and_has_no_cell_for_standing_and_cancelled(
    state: str | None, due: date | None, judged: str, expected: Cell | None
) -> None:
    assert cell(state, C14.effective(due) if due else None, day(judged)) == expected


def test_s32_reported_on_the_day_and_verified_later_is_on_time() -> None:
    due = day("2014-06-30")
    judged = judged_on("verified", local("2014-06-30T23:59"), PLAIN, today=day("2014-07-05"))

    assert cell("verified", PLAIN.effective(due), judged) == "completed_on_time"
