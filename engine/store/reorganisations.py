"""Changes of the organisation: those decided for a later day, and the rows each of them moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from engine.ids import new_id
from engine.store import subjects
from engine.store.record import contribution, plan, task
from engine.store.session import Transaction
from engine.store.tables import charge, position, reorganisation, unit, unit_calendar, unit_name

_ONE_DAY = timedelta(days=1)
#: Rows written by one statement.
_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A change of the organisation as it was decided.

    Attributes:
        begins_at: Local midnight of its day.
    """

    id: str
    kind: str
    effective_on: date
    decision: str
    note: str
    content: Mapping[str, Any]
    state: str
    actor: str
    on_behalf_of: str | None
    created_at: datetime
    done_at: datetime | None

    @property
    def begins_at(self) -> datetime:
        """The instant at which it takes effect."""
        return datetime.fromisoformat(self.content["begins_at"])


_STORED = select(*(reorganisation.c[one.name] for one in fields(Stored)))


def insert_change(tx: Transaction, values: Mapping[str, Any]) -> str:
    """Store a change and return its id."""
    identity = new_id()
    tx.execute(insert(reorganisation).values(id=identity, **values))
    return identity


def set_change(tx: Transaction, identity: str, **values: Any) -> None:
    """Set columns of a change."""
    tx.execute(update(reorganisation).where(reorganisation.c.id == identity).values(**values))


def changes(tx: Transaction) -> list[Stored]:
    """Return every change, the one decided last at the end."""
    rows = tx.execute(_STORED.order_by(reorganisation.c.created_at, reorganisation.c.id))
    return [Stored(**row._mapping) for row in rows]


def planned(tx: Transaction, *, until: date | None = None) -> list[Stored]:
    """Return what waits for its day, through a day, in the order in which it is carried out."""
    wanted = _STORED.where(reorganisation.c.state == "planned")
    if until is not None:
        wanted = wanted.where(reorganisation.c.effective_on <= until)
    order = (reorganisation.c.effective_on, reorganisation.c.created_at, reorganisation.c.id)
    return [Stored(**row._mapping) for row in tx.execute(wanted.order_by(*order))]


def next_day(tx: Transaction) -> date | None:
    """Return the earliest day for which a change waits."""
    earliest: date | None = tx.execute(
        select(func.min(reorganisation.c.effective_on)).where(reorganisation.c.state == "planned")
    ).scalar_one()
    return earliest


def next_wake(tx: Transaction) -> datetime | None:
    """Return the earliest instant at which a change is to be carried out."""
    return min((one.begins_at for one in planned(tx)), default=None)


def heirs(tx: Transaction) -> Mapping[str, tuple[str, ...]]:
    """Return by code of a unit that ended the codes of those that took over."""
    rows = tx.execute(select(reorganisation.c.content).where(reorganisation.c.state == "done"))
    found: dict[str, tuple[str, ...]] = {}
    for (content,) in rows:
        for code in content["ends"]:
            found[code] = tuple(one["code"] for one in content["heirs"])
    return found


def end_unit(tx: Transaction, unit_id: str, *, last: date) -> None:
    """Let a unit end with a local day; it follows no plan any more."""
    tx.execute(update(unit).where(unit.c.id == unit_id).values(valid_to=last, is_monitor=False))


def remember_name(tx: Transaction, unit_id: str, name: str, *, last: date) -> None:
    """Keep what a unit was called through a local day."""
    earlier: date | None = tx.execute(
        select(func.max(unit_name.c.to_on)).where(unit_name.c.unit_id == unit_id)
    ).scalar_one()
    begins = earlier + _ONE_DAY if earlier is not None else None
    tx.execute(
        insert(unit_name).values(
            id=new_id(), unit_id=unit_id, name=name, from_on=begins, to_on=last
        )
    )


def adopt(tx: Transaction, parents: Mapping[str, str]) -> None:
    """Give units another parent, by ids."""
    for child, parent in parents.items():
        tx.execute(update(unit).where(unit.c.id == child).values(parent_id=parent))


def positions_in(tx: Transaction, unit_ids: Sequence[str], *, since: date) -> list[Any]:
    """Return the positions in units that are held on a day or later, in order of making."""
    rows = tx.execute(
        select(position)
        .where(position.c.unit_id.in_(unit_ids))
        .where(or_(position.c.to_on.is_(None), position.c.to_on >= since))
        .order_by(position.c.id)
    )
    return list(rows)


def drop_position(tx: Transaction, identity: str) -> None:
    """Remove a position that was to begin after its unit has ended."""
    tx.execute(position.delete().where(position.c.id == identity))


def charges_of(tx: Transaction, unit_ids: Sequence[str], *, since: date) -> list[Any]:
    """Return what leaders are in charge of in units on a day or later."""
    rows = tx.execute(
        select(charge)
        .where(charge.c.unit_id.in_(unit_ids))
        .where(or_(charge.c.to_on.is_(None), charge.c.to_on >= since))
        .order_by(charge.c.created_at, charge.c.id)
    )
    return list(rows)


