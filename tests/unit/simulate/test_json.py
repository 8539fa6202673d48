"""`--json`: one object, of exactly the shape that programs were promised."""

import json
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dondoc.simulate.output import as_json
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
SLOT = datetime(2014, 1, 25, 0, 30, tzinfo=UTC)


def told(**fields: Any) -> Story:
    empty: dict[str, Any] = {
        "happened": (), "messages": (), "tasks": (), "refused": (), "superseded": (), "alerts": (),
        "audit": Audited(entries=12, blocks=3, is_verified=True),
    }  # fmt: skip
    return Story(**(empty | fields))


def item(task: str, rung: str, left: int | None) -> SentItem:
    return SentItem(task=task, rung=rung, kind="reminder", working_days_left=left)


def sent(*items: SentItem, **fields: Any) -> Sent:
    usual: dict[str, Any] = {
        "taken_at": (SLOT,), "to": "cv", "address": "cv@example.test", "kind": "reminder",
        "reference": "<t1.remind-3@example.test>", "subject": "Nhắc", "status": "accepted",
    }  # fmt: skip
    return Sent(items=items, **(usual | fields))


def end(**fields: Any) -> TaskEnd:
    usual: dict[str, Any] = {
        "code": "T1", "title": "Việc", "kind": "task", "state": "in_progress", "lead": "CNTT",
        "assignee": "cv", "due": date(2014, 2, 7), "effective_due": date(2014, 2, 7),
        "overdue_working_days": 10, "cell": "open_overdue",
    }  # fmt: skip
    return TaskEnd(**(usual | fields))


def test_the_object_has_these_keys_in_this_order_and_no_other() -> None:
    said = as_json(told(), zone=ZONE)

    assert json.dumps(said) == (
        '{"messages": [], "tasks": [], "refused": [], "superseded": [], "alerts": [], '
        '"audit": {"entries": 12, "blocks": 3, "verified": true}}'
    )


def test_a_message_has_one_item_for_each_task_and_rung_and_counts_down_below_zero() -> None:
    items = (item("T1", "remind-3", 3), item("T2", "remind-0", -4), item("T3", "assigned", None))

    said = as_json(told(messages=(sent(*items),)), zone=ZONE)

    assert said["messages"] == [
        {
            "at": "2014-01-25T07:30:00+07:00",
            "to": "cv",
            "address": "cv@example.test",
            "kind": "reminder",
            "items": [
                {"task": "T1", "rung": "remind-3", "working_days_left": 3},
                {"task": "T2", "rung": "remind-0", "working_days_left": -4},
                {"task": "T3", "rung": "assigned", "working_days_left": None},
            ],
            "message_id": "<t1.remind-3@example.test>",
            "status": "accepted",
            "copies": 1,
        }
    ]


def test_a_message_taken_twice_is_one_with_two_copies_at_the_time_of_the_first() -> None:
    again = datetime(2014, 1, 25, 1, 0, tzinfo=UTC)

    said = as_json(
        told(messages=(sent(item("T1", "remind-3", 3), taken_at=(SLOT, again)),)), zone=ZONE
    )

    assert [(one["at"], one["copies"]) for one in said["messages"]] == [
        ("2014-01-25T07:30:00+07:00", 2)
    ]


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        (
            end(),
            {
                "code": "T1",
                "state": "in_progress",
                "due": "2014-02-07",
                "effective_due": "2014-02-07",
                "overdue_working_days": 10,
                "cell": "open_overdue",
            },
        ),
        (
            end(code="S", due=None, effective_due=None, overdue_working_days=0, cell=None),
            {
                "code": "S",
                "state": "in_progress",
                "due": None,
                "effective_due": None,
                "overdue_working_days": None,
                "cell": None,
            },
        ),
    ],
    ids=["late", "standing"],
)
def test_a_task_shows_both_its_dates_and_its_cell(ended: TaskEnd, expected: dict[str, Any]) -> None:
    said = as_json(told(tasks=(ended,)), zone=ZONE)

    assert said["tasks"] == [expected]


def test_what_was_refused_silenced_and_raised_is_told_by_the_names_of_the_format() -> None:
    refusal = Refusal(at=SLOT, by="cv", do="verify", task="T1", code="four_eyes", message="Không")
    silenced = Silenced(task="T1", rung="remind-3", by="remind-0", reason="outage 23..27/01")
    raised = Raised(at=SLOT, code="no_recipient", message="T1")

    said = as_json(told(refused=(refusal,), superseded=(silenced,), alerts=(raised,)), zone=ZONE)

    assert said["refused"] == [
        {
            "at": "2014-01-25T07:30:00+07:00",
            "by": "cv",
            "do": "verify",
            "task": "T1",
            "code": "four_eyes",
            "message": "Không",
        }
    ]
    assert said["superseded"] == [
        {"task": "T1", "rung": "remind-3", "by": "remind-0", "reason": "outage 23..27/01"}
    ]
    assert said["alerts"] == [
        {"at": "2014-01-25T07:30:00+07:00", "code": "no_recipient", "message": "T1"}
    ]


def test_the_offset_of_an_instant_is_the_one_of_its_season() -> None:
    summer = datetime(2014, 7, 1, 5, 30, tzinfo=UTC)
    told_twice = told(
        messages=(sent(item("T1", "a", 1)), sent(item("T1", "b", 1), taken_at=(summer,)))
    )

    said = as_json(told_twice, zone=ZoneInfo("Europe/Berlin"))

    assert [one["at"][-6:] for one in said["messages"]] == ["+01:00", "+02:00"]
