"""Rules 1 to 11 and 15 of who is told what, when; each by its number."""

from datetime import timedelta

import pytest

from engine import ladder, ladder_form
from engine.ladder import Ladder
from tests.support.calendars import C14, PLAIN, day, local, slot
from tests.support.climbing import Said, mark, named, play, run, told, unit

#: The ladder of the rules' own example.
USUAL = unit(
    ("remind-3", "-3wd", "assignee"),
    ("remind-0", "0wd", "assignee"),
    ("escalate-1", "+2wd", "unit_head"),
    ("escalate-2", "+5wd", "leader_in_charge"),
    ("escalate-3", "+7wd", "director", "5wd"),
)


def test_rule_1_offsets_count_working_days_from_the_effective_due_date() -> None:
    going = run(USUAL, "2014-02-07", since="2014-01-15T08:00")

    said = play(going, C14, start=local("2014-01-15T08:00"), until=day("2014-02-20"))

    assert told(said) == {
        "remind-3": "2014-01-25",
        "remind-0": "2014-02-07",
        "escalate-1": "2014-02-10",
        "escalate-2": "2014-02-13",
        "escalate-3": "2014-02-17",
    }


@pytest.mark.parametrize("hour", ["00:05", "16:59", "23:55"])
def test_rule_1_the_verifiers_ladder_counts_from_the_date_of_the_report_whatever_its_hour(
    hour: str,
) -> None:
    steps = named("verifier", ("verify-2", "+2wd", "verifier"))
    reported = f"2014-03-06T{hour}"

    said = play(
        run(steps, "2014-03-06", since=reported), PLAIN, start=local(reported),
        until=day("2014-03-31"),
    )  # fmt: skip

    assert told(said) == {"verify-2": "2014-03-10"}


def test_rule_2_a_calendar_day_rung_on_a_day_off_leaves_in_the_next_slot() -> None:
    going = run(unit(("sunday", "-3d", "assignee")), "2014-03-12", since="2014-03-03T08:00")

    said = play(going, PLAIN, start=local("2014-03-03T08:00"), until=day("2014-03-31"))

    assert told(said) == {"sunday": "2014-03-10"}


def test_rule_5_a_rung_found_due_between_slots_waits_for_the_next_one() -> None:
    going = run(
        USUAL, "2014-02-07", since="2014-01-15T08:00", marks=[mark("remind-3", "2014-01-25")]
    )

    found_at_ten = ladder.first(going, C14, not_before=local("2014-02-07T10:00"))

    assert found_at_ten == slot("2014-02-08")


def test_rule_6_two_reminders_of_one_slot_are_told_as_the_newer_alone() -> None:
    steps = unit(("saturday", "-3d", "assignee,unit_head"), ("sunday", "-2d", "assignee"))
    going = run(steps, "2014-03-18", since="2014-03-03T08:00")

    turn = ladder.plan(going, PLAIN, slot=slot("2014-03-17"))

    assert [one.rung.name for one in turn.due] == ["sunday"]
    assert [one.rung.name for one in turn.superseded] == ["saturday"]
    assert turn.newest == "sunday"


def test_rule_6_the_day_itself_beats_a_reminder_that_was_moved_to_it() -> None:
    steps = unit(("remind-0", "0wd", "assignee"), ("remind-1", "-1d", "assignee"))
    going = run(steps, "2014-03-10", since="2014-03-03T08:00")

    turn = ladder.plan(going, PLAIN, slot=slot("2014-03-10"))

    assert turn.newest == "remind-0"


def test_rule_6_of_two_rungs_of_one_day_the_later_in_the_ladder_is_newer() -> None:
    steps = unit(("far", "-3d", "assignee"), ("near", "-1wd", "assignee"))
    going = run(steps, "2014-03-10", since="2014-03-03T08:00")

    turn = ladder.plan(going, PLAIN, slot=slot("2014-03-07"))

    assert turn.newest == "near"


@pytest.mark.parametrize(
    ("name", "at", "to", "kind"),
    [
        ("unit", "-3wd", "assignee", "reminder"),
        ("unit", "-1wd", "director", "reminder"),
        ("unit", "0wd", "unit_head", "reminder"),
        ("unit", "+1wd", "assignee", "reminder"),
        ("unit", "+1wd", "assignee,lead_unit,coordinating_units", "reminder"),
        ("unit", "+1wd", "unit_head", "escalation"),
        ("unit", "+1wd", "assignee,unit_head", "escalation"),
        ("unit", "+1d", "monitor", "escalation"),
        ("verifier", "+2wd", "verifier", "reminder"),
        ("verifier", "+2wd", "verifier,monitor", "reminder"),
        ("verifier", "+2wd", "director", "escalation"),
        ("verifier", "0wd", "director", "escalation"),
        ("leader", "+2wd", "leader_in_charge", "reminder"),
        ("leader", "+2wd", "director", "escalation"),
        ("leader", "-1wd", "director", "escalation"),
    ],
)
def test_rule_7_a_rung_is_a_reminder_or_an_escalation_by_its_day_and_by_whom_it_names(
    name: str, at: str, to: str, kind: str
) -> None:
    steps = named(name, ("rung", at, to))

    assert steps.kind(steps.rungs[0]) == kind


