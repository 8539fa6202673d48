"""Reads of tasks: one for a command, many for the sweep and the read models."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Select, Text, and_, bindparam, func, or_, select, text, update

from engine.holds import holds_from
from engine.organisation import LeadSide
from engine.pauses import pauses_from
from engine.store.driver import Among, Prepared
from engine.store.record import REQUEST_STATES, contribution, history, plan, task
from engine.store.session import Transaction
from engine.store.tables import revision
from engine.task import OPEN, Task

#: Columns a rule needs; titles, deadlines and citations stay in the database.
_COLUMNS = (
    task.c.id, task.c.plan_id, plan.c.code.label("plan_code"), task.c.code, task.c.kind,
    task.c.title, task.c.workflow, task.c.workflow_version, task.c.state, task.c.version,
    task.c.lead_unit_id, task.c.assignee_id, task.c.verifier_id, task.c.due_on,
    task.c.original_due_on, task.c.deadline_version, task.c.arming, task.c.running_since,
    task.c.report_count, task.c.reported_at, task.c.reported_by_id, task.c.reported_for_id,
    task.c.is_urgent, task.c.evidence_optional, task.c.next_at, task.c.parent_id, task.c.field,
    task.c.leader_id, task.c.pauses, task.c.holds,
)  # fmt: skip

_REVISION = (
    select(revision.c.number).where(revision.c.name == "rules").scalar_subquery().label("revision")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A task as a command found it, with the heads of what it will write.

    `revision` is that of the rulebook at the same instant; `has_open_parts` tells whether a unit
    still owes the task a contribution that was asked for, `has_open_requests` whether a leader
    still owes it an answer.
    """

    task: Task
    plan_state: str
    audit_seq: int
    audit_hash: str
    revision: int
    has_open_parts: bool = False
    has_open_requests: bool = False


_part = task.alias("part")
#: As text: parameters of their own would make the text another one for each load.
_OPEN_PART = text("part.kind = 'contribution' AND part.state IN " + repr(OPEN))
_HAS_OPEN_PARTS = (
    select(_part.c.id)
    .where(_part.c.parent_id == task.c.id, _OPEN_PART)
    .correlate(task)
    .exists()
    .label("has_open_parts")
)
_OPEN_REQUEST = text("asked.state IN " + repr(REQUEST_STATES))
_asked = task.alias("asked")
_HAS_OPEN_REQUESTS = (
    select(_asked.c.id)
    .where(_asked.c.parent_id == task.c.id, _OPEN_REQUEST)
    .correlate(task)
    .exists()
    .label("has_open_requests")
)
_LOAD = select(
    *_COLUMNS, plan.c.state.label("plan_state"), task.c.audit_seq, task.c.audit_hash, _REVISION,
    _HAS_OPEN_PARTS, _HAS_OPEN_REQUESTS,
).join(plan, plan.c.id == task.c.plan_id)  # fmt: skip
_LOAD_IN_PLAN = Prepared(
    _LOAD.where(task.c.code == bindparam("code"), plan.c.code == bindparam("plan"))
)
_LOAD_ANYWHERE = Prepared(
    _LOAD.where(task.c.code == bindparam("code"), plan.c.state == bindparam("plan_state"))
)


_LOAD_OPEN_PARTS = Prepared(
    _LOAD.where(
        Among(task.c.parent_id, "ids"),
        text("task.kind = 'contribution' AND task.state IN " + repr(OPEN)),
    )
    .order_by(task.c.id)
    .with_for_update(of=task, key_share=True)
)


_LOAD_OPEN_REQUESTS = Prepared(
    _LOAD.where(Among(task.c.parent_id, "ids"), text("task.state IN " + repr(REQUEST_STATES)))
    .order_by(task.c.id)
    .with_for_update(of=task, key_share=True)
)


def _load_by_codes(codes: Any, condition: Any) -> Prepared:
    return Prepared(
        _LOAD.where(task.c.code.in_(codes), condition)
        .order_by(task.c.id)
        .with_for_update(of=task, key_share=True)
    )


