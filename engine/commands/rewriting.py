"""Several occurrences of work that comes back, changed together as one person decided it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from engine.commands import cascade, effects, endings, tasks
from engine.commands.effects import Granted, Rewrite, Scene
from engine.commands.request import Request
from engine.commands.rights import Standpoint
from engine.errors import TransitionRefused
from engine.machine import Arrow, Table, following
from engine.review import FieldChange
from engine.rulebook import Rulebook
from engine.store import bulk, years
from engine.store import plans as items
from engine.store import tasks as store
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.tasks import Loaded
from engine.task import Task

#: What history calls it, and the mail; nobody can ask for it.
TRIGGER, NOTICE = "edit_series", "adjusted"
#: What gives an occurrence up, by workflow: whichever there is.
_GIVES_UP = ("cancel", "waive")
#: States in which one has been given up.
GIVEN_UP = ("cancelled", "waived")


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceChange:
    """One occurrence as it is to be; `due` None leaves its date.

    `is_given_up`: it is cancelled, a report waived, whatever else is said.
    """

    address: str
    lead_unit_id: str | None = None
    assignee_id: str | None = None
    due: date | None = None
    is_given_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriting:
    """By whose word occurrences are changed, by which rules, when and why."""

    who: Standpoint
    rulebook: Rulebook
    at: datetime
    note: str | None


def rewrite(
    tx: Transaction, why: Rewriting, changes: Sequence[OccurrenceChange], *, rules: Rules
) -> frozenset[str]:
    """Write changes of occurrences, with history, record and notices; return what changed.

    Raises:
        TransitionRefused: one cannot be given up in the state it is in.
        Conflict: one moved on in this very moment; the transaction must be given up.

    Returns:
        The codes of those that are not as they were.
    """
    found = store.load_all(tx, {one.address for one in changes})
    pairs = [(tasks.the_one(one.address, found.get(one.address, ())), one) for one in changes]
    granted = [_granted(loaded, one, why) for loaded, one in pairs if _differs(loaded.task, one)]
    if not granted:
        return frozenset()
    written = effects.with_notices(tx, granted, why.rulebook, office=rules.office, at=why.at)
    moved = bulk.write_all(tx, written)
    for each in granted:
        if each.task.id not in moved:
            raise tasks.conflict(tx, each.task)
    cascade.close_parts(tx, granted, why.rulebook, rules=rules, at=why.at)
    endings.settle(tx, granted, why.rulebook, at=why.at)
    items.update_items(tx, [_columns(loaded.task, one) for loaded, one in pairs
                            if _differs(loaded.task, one) and not one.is_given_up])  # fmt: skip
    dated = [effects.after(each) for each in granted if each.is_dated]
    years.foresee(tx, dated, why.rulebook, at=why.at)
    return frozenset(each.task.code for each in granted)


def _differs(task: Task, one: OccurrenceChange) -> bool:
    if one.is_given_up:
        return True
    is_moved = one.due is not None and one.due != task.due_on
    return is_moved or (one.lead_unit_id, one.assignee_id) != (
        task.lead_unit_id, task.assignee_id,
    )  # fmt: skip


def _columns(task: Task, one: OccurrenceChange) -> dict[str, Any]:
    due = one.due or task.due_on
    return {
        "id": task.id,
        "lead_unit_id": one.lead_unit_id,
        "assignee_id": one.assignee_id,
        "deadline": {"due": [due.isoformat()] if due else []},
    }


def _granted(loaded: Loaded, one: OccurrenceChange, why: Rewriting) -> Granted:
    task, machine = loaded.task, why.rulebook.machine(loaded.task)
    due = one.due if one.due != task.due_on and not one.is_given_up else None
    request = Request(
        actor=why.who.actor.code,
        trigger=TRIGGER,
        task=task.address,
        on_behalf_of=why.who.on_behalf_of,
        note=why.note,
        due=due,
    )
    scene = Scene(loaded=loaded, rulebook=why.rulebook, who=why.who, at=why.at)
    if one.is_given_up:
        return effects.describe(request, _giving_up(task, machine), scene)
    told = tuple(_told(task, one, due, why.rulebook))
    new = replace(task, lead_unit_id=one.lead_unit_id, assignee_id=one.assignee_id)
    rewritten = Rewrite(
        task=new,
        before={each.field: each.old for each in told},
        after={each.field: each.new for each in told},
        told=told,
    )
    state = task.state or ""
    about = (("assignee", "unit_head"), NOTICE)
    arrow = following(TRIGGER, "Sửa việc định kỳ", state, ladder=machine.ladder(state), told=about)
    return effects.describe(request, arrow, scene, rewrite=rewritten)


def _told(
    task: Task, one: OccurrenceChange, due: date | None, rulebook: Rulebook
) -> list[FieldChange]:
    organisation = rulebook.organisation
    units: Mapping[str, Any] = organisation.unit_by_id
    people: Mapping[str, Any] = organisation.person_by_id
    found = []
    if one.lead_unit_id != task.lead_unit_id:
        found.append(_named("lead", units, task.lead_unit_id, one.lead_unit_id))
    if one.assignee_id != task.assignee_id:
        found.append(_named("assignee", people, task.assignee_id, one.assignee_id))
    if due is not None:
        old = task.due_on.isoformat() if task.due_on else None
        found.append(FieldChange(field="due", old=old, new=due.isoformat()))
    return found


def _named(field: str, known: Mapping[str, Any], old: str | None, new: str | None) -> FieldChange:
    codes = [known[one].code if one and one in known else None for one in (old, new)]
    return FieldChange(field=field, old=codes[0], new=codes[1])


def _giving_up(task: Task, machine: Table) -> Arrow:
    state = task.state or ""
    for trigger in _GIVES_UP:
        if (state, trigger) in machine.arrows:
            return machine.arrows[state, trigger]
    raise TransitionRefused(trigger=_GIVES_UP[0], state=state, allowed=machine.allowed(state))
