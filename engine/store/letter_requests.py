"""What a letter says of requests: those it is about, and obstacles that its tasks still have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import and_, select

from engine.calendar import WorkingCalendar
from engine.notices import QuotedObstacle, Requested
from engine.organisation import Organisation
from engine.store import requests
from engine.store.departures import Waiting
from engine.store.driver import Among, Prepared
from engine.store.record import task
from engine.store.requests import Stored
from engine.store.session import Transaction
from engine.store.subjects import obstacle
from engine.store.tasks import from_facts, select_tasks
from engine.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Requests by their own id with the task each is about, and open obstacles by task."""

    about: Mapping[str, Task] = field(default_factory=dict)
    requests: Mapping[str, Requested] = field(default_factory=dict)
    obstacles: Mapping[str, tuple[QuotedObstacle, ...]] = field(default_factory=dict)

    def task_of(self, one: Task) -> Task:
        """Return the task that a request is about; anything else is about itself."""
        return self.about.get(one.id, one)


_PARENTS: Final = Prepared(select_tasks().where(Among(task.c.id, "ids")))
_OBSTACLES: Final = Prepared(
    select(task.c.parent_id, obstacle.c.reason, task.c.assigned_at)
    .join(obstacle, obstacle.c.task_id == task.c.id)
    .where(Among(task.c.parent_id, "ids"), and_(task.c.state == "raised"))
    .order_by(task.c.assigned_at, task.c.id)
)


def asked(
    tx: Transaction,
    held: Sequence[Waiting],
    *,
    organisation: Organisation,
    calendar: WorkingCalendar,
) -> Asked:
    """Return what is asked in and around the tasks of a letter; nothing is read where nothing is.

    Args:
        tx: The transaction.
        held: The notices of the letter.
        organisation: Whose names are written.
        calendar: The office's.
    """
    about = {one.task.id: one.task for one in held if one.task.kind in requests.KINDS}
    urged = sorted({one.task.id for one in held if one.notice.kind == "escalation"} - set(about))
    if not about:
        return Asked(obstacles=_obstacles(tx, urged, calendar))
    rows = _PARENTS.rows(tx, {"ids": sorted({one.parent_id or "" for one in about.values()})})
    parents = {one.id: one for one in map(from_facts, rows)}
    stored = requests.by_ids(tx, about)
    granted = {one.about: requests.granted_so_far(tx, one.about) for one in stored}
    return Asked(
        about={each: parents[one.parent_id or ""] for each, one in about.items()},
        requests={
            one.id: _requested(one, organisation, calendar, granted=granted[one.about])
            for one in stored
        },
        obstacles=_obstacles(tx, urged, calendar),
    )


def _obstacles(
    tx: Transaction, ids: Sequence[str], calendar: WorkingCalendar
) -> Mapping[str, tuple[QuotedObstacle, ...]]:
    found: dict[str, tuple[QuotedObstacle, ...]] = {}
    if ids:
        for about, reason, at in _OBSTACLES.rows(tx, {"ids": list(ids)}):
            one = QuotedObstacle(reason=reason, on=calendar.local_date(at))
            found[about] = (*found.get(about, ()), one)
    return found


def _requested(
    one: Stored, organisation: Organisation, calendar: WorkingCalendar, *, granted: int
) -> Requested:
    says: Mapping[str, Any] = one.says
    by = organisation.person_by_code.get(one.asked_by)
    first, last = says.get("pause_from"), says.get("pause_to")
    return Requested(
        kind=one.kind,
        asked_on=calendar.local_date(one.asked_at),
        asked_by=by.name if by else one.asked_by,
        reason=says["reason"],
        category=says.get("category") or "",
        wanted=says.get("wanted"),
        due_asked=says.get("due_asked"),
        overdue_working_days=says.get("overdue_days") or 0,
        granted_before=granted,
        answer=says["answer"],
        pause=(first, last) if first is not None and last is not None else None,
    )
