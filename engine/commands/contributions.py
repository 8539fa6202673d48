"""Asking units for their contribution to a task that another unit leads, each by its own date.

Everything after that, from the delivery to its acceptance, is pulled like a task's own triggers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from engine.clock import require_aware
from engine.commands import assignment, rights
from engine.commands.assignment import Occasion
from engine.commands.consequences import Consequence, follow
from engine.commands.effects import Scene
from engine.commands.request import check_due, check_texts
from engine.commands.rights import Standpoint
from engine.commands.subjects import MARK, Opening, about, open_subject
from engine.commands.tasks import find
from engine.errors import Conflict, Fault, Invalid, TransitionRefused, Unknown
from engine.organisation import Unit
from engine.rulebook import Rulebook
from engine.spelling import nearest
from engine.store import contributions as store
from engine.store import plans, years
from engine.store import tasks as task_store
from engine.store.contributions import Part
from engine.store.record import PLAN_KINDS
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.tasks import Loaded
from engine.task import OPEN, Task

#: What history calls it on the task that is contributed to.
TRIGGER = "ask_contribution"
WORKFLOW = "contribution"
WHO = ("assignee", "unit_head", "monitor", "director")

#: States of a task in which something can still be contributed to it.
_ASKABLE = ("assigned", "in_progress")
#: Longest code that the table has room for.
_LONGEST_CODE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is asked of a unit.

    Attributes:
        task: Address of the task.
        unit: Code of the unit that is asked.
        due: The day by which it is to deliver.
        what: What it is to deliver.
        expected_version: The version of the task that the asker saw; None skips the comparison.
    """

    task: str
    unit: str
    due: date
    what: str
    expected_version: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "task", "unit", "what")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked, under which address, and what is odd about it."""

    address: str
    unit: str
    due_on: date
    people_told: int
    warnings: tuple[Fault, ...] = ()


def ask(
    tx: Transaction, asking: Asking, *, by: tuple[str, str | None], rules: Rules, at: datetime
) -> Asked:
    """Ask a unit for its contribution; its head is told, and its own ladder runs from now on.

    Args:
        tx: The caller's transaction.
        asking: What is asked, of whom, until when.
        by: Who asks, and for whom.
        rules: The rulebook's keeper.
        at: The instant.

    Raises:
        Unknown: no such task, unit or person.
        TransitionRefused: the task is none that can still be contributed to.
        NotPermitted: the actor does not lead the task, nor follow it, nor direct the agency.
        Invalid: the date is past or missing, the unit leads the task itself or was asked already.
        Conflict: the task is not at the version the asker saw, or changed meanwhile.
    """
    at = require_aware(at).astimezone(UTC)
    loaded = find(tx, asking.task)
    rulebook = rules.at(tx, loaded.revision)
    today = rulebook.calendar.local_date(at)
    who = rights.standpoint(rulebook.organisation, *by, on=today)
    unit = _unit(asking.unit, rulebook)
    if asking.expected_version not in (None, loaded.task.version):
        raise Conflict(
            what=loaded.task.address,
            expected=f"version {asking.expected_version}",
            found=f"version {loaded.task.version}, {loaded.task.state}",
        )
    require_askable(loaded, who, rulebook, on=today)
    earlier = store.parts(tx, [loaded.task.id])
    _check_asking(asking, loaded.task, unit, earlier, today=today)
    scene = Scene(loaded=loaded, rulebook=rulebook, who=who, at=at)
    follow(tx, scene, _asked(asking, unit), rules=rules)
    part, told = _open(tx, scene, asking, unit, earlier, rules=rules)
    return Asked(
        address=part.address,
        unit=unit.code,
        due_on=asking.due,
        people_told=len(told),
        warnings=tuple(_warnings(asking, loaded.task, rulebook)),
    )


def parts_of(tx: Transaction, address: str, *, rules: Rules) -> list[dict[str, Any]]:
    """Return what units were asked to contribute to a task, in the order of asking.

    Raises:
        Unknown: there is no such task.
    """
    loaded = find(tx, address)
    return shown(store.parts(tx, [loaded.task.id]), loaded.task, rules.current(tx))


def owed_by(tx: Transaction, unit: str, *, rules: Rules) -> list[dict[str, Any]]:
    """Return what a unit still owes to tasks of active plans, soonest first in each plan.

    Raises:
        Unknown: there is no such unit.
    """
    rulebook = rules.current(tx)
    wanted = _unit(unit, rulebook)
    tasks = task_store.by_id(tx, store.owing_to(tx, wanted.id))
    owed: dict[str, list[Part]] = {one.id: [] for one in tasks}
    for part in store.parts(tx, list(owed)):
        if part.unit_id == wanted.id and part.state in OPEN:
            owed[part.parent_id].append(part)
    return [line for one in tasks for line in shown(owed[one.id], one, rulebook)]


def shown(parts: Sequence[Part], task: Task, rulebook: Rulebook) -> list[dict[str, Any]]:
    """Return contributions of a task as its page lists them."""
    organisation, calendar = rulebook.organisation, rulebook.calendar
    units, people = organisation.unit_by_id, organisation.person_by_id
    return [
        {
            "address": f"{task.plan_code}/{one.code}",
            "task": task.address,
            "unit": units[one.unit_id].code if one.unit_id in units else None,
            "unit_name": units[one.unit_id].name if one.unit_id in units else None,
            "what": one.what,
            "state": one.state,
            "due": one.due_on,
            "assignee": people[one.assignee_id].code if one.assignee_id in people else None,
            "delivered_on": calendar.local_date(one.reported_at)
            if one.reported_at and one.state in ("reported", "verified")
            else None,
            "note": one.note,
        }
        for one in parts
    ]


def address_of(tx: Transaction, task: str, unit: str, *, rules: Rules) -> str:
    """Return the address of what a unit was asked to contribute: what is open, else the newest.

    Raises:
        Unknown: no such task or unit, or it was asked for nothing.
    """
    loaded = find(tx, task)
    wanted = _unit(unit, rules.current(tx))
    found = [one for one in store.parts(tx, [loaded.task.id]) if one.unit_id == wanted.id]
    chosen = next((one for one in found if one.state in OPEN), found[-1] if found else None)
    if chosen is None:
        raise Unknown(what="contribution", name=f"{loaded.task.address}{MARK}{wanted.code}")
    return f"{loaded.task.plan_code}/{chosen.code}"


def _unit(code: str, rulebook: Rulebook) -> Unit:
    units: Mapping[str, Unit] = rulebook.organisation.unit_by_code
    by_case = {one.casefold(): unit for one, unit in units.items()}
    found = by_case.get(code.casefold())
    if found is None:
        raise Unknown(what="unit", name=code, hint=nearest(code, units))
    return found


def require_askable(loaded: Loaded, who: Standpoint, rulebook: Rulebook, *, on: date) -> None:
    """Return if somebody may ask units to contribute to a task now.

    Raises:
        TransitionRefused: the task is none that can still be contributed to.
        NotPermitted: he does not lead the task, nor follow it, nor direct the agency.
    """
    task = loaded.task
    is_item = task.kind in PLAN_KINDS and task.kind != "heading"
    if not is_item or loaded.plan_state != "active" or task.state not in _ASKABLE:
        state = task.state or (task.kind if task.kind == "heading" else loaded.plan_state)
        raise TransitionRefused(trigger=TRIGGER, state=state if is_item else task.kind, allowed=())
    rights.require(rulebook.organisation, who, task, on=on, what=TRIGGER, any_of=WHO)


def _check_asking(
    asking: Asking, task: Task, unit: Unit, earlier: Sequence[Part], *, today: date
) -> None:
    if not asking.what.strip():
        raise Invalid(field="what", problem="say what the unit is to deliver")
    if asking.due < today:
        raise Invalid(field="due", problem=f"{asking.due.isoformat()} is past")
    check_due(asking.due)
    if unit.valid_to is not None:
        raise Invalid(field="unit", problem=f"{unit.code} ended {unit.valid_to.isoformat()}")
    if unit.id == task.lead_unit_id:
        raise Invalid(field="unit", problem=f"{unit.code} leads the task itself")
    if any(one.unit_id == unit.id and one.state in OPEN for one in earlier):
        raise Invalid(field="unit", problem=f"{unit.code} has been asked already")


def _asked(asking: Asking, unit: Unit) -> Consequence:
    note = f"{unit.code}, {asking.due:%d/%m/%Y}: {asking.what}"
    return Consequence(trigger=TRIGGER, label="Đề nghị phối hợp", note=note)


def _open(
    tx: Transaction,
    scene: Scene,
    asking: Asking,
    unit: Unit,
    earlier: Sequence[Part],
    *,
    rules: Rules,
) -> tuple[Task, frozenset[str]]:
    task = scene.loaded.task
    occasion = Occasion(
        cause=asking.what,
        rulebook=scene.rulebook,
        who=scene.who,
        at=scene.at,
        detail={"note": asking.what},
        trigger="ask",
        action="contribution.asked",
        said={"unit": unit.code, "what": asking.what},
    )
    opening = _opening(asking, task, unit, earlier)
    part = open_subject(tx, opening, plan=plans.get(tx, task.plan_code), occasion=occasion)
    store.link(tx, task.id, unit.id, name=unit.name, subject_id=part.id)
    years.foresee(tx, [part], scene.rulebook, at=scene.at)
    told = assignment.tell(tx, [part], office=rules.office, occasion=occasion)
    return part, told


def _opening(asking: Asking, task: Task, unit: Unit, earlier: Sequence[Part]) -> Opening:
    words = about(task, kind="contribution", code="", workflow=WORKFLOW)
    return Opening(
        kind=words.kind,
        code=_code(task, unit, earlier),
        title=asking.what.strip(),
        workflow=words.workflow,
        about=task.id,
        field=task.field,
        lead_unit_id=unit.id,
        due_on=asking.due,
        is_urgent=task.is_urgent,
    )


def _code(task: Task, unit: Unit, earlier: Sequence[Part]) -> str:
    """Return a code that no other contribution to the task has: `II.1:TC`, then `II.1:TC-2`."""
    taken = {one.code for one in earlier}
    name = f"{task.code}{MARK}{unit.code}"
    if len(name) > _LONGEST_CODE - len("-999"):
        name = f"{task.code}{MARK}ph"
    return next(
        code
        for number in range(1, len(taken) + 2)
        if (code := f"{name}-{number}" if number > 1 else name) not in taken
    )


def _warnings(asking: Asking, task: Task, rulebook: Rulebook) -> Iterator[Fault]:
    due = rulebook.effective_due(task)
    if due is not None and rulebook.calendar.effective(asking.due) > due:
        yield Fault(
            place=asking.unit,
            problem=f"hạn phối hợp {asking.due:%d/%m/%Y} sau hạn của nhiệm vụ {due:%d/%m/%Y}",
            cure="đặt sớm hơn, để đơn vị chủ trì kịp báo cáo",
        )
