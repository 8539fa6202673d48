"""Read models of work that comes back: series, their occurrences, and periodic reports."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from engine import recurrence
from engine.commands.series_changes import find
from engine.recurrence import rule_from_mapping, rule_to_text
from engine.report_lines import Line, Window, line_from_mapping, windows
from engine.rulebook import Rulebook
from engine.store import plans
from engine.store import series as store
from engine.store.record import history
from engine.store.rulebooks import Rules
from engine.store.series import Held, Series, StoredLine, StoredReport
from engine.store.session import Transaction

_SENT = "submitted"


def list_series(tx: Transaction, plan: str | None = None, *, rules: Rules) -> list[dict[str, Any]]:
    """Return the newest number of every series of a plan, or of all active plans.

    Raises:
        Unknown: there is no such plan.
    """
    if plan is not None:
        plans.get(tx, plan)
    rulebook = rules.current(tx)
    newest = {(one.plan_code, one.code): one for one in store.listed(tx, plan)}
    return [_series(one, rulebook) for one in newest.values()]


def show_series(tx: Transaction, address: str, *, rules: Rules) -> dict[str, Any]:
    """Return a series with all its numbers, what is there of it, left out, and still to come.

    Raises:
        Unknown: there is no such series, or several.
    """
    family = find(tx, address)
    rulebook = rules.current(tx)
    ids = [one.id for one in family]
    held, skipped = store.held(tx, ids), store.skips(tx, ids)
    there = {one.key for one in held} | {one.key for one in skipped}
    plan = plans.get(tx, family[-1].plan_code)
    coming = {
        key: day
        for one in family
        for key, day in _days(one, plan.year, rulebook, beside=_beside(tx, plan.id)).items()
        if one.report_line_id is not None and key not in there
    }
    return {
        "series": [_series(one, rulebook) for one in family],
        "occurrences": [_occurrence(one, rulebook) for one in held],
        "skipped": [
            {"occurrence": one.key, "reason": one.reason, "by": one.actor, "at": one.at}
            for one in skipped
        ],
        "coming": [{"occurrence": key, "due": day} for key, day in sorted(coming.items())],
    }


def report_lines(tx: Transaction, plan: str, *, rules: Rules) -> list[dict[str, Any]]:
    """Return the periodic reports that a plan asks for, each with its windows of the year.

    Before activation they are what they would be by the rules that are shipped.

    Raises:
        Unknown: there is no such plan.
    """
    found, rulebook = plans.get(tx, plan), rules.current(tx)
    shipped: dict[str, Line] = {line.period: line for line in rules.office.reports}
    # Once the plan runs they are what its series are by now.
    newest = {one.report_line_id: one for one in store.of_plan(tx, found.id)}
    asked = [(one, _line(one, shipped, newest.get(one.id))) for one in store.lines(tx, found.id)]
    ended = {one.report_line_id for one in newest.values() if one.state != "active"}
    beside = [line.period for one, line in asked if line is not None and one.id not in ended]
    reports = {(one.line_id, one.period): one for one in store.reports(tx, plan)}
    return [
        {
            "period": stored.period,
            "code": line.code if line else None,
            "recipient": stored.recipient or (line.recipient if line else None),
            "phrase": stored.phrase,
            "send_by": line.send_by if line else None,
            "source": line.source if line else None,
            "windows": [
                _window(one, reports.get((stored.id, one.key)))
                for one in (
                    windows(line, found.year, rulebook.calendar, beside=beside) if line else ()
                )
                if stored.id not in ended
                or (stored.id, one.key) in reports
                or newest[stored.id].covers(one.send_by)
            ],
        }
        for stored, line in asked
    ]


def list_reports(
    tx: Transaction,
    plan: str | None = None,
    *,
    rules: Rules,
    at: datetime,
    is_open: bool = False,
) -> list[dict[str, Any]]:
    """Return the periodic reports that were opened, in the order of their dates.

    Args:
        tx: The transaction.
        plan: Its code; None is all active plans.
        rules: The cached rulebook.
        at: Now.
        is_open: Only those that are still to be sent.

    Raises:
        Unknown: there is no such plan.
    """
    if plan is not None:
        plans.get(tx, plan)
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    found = [one for one in store.reports(tx, plan) if not is_open or one.state == "assigned"]
    sent = _sendings(tx, [one.task_id for one in found if one.state == _SENT])
    return [_report(one, rulebook, sent.get(one.task_id), today=today) for one in found]


def _line(stored: StoredLine, shipped: Mapping[str, Line], running: Series | None) -> Line | None:
    if running is not None:
        return line_from_mapping(running.rule)
    return line_from_mapping(stored.rule) if stored.rule else shipped.get(stored.period)


def _beside(tx: Transaction, plan_id: str) -> list[recurrence.Period]:
    return [
        line_from_mapping(one.rule).period
        for one in store.of_plan(tx, plan_id)
        if one.report_line_id is not None and one.state == "active"
    ]


def _days(
    one: Series, year: int, rulebook: Rulebook, *, beside: Sequence[recurrence.Period]
) -> dict[str, date]:
    """Return when the occurrences of a series fall due by its rule."""
    if one.report_line_id is None:
        calendar = rulebook.calendar_of(one.lead_unit_id)
        rule = rule_from_mapping(one.rule)
        found = {each.key: each.due for each in recurrence.occurrences(rule, year, calendar)}
    else:
        line = line_from_mapping(one.rule)
        found = {
            each.key: each.send_by
            for each in windows(line, year, rulebook.calendar, beside=beside)
            if each.replaced_by is None
        }
    return {key: day for key, day in found.items() if one.covers(day)}


def _series(one: Series, rulebook: Rulebook) -> dict[str, Any]:
    is_report = one.report_line_id is not None
    rule = line_from_mapping(one.rule).send_by if is_report else None
    return {
        "code": one.code,
        "plan": one.plan_code,
        "number": one.number,
        "title": one.title,
        "kind": "report" if is_report else "task",
        "rule": rule or rule_to_text(rule_from_mapping(one.rule)),
        "lead": _unit(one.lead_unit_id, rulebook),
        "assignee": _person(one.assignee_id, rulebook),
        "from": one.from_on,
        "to": one.to_on,
        "state": one.state,
        "next": rulebook.calendar.local_date(one.next_at) if one.next_at else None,
    }


def _occurrence(one: Held, rulebook: Rulebook) -> dict[str, Any]:
    return {
        "occurrence": one.key,
        "code": one.code,
        "title": one.title,
        "state": one.state,
        "due": one.due_on,
        "lead": _unit(one.lead_unit_id, rulebook),
        "assignee": _person(one.assignee_id, rulebook),
    }


def _window(one: Window, stored: StoredReport | None) -> dict[str, Any]:
    return {
        "key": one.key,
        "from": one.first,
        "to": one.last,
        "send_by": stored.due_on if stored else one.send_by,
        "figures_to": stored.figures_to if stored else one.figures_to,
        "whole": stored.figures_to == one.last if stored else one.is_whole,
        "replaced_by": one.replaced_by,
        "code": stored.code if stored else None,
        "state": stored.state if stored else None,
    }


def _report(
    one: StoredReport, rulebook: Rulebook, sent: tuple[datetime, str | None] | None, *, today: date
) -> dict[str, Any]:
    calendar = rulebook.calendar_of(one.lead_unit_id)
    due = calendar.effective(one.due_on) if one.due_on else None
    sent_on = calendar.local_date(sent[0]) if sent else None
    judged = sent_on or today
    is_counted = due is not None and one.state != "waived"
    return {
        "code": one.code,
        "title": one.title,
        "period": one.period,
        "from": one.window_from,
        "to": one.window_to,
        "figures_to": one.figures_to,
        "whole": one.figures_to == one.window_to,
        "recipient": one.recipient,
        "lead": _unit(one.lead_unit_id, rulebook),
        "assignee": _person(one.assignee_id, rulebook),
        "state": one.state,
        "due": one.due_on,
        "effective_due": due,
        "late": bool(is_counted and due and judged > due),
        "late_working_days": calendar.count(due, judged) if is_counted and due else 0,
        "sent_on": sent_on,
        "number": sent[1] if sent else None,
    }


def _sendings(tx: Transaction, task_ids: Sequence[str]) -> dict[str, tuple[datetime, str | None]]:
    """Return when reports were sent, and under which number; the last time counts."""
    rows = tx.execute(
        select(history.c.task_id, history.c.at, history.c.decision)
        .where(history.c.task_id.in_(task_ids), history.c.trigger == "submit")
        .order_by(history.c.version)
    )
    return {row.task_id: (row.at, row.decision) for row in rows}


def _unit(unit_id: str | None, rulebook: Rulebook) -> str | None:
    found = rulebook.organisation.unit_by_id.get(unit_id or "")
    return found.code if found else None


def _person(person_id: str | None, rulebook: Rulebook) -> str | None:
    found = rulebook.organisation.person_by_id.get(person_id or "")
    return found.code if found else None
