"""The page of one task: everything about it that its reader may see, and what comes next."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine import prospects, queries
from engine.commands import effects, extensions, looking, tasks
from engine.commands.comments import comments_of
from engine.commands.request import Request
from engine.forecast import Foretold, forecast
from engine.machine import Table
from engine.rulebook import Rulebook
from engine.store import audit_pages, urgings
from engine.store import evidence as proof
from engine.store.record import PLAN_KINDS, audit_entry, history, plan, task
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.visible import visible_to
from engine.task import Task
from engine.telling import Past

#: How far a page looks ahead; whatever a ladder asks for later is a repetition.
AHEAD = timedelta(days=120)
#: Tellings that a page shows.
_MOST_AHEAD = 8


def of_task(
    tx: Transaction, address: str, *, people: Sequence[str], rules: Rules, at: datetime
) -> dict[str, Any]:
    """Return everything about one task, or what hangs on one, that somebody may see.

    As `queries.show_task`, and beside it: `steps` of its life as (state, label), `state_label`,
    `proofs`, `talk`, `urged` (who was urged by hand), `ahead` (who will be told what, if nothing
    changes), `about` (address and title of the task it belongs to), and what its plan says of
    itself.

    Args:
        tx: The transaction.
        address: `PLAN/CODE`, or a bare code of an active plan.
        people: Ids of who looks, and of those he stands in for.
        rules: The rulebook's keeper.
        at: Now.

    Raises:
        Unknown: there is no such task, or nobody of them may see it.
    """
    loaded = looking.find(tx, address, people=people, rules=rules, at=at)
    one, rulebook = loaded.task, rules.current(tx)
    page = queries.show_task(tx, one.address, rules=rules, at=at)
    machine = rulebook.machine(one)
    until = rulebook.calendar.local_date(at) + AHEAD
    ahead = prospects.foretell_of(tx, one.id, rules=rules, at=at, until=until)
    return {
        **page,
        "id": one.id,
        "kind": one.kind,
        "evidence_optional": one.evidence_optional,
        "plan_state": loaded.plan_state,
        "state_label": machine.states[one.state].label if one.state else "",
        "labels": {name: state.label for name, state in machine.states.items()},
        "triggers": {each.name: each.label for each in machine.workflow.triggers},
        "steps": _steps(machine),
        "proofs": proof.proofs(tx, one.id),
        "talk": comments_of(tx, one.id),
        "urged": _urged(tx, one, page["notices"], rulebook),
        "ahead": ahead[:_MOST_AHEAD],
        "about": _about(tx, one),
        "items": _items(tx, one, people, rulebook=rulebook, at=at),
        **_origin(tx, one),
    }


def events_since(tx: Transaction, address: str, version: int) -> list[dict[str, Any]]:
    """Return what was done to a task after a version of it, the oldest first.

    Raises:
        Unknown: there is no such task.
    """
    found = tasks.find(tx, address).task
    rows = tx.execute(
        select(history)
        .where(history.c.task_id == found.id, history.c.version > version)
        .order_by(history.c.version)
    )
    return [dict(row._mapping) for row in rows]


def audit_numbers(tx: Transaction, task_id: str) -> dict[int, int]:
    """Return the number in the log of what was done to a task, by the version that it led to.

    What is not sealed yet has none.
    """
    rows = tx.execute(
        select(audit_entry.c.id, audit_entry.c.body).where(
            audit_entry.c.subject == f"task:{task_id}"
        )
    ).all()
    numbers = audit_pages.numbers(tx, [row.id for row in rows])
    versions = {row.id: json.loads(row.body)["after"].get("version") for row in rows}
    return {
        versions[entry]: number for entry, number in numbers.items() if versions[entry] is not None
    }


def foreseen(tx: Transaction, request: Request, *, rules: Rules, at: datetime) -> dict[str, Any]:
    """Return what a request would change, without changing anything.

    `due_from`, `due_to` are effective dates, `due_on` is the date as it will be written, `told`
    are codes of people who hear of it with the position they are told in, `before` and `after` who
    is told what by the ladder, `warnings` what to look at (an absence, for instance).

    Raises:
        Refused: as the request itself.
        Conflict: the task is not at the version the asker saw.
    """
    loaded = tasks.find(tx, request.task)
    rulebook = rules.at(tx, loaded.revision)
    granted = tasks.judge(tx, request, loaded, rulebook=rulebook, at=at)
    return _foretold(tx, granted, rulebook, rules=rules, at=at)


def foreseen_extension(
    tx: Transaction,
    decision: extensions.Decision,
    *,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> dict[str, Any]:
    """Return what granting more time would change of its task, as `foreseen` does.

    Raises:
        Refused: as the decision itself.
    """
    found = extensions.foreseen(tx, decision, by=by, rules=rules, at=at)
    return _foretold(tx, *found, rules=rules, at=at) if found is not None else {}


def _foretold(
    tx: Transaction, granted: effects.Granted, rulebook: Rulebook, *, rules: Rules, at: datetime
) -> dict[str, Any]:
    one, today = granted.task, rulebook.calendar.local_date(at)
    moved = _moved(granted)
    people = rulebook.organisation.person_by_id
    told = effects.told(granted, rulebook, today=today)
    until = max(today, one.due_on or today, moved.due_on or today) + AHEAD
    before = prospects.foretell_of(tx, one.id, rules=rules, at=at, until=until)
    return {
        "due_from": rulebook.effective_due(one),
        "due_to": rulebook.effective_due(moved),
        "due_on": moved.due_on,
        "warnings": [str(each) for each in tasks.warnings(granted, rulebook)],
        "told": {people[person].code: position for person, position in told.items()},
        "before": before[:_MOST_AHEAD],
        "after": _afterwards(moved, one, rulebook, at=at, until=until)[:_MOST_AHEAD],
    }


def _moved(granted: effects.Granted) -> Task:
    standing = granted.change.standing
    stands = {name: getattr(standing, name) for name in type(standing).__slots__}
    return replace(granted.task, **stands)


def _afterwards(
    moved: Task, before: Task, rulebook: Rulebook, *, at: datetime, until: date
) -> list[Foretold]:
    """Return what a ladder that starts anew says; one that goes on is left to the present view."""
    if moved.arming == before.arming:
        return []
    none_told: Mapping[str, Past] = {moved.id: Past(told={})}
    return forecast([moved], none_told, rulebook, now=at, until=until)


def _steps(machine: Table) -> list[tuple[str, str]]:
    """Return the states from the first to an end, along the first arrow out of each."""
    state, steps = machine.workflow.initial, list[tuple[str, str]]()
    seen = set[str]()
    while state not in seen:
        seen.add(state)
        steps.append((state, machine.states[state].label))
        state = next(
            (
                arrow.target
                for (source, _), arrow in machine.arrows.items()
                if source == state and not arrow.is_edit and arrow.target not in seen
            ),
            state,
        )
        if machine.states[state].final and state not in seen:
            steps.append((state, machine.states[state].label))
            break
    return steps


def _urged(
    tx: Transaction, one: Task, notices: Sequence[Mapping[str, Any]], rulebook: Rulebook
) -> list[dict[str, Any]]:
    """Return every time that somebody was urged by hand; asked for only where there was any."""
    if not any(each["rung"] == urgings.URGED for each in notices):
        return []
    people = rulebook.organisation.person_by_id
    return [
        {**each._asdict(), "to": people[each.recipient_id].code}
        for each in urgings.of_task(tx, one.id)
    ]


def _about(tx: Transaction, one: Task) -> dict[str, Any] | None:
    if one.parent_id is None:
        return None
    row = tx.execute(
        select(task.c.code, task.c.title, task.c.kind).where(task.c.id == one.parent_id)
    ).one()
    return {
        "address": f"{one.plan_code}/{row.code}",
        "code": row.code,
        "title": row.title,
        "kind": row.kind,
    }


def _items(
    tx: Transaction, one: Task, people: Sequence[str], *, rulebook: Rulebook, at: datetime
) -> list[dict[str, Any]]:
    """Return the items of a heading that somebody may see, in the plan's order."""
    if one.kind != "heading":
        return []
    today = rulebook.calendar.local_date(at)
    is_seen = visible_to(tx, rulebook.organisation, people, on=today)
    rows = tx.execute(
        select(task.c.code, task.c.title, task.c.state, task.c.due_on)
        .where(task.c.parent_id == one.id, task.c.kind.in_(PLAN_KINDS), is_seen)
        .order_by(task.c.ordinal)
    )
    return [{**row._mapping, "address": f"{one.plan_code}/{row.code}"} for row in rows]


def _origin(tx: Transaction, one: Task) -> dict[str, Any]:
    row = tx.execute(
        select(
            plan.c.title, plan.c.number, plan.c.issued_on, plan.c.issuer, task.c.intake,
            task.c.due_time,
        )
        .join(task, task.c.plan_id == plan.c.id)
        .where(task.c.id == one.id)
    ).one()  # fmt: skip
    return {
        "plan": {
            "code": one.plan_code,
            "title": row.title,
            "number": row.number,
            "date": row.issued_on,
            "issuer": row.issuer,
        },
        "source": row.intake.get("source") or {},
        "due_time": row.due_time,
    }


def neighbours(addresses: Sequence[str], address: str) -> Iterator[str | None]:
    """Yield the addresses before and after one in a list; None where there is none."""
    at = addresses.index(address) if address in addresses else None
    yield addresses[at - 1] if at else None
    yield addresses[at + 1] if at is not None and at + 1 < len(addresses) else None
