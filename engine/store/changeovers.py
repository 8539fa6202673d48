"""Tasks that come over to a new version of their workflow: counted, locked, written as one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, or_, select, update

from engine.audit.entries import Entry, as_row
from engine.changeover import Crowd
from engine.ids import new_id
from engine.store import tasks
from engine.store.record import audit_entry, history, plan, task
from engine.store.session import Transaction
from engine.task import Task

#: Tasks of one statement.
_CHUNK = 1_000

_ACTIVE = select(plan.c.id).where(plan.c.state == "active")

#: The columns of a task that a changeover sets.
_SET = (
    "state", "workflow_version", "version", "running_since", "report_count", "reported_at",
    "next_at", "changed_at", "audit_seq", "audit_hash",
)  # fmt: skip
_MOVE = (
    update(task)
    .where(
        task.c.id == bindparam("of_id"),
        task.c.version == bindparam("of_version"),
        task.c.audit_hash == bindparam("of_hash"),
    )
    .values({name: bindparam(f"new_{name}") for name in _SET})
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A task as it was found and kept for this writer, with the head of its audit chain."""

    task: Task
    audit_seq: int
    audit_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One task that comes over: as it stood, as it stands now, and the entry that says so."""

    before: Standing
    after: Task
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What every row of history of one changeover says."""

    trigger: str
    actor: str
    on_behalf_of: str | None
    note: str | None
    at: datetime


def crowds(tx: Transaction, workflow: str) -> list[Crowd]:
    """Return where the tasks of active plans are that run a workflow, by version and state."""
    rows = tx.execute(
        select(task.c.workflow_version, task.c.state, func.count().label("number"))
        .where(task.c.workflow == workflow, task.c.state.is_not(None), task.c.plan_id.in_(_ACTIVE))
        .group_by(task.c.workflow_version, task.c.state)
        .order_by(task.c.workflow_version, task.c.state)
    )
    return [Crowd(version=row.workflow_version, state=row.state, count=row.number) for row in rows]


def keep(tx: Transaction, workflow: str, chosen: Iterable[Crowd]) -> list[Standing]:
    """Return the tasks that are in these crowds by now, and keep everybody else from them.

    On PostgreSQL their rows are locked, in the order of their ids; whoever moved one of them a
    moment ago is waited for, and the task is taken as he left it, or not at all.
    """
    places = [
        and_(task.c.workflow_version == one.version, task.c.state == one.state) for one in chosen
    ]
    if not places:
        return []
    wanted = (
        tasks.select_tasks()
        .add_columns(task.c.audit_seq, task.c.audit_hash)
        .where(task.c.workflow == workflow, task.c.plan_id.in_(_ACTIVE), or_(*places))
        .order_by(task.c.id)
    )
    if tx.dialect.name == "postgresql":
        wanted = wanted.with_for_update(of=task)
    rows = tx.execute(wanted).all()
    found = tasks.from_rows(tx, rows)
    return [
        Standing(task=one, audit_seq=row.audit_seq, audit_hash=row.audit_hash)
        for one, row in zip(found, rows, strict=True)
    ]


def write(tx: Transaction, moves: Sequence[Move], cause: Cause) -> bool:
    """Carry moves out with their history and entries; return False if a task had moved on.

    The caller gives up the transaction then: some of it may be written.
    """
    for some in _chunks(moves):
        done = tx.execute(_MOVE, [_row(one, cause) for one in some])
        if done.rowcount != len(some):
            return False
        tx.execute(insert(history), [_history(one, cause) for one in some])
        tx.execute(insert(audit_entry), [as_row(one.entry) for one in some])
    return True


def _row(move: Move, cause: Cause) -> dict[str, Any]:
    before, after = move.before, move.after
    new = {
        "changed_at": cause.at,
        "audit_seq": move.entry.subject_seq,
        "audit_hash": move.entry.hash,
    }
    return {
        "of_id": before.task.id,
        "of_version": before.task.version,
        "of_hash": before.audit_hash,
        **{f"new_{name}": new[name] if name in new else getattr(after, name) for name in _SET},
    }


def _history(move: Move, cause: Cause) -> dict[str, Any]:
    before, after = move.before.task, move.after
    return {
        "id": new_id(),
        "task_id": after.id,
        "version": after.version,
        "at": cause.at,
        "trigger": cause.trigger,
        "from_state": before.state,
        "to_state": after.state,
        "actor": cause.actor,
        "on_behalf_of": cause.on_behalf_of,
        "note": cause.note,
        "decision": None,
        "due_from": before.due_on,
        "due_to": after.due_on,
    }


def _chunks(moves: Sequence[Move]) -> Iterator[Sequence[Move]]:
    return (moves[start : start + _CHUNK] for start in range(0, len(moves), _CHUNK))
