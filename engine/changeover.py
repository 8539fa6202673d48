"""From one version of a workflow to the next: what differs, and what becomes of running tasks."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from engine.errors import Invalid, StatesInUse, Unknown
from engine.spelling import nearest
from engine.workflow import Workflow, to_mapping

Fate = Literal["moved", "kept", "stays", "undecided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a new version does to one part of a workflow.

    `details` are (key, before, after) of what changed; empty where all of it came or went.
    """

    part: Literal["initial", "state", "trigger"]
    name: str
    change: Literal["added", "removed", "changed"]
    details: tuple[tuple[str, Any, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Tasks of active plans that are in one state under one version."""

    version: int
    state: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of a crowd.

    Attributes:
        crowd: The tasks.
        fate: `moved` to the new version; `kept` under theirs because somebody said so; `stays`
            under theirs because nobody said anything and nothing is in the way; `undecided`,
            because the new version lacks their state.
        to: The state they are moved to; None unless moved.
    """

    crowd: Crowd
    fate: Fate
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What somebody wants to become of running tasks.

    Attributes:
        mapping: State to state: tasks in the first are moved to the second.
        keep: States whose tasks finish under their version.
        migrate: Whether every other open task whose state the new version has is moved as well.
    """

    mapping: Mapping[str, str]
    keep: frozenset[str] = frozenset()
    migrate: bool = False

    @property
    def is_moving(self) -> bool:
        """Whether anything is to be moved at all."""
        return self.migrate or bool(self.mapping)


def differences(before: Workflow, after: Workflow) -> tuple[Difference, ...]:
    """Return what differs, in the order of the new definition, then what it drops."""
    old, new = to_mapping(before), to_mapping(after)
    found: list[Difference] = []
    if old["initial"] != new["initial"]:
        details = (("initial", old["initial"], new["initial"]),)
        found.append(Difference(part="initial", name="initial", change="changed", details=details))
    found += _parts("state", old["states"], new["states"])
    found += _parts("trigger", old["triggers"], new["triggers"])
    return tuple(found)


def outcomes(
    after: Workflow, before: Mapping[int, Workflow], crowds: Sequence[Crowd], wishes: Wishes
) -> tuple[Outcome, ...]:
    """Return what becomes of every crowd once a version is published.

    Args:
        after: The new version.
        before: Every published version, by number.
        crowds: Where tasks are.
        wishes: What is wanted.

    Raises:
        Unknown: a wish names a state that no version, or not the new one, has.
        Invalid: a state is both mapped and kept, or tasks would be closed or reopened by moving.
    """
    _check_names(after, before, wishes)
    found = tuple(_outcome(after, before[crowd.version], crowd, wishes) for crowd in crowds)
    for one in found:
        if one.to is not None:
            _check_end(after, before[one.crowd.version], one.crowd.state, one.to)
    return found


def require_decided(after: Workflow, found: Iterable[Outcome]) -> None:
    """Return if something is said of every crowd.

    Raises:
        StatesInUse: the new version lacks states in which tasks are; each is named with how many.
    """
    lost: dict[str, int] = {}
    for one in found:
        if one.fate == "undecided":
            lost[one.crowd.state] = lost.get(one.crowd.state, 0) + one.crowd.count
    if lost:
        states = sorted(lost.items())
        raise StatesInUse(workflow=after.name, version=after.version, states=states)


def _outcome(after: Workflow, before: Workflow, crowd: Crowd, wishes: Wishes) -> Outcome:
    target = wishes.mapping.get(crowd.state)
    if target is not None:
        return Outcome(crowd=crowd, fate="moved", to=target)
    if crowd.state in wishes.keep:
        return Outcome(crowd=crowd, fate="kept")
    if crowd.state not in _finals(after):
        return Outcome(crowd=crowd, fate="undecided")
    if wishes.migrate and not _finals(before)[crowd.state]:
        return Outcome(crowd=crowd, fate="moved", to=crowd.state)
    return Outcome(crowd=crowd, fate="stays")


def _check_names(after: Workflow, before: Mapping[int, Workflow], wishes: Wishes) -> None:
    known = set(chain.from_iterable(_finals(one) for one in before.values()))
    for state in (*wishes.mapping, *sorted(wishes.keep)):
        _require_state(state, known)
    for state in wishes.mapping.values():
        _require_state(state, _finals(after))
    both = sorted(wishes.keep & set(wishes.mapping))
    if both:
        raise Invalid(field="map", problem=f"{both[0]} is both mapped and kept")


def _require_state(state: str, known: Collection[str]) -> None:
    if state not in known:
        raise Unknown(what="state", name=state, hint=nearest(state, known))


def _check_end(after: Workflow, before: Workflow, source: str, target: str) -> None:
    was_closed, ends = _finals(before)[source], _finals(after)
    is_another_end = was_closed and source in ends and source != target
    if was_closed == ends[target] and not is_another_end:
        return
    # Closing and reopening are deeds of people, with their rights and their reasons; and what was
    # verified does not become cancelled while there is still a word for it.
    verb = "closed" if ends[target] else "reopened"
    raise Invalid(field="map", problem=f"tasks cannot be {verb} by moving {source} to {target}")


def _finals(workflow: Workflow) -> Mapping[str, bool]:
    return {state.name: state.final for state in workflow.states}


def _parts(
    part: Literal["state", "trigger"],
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
) -> Iterator[Difference]:
    # A trigger that leads to different states from different states stands there several times.
    old, new = _by_name(before), _by_name(after)
    for name in new:
        if name not in old:
            yield Difference(part=part, name=name, change="added")
        elif old[name] != new[name]:
            yield Difference(
                part=part, name=name, change="changed", details=_details(old[name], new[name])
            )
    for name in old:
        if name not in new:
            yield Difference(part=part, name=name, change="removed")


def _details(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> tuple[tuple[str, Any, Any], ...]:
    if len(before) > 1 or len(after) > 1:
        return (("arrows", [dict(one) for one in before], [dict(one) for one in after]),)
    old, new = before[0], after[0]
    return tuple(
        (key, old.get(key), new.get(key))
        for key in dict.fromkeys((*old, *new))
        if old.get(key) != new.get(key)
    )


def _by_name(parts: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in parts:
        found.setdefault(one["name"], []).append(one)
    return found
