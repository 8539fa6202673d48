"""What letters say of contributions: for which task one is, and what was contributed to a task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from engine.calendar import WorkingCalendar
from engine.notices import OwedPart, PartOf
from engine.organisation import Organisation
from engine.store import contributions
from engine.store.departures import Waiting
from engine.store.driver import Among, Prepared
from engine.store.record import task
from engine.store.session import Transaction

_PARENTS = Prepared(
    select(task.c.id, task.c.code, task.c.title, task.c.lead_unit_id, task.c.assignee_id,
           task.c.due_on).where(Among(task.c.id, "ids"))
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedParts:
    """By id: of each contribution the task it is for, of each task what was contributed to it."""

    of: Mapping[str, PartOf] = field(default_factory=dict)
    owed: Mapping[str, tuple[OwedPart, ...]] = field(default_factory=dict)


def quoted(
    tx: Transaction,
    held: Sequence[Waiting],
    *,
    organisation: Organisation,
    calendar: WorkingCalendar,
) -> QuotedParts:
    """Return what the notices of one message need; nothing is read where none is about it.

    Whoever verifies a task reads what units contributed and what was gone without.
    """
    asked = {one.task.id: one.task.parent_id for one in held if one.task.kind == "contribution"}
    judged = [
        one.task.id
        for one in held
        if one.notice.ladder == "verifier" and one.task.kind != "contribution"
    ]
    return QuotedParts(
        of=_of(tx, asked, organisation) if asked else {},
        owed=_owed(tx, judged, organisation, calendar) if judged else {},
    )


def _of(
    tx: Transaction, asked: Mapping[str, str | None], organisation: Organisation
) -> Mapping[str, PartOf]:
    units, people = organisation.unit_by_id, organisation.person_by_id
    rows = _PARENTS.rows(tx, {"ids": sorted({one for one in asked.values() if one})})
    found = {
        parent_id: PartOf(
            code=code,
            title=title,
            lead_unit=units[unit_id].name if unit_id in units else None,
            assignee=people[person_id].name if person_id in people else None,
            due_on=due_on,
        )
        for parent_id, code, title, unit_id, person_id, due_on in rows
    }
    return {one: found[parent] for one, parent in asked.items() if parent in found}


def _owed(
    tx: Transaction,
    tasks: Sequence[str],
    organisation: Organisation,
    calendar: WorkingCalendar,
) -> Mapping[str, tuple[OwedPart, ...]]:
    units = organisation.unit_by_id
    found: dict[str, tuple[OwedPart, ...]] = {}
    for one in contributions.parts(tx, tasks):
        delivered: date | None = None
        if one.reported_at is not None and one.state == "verified":
            delivered = calendar.local_date(one.reported_at)
        part = OwedPart(
            unit=units[one.unit_id].name if one.unit_id in units else one.code,
            state=one.state,
            delivered_on=delivered,
            note=one.note if one.state == "waived" else None,
        )
        found[one.parent_id] = (*found.get(one.parent_id, ()), part)
    return found
