"""What a filter means in SQL: which rows of `task`, in which order, and from which place on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    cast,
    false,
    func,
    literal,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects import postgresql

from engine.filters import Filter
from engine.spelling import searchable
from engine.store.escalated import told_to
from engine.store.record import PLAN_KINDS, REQUEST_STATES, plan, task
from engine.store.session import Transaction
from engine.store.standing import Narrowed, Scene, accepted_by, by_status, led_by, verified_by
from engine.store.visible import visible_to

__all__ = [
    "Narrowed", "Scene", "Stretch", "count", "narrowed", "stretches", "words_of_task",
]  # fmt: skip


#: Made once: columns of an alias are the dearest part of a statement.
_asked = task.alias("asked_about")
_looked = task.alias("looked_through")
#: Words of so many tasks are no rare ones.
_OFTEN = 2_000
#: Where only tasks with a due date stand.
_DATED = ("overdue", "within-term", "due-soon", "on-time", "late")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Rows of a list that stand together, in an order of columns that are never null in it."""

    condition: ColumnElement[bool]
    columns: Sequence[Any]
    is_falling: bool = False
    is_empty: bool = False

    def after(self, statement: Select[Any], place: Sequence[Any] | None) -> Select[Any]:
        """Return a statement with the rows of the stretch, from behind a place on."""
        statement = statement.where(self.condition)
        if place is not None:
            here = tuple_(*self.columns)
            values = zip(place, self.columns, strict=True)
            there = tuple_(*(literal(one, column.type) for one, column in values))
            statement = statement.where(here < there if self.is_falling else here > there)
        return statement.order_by(
            *(one.desc() if self.is_falling else one.asc() for one in self.columns)
        )


def stretches(wanted: Filter, which: Narrowed) -> list[Stretch]:
    """Return the stretches of a list, in their order; what begins like the words comes first.

    Common words have no such beginning, and yet as many stretches: places stay what they are.
    """
    found = list(_sorted(wanted))
    words = searchable(wanted.q or "")
    if not words:
        return found
    begins = func.substr(task.c.folded, 1, len(words)) == words
    if which.has_common_words:
        return [*(replace(one, is_empty=True) for one in found), *found]
    return [
        replace(one, condition=and_(first, one.condition))
        for first in (begins, ~begins)
        for one in found
    ]


def narrowed(wanted: Filter, scene: Scene) -> Narrowed:
    """Return which rows a filter lets through, of those that its reader may see.

    The codes in it are known ones: who calls has looked them up.
    """
    parts, is_common = [*_facts(wanted, scene)], False
    if wanted.q is not None:
        words, is_common = _search(scene.tx, wanted.q)
        parts.append(words)
    if scene.people is not None:
        parts.append(visible_to(scene.tx, scene.organisation, scene.people, on=scene.today))
    found = by_status(wanted.status, scene)
    condition = and_(true(), *parts, found.condition)
    certain = None if found.certain is None else and_(condition, found.certain)
    return Narrowed(
        condition=condition, judge=found.judge, certain=certain, has_common_words=is_common
    )


def count(tx: Transaction, condition: ColumnElement[bool], *, most: int) -> int:
    """Return how many rows there are, counting no further than `most`."""
    some = _with_plan(select(task.c.id)).where(condition).limit(most).subquery()
    return int(tx.execute(select(func.count()).select_from(some)).scalar_one())


def count_by_unit(tx: Transaction, condition: ColumnElement[bool]) -> dict[str | None, int]:
    """Return how many rows there are of each lead unit."""
    statement = _with_plan(select(task.c.lead_unit_id, func.count()).select_from(task))
    rows = tx.execute(statement.where(condition).group_by(task.c.lead_unit_id)).all()
    return {row[0]: int(row[1]) for row in rows}


def _with_plan(statement: Select[Any]) -> Select[Any]:
    return statement.join(plan, plan.c.id == task.c.plan_id)


def _is_dated(wanted: Filter) -> bool:
    """Return whether a filter lets through only what has a due date."""
    return wanted.due is not None or wanted.status in _DATED


