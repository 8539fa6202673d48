"""What other rules would change, and for whom: the same future foretold by both, compared."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from engine.forecast import Foretold, OnItsWay, forecast
from engine.ladder import Ladder
from engine.ladder_form import ladder_to_mapping, succeeding
from engine.rulebook import Rulebook
from engine.task import Task
from engine.telling import Past


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything the future of some tasks is foretold from; `past` is by task id."""

    tasks: Sequence[Task]
    past: Mapping[str, Past]
    waiting: Sequence[OnItsWay]


@dataclass(frozen=True, slots=True, kw_only=True)
class RungChange:
    """What a new ladder does to one rung, in its stored form; `moved` is to another day."""

    ladder: str
    rung: str
    change: Literal["added", "removed", "moved", "changed"]
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeChange:
    """One telling to one person that comes, goes, or comes at another time.

    `to` is a person's code, None the administrator.
    """

    change: Literal["added", "removed", "moved"]
    task: str
    rung: str
    occurrence: int
    to: str | None
    at_before: datetime | None = None
    at_after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMove:
    """A task whose effective due date becomes another."""

    task: Task
    before: date
    after: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a new version of ladders would change through a day.

    Attributes:
        until: The last local day looked at.
        changed: Names of the ladders that would change at all.
        rungs: By ladder, in the order of the new one, then what it drops.
        notices: By person, time and task.
    """

    until: date
    changed: tuple[str, ...]
    rungs: tuple[RungChange, ...]
    notices: tuple[NoticeChange, ...]


def changed_ladders(
    before: Mapping[str, Ladder], wanted: Mapping[str, Ladder]
) -> Mapping[str, Ladder]:
    """Return the wanted ladders that are not in force as they are."""
    return {
        name: one
        for name, one in wanted.items()
        if name not in before or ladder_to_mapping(before[name]) != ladder_to_mapping(one)
    }


def with_ladders(rulebook: Rulebook, wanted: Mapping[str, Ladder], *, at: datetime) -> Rulebook:
    """Return the rules as they are once ladders are replaced at an instant."""
    new = {name: succeeding(one, rulebook.ladders.get(name), at=at) for name, one in wanted.items()}
    return replace(rulebook, ladders={**rulebook.ladders, **new})


def woken(task: Task, *, slot: datetime) -> Task:
    """Return a task as it is looked at again after its ladder changed: in a slot at the latest."""
    return replace(task, next_at=min(task.next_at or slot, slot))


def preview(
    situation: Situation,
    rulebook: Rulebook,
    wanted: Mapping[str, Ladder],
    *,
    now: datetime,
    until: date,
) -> Preview:
    """Return what other ladders would change if they came into force now.

    Args:
        situation: Every task in a state that runs one of the ladders, with what waits of it.
        rulebook: The rules of the moment.
        wanted: The ladders, by name; those it does not name stay.
        now: The present instant.
        until: The last local day.
    """
    new = changed_ladders(rulebook.ladders, wanted)
    then = with_ladders(rulebook, new, at=now)
    return Preview(
        until=until,
        changed=tuple(new),
        rungs=tuple(
            change
            for name, one in new.items()
            for change in _rung_changes(rulebook.ladders.get(name), one)
        ),
        notices=changes(situation, rulebook, then, now=now, until=until),
    )


def changes(
    situation: Situation, rulebook: Rulebook, then: Rulebook, *, now: datetime, until: date
) -> tuple[NoticeChange, ...]:
    """Return the notices that come, go or move if the rules become others now.

    Args:
        situation: Every task that a changed rule concerns, with what waits of it.
        rulebook: The rules of the moment.
        then: The rules as they would be.
        now: The present instant.
        until: The last local day.
    """
    slot = then.next_slot(now)
    awake = replace(situation, tasks=[woken(one, slot=slot) for one in situation.tasks])
    before = _foretold(situation, rulebook, now=now, until=until)
    after = _foretold(awake, then, now=now, until=until)
    return tuple(sorted(_notice_changes(before, after), key=_place))


def due_moves(tasks: Iterable[Task], before: Rulebook, after: Rulebook) -> tuple[DueMove, ...]:
    """Return the tasks whose effective due date other rules move, in their order."""
    dates = ((one, before.effective_due(one), after.effective_due(one)) for one in tasks)
    return tuple(
        DueMove(task=one, before=old, after=new)
        for one, old, new in dates
        if old is not None and new is not None and old != new
    )


def _foretold(
    situation: Situation, rulebook: Rulebook, *, now: datetime, until: date
) -> list[Foretold]:
    return forecast(
        situation.tasks, situation.past, rulebook, now=now, until=until, waiting=situation.waiting
    )


def _rung_changes(before: Ladder | None, after: Ladder) -> Iterator[RungChange]:
    old = {one["rung"]: one for one in ladder_to_mapping(before)} if before else {}
    new = {one["rung"]: one for one in ladder_to_mapping(after)}
    for name, one in new.items():
        was = old.get(name)
        if was is None:
            yield RungChange(ladder=after.name, rung=name, change="added", after=one)
        elif was != one:
            change: Literal["moved", "changed"] = "moved" if was["at"] != one["at"] else "changed"
            yield RungChange(ladder=after.name, rung=name, change=change, before=was, after=one)
    for name, was in old.items():
        if name not in new:
            yield RungChange(ladder=after.name, rung=name, change="removed", before=was)


def _notice_changes(before: list[Foretold], after: list[Foretold]) -> Iterator[NoticeChange]:
    old, new = _by_key(before), _by_key(after)
    for key in old | new:
        was, is_then = old.get(key), new.get(key)
        if was == is_then:
            continue
        task, rung, occurrence, to = key
        yield NoticeChange(
            change="added" if was is None else "removed" if is_then is None else "moved",
            task=task, rung=rung, occurrence=occurrence, to=to,
            at_before=was, at_after=is_then,
        )  # fmt: skip


def _by_key(foretold: list[Foretold]) -> dict[tuple[str, str, int, str | None], datetime]:
    return {(one.task, one.rung, one.occurrence, one.recipient): one.at for one in foretold}


def _place(one: NoticeChange) -> tuple[Any, ...]:
    at = one.at_after or one.at_before
    return one.to or "", at, one.task, one.rung, one.occurrence
