"""Lists of tasks as somebody may see them: a page at a time, from a place on; counted on demand.

A page starts behind the last line of the page before it (its cursor), so that it costs the same
wherever it lies, and shows nothing twice when something comes in between.
"""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, func, select

from engine.errors import Invalid, Unknown
from engine.filters import ME, Filter
from engine.rulebook import Rulebook
from engine.spelling import nearest
from engine.store import listing as store
from engine.store import tasks
from engine.store.doors import counter
from engine.store.listing import Stretch
from engine.store.record import PLAN_KINDS, plan, task
from engine.store.requests import granted_column
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.standing import Narrowed, Scene
from engine.store.visible import visible_to
from engine.task import Task
from engine.views import TaskView, view

#: No count goes further: the answer is then "more than".
MOST_COUNTED = 10_000
#: So many rows are looked at in one go where some of them have to be judged here.
_AT_ONCE = 500
#: No statement asks for more rows, nor names more of them.
_MOST_AT_ONCE = 1_001
_EXTRA = (task.c.section, task.c.ordinal, task.c.changed_at, plan.c.state.label("plan_state"),
          task.c.decision, granted_column())  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewpoint:
    """Who reads: ids of the reader, first, and of those he stands in for."""

    person_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The place behind a line: which stretch of the list, and the line's own keys."""

    stretch: int
    place: tuple[Any, ...]

    def text(self) -> str:
        """Return it as a link carries it."""
        kept = [self.stretch, *(_written(one) for one in self.place)]
        return base64.urlsafe_b64encode(json.dumps(kept).encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some lines of a list, and the place behind them; None where there is nothing more."""

    items: list[TaskView]
    next: Cursor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many; `is_more` where counting stopped."""

    number: int
    is_more: bool


def page(  # noqa: PLR0913 - what is read, by whom, by which rules, when, how much of it
    tx: Transaction,
    wanted: Filter,
    viewer: Viewpoint | None,
    *,
    rules: Rules,
    at: datetime,
    limit: int = 50,
    after: Cursor | None = None,
) -> Page:
    """Return the lines behind a place that a filter lets through and the reader may see.

    Args:
        tx: The transaction.
        wanted: The filter.
        viewer: Who reads; None for the operator, who sees everything.
        rules: The rulebook's keeper.
        at: Now.
        limit: At most so many lines.
        after: The place that an earlier page gave; None from the beginning.

    Raises:
        Unknown: the filter names a unit, person or plan that does not exist.
        Invalid: it needs a reader, or the place is none of this list.
    """
    scene, asked = _scene(tx, wanted, viewer, rules=rules, at=at)
    at_once = min(limit + 1, _MOST_AT_ONCE)
    lines = _lines(asked, store.narrowed(asked, scene), scene, after=after, at_once=at_once)
    found = list(islice(lines, limit + 1))
    more = found[limit - 1][0] if len(found) > limit else None
    return Page(items=[line for _, line in found[:limit]], next=more)


def first(wanted: Filter, scene: Scene, *, limit: int) -> dict[str, TaskView]:
    """Return the first lines that a filter lets through, by the ids of their tasks, in order.

    Args:
        wanted: The filter; what it names is known.
        scene: In what it is read.
        limit: At most so many lines.
    """
    lines = _lines(wanted, store.narrowed(wanted, scene), scene, after=None, at_once=2 * limit)
    return {place.place[-1]: line for place, line in islice(lines, limit)}


def count(
    tx: Transaction,
    wanted: Filter,
    viewer: Viewpoint | None,
    *,
    rules: Rules,
    at: datetime,
    most: int = MOST_COUNTED,
) -> Count:
    """Return how many lines a list has, counting no further than `most`.

    Raises:
        Unknown: the filter names a unit, person or plan that does not exist.
        Invalid: it needs a reader.
    """
    scene, asked = _scene(tx, wanted, viewer, rules=rules, at=at)
    which = store.narrowed(asked, scene)
    if which.judge is None:
        number = store.count(tx, which.condition, most=most + 1)
        return Count(number=min(number, most), is_more=number > most)
    number, rest = 0, which
    if which.certain is not None:
        number = store.count(tx, which.certain, most=most + 1)
        rest = replace(which, condition=which.condition & ~which.certain)
    if number <= most:
        by_id = replace(asked, sort="code", q=None)
        lines = _lines(by_id, rest, scene, after=None, at_once=_AT_ONCE)
        number += sum(1 for _ in islice(lines, most + 1 - number))
    return Count(number=min(number, most), is_more=number > most)


def chosen(
    tx: Transaction,
    addresses: Sequence[str],
    viewer: Viewpoint,
    *,
    rules: Rules,
    at: datetime,
) -> dict[str, TaskView]:
    """Return the lines about full addresses, by address; what the reader may not see is left out.

    Args:
        tx: The transaction.
        addresses: `PLAN/CODE` each, at most a few hundred.
        viewer: Who reads.
        rules: The rulebook's keeper.
        at: Now.
    """
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    pairs = [one.rpartition("/") for one in addresses]
    rows = tx.execute(
        select_lines().where(
            plan.c.code.in_({plan_code for plan_code, _, _ in pairs}),
            task.c.code.in_({code for _, _, code in pairs}),
            visible_to(tx, rulebook.organisation, viewer.person_ids, on=today),
        )
    ).all()
    lines = {one.address: one for one in views(tx, rows, rulebook, today=today)}
    return {address: lines[address] for address in addresses if address in lines}


def begun(tx: Transaction, lines: Sequence[TaskView], *, rules: Rules) -> dict[str, date]:
    """Return the local day on which each task was given, by address; drafts are left out."""
    calendar = rules.current(tx).calendar
    rows = tx.execute(
        select(plan.c.code, task.c.code.label("of"), task.c.assigned_at)
        .join(plan, plan.c.id == task.c.plan_id)
        .where(
            plan.c.code.in_({one.plan for one in lines}),
            task.c.code.in_({one.code for one in lines}),
            task.c.assigned_at.is_not(None),
        )
    )
    return {f"{row.code}/{row.of}": calendar.local_date(row.assigned_at) for row in rows}


def fields(tx: Transaction) -> list[str]:
    """Return the headings under which plans have tasks, in the order of letters."""
    rows = tx.execute(select(counter.c.field).where(counter.c.field != "").distinct())
    return sorted(rows.scalars())


def read_cursor(text: str) -> Cursor:
    """Return the place that a link carries.

    Raises:
        Invalid: it is none.
    """
    try:
        kept = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        stretch, *place = kept
        return Cursor(stretch=int(stretch), place=tuple(_read(*one) for one in place))
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error) as error:
        raise Invalid(field="cursor", problem="is no place of a list") from error


