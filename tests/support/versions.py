"""Other versions of the shipped workflow, and publishing them in a small office."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from engine.changeover import Wishes
from engine.commands import workflows
from engine.commands.workflows import Prospect, Publication
from engine.workflow import Workflow
from tests.support.office import World
from tests.support.shipped import PLAN_TASK


def version(number: int, *, without: str | None = None, **changed: Any) -> Workflow:
    """Return a version of the shipped workflow, perhaps without one of its states.

    Triggers that lead only to or from that state go with it; whatever began there begins in the
    next state.
    """
    found = dataclasses.replace(PLAN_TASK, version=number, **changed)
    if without is None:
        return found
    states = tuple(one for one in found.states if one.name != without)
    triggers = tuple(
        dataclasses.replace(one, sources=tuple(name for name in one.sources if name != without))
        for one in found.triggers
        if one.target != without and set(one.sources) != {without}
    )
    initial = states[0].name if found.initial == without else found.initial
    return dataclasses.replace(found, states=states, triggers=triggers, initial=initial)


def publication(
    new: Workflow,
    *,
    mapping: Mapping[str, str] | None = None,
    keep: tuple[str, ...] = (),
    migrate: bool = False,
    by: str = "cvp",
    **who: Any,
) -> Publication:
    """Return what somebody of the office wants published."""
    wishes = Wishes(mapping=mapping or {}, keep=frozenset(keep), migrate=migrate)
    return Publication(workflow=new, source="moi.toml", wishes=wishes, actor=by, **who)


def publish(world: World, new: Workflow, **wanted: Any) -> Prospect:
    """Publish a version now, in a transaction of its own."""
    with world.database.begin() as tx:
        return workflows.publish(
            tx, publication(new, **wanted), rules=world.rules, at=world.clock.now()
        )


def prospect(world: World, new: Workflow, **wanted: Any) -> Prospect:
    """Return what publishing a version would do."""
    with world.database.read() as tx:
        return workflows.prospect(tx, publication(new, **wanted), rules=world.rules)
