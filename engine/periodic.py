"""Periodic reports on screen: which there are for whoever looks, and the figures of their windows.

A window counts a task by the local day of its last report; what nobody has reported yet counts by
the day it was due. Figures are those of the moment: nothing here freezes them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine import dashboard, returning
from engine.errors import Unknown
from engine.rulebook import Rulebook
from engine.store import overview, plans
from engine.store.figures import PlanHead
from engine.store.overview import Reach
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.visible import visible_to
from engine.task import Task, is_late


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a window holds of one unit; `code` is empty where no unit leads.

    Attributes:
        on_time: Reported in the window and verified, by the report in time.
        late: The same, after the due date.
        waiting: Reported in the window, not verified yet.
        unreported: Due in the window, and not reported by now.
    """

    code: str
    name: str
    on_time: int = 0
    late: int = 0
    waiting: int = 0
    unreported: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """The periodic reports of a plan.

    Attributes:
        plan: The plan.
        plans: All plans there are to choose from, the newest first.
        reports: Those that were opened and the reader may see, by date (`returning.list_reports`).
        lines: What the plan asks for, with all windows; empty for who sees only some tasks.
    """

    plan: PlanHead
    plans: tuple[PlanHead, ...]
    reports: Sequence[dict[str, Any]]
    lines: Sequence[dict[str, Any]]


def reports(
    tx: Transaction,
    plan: str | None,
    *,
    people: Sequence[str],
    rules: Rules,
    at: datetime,
) -> Reports | None:
    """Return the periodic reports of a plan as somebody may see them; None where no plan runs.

    Args:
        tx: The transaction.
        plan: Code of a plan; None is the newest that is active, else the newest.
        people: Ids of the reader, first, and of those he stands in for.
        rules: The rulebook's keeper.
        at: Now.

    Raises:
        Unknown: there is no such plan.
    """
    view = dashboard.choose(tx, plan, None, person_id=people[0], rules=rules, at=at)
    if view is None:
        return None
    seen = _seen(tx, view.plan, people, rules=rules, at=at)
    opened = returning.list_reports(tx, view.plan.code, rules=rules, at=at)
    return Reports(
        plan=view.plan,
        plans=view.plans,
        reports=[one for one in opened if one["code"] in seen],
        lines=returning.report_lines(tx, view.plan.code, rules=rules) if view.is_whole else [],
    )


def report(
    tx: Transaction,
    plan: str,
    code: str,
    *,
    people: Sequence[str],
    rules: Rules,
    at: datetime,
) -> dict[str, Any]:
    """Return one periodic report (`returning.list_reports`), with its `plan`.

    Raises:
        Unknown: there is none for this reader.
    """
    found = reports(tx, plan, people=people, rules=rules, at=at)
    for one in found.reports if found is not None else ():
        if one["code"] == code:
            return {**one, "plan": plan, "address": f"{plan}/{code}"}
    raise Unknown(what="report", name=f"{plan}/{code}")


def window(
    tx: Transaction, plan: str, first: date, last: date, *, rules: Rules
) -> tuple[Tally, ...]:
    """Return the figures of a window by lead unit, in the order of the organisation.

    Args:
        tx: The transaction.
        plan: Code of the plan.
        first: First local day of the window.
        last: Last day of its figures, included.
        rules: The rulebook's keeper.
    """
    rulebook = rules.current(tx)
    zone = rulebook.calendar.zone
    found = overview.of_window(
        tx, Reach(plan_id=plans.get(tx, plan).id, unit_ids=None, zone=zone), first, last
    )
    counts: dict[str | None, Counter[str]] = defaultdict(Counter)
    for one in found:
        counts[one.lead_unit_id].update(_columns(one, first, last, rulebook))
    named = [(one.id, one.code, one.name) for one in rulebook.organisation.units]
    return tuple(
        Tally(code=code, name=name, **counts[unit_id])
        for unit_id, code, name in (*named, (None, "", ""))
        if counts.get(unit_id)
    )


def _seen(
    tx: Transaction, plan: PlanHead, people: Sequence[str], *, rules: Rules, at: datetime
) -> frozenset[str]:
    rulebook = rules.current(tx)
    on = rulebook.calendar.local_date(at)
    return overview.report_codes(tx, plan.id, visible_to(tx, rulebook.organisation, people, on=on))


def _columns(one: Task, first: date, last: date, rulebook: Rulebook) -> Iterator[str]:
    calendar = rulebook.calendar_of(one.lead_unit_id)
    due = one.effective_due(calendar)
    if one.state in ("reported", "verified") and one.reported_at is not None:
        reported_on = calendar.local_date(one.reported_at)
        if not first <= reported_on <= last:
            return
        if one.state == "reported":
            yield "waiting"
        else:
            yield "late" if is_late(due, reported_on) else "on_time"
    elif one.state in ("assigned", "in_progress") and due is not None and first <= due <= last:
        yield "unreported"
