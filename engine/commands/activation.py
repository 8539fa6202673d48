"""Activating a plan: every decided item becomes an assigned task, and its people are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine import absences, audit
from engine.commands import assignment, occurrences, report_rules, undecided, versions
from engine.commands.edits import bind
from engine.commands.rights import Standpoint, require, standpoint
from engine.errors import Fault, Invalid, Undecided
from engine.rulebook import Rulebook
from engine.store import plans as store
from engine.store import series, years
from engine.store import tasks as task_store
from engine.store.plans import Item, Plan
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Activated:
    """What an activation did; `warnings` hold nothing up."""

    assigned: int
    people_told: int
    warnings: tuple[Fault, ...] = ()


def activate(
    tx: Transaction,
    plan_code: str,
    *,
    actor: str,
    rules: Rules,
    at: datetime,
    on_behalf_of: str | None = None,
) -> Activated:
    """Assign every item of a draft plan, as a whole or not at all.

    Raises:
        Unknown: there is no such plan.
        NotPermitted: the actor is neither the head of the monitoring unit nor a leader.
        Invalid: the plan is not a draft.
        Undecided: rows wait for a decision; every one is named.
    """
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    plan, occasion = begin(
        tx, plan_code, by=(actor, on_behalf_of), rulebook=rulebook, at=at, for_change=True
    )
    who = occasion.who
    items = bind(tx, plan, rulebook)
    faults = undecided.faults(items, rulebook, on=today)
    if faults:
        raise Undecided(plan=plan.code, faults=faults)
    occurrences.spread(tx, plan, items, rulebook=rulebook, at=at)
    assigned = assignment.assign(tx, plan, store.items(tx, plan.id), occasion=occasion)
    followed = report_rules.followed(tx, plan, rulebook, office=rules.office, on=today)
    reports = occurrences.begin_reports(tx, plan, occasion=occasion, rules=rules)
    years.foresee(tx, [*assigned, *reports], rulebook, at=at)
    told = assignment.tell(tx, assigned, office=rules.office, occasion=occasion)
    number = versions.keep(
        tx, plan, versions.activated(tx, plan), rulebook=rulebook, who=who, at=at
    )
    store.update_plan(tx, plan.id, state="active", activated_at=at, version=number)
    audit.append(tx, _event(plan, who, assigned), at=at)
    return Activated(
        assigned=len(assigned),
        people_told=len(told),
        warnings=(*warnings(items, assigned, rulebook, on=today), *followed),
    )


def begin(
    tx: Transaction,
    plan_code: str,
    *,
    by: tuple[str, str | None],
    rulebook: Rulebook,
    at: datetime,
    for_change: bool,
) -> tuple[Plan, assignment.Occasion]:
    """Return a draft and the occasion on which somebody who may gives its work out.

    Raises:
        Unknown: there is no such plan.
        NotPermitted: the actor is neither the head of the monitoring unit nor a leader.
        Invalid: the plan is not a draft.
    """
    today = rulebook.calendar.local_date(at)
    plan = store.get(tx, plan_code, for_change=for_change)
    who = standpoint(rulebook.organisation, *by, on=today)
    require(
        rulebook.organisation, who, None, on=today, what="activate_plan",
        any_of=("monitor", "director", "deputy_director"),
    )  # fmt: skip
    if plan.state != "draft":
        raise Invalid(field="plan", problem=f"{plan.code} is {plan.state}, not a draft")
    cause = f"activation of {plan.code}"
    return plan, assignment.Occasion(cause=cause, rulebook=rulebook, who=who, at=at)


def warnings(
    items: Sequence[Item], assigned: Sequence[Task], rulebook: Rulebook, *, on: date
) -> tuple[Fault, ...]:
    """Return what holds an activation up in nothing, and is worth a word."""
    return (
        *undecided.past(items, rulebook, on=on),
        *undecided.warnings(items, rulebook, on=on),
        *absences.warnings(assigned, rulebook),
    )


def close(tx: Transaction, plan_code: str, *, actor: str, rules: Rules, at: datetime) -> None:
    """Close an active plan: nobody is urged about it any more, and standing duties end with it.

    Raises:
        Unknown: there is no such plan.
        NotPermitted: the actor is neither the head of the monitoring unit nor a leader.
        Invalid: the plan is not active.
    """
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    plan = store.get(tx, plan_code, for_change=True)
    who = standpoint(rulebook.organisation, actor, None, on=today)
    require(
        rulebook.organisation, who, None, on=today, what="close_plan",
        any_of=("monitor", "director", "deputy_director"),
    )  # fmt: skip
    store.require_active(plan)
    store.update_plan(tx, plan.id, state="closed", closed_at=at)
    task_store.stop_timers(tx, plan.id)
    series.stop(tx, plan.id)
    event = audit.Event(
        subject=f"plan:{plan.id}",
        action="plan.closed",
        actor=actor,
        before={"state": "active"},
        after={"state": "closed", "plan": plan.code},
    )
    audit.append(tx, event, at=at)


def _event(plan: Plan, who: Standpoint, tasks: Sequence[Task]) -> audit.Event:
    return audit.Event(
        subject=f"plan:{plan.id}",
        action="plan.activated",
        actor=who.actor.code,
        on_behalf_of=who.on_behalf_of,
        delegation=who.delegation_id,
        before={"state": "draft"},
        after={"state": "active", "plan": plan.code, "tasks": [task.code for task in tasks]},
    )
