"""Plans and their items as rows, before and after activation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, bindparam, cast, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.errors import Conflict, Invalid, Unknown
from engine.ids import new_id
from engine.spelling import nearest, searchable
from engine.store.driver import Among
from engine.store.record import PLAN_KINDS, contribution, plan, plan_version, report_line, task
from engine.store.session import Transaction

#: Contributing units from here on are none of the plan's: somebody asked them.
BESIDE_PLAN = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan's own facts."""

    id: str
    code: str
    year: int
    title: str
    state: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A row of a plan as the office works on it; names stay text until they are found.

    `intake` holds what was read and not yet decided: names as written, what is missing, near
    duplicates, remarks and the place in the file.
    """

    id: str
    code: str
    parent_id: str | None
    ordinal: int
    section: str
    field: str
    kind: str
    title: str
    output: str | None
    citations: Sequence[Mapping[str, Any]]
    deadline: Mapping[str, Any] | None
    intake: Mapping[str, Any]
    decision: str | None
    is_urgent: bool
    evidence_optional: bool
    lead_unit_id: str | None
    assignee_id: str | None
    verifier_id: str | None
    state: str | None
    version: int
    due_on: date | None

    @property
    def due(self) -> tuple[date, ...]:
        """The last permitted days that the deadline names, in order."""
        return tuple(date.fromisoformat(day) for day in (self.deadline or {}).get("due", ()))

    @property
    def is_dropped(self) -> bool:
        """Whether the office decided that the item is not followed."""
        return self.decision == "drop"


_ITEM = (
    task.c.id, task.c.code, task.c.parent_id, task.c.ordinal, task.c.section, task.c.field,
    task.c.kind, task.c.title, task.c.output, task.c.citations, task.c.deadline, task.c.intake,
    task.c.decision, task.c.is_urgent, task.c.evidence_optional, task.c.lead_unit_id,
    task.c.assignee_id, task.c.verifier_id, task.c.state, task.c.version, task.c.due_on,
)  # fmt: skip


def find(tx: Transaction, code: str, *, for_change: bool = False) -> Plan | None:
    """Return a plan by code; `for_change` keeps others from changing it until the end."""
    columns = (plan.c.id, plan.c.code, plan.c.year, plan.c.title, plan.c.state, plan.c.version)
    wanted = select(*columns).where(plan.c.code == code)
    # On SQLite the writing transaction itself keeps everybody else out.
    row = tx.execute(wanted.with_for_update() if for_change else wanted).first()
    return Plan(**row._mapping) if row else None


def get(tx: Transaction, code: str, *, for_change: bool = False) -> Plan:
    """Return a plan by code; `for_change` keeps others from changing it until the end.

    Raises:
        Unknown: there is none.
    """
    found = find(tx, code, for_change=for_change)
    if found is None:
        codes = tx.execute(select(plan.c.code)).scalars()
        raise Unknown(what="plan", name=code, hint=nearest(code, codes))
    return found


def require_active(one: Plan) -> None:
    """Refuse what is done to active plans only.

    Raises:
        Invalid: the plan is a draft, or closed.
    """
    if one.state != "active":
        raise Invalid(field="plan", problem=f"{one.code} is {one.state}, not active")


def items(tx: Transaction, plan_id: str) -> list[Item]:
    """Return the items of a plan in document order."""
    rows = tx.execute(
        select(*_ITEM)
        .where(task.c.plan_id == plan_id, task.c.kind.in_(PLAN_KINDS))
        .order_by(task.c.ordinal)
    )
    return [Item(**row._mapping) for row in rows]


def codes(tx: Transaction, plan_id: str) -> frozenset[str]:
    """Return every code of a plan that is taken, by whatever has one."""
    return frozenset(tx.execute(select(task.c.code).where(task.c.plan_id == plan_id)).scalars())


def insert_plan(tx: Transaction, values: Mapping[str, Any]) -> str:
    """Store a new plan as a draft and return its id.

    Raises:
        Conflict: somebody else stored a plan of that code meanwhile.
    """
    plan_id = new_id()
    try:
        with tx.begin_nested():
            tx.execute(insert(plan).values(id=plan_id, state="draft", version=1, **values))
    except IntegrityError as error:
        code = str(values["code"])
        raise Conflict(what=code, expected="no such plan", found="one just imported") from error
    return plan_id


def update_plan(tx: Transaction, plan_id: str, **values: Any) -> None:
    """Change columns of a plan."""
    tx.execute(update(plan).where(plan.c.id == plan_id).values(**values))


def insert_items(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new items; every row has the same keys, parents stand before their children."""
    if rows:
        tx.execute(insert(task), list(rows))


