"""Ladders as they are stored: one row a version, never changed once there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, insert, or_, select, update

from engine.ids import new_id
from engine.ladder_form import LadderVersion
from engine.machine import Table
from engine.store import tasks
from engine.store.record import plan, task
from engine.store.session import Transaction
from engine.store.tables import policy_ladder


class RunningState(NamedTuple):
    """A state of one version of a workflow."""

    workflow: str
    version: int
    state: str


def versions(tx: Transaction) -> list[LadderVersion]:
    """Return every version of every ladder, ordered by name and version."""
    ladder = policy_ladder.c
    rows = tx.execute(
        select(
            ladder.name, ladder.version, ladder.rungs, ladder.source, ladder.created_at
        ).order_by(ladder.name, ladder.version)
    )
    return [LadderVersion(**row._mapping) for row in rows]


def newest(tx: Transaction) -> Mapping[str, LadderVersion]:
    """Return the version in force of each ladder, by name."""
    return {one.name: one for one in versions(tx)}


def add(tx: Transaction, version: LadderVersion) -> None:
    """Store a version.

    Raises:
        IntegrityError: somebody else stored that version meanwhile.
    """
    tx.execute(
        insert(policy_ladder).values(
            id=new_id(),
            name=version.name,
            version=version.version,
            rungs=[dict(rung) for rung in version.rungs],
            source=version.source,
            created_at=version.created_at,
        )
    )


def running_states(
    machines: Mapping[tuple[str, int], Table], names: Iterable[str]
) -> list[RunningState]:
    """Return the states, of every version of every workflow, in which one of the ladders runs."""
    chosen = set(names)
    return [
        RunningState(workflow, number, state.name)
        for (workflow, number), machine in machines.items()
        for state in machine.states.values()
        if state.ladder in chosen
    ]


def is_running(states: Sequence[RunningState]) -> ColumnElement[bool]:
    """Return the condition that a task of an active plan is in one of the states, and dated.

    A request has no date to be dated by: its ladder counts from the day it was made.
    """
    dated = or_(task.c.due_on.is_not(None), task.c.kind.in_(("obstacle", "extension")))
    active = select(plan.c.id).where(plan.c.state == "active")
    chosen = [
        and_(
            task.c.workflow == one.workflow,
            task.c.workflow_version == one.version,
            task.c.state == one.state,
        )
        for one in states
    ]
    return and_(task.c.plan_id.in_(active), dated, or_(false(), *chosen))


def wake(
    tx: Transaction,
    states: Sequence[RunningState],
    *,
    slot: datetime,
    units: Collection[str] | None = None,
) -> int:
    """Have the tasks in some states looked at again, in a slot at the latest; return how many.

    Also those of whom nothing was left to say: a new rung, or one that another calendar moves, may
    have something. What is due earlier keeps its instant, so that nothing a sweep is about to take
    is put off. `units` narrows them to what these units lead.
    """
    tasks.let_writers_finish(tx)
    chosen = is_running(states)
    if units is not None:
        chosen = and_(chosen, task.c.lead_unit_id.in_(units))
    is_later = or_(task.c.next_at.is_(None), task.c.next_at > slot)
    tx.execute(update(task).where(chosen, is_later).values(next_at=slot))
    return tx.execute(select(func.count()).select_from(task).where(chosen)).scalar_one()
