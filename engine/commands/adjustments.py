"""Adjusting an active plan by a decision: all of it in one transaction, and the next version."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine import absences, audit
from engine.adjustment import Adjustment, ItemChange, compare
from engine.commands import (
    assignment,
    cascade,
    effects,
    endings,
    occurrences,
    tasks,
    undecided,
    versions,
)
from engine.commands.amendments import CANCEL, Amendment, Holding
from engine.commands.request import Request
from engine.commands.rights import Standpoint, require_adjuster
from engine.commands.verdicts import Judged, judge, require_unmoved
from engine.errors import Fault, Invalid
from engine.machine import following
from engine.naming import Names
from engine.organisation import Answerable
from engine.rulebook import Rulebook
from engine.store import bulk, years
from engine.store import plans as store
from engine.store import tasks as task_store
from engine.store.plans import Item, Plan
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.tasks import Loaded
from engine.task import Task

#: What history and the messages call it; no request can ask for it.
TRIGGER, NOTICE = "adjust", "adjusted"

#: Longest number of a decision that a version has room for.
_LONGEST_NUMBER = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A date that stays, because it was granted to one task and is later than the decision's."""

    code: str
    due_on: date
    planned_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """What an adjustment did; `version` is None where the document says nothing new."""

    plan: str
    version: int | None
    changes: tuple[ItemChange, ...] = ()
    kept: tuple[Kept, ...] = ()
    absent: tuple[str, ...] = ()
    unchanged: int = 0
    people_told: int = 0
    warnings: tuple[Fault, ...] = ()