def update_items(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change items by id; every row has `id` and the same other keys."""
    if not rows:
        return
    if "title" in rows[0]:
        rows = [{**row, "folded": searchable(f"{row['code']} {row['title']}")} for row in rows]
    names = [name for name in rows[0] if name != "id"]
    statement = (
        update(task)
        .where(task.c.id == bindparam("item_id"))
        .values({name: bindparam(f"new_{name}") for name in names})
    )
    tx.execute(
        statement,
        [{"item_id": row["id"], **{f"new_{name}": row[name] for name in names}} for row in rows],
    )


def set_contributions(
    tx: Transaction, units: Mapping[str, Sequence[tuple[str, str | None]]]
) -> None:
    """Set the contributing units of items: (name as written, unit id if it is one of ours)."""
    if not units:
        return
    # What was asked of a unit goes on, whatever the plan now says of it.
    asked = contributions_asked(tx, list(units))
    gone = delete(contribution).where(contribution.c.task_id == bindparam("item_id"))
    tx.execute(gone, [{"item_id": task_id} for task_id in units])
    rows = [
        {"id": new_id(), "task_id": task_id, "ordinal": ordinal, "name": name, "unit_id": unit_id,
         "subject_id": asked.get(task_id, {}).pop(unit_id, (None, name))[0]}
        for task_id, ones in units.items()
        for ordinal, (name, unit_id) in enumerate(ones, start=1)
    ]  # fmt: skip
    rows += [
        {"id": new_id(), "task_id": task_id, "ordinal": ordinal, "name": name, "unit_id": unit_id,
         "subject_id": subject_id}
        for task_id, ones in asked.items()
        for ordinal, (unit_id, (subject_id, name)) in enumerate(ones.items(), start=BESIDE_PLAN)
    ]  # fmt: skip
    if rows:
        tx.execute(insert(contribution), rows)


def contributions_asked(
    tx: Transaction, task_ids: Sequence[str]
) -> dict[str, dict[str | None, tuple[str | None, str]]]:
    """Return what was asked for tasks: per task and unit, the subject's id and the unit's name."""
    columns = (contribution.c.task_id, contribution.c.unit_id, contribution.c.subject_id,
               contribution.c.name)  # fmt: skip
    is_asked = (contribution.c.subject_id.is_not(None), Among(contribution.c.task_id, "ids"))
    found: dict[str, dict[str | None, tuple[str | None, str]]] = {}
    for task_id, unit_id, subject_id, name in tx.execute(
        select(*columns).where(*is_asked).order_by(contribution.c.ordinal), {"ids": list(task_ids)}
    ):
        found.setdefault(task_id, {})[unit_id] = (subject_id, name)
    return found


def replace_contributions(
    tx: Transaction, task_id: str, units: Iterable[tuple[str, str | None]]
) -> None:
    """Set the contributing units of one item."""
    set_contributions(tx, {task_id: tuple(units)})


def report_lines(tx: Transaction, plan_id: str) -> list[Mapping[str, Any]]:
    """Return the periodic reports a plan asks for."""
    rows = tx.execute(
        select(report_line.c.period, report_line.c.recipient, report_line.c.phrase).where(
            report_line.c.plan_id == plan_id
        )
    )
    return [dict(row._mapping) for row in rows]


def head(tx: Transaction, plan_id: str) -> Mapping[str, Any]:
    """Return what stands at the head and the foot of the document of a plan."""
    names = ("title", "issuer", "number", "issued_on", "signer", "citations", "bases", "targets")
    row = tx.execute(select(*(plan.c[name] for name in names)).where(plan.c.id == plan_id)).one()
    return dict(row._mapping)


def replace_report_lines(tx: Transaction, plan_id: str, lines: Iterable[Mapping[str, Any]]) -> None:
    """Set the report lines of a plan that is no more than a draft; rules that were set stay."""
    of_plan = report_line.c.plan_id == plan_id
    rows = tx.execute(
        select(report_line.c.period, report_line.c.rule).where(
            of_plan, report_line.c.rule.is_not(None)
        )
    )
    rules = {row.period: row.rule for row in rows}
    tx.execute(delete(report_line).where(of_plan))
    insert_report_lines(tx, plan_id, lines)
    for period, rule in rules.items():
        same = (of_plan, report_line.c.period == period)
        tx.execute(update(report_line).where(*same).values(rule=rule))


def insert_report_lines(tx: Transaction, plan_id: str, lines: Iterable[Mapping[str, Any]]) -> None:
    """Store the report lines of a new plan."""
    rows = [{"id": new_id(), "plan_id": plan_id, **line} for line in lines]
    if rows:
        tx.execute(insert(report_line), rows)


def insert_version(
    tx: Transaction,
    plan_id: str,
    *,
    actor: str,
    at: datetime,
    **values: Any,
) -> None:
    """Remember a plan as it stands (`number`, `note`, `source_name`, `digest`, `content` ...)."""
    tx.execute(
        insert(plan_version).values(
            id=new_id(), plan_id=plan_id, actor=actor, created_at=at, **values
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What is known of one version of a plan, beside its content.

    `has_content` is false for the document as taken in, and for what older programs kept.
    """

    number: int
    note: str
    source_name: str
    digest: str
    created_at: datetime
    actor: str
    decision: str | None
    decided_on: date | None
    has_content: bool


_VERSION = tuple(plan_version.c[one] for one in Version.__slots__ if one != "has_content")
#: What was put in as None is a null of JSON on one database and none on the other.
_HAS_CONTENT = (
    plan_version.c.content.is_not(None) & (cast(plan_version.c.content, Text) != "null")
).label("has_content")


def versions(tx: Transaction, plan_id: str) -> list[Version]:
    """Return the versions of a plan, oldest first; 0 is the document as it was taken in."""
    rows = tx.execute(
        select(*_VERSION, _HAS_CONTENT)
        .where(plan_version.c.plan_id == plan_id)
        .order_by(plan_version.c.number)
    )
    return [Version(**row._mapping) for row in rows]


def version_content(tx: Transaction, plan_id: str, number: int) -> Mapping[str, Any] | None:
    """Return the whole plan as a version kept it, None where there is none or it kept none."""
    found: Mapping[str, Any] | None = tx.execute(
        select(plan_version.c.content).where(
            plan_version.c.plan_id == plan_id, plan_version.c.number == number
        )
    ).scalar_one_or_none()
    return found


def contributions(
    tx: Transaction, plan_id: str
) -> Mapping[str, tuple[tuple[str, str | None], ...]]:
    """Return the contributing units that a plan names for its items: (name as written, unit id)."""
    rows = tx.execute(
        select(contribution.c.task_id, contribution.c.name, contribution.c.unit_id)
        .join(task, task.c.id == contribution.c.task_id)
        .where(task.c.plan_id == plan_id, contribution.c.ordinal < BESIDE_PLAN)
        .order_by(contribution.c.task_id, contribution.c.ordinal)
    )
    found: dict[str, list[tuple[str, str | None]]] = {}
    for task_id, name, unit_id in rows:
        found.setdefault(task_id, []).append((name, unit_id))
    return {task_id: tuple(units) for task_id, units in found.items()}


def copy_contributions(tx: Transaction, source_id: str, target_ids: Sequence[str]) -> None:
    """Give the contributing units of one item to others."""
    found = tx.execute(
        select(contribution.c.name, contribution.c.unit_id)
        .where(contribution.c.task_id == source_id, contribution.c.ordinal < BESIDE_PLAN)
        .order_by(contribution.c.ordinal)
    )
    units = [(name, unit_id) for name, unit_id in found]
    for task_id in target_ids:
        replace_contributions(tx, task_id, units)
