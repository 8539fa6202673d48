"""What a mail says will happen next: the escalations still to come, a working day apart."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from engine.calendar import WorkingCalendar
from engine.ladder import Mark, Run
from engine.ladder_form import ladder_from_mapping
from engine.outlook import escalations_ahead

CALENDAR = WorkingCalendar(zone=ZoneInfo("Asia/Ho_Chi_Minh"))
LADDER = ladder_from_mapping(
    "unit",
    [
        {"rung": "remind-1", "at": "-1wd", "to": ["assignee", "unit_head"]},
        {"rung": "escalate-1", "at": "+1wd", "to": ["unit_head"]},
        {"rung": "escalate-2", "at": "+3wd", "to": ["leader_in_charge"]},
        {"rung": "escalate-3", "at": "+5wd", "to": ["director"], "repeat": "5wd"},
    ],
)
#: A Friday.
DUE = date(2026, 5, 22)


def _run(*marks: Mark) -> Run:
    since = datetime(2026, 5, 1, tzinfo=UTC)
    return Run(ladder=LADDER, base=DUE, since=since, marks=marks)


def test_before_the_deadline_every_escalation_lies_ahead_on_its_own_day() -> None:
    ahead = escalations_ahead(_run(), CALENDAR, today=date(2026, 5, 20))

    assert ahead == (
        ("unit_head", date(2026, 5, 25)),
        ("leader_in_charge", date(2026, 5, 27)),
        ("director", date(2026, 5, 29)),
    )


def test_what_was_told_and_what_is_on_its_way_is_not_ahead() -> None:
    told = Mark(rung="escalate-1", occurrence=1, on=date(2026, 5, 25))
    leaving = Mark(rung="escalate-2", occurrence=1, on=None)

    ahead = escalations_ahead(_run(told, leaving), CALENDAR, today=date(2026, 5, 27))

    assert ahead == (("director", date(2026, 5, 29)),)


def test_rungs_owed_from_the_past_climb_one_a_working_day() -> None:
    leaving = Mark(rung="escalate-1", occurrence=1, on=None)

    ahead = escalations_ahead(_run(leaving), CALENDAR, today=date(2026, 6, 5))

    assert ahead == (
        ("leader_in_charge", date(2026, 6, 8)),
        ("director", date(2026, 6, 9)),
    )
