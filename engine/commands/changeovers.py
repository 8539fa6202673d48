"""Running tasks that come over to a new version of their workflow, each with its own entry.

A ladder that such a move starts or stops behaves as if an arrow had led from one state to the
other; nobody is told that it happened.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine import audit
from engine.audit.columns import STANDING
from engine.changeover import Outcome
from engine.commands.effects import withdrawn
from engine.commands.rights import Standpoint
from engine.errors import Conflict
from engine.rulebook import Rulebook
from engine.store import changeovers as store
from engine.store import ledger
from engine.store.changeovers import Cause, Move, Standing
from engine.store.session import Transaction
from engine.task import Task

#: What history calls it; no request can ask for it.
TRIGGER = "migrate"

#: Fields shown in the audit entry when the move touches them.
_SHOWN = ("state", "workflow_version", "report_count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changeover:
    """Who has tasks come over to which version, and why.

    `rulebook` knows the new version already.
    """

    workflow: str
    version: int
    rulebook: Rulebook
    who: Standpoint
    note: str | None
    at: datetime


def bring_over(tx: Transaction, change: Changeover, outcomes: Sequence[Outcome]) -> int:
    """Move every task of the crowds that are to be moved; return how many.

    Raises:
        Conflict: a task moved on in this very moment; the transaction must be given up.
    """
    targets = {
        (one.crowd.version, one.crowd.state): one.to for one in outcomes if one.to is not None
    }
    chosen = [one.crowd for one in outcomes if one.to is not None]
    moves = [
        _move(one, change, state=targets[one.task.workflow_version, one.task.state or ""])
        for one in store.keep(tx, change.workflow, chosen)
    ]
    cause = Cause(
        trigger=TRIGGER,
        actor=change.who.actor.code,
        on_behalf_of=change.who.on_behalf_of,
        note=change.note,
        at=change.at,
    )
    if not store.write(tx, moves, cause):
        raise Conflict(
            what=f"workflow {change.workflow}", expected="every task as read", found="one moved on"
        )
    notices = [
        notice
        for one in moves
        for notice in withdrawn(
            one.before.task, one.after, change.rulebook, reason=TRIGGER, at=change.at
        )
    ]
    ledger.insert_notices(tx, notices, at=change.at)
    return len(moves)


def _move(standing: Standing, change: Changeover, *, state: str) -> Move:
    after = _moved(standing.task, change, state=state)
    head = audit.Head(standing.audit_seq, standing.audit_hash)
    entry = audit.chain(_event(standing.task, after, change), at=change.at, head=head)
    return Move(before=standing, after=after, entry=entry)


def _moved(task: Task, change: Changeover, *, state: str) -> Task:
    rulebook, at = change.rulebook, change.at
    moved = replace(task, state=state, workflow_version=change.version, version=task.version + 1)
    ladder = rulebook.ladder_of(moved)
    if ladder == rulebook.ladder_of(task):
        return moved
    if ladder == "verifier":
        # Nobody reported; from today on it is the verifier who is waited for.
        moved = replace(moved, report_count=task.report_count + 1, reported_at=at)
    elif ladder == "unit":
        # Rule 15: the ladder goes on, on the same date; only what falls due from now is reminded.
        moved = replace(moved, running_since=at)
    runs = rulebook.run(moved) is not None
    # What was told before is in the ledger: the sweep of the next slot reads it and sets the true
    # instant.
    return replace(moved, next_at=rulebook.next_slot(at) if runs else None)


def _event(task: Task, after: Task, change: Changeover) -> audit.Event:
    return audit.Event(
        subject=f"task:{task.id}",
        action="task.migrated",
        actor=change.who.actor.code,
        on_behalf_of=change.who.on_behalf_of,
        delegation=change.who.delegation_id,
        cause=change.note,
        before={"code": task.address, **dict(_changed(task, after))},
        after={
            # Where the task stands now is said whole each time, as by every other entry.
            **{name: getattr(after, name) for name in STANDING},
            **dict(_changed(after, task)),
            "trigger": TRIGGER,
            "version": after.version,
        },
    )


def _changed(one: Task, other: Task) -> Iterator[tuple[str, Any]]:
    return (
        (name, getattr(one, name)) for name in _SHOWN if getattr(one, name) != getattr(other, name)
    )
