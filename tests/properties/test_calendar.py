"""Working days, whatever the calendar says."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import WorkingCalendar
from tests.support.strategies import DAYS, INSTANTS, calendars

_NEAR = st.integers(-40, 40)


@given(calendar=calendars(), day=DAYS, ahead=st.integers(1, 60))
def test_counting_takes_back_what_shifting_added(
    calendar: WorkingCalendar, day: date, ahead: int
) -> None:
    assert calendar.count(day, calendar.shift(day, ahead)) == ahead


@given(calendar=calendars(), day=DAYS, by=_NEAR.filter(bool))
def test_a_shift_always_lands_on_a_working_day_and_on_the_asked_side(
    calendar: WorkingCalendar, day: date, by: int
) -> None:
    landed = calendar.shift(day, by)

    assert calendar.is_working_day(landed)
    assert (landed > day) == (by > 0)


@given(calendar=calendars(), day=DAYS, by=st.integers(1, 40))
def test_from_a_working_day_a_shift_there_and_back_returns(
    calendar: WorkingCalendar, day: date, by: int
) -> None:
    start = calendar.on_or_after(day)

    assert calendar.shift(calendar.shift(start, by), -by) == start
    assert calendar.shift(calendar.shift(start, -by), by) == start


@given(calendar=calendars(), day=DAYS, by=_NEAR)
def test_shifting_is_counting_day_by_day(calendar: WorkingCalendar, day: date, by: int) -> None:
    step, left, at = (1 if by > 0 else -1), abs(by), day

    while left:
        at += timedelta(days=step)
        left -= calendar.is_working_day(at)

    assert calendar.shift(day, by) == at


@given(calendar=calendars(), day=DAYS, other=DAYS)
def test_days_left_are_counted_alike_from_both_sides(
    calendar: WorkingCalendar, day: date, other: date
) -> None:
    left = calendar.signed_count(day, other)

    assert left == -calendar.signed_count(other, day)
    assert abs(left) == sum(1 for _ in calendar.working_days(min(day, other), max(day, other))) - (
        calendar.is_working_day(min(day, other))
    )


@given(calendar=calendars(), at=INSTANTS)
def test_a_slot_is_always_on_a_working_day_at_the_hour_of_sending(
    calendar: WorkingCalendar, at: datetime
) -> None:
    local = calendar.next_slot(at).astimezone(calendar.zone)

    assert calendar.is_working_day(local.date())
    assert local.time() == calendar.send_at


@given(calendar=calendars(), at=INSTANTS, later=INSTANTS)
def test_the_next_slot_never_goes_back(
    calendar: WorkingCalendar, at: datetime, later: datetime
) -> None:
    first, second = sorted((at, later))

    assert calendar.next_slot(first) <= calendar.next_slot(second)
    assert calendar.next_slot(first) >= first
    assert calendar.next_slot(calendar.next_slot(first)) == calendar.next_slot(first)


@given(calendar=calendars(), at=INSTANTS)
def test_between_a_slot_and_the_one_that_follows_there_is_no_other(
    calendar: WorkingCalendar, at: datetime
) -> None:
    slot = calendar.next_slot(at)
    following = calendar.following_slot(slot)

    assert following > slot
    assert calendar.next_slot(slot + timedelta(minutes=1)) == following


@given(calendar=calendars(), at=INSTANTS)
def test_an_open_slot_is_the_slot_of_its_own_day_and_no_older_than_two_minutes(
    calendar: WorkingCalendar, at: datetime
) -> None:
    slot = calendar.next_slot(at)

    assert calendar.open_slot(slot) == slot
    assert calendar.open_slot(slot + timedelta(seconds=119)) == slot
    assert calendar.open_slot(slot + timedelta(minutes=2)) is None


@given(calendar=calendars(), day=DAYS)
def test_an_effective_due_date_is_a_working_day_and_stays_one(
    calendar: WorkingCalendar, day: date
) -> None:
    rolled = calendar.effective(day)

    assert calendar.is_working_day(rolled)
    assert calendar.effective(rolled) == rolled


@given(calendar=calendars(), at=INSTANTS)
def test_what_may_leave_leaves_in_hours_or_in_a_slot(
    calendar: WorkingCalendar, at: datetime
) -> None:
    leaves = calendar.may_leave(at)

    assert leaves >= at
    assert calendar.in_hours(leaves) or calendar.open_slot(leaves) == leaves
