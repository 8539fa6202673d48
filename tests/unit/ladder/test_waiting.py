"""When a ladder waits: pauses, and answers with a promise (rules 12 and 16)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from engine import ladder
from engine.calendar import WorkingCalendar
from engine.holds import Hold
from engine.ladder import Run, is_held
from engine.outlook import escalations_ahead
from engine.pauses import Pause
from tests.support.calendars import ZONE, local
from tests.support.climbing import Said, mark, play, run, told, unit

#: Monday to Friday; 2014-03-10 is a Monday.
CALENDAR = WorkingCalendar(zone=ZONE)
LADDER = unit(
    ("remind-3", "-3wd", "assignee"),
    ("remind-0", "0wd", "assignee"),
    ("escalate-1", "+1wd", "unit_head"),
    ("escalate-2", "+2wd", "leader_in_charge"),
    ("escalate-3", "+4wd", "director", "2wd"),
)


def hold(through: str, rung: str | None = "escalate-1") -> Hold:
    return Hold(through=date.fromisoformat(through), rung=rung, arming=1)


def pause(first: str, last: str) -> Pause:
    return Pause(
        from_on=date.fromisoformat(first), to_on=date.fromisoformat(last), deadline_version=1
    )


def late(*, holds: Sequence[Hold] = (), pauses: Sequence[Pause] = ()) -> Run:
    """Due on Monday 2014-03-10; the head was told on Tuesday."""
    going = run(LADDER, "2014-03-10", since="2014-03-03T08:00", marks=[
        mark("remind-3", "2014-03-05"), mark("remind-0", "2014-03-10"),
        mark("escalate-1", "2014-03-11"),
    ])  # fmt: skip
    return replace(going, holds=tuple(holds), pauses=tuple(pauses))


def from_wednesday(going: Run, until: str = "2014-03-31") -> list[Said]:
    start = local("2014-03-11T12:00")
    return play(going, CALENDAR, start=start, until=date.fromisoformat(until))


def test_rule_12_after_the_promise_the_ladder_climbs_a_step_a_working_day() -> None:
    said = told(from_wednesday(late(holds=[hold("2014-03-14")])))

    assert said == {"escalate-2": "2014-03-17", "escalate-3": "2014-03-18"}


def test_rule_12_the_longest_promise_counts() -> None:
    said = told(from_wednesday(late(holds=[hold("2014-03-18"), hold("2014-03-12")])))

    assert said["escalate-2"] == "2014-03-19"


def test_rule_12_an_answer_holds_nothing_at_or_below_its_own_rung() -> None:
    going = replace(late(holds=[hold("2014-03-31", "escalate-2")]))

    said = told(from_wednesday(going, "2014-03-28"))

    assert said == {"escalate-2": "2014-03-12"}


@pytest.mark.parametrize("rung", [None, "removed"])
def test_rule_12_an_answer_from_below_every_rung_holds_them_all(rung: str | None) -> None:
    going = run(LADDER, "2014-03-10", since="2014-03-03T08:00")

    said = told(play(replace(going, holds=(hold("2014-03-19", rung),)), CALENDAR,
                     start=local("2014-03-10T12:00"), until=date(2014, 3, 21)))  # fmt: skip

    assert (said["escalate-1"], said["escalate-2"]) == ("2014-03-20", "2014-03-21")


def test_rule_12_an_answer_holds_the_repetitions_of_its_own_rung() -> None:
    going = late(holds=[hold("2014-03-21", "escalate-3")])

    said = from_wednesday(going, "2014-03-28")

    assert [one.on.isoformat() for one in said if one.rung == "escalate-3"] == [
        "2014-03-14", "2014-03-24", "2014-03-26", "2014-03-28",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rung", "occurrence", "on", "held"),
    [
        ("escalate-1", 1, "2014-03-12", False),
        ("escalate-1", 2, "2014-03-12", True),
        ("escalate-2", 1, "2014-03-14", True),
        ("escalate-2", 1, "2014-03-15", False),
        ("escalate-3", 2, "2014-03-14", True),
        ("remind-0", 1, "2014-03-12", False),
        ("gone", 1, "2014-03-12", False),
    ],
)
def test_rule_12_what_waits_to_leave_is_held_as_the_ladder_is(
    rung: str, occurrence: int, on: str, *, held: bool
) -> None:
    going = late(holds=[hold("2014-03-14")])

    found = is_held(going, rung, CALENDAR, occurrence=occurrence, on=date.fromisoformat(on))

    assert found is held


def test_rule_16_in_a_pause_nothing_is_told_and_after_it_everything_one_by_one() -> None:
    said = told(from_wednesday(late(pauses=[pause("2014-03-12", "2014-03-18")])))

    assert said == {"escalate-2": "2014-03-19", "escalate-3": "2014-03-20"}


def test_rule_16_what_was_owed_before_a_pause_waits_for_its_end_too() -> None:
    going = late(pauses=[pause("2014-03-13", "2014-03-14")])

    turn = ladder.plan(going, CALENDAR, slot=local("2014-03-13T07:30"))

    assert (turn.due, turn.next_at) == ((), local("2014-03-17T07:30"))


def test_rule_16_two_pauses_with_a_weekend_between_are_waited_through() -> None:
    pauses = [pause("2014-03-12", "2014-03-14"), pause("2014-03-17", "2014-03-17")]
    going = late(pauses=pauses)

    (announced, _) = escalations_ahead(going, CALENDAR, today=date(2014, 3, 11))

    assert announced == ("leader_in_charge", date(2014, 3, 18))
    assert told(from_wednesday(going))["escalate-2"] == "2014-03-18"


def test_rule_16_after_a_pause_one_reminder_speaks_for_all_that_fell_into_it() -> None:
    going = run(LADDER, "2014-03-10", since="2014-03-03T08:00")
    paused = replace(going, pauses=(pause("2014-03-04", "2014-03-11"),))

    said = play(paused, CALENDAR, start=local("2014-03-03T08:00"), until=date(2014, 3, 12))

    assert [(one.rung, one.on.isoformat(), one.is_superseded) for one in said] == [
        ("remind-0", "2014-03-12", False),
        ("escalate-1", "2014-03-12", False),
        ("remind-3", "2014-03-12", True),
    ]


def test_rule_12_a_promise_into_a_pause_waits_for_both() -> None:
    going = late(holds=[hold("2014-03-14")], pauses=[pause("2014-03-17", "2014-03-19")])

    said = told(from_wednesday(going))

    assert said["escalate-2"] == "2014-03-20"


def test_rule_12_a_mail_announces_the_days_after_the_promise() -> None:
    going = late(holds=[hold("2014-03-14")])

    ahead = escalations_ahead(going, CALENDAR, today=date(2014, 3, 11))

    assert ahead == (
        ("leader_in_charge", date(2014, 3, 17)),
        ("director", date(2014, 3, 18)),
    )


def test_what_is_put_off_by_an_answer_does_not_wait_for_the_next_slot() -> None:
    """Reported on a Sunday: what the next morning would have told is recorded, not more."""
    sunday = local("2014-03-16T12:00")
    going = run(LADDER, "2014-03-13", since="2014-03-03T08:00", marks=[
        mark("remind-3", "2014-03-10"), mark("remind-0", "2014-03-13"),
        mark("escalate-1", "2014-03-14"),
    ])  # fmt: skip
    by_calendar = replace(LADDER, rungs=(*LADDER.rungs[:3], *unit(
        ("escalate-2", "+3d", "leader_in_charge")).rungs))  # fmt: skip
    going = replace(going, ladder=by_calendar)

    free = ladder.waiting(going, CALENDAR, at=sunday)
    held = ladder.waiting(replace(going, holds=(hold("2014-03-20"),)), CALENDAR, at=sunday)

    assert [one.rung.name for one in free] == ["escalate-2"]
    assert held == ()