def test_rule_8_a_rung_waits_a_working_day_after_the_one_below_was_first_told() -> None:
    told_late = [mark("remind-3", "2014-01-25"), mark("remind-0", "2014-02-07"),
                 mark("escalate-1", "2014-02-14")]  # fmt: skip
    going = run(USUAL, "2014-02-07", since="2014-01-15T08:00", marks=told_late)

    said = play(going, C14, start=local("2014-02-14T08:00"), until=day("2014-02-28"))

    assert told(said) == {"escalate-2": "2014-02-17", "escalate-3": "2014-02-18"}


def test_rule_8_nobody_above_hears_while_the_rung_below_is_still_on_its_way() -> None:
    on_its_way = [mark("remind-3", "2014-01-25"), mark("remind-0", "2014-02-07"),
                  mark("escalate-1", None)]  # fmt: skip
    going = run(USUAL, "2014-02-07", since="2014-01-15T08:00", marks=on_its_way)

    turn = ladder.plan(going, C14, slot=slot("2014-02-20"))

    assert turn.due == ()
    assert turn.next_at == slot("2014-02-21")


def test_rule_8_repetitions_of_the_rung_below_hold_nobody_back() -> None:
    steps = unit(("head", "+1wd", "unit_head", "1wd"), ("leader", "+4wd", "leader_in_charge"))
    going = run(steps, "2014-03-03", since="2014-03-01T08:00")

    said = play(going, PLAIN, start=local("2014-03-03T08:00"), until=day("2014-03-07"))

    assert [(one.rung, one.occurrence, one.on.isoformat()) for one in said] == [
        ("head", 1, "2014-03-04"),
        ("head", 2, "2014-03-05"),
        ("head", 3, "2014-03-06"),
        ("head", 4, "2014-03-07"),
        ("leader", 1, "2014-03-07"),
    ]


def test_rule_9_reminders_past_when_the_ladder_is_armed_are_not_owed() -> None:
    going = run(USUAL, "2014-02-07", since="2014-02-06T09:00")

    said = play(going, C14, start=local("2014-02-06T09:00"), until=day("2014-02-07"))

    assert told(said) == {"remind-0": "2014-02-07"}


def test_rule_9_a_ladder_armed_in_the_minute_of_a_slot_still_owes_that_slot() -> None:
    going = run(USUAL, "2014-02-07", since="2014-02-07T07:30:40")

    assert ladder.first(going, C14, not_before=local("2014-02-07T07:30:40")) == slot("2014-02-07")


def test_rule_9_escalations_past_when_the_ladder_is_armed_climb_one_a_working_day() -> None:
    going = run(USUAL, "2014-02-07", since="2014-03-10T10:00")

    said = play(going, C14, start=local("2014-03-10T10:00"), until=day("2014-03-14"))

    assert told(said) == {
        "escalate-1": "2014-03-11",
        "escalate-2": "2014-03-12",
        "escalate-3": "2014-03-13",
    }


def test_rule_10_the_newest_missed_reminder_is_told_after_an_outage_even_when_overdue() -> None:
    going = run(USUAL, "2014-02-07", since="2014-01-15T08:00")

    turn = ladder.plan(going, C14, slot=slot("2014-02-08"))

    assert [one.rung.name for one in turn.due] == ["remind-0"]
    assert [one.rung.name for one in turn.superseded] == ["remind-3"]


def test_rule_10_a_missed_reminder_and_the_lowest_escalation_go_together_after_an_outage() -> None:
    going = run(USUAL, "2014-02-07", since="2014-01-15T08:00")

    said = play(going, C14, start=local("2014-02-20T10:00"), until=day("2014-02-25"))

    assert [(one.rung, one.on.isoformat()) for one in said if not one.is_superseded] == [
        ("remind-0", "2014-02-21"),
        ("escalate-1", "2014-02-21"),
        ("escalate-2", "2014-02-24"),
        ("escalate-3", "2014-02-25"),
    ]


def test_rule_11_a_repetition_counts_from_the_day_the_rung_was_last_told() -> None:
    told_late = [mark("escalate-1", "2014-02-10"), mark("escalate-2", "2014-02-13"),
                 mark("escalate-3", "2014-02-18"), mark("remind-0", "2014-02-07"),
                 mark("remind-3", "2014-01-25")]  # fmt: skip
    going = run(USUAL, "2014-02-07", since="2014-01-15T08:00", marks=told_late)

    said = play(going, C14, start=local("2014-02-18T08:00"), until=day("2014-03-05"))

    assert [(one.occurrence, one.on.isoformat()) for one in said] == [
        (2, "2014-02-25"),
        (3, "2014-03-04"),
    ]


