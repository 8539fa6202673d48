"""What follows for a task from something else: a request granted, an answer, a promise.

It is written like anything done to the task, with its history, its audit entry and its notices;
whether it may be was judged by whoever calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import update

from engine.commands import effects
from engine.commands.effects import Granted, Scene
from engine.commands.request import Request
from engine.commands.rights import Standpoint
from engine.commands.tasks import conflict
from engine.holds import Hold, holds_stored
from engine.machine import Arrow, following
from engine.pauses import Pause, pauses_stored
from engine.store import change as changes
from engine.store import claims, years
from engine.store.record import task
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """An edit of a task; the state stays.

    Attributes:
        trigger: What history and the record call it.
        label: The same for people; Vietnamese, one line.
        note: Why.
        due: A new due date; it starts the ladder anew.
        tells: Positions told.
        notice: What they are told; None exactly where `tells` is empty.
        pauses: All pauses of the task from now on; None leaves them.
        holds: All holds of the task from now on; None leaves them.
        detail: What its notices say beside who did it, why, and the dates.
        people: Columns of its people that change: `assignee_id`, `verifier_id`, `leader_id`.
        said: What the record states of it beside where the task stands.
    """

    trigger: str
    label: str
    note: str | None = None
    decision: str | None = None
    due: date | None = None
    tells: tuple[str, ...] = ()
    notice: str | None = None
    pauses: tuple[Pause, ...] | None = None
    holds: tuple[Hold, ...] | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    people: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)


def follow(tx: Transaction, scene: Scene, consequence: Consequence, *, rules: Rules) -> None:
    """Write what follows for a task.

    Args:
        tx: The caller's transaction.
        scene: The task as read, the rules of that moment, who asks and when.
        consequence: What follows.
        rules: The rulebook's keeper.

    Raises:
        Conflict: the task, or the rules, changed meanwhile; nothing of it is written.
    """
    one, kept = scene.loaded.task, _kept(consequence)
    granted = described(scene, consequence)
    (change,) = effects.with_notices(
        tx, [granted], scene.rulebook, office=rules.office, at=scene.at
    )
    if not changes.write(tx, change):
        raise conflict(tx, one)
    if kept or consequence.people:
        values = {**kept, **consequence.people}
        tx.execute(update(task).where(task.c.id == one.id).values(**values))
    if consequence.pauses is not None and scene.rulebook.ladder_of(one) == "unit":
        # By a later date something may be owed again of which the present one had nothing left.
        slot = scene.rulebook.next_slot(scene.at)
        claims.bring_forward(tx, [one.id], slot=slot)
    if granted.is_dated:
        years.foresee(tx, [effects.after(granted)], scene.rulebook, at=scene.at)


def described(scene: Scene, consequence: Consequence) -> Granted:
    """Return everything that follows for a task, but for the notices; nothing is written."""
    one = scene.loaded.task
    moved = replace(scene.loaded, task=replace(one, **consequence.people))
    said = {**scene.said, **_kept(consequence), **consequence.said}
    seen = replace(scene, loaded=moved, said=said)
    request = _request(one, consequence, scene.who)
    granted = effects.describe(request, _arrow(consequence, seen), seen)
    return replace(granted, detail=consequence.detail)


def _kept(consequence: Consequence) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    if consequence.pauses is not None:
        kept["pauses"] = pauses_stored(consequence.pauses)
    if consequence.holds is not None:
        kept["holds"] = holds_stored(consequence.holds)
    return kept


def _request(one: Task, consequence: Consequence, who: Standpoint) -> Request:
    return Request(
        actor=who.actor.code,
        trigger=consequence.trigger,
        task=one.address,
        on_behalf_of=who.on_behalf_of,
        note=consequence.note,
        decision=consequence.decision,
        due=consequence.due,
    )


def _arrow(consequence: Consequence, scene: Scene) -> Arrow:
    one = scene.loaded.task
    state = one.state or ""
    told = (consequence.tells, consequence.notice) if consequence.notice else None
    return following(
        consequence.trigger,
        consequence.label,
        state,
        ladder=scene.rulebook.machine(one).ladder(state),
        told=told,
    )
