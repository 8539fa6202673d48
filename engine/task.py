"""A task as the rules see it, and where it stands in the official 2x2 table."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from engine.calendar import WorkingCalendar
from engine.holds import Hold
from engine.organisation import Answerable, LeadSide
from engine.pauses import Pause, moved

Cell = Literal["completed_on_time", "completed_late", "open_within_term", "open_overdue"]

#: States in which the verifier, not the unit, holds the task.
_JUDGED_BY_REPORT = ("reported", "verified")
OPEN = ("assigned", "in_progress", "reported")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A row with a state and a clock; dates are local, instants are UTC.

    An item of a plan, or another subject: a contribution, an obstacle, an extension or a periodic
    report (`kind`), whose `parent_id` is the task it is about.
    """

    id: str
    plan_id: str
    plan_code: str
    code: str
    kind: str
    title: str
    workflow: str
    workflow_version: int
    state: str | None
    version: int
    lead_unit_id: str | None
    assignee_id: str | None
    verifier_id: str | None
    due_on: date | None
    original_due_on: date | None
    deadline_version: int
    arming: int
    running_since: datetime | None
    report_count: int
    reported_at: datetime | None
    reported_by_id: str | None
    reported_for_id: str | None
    is_urgent: bool
    evidence_optional: bool
    next_at: datetime | None
    coordinating_ids: tuple[str, ...] = ()
    parent_id: str | None = None
    field: str = ""
    leader_id: str | None = None
    pauses: tuple[Pause, ...] = ()
    holds: tuple[Hold, ...] = ()
    lead_side: LeadSide | None = None

    @property
    def address(self) -> str:
        """The full address, `PLAN/CODE`."""
        return f"{self.plan_code}/{self.code}"

    @property
    def answerable(self) -> Answerable:
        """Who answers for it."""
        return Answerable(
            lead_unit_id=self.lead_unit_id,
            assignee_id=self.assignee_id,
            verifier_id=self.verifier_id,
            coordinating_ids=self.coordinating_ids,
            field=self.field,
            leader_id=self.leader_id,
            lead_side=self.lead_side,
            reported_by_ids=self._reporters(),
        )

    def _reporters(self) -> tuple[str, ...]:
        """Return who made the report that waits for the verifier, and for whom."""
        if self.state != "reported":
            return ()
        people = dict.fromkeys((self.reported_by_id, self.reported_for_id))
        return tuple(person for person in people if person is not None)

    def effective_due(self, calendar: WorkingCalendar) -> date | None:
        """Return the due date rolled off a day off, then moved by pauses; None where none is."""
        if self.due_on is None:
            return None
        due = calendar.effective(self.due_on)
        if not self.pauses:
            return due
        return moved(due, self.pauses, calendar, deadline_version=self.deadline_version)


def judged_on(
    state: str | None, reported_at: datetime | None, calendar: WorkingCalendar, *, today: date
) -> date:
    """Return the day by which lateness is judged.

    The day of the last report while reported or verified, else today: verification may come after
    the deadline without making the work late (QĐ 42/2014/QĐ-TTg).
    """
    if state in _JUDGED_BY_REPORT and reported_at is not None:
        return calendar.local_date(reported_at)
    return today


def is_late(effective_due: date | None, judged: date) -> bool:
    """Return whether a day lies after the effective due date; due today is not late."""
    return effective_due is not None and judged > effective_due


def overdue_working_days(
    effective_due: date | None, judged: date, calendar: WorkingCalendar
) -> int:
    """Return working days after the effective due date; may be 0 although late, over a weekend."""
    return calendar.count(effective_due, judged) if effective_due is not None else 0


def cell(state: str | None, effective_due: date | None, judged: date) -> Cell | None:
    """Return the task's cell of the 2x2, None for standing, cancelled and unstarted rows.

    Args:
        state: Of the task.
        effective_due: The effective due date it is held against: the current or the original one.
        judged: As `judged_on` says.

    Source:
        QĐ 42/2014/QĐ-TTg as amended by QĐ 23/2018/QĐ-TTg.
    """
    if effective_due is None or (state not in OPEN and state != "verified"):
        return None
    late = is_late(effective_due, judged)
    if state == "verified":
        return "completed_late" if late else "completed_on_time"
    return "open_overdue" if late else "open_within_term"
