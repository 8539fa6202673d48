"""What moved in a unit or a plan since an instant, task by task."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from engine.store.record import PLAN_KINDS, history, plan, task
from engine.store.session import Transaction
from engine.store.tables import unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The last thing that was done to a task."""

    plan: str
    code: str
    title: str
    trigger: str
    state: str | None
    at: datetime


def name_of(tx: Transaction, of: Literal["unit", "plan"], code: str) -> str | None:
    """Return what a unit or a plan is called, None where there is none of that code."""
    named = (unit.c.name, unit.c.code) if of == "unit" else (plan.c.title, plan.c.code)
    found: str | None = tx.execute(select(named[0]).where(named[1] == code)).scalar_one_or_none()
    return found


def moved(
    tx: Transaction, of: Literal["unit", "plan"], code: str, *, since: datetime
) -> list[Moved]:
    """Return the items of which something was done since an instant, each with the last of it."""
    wanted = (
        select(plan.c.code, task.c.code, task.c.title, history.c.trigger, task.c.state,
               history.c.at)
        .join(task, task.c.id == history.c.task_id)
        .join(plan, plan.c.id == task.c.plan_id)
        .outerjoin(unit, unit.c.id == task.c.lead_unit_id)
        .where(
            history.c.at > since,
            task.c.kind.in_(PLAN_KINDS),
            (unit.c.code if of == "unit" else plan.c.code) == code,
        )
        .order_by(plan.c.code, task.c.ordinal, history.c.version)
    )  # fmt: skip
    last: dict[tuple[str, str], Moved] = {}
    for plan_code, task_code, title, trigger, state, at in tx.execute(wanted):
        last[plan_code, task_code] = Moved(
            plan=plan_code, code=task_code, title=title, trigger=trigger, state=state, at=at
        )
    return list(last.values())
