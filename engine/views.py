"""One line about a task, derived from the row, the calendar and who holds what today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.holds import holds_stored
from engine.rulebook import Rulebook
from engine.task import Task, cell, is_late, judged_on, overdue_working_days


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """One line of a list; dates are local.

    `working_days_left` is negative after the effective due date, None without one; `progress` is
    (done, of how many) for a heading. `cell_against_original` judges by the first due
    date, and `slippage_working_days` counts from it to the present one, both effective;
    `extensions` counts those that were granted.
    """

    code: str
    address: str
    plan: str
    parent: str | None
    section: str
    kind: str
    title: str
    state: str | None
    lead: str | None
    assignee: str | None
    verifier: str | None
    due: date | None
    original_due: date | None
    effective_due: date | None
    overdue_working_days: int
    working_days_left: int | None
    cell: str | None
    cell_against_original: str | None
    version: int
    is_urgent: bool
    progress: tuple[int, int] | None = None
    next_at: datetime | None = None
    is_dropped: bool = False
    extensions: int = 0
    slippage_working_days: int | None = None


def view(
    task: Task,
    *,
    rulebook: Rulebook,
    today: date,
    section: str,
    parent: str | None,
    progress: tuple[int, int] | None,
) -> TaskView:
    """Return the line about a task as of a local day."""
    return TaskView(
        code=task.code,
        address=task.address,
        plan=task.plan_code,
        parent=parent,
        section=section,
        kind=task.kind,
        title=task.title,
        state=task.state,
        due=task.due_on,
        original_due=task.original_due_on,
        version=task.version,
        is_urgent=task.is_urgent,
        progress=progress,
        next_at=task.next_at,
        **_people(task, rulebook, today=today),
        **_lateness(task, rulebook, today=today),
    )


def promises(task: Task, rulebook: Rulebook, *, today: date) -> list[dict[str, Any]]:
    """Return what was promised of a task, oldest first, and what has become of each promise.

    `outcome` is `open`, `kept`, `broken`, or `replaced` where the task has another date by now or
    was cancelled.
    """
    judged = judged_on(task.state, task.reported_at, rulebook.calendar, today=today)
    is_done = task.state in ("reported", "verified")
    found = []
    for hold, stored in zip(task.holds, holds_stored(task.holds), strict=True):
        outcome = "kept" if is_done else "open"
        if hold.arming != task.arming or task.state == "cancelled":
            outcome = "replaced"
        elif judged > hold.through:
            outcome = "broken"
        found.append({**stored, "outcome": outcome})
    return found


def _people(task: Task, rulebook: Rulebook, *, today: date) -> Mapping[str, Any]:
    organisation = rulebook.organisation
    verifier = organisation.verifier(task.answerable, today) if task.lead_unit_id else None
    unit = organisation.unit_by_id.get(task.lead_unit_id or "")
    people = organisation.person_by_id
    assignee, judge = people.get(task.assignee_id or ""), people.get(verifier or "")
    return {
        "lead": unit.code if unit else None,
        "assignee": assignee.code if assignee else None,
        "verifier": judge.code if judge else None,
    }


def _lateness(task: Task, rulebook: Rulebook, *, today: date) -> Mapping[str, Any]:
    calendar = rulebook.calendar_of(task.lead_unit_id)
    judged = judged_on(task.state, task.reported_at, calendar, today=today)
    effective = task.effective_due(calendar)
    original = calendar.effective(task.original_due_on) if task.original_due_on else None
    late = is_late(effective, judged) and task.state != "cancelled"
    return {
        "effective_due": effective,
        "overdue_working_days": overdue_working_days(effective, judged, calendar) if late else 0,
        "working_days_left": calendar.signed_count(today, effective) if effective else None,
        "cell": cell(task.state, effective, judged),
        "cell_against_original": cell(task.state, original, judged),
        "slippage_working_days": (
            calendar.signed_count(original, effective) if original and effective else None
        ),
    }