def _sorted(wanted: Filter) -> Iterator[Stretch]:
    match wanted.sort:
        case "due" | "-due":
            falling = wanted.sort.startswith("-")
            dated, bare = task.c.due_on.is_not(None), task.c.due_on.is_(None)
            yield Stretch(condition=dated, columns=(task.c.due_on, task.c.id), is_falling=falling)
            yield Stretch(condition=bare, columns=(task.c.id,), is_empty=_is_dated(wanted))
        case "changed":
            at = task.c.changed_at
            yield Stretch(condition=at.is_not(None), columns=(at, task.c.id), is_falling=True)
            yield Stretch(condition=at.is_(None), columns=(task.c.id,))
        case "code":
            yield Stretch(condition=true(), columns=(task.c.code, task.c.id))
        case _:
            yield Stretch(condition=true(), columns=(task.c.plan_id, task.c.ordinal, task.c.id))


def _facts(wanted: Filter, scene: Scene) -> Iterator[ColumnElement[bool]]:
    yield task.c.kind == wanted.kind if wanted.kind else task.c.kind.in_(PLAN_KINDS)
    yield from _people(wanted, scene)
    if wanted.plan is not None:
        # By its id, which is what the indexes of tasks have.
        known = select(plan.c.id).where(plan.c.code == wanted.plan)
        yield task.c.plan_id == scene.tx.execute(known).scalar_one_or_none()
    if wanted.field is not None:
        yield func.substr(task.c.field, 1, len(wanted.field)) == wanted.field
    if wanted.due is not None:
        yield task.c.due_on.between(*wanted.due)
    if wanted.urgent:
        yield task.c.is_urgent.is_(True)
    for kind, is_asked in (("obstacle", wanted.obstacle), ("extension", wanted.extension)):
        if is_asked:
            yield task.c.id.in_(with_request(kind))


def _people(wanted: Filter, scene: Scene) -> Iterator[ColumnElement[bool]]:
    organisation = scene.organisation
    if wanted.unit is not None:
        units = {code.casefold(): unit.id for code, unit in organisation.unit_by_code.items()}
        yield task.c.lead_unit_id == units[wanted.unit.casefold()]
    if wanted.assignee is not None:
        yield task.c.assignee_id == organisation.person_by_code[wanted.assignee].id
    if wanted.verifier is not None:
        judged_by = accepted_by if wanted.kind == "contribution" else verified_by
        yield judged_by(organisation.person_by_code[wanted.verifier].id, scene)
    if wanted.leader is not None:
        yield led_by(organisation.person_by_code[wanted.leader].id, scene)
    if wanted.escalated is not None:
        yield told_to(scene.tx, organisation.person_by_code[wanted.escalated].id)


def with_request(kind: str) -> Any:
    """Return the statement for the ids of tasks about which a request of a kind waits."""
    # In the words of its index: SQLite knows it again by nothing else.
    is_open: ColumnElement[bool] = literal_column(f"asked_about.state IN {REQUEST_STATES}")
    return select(_asked.c.parent_id).where(
        _asked.c.kind == kind, is_open, _asked.c.parent_id.is_not(None)
    )


def _search(tx: Transaction, text: str) -> tuple[ColumnElement[bool], bool]:
    """Return the condition of all words in any order, the last of them perhaps begun only.

    Few tasks that have them are looked up here and named by their ids, for no database foresees how
    few they are. Beside it, whether so many have them that the order of the list finds a page
    sooner: the condition is then written so that no index of words can be chosen.
    """
    words = searchable(text).split()
    if not words:
        return false(), False
    found = _has_words(tx, words, task)
    some = select(_looked.c.id).where(_has_words(tx, words, _looked)).limit(_OFTEN)
    ids = list(tx.execute(some).scalars())
    if len(ids) < _OFTEN:
        return task.c.id.in_(ids), False
    return func.coalesce(found, false()), True


def _has_words(tx: Transaction, words: Sequence[str], rows: Any) -> ColumnElement[bool]:
    """Return the condition that rows of `task` have all words, the last perhaps begun only."""
    if tx.dialect.name == "postgresql":
        begun = " & ".join([*(f"'{word}'" for word in words[:-1]), f"'{words[-1]}':*"])
        known = words_of_task(rows.name)
        return known.op("@@", is_comparison=True)(cast(begun, postgresql.TSQUERY))
    whole = literal(" ") + rows.c.folded + literal(" ")
    parts = [f" {word} " for word in words[:-1]] + [f" {words[-1]}"]
    return and_(
        *(func.instr(rows.c.folded, word) > 0 for word in words),
        *(func.instr(whole, part) > 0 for part in parts),
    )


def words_of_task(rows: str = "task") -> ColumnElement[Any]:
    """Return the words of tasks as PostgreSQL looks them up; an index is on this expression."""
    return literal_column(f"array_to_tsvector(string_to_array({rows}.folded, ' '))")
