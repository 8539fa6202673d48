"""Occurrences of work that comes back: made of a plan's dates, opened when their time has come."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from engine import recurrence
from engine.clock import require_aware
from engine.commands import rights, subjects
from engine.commands.assignment import Occasion
from engine.commands.subjects import Opening
from engine.ids import new_id
from engine.recurrence import Occurrence, Period, Rule, rule_to_mapping
from engine.report_lines import OFTEN, Line, Window, line_from_mapping, line_to_mapping, windows
from engine.rulebook import Rulebook
from engine.store import plans as items
from engine.store import series as store
from engine.store import years
from engine.store.plans import Item, Plan
from engine.store.rulebooks import Rules
from engine.store.series import Held, Series
from engine.store.session import Transaction
from engine.task import Task

#: The workflow that periodic reports run.
WORKFLOW = "periodic_report"
#: What the codes of periodic reports and of their series begin with.
REPORT = "BC-"


def spread(
    tx: Transaction, plan: Plan, wanted: Sequence[Item], *, rulebook: Rulebook, at: datetime
) -> None:
    """Turn each recurring item with several dates into a series, one task for each date.

    The item becomes their heading; all of the plan year is there from the beginning.
    """
    for item in wanted:
        if not _is_spread(item):
            continue
        rule, found = _occurrences(item, plan, rulebook)
        series_id = store.add(tx, _of_item(item, plan, rule_to_mapping(rule)), at=at)
        children = _children(item, plan, found, series_id=series_id)
        items.insert_items(tx, children)
        items.copy_contributions(tx, item.id, [child["id"] for child in children])
        items.update_items(
            tx, [{"id": item.id, "kind": "heading", "intake": {**item.intake, "recurring": True}}]
        )


def spread_out(wanted: Sequence[Item], plan: Plan, rulebook: Rulebook) -> Iterator[Item]:
    """Yield the items that `spread` leaves of some; nothing is written."""
    for item in wanted:
        if not _is_spread(item):
            yield item
            continue
        yield replace(item, kind="heading")
        _, found = _occurrences(item, plan, rulebook)
        for row in _children(item, plan, found, series_id=""):
            known = {name: row[name] for name in Item.__slots__ if name in row}
            yield Item(**known, decision=None, state=None, version=0, due_on=None)


def _is_spread(item: Item) -> bool:
    return item.kind == "recurring" and not item.is_dropped and len(item.due) > 1


def _occurrences(item: Item, plan: Plan, rulebook: Rulebook) -> tuple[Rule, Sequence[Occurrence]]:
    calendar = rulebook.calendar_of(item.lead_unit_id)
    period = (item.deadline or {}).get("period")
    rule = recurrence.inferred(item.due, period, year=plan.year, calendar=calendar)
    return rule, recurrence.occurrences(rule, plan.year, calendar)


def _of_item(item: Item, plan: Plan, rule: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "plan_id": plan.id, "code": item.code, "number": 1, "item_id": item.id,
        "title": item.title, "rule": rule, "lead_unit_id": item.lead_unit_id,
        "assignee_id": item.assignee_id, "verifier_id": item.verifier_id,
    }  # fmt: skip


def _children(
    item: Item, plan: Plan, found: Sequence[Occurrence], *, series_id: str
) -> list[dict[str, Any]]:
    return [
        child(
            item, plan, one, number=number, title=f"kỳ {number}/{len(found)}", series_id=series_id
        )
        for number, one in enumerate(found, start=1)
    ]


def child(
    item: Item, plan: Plan, one: Occurrence, *, number: int, title: str, series_id: str
) -> dict[str, Any]:
    """Return the row of one occurrence of an item, which is no task yet.

    Args:
        item: The heading.
        plan: Its plan.
        one: The occurrence.
        number: Of the row among its siblings.
        title: What is written behind the title of the item.
        series_id: The series.
    """
    return {
        "id": new_id(),
        "plan_id": plan.id,
        "code": f"{item.code}.{number}",
        "parent_id": item.id,
        "ordinal": item.ordinal + number,
        "section": item.section,
        "field": item.field,
        "kind": "task",
        "title": f"{item.title} ({title})",
        "output": item.output,
        "citations": list(item.citations),
        "deadline": {**(item.deadline or {}), "due": [one.due.isoformat()]},
        "intake": {"source": item.intake.get("source"), "series": item.code},
        "is_urgent": item.is_urgent,
        "evidence_optional": item.evidence_optional,
        "lead_unit_id": item.lead_unit_id,
        "assignee_id": item.assignee_id,
        "verifier_id": item.verifier_id,
        "series_id": series_id,
        "occurrence": one.key,
    }


def begin_reports(tx: Transaction, plan: Plan, *, occasion: Occasion, rules: Rules) -> list[Task]:
    """Make a series of every periodic report that a plan asks for, and open what has begun.

    Reports that were to be sent before this day are not owed. The monitoring unit puts them
    together; nobody is told now, its ladder urges it.
    """
    shipped: dict[str, Line] = {line.period: line for line in rules.office.reports}
    monitor = occasion.rulebook.organisation.monitor
    today = occasion.rulebook.calendar.local_date(occasion.at)
    for asked in store.lines(tx, plan.id):
        line = line_from_mapping(asked.rule) if asked.rule else shipped.get(asked.period)
        if line is None:
            continue
        rule = line_to_mapping(replace(line, recipient=asked.recipient or line.recipient))
        store.settle_line(tx, asked.id, rule)
        store.add(
            tx,
            {
                "plan_id": plan.id, "code": f"{REPORT}{line.code}", "number": 1,
                "report_line_id": asked.id, "rule": rule,
                "title": f"{line.name} {OFTEN[line.period]}",
                "lead_unit_id": monitor.id if monitor else None, "from_on": today,
            },
            at=occasion.at,
        )  # fmt: skip
    return open_ready(tx, plan, store.of_plan(tx, plan.id), occasion=occasion)


def make_up(tx: Transaction, *, rules: Rules, at: datetime, only: str | None = None) -> int:
    """Open every occurrence whose time has come, each once; return how many were opened.

    What nobody opened in time, because the service was down, is opened with its true date, which
    may be over. `only` is the id of one series, where the others are left alone.
    """
    at = require_aware(at).astimezone(UTC)
    found = [one for one in store.due(tx, at=at) if only in (None, one.id)]
    if not found:
        return 0
    rulebook = rules.current(tx)
    opened: list[Task] = []
    for plan_id, ones in groupby(sorted(found, key=_by_plan), key=_by_plan):
        plan = store.plan_of(tx, plan_id)
        occasion = Occasion(
            cause=f"series of {plan.code}", rulebook=rulebook, who=rights.BY_SYSTEM, at=at
        )
        opened += open_ready(tx, plan, list(ones), occasion=occasion)
    years.foresee(tx, opened, rulebook, at=at)
    return len(opened)


def open_ready(
    tx: Transaction, plan: Plan, wanted: Sequence[Series], *, occasion: Occasion
) -> list[Task]:
    """Open the reports of some series whose time has come, and set when to look again."""
    siblings = store.of_plan(tx, plan.id)
    calendar = occasion.rulebook.calendar
    today = calendar.local_date(occasion.at)
    opened = []
    for one in wanted:
        if one.report_line_id is None:
            continue
        missing = missing_windows(tx, one, siblings, plan=plan, rulebook=occasion.rulebook)
        for window in missing:
            if window.opens_on <= today:
                task = _open_report(tx, one, window, plan=plan, occasion=occasion)
                opened.append(task)
        later = [window.opens_on for window in missing if window.opens_on > today]
        next_at = calendar.slot_of(min(later)) if later else None
        store.change(tx, one.id, next_at=next_at)
    return opened


def missing_windows(
    tx: Transaction,
    one: Series,
    siblings: Sequence[Series],
    *,
    plan: Plan,
    rulebook: Rulebook,
) -> list[Window]:
    """Return the reports of a series that are neither there nor left out, in order."""
    family = [each.id for each in siblings if each.code == one.code]
    there = {held.key for held in store.held(tx, family)}
    there |= {skip.key for skip in store.skips(tx, family)}
    line = line_from_mapping(one.rule)
    return [
        window
        for window in windows(line, plan.year, rulebook.calendar, beside=_periods(siblings))
        if window.key not in there and window.replaced_by is None and one.covers(window.send_by)
    ]


def _periods(siblings: Sequence[Series]) -> tuple[Period, ...]:
    """Return the periods for which the plan has a report that is still asked for."""
    # Nothing else is read: what is wrong with one series must not keep the others from opening.
    return tuple(
        one.rule["period"]
        for one in siblings
        if one.report_line_id is not None and one.state == "active"
    )


def _open_report(
    tx: Transaction, one: Series, window: Window, *, plan: Plan, occasion: Occasion
) -> Task:
    line = line_from_mapping(one.rule)
    opening = Opening(
        kind="report",
        code=f"{REPORT}{window.key}",
        title=window.title,
        workflow=WORKFLOW,
        output="; ".join(_product(line, window)),
        lead_unit_id=one.lead_unit_id,
        assignee_id=one.assignee_id,
        verifier_id=one.verifier_id,
        due_on=window.send_by,
        series_id=one.id,
        occurrence=window.key,
    )
    task = subjects.open_subject(tx, opening, plan=plan, occasion=occasion)
    covered = {
        "line_id": one.report_line_id, "period": window.key, "window_from": window.first,
        "window_to": window.last, "figures_to": window.figures_to,
        "recipient": line.recipient or None,
    }  # fmt: skip
    store.add_report(tx, task.id, covered)
    return task


def refigure(
    tx: Transaction, one: Series, held: Sequence[Held], *, plan: Plan, rulebook: Rulebook
) -> None:
    """Say anew which days the reports of a series cover, after their dates were moved."""
    if one.report_line_id is None:
        return
    line = line_from_mapping(one.rule)
    found = {each.key: each for each in windows(line, plan.year, rulebook.calendar)}
    for each in held:
        if each.key in found:
            window = found[each.key]
            store.change_report(tx, each.task_id, figures_to=window.figures_to)
            product = "; ".join(_product(line, window))
            items.update_items(tx, [{"id": each.task_id, "output": product}])


def _product(line: Line, window: Window) -> Iterator[str]:
    """Yield what is to be sent, to whom, and which days its figures cover."""
    yield f"Báo cáo gửi {line.recipient}" if line.recipient else "Báo cáo"
    yield f"số liệu từ {window.first:%d/%m/%Y} đến {window.figures_to:%d/%m/%Y}"


def _by_plan(one: Series) -> str:
    return one.plan_id