#: By (whether on PostgreSQL, whether a plan is named).
_LOAD_CODES = {
    (is_postgresql, is_in_plan): _load_by_codes(codes, condition)
    for is_postgresql, codes in (
        (True, select(func.unnest(bindparam("codes", type_=ARRAY(Text))))),
        (False, select(func.json_each(bindparam("codes")).table_valued("value").c.value)),
    )
    for is_in_plan, condition in (
        (True, plan.c.code == bindparam("plan")),
        (False, plan.c.state == bindparam("plan_state")),
    )
}


def load(tx: Transaction, address: str) -> Sequence[Loaded]:
    """Return the tasks an address means: none, one, or several where a bare code is ambiguous.

    Args:
        tx: The transaction.
        address: `PLAN/CODE`, or a bare code, which is looked up in the active plans.
    """
    plan_code, _, code = address.rpartition("/")
    if plan_code:
        rows = _LOAD_IN_PLAN.rows(tx, {"code": code, "plan": plan_code})
    else:
        rows = _LOAD_ANYWHERE.rows(tx, {"code": code, "plan_state": "active"})
    return _with_their_lead(tx, [_loaded(row) for row in rows])


def load_open_parts(tx: Transaction, task_ids: Sequence[str]) -> Sequence[Loaded]:
    """Return the contributions that are still owed to tasks, locked, in the order of their ids."""
    rows = _LOAD_OPEN_PARTS.rows(tx, {"ids": list(task_ids)})
    return _with_their_lead(tx, [_loaded(row) for row in rows])


def load_open_requests(tx: Transaction, task_ids: Iterable[str]) -> Sequence[Loaded]:
    """Return what leaders have still to answer about tasks, locked, in the order of their ids."""
    return [_loaded(row) for row in _LOAD_OPEN_REQUESTS.rows(tx, {"ids": list(task_ids)})]


def load_all(tx: Transaction, addresses: Iterable[str]) -> Mapping[str, Sequence[Loaded]]:
    """Return for each address the tasks it means, as `load` does, and keep them for this writer.

    On PostgreSQL their rows are locked, always in the order of their ids, so that two batches that
    share tasks wait for each other instead of both failing.
    """
    by_plan: dict[str, set[str]] = defaultdict(set)
    for address in addresses:
        plan_code, _, code = address.rpartition("/")
        by_plan[plan_code].add(code)
    found: dict[str, list[Loaded]] = defaultdict(list)
    for plan_code in sorted(by_plan):
        for one in _load_codes(tx, plan_code, sorted(by_plan[plan_code])):
            prefix = f"{plan_code}/" if plan_code else ""
            found[prefix + one.task.code].append(one)
    return found


def _load_codes(tx: Transaction, plan_code: str, codes: Sequence[str]) -> Iterable[Loaded]:
    is_postgresql = tx.dialect.name == "postgresql"
    statement = _LOAD_CODES[is_postgresql, bool(plan_code)]
    given: dict[str, Any] = {"codes": list(codes) if is_postgresql else json.dumps(codes)}
    given |= {"plan": plan_code} if plan_code else {"plan_state": "active"}
    return _with_their_lead(tx, list(map(_loaded, statement.rows(tx, given))))


def _with_their_lead(tx: Transaction, found: list[Loaded]) -> Sequence[Loaded]:
    parts = {one.id: one for one in lead_sides(tx, [each.task for each in found])}
    if not parts:
        return found
    return [replace(one, task=parts.get(one.task.id, one.task)) for one in found]


def _loaded(row: Any) -> Loaded:
    *facts, plan_state, audit_seq, audit_hash, number, has_open_parts, has_open_requests = row
    return Loaded(
        task=_task(facts),
        plan_state=plan_state,
        audit_seq=audit_seq,
        audit_hash=audit_hash,
        revision=number or 0,
        has_open_parts=bool(has_open_parts),
        has_open_requests=bool(has_open_requests),
    )