def move_charge(tx: Transaction, row: Any, unit_ids: Sequence[str], *, since: date) -> None:
    """Let a leader be in charge of other units in place of one, from a day on."""
    if row.from_on is None or row.from_on < since:
        last = since - _ONE_DAY
        tx.execute(update(charge).where(charge.c.id == row.id).values(to_on=last))
        begins: date | None = since
    else:
        tx.execute(charge.delete().where(charge.c.id == row.id))
        begins = row.from_on
    kept = {**row._mapping, "from_on": begins}
    for unit_id in unit_ids:
        tx.execute(insert(charge).values({**kept, "id": new_id(), "unit_id": unit_id}))


def with_calendars(tx: Transaction, unit_ids: Sequence[str]) -> list[str]:
    """Return the units that work by a calendar of their own."""
    wanted = select(unit_calendar.c.unit_id).where(unit_calendar.c.unit_id.in_(unit_ids))
    return list(tx.execute(wanted).scalars())


def drafted(tx: Transaction, unit_ids: Sequence[str]) -> list[Any]:
    """Return the rows without a state that units lead: items of drafts, and headings."""
    columns = (task.c.id, task.c.code, task.c.field, task.c.lead_unit_id, task.c.assignee_id,
               plan.c.id.label("plan_id"), plan.c.code.label("plan_code"))  # fmt: skip
    rows = tx.execute(
        select(*columns)
        .join(plan, plan.c.id == task.c.plan_id)
        .where(task.c.lead_unit_id.in_(unit_ids), task.c.state.is_(None))
        .where(plan.c.state != "closed")
        .order_by(plan.c.code, task.c.ordinal)
    )
    return list(rows)


def set_leads(tx: Transaction, leads: Mapping[str, str | None]) -> None:
    """Give rows of `task` other lead units, by ids."""
    for unit_id, ids in _grouped(leads).items():
        for some in _portions(ids):
            tx.execute(update(task).where(task.c.id.in_(some)).values(lead_unit_id=unit_id))


_CONTRIBUTIONS = (
    select(contribution.c.id, contribution.c.task_id, contribution.c.name, contribution.c.unit_id,
           contribution.c.subject_id, task.c.code, task.c.field, task.c.lead_unit_id,
           task.c.state, task.c.workflow, task.c.workflow_version,
           plan.c.code.label("plan_code"))
    .join(task, task.c.id == contribution.c.task_id)
    .join(plan, plan.c.id == task.c.plan_id)
    .where(contribution.c.unit_id.is_not(None), plan.c.state != "closed")
    .order_by(plan.c.code, task.c.ordinal, contribution.c.ordinal)
)  # fmt: skip


def contributions_of(tx: Transaction, unit_ids: Sequence[str]) -> list[Any]:
    """Return what units contribute to in plans that are not closed, with the state of the task."""
    return list(tx.execute(_CONTRIBUTIONS.where(contribution.c.unit_id.in_(unit_ids))))


def contributions_to(tx: Transaction, task_ids: Sequence[str]) -> list[Any]:
    """Return what is contributed to tasks by units of the agency, in the shape of the above."""
    found: list[Any] = []
    for some in _portions(task_ids):
        found += tx.execute(_CONTRIBUTIONS.where(contribution.c.task_id.in_(some)))
    return found


def set_contribution(tx: Transaction, identity: str, **values: Any) -> None:
    """Set columns of a contribution."""
    tx.execute(update(contribution).where(contribution.c.id == identity).values(**values))


def drop_contribution(tx: Transaction, identity: str) -> None:
    """Take a contribution from its task."""
    tx.execute(contribution.delete().where(contribution.c.id == identity))


def series_of(tx: Transaction, unit_ids: Sequence[str]) -> list[Any]:
    """Return the work that comes back and is led by units, where it still goes on."""
    series = subjects.series
    columns = (series.c.id, series.c.code, series.c.lead_unit_id, series.c.assignee_id,
               plan.c.code.label("plan_code"))  # fmt: skip
    rows = tx.execute(
        select(*columns)
        .join(plan, plan.c.id == series.c.plan_id)
        .where(series.c.lead_unit_id.in_(unit_ids), series.c.state == "active")
        .where(plan.c.state != "closed")
        .order_by(plan.c.code, series.c.code, series.c.number)
    )
    return list(rows)


def set_series(tx: Transaction, identity: str, **values: Any) -> None:
    """Set columns of work that comes back."""
    tx.execute(update(subjects.series).where(subjects.series.c.id == identity).values(**values))


def _grouped(leads: Mapping[str, str | None]) -> Mapping[str | None, list[str]]:
    found: dict[str | None, list[str]] = {}
    for identity, unit_id in leads.items():
        found.setdefault(unit_id, []).append(identity)
    return found


def _portions(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + _MOST] for start in range(0, len(ids), _MOST)]
