"""Read models of plans as somebody may see them: the list, one plan's figures, who will be told."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine import listing
from engine.commands import reviews
from engine.errors import Unknown
from engine.filters import Filter
from engine.listing import Viewpoint
from engine.notices import Notice
from engine.organisation import Organisation
from engine.queries import BESIDE, CELLS
from engine.rulebook import Rulebook
from engine.store import plan_figures as figures
from engine.store import plans as store
from engine.store.plan_figures import Told
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.visible import visible_to
from engine.views import TaskView
from engine.visibility import sees_all

#: Items of a plan that one page looks at.
MOST_ITEMS = 2_000
_DONE, _GONE = "verified", "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A plan in the list; `asked` counts rows of a draft that wait for a decision."""

    code: str
    title: str
    year: int
    state: str
    version: int
    number: str | None
    issued_on: date | None
    tasks: int = 0
    done: int = 0
    reported: int = 0
    cancelled: int = 0
    items: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How one unit, or all, stand in a plan: the four cells, and what is counted beside them."""

    unit: str | None
    cells: Mapping[str, int]

    @property
    def tracked(self) -> int:
        """The four cells together."""
        return sum(self.cells[name] for name in CELLS)

    @property
    def done(self) -> int:
        """What is completed, in time or late."""
        return self.cells["completed_on_time"] + self.cells["completed_late"]

    def rate(self, of: str, among: Sequence[str]) -> float | None:
        """Return a share of one, or None of nothing."""
        whole = sum(self.cells[name] for name in among)
        return self.cells[of] / whole if whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An item of a plan with what hangs below it."""

    item: TaskView
    depth: int
    is_heading: bool


def sees_whole(rulebook: Rulebook, people: Iterable[str], *, on: date) -> bool:
    """Return whether one of some people may see every plan as a whole, drafts included."""
    return any(sees_all(rulebook.organisation, each, on) for each in people)


def list_plans(
    tx: Transaction, people: Sequence[str], *, rules: Rules, at: datetime
) -> list[PlanLine]:
    """Return the plans of which somebody may see anything, the newest year first.

    Args:
        tx: The transaction.
        people: Ids of the reader and of those he stands in for.
        rules: The rulebook's keeper.
        at: Now.
    """
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    is_whole = sees_whole(rulebook, people, on=today)
    condition = None if is_whole else visible_to(tx, rulebook.organisation, people, on=today)
    states = figures.by_state(tx, condition)
    return [
        _line(tx, row, states.get(row.id, {}), rules=rules, at=at)
        for row in figures.plans(tx)
        if is_whole or (row.state != "draft" and row.id in states)
    ]


def one_plan(
    tx: Transaction, code: str, people: Sequence[str], *, rules: Rules, at: datetime
) -> PlanLine:
    """Return the line of one plan of which somebody may see anything.

    Raises:
        Unknown: there is no such plan, or nothing of it is for him.
    """
    is_whole = require_visible(tx, code, people, rules=rules, at=at)
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    condition = None if is_whole else visible_to(tx, rulebook.organisation, people, on=today)
    row = next(one for one in figures.plans(tx) if one.code == code)
    states = figures.by_state(tx, condition, plan_id=row.id)
    return _line(tx, row, states.get(row.id, {}), rules=rules, at=at)


def require_visible(
    tx: Transaction, code: str, people: Sequence[str], *, rules: Rules, at: datetime
) -> bool:
    """Return whether somebody sees all of a plan, once it is known that he sees any of it.

    Raises:
        Unknown: there is no such plan, or nothing of it is for him.
    """
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    plan = store.find(tx, code)
    if plan is not None:
        if sees_whole(rulebook, people, on=today):
            return True
        condition = visible_to(tx, rulebook.organisation, people, on=today)
        if plan.state != "draft" and figures.by_state(tx, condition, plan_id=plan.id):
            return False
    raise Unknown(what="plan", name=code)


