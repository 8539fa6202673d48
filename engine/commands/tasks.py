"""What can be done to a task: one function, one transaction's worth; it never commits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from engine import absences
from engine.clock import require_aware
from engine.commands import cascade, effects, endings, inheritance, rights
from engine.commands.request import Outcome, Request, check_due
from engine.errors import (
    ChildrenOpen,
    Conflict,
    EvidenceRequired,
    Fault,
    Invalid,
    NoteRequired,
    NotPermitted,
    Refused,
    TransitionRefused,
    Unknown,
)
from engine.machine import Arrow
from engine.organisation import Organisation
from engine.rulebook import Rulebook
from engine.store import change as changes
from engine.store import tasks as store
from engine.store import years
from engine.store.requests import KINDS
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.tasks import Loaded
from engine.task import Task


def perform(tx: Transaction, request: Request, *, rules: Rules, at: datetime) -> Outcome:
    """Carry out one request on one task, with its history, audit entry and notices.

    Args:
        tx: The caller's transaction; the caller commits it.
        request: What is asked, by whom.
        rules: The cached rulebook.
        at: The instant of the request.

    Returns:
        What was done.

    Raises:
        Refused: the first refusal that applies, in the order unknown, transition_refused,
            not_permitted, four_eyes, invalid, note_required, evidence_required, children_open.
        Conflict: the task is not at the version the asker saw, or changed meanwhile.
    """
    at = require_aware(at).astimezone(UTC)
    loaded = find(tx, request.task)
    refuse_requests(request, loaded.task)
    rulebook = rules.at(tx, loaded.revision)
    granted = judge(tx, request, loaded, rulebook=rulebook, at=at)
    (change,) = effects.with_notices(tx, [granted], rulebook, office=rules.office, at=at)
    if not changes.write(tx, change):
        raise conflict(tx, loaded.task)
    inheritance.settle(tx, [granted])
    cascade.close_parts(tx, [granted], rulebook, rules=rules, at=at)
    endings.settle(tx, [granted], rulebook, at=at)
    if granted.is_dated:
        years.foresee(tx, [effects.after(granted)], rulebook, at=at)
    later = cascade.later_parts(tx, granted, rulebook)
    return replace(outcome(granted), later_parts=later, warnings=warnings(granted, rulebook))


def judge(
    tx: Transaction, request: Request, loaded: Loaded, *, rulebook: Rulebook, at: datetime
) -> effects.Granted:
    """Return what a request will change, but for the notices; nothing is written.

    Raises:
        Refused: as `perform`.
        Conflict: the task is not at the version the asker saw.
    """
    try:
        arrow, who = _check(tx, request, loaded, rulebook, at=at)
    except Refused as refusal:
        refusal.about = loaded.task.kind
        raise
    scene = effects.Scene(loaded=loaded, rulebook=rulebook, who=who, at=at)
    rewrite = None
    if effects.is_reopening(arrow, rulebook, loaded.task):
        today = rulebook.calendar.local_date(at)
        rewrite = inheritance.inherited(loaded.task, rulebook.organisation, on=today)
    return effects.describe(request, arrow, scene, rewrite=rewrite)


def warnings(granted: effects.Granted, rulebook: Rulebook) -> tuple[Fault, ...]:
    """Return what whoever sets a date, or gives the task to somebody, should look at (S29)."""
    is_given = granted.change.standing.assignee_id != granted.task.assignee_id
    if not (granted.is_dated or is_given):
        return ()
    return tuple(absences.warnings([effects.after(granted)], rulebook))


def refuse_requests(request: Request, task: Task) -> None:
    """Return if something may be done to a task for itself alone.

    An answer to an obstacle or an extension does more than to close it, and has its own command.

    Raises:
        TransitionRefused: it is one of those.
    """
    if task.kind in KINDS:
        raise TransitionRefused(trigger=request.trigger, state=task.state or "", allowed=())


def outcome(granted: effects.Granted) -> Outcome:
    """Return the answer to a request that was carried out."""
    task, change = granted.task, granted.change
    return Outcome(
        task_id=task.id,
        address=task.address,
        trigger=change.trigger,
        from_state=granted.arrow.source,
        to_state=granted.arrow.target,
        version=task.version + 1,
        due_on=change.standing.due_on,
    )


def find(tx: Transaction, address: str) -> Loaded:
    """Return the one task an address means.

    Raises:
        Unknown: no task, or several, where a bare code stands in more than one active plan.
    """
    return the_one(address, store.load(tx, address))


def the_one(address: str, found: Sequence[Loaded]) -> Loaded:
    """Return the only task that was found under an address.

    Raises:
        Unknown: there is none, or there are several.
    """
    if len(found) == 1:
        return found[0]
    hint = " | ".join(one.task.address for one in found) or None
    raise Unknown(what="task", name=address, hint=hint)


def permitted(
    tx: Transaction, request: Request, loaded: Loaded, *, rulebook: Rulebook, at: datetime
) -> tuple[Arrow, rights.Standpoint]:
    """Return the arrow and the standpoint of whoever may pull it, whatever else it needs.

    Raises:
        Refused: the first that applies of unknown, transition_refused, not_permitted, four_eyes.
        Conflict: the task is not at the version the asker saw.
    """
    task, organisation = loaded.task, rulebook.organisation
    today = rulebook.calendar.local_date(at)
    is_operator = request.actor.startswith("operator:")
    if not is_operator:
        who = rights.standpoint(organisation, request.actor, request.on_behalf_of, on=today)
    if request.to is not None:
        rights.find_person(organisation, request.to)
    _require_known(request.trigger, rulebook, task)
    if request.expected_version not in (None, task.version):
        raise Conflict(
            what=task.address,
            expected=f"version {request.expected_version}",
            found=f"version {task.version}, {task.state}",
        )
    has_items = task.kind == "heading" and bool(store.open_children(tx, task.id))
    arrow = _arrow(request.trigger, loaded, rulebook, has_open_children=has_items)
    if is_operator:
        raise NotPermitted(actor=request.actor, what=request.trigger, who=("a person, by --as",))
    rights.require(organisation, who, task, on=today, what=arrow.trigger, any_of=arrow.who)
    if "four_eyes" in arrow.needs:
        rights.four_eyes(organisation, who, _reporters(tx, task, organisation))
    return arrow, who


def _check(
    tx: Transaction, request: Request, loaded: Loaded, rulebook: Rulebook, *, at: datetime
) -> tuple[Arrow, rights.Standpoint]:
    """Return the arrow and the standpoint, or raise the first refusal that applies (rule 20)."""
    arrow, who = permitted(tx, request, loaded, rulebook=rulebook, at=at)
    task = loaded.task
    _check_fields(request, arrow, task, rulebook, today=rulebook.calendar.local_date(at))
    _check_needs(tx, request, arrow, task)
    require_children_closed(tx, request.trigger, loaded)
    return arrow, who


def require_children_closed(tx: Transaction, trigger: str, loaded: Loaded) -> None:
    """Return if nothing must be closed before a trigger can be pulled.

    Raises:
        ChildrenOpen: items of a heading are open, or contributions are owed before a report.
    """
    children = _children(tx, trigger, loaded)
    if children:
        raise ChildrenOpen(code=loaded.task.address, open_children=children)


def _children(tx: Transaction, trigger: str, loaded: Loaded) -> list[str]:
    """Return what must be closed first: the items of a heading, what is owed before a report."""
    if loaded.task.kind == "heading":
        return store.open_children(tx, loaded.task.id)
    if trigger == "report" and loaded.has_open_parts:
        return [one.task.code for one in store.load_open_parts(tx, [loaded.task.id])]
    return []


def _reporters(tx: Transaction, task: Task, organisation: Organisation) -> frozenset[str]:
    found = {task.reported_by_id, task.reported_for_id}
    if task.report_count > 1 or task.reported_by_id is None:
        # The row holds the last report only; whoever reported before and withdrew, or had the task
        # moved to the verifier without a report, is in the history, read in these rare cases alone.
        people = organisation.person_by_code
        codes = store.reporters_since_return(tx, task.id)
        found |= {people[code].id for code in codes if code in people}
    return frozenset(person for person in found if person is not None)


def _require_known(trigger: str, rulebook: Rulebook, task: Task) -> None:
    machine = rulebook.machine(task)
    if trigger not in machine.triggers:
        machine.arrow(machine.workflow.initial, trigger)


def _arrow(trigger: str, loaded: Loaded, rulebook: Rulebook, *, has_open_children: bool) -> Arrow:
    task, machine = loaded.task, rulebook.machine(loaded.task)
    if task.kind == "heading" and has_open_children:
        # The arrow any of its items could have; rights and needs are judged by it, and the
        # refusal is `children_open`, which comes last.
        return next(arrow for arrow in machine.arrows.values() if arrow.trigger == trigger)
    if loaded.plan_state != "active" or task.state is None:
        state = "heading" if task.kind == "heading" else loaded.plan_state
        raise TransitionRefused(trigger=trigger, state=state, allowed=())
    arrow = machine.arrow(task.state, trigger)
    if task.kind == "standing" and trigger == "report":
        allowed = tuple(name for name in machine.allowed(task.state) if name != "report")
        raise TransitionRefused(trigger=trigger, state="standing", allowed=allowed)
    return arrow


def _check_fields(
    request: Request, arrow: Arrow, task: Task, rulebook: Rulebook, *, today: date
) -> None:
    if request.due is not None:
        _check_due(request.due, arrow, task)
    elif "due" in arrow.needs:
        raise Invalid(field="due", problem=f"{arrow.trigger} needs a date")
    if "decision" in arrow.needs and not (request.decision or "").strip():
        raise Invalid(field="decision", problem=f"{arrow.trigger} needs a decision number")
    if "to" not in arrow.needs:
        return
    if request.to is None:
        raise Invalid(field="to", problem=f"{arrow.trigger} needs the new assignee")
    person = rights.find_person(rulebook.organisation, request.to)
    members = rulebook.organisation.members(task.lead_unit_id or "", today)
    if person.is_disabled or person.id not in members:
        raise Invalid(field="to", problem=f"{request.to} is no member of the lead unit")
    if person.id == task.assignee_id:
        raise Invalid(field="to", problem=f"{request.to} has the task already")


def _check_due(due: date, arrow: Arrow, task: Task) -> None:
    if "due" not in arrow.needs and "due_optional" not in arrow.needs:
        raise Invalid(field="due", problem=f"{arrow.trigger} takes no date")
    if task.kind == "standing":
        raise Invalid(field="due", problem="a standing task has no due date")
    check_due(due)


def _check_needs(tx: Transaction, request: Request, arrow: Arrow, task: Task) -> None:
    if "note" in arrow.needs and not (request.note or "").strip():
        raise NoteRequired(trigger=arrow.trigger)
    if "evidence" in arrow.needs and not task.evidence_optional and not request.evidence:
        raise EvidenceRequired(missing=store.output(tx, task.id))


def conflict(tx: Transaction, task: Task) -> Conflict:
    """Return the refusal of a change that was written by nobody, because somebody was faster."""
    version, state = store.version_and_state(tx, task.id)
    return Conflict(
        what=task.address,
        expected=f"version {task.version}, {task.state}",
        found=f"version {version}, {state}",
    )