def test_rule_11_nothing_on_its_way_is_repeated() -> None:
    steps = unit(("director", "+1wd", "director", "5wd"))
    going = run(steps, "2014-03-03", since="2014-03-01T08:00", marks=[mark("director", None)])

    turn = ladder.plan(going, PLAIN, slot=slot("2014-04-01"))

    assert turn.due == ()
    assert turn.next_at == slot("2014-04-02")


def test_rule_11_repeated_reminders_missed_before_the_ladder_went_on_are_not_made_up_for() -> None:
    steps = unit(("urge", "+1wd", "assignee", "2wd"))
    going = run(steps, "2014-03-03", since="2014-03-12T10:00", marks=[mark("urge", "2014-03-04")])

    said = play(going, PLAIN, start=local("2014-03-12T10:00"), until=day("2014-03-18"))

    assert [one.on.isoformat() for one in said] == ["2014-03-14", "2014-03-18"]


def test_rule_15_after_a_return_the_ladder_goes_on_with_what_was_not_told() -> None:
    before_the_report = [mark("remind-3", "2014-01-25"), mark("remind-0", "2014-02-07"),
                         mark("escalate-1", "2014-02-10")]  # fmt: skip
    going = run(USUAL, "2014-02-07", since="2014-02-20T10:00", marks=before_the_report)

    said = play(going, C14, start=local("2014-02-20T10:00"), until=day("2014-02-25"))

    assert told(said) == {"escalate-2": "2014-02-21", "escalate-3": "2014-02-24"}


def test_rule_15_reminders_missed_while_reported_are_not_owed_after_a_return() -> None:
    going = run(USUAL, "2014-02-07", since="2014-02-07T10:00")

    assert ladder.first(going, C14, not_before=local("2014-02-07T10:00")) == slot("2014-02-10")


def test_nothing_is_left_to_look_at_when_a_ladder_without_repetition_is_told() -> None:
    steps = unit(("remind", "-1wd", "assignee"), ("head", "+1wd", "unit_head"))
    going = run(steps, "2014-03-05", since="2014-03-03T08:00",
                marks=[mark("remind", "2014-03-04"), mark("head", "2014-03-06")])  # fmt: skip

    assert ladder.first(going, PLAIN, not_before=local("2014-03-06T08:00")) is None


def test_what_waits_over_a_day_off_is_named_so_that_leaving_the_ladder_can_record_it() -> None:
    steps = unit(("saturday", "-3d", "assignee"), ("monday", "-1d", "assignee"))
    going = run(steps, "2014-03-11", since="2014-03-03T08:00")

    on_sunday = ladder.waiting(going, PLAIN, at=local("2014-03-09T10:00"))
    on_friday = ladder.waiting(going, PLAIN, at=local("2014-03-07T10:00"))

    assert [one.rung.name for one in on_sunday] == ["saturday"]
    assert on_friday == ()


@pytest.mark.parametrize("at", ["3", "wd", "-3 wd", "+1,5wd", "-3w", "1000wd", ""])
def test_an_offset_that_is_none_is_refused_with_its_rung(at: str) -> None:
    with pytest.raises(ValueError, match="rung odd"):
        named("unit", ("odd", at, "assignee"))


def test_a_ladder_is_stored_as_it_was_written() -> None:
    stored = ladder_form.ladder_to_mapping(USUAL)

    assert ladder_form.ladder_from_mapping("unit", stored) == USUAL
    assert stored[-1] == {
        "rung": "escalate-3", "at": "+7wd", "to": ["director"], "repeat": "5wd",
    }  # fmt: skip


def test_a_slot_played_twice_says_nothing_the_second_time() -> None:
    going: Ladder = USUAL
    said = play(run(going, "2014-02-07", since="2014-01-15T08:00"), C14,
                start=local("2014-02-10T07:00"), until=day("2014-02-10"))  # fmt: skip
    marks = [mark(one.rung, one.on.isoformat(), one.occurrence) for one in said]

    again = ladder.plan(
        run(going, "2014-02-07", since="2014-01-15T08:00", marks=marks), C14,
        slot=slot("2014-02-10") + timedelta(0),
    )  # fmt: skip

    assert [one.rung for one in said] == ["remind-0", "escalate-1", "remind-3"]
    assert (again.due, again.superseded) == ((), ())


def test_every_telling_is_dated_by_the_slot_that_asked_for_it() -> None:
    said = play(run(USUAL, "2014-02-07", since="2014-01-15T08:00"), C14,
                start=local("2014-02-07T07:00"), until=day("2014-02-07"))  # fmt: skip

    assert said == [
        Said(on=day("2014-02-07"), rung="remind-0", occurrence=1, kind="reminder"),
        Said(on=day("2014-02-07"), rung="remind-3", occurrence=1, kind="reminder",
             is_superseded=True),
    ]  # fmt: skip
