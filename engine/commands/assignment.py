"""Giving work out: items of a plan become assigned tasks, and their people are told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from engine import audit, ladder
from engine.addressees import doers
from engine.audit.entries import as_row
from engine.commands.rights import Standpoint
from engine.ids import new_id
from engine.notices import Notice
from engine.office import Office
from engine.rulebook import Rulebook
from engine.store import alerts, ledger
from engine.store import plans as store
from engine.store import tasks as task_store
from engine.store.plans import Item, Plan
from engine.store.record import audit_entry, history
from engine.store.session import Transaction
from engine.task import Task
from engine.telling import News, caused
from engine.workflow import Workflow

#: Tasks an alert names before it only counts.
_NAMED = 6

#: The workflow that items of a plan run.
WORKFLOW = "plan_task"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Why tasks are assigned, by whose word and when.

    `detail` is kept with the notices, for their wording; `trigger` is what history calls it and
    `action` the record, with `said` beside where the task stands.
    """

    cause: str
    rulebook: Rulebook
    who: Standpoint
    at: datetime
    detail: Mapping[str, Any] = field(default_factory=dict)
    trigger: str = "assign"
    action: str = "task.assigned"
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is told of tasks that are given out, to whom, and the tasks of which nobody is told."""

    people: frozenset[str]
    notices: tuple[Notice, ...]
    unheard: tuple[Task, ...]


def assign(
    tx: Transaction,
    plan: Plan,
    items: Sequence[Item],
    *,
    occasion: Occasion,
    workflow: str = WORKFLOW,
) -> list[Task]:
    """Make tasks of items that are none yet, each with its history and its first entry.

    They run the newest version of a workflow. Headings and dropped items become none.
    """
    at = occasion.at
    tasks, updates, events, entries = [], [], [], []
    for item, task in _made(items, plan, occasion.rulebook, workflow=workflow, at=at):
        entry = audit.chain(_assignment(task, occasion), at=at, head=audit.GENESIS)
        tasks.append(task)
        updates.append(_columns(task, item, entry, at=at))
        events.append(_history(task, occasion))
        entries.append(as_row(entry))
    store.update_items(tx, updates)
    if tasks:
        tx.execute(insert(history), events)
        tx.execute(insert(audit_entry), entries)
    coordinating = task_store.coordinating_units(tx, [task.id for task in tasks])
    return [replace(task, coordinating_ids=coordinating.get(task.id, ())) for task in tasks]


def foreseen(items: Sequence[Item], plan: Plan, *, rulebook: Rulebook, at: datetime) -> list[Task]:
    """Return the tasks that `assign` would make of items, without the units that contribute.

    Those are told nothing when work is given out, and nothing that is foretold depends on them.
    """
    return [task for _, task in _made(items, plan, rulebook, workflow=WORKFLOW, at=at)]


def _made(
    items: Sequence[Item], plan: Plan, rulebook: Rulebook, *, workflow: str, at: datetime
) -> Iterator[tuple[Item, Task]]:
    version = max(number for name, number in rulebook.machines if name == workflow)
    newest = rulebook.machines[workflow, version].workflow
    for item in items:
        if item.kind != "heading" and not item.is_dropped:
            yield item, _assigned(item, plan, rulebook, workflow=newest, at=at)


def _assigned(
    item: Item, plan: Plan, rulebook: Rulebook, *, workflow: Workflow, at: datetime
) -> Task:
    due_on = item.due[-1] if item.due and item.kind != "standing" else None
    task = Task(
        id=item.id,
        plan_id=plan.id,
        plan_code=plan.code,
        code=item.code,
        kind=item.kind,
        title=item.title,
        workflow=workflow.name,
        workflow_version=workflow.version,
        state=workflow.initial,
        version=1,
        lead_unit_id=item.lead_unit_id,
        assignee_id=item.assignee_id,
        verifier_id=item.verifier_id,
        due_on=due_on,
        original_due_on=due_on,
        deadline_version=1,
        arming=1,
        running_since=at,
        report_count=0,
        reported_at=None,
        reported_by_id=None,
        reported_for_id=None,
        is_urgent=item.is_urgent,
        evidence_optional=item.evidence_optional,
        next_at=None,
    )
    run = rulebook.run(task)
    if run is None:
        return task
    return replace(task, next_at=ladder.first(run, rulebook.calendar, not_before=at))


def _columns(task: Task, item: Item, entry: audit.Entry, *, at: datetime) -> dict[str, Any]:
    return {
        "id": task.id,
        "workflow": task.workflow,
        "workflow_version": task.workflow_version,
        "state": task.state,
        "version": task.version,
        "due_on": task.due_on,
        "original_due_on": task.original_due_on,
        "due_time": (item.deadline or {}).get("time"),
        "deadline_version": task.deadline_version,
        "arming": task.arming,
        "running_since": task.running_since,
        "assigned_at": at,
        "changed_at": at,
        "next_at": task.next_at,
        "audit_seq": entry.subject_seq,
        "audit_hash": entry.hash,
    }


def _history(task: Task, occasion: Occasion) -> dict[str, Any]:
    who = occasion.who
    return {
        "id": new_id(),
        "task_id": task.id,
        "version": task.version,
        "at": occasion.at,
        "trigger": occasion.trigger,
        "from_state": None,
        "to_state": task.state,
        "actor": who.actor.code,
        "on_behalf_of": who.on_behalf_of,
        "note": None,
        "decision": None,
        "due_from": None,
        "due_to": task.due_on,
    }


def _assignment(task: Task, occasion: Occasion) -> audit.Event:
    who = occasion.who
    return audit.Event(
        subject=f"task:{task.id}",
        action=occasion.action,
        actor=who.actor.code,
        on_behalf_of=who.on_behalf_of,
        delegation=who.delegation_id,
        cause=occasion.cause,
        before={"code": task.address, "state": None},
        after={
            "state": task.state,
            "due_on": task.due_on,
            "lead_unit_id": task.lead_unit_id,
            "assignee_id": task.assignee_id,
            "version": task.version,
            **occasion.said,
        },
    )


def tell(
    tx: Transaction, tasks: Sequence[Task], *, office: Office, occasion: Occasion
) -> frozenset[str]:
    """Tell each unit head of all tasks of his unit and each assignee of his own; return people."""
    said = words(tx, tasks, office=office, occasion=occasion)
    ledger.insert_notices(tx, said.notices, at=occasion.at)
    if said.unheard:
        alerts.raise_alert(tx, _unheard(said.unheard), at=occasion.at)
    return said.people


def words(tx: Transaction, tasks: Sequence[Task], *, office: Office, occasion: Occasion) -> Words:
    """Return what `tell` says of tasks, and of which nobody hears; nothing is written."""
    rulebook, at = occasion.rulebook, occasion.at
    today = rulebook.calendar.local_date(at)
    organisation = rulebook.organisation
    told = {task.id: doers(organisation, task.answerable, on=today) for task in tasks}
    people = {person for ones in told.values() for person in ones}
    leave = ledger.leave_times(tx, people, at=at, office=office, rulebook=rulebook)
    notices = [
        each
        for task in tasks
        for each in caused(task, _news(task, occasion), told=told[task.id], leave=leave)
    ]
    unheard = tuple(task for task in tasks if not told[task.id])
    return Words(people=frozenset(people), notices=tuple(notices), unheard=unheard)


def _news(task: Task, occasion: Occasion) -> News:
    return News(
        rung="assigned",
        occurrence=task.version,
        at=occasion.at,
        kind="assignment",
        detail={"actor": occasion.who.actor.code, **occasion.detail},
        is_urgent=task.is_urgent,
    )


def _unheard(tasks: Sequence[Task]) -> alerts.Alert:
    """Return the alert for tasks of which nobody can be told that they were given him."""
    codes = ", ".join(task.code for task in tasks[:_NAMED])
    more = f" và {len(tasks) - _NAMED} việc nữa" if len(tasks) > _NAMED else ""
    first = tasks[0]
    return alerts.unheard(first.plan_code, f"đã giao {codes}{more}", key=f"{first.id}:assigned")
