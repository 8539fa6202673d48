"""Changing the ladders of a small office, and what was foretold of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from engine import prospects
from engine.commands import policy
from engine.commands.foresight import CalendarPreview
from engine.commands.policy import LaddersSet
from engine.ladder_form import ladder_from_mapping
from engine.preview import Preview
from tests.support.office import World

Rungs = Sequence[Mapping[str, Any]]
#: (instant, person, task, rung, occurrence)
Telling = tuple[datetime, str | None, str, str, int]


def rungs(*wanted: tuple[str, ...]) -> Rungs:
    """Return rungs of (name, at, positions joined by a comma, repeat)."""
    found: list[dict[str, Any]] = []
    for name, at, to, *repeat in wanted:
        rung: dict[str, Any] = {"rung": name, "at": at, "to": to.split(",")}
        found.append({**rung, "repeat": repeat[0]} if repeat else rung)
    return found


def set_ladder(
    world: World, wanted: Rungs, *, name: str = "unit", by: str = "cvp", note: str | None = None
) -> LaddersSet:
    """Put a ladder in force now, as a person of the office does."""
    edit = policy.LadderEdit(
        ladders={name: ladder_from_mapping(name, wanted)}, source="QĐ 5/QĐ-SO", actor=by, note=note
    )
    with world.database.begin() as tx:
        return policy.set_ladders(tx, edit, rules=world.rules, at=world.clock.now())


def previewed(world: World, until: str, **wanted: Rungs) -> Preview:
    """Return what ladders, by name, would change from now through a local day."""
    ladders = {name: ladder_from_mapping(name, one) for name, one in wanted.items()}
    with world.database.read() as tx:
        compare = policy.preview_ladders(
            tx, ladders, rules=world.rules, at=world.clock.now(), until=date.fromisoformat(until)
        )
    return compare()


def foretold(world: World, until: str) -> Counter[Telling]:
    """Return everything that the forecast says from now through a local day."""
    with world.database.read() as tx:
        found = prospects.foretell(
            tx, rules=world.rules, at=world.clock.now(), until=date.fromisoformat(until)
        )
    return Counter((one.at, one.recipient, one.task, one.rung, one.occurrence) for one in found)


def applied(before: Counter[Telling], change: Preview | CalendarPreview) -> Counter[Telling]:
    """Return what was foretold with the changes of a preview made to it."""
    after = Counter(before)
    for one in change.notices:
        told = one.to, one.task, one.rung, one.occurrence
        if one.at_before is not None:
            after[one.at_before, *told] -= 1
        if one.at_after is not None:
            after[one.at_after, *told] += 1
    assert min(after.values(), default=0) >= 0
    return +after