def adjust(
    tx: Transaction,
    adjustment: Adjustment,
    *,
    actor: str,
    rules: Rules,
    at: datetime,
    on_behalf_of: str | None = None,
) -> Adjusted:
    """Carry a decision about an active plan out, as a whole or not at all.

    Raises:
        Unknown: there is no such plan.
        NotPermitted: the actor is neither the head of the monitoring unit nor the director.
        Invalid: the plan is not active, or the decision has no number or a date still to come.
        Undecided: rows cannot be carried out as they are; every one is named.
        Conflict: a task moved on in this very moment, or something is at another version than was
            seen; the transaction must be given up.
    """
    scene = _scene(tx, adjustment, by=(actor, on_behalf_of), rules=rules, at=at)
    plan, rulebook = scene.plan, scene.holding.rulebook
    judged = judge(adjustment, scene.holding)
    unchanged = len(judged.amendments.met - set(judged.amendments.found))
    if not judged.amendments.found and not judged.additions.found:
        return Adjusted(plan=plan.code, version=None, unchanged=unchanged, absent=judged.absent)
    told = _write(tx, scene, judged, rules=rules)
    origin = _origin(adjustment)
    number = versions.keep(tx, plan, origin, rulebook=rulebook, who=scene.who, at=at)
    store.update_plan(tx, plan.id, version=number)
    before = tuple(scene.holding.stated.values())
    changes = compare(before, versions.stated_items(tx, plan, rulebook))
    audit.append(tx, _event(scene, changes, number), at=at)
    return Adjusted(
        plan=plan.code,
        version=number,
        changes=changes,
        kept=tuple(_kept(judged)),
        absent=judged.absent,
        unchanged=unchanged,
        people_told=len(told),
        warnings=(
            *_warnings(judged, rulebook, today=scene.holding.today),
            *cascade.later_than(tx, _moved_dates(scene, judged), rulebook),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """What a decision meets: the plan as it stands, with its tasks kept from everybody else."""

    plan: Plan
    adjustment: Adjustment
    loaded: Mapping[str, Loaded]
    who: Standpoint
    at: datetime
    holding: Holding


def _scene(
    tx: Transaction,
    adjustment: Adjustment,
    *,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> _Scene:
    """Return what a decision meets, once it is known that it may be made."""
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    plan = store.get(tx, adjustment.plan, for_change=True)
    who = require_adjuster(rulebook.organisation, by, on=today)
    _check(adjustment, plan, today=today)
    loaded = _keep_others_out(tx, plan)
    # The rules of now, not of before the wait: each write checks that they still are.
    holding = _holding(tx, plan, loaded, rules.current(tx), today=today)
    require_unmoved(adjustment, plan, holding)
    return _Scene(plan=plan, adjustment=adjustment, loaded=loaded, who=who, at=at, holding=holding)


def _check(adjustment: Adjustment, plan: Plan, *, today: date) -> None:
    store.require_active(plan)
    number = adjustment.decision.strip()
    if not number or "\0" in number:
        raise Invalid(field="decision", problem=f"{TRIGGER} needs a decision number")
    if len(number) > _LONGEST_NUMBER:
        problem = f"is longer than {_LONGEST_NUMBER} characters"
        raise Invalid(field="decision", problem=problem)
    if adjustment.decided_on > today:
        problem = f"{adjustment.decided_on.isoformat()} is still to come"
        raise Invalid(field="decided_on", problem=problem)


def _keep_others_out(tx: Transaction, plan: Plan) -> Mapping[str, Loaded]:
    """Return the tasks of a plan by code, locked: whoever moves one meanwhile waits, then fails."""
    addresses = {f"{plan.code}/{one.code}" for one in store.items(tx, plan.id)}
    found = task_store.load_all(tx, addresses)
    return {one.task.code: one for ones in found.values() for one in ones}


def _holding(
    tx: Transaction,
    plan: Plan,
    loaded: Mapping[str, Loaded],
    rulebook: Rulebook,
    *,
    today: date,
) -> Holding:
    items = store.items(tx, plan.id)
    contributions = store.contributions(tx, plan.id)
    return Holding(
        items={one.code: one for one in items},
        tasks={code: one.task for code, one in loaded.items() if one.task.state is not None},
        contributions=contributions,
        rulebook=rulebook,
        names=Names(rulebook.organisation),
        stated=versions.stated(items, contributions, rulebook),
        today=today,
    )


def _write(tx: Transaction, scene: _Scene, judged: Judged, *, rules: Rules) -> frozenset[str]:
    """Write everything but the version; return the people who are told."""
    rulebook, at = scene.holding.rulebook, scene.at
    amendments = list(judged.amendments.found.values())
    loud = [one for one in amendments if one.old.state is not None and not one.is_quiet]
    granted = [_granted(one, scene) for one in loud]
    changes = effects.with_notices(tx, granted, rulebook, office=rules.office, at=at)
    moved = bulk.write_all(tx, changes)
    for one in granted:
        if one.task.id not in moved:
            raise tasks.conflict(tx, one.task)
    cascade.close_parts(tx, granted, rulebook, rules=rules, at=at)
    endings.settle(tx, granted, rulebook, at=at)
    _store_words(tx, amendments)
    assigned = _assign(tx, scene, judged)
    dated = [effects.after(one) for one in granted if one.is_dated]
    years.foresee(tx, [*dated, *assigned], rulebook, at=at)
    told = assignment.tell(tx, assigned, office=rules.office, occasion=_occasion(scene))
    heard = {
        notice.recipient_id
        for one in changes
        for notice in one.notices
        if notice.recipient_id is not None and not notice.is_planned
    }
    return told | heard


def _store_words(tx: Transaction, amendments: Sequence[Amendment]) -> None:
    """Store what the plan says of items; where their tasks stand is written already."""
    changed = [one for one in amendments if not one.is_cancelled]
    columns = ("id", "code", "title", "output", "deadline", "section", "field", "citations",
               "intake", "is_urgent", "lead_unit_id", "assignee_id", "verifier_id")  # fmt: skip
    rows = [
        {
            **{name: getattr(one.new, name) for name in columns},
            "due_time": (one.new.deadline or {}).get("time"),
        }
        for one in changed
    ]
    store.update_items(tx, rows)
    for one in changed:
        if one.contributions is not None:
            store.replace_contributions(tx, one.old.id, one.contributions)


def _assign(tx: Transaction, scene: _Scene, judged: Judged) -> list[Task]:
    """Store the new items and make tasks of them."""
    plan, added = scene.plan, judged.additions.in_order()
    skipped = ("state", "version", "due_on")
    rows = [
        {
            "plan_id": plan.id,
            **{name: getattr(one.item, name) for name in Item.__slots__ if name not in skipped},
        }
        for one in added
    ]
    store.insert_items(tx, rows)
    for one in added:
        store.replace_contributions(tx, one.item.id, one.contributions)
    new = {one.item.id for one in added}
    occurrences.spread(
        tx, plan, [one.item for one in added], rulebook=scene.holding.rulebook, at=scene.at
    )
    items = [
        one for one in store.items(tx, plan.id)
        if one.state is None and (one.id in new or one.parent_id in new)
    ]  # fmt: skip
    return assignment.assign(tx, plan, items, occasion=_occasion(scene))


def _occasion(scene: _Scene) -> assignment.Occasion:
    adjustment = scene.adjustment
    return assignment.Occasion(
        cause=f"adjustment of {scene.plan.code} by {adjustment.decision}",
        rulebook=scene.holding.rulebook,
        who=scene.who,
        at=scene.at,
        detail={
            "decision": adjustment.decision,
            "decided_on": adjustment.decided_on.isoformat(),
            "note": adjustment.note,
        },
    )


def _granted(amendment: Amendment, scene: _Scene) -> effects.Granted:
    """Return everything that one amendment writes about its task, as any other request would."""
    loaded, adjustment = scene.loaded[amendment.old.code], scene.adjustment
    task, machine = loaded.task, scene.holding.machine(amendment.old)
    state = task.state or ""
    request = Request(
        actor=scene.who.actor.code,
        trigger=TRIGGER,
        task=task.address,
        on_behalf_of=scene.who.on_behalf_of,
        note=adjustment.note,
        decision=adjustment.decision,
        due=amendment.due,
    )
    arrow = (
        machine.arrow(state, CANCEL)
        if amendment.is_cancelled
        else following(
            TRIGGER,
            "Điều chỉnh kế hoạch",
            state,
            ladder=machine.ladder(state),
            told=(("assignee", "unit_head"), NOTICE),
        )
    )
    seen = effects.Scene(loaded=loaded, rulebook=scene.holding.rulebook, who=scene.who, at=scene.at)
    return effects.describe(request, arrow, seen, rewrite=_rewrite(amendment, task, scene))


def _rewrite(amendment: Amendment, task: Task, scene: _Scene) -> effects.Rewrite:
    new = amendment.new
    rewritten = replace(
        task, title=new.title, lead_unit_id=new.lead_unit_id, assignee_id=new.assignee_id,
        verifier_id=new.verifier_id,
    )  # fmt: skip
    return effects.Rewrite(
        task=rewritten,
        before={one.field: one.old for one in amendment.changes},
        after={one.field: one.new for one in amendment.changes},
        told=amendment.changes,
        decided_on=scene.adjustment.decided_on,
    )


def _warnings(judged: Judged, rulebook: Rulebook, *, today: date) -> Iterator[Fault]:
    """Yield what the plan does not say of new items, and dates that are over already."""
    yield from undecided.past(judged.dated(), rulebook, on=today)
    dated = (
        (one.code, one.due[-1],
         Answerable(lead_unit_id=one.lead_unit_id, assignee_id=one.assignee_id))
        for one in judged.dated()
        if one.due
    )  # fmt: skip
    yield from absences.warnings_of_items(dated, rulebook)
    for code, added in judged.additions.found.items():
        for remark in undecided.lacking(added.item):
            yield Fault(place=code, problem=remark.message)


def _moved_dates(scene: _Scene, judged: Judged) -> dict[str, tuple[str, date]]:
    """Return code and new date, by id, of tasks to which contributions are still owed."""
    return {
        one.old.id: (one.old.code, one.due)
        for one in judged.amendments.found.values()
        if one.due is not None
        and one.old.code in scene.loaded
        and scene.loaded[one.old.code].has_open_parts
    }


def _kept(judged: Judged) -> Iterator[Kept]:
    for one in judged.amendments.found.values():
        if one.kept is not None:
            yield Kept(code=one.old.code, due_on=one.kept, planned_on=one.new.due[-1])


def _origin(adjustment: Adjustment) -> versions.Origin:
    return versions.Origin(
        note=adjustment.note or "",
        source_name=adjustment.source_name,
        digest=adjustment.digest,
        decision=adjustment.decision,
        decided_on=adjustment.decided_on,
    )


def _event(scene: _Scene, changes: Sequence[ItemChange], number: int) -> audit.Event:
    adjustment = scene.adjustment
    return audit.Event(
        subject=f"plan:{scene.plan.id}",
        action="plan.adjusted",
        actor=scene.who.actor.code,
        on_behalf_of=scene.who.on_behalf_of,
        delegation=scene.who.delegation_id,
        cause=adjustment.note or adjustment.source_name or None,
        before={"version": scene.plan.version},
        after={
            "plan": scene.plan.code,
            "version": number,
            "decision": adjustment.decision,
            "decided_on": adjustment.decided_on,
            "sha256": adjustment.digest or None,
            **{
                what: [one.code for one in changes if one.what == what]
                for what in ("added", "changed", "removed")
            },
        },
    )
