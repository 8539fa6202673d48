"""Opening a subject of its own beside the items of a plan: a contribution, a request, a report.

It is a row like that of a task, so that the sweep, the ledger, the mail and the record serve it the
same way; what it says beyond that lies in a table of its own, written by whoever opens it.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine.commands import assignment
from engine.commands.assignment import Occasion
from engine.ids import new_id
from engine.store import plans as store
from engine.store.plans import Item
from engine.store.session import Transaction
from engine.task import Task

#: Parts the code of a subject from that of the task it is about: `II.1.4:vm1`.
MARK = ":"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A subject to be opened.

    Attributes:
        kind: `contribution`, `obstacle`, `extension` or `report`.
        code: Its whole code, unique within the plan.
        workflow: What it runs, in its newest version.
        about: Id of the task it is about; None where it belongs to the plan as a whole.
        leader_id: The leader who must answer, where one is named.
        due_on: None where its ladder counts from now.
        occurrence: The period, where it is one of a series.
    """

    kind: str
    code: str
    title: str
    workflow: str
    about: str | None = None
    section: str = ""
    field: str = ""
    output: str | None = None
    lead_unit_id: str | None = None
    assignee_id: str | None = None
    verifier_id: str | None = None
    leader_id: str | None = None
    due_on: date | None = None
    is_urgent: bool = False
    evidence_optional: bool = True
    series_id: str | None = None
    occurrence: str | None = None


def about(task: Task, *, kind: str, code: str, workflow: str) -> Opening:
    """Return a subject about a task, with its words and its people."""
    return Opening(
        kind=kind,
        code=f"{task.code}{MARK}{code}",
        title=task.title,
        workflow=workflow,
        about=task.id,
        field=task.field,
        lead_unit_id=task.lead_unit_id,
        assignee_id=task.assignee_id,
        verifier_id=task.verifier_id,
        is_urgent=task.is_urgent,
    )


def code_of_task(code: str) -> str:
    """Return the code of the task that a subject is about; a task's own code stays."""
    return code.split(MARK, 1)[0]


def open_subject(
    tx: Transaction, opening: Opening, *, plan: store.Plan, occasion: Occasion
) -> Task:
    """Store a subject with its history and its first audit entry; its ladder runs from now on."""
    row: dict[str, Any] = {
        "id": new_id(),
        "code": opening.code,
        "parent_id": opening.about,
        "ordinal": 0,
        "section": opening.section,
        "field": opening.field,
        "kind": opening.kind,
        "title": opening.title,
        "output": opening.output,
        "citations": [],
        "deadline": {"due": [opening.due_on.isoformat()]} if opening.due_on else None,
        "intake": {},
        "decision": None,
        "is_urgent": opening.is_urgent,
        "evidence_optional": opening.evidence_optional,
        "lead_unit_id": opening.lead_unit_id,
        "assignee_id": opening.assignee_id,
        "verifier_id": opening.verifier_id,
    }
    kept = {
        "plan_id": plan.id,
        "leader_id": opening.leader_id,
        "series_id": opening.series_id,
        "occurrence": opening.occurrence,
    }
    store.insert_items(tx, [{**row, **kept}])
    item = Item(**row, state=None, version=0, due_on=None)
    (task,) = assignment.assign(tx, plan, [item], occasion=occasion, workflow=opening.workflow)
    return replace(task, parent_id=opening.about, field=opening.field,
                   leader_id=opening.leader_id)  # fmt: skip
