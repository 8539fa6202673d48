"""Decisions about an active plan as an office makes them, in a few words."""

from datetime import date
from typing import Any

from engine.adjustment import Adjustment, Entry, entries_of_plan, entries_of_worksheet
from engine.commands import adjustments
from engine.commands.adjustments import Adjusted
from engine.draft import DraftItem, DraftPlan, Worksheet
from engine.store import plans as store
from tests.support.drafts import CODE, deadline, item, row
from tests.support.office import World, local

SEPTEMBER = deadline("2014-09-30")
TASKS = (
    {"code": "1", "due": "2014-06-30"},
    {"code": "2", "due": "2014-06-30", "assignee": "cv2"},
    {"code": "3", "due": "2014-06-30", "lead": "VP", "assignee": "cvp"},
)


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


def stated(code: str, title: str, **other: Any) -> DraftItem:
    """Return an item of a document that states the plan again."""
    return item(code, title=title, section="", field="", **other)


def decision(entries: tuple[Entry, ...], **other: Any) -> Adjustment:
    """Return a decision of the day."""
    given = {"plan": CODE, "decision": "15/QĐ-STTTT", "decided_on": date(2014, 1, 16),
             "note": "Sửa theo nghị quyết mới", "source_name": "qd-15.csv",
             "digest": "c" * 64}  # fmt: skip
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


def reported(world: World, code: str) -> None:
    """Have a task done and reported by its assignee."""
    world.do("cv", "start", code)
    world.do("cv", "report", code)


def verified(world: World, code: str) -> None:
    """Have a task done, reported and verified."""
    reported(world, code)
    world.do("cvp", "verify", code)