def _task(facts: Sequence[Any]) -> Task:
    return Task(
        id=facts[0], plan_id=facts[1], plan_code=facts[2], code=facts[3], kind=facts[4],
        title=facts[5], workflow=facts[6], workflow_version=facts[7], state=facts[8],
        version=facts[9], lead_unit_id=facts[10], assignee_id=facts[11], verifier_id=facts[12],
        due_on=facts[13], original_due_on=facts[14], deadline_version=facts[15],
        arming=facts[16], running_since=facts[17], report_count=facts[18],
        reported_at=facts[19], reported_by_id=facts[20], reported_for_id=facts[21],
        is_urgent=facts[22], evidence_optional=facts[23], next_at=facts[24],
        parent_id=facts[25], field=facts[26], leader_id=facts[27],
        pauses=pauses_from(facts[28]) if facts[28] else (),
        holds=holds_from(facts[29]) if facts[29] else (),
    )  # fmt: skip


def select_tasks() -> Select[Any]:
    """Return the statement whose rows `from_rows` understands; add conditions and order to it."""
    return select(*_COLUMNS).join(plan, plan.c.id == task.c.plan_id)


def from_rows(tx: Transaction, rows: Iterable[Any]) -> list[Task]:
    """Return tasks from rows of `select_tasks`, in their order, with their coordinating units."""
    tasks = [_task(row) for row in rows]
    units = coordinating_units(tx, [one.id for one in tasks])
    tasks = [
        replace(one, coordinating_ids=units[one.id]) if one.id in units else one for one in tasks
    ]
    parts = {one.id: one for one in lead_sides(tx, tasks)}
    return [parts.get(one.id, one) for one in tasks] if parts else tasks


def from_facts(facts: Sequence[Any]) -> Task:
    """Return a task from the columns of `select_tasks`, without its coordinating units."""
    return _task(facts)


_LEADS = Prepared(
    select(task.c.id, task.c.lead_unit_id, task.c.assignee_id).where(Among(task.c.id, "ids"))
)


def lead_sides(tx: Transaction, tasks: Iterable[Task]) -> list[Task]:
    """Return the contributions among some tasks, each with who leads the task it is for.

    Nothing is read where there are none.
    """
    parts = [one for one in tasks if one.kind == "contribution"]
    if not parts:
        return []
    rows = _LEADS.rows(tx, {"ids": sorted({one.parent_id for one in parts if one.parent_id})})
    sides = {row[0]: LeadSide(unit_id=row[1], assignee_id=row[2]) for row in rows}
    return [replace(one, lead_side=sides.get(one.parent_id or "")) for one in parts]


_COORDINATING = Prepared(
    select(contribution.c.task_id, contribution.c.unit_id)
    .where(Among(contribution.c.task_id, "ids"), contribution.c.unit_id.is_not(None))
    .order_by(contribution.c.task_id, contribution.c.ordinal)
)


