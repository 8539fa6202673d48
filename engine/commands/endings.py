"""What becomes of open requests when their task ends, or is somebody else's from now on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.commands import effects
from engine.commands.effects import Granted, Rewrite, Scene
from engine.commands.request import Request
from engine.commands.rights import Standpoint
from engine.errors import Conflict
from engine.machine import ending, following
from engine.organisation import Person
from engine.rulebook import Rulebook
from engine.store import bulk
from engine.store import plans as items
from engine.store import tasks as store
from engine.store.session import Transaction
from engine.store.tasks import Loaded
from engine.task import Task

#: What history calls it; nobody can ask for either.
LAPSE, FOLLOW = "lapse", "follow"
WITHDRAWN = "withdrawn"

_SYSTEM = Person(id="", code="system", name="hệ thống", email=None)
_PEOPLE = ("lead_unit_id", "assignee_id", "verifier_id")


def settle(
    tx: Transaction, granted: Sequence[Granted], rulebook: Rulebook, *, at: datetime
) -> None:
    """Withdraw the open requests of tasks that ended, and hand on those of tasks that moved.

    Nothing is read where no request is open.

    Args:
        tx: The transaction that wrote the tasks.
        granted: What was written.
        rulebook: The rules by which it was granted.
        at: The instant.

    Raises:
        Conflict: a request was answered in this very moment; the transaction must be given up.
    """
    causes = {
        one.task.id: one
        for one in granted
        if one.has_open_requests and (one.arrow.is_final or _new_people(one))
    }
    if not causes:
        return
    found = store.load_open_requests(tx, sorted(causes))
    following = [_following(one, causes, rulebook, at=at) for one in found]
    moved = bulk.write_all(tx, [one.change for one in following])
    for one in following:
        if one.task.id not in moved:
            raise Conflict(
                what=one.task.address,
                expected=f"version {one.task.version}, {one.task.state}",
                found="another version",
            )
    _hand_on(tx, following)


def _new_people(granted: Granted) -> Mapping[str, Any]:
    """Return who answers for a task from now on, as far as that is somebody else."""
    old = granted.task
    new = granted.rewrite.task if granted.rewrite else old
    people = {name: getattr(new, name) for name in _PEOPLE}
    people["assignee_id"] = granted.change.standing.assignee_id
    return {name: one for name, one in people.items() if one != getattr(old, name)}


def _following(
    loaded: Loaded, causes: Mapping[str, Granted], rulebook: Rulebook, *, at: datetime
) -> Granted:
    cause, asked = causes[loaded.task.parent_id or ""], loaded.task
    who = Standpoint(actor=_SYSTEM, principal=_SYSTEM)
    scene = Scene(loaded=loaded, rulebook=rulebook, who=who, at=at)
    if cause.arrow.is_final:
        note = f"Nhiệm vụ kết thúc: {cause.arrow.label}"
        request = Request(actor=_SYSTEM.code, trigger=LAPSE, task=asked.address, note=note)
        arrow = ending(LAPSE, "Thôi cùng nhiệm vụ", asked.state or "", target=WITHDRAWN)
        return effects.describe(request, arrow, scene)
    request = Request(actor=_SYSTEM.code, trigger=FOLLOW, task=asked.address)
    arrow = following(FOLLOW, "Theo nhiệm vụ", asked.state or "", ladder="leader")
    return effects.describe(request, arrow, scene, rewrite=_rewrite(asked, _new_people(cause)))


def _rewrite(asked: Task, people: Mapping[str, Any]) -> Rewrite:
    return Rewrite(
        task=replace(asked, **people),
        before={name: getattr(asked, name) for name in people},
        after=people,
    )


def _hand_on(tx: Transaction, following: Sequence[Granted]) -> None:
    rows = [
        {
            "id": one.task.id,
            "lead_unit_id": one.rewrite.task.lead_unit_id,
            "verifier_id": one.rewrite.task.verifier_id,
        }
        for one in following
        if one.rewrite is not None
    ]
    items.update_items(tx, rows)