def select_lines() -> Select[Any]:
    """Return the statement whose rows `views` understands."""
    return tasks.select_tasks().add_columns(*_EXTRA)


def views(
    tx: Transaction, rows: Sequence[Any], rulebook: Rulebook, *, today: date
) -> list[TaskView]:
    """Return the lines about rows of `select_lines`, in their order."""
    return [line for _, line in _read_rows(tx, rows, rulebook, today=today)]


def _read_rows(
    tx: Transaction, rows: Sequence[Any], rulebook: Rulebook, *, today: date
) -> list[tuple[Task, TaskView]]:
    found = tasks.from_rows(tx, rows)
    parents = {row.id: row.code for row in rows}
    missing = {row.parent_id for row in rows if row.parent_id} - set(parents)
    if missing:
        codes = tx.execute(select(task.c.id, task.c.code).where(task.c.id.in_(missing)))
        parents |= {row.id: row.code for row in codes}
    progress = _progress(tx, [one.id for one in found if one.kind == "heading"])
    lines = []
    for one, row in zip(found, rows, strict=True):
        line = view(
            one, rulebook=rulebook, today=today, section=row.section,
            parent=parents.get(row.parent_id), progress=progress.get(one.id),
        )  # fmt: skip
        is_dropped = row.decision == "drop"
        lines.append((one, replace(line, is_dropped=is_dropped, extensions=row.extensions)))
    return lines


