"""What falls due when, for calendars: of a person, or of a unit as far as somebody may see it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.store import tasks
from engine.store.record import task
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.visible import visible_to
from engine.task import Task

#: What a calendar keeps of the past, and how much it holds at all.
PAST = timedelta(days=400)
MOST = 5_000
_KINDS = ("task", "recurring", "contribution", "report")
_DONE = ("verified", "submitted", "waived")


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDate:
    """One day on which something is due.

    Attributes:
        id: Of the task; it stays through every change.
        day: The local day by which it is good, off days off and pauses in.
        number: Which date it is: counts up whenever it is set anew.
        standing: `open`, `done` or `cancelled`.
        changed_at: When anything of it changed last.
    """

    id: str
    address: str
    title: str
    state: str
    day: date
    number: int
    standing: str
    changed_at: datetime


def due_dates(
    tx: Transaction, *, person_id: str, unit_id: str | None, rules: Rules, at: datetime
) -> list[DueDate]:
    """Return what a person does himself, or what a unit leads, by the day on which it is due.

    Args:
        tx: The transaction.
        person_id: Whose calendar it is: he sees what he may see today, and nothing else.
        unit_id: The unit; None for his own tasks.
        rules: The rulebook's keeper.
        at: Now.
    """
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    whose = task.c.assignee_id == person_id if unit_id is None else task.c.lead_unit_id == unit_id
    seen = visible_to(tx, rulebook.organisation, [person_id], on=today)
    rows = tx.execute(
        tasks.select_tasks()
        .add_columns(task.c.changed_at, task.c.assigned_at)
        .where(whose, seen, task.c.kind.in_(_KINDS), task.c.due_on >= today - PAST,
               task.c.state.is_not(None))
        .order_by(task.c.due_on, task.c.id)
        .limit(MOST)
    ).all()  # fmt: skip
    found = []
    for one, row in zip(tasks.from_rows(tx, rows), rows, strict=True):
        day = rulebook.effective_due(one)
        if day is not None:
            found.append(_due_date(one, day, row.changed_at or row.assigned_at or at))
    return found


def _due_date(one: Task, day: date, changed_at: datetime) -> DueDate:
    state = one.state or ""
    standing = "cancelled" if state == "cancelled" else "done" if state in _DONE else "open"
    return DueDate(
        id=one.id,
        address=one.address,
        title=one.title,
        state=state,
        day=day,
        number=one.deadline_version,
        standing=standing,
        changed_at=changed_at,
    )
