"""A decision about an active plan: everything it changes at once, or nothing."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from engine.adjustment import Adjustment, Entry, entries_of_plan, entries_of_worksheet
from engine.commands import adjustments
from engine.commands.adjustments import Adjusted
from engine.draft import DraftPlan, Worksheet
from engine.errors import Invalid, NotPermitted, Undecided, Unknown
from engine.store import plans as store
from tests.support.calendars import day
from tests.support.drafts import CODE, deadline, item, plan, row, worksheet
from tests.support.office import World, local

TASKS = (
    {"code": "1", "due": "2014-06-30"},
    {"code": "2", "due": "2014-06-30", "assignee": "cv2"},
    {"code": "3", "due": "2014-06-30", "lead": "VP", "assignee": "cvp"},
)


@pytest.fixture
def running(world: World) -> World:
    """An active plan of three tasks, on the day after it was activated."""
    world.unit("QLVT", leader="pgd")
    world.person("tp2", "QLVT", "unit_head")
    world.person("cv3", "QLVT")
    world.plan(*TASKS)
    world.now("2014-01-16T09:00")
    return world


def adjust(world: World, document: DraftPlan | Worksheet | Adjustment, **other: Any) -> Adjusted:
    """Carry a decision out, as the head of the monitoring unit."""
    by = other.pop("by", "cvp")
    adjustment = document
    if isinstance(document, DraftPlan):
        adjustment = decision(entries_of_plan(document), is_whole=True, **other)
    elif isinstance(document, Worksheet):
        adjustment = decision(entries_of_worksheet(document), **other)
    assert isinstance(adjustment, Adjustment)
    with world.database.begin() as tx:
        return adjustments.adjust(tx, adjustment, actor=by, rules=world.rules, at=world.clock.now())


def decision(entries: tuple[Entry, ...], **other: Any) -> Adjustment:
    """Return a decision of the day."""
    given = {"plan": CODE, "decision": "15/QĐ-STTTT", "decided_on": date(2014, 1, 16),
             "note": "Sửa theo nghị quyết mới", "source_name": "qd-15.csv", "digest": "c" * 64}  # fmt: skip
    return Adjustment(**{**given, **other}, entries=entries)


def change(code: str, **other: Any) -> Any:
    """Return a row that names a task and what changes of it."""
    return row(2, code, **{"lead": None, "assignee": None, "output": None, **other})


def told(world: World, *rungs: str) -> set[tuple[str, str, str]]:
    """Return who is told what about which task."""
    names = {identity: name for name, identity in world.ids.items()}
    with world.database.read() as tx:
        codes = {one.id: one.code for one in store.items(tx, store.get(tx, CODE).id)}
    return {
        (names[one.recipient_id], one.rung, codes[one.task_id])
        for one in world.ledger()
        if one.recipient_id
        and (one.rung in rungs or not rungs)
        and one.created_at > local("2014-01-15T12:00")
    }


def test_s46_a_decision_moves_dates_units_and_people_gives_up_and_adds_at_once(
    running: World,
) -> None:
    done = adjust(
        running,
        worksheet(
            change("1", deadline=deadline("2014-09-30")),
            change("2", lead="QLVT"),
            change("3", decision="drop"),
            row(5, "4", title="Nhiệm vụ bổ sung của quyết định", deadline=deadline("2014-11-28")),
        ),
    )

    assert done.version == 2
    assert [(one.code, one.what) for one in done.changes] == [
        ("1", "changed"), ("2", "changed"), ("4", "added"), ("3", "removed"),
    ]  # fmt: skip
    first, second, third, fourth = (running.row(code) for code in "1234")
    assert (first.due_on, first.original_due_on) == (day("2014-09-30"), day("2014-06-30"))
    assert (first.deadline_version, first.arming, first.version) == (2, 2, 2)
    assert second.lead_unit_id == running.ids["QLVT"]
    assert (second.assignee_id, second.arming) == (None, 1)
    assert third.state == "cancelled"
    assert (fourth.state, fourth.due_on) == ("assigned", day("2014-11-28"))
    assert fourth.next_at is not None
    assert told(running) == {
        ("cv", "adjusted", "1"), ("tp", "adjusted", "1"),
        ("tp2", "adjusted", "2"), ("tp", "adjusted", "2"), ("cv2", "adjusted", "2"),
        ("cvp", "cancelled", "3"),
        ("cv", "assigned", "4"), ("tp", "assigned", "4"),
    }  # fmt: skip
    assert done.people_told == 5
    assert len({one.leave_at for one in running.ledger() if one.rung != "assigned"}) == 1
