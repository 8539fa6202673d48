"""A ladder whose lower rungs follow a unit's calendar, and whose higher ones the office's."""

from dataclasses import replace
from datetime import time

import pytest

from engine import ladder
from tests.support.calendars import PLAIN, day, local, slot
from tests.support.climbing import mark, run, unit

#: Works on Saturdays.
OWN = replace(PLAIN, weekend=frozenset({6}))
STEPS = unit(
    ("urge-2", "-2wd", "assignee"),
    ("urge-1", "-1wd", "assignee,director"),
    ("climb-1", "+1wd", "unit_head"),
    ("climb-2", "+2wd", "unit_head,leader_in_charge"),
)
# Monday the 16th of June; the 14th is the Saturday before.
GOING = replace(run(STEPS, "2014-06-16", since="2014-06-02T08:00"), own=OWN)


def rung(name: str) -> ladder.Rung:
    return next(one for one in STEPS.rungs if one.name == name)


@pytest.mark.parametrize(
    ("name", "due"),
    [
        ("urge-2", "2014-06-13"), ("urge-1", "2014-06-13"), ("climb-1", "2014-06-17"),
        ("climb-2", "2014-06-18"),
    ],
)  # fmt: skip
def test_s8_the_highest_position_of_a_rung_decides_by_which_calendar_it_falls_due(
    name: str, due: str
) -> None:
    calendar = GOING.calendar_of(rung(name), PLAIN)

    assert rung(name).day(GOING.base, calendar) == day(due)
    assert calendar is (PLAIN if rung(name).is_above else OWN)


def test_s8_a_newer_reminder_of_the_office_speaks_for_the_older_one_in_its_own_slot() -> None:
    late = replace(GOING, base=day("2014-06-14"))
    # Both were missed: the unit's of Thursday, and the office's of Friday.
    saturday = ladder.plan(late, PLAIN, slot=slot("2014-06-14"), closed=[PLAIN])
    monday = ladder.plan(late, PLAIN, slot=slot("2014-06-16"))

    assert (saturday.due, saturday.superseded) == ((), ())
    assert saturday.next_at == slot("2014-06-16")
    assert [one.rung.name for one in monday.due if one.kind == "reminder"] == ["urge-1"]
    assert [one.rung.name for one in monday.superseded] == ["urge-2"]


def test_s8_a_past_escalation_of_the_office_waits_for_a_slot_of_the_office() -> None:
    marks = (mark("urge-2", "2014-06-05"), mark("urge-1", "2014-06-05"),
             mark("climb-1", "2014-06-12"))  # fmt: skip
    late = replace(GOING, base=day("2014-06-09"), marks=marks)

    saturday = ladder.plan(late, PLAIN, slot=slot("2014-06-14"), closed=[PLAIN])

    assert saturday.due == ()
    assert saturday.next_at == slot("2014-06-16")


def test_s8_both_told_on_one_day_are_told_each_at_its_own_hour() -> None:
    early = replace(PLAIN, send_at=time(7, 0))
    going = replace(GOING, own=early, marks=(mark("urge-2", "2014-06-12"),))

    first = ladder.first(going, PLAIN, not_before=local("2014-06-13T06:00"))
    seven = ladder.plan(going, PLAIN, slot=local("2014-06-13T07:00"), closed=[PLAIN])

    assert first == slot("2014-06-13")
    assert (seven.due, seven.next_at) == ((), slot("2014-06-13"))