def about(tx: Transaction, code: str) -> dict[str, Any]:
    """Return what a plan says of itself: its document, bases, targets, the reports it asks for.

    Raises:
        Unknown: there is no such plan.
    """
    plan = store.get(tx, code)
    return {**store.head(tx, plan.id), "report_lines": store.report_lines(tx, plan.id)}


def items_of(
    tx: Transaction, code: str, viewer: Viewpoint, *, rules: Rules, at: datetime
) -> list[TaskView]:
    """Return the items of a plan that somebody may see, in document order, up to `MOST_ITEMS`."""
    found = listing.page(tx, Filter(plan=code), viewer, rules=rules, at=at, limit=MOST_ITEMS)
    return found.items


def shares(items: Iterable[TaskView]) -> list[Share]:
    """Return the 2x2 of each lead unit among some items, and of all of them last."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in items:
        if one.state is None:
            continue
        beside = "cancelled" if one.state == _GONE else "standing"
        counts[one.lead or ""][one.cell or beside] += 1
    names = (*CELLS, *BESIDE)
    found = [
        Share(unit=unit or None, cells={name: counts[unit][name] for name in names})
        for unit in sorted(counts)
    ]
    whole = {name: sum(one.cells[name] for one in found) for name in names}
    return [*found, Share(unit=None, cells=whole)] if found else []


def tree(items: Sequence[TaskView]) -> list[Node]:
    """Return items with how deep each hangs below the others, in document order."""
    depths: dict[str, int] = {}
    nodes = []
    for one in items:
        depth = depths.get(one.parent or "", -1) + 1
        depths[one.code] = depth
        nodes.append(Node(item=one, depth=depth, is_heading=one.kind == "heading"))
    return nodes


def notices_of(tx: Transaction, code: str, *, at: datetime) -> frozenset[str]:
    """Return the ids of the notices about a plan that have been written at an instant so far."""
    return figures.notices_of(tx, store.get(tx, code).id, at=at)


def told(
    tx: Transaction, code: str, *, at: datetime, rules: Rules, besides: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Return whom what has just been done to a plan tells, and when that leaves; soonest first."""
    found = figures.told(tx, store.get(tx, code).id, at=at, besides=besides)
    return _told(found, rules.current(tx).organisation)


def foretold(
    notices: Iterable[tuple[str, Notice]], organisation: Organisation
) -> list[dict[str, Any]]:
    """Return whom notices tell that are not written yet, as `told` does; each beside its code."""
    found = figures.gathered(
        (one.recipient_id, one.kind, one.leave_at, code)
        for code, one in notices
        if one.recipient_id is not None
    )
    return _told(found, organisation)


def _told(found: Sequence[Told], organisation: Organisation) -> list[dict[str, Any]]:
    timed = sorted((one.leave_at, place, one) for place, one in enumerate(found) if one.leave_at)
    untimed = [one for one in found if one.leave_at is None]
    return [
        {
            "person": organisation.person_by_id[one.recipient_id],
            "kind": one.kind,
            "leave_at": one.leave_at,
            "codes": one.codes,
        }
        for one in (*(each for _, _, each in timed), *untimed)
    ]


def _line(
    tx: Transaction, row: Any, states: Mapping[str, int], *, rules: Rules, at: datetime
) -> PlanLine:
    asked = items = 0
    if row.state == "draft":
        review = reviews.review_plan(tx, row.code, rules=rules, at=at)
        asked, items = review.summary["needs_decision"], len(review.rows)
    return PlanLine(
        code=row.code,
        title=row.title,
        year=row.year,
        state=row.state,
        version=row.version,
        number=row.number,
        issued_on=row.issued_on,
        tasks=sum(states.values()) - states.get(_GONE, 0),
        done=states.get(_DONE, 0),
        reported=states.get("reported", 0),
        cancelled=states.get(_GONE, 0),
        items=items,
        asked=asked,
    )
