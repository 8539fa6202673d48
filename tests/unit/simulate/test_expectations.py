"""An expectation holds, or shows what was expected beside what was got."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dondoc.simulate.expectations import Failure, compare
from dondoc.simulate.scenario import Expectations, Expected, ExpectedNotice
from dondoc.simulate.story import (
    Audited,
    Raised,
    Refusal,
    Sent,
    SentItem,
    Silenced,
    Story,
    TaskEnd,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SLOT = datetime(2014, 1, 27, 0, 30, tzinfo=UTC)


def sent(*items: tuple[str, str], to: str = "cv", kind: str = "reminder", **other: Any) -> Sent:
    told = tuple(
        SentItem(task=task, rung=rung, kind=kind, working_days_left=3) for rung, task in items
    )
    fields: dict[str, Any] = {"taken_at": (SLOT,), "reference": "<a@b>", "status": "accepted"}
    return Sent(
        to=to,
        address=f"{to}@example.test",
        kind=kind,
        items=told,
        subject="",
        **(fields | other),
    )


def story(*messages: Sent, **other: Any) -> Story:
    fields: dict[str, Any] = {
        "happened": (), "tasks": (), "refused": (), "superseded": (), "alerts": (),
        "audit": Audited(entries=3, blocks=1, is_verified=True),
    }  # fmt: skip
    return Story(messages=messages, **(fields | other))


def wanted(rung: str, *tasks: str, to: str = "cv", at: datetime = SLOT) -> ExpectedNotice:
    return ExpectedNotice(at=at, to=to, rung=rung, tasks=frozenset(tasks))


def failures(told: Story, expect: Expectations) -> list[Failure]:
    return list(compare(told, expect, zone=ZONE))


def lists(*notices: ExpectedNotice, exact: bool = True) -> Expectations:
    return Expectations(notices=notices, exact=exact)


def test_a_notice_that_came_as_expected_is_no_failure() -> None:
    told = story(sent(("remind-3", "T1"), ("remind-3", "T2"), ("escalate-1", "T3")))
    expect = lists(wanted("remind-3", "T1", "T2"), wanted("escalate-1", "T3"))

    found = failures(told, expect)

    assert found == []


def test_a_notice_that_did_not_come_is_shown_beside_the_one_that_came_instead() -> None:
    later = SLOT + timedelta(days=1)
    told = story(sent(("remind-3", "T1"), taken_at=(later,)))

    found = failures(told, lists(wanted("remind-3", "T1")))

    assert found[0].expected == "2014-01-27T07:30 to cv: remind-3 [T1]"
    assert found[0].got == "2014-01-28T07:30 to cv: remind-3 [T1]"


def test_a_second_copy_of_an_expected_notice_fails() -> None:
    told = story(sent(("remind-3", "T1")), sent(("remind-3", "T1"), reference="<c@d>"))

    found = failures(told, lists(wanted("remind-3", "T1"), exact=False))

    assert [one.expected for one in found] == ["nothing"]


def test_a_resent_message_counts_once_for_each_minute_in_which_it_was_taken() -> None:
    again = SLOT + timedelta(minutes=30)
    told = story(sent(("escalate-1", "T1"), kind="escalation", taken_at=(SLOT, again)))
    expect = lists(wanted("escalate-1", "T1"), wanted("escalate-1", "T1", at=again))

    found = failures(told, expect)

    assert found == []


def test_the_tasks_of_a_rung_must_be_exactly_those_expected() -> None:
    told = story(sent(("remind-3", "T1"), ("remind-3", "T2")))

    found = failures(told, lists(wanted("remind-3", "T1")))

    assert len(found) == 2
    assert "[T1, T2]" in found[0].got


def test_an_unlisted_reminder_fails_only_where_the_list_is_whole() -> None:
    told = story(sent(("remind-3", "T1")))

    assert len(failures(told, lists())) == 1
    assert failures(told, lists(exact=False)) == []


def test_notices_of_other_kinds_matter_only_when_they_are_listed() -> None:
    told = story(sent(("assigned", "T1"), kind="assignment"))

    assert failures(told, lists()) == []
    assert failures(told, lists(wanted("assigned", "T1"))) == []
    assert len(failures(told, lists(wanted("assigned", "T2")))) == 1


def test_a_refusal_that_is_not_listed_fails() -> None:
    refusal = Refusal(at=SLOT, by="cv", do="verify", task="T1", code="four_eyes", message="no")

    found = failures(story(refused=(refusal,)), Expectations(exact=False))

    assert found[0].expected == "nothing"
    assert "four_eyes" in found[0].got


def test_a_refusal_is_compared_by_the_fields_the_scenario_names() -> None:
    refusal = Refusal(at=SLOT, by="cv", do="verify", task="T1", code="four_eyes", message="no")
    told = story(refused=(refusal,))
    right = Expected(fields={"at": SLOT, "code": "four_eyes"})
    wrong = Expected(fields={"at": SLOT, "code": "not_permitted"})

    assert failures(told, Expectations(exact=False, refused=(right,))) == []
    assert failures(told, Expectations(exact=False, refused=(wrong,)))[0].got.endswith("four_eyes")


def task_end(**other: Any) -> TaskEnd:
    fields: dict[str, Any] = {
        "code": "T1", "title": "Việc", "kind": "task", "state": "in_progress", "lead": "CNTT",
        "assignee": "cv", "due": date(2014, 2, 7), "effective_due": date(2014, 2, 7),
        "overdue_working_days": 10, "cell": "open_overdue",
    }  # fmt: skip
    return TaskEnd(**(fields | other))


def expects_task(**fields: Any) -> Expectations:
    return Expectations(exact=False, tasks=(Expected(fields={"code": "T1", **fields}),))


def test_a_task_is_compared_by_the_fields_the_scenario_names() -> None:
    told = story(tasks=(task_end(),))

    found = failures(told, expects_task(state="verified", overdue=9, lead="CNTT"))

    assert found[0].expected == "T1: state verified, overdue 9wd"
    assert found[0].got == "T1: state in_progress, overdue 10wd"


@pytest.mark.parametrize(
    ("key", "wrong", "shown"),
    [
        ("state", "verified", "state in_progress"),
        ("overdue", 9, "overdue 10wd"),
        ("cell", "completed_late", "cell open_overdue"),
        ("cell", None, "cell open_overdue"),
        ("due", date(2014, 2, 8), "due 2014-02-07"),
        ("effective_due", date(2014, 2, 10), "effective_due 2014-02-07"),
        ("lead", "VP", "lead CNTT"),
        ("assignee", None, "assignee cv"),
    ],
)
def test_each_key_of_a_task_is_judged_and_shown_as_it_is(
    key: str, wrong: object, shown: str
) -> None:
    told = story(tasks=(task_end(),))

    found = failures(told, expects_task(**{key: wrong}))

    assert [one.got for one in found] == [f"T1: {shown}"]


def test_a_refusal_an_alert_and_a_supersession_that_did_not_come_are_failures() -> None:
    expect = Expectations(
        exact=False,
        refused=record(code="four_eyes"),
        superseded=record(task="T1"),
        alerts=record(code="no_recipient", at=SLOT),
    )

    found = failures(story(), expect)

    assert [(one.what, one.expected, one.got) for one in found] == [
        ("refused", "code four_eyes", "nothing"),
        ("superseded", "task T1", "nothing"),
        ("alerts", "code no_recipient, at 2014-01-27T07:30", "nothing"),
    ]


def test_two_refusals_alike_must_both_be_listed() -> None:
    refusal = Refusal(at=SLOT, by="cv", do="verify", task="T1", code="four_eyes", message="no")
    told = story(refused=(refusal, refusal))
    one = Expected(fields={"code": "four_eyes"})

    assert len(failures(told, Expectations(exact=False, refused=(one,)))) == 1
    assert failures(told, Expectations(exact=False, refused=(one, one))) == []


def test_an_alert_is_judged_to_the_minute() -> None:
    told = story(alerts=(Raised(at=SLOT + timedelta(seconds=20), code="x", message="T1"),))
    late = SLOT + timedelta(minutes=1)

    assert failures(told, Expectations(exact=False, alerts=record(code="x", at=SLOT))) == []
    assert len(failures(told, Expectations(exact=False, alerts=record(code="x", at=late)))) == 1


def test_a_notice_to_somebody_else_or_of_another_rung_is_not_the_one_expected() -> None:
    told = story(sent(("remind-3", "T1"), to="tp"))

    found = failures(told, lists(wanted("remind-3", "T1")))

    assert _lines(found) == [
        ("2014-01-27T07:30 to cv: remind-3 [T1]", "2014-01-27T07:30 to tp: remind-3 [T1]"),
        ("nothing", "2014-01-27T07:30 to tp: remind-3 [T1]"),
    ]


def test_without_a_list_nothing_is_said_of_what_was_sent_unless_it_is_called_whole() -> None:
    told = story(sent(("remind-3", "T1")))

    assert failures(told, Expectations(exact=False)) == []
    assert len(failures(told, Expectations(exact=True))) == 1


def test_not_late_and_overdue_by_nothing_are_the_same() -> None:
    told = story(tasks=(task_end(overdue_working_days=0, cell="open_within_term"),))

    assert failures(told, expects_task(overdue=0)) == []
    assert failures(told, expects_task(overdue=None)) == []


def test_a_task_that_does_not_exist_is_a_failure() -> None:
    found = failures(story(), expects_task())

    assert found[0].got == "nothing"


def record(**fields: Any) -> tuple[Expected, ...]:
    return (Expected(fields=fields),)


def test_a_reason_may_be_named_by_its_first_word() -> None:
    silenced = Silenced(task="T1", rung="remind-3", by="remind-1", reason="outage 23..27/01")
    told = story(superseded=(silenced,))
    by_word = record(task="T1", rung="remind-3", reason="outage")
    by_part = record(task="T1", rung="remind-3", reason="out")

    assert failures(told, Expectations(exact=False, superseded=by_word)) == []
    assert len(failures(told, Expectations(exact=False, superseded=by_part))) == 1


def test_an_empty_list_says_that_there_must_be_none() -> None:
    told = story(
        superseded=(Silenced(task="T1", rung="a", by="b", reason="c"),),
        alerts=(Raised(at=SLOT, code="no_recipient", message="T1"),),
    )

    found = failures(told, Expectations(exact=False, superseded=(), alerts=()))

    assert [one.what for one in found] == ["superseded", "alerts"]


def test_a_broken_audit_chain_fails_whatever_else_was_expected() -> None:
    broken = Audited(entries=3, blocks=1, is_verified=False, problem="entry 2 was changed")

    found = failures(replace(story(), audit=broken), Expectations(exact=False))

    assert _lines(found) == [("verified", "entry 2 was changed")]


def _lines(found: Iterable[Failure]) -> list[tuple[str, str]]:
    return [(one.expected, one.got) for one in found]
