"""Units with calendars of their own, against a clerk with two paper calendars."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import ladder
from engine.calendar import Variation, WorkingCalendar, layered
from engine.ladder import Ladder, Mark, Run
from engine.outlook import escalations_ahead
from tests.support.naive import Line
from tests.support.strategies import DAYS, INSTANTS, calendars, ladders, runs
from tests.support.two_papers import ClerkOfTwo

_MANY = settings(max_examples=150)
_SPAN = timedelta(days=60)
_LATER = timedelta(minutes=1)


def _followed(
    run: Run,
    office: WorkingCalendar,
    last: date,
    *,
    away: Collection[date] = (),
    idle: bool = False,
) -> list[Line]:
    """Return what a ladder says from timer to timer, or in every slot of anybody (`idle`).

    A timer that rings on a day away is answered in the first slot of anybody after it.
    """
    assert run.own is not None
    own = run.own
    both = (office, own)
    lines: list[Line] = []
    slot = ladder.first(run, office, not_before=run.since)
    if idle:
        slot = ladder.next_slot(run, office, not_before=run.since)
    while slot is not None and (day := office.local_date(slot)) <= last:
        if day in away:
            slot = ladder.next_slot(run, office, not_before=slot + _LATER)
            continue
        closed = [one for one in both if one.open_slot(slot) is None]
        turn = ladder.plan(run, office, slot=slot, closed=closed)
        told = [Line(on=day, rung=one.rung.name, occurrence=one.occurrence) for one in turn.due]
        told += [Line(on=day, rung=one.rung.name, occurrence=one.occurrence, is_superseded=True)
                 for one in turn.superseded]  # fmt: skip
        lines += told
        marks = (Mark(rung=one.rung, occurrence=one.occurrence, on=day) for one in told)
        run = replace(run, marks=(*run.marks, *marks))
        slot = turn.next_at
        if idle:
            slot = ladder.next_slot(run, office, not_before=_after(office, own, day, closed))
    return lines


def _after(
    office: WorkingCalendar, own: WorkingCalendar, day: date, closed: list[WorkingCalendar]
) -> datetime:
    served = [one.at_local(day, one.send_at) for one in (office, own) if one not in closed]
    return max(served) + _LATER


def _in_order(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda one: (one.on, one.rung, one.occurrence))


@_MANY
@given(steps=ladders(), base=DAYS, since=INSTANTS, office=calendars(), own=calendars(),
       outages=st.lists(st.tuples(DAYS, st.integers(1, 20)), max_size=3))  # fmt: skip
def test_s8_a_ladder_of_two_calendars_says_what_a_clerk_with_two_papers_says(
    *, steps: Ladder, base: date, since: datetime, office: WorkingCalendar, own: WorkingCalendar,
    outages: list[tuple[date, int]],
) -> None:  # fmt: skip
    clerk = ClerkOfTwo(ladder=steps, base=base, since=since, calendar=office, own=own)
    last = max(base, office.local_date(since)) + _SPAN
    run = Run(ladder=steps, base=base, since=since, own=own)

    away = {first + timedelta(days=n) for first, length in outages for n in range(length)}

    said = _followed(run, office, last, away=away)

    clerk.live(last, away=away)
    assert _in_order(said) == _in_order(clerk.lines)


@_MANY
@given(run=runs(), office=calendars(), own=calendars())
def test_s8_asked_in_every_slot_of_anybody_a_ladder_says_what_it_says_by_its_timer(
    run: Run, office: WorkingCalendar, own: WorkingCalendar
) -> None:
    run = replace(run, own=own)
    last = max(run.base, office.local_date(run.since)) + _SPAN

    assert _followed(run, office, last, idle=True) == _followed(run, office, last)


@_MANY
@given(run=runs(), calendar=calendars())
def test_s8_a_unit_with_the_offices_calendar_is_told_as_one_without_its_own(
    run: Run, calendar: WorkingCalendar
) -> None:
    own = replace(run, own=replace(calendar))
    slot = ladder.first(run, calendar, not_before=run.since)

    while slot is not None and calendar.local_date(slot) <= run.base + _SPAN:
        turn, same = (ladder.plan(one, calendar, slot=slot) for one in (run, own))
        assert turn == same
        marks = tuple(
            Mark(rung=one.rung.name, occurrence=one.occurrence, on=calendar.local_date(slot))
            for one in (*turn.due, *turn.superseded)
        )
        run, own = (replace(one, marks=(*one.marks, *marks)) for one in (run, own))
        slot = turn.next_at


@_MANY
@given(run=runs(), office=calendars(), own=calendars())
def test_s8_no_rung_is_announced_for_a_day_on_which_its_calendar_is_off(
    run: Run, office: WorkingCalendar, own: WorkingCalendar
) -> None:
    run = replace(run, own=own)
    today = office.local_date(run.since)
    rungs = ladder.escalations(run, office)

    ahead = escalations_ahead(run, office, today=today)

    calendars_of = [run.calendar_of(rung, office) for rung in rungs]
    assert all(
        calendar.is_working_day(day) for calendar, (_, day) in zip(calendars_of, ahead, strict=True)
    )


@given(office=calendars(), own=calendars(), day=DAYS)
def test_s8_a_days_of_a_unit_are_its_own_where_it_says_so_and_the_offices_elsewhere(
    office: WorkingCalendar, own: WorkingCalendar, day: date
) -> None:
    variation = Variation(off=own.days_off - own.work_days, worked=own.work_days)

    found = layered(office, {"u": variation}, {"u": None}).get("u", office)

    expected = day in own.work_days or (day not in own.days_off and office.is_working_day(day))
    assert found.is_working_day(day) is expected


@given(office=calendars(), first=st.frozensets(DAYS, max_size=3),
       second=st.frozensets(DAYS, max_size=3))  # fmt: skip
def test_s6_the_later_edit_of_a_day_wins(
    office: WorkingCalendar, first: frozenset[date], second: frozenset[date]
) -> None:
    found = office.edited(off=first).edited(worked=second)

    assert all(found.is_working_day(day) for day in second)
    assert not any(found.is_working_day(day) for day in first - second)
