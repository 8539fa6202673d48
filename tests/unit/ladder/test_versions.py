"""Rule 13 where a ladder is changed while it runs: only what is not told yet moves."""

from datetime import date

from engine.ladder import Ladder, Run, escalations
from engine.ladder_form import succeeding
from engine.outlook import escalations_ahead
from tests.support.calendars import PLAIN, day, local
from tests.support.climbing import mark, play, run, told, unit

#: The due date is Wednesday 2014-03-12, the ladder is changed on Tuesday 2014-03-18 at 10:00.
DUE, CHANGED = "2014-03-12", "2014-03-18T10:00"
FIRST = unit(
    ("remind-3", "-3wd", "assignee"),
    ("escalate-1", "+1wd", "unit_head"),
    ("escalate-2", "+3wd", "leader_in_charge"),
    ("escalate-3", "+9wd", "director"),
)


def changed(after: Ladder, *marks: tuple[str, str], before: Ladder = FIRST) -> Run:
    """Return the run of a task that was armed at the beginning of the month."""
    ladder = succeeding(after, before, at=local(CHANGED))
    told = [mark(rung, on) for rung, on in marks]
    return run(ladder, DUE, since="2014-03-03T08:00", marks=told)


def said(going: Run) -> dict[str, str]:
    return told(play(going, PLAIN, start=local(CHANGED), until=day("2014-04-30")))


def test_a_rung_keeps_the_instant_from_which_it_has_been_in_its_ladder() -> None:
    second = succeeding(unit(("a", "0wd", "assignee"), ("b", "+1wd", "unit_head")),
                        unit(("a", "-1wd", "assignee")), at=local("2014-03-04T09:00"))  # fmt: skip
    third = succeeding(unit(("a", "+2wd", "unit_head"), ("b", "+2wd", "unit_head")),
                       second, at=local("2014-03-05T09:00"))  # fmt: skip

    assert [rung.since for rung in third.rungs] == [None, local("2014-03-04T09:00")]


def test_a_rung_that_was_away_and_comes_back_counts_from_its_return() -> None:
    alone = unit(("a", "0wd", "assignee"))
    without = succeeding(unit(("b", "0wd", "assignee")), alone, at=local("2014-03-04T09:00"))

    back = succeeding(alone, without, at=local("2014-03-05T09:00"))

    assert [rung.since for rung in back.rungs] == [local("2014-03-05T09:00")]


def test_a_rung_that_was_told_is_not_told_again_wherever_it_is_moved() -> None:
    after = unit(("remind-3", "-3wd", "assignee"), ("escalate-1", "+8wd", "unit_head"),
                 ("escalate-2", "+9wd", "leader_in_charge"))  # fmt: skip
    going = changed(after, ("remind-3", "2014-03-07"), ("escalate-1", "2014-03-13"))

    assert said(going) == {"escalate-2": "2014-03-25"}


def test_a_rung_moved_to_a_day_that_is_past_is_owed_in_the_next_slot() -> None:
    after = unit(("escalate-1", "+1wd", "unit_head"), ("escalate-2", "+3wd", "leader_in_charge"),
                 ("escalate-3", "+4wd", "director"))  # fmt: skip
    going = changed(after, ("escalate-1", "2014-03-13"), ("escalate-2", "2014-03-17"))

    assert said(going) == {"escalate-3": "2014-03-19"}


def test_a_new_reminder_is_owed_only_if_its_slot_lies_after_the_change() -> None:
    after = unit(("remind-1", "-1wd", "assignee"), ("urge", "+5wd", "assignee"))

    assert said(changed(after)) == {"urge": "2014-03-19"}


def test_a_reminder_new_in_the_minute_of_its_slot_is_owed() -> None:
    ladder = succeeding(unit(("urge", "+4wd", "assignee")), FIRST, at=local("2014-03-18T07:30:20"))
    going = run(ladder, DUE, since="2014-03-03T08:00")

    found = told(play(going, PLAIN, start=local("2014-03-18T07:30:20"), until=day("2014-04-30")))

    assert found == {"urge": "2014-03-18"}


def test_a_new_escalation_whose_day_is_past_is_owed_and_climbs_one_a_working_day() -> None:
    after = unit(("e0", "0wd", "assignee"), ("e1", "+1wd", "unit_head"), ("e2", "+2wd", "director"))

    assert said(changed(after)) == {"e1": "2014-03-19", "e2": "2014-03-20"}


def test_a_new_escalation_below_one_that_was_told_is_not_owed() -> None:
    after = unit(("escalate-1", "+1wd", "unit_head"), ("between", "+2wd", "monitor"),
                 ("escalate-2", "+3wd", "leader_in_charge"),
                 ("escalate-3", "+9wd", "director"))  # fmt: skip
    going = changed(after, ("escalate-1", "2014-03-13"), ("escalate-2", "2014-03-17"))

    assert said(going) == {"escalate-3": "2014-03-25"}
    assert "between" not in {rung.name for rung in escalations(going, PLAIN)}


def test_a_new_escalation_below_one_that_was_told_is_owed_where_its_day_is_to_come() -> None:
    after = unit(("escalate-2", "+9wd", "leader_in_charge"), ("between", "+6wd", "monitor"))
    going = changed(after, ("escalate-2", "2014-03-17"))

    assert said(going) == {"between": "2014-03-20"}


def test_a_ladder_that_was_armed_after_the_change_owes_what_any_ladder_owes() -> None:
    after = unit(("between", "+1wd", "monitor"), ("escalate-2", "+3wd", "leader_in_charge"))
    ladder = succeeding(after, FIRST, at=local(CHANGED))
    going = run(ladder, DUE, since="2014-03-20T09:00")

    found = told(play(going, PLAIN, start=local("2014-03-20T09:00"), until=day("2014-04-30")))

    assert found == {"between": "2014-03-21", "escalate-2": "2014-03-24"}


def test_a_rung_that_was_removed_is_not_told() -> None:
    after = unit(("escalate-1", "+1wd", "unit_head"), ("escalate-3", "+9wd", "director"))
    going = changed(after, ("escalate-1", "2014-03-13"))

    assert said(going) == {"escalate-3": "2014-03-25"}


def test_what_a_mail_says_comes_next_leaves_out_whom_nobody_will_tell_any_more() -> None:
    after = unit(("between", "+2wd", "monitor"), ("escalate-2", "+3wd", "leader_in_charge"),
                 ("escalate-3", "+9wd", "director"))  # fmt: skip
    going = changed(after, ("escalate-2", "2014-03-17"))

    ahead = escalations_ahead(going, PLAIN, today=date(2014, 3, 18))

    assert ahead == (("director", date(2014, 3, 25)),)
