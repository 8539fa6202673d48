"""The rules of docs/reference/rules.md against a clerk who keeps them by hand, day by day."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import ladder
from engine.addressees import complained_about, resolve
from engine.calendar import WorkingCalendar
from engine.freshness import leaves_at
from engine.ladder import Ladder, Mark, Run
from engine.notices import Notice
from engine.organisation import Answerable, Organisation
from engine.outlook import escalations_ahead
from engine.task import cell, is_late, overdue_working_days
from tests.support import naive
from tests.support.naive import Clerk, Line
from tests.support.strategies import (
    DAYS,
    INSTANTS,
    answerables,
    calendars,
    ladders,
    notices,
    organisations,
    runs,
)

_MANY = settings(max_examples=150)
_SPAN = timedelta(days=45)
_LADDERS = st.sampled_from(["unit", "verifier"]).flatmap(ladders)
_OUTAGES = st.lists(st.tuples(DAYS, st.integers(1, 20)), max_size=3)
_LATE = st.one_of(st.integers(0, 4), st.integers(0, 24 * 60), st.integers(0, 60 * 50))
_STATES = st.sampled_from(["assigned", "in_progress", "reported", "verified", "cancelled"])
_POSITIONS = st.sampled_from(
    ["assignee", "lead_unit", "coordinating_units", "unit_head", "leader_in_charge", "director",
     "monitor", "verifier"]
)  # fmt: skip


def _followed(
    going: Run, calendar: WorkingCalendar, *, start: datetime, last: date, outages: frozenset[date]
) -> list[Line]:
    """Return what the ladder says, followed from timer to timer as a sweep does.

    A timer that rings in an outage is answered in the first slot after it.
    """
    lines: list[Line] = []
    slot = ladder.first(going, calendar, not_before=start)
    while slot is not None:
        while calendar.local_date(slot) in outages:
            slot = calendar.following_slot(slot)
        day = calendar.local_date(slot)
        if day > last:
            return lines
        turn = ladder.plan(going, calendar, slot=slot)
        told = [Line(on=day, rung=one.rung.name, occurrence=one.occurrence) for one in turn.due]
        gone = [Line(on=day, rung=one.rung.name, occurrence=one.occurrence, is_superseded=True)
                for one in turn.superseded]  # fmt: skip
        lines += told + gone
        going = replace(going, marks=(*going.marks, *_marks([*told, *gone])))
        slot = turn.next_at
    return lines


def _marks(lines: list[Line]) -> tuple[Mark, ...]:
    return tuple(Mark(rung=one.rung, occurrence=one.occurrence, on=one.on) for one in lines)


def _days(outages: list[tuple[date, int]]) -> frozenset[date]:
    return frozenset(first + timedelta(days=n) for first, length in outages for n in range(length))


def _first_day(at: datetime, calendar: WorkingCalendar) -> date:
    """Return the first day whose slot is not past at an instant."""
    return calendar.local_date(calendar.next_slot(at))


def _in_order(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda one: (one.on, one.rung, one.occurrence))


@_MANY
@given(steps=_LADDERS, base=DAYS, since=INSTANTS, calendar=calendars(), outages=_OUTAGES)
def test_rules_5_6_8_9_10_11_a_ladder_says_what_a_clerk_says_day_by_day(
    steps: Ladder, base: date, since: datetime, calendar: WorkingCalendar,
    outages: list[tuple[date, int]],
) -> None:  # fmt: skip
    clerk = Clerk(ladder=steps, base=base, since=since, calendar=calendar)
    last = max(base, calendar.local_date(since)) + _SPAN
    away = _days(outages)
    run = Run(ladder=steps, base=base, since=since)

    said = _followed(run, calendar, start=since, last=last, outages=away)

    clerk.work(_first_day(since, calendar), last, away=lambda day: day in away)
    assert _in_order(said) == _in_order(clerk.lines)


@_MANY
@given(run=runs(), calendar=calendars(), outages=_OUTAGES, worked=st.integers(0, 20),
       reported=st.integers(0, 20))  # fmt: skip
def test_rule_15_after_a_return_a_ladder_goes_on_as_a_clerk_goes_on(
    run: Run, calendar: WorkingCalendar, outages: list[tuple[date, int]], worked: int,
    reported: int,
) -> None:  # fmt: skip
    since = run.since
    away = _days(outages)
    left = calendar.local_date(since) + timedelta(days=worked)
    back = since + timedelta(days=worked + reported, minutes=17)
    last = max(run.base, calendar.local_date(back)) + _SPAN
    clerk = Clerk(ladder=run.ladder, base=run.base, since=since, calendar=calendar)
    clerk.work(_first_day(since, calendar), left, away=lambda day: day in away)
    before = _followed(run, calendar, start=since, last=left, outages=away)
    again = replace(run, since=back, marks=_marks(before))

    after = _followed(again, calendar, start=back, last=last, outages=away)

    clerk.since = back
    first = max(_first_day(back, calendar), left + timedelta(days=1))
    clerk.work(first, last, away=lambda day: day in away)
    assert _in_order(before + [one for one in after if one.on >= first]) == _in_order(clerk.lines)


@_MANY
@given(run=runs(), calendar=calendars(), lived=st.integers(0, 60))
def test_rule_8_what_a_mail_announces_is_what_a_clerk_then_does(
    run: Run, calendar: WorkingCalendar, lived: int
) -> None:
    first = _first_day(run.since, calendar)
    today = first + timedelta(days=lived)
    clerk = Clerk(ladder=run.ladder, base=run.base, since=run.since, calendar=calendar)
    clerk.work(first, today, away=lambda _: False)
    said = len(clerk.lines)

    ahead = escalations_ahead(replace(run, marks=_marks(clerk.lines)), calendar, today=today)

    clerk.work(today + timedelta(days=1), max(run.base, today) + _SPAN, away=lambda _: False)
    position = {rung.name: rung.to[0] for rung in run.ladder.rungs if not naive.is_reminder(
        rung, run.ladder)}  # fmt: skip
    assert ahead == tuple(
        (position[line.rung], line.on)
        for line in clerk.lines[said:]
        if line.occurrence == 1 and line.rung in position
    )


@_MANY
@given(steps=_LADDERS, base=DAYS, calendar=calendars())
def test_rules_1_2_7_a_rung_falls_due_and_is_named_as_by_hand(
    steps: Ladder, base: date, calendar: WorkingCalendar
) -> None:
    days = [rung.day(base, calendar) for rung in steps.rungs]
    slots = [calendar.slot_of(day) for day in days]

    by_hand = [naive.falls_due(rung, base, calendar) for rung in steps.rungs]

    assert days == by_hand
    assert [calendar.local_date(slot) for slot in slots] == [
        naive.forward(day, calendar) for day in by_hand
    ]
    assert [steps.kind(rung) == "reminder" for rung in steps.rungs] == [
        naive.is_reminder(rung, steps) for rung in steps.rungs
    ]


@_MANY
@given(due=DAYS, judged=DAYS, calendar=calendars(), state=_STATES)
def test_rules_4_16_late_is_a_day_after_the_date_rolled_off_days_off(
    due: date, judged: date, calendar: WorkingCalendar, state: str
) -> None:
    step = timedelta(days=1 if calendar.due_on_day_off == "next" else -1)
    rolled = due
    while not naive.works(rolled, calendar):
        rolled += step

    late = is_late(calendar.effective(due), judged)

    span = range((judged - rolled).days)
    working = [n for n in span if naive.works(rolled + timedelta(days=n + 1), calendar)]
    assert calendar.effective(due) == rolled
    assert late == (judged > rolled)
    assert overdue_working_days(rolled, judged, calendar) == len(working)
    expected = {
        "verified": ("completed_on_time", "completed_late"),
        "cancelled": (None, None),
    }.get(state, ("open_within_term", "open_overdue"))[late]
    assert cell(state, rolled, judged) == expected


@_MANY
@given(organisation=organisations(), task=answerables(), on=DAYS, position=_POSITIONS,
       kind=st.sampled_from(["reminder", "unit", "verifier"]))  # fmt: skip
def test_rules_16_17_whoever_is_told_is_found_by_reading_the_whole_organisation(
    organisation: Organisation, task: Answerable, on: date, position: str, kind: str
) -> None:
    about = None if kind == "reminder" else complained_about(organisation, kind, task, on=on)

    found = resolve(organisation, position, task, on=on, complained=about)

    by_hand = naive.reached(organisation, position, task, on=on, about=about)
    assert {one.person_id for one in found} == by_hand


@_MANY
@given(calendar=calendars(), day=DAYS, minute=st.integers(0, 24 * 60 - 1),
       second=st.sampled_from([0, 1, 59]))  # fmt: skip
def test_rule_5_of_all_minutes_of_a_day_two_belong_to_its_slot(
    calendar: WorkingCalendar, day: date, minute: int, second: int
) -> None:
    at = calendar.at_local(day, datetime.min.time()) + timedelta(minutes=minute, seconds=second)

    opened = calendar.open_slot(at)

    begins = calendar.send_at.hour * 60 + calendar.send_at.minute
    is_slot = naive.works(day, calendar) and begins <= minute < begins + 2
    assert (opened is not None) == is_slot
    assert opened in (None, calendar.at_local(day, calendar.send_at))


@_MANY
@given(
    told=notices(), calendar=calendars(), late=st.integers(0, 60 * 50), second=st.integers(0, 59)
)
def test_rule_5_nothing_is_let_go_at_an_hour_that_is_not_its_own(
    told: Notice, calendar: WorkingCalendar, late: int, second: int
) -> None:
    assert told.leave_at is not None
    at = told.leave_at + timedelta(minutes=late, seconds=second)

    leaves = leaves_at(told, calendar, at=at)

    if naive.may_leave_now(told, calendar, at=at):
        assert leaves == at
    else:
        local = leaves.astimezone(calendar.zone)
        is_today = local.date() == at.astimezone(calendar.zone).date()
        openings = {first for first, _ in calendar.hours} if is_today else set()
        assert leaves > at
        assert naive.works(local.date(), calendar)
        assert local.time() in {calendar.send_at, *openings}