def _progress(tx: Transaction, headings: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return (verified, counted) per heading; a cancelled item leaves the denominator."""
    if not headings:
        return {}
    rows = tx.execute(
        select(task.c.parent_id, task.c.state, func.count().label("number"))
        .where(task.c.parent_id.in_(headings), task.c.kind.in_(PLAN_KINDS))
        .group_by(task.c.parent_id, task.c.state)
    )
    done: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for row in rows:
        if row.state != "cancelled":
            total[row.parent_id] += row.number
        if row.state == "verified":
            done[row.parent_id] += row.number
    return {heading: (done[heading], total[heading]) for heading in headings}


def _scene(
    tx: Transaction, wanted: Filter, viewer: Viewpoint | None, *, rules: Rules, at: datetime
) -> tuple[Scene, Filter]:
    """Return in what a filter is read, and the filter with the reader's name for `me`."""
    rulebook = rules.current(tx)
    people = viewer.person_ids if viewer is not None else None
    if people is None and (wanted.status == "waiting-for-me" or ME in _people(wanted).values()):
        raise Invalid(field="filter", problem="nobody reads: name a person instead of me")
    if people is not None:
        own = rulebook.organisation.person_by_id[people[0]].code
        named: dict[str, Any] = {key: own for key, who in _people(wanted).items() if who == ME}
        wanted = replace(wanted, **named)
    _known_all(tx, wanted, rulebook)
    today = rulebook.calendar.local_date(at)
    return Scene(tx=tx, rulebook=rulebook, today=today, people=people), wanted


def _people(wanted: Filter) -> Mapping[str, str | None]:
    return {
        "assignee": wanted.assignee,
        "verifier": wanted.verifier,
        "leader": wanted.leader,
        "escalated": wanted.escalated,
    }


def _known_all(tx: Transaction, wanted: Filter, rulebook: Rulebook) -> None:
    organisation = rulebook.organisation
    if wanted.plan is not None:
        _known(wanted.plan, tx.execute(select(plan.c.code)).scalars(), what="plan")
    if wanted.unit is not None:
        units = (code.casefold() for code in organisation.unit_by_code)
        _known(wanted.unit.casefold(), units, what="unit")
    for code in _people(wanted).values():
        if code is not None:
            _known(code, organisation.person_by_code, what="person")


def _known(name: str, known: Iterable[str], *, what: str) -> None:
    names = list(known)
    if name not in names:
        raise Unknown(what=what, name=name, hint=nearest(name, names))


def _lines(
    wanted: Filter, which: Narrowed, scene: Scene, *, after: Cursor | None, at_once: int
) -> Iterator[tuple[Cursor, TaskView]]:
    """Yield the lines behind a place with their own places."""
    found = store.stretches(wanted, which)
    first, place = (after.stretch, after.place) if after is not None else (0, None)
    if after is not None and not (0 <= first < len(found) and _fits(after, found[first])):
        raise Invalid(field="cursor", problem="is no place of this list")
    size = at_once
    for number, stretch in enumerate(found[first:], first):
        while not stretch.is_empty:
            statement = stretch.after(select_lines().where(which.condition), place)
            rows = scene.tx.execute(statement.limit(size)).all()
            lines = _read_rows(scene.tx, rows, scene.rulebook, today=scene.today)
            for row, (one, line) in zip(rows, lines, strict=True):
                place = tuple(row._mapping[column.name] for column in stretch.columns)
                if which.judge is None or which.judge(one, line):
                    yield Cursor(stretch=number, place=place), line
            if len(rows) < size:
                break
            if which.judge is not None:
                size = min(2 * size, max(size, _AT_ONCE))
        place = None


def _fits(after: Cursor, stretch: Stretch) -> bool:
    """Return whether a place is one of a stretch: what a link carries may be anything."""
    return len(after.place) == len(stretch.columns) and all(
        _is_id(one) if isinstance(column.type, Uuid) else isinstance(one, column.type.python_type)
        for one, column in zip(after.place, stretch.columns, strict=True)
    )


def _is_id(one: Any) -> bool:
    try:
        return bool(str(UUID(one)) == one)
    except (ValueError, TypeError, AttributeError):
        return False


def _written(one: Any) -> list[Any]:
    if isinstance(one, datetime):
        return ["at", one.isoformat()]
    return ["on", one.isoformat()] if isinstance(one, date) else ["", one]


def _read(kind: str, one: Any) -> Any:
    if kind == "at":
        return datetime.fromisoformat(one)
    return date.fromisoformat(one) if kind == "on" else one