def coordinating_units(tx: Transaction, task_ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the coordinating units of tasks that have some, in the plan's order."""
    units: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for task_id, unit_id in _COORDINATING.rows(tx, {"ids": list(task_ids)}):
        units[task_id] = (*units[task_id], unit_id)
    return dict(units)


def reporters_since_return(tx: Transaction, task_id: str) -> frozenset[str]:
    """Return the codes of who reported a task, or was reported for, since it was last returned.

    Whoever had it moved by a new version of its workflow stands for a report that is missing.
    """
    is_move = history.c.from_state.is_distinct_from(history.c.to_state)
    rows = tx.execute(
        select(history.c.trigger, history.c.actor, history.c.on_behalf_of, is_move)
        .where(history.c.task_id == task_id)
        .order_by(history.c.version.desc())
    )
    found: set[str] = set()
    for trigger, actor, on_behalf_of, is_moved in rows:
        if trigger in ("return", "reopen"):
            break
        if trigger == "report" or (trigger == "migrate" and is_moved and not found):
            found |= {actor, on_behalf_of} - {None}
    return frozenset(found)


def open_children(tx: Transaction, heading_id: str) -> list[str]:
    """Return the codes of a heading's items that are still open, in the plan's order."""
    rows = tx.execute(
        select(task.c.code)
        .where(
            task.c.parent_id == heading_id,
            task.c.state.in_(("assigned", "in_progress", "reported")),
        )
        .order_by(task.c.ordinal)
    )
    return list(rows.scalars())


def let_writers_finish(tx: Transaction) -> None:
    """Wait for whoever is writing a task, and let nobody begin until this transaction ends.

    For whoever changed the rules, before he wakes tasks: a writer that began by the old rules would
    otherwise set a timer by them afterwards, or pass unseen by the statement that wakes. To be
    called before `bump`: a writer that is waited for may itself be waiting for the revision. On
    SQLite there is only one writer at a time.
    """
    if tx.dialect.name == "postgresql":
        # The weakest mode that also waits for a sweep which has its rows but wrote none of them.
        tx.execute(text("LOCK TABLE task IN EXCLUSIVE MODE"))


def wake_open(tx: Transaction, *, slot: datetime) -> int:
    """Have every open row with a clock of an active plan looked at in a slot, timer or none."""
    active = select(plan.c.id).where(plan.c.state == "active")
    is_dated = and_(task.c.state.in_(OPEN), task.c.due_on.is_not(None))
    woken = tx.execute(
        update(task)
        .where(or_(is_dated, task.c.state.in_(("raised", "requested"))))
        .where(task.c.plan_id.in_(active))
        .values(next_at=slot)
    )
    return woken.rowcount


_LOAD_OF_UNITS = Prepared(
    _LOAD.where(
        Among(task.c.lead_unit_id, "ids"),
        text("task.state IS NOT NULL AND plan.state <> 'closed'"),
    ).order_by(task.c.id)
)


def load_of_units(tx: Transaction, unit_ids: Sequence[str]) -> Sequence[Loaded]:
    """Return every row with a state that units lead in plans which are not closed."""
    rows = _LOAD_OF_UNITS.rows(tx, {"ids": list(unit_ids)})
    return _with_their_lead(tx, [_loaded(row) for row in rows])


def by_id(tx: Transaction, task_ids: Sequence[str]) -> list[Task]:
    """Return tasks by id, in the order of the ids."""
    rows = tx.execute(select_tasks().where(task.c.id.in_(task_ids)))
    found = {one.id: one for one in from_rows(tx, rows)}
    return [found[one] for one in task_ids if one in found]


_LOAD_BY_IDS = Prepared(_LOAD.where(Among(task.c.id, "ids")).order_by(task.c.id))


def load_by_ids(tx: Transaction, task_ids: Sequence[str]) -> Sequence[Loaded]:
    """Return rows by id."""
    rows = _LOAD_BY_IDS.rows(tx, {"ids": list(task_ids)})
    return _with_their_lead(tx, [_loaded(row) for row in rows])


def version_and_state(tx: Transaction, task_id: str) -> tuple[int, str | None]:
    """Return where a task stands now, for the sentence of a conflict."""
    row = tx.execute(select(task.c.version, task.c.state).where(task.c.id == task_id)).one()
    return row.version, row.state


_NEXT_WAKE = Prepared(select(func.min(task.c.next_at)).where(task.c.next_at.is_not(None)))


def next_wake(tx: Transaction) -> datetime | None:
    """Return the earliest instant at which the sweep has work, None when it has none."""
    earliest: datetime | None = _NEXT_WAKE.rows(tx, {})[0][0]
    return earliest


def stop_timers(tx: Transaction, plan_id: str) -> None:
    """Have the sweep look at no task of a plan again."""
    tx.execute(
        update(task)
        .where(task.c.plan_id == plan_id, task.c.next_at.is_not(None))
        .values(next_at=None)
    )


def output(tx: Transaction, task_id: str) -> str | None:
    """Return the product that the plan asks of a task, None where it names none."""
    named: str | None = tx.execute(select(task.c.output).where(task.c.id == task_id)).scalar_one()
    return named
