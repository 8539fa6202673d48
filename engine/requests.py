"""Read models: what was asked of leaders about tasks, and what came of it. They write nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.calendar import WorkingCalendar
from engine.errors import Unknown
from engine.organisation import Organisation
from engine.rulebook import Rulebook
from engine.store import requests as store
from engine.store import tasks
from engine.store.record import evidence, plan, task
from engine.store.requests import Stored
from engine.store.rulebooks import Rules
from engine.store.session import Transaction


def of_task(tx: Transaction, task_id: str, *, rules: Rules) -> list[dict[str, Any]]:
    """Return every obstacle and extension of a task, the oldest first; dates are local."""
    return _shown(tx, store.of_tasks(tx, [task_id]), rules.current(tx))


def list_requests(
    tx: Transaction, kind: str, *, rules: Rules, is_open: bool, limit: int
) -> list[dict[str, Any]]:
    """Return obstacles or extensions of active plans, the oldest first.

    Args:
        tx: The transaction.
        kind: `obstacle` or `extension`.
        rules: The rulebook's keeper.
        is_open: Only those that wait for an answer.
        limit: At most so many.
    """
    return _shown(tx, store.of_kind(tx, kind, is_open=is_open, limit=limit), rules.current(tx))


def show_request(tx: Transaction, address: str, *, kind: str, rules: Rules) -> list[dict[str, Any]]:
    """Return the request that an address means, or all of that kind about the task it means.

    Raises:
        Unknown: there is none, or several tasks have that address.
    """
    found = tasks.load(tx, address)
    if len(found) != 1:
        raise Unknown(what="task", name=address)
    one = found[0].task
    stored = store.by_ids(tx, [one.id]) if one.kind == kind else store.of_tasks(tx, [one.id])
    return _shown(tx, [each for each in stored if each.kind == kind], rules.current(tx))


def _shown(tx: Transaction, stored: Sequence[Stored], rulebook: Rulebook) -> list[dict[str, Any]]:
    if not stored:
        return []
    about = _about(tx, [one.about for one in stored])
    proof = _proof(tx, [one.id for one in stored])
    return [
        {
            **about[one.about],
            **_request(one, rulebook),
            **(
                _obstacle(one, proof.get(one.id, [])) if one.kind == "obstacle" else _extension(one)
            ),
        }
        for one in stored
    ]


def _request(one: Stored, rulebook: Rulebook) -> dict[str, Any]:
    organisation, calendar = rulebook.organisation, rulebook.calendar
    return {
        "code": one.code,
        "kind": one.kind,
        "state": one.state,
        "addressee": _code(one.leader_id, organisation),
        "asked_on": calendar.local_date(one.asked_at),
        "asked_by": one.asked_by,
        "on_behalf_of": one.for_whom,
        "reason": one.says["reason"],
        "answer": one.says["answer"],
        "answered_on": _local(one.answered_at, calendar),
        "answered_by": one.answered_by,
    }


def _obstacle(one: Stored, proof: list[str]) -> dict[str, Any]:
    first, last = one.says["pause_from"], one.says["pause_to"]
    return {
        "category": one.says["category"],
        "wanted": one.says["wanted"],
        "evidence": proof,
        "pause": {"from": first, "to": last} if first is not None else None,
    }


def _extension(one: Stored) -> dict[str, Any]:
    return {
        "number": one.says["number"],
        "due_from": one.says["due_from"],
        "due_asked": one.says["due_asked"],
        "due_granted": one.says["due_granted"],
        "overdue_working_days": one.says["overdue_days"],
    }


def _about(tx: Transaction, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    rows = tx.execute(
        select(task.c.id, task.c.code, task.c.title, plan.c.code.label("plan"))
        .join(plan, plan.c.id == task.c.plan_id)
        .where(task.c.id.in_(ids))
    )
    return {row.id: {"plan": row.plan, "task": row.code, "title": row.title} for row in rows}


def _proof(tx: Transaction, ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = tx.execute(
        select(evidence.c.task_id, evidence.c.name)
        .where(evidence.c.task_id.in_(ids))
        .order_by(evidence.c.id)
    )
    for row in rows:
        found.setdefault(row.task_id, []).append(row.name)
    return found


def _code(person_id: str | None, organisation: Organisation) -> str | None:
    person = organisation.person_by_id.get(person_id or "")
    return person.code if person else None


def _local(at: datetime | None, calendar: WorkingCalendar) -> Any:
    return calendar.local_date(at) if at is not None else None
