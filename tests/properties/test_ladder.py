"""What a ladder never does, over random calendars, ladders, armings and outages."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from engine import ladder
from engine.calendar import WorkingCalendar
from engine.ladder import Mark, Run
from tests.support.climbing import Said, play
from tests.support.strategies import INSTANTS, calendars, runs

_SPAN = timedelta(days=60)


def _played(going: Run, calendar: WorkingCalendar, now: datetime) -> list[Said]:
    start = max(now, going.since)
    until = max(calendar.local_date(start), going.base) + _SPAN
    return play(going, calendar, start=start, until=until)


@given(going=runs(), calendar=calendars(), now=INSTANTS)
def test_every_occurrence_of_a_rung_is_said_at_most_once(
    going: Run, calendar: WorkingCalendar, now: datetime
) -> None:
    said = Counter((one.rung, one.occurrence) for one in _played(going, calendar, now))

    assert [key for key, times in said.items() if times > 1] == []


@given(going=runs(), calendar=calendars(), now=INSTANTS)
def test_one_slot_never_carries_two_reminders(
    going: Run, calendar: WorkingCalendar, now: datetime
) -> None:
    told = [one for one in _played(going, calendar, now) if not one.is_superseded]

    by_slot = Counter(one.on for one in told if one.kind == "reminder")

    assert all(times == 1 for times in by_slot.values())


@given(going=runs(), calendar=calendars(), now=INSTANTS)
def test_g10_escalation_never_leaps_and_never_skips(
    going: Run, calendar: WorkingCalendar, now: datetime
) -> None:
    order = sorted(
        (rung for rung in going.ladder.rungs if going.ladder.kind(rung) == "escalation"),
        key=lambda rung: calendar.slot_of(rung.day(going.base, calendar)),
    )

    first = {one.rung: one.on for one in _played(going, calendar, now) if one.occurrence == 1}

    assert [rung.name for rung in order if rung.name not in first] == []
    for below, above in pairwise(rung.name for rung in order):
        assert first[above] >= calendar.shift(first[below], 1)


@given(going=runs(), calendar=calendars(), now=INSTANTS)
def test_nothing_is_said_before_its_day_or_outside_a_slot(
    going: Run, calendar: WorkingCalendar, now: datetime
) -> None:
    days = {rung.name: rung.day(going.base, calendar) for rung in going.ladder.rungs}

    said = _played(going, calendar, now)

    assert all(one.on >= days[one.rung] for one in said)
    assert all(calendar.is_working_day(one.on) for one in said)


@given(going=runs(), calendar=calendars(), now=INSTANTS)
def test_no_reminder_is_owed_whose_slot_was_past_when_the_ladder_was_armed(
    going: Run, calendar: WorkingCalendar, now: datetime
) -> None:
    said = _played(going, calendar, now)

    for one in (one for one in said if one.kind == "reminder" and one.occurrence == 1):
        rung = next(rung for rung in going.ladder.rungs if rung.name == one.rung)
        slot = calendar.slot_of(rung.day(going.base, calendar))
        assert slot >= going.since.replace(second=0, microsecond=0)


@given(going=runs(), calendar=calendars(), now=INSTANTS)
def test_while_the_clock_never_stops_every_rung_is_said_in_its_own_slot_unless_one_below_waits(
    going: Run, calendar: WorkingCalendar, now: datetime
) -> None:
    said = _played(replace(going, since=now), calendar, now)

    reminded = {one.rung: one.on for one in said if one.kind == "reminder" and one.occurrence == 1}
    for rung in going.ladder.rungs:
        if rung.name in reminded:
            slot = calendar.slot_of(rung.day(going.base, calendar))
            assert reminded[rung.name] == calendar.local_date(slot)


@given(going=runs(), calendar=calendars(), now=INSTANTS)
def test_asking_a_slot_again_with_its_marks_says_nothing_new(
    going: Run, calendar: WorkingCalendar, now: datetime
) -> None:
    slot = ladder.first(going, calendar, not_before=max(now, going.since))
    assume(slot is not None)
    assert slot is not None
    turn = ladder.plan(going, calendar, slot=slot)
    on = calendar.local_date(slot)
    marks = [Mark(rung=one.rung.name, occurrence=one.occurrence, on=on)
             for one in (*turn.due, *turn.superseded)]  # fmt: skip

    again = ladder.plan(replace(going, marks=tuple(marks)), calendar, slot=slot)

    assert (again.due, again.superseded) == ((), ())
    assert again.next_at == turn.next_at


@given(going=runs(), calendar=calendars(), now=INSTANTS, nights=st.integers(0, 30))
def test_between_two_timers_there_is_no_slot_with_anything_to_say(
    going: Run, calendar: WorkingCalendar, now: datetime, nights: int
) -> None:
    start = max(now, going.since)
    due = ladder.first(going, calendar, not_before=start)
    between = calendar.next_slot(start + timedelta(days=nights))

    assume(due is None or between < due)
    turn = ladder.plan(going, calendar, slot=between)

    assert (turn.due, turn.superseded) == ((), ())


@given(going=runs(), calendar=calendars(), now=INSTANTS, stop=st.integers(0, 20),
       pause=st.integers(1, 20))  # fmt: skip
def test_g10_after_an_outage_a_slot_carries_one_reminder_and_one_first_escalation_at_most(
    going: Run, calendar: WorkingCalendar, now: datetime, stop: int, pause: int
) -> None:
    start = max(now, going.since)
    before = play(going, calendar, start=start,
                  until=calendar.local_date(start + timedelta(days=stop)))  # fmt: skip
    marks = tuple(Mark(rung=one.rung, occurrence=one.occurrence, on=one.on) for one in before)
    after = start + timedelta(days=stop + 1 + pause)

    said = play(replace(going, marks=marks), calendar, start=after,
                until=calendar.local_date(after + _SPAN))  # fmt: skip

    told = [one for one in said if not one.is_superseded]
    reminders = Counter(one.on for one in told if one.kind == "reminder")
    climbs = Counter(one.on for one in told if one.kind == "escalation" and one.occurrence == 1)
    assert all(times == 1 for times in reminders.values())
    assert all(times == 1 for times in climbs.values())
    assert {(one.rung, one.occurrence) for one in before} & {
        (one.rung, one.occurrence) for one in said
    } == set()
