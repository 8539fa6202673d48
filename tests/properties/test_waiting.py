"""Pauses and answers against a clerk who keeps rules 12 and 16 by hand, day by day."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import pauses as paused
from engine.calendar import WorkingCalendar
from engine.holds import Hold, holds_from, holds_stored
from engine.ladder import Ladder, Run, is_held
from engine.outlook import escalations_ahead
from engine.pauses import Pause, pauses_from, pauses_stored
from tests.properties.test_rules import _first_day as first_day
from tests.properties.test_rules import _followed as followed
from tests.properties.test_rules import _in_order as in_order
from tests.properties.test_rules import _marks as marks_of
from tests.support import naive
from tests.support.climbing import play
from tests.support.naive import Clerk
from tests.support.strategies import DAYS, INSTANTS, calendars, ladders, runs

_MANY = settings(max_examples=150)
_SPAN = timedelta(days=60)
_NOBODY_AWAY = frozenset[date]()

_PERIODS = st.builds(
    lambda first, length: (first, first + timedelta(days=length)), DAYS, st.integers(0, 15)
)
_PAUSES = st.lists(_PERIODS, max_size=3)
#: Through which day, and whose rung: of one of the ladder, of none, of one no longer in it.
_PROMISES = st.lists(
    st.tuples(
        DAYS,
        st.sampled_from([None, "rung-0", "rung-1", "rung-2", "rung-3", "rung-4", "rung-5", "gone"]),
    ),
    max_size=3,
)


def _pauses(periods: list[tuple[date, date]]) -> tuple[Pause, ...]:
    return tuple(Pause(from_on=first, to_on=last, deadline_version=1) for first, last in periods)


def _holds(promises: list[tuple[date, str | None]]) -> tuple[Hold, ...]:
    return tuple(Hold(through=through, rung=rung, arming=1) for through, rung in promises)


@_MANY
@given(steps=ladders(), base=DAYS, since=INSTANTS, calendar=calendars(), periods=_PAUSES,
       promises=_PROMISES, outages=st.lists(_PERIODS, max_size=2))  # fmt: skip
def test_rules_12_16_a_ladder_that_waits_says_what_a_clerk_says_day_by_day(
    *, steps: Ladder, base: date, since: datetime, calendar: WorkingCalendar,
    periods: list[tuple[date, date]], promises: list[tuple[date, str | None]],
    outages: list[tuple[date, date]],
) -> None:  # fmt: skip
    clerk = Clerk(ladder=steps, base=base, since=since, calendar=calendar, pauses=periods,
                  promises=promises)  # fmt: skip
    last = max(base, calendar.local_date(since)) + _SPAN
    away = frozenset(
        first + timedelta(days=n) for first, end in outages for n in range((end - first).days + 1)
    )
    run = Run(ladder=steps, base=base, since=since, pauses=_pauses(periods),
              holds=_holds(promises))  # fmt: skip

    said = followed(run, calendar, start=since, last=last, outages=away)

    clerk.work(first_day(since, calendar), last, away=lambda day: day in away)
    assert in_order(said) == in_order(clerk.lines)


@_MANY
@given(run=runs(), calendar=calendars(), lived=st.integers(0, 60), periods=_PAUSES,
       promises=_PROMISES, more=DAYS)  # fmt: skip
def test_rules_12_16_what_is_answered_or_paused_on_the_way_holds_from_then_on(
    run: Run, calendar: WorkingCalendar, lived: int, periods: list[tuple[date, date]],
    promises: list[tuple[date, str | None]], more: date,
) -> None:  # fmt: skip
    first = first_day(run.since, calendar)
    left = first + timedelta(days=lived)
    # A pause moves the date as well: to anywhere, as far as the ladder knows.
    base, last = max(run.base, more), max(run.base, more, left) + _SPAN
    clerk = Clerk(ladder=run.ladder, base=run.base, since=run.since, calendar=calendar)
    clerk.work(first, left, away=lambda _: False)
    before = followed(run, calendar, start=run.since, last=left, outages=_NOBODY_AWAY)
    later = replace(run, base=base, marks=marks_of(before), pauses=_pauses(periods),
                    holds=_holds(promises))  # fmt: skip
    morning = calendar.at_local(left + timedelta(days=1), calendar.send_at)

    after = followed(later, calendar, start=morning, last=last, outages=_NOBODY_AWAY)

    clerk.base, clerk.pauses, clerk.promises = base, periods, promises
    clerk.work(left + timedelta(days=1), last, away=lambda _: False)
    assert in_order(before + after) == in_order(clerk.lines)


@_MANY
@given(run=runs(), calendar=calendars(), lived=st.integers(0, 60), periods=_PAUSES,
       promises=_PROMISES)  # fmt: skip
def test_rule_12_what_a_mail_announces_knows_of_pauses_and_answers(
    run: Run, calendar: WorkingCalendar, lived: int, periods: list[tuple[date, date]],
    promises: list[tuple[date, str | None]],
) -> None:  # fmt: skip
    first = first_day(run.since, calendar)
    today = first + timedelta(days=lived)
    clerk = Clerk(ladder=run.ladder, base=run.base, since=run.since, calendar=calendar,
                  pauses=periods, promises=promises)  # fmt: skip
    clerk.work(first, today, away=lambda _: False)
    said = len(clerk.lines)
    going = replace(run, marks=marks_of(clerk.lines), pauses=_pauses(periods),
                    holds=_holds(promises))  # fmt: skip

    ahead = escalations_ahead(going, calendar, today=today)

    end = max(run.base, today, *(day for one in periods for day in one), today) + _SPAN
    clerk.work(today + timedelta(days=1), end + _SPAN, away=lambda _: False)
    position = {rung.name: rung.to[0] for rung in run.ladder.rungs
                if not naive.is_reminder(rung, run.ladder)}  # fmt: skip
    assert ahead == tuple(
        (position[line.rung], line.on)
        for line in clerk.lines[said:]
        if line.occurrence == 1 and line.rung in position
    )


@_MANY
@given(run=runs(), calendar=calendars(), periods=_PAUSES, promises=_PROMISES)
def test_rules_12_16_nothing_is_told_in_a_pause_nor_what_an_answer_holds_and_nothing_twice(
    run: Run, calendar: WorkingCalendar, periods: list[tuple[date, date]],
    promises: list[tuple[date, str | None]],
) -> None:  # fmt: skip
    going = replace(run, pauses=_pauses(periods), holds=_holds(promises))
    until = max(calendar.local_date(run.since), run.base, *(through for through, _ in promises),
                *(last for _, last in periods), run.base) + _SPAN  # fmt: skip

    said = play(going, calendar, start=run.since, until=until)

    told = [one for one in said if not one.is_superseded]
    times = Counter((one.rung, one.occurrence) for one in said)
    assert [key for key, often in times.items() if often > 1] == []
    assert [one for one in told for first, last in periods if first <= one.on <= last] == []
    assert [
        one
        for one in told
        if is_held(going, one.rung, calendar, occurrence=one.occurrence, on=one.on)
    ] == []
    first_steps = {one.rung for one in told if one.kind == "escalation"}
    assert first_steps == {rung.name for rung in run.ladder.rungs
                           if run.ladder.kind(rung) == "escalation"}  # fmt: skip


@given(due=DAYS, calendar=calendars(), periods=st.lists(_PERIODS, max_size=4),
       others=st.lists(_PERIODS, max_size=2))  # fmt: skip
def test_rule_16_a_date_moves_by_the_working_days_of_its_own_pauses_each_counted_once(
    due: date, calendar: WorkingCalendar, periods: list[tuple[date, date]],
    others: list[tuple[date, date]],
) -> None:  # fmt: skip
    rolled = calendar.effective(due)
    earlier = [replace(one, deadline_version=0) for one in _pauses(others)]

    found = paused.moved(rolled, (*_pauses(periods), *earlier), calendar, deadline_version=1)

    assert found == naive.moved(rolled, periods, calendar)


@given(day=DAYS, periods=st.lists(_PERIODS, max_size=4))
def test_rule_16_the_clock_goes_on_on_the_first_day_that_no_pause_covers(
    day: date, periods: list[tuple[date, date]]
) -> None:
    found = paused.resumes_on(day, _pauses(periods))

    covered = {first + timedelta(days=n) for first, last in periods
               for n in range((last - first).days + 1)}  # fmt: skip
    assert found == min(one for one in (day + timedelta(days=n) for n in range(90))
                        if one not in covered)  # fmt: skip


@given(promises=_PROMISES, periods=_PAUSES)
def test_what_a_row_keeps_of_pauses_and_answers_is_read_back_as_it_was(
    promises: list[tuple[date, str | None]], periods: list[tuple[date, date]]
) -> None:
    holds = tuple(replace(one, by="tp", note="chờ", on=one.through) for one in _holds(promises))
    pauses = tuple(replace(one, granted_by="T1:vm1") for one in _pauses(periods))

    assert holds_from(holds_stored(holds)) == holds
    assert pauses_from(pauses_stored(pauses)) == pauses
