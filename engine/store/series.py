"""Work that comes back as rows: series, their occurrences, what is skipped, and reports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, func, insert, select, update

from engine.ids import new_id
from engine.recurrence import PERIODS
from engine.store.driver import Prepared
from engine.store.plans import Plan
from engine.store.record import plan, report_line, task
from engine.store.session import Transaction
from engine.store.subjects import report, series, series_skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series; an edit ends it and begins another with the next number.

    Attributes:
        code: That of the item of the plan, or of the report line.
        rule: As `engine.recurrence` or `engine.report_lines` store it.
        from_on: Occurrences from this day on are its; None from the beginning.
        to_on: And through this day; None without an end.
        next_at: The slot in which its next occurrence is opened; None when none is to come.
    """

    id: str
    plan_id: str
    plan_code: str
    code: str
    number: int
    item_id: str | None
    report_line_id: str | None
    title: str
    rule: Mapping[str, Any]
    lead_unit_id: str | None
    assignee_id: str | None
    verifier_id: str | None
    from_on: date | None
    to_on: date | None
    state: str
    next_at: datetime | None

    @property
    def address(self) -> str:
        """The full address, `PLAN/CODE`."""
        return f"{self.plan_code}/{self.code}"

    def covers(self, day: date) -> bool:
        """Return whether an occurrence due on a day belongs to it."""
        return (self.from_on is None or self.from_on <= day) and (
            self.to_on is None or day <= self.to_on
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An occurrence that is there: the row of its task or report."""

    series_id: str
    task_id: str
    code: str
    key: str
    title: str
    state: str | None
    due_on: date | None
    original_due_on: date | None
    deadline: Mapping[str, Any] | None
    changed_at: datetime | None
    lead_unit_id: str | None
    assignee_id: str | None

    @property
    def is_granted(self) -> bool:
        """Whether it has a date of its own, that its series did not give it."""
        planned = (self.deadline or {}).get("due", ())
        return self.due_on is not None and self.due_on.isoformat() not in planned


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """An occurrence that is left out."""

    series_id: str
    key: str
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLine:
    """A report line of a plan; `rule` is None until its plan is activated, unless somebody set it.

    `phrase` is what the plan says of it, word for word.
    """

    id: str
    plan_id: str
    period: str
    recipient: str | None
    phrase: str
    rule: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReport:
    """What a periodic report covers, with the row of its clock."""

    task_id: str
    code: str
    title: str
    parent_id: str | None
    line_id: str
    period: str
    window_from: date
    window_to: date
    figures_to: date
    recipient: str | None
    state: str
    version: int
    due_on: date | None
    lead_unit_id: str | None
    assignee_id: str | None
    changed_at: datetime | None


_COLUMNS: Final = (
    series.c.id, series.c.plan_id, plan.c.code.label("plan_code"), series.c.code, series.c.number,
    series.c.item_id, series.c.report_line_id, series.c.title, series.c.rule,
    series.c.lead_unit_id, series.c.assignee_id, series.c.verifier_id, series.c.from_on,
    series.c.to_on, series.c.state, series.c.next_at,
)  # fmt: skip


def add(tx: Transaction, values: Mapping[str, Any], *, at: datetime) -> str:
    """Store a series and return its id; `rule`, `plan_id`, `code`, `number`, `title` and more."""
    identity = new_id()
    row = {"id": identity, "state": "active", "created_at": at, **values}
    tx.execute(insert(series).values(**row))
    return identity


def change(tx: Transaction, identity: str, **values: Any) -> None:
    """Change columns of a series."""
    tx.execute(update(series).where(series.c.id == identity).values(**values))


def of_plan(tx: Transaction, plan_id: str) -> list[Series]:
    """Return every series of a plan, ended ones too, by code and number."""
    wanted = _select().where(series.c.plan_id == plan_id)
    return _read(tx, wanted.order_by(series.c.code, series.c.number))


def listed(tx: Transaction, plan_code: str | None = None) -> list[Series]:
    """Return every series of a plan, or of all active plans, by code and number."""
    is_wanted = plan.c.state == "active" if plan_code is None else plan.c.code == plan_code
    wanted = _select().where(is_wanted)
    return _read(tx, wanted.order_by(plan.c.code, series.c.code, series.c.number))


def find(tx: Transaction, address: str) -> list[Series]:
    """Return the series an address means, `PLAN/CODE` or a bare code of the active plans.

    Several of one plan are its numbers, in order.
    """
    plan_code, _, code = address.rpartition("/")
    is_there = plan.c.code == plan_code if plan_code else plan.c.state == "active"
    wanted = _select().where(series.c.code == code, is_there)
    return _read(tx, wanted.order_by(plan.c.code, series.c.number))


def due(tx: Transaction, *, at: datetime) -> list[Series]:
    """Return series of active plans whose next occurrence is to be opened, for this writer alone.

    On PostgreSQL a second worker waits here until the first one has committed, and then finds what
    it has done; on SQLite the writing transaction itself keeps him out.
    """
    wanted = _select().where(series.c.next_at <= at, plan.c.state == "active")
    return _read(tx, wanted.order_by(series.c.id).with_for_update(of=series))


def due_ids(tx: Transaction, *, at: datetime) -> list[str]:
    """Return which those are; a look that locks nothing."""
    wanted = _select().where(series.c.next_at <= at, plan.c.state == "active")
    return [one.id for one in _read(tx, wanted.order_by(series.c.id))]


def address_of(tx: Transaction, series_id: str) -> str:
    """Return the address of a series."""
    (found,) = _read(tx, _select().where(series.c.id == series_id))
    return found.address


def is_due(tx: Transaction, *, at: datetime) -> bool:
    """Return whether an occurrence is to be opened; a look that locks nothing."""
    earliest = next_opening(tx)
    return earliest is not None and earliest <= at


_NEXT: Final = Prepared(
    select(func.min(series.c.next_at))
    .join(plan, plan.c.id == series.c.plan_id)
    .where(series.c.next_at.is_not(None), plan.c.state == "active")
)


def next_opening(tx: Transaction) -> datetime | None:
    """Return the earliest slot in which an occurrence is to be opened, None when in none."""
    found: datetime | None = _NEXT.rows(tx, {})[0][0]
    return found


def postpone(tx: Transaction, *, at: datetime, until: datetime) -> None:
    """Move every opening whose instant passed outside a slot to that slot."""
    tx.execute(update(series).where(series.c.next_at <= at).values(next_at=until))


def stop(tx: Transaction, plan_id: str) -> None:
    """Open nothing more of a plan."""
    tx.execute(update(series).where(series.c.plan_id == plan_id).values(next_at=None))


def held(tx: Transaction, series_ids: Sequence[str]) -> list[Held]:
    """Return the occurrences of series that are there, in the order of their dates."""
    same = [task.c[name] for name in Held.__slots__ if name not in ("task_id", "key")]
    columns = (task.c.id.label("task_id"), task.c.occurrence.label("key"), *same)
    rows = tx.execute(
        select(*columns)
        .where(task.c.series_id.in_(series_ids), task.c.occurrence.is_not(None))
        .order_by(task.c.original_due_on, task.c.code)
    )
    return [Held(**row._mapping) for row in rows]


def skips(tx: Transaction, series_ids: Sequence[str]) -> list[Skip]:
    """Return the occurrences of series that are left out."""
    rows = tx.execute(
        select(series_skip.c.series_id, series_skip.c.occurrence, series_skip.c.reason,
               series_skip.c.actor, series_skip.c.at)
        .where(series_skip.c.series_id.in_(series_ids))
        .order_by(series_skip.c.occurrence)
    )  # fmt: skip
    return [
        Skip(series_id=row.series_id, key=row.occurrence, reason=row.reason, actor=row.actor,
             at=row.at)
        for row in rows
    ]  # fmt: skip


def leave_out(
    tx: Transaction, series_id: str, key: str, *, reason: str, actor: str, at: datetime
) -> None:
    """Keep that an occurrence is left out."""
    tx.execute(
        insert(series_skip).values(
            series_id=series_id, occurrence=key, reason=reason, actor=actor, at=at
        )
    )


def bring_over(tx: Transaction, task_ids: Iterable[str], *, to: str) -> None:
    """Make occurrences those of another series."""
    ids = list(task_ids)
    if ids:
        tx.execute(update(task).where(task.c.id.in_(ids)).values(series_id=to))


def lines(tx: Transaction, plan_id: str) -> list[StoredLine]:
    """Return the report lines of a plan, the most frequent first."""
    columns = [report_line.c[name] for name in StoredLine.__slots__]
    rows = tx.execute(select(*columns).where(report_line.c.plan_id == plan_id))
    found = [StoredLine(**row._mapping) for row in rows]
    return sorted(found, key=lambda one: (*PERIODS, one.period).index(one.period))


def settle_line(tx: Transaction, line_id: str, rule: Mapping[str, Any]) -> None:
    """Keep the rule of a report line."""
    tx.execute(update(report_line).where(report_line.c.id == line_id).values(rule=rule))


def add_report(tx: Transaction, task_id: str, values: Mapping[str, Any]) -> None:
    """Store what a report covers."""
    tx.execute(insert(report).values(task_id=task_id, **values))


def change_report(tx: Transaction, task_id: str, **values: Any) -> None:
    """Change what a report covers."""
    tx.execute(update(report).where(report.c.task_id == task_id).values(**values))


def reports(tx: Transaction, plan_code: str | None = None) -> list[StoredReport]:
    """Return the reports of a plan, or of all active plans, in the order of their dates."""
    of_task = ("code", "title", "parent_id", "state", "version", "due_on", "lead_unit_id",
               "assignee_id", "changed_at")  # fmt: skip
    columns = [
        task.c[name] if name in of_task else report.c[name] for name in StoredReport.__slots__
    ]
    is_wanted = plan.c.state == "active" if plan_code is None else plan.c.code == plan_code
    rows = tx.execute(
        select(*columns)
        .join(task, task.c.id == report.c.task_id)
        .join(plan, plan.c.id == task.c.plan_id)
        .where(is_wanted)
        .order_by(plan.c.code, task.c.due_on, task.c.code)
    )
    return [StoredReport(**row._mapping) for row in rows]


def plan_of(tx: Transaction, plan_id: str) -> Plan:
    """Return the plan of a series."""
    columns = [plan.c[name] for name in Plan.__slots__]
    row = tx.execute(select(*columns).where(plan.c.id == plan_id)).one()
    return Plan(**row._mapping)


def _select() -> Select[Any]:
    return select(*_COLUMNS).join(plan, plan.c.id == series.c.plan_id)


def _read(tx: Transaction, wanted: Select[Any]) -> list[Series]:
    return [Series(**row._mapping) for row in tx.execute(wanted)]
