"""Settling what reading a plan left open."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine import audit
from engine.commands.intake import require_monitoring_unit
from engine.errors import Invalid, Unknown
from engine.spelling import nearest
from engine.store import plans as store
from engine.store.plans import Item
from engine.store.rulebooks import Rules
from engine.store.session import Transaction

KINDS = ("standing", "task", "recurring")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the office decides of one row: `keep`, `drop`, `class` KIND or `due` DATE."""

    plan: str
    item: str
    choice: str
    value: str | date | None = None


def decide(
    tx: Transaction,
    decision: Decision,
    *,
    actor: str,
    rules: Rules,
    at: datetime,
) -> None:
    """Settle one row of a draft.

    Raises:
        Unknown: no such plan or item.
        NotPermitted: the actor is no member of the monitoring unit.
        Invalid: the choice or its value is none of those offered, or the plan is active.
    """
    rulebook = rules.current(tx)
    require_monitoring_unit(rulebook, actor, what="decide_plan", at=at)
    plan = store.get(tx, decision.plan, for_change=True)
    if plan.state != "draft":
        raise Invalid(field="plan", problem=f"{plan.code} is {plan.state}; adjust it instead")
    known = {item.code: item for item in store.items(tx, plan.id)}
    if decision.item not in known:
        raise Unknown(what="item", name=decision.item, hint=nearest(decision.item, known))
    item = known[decision.item]
    change = _columns(item, decision)
    # What a person settled is his: no file read later changes these columns.
    settled = sorted({*item.intake.get("decided", ()), *change})
    store.update_items(
        tx, [{"id": item.id, **change, "intake": {**item.intake, "decided": settled}}]
    )
    event = audit.Event(
        subject=f"plan:{plan.id}",
        action="plan.decided",
        actor=actor,
        before={"item": decision.item, **{name: getattr(item, name) for name in change}},
        after={"item": decision.item, **change},
    )
    audit.append(tx, event, at=at)


def _columns(item: Item, decision: Decision) -> dict[str, Any]:
    choice, value = decision.choice, decision.value
    if item.kind == "heading" and choice in ("class", "due"):
        raise Invalid(field="decision", problem=f"{item.code} is a heading; decide its items")
    match choice, value:
        case (("keep" | "drop"), None):
            return {"decision": choice}
        case "class", str() if value in KINDS:
            return {"decision": f"class {value}", "kind": value}
        case "due", date():
            deadline = {
                "phrase": "", "kind": "fixed_date", "inclusive": True, **(item.deadline or {}),
                "due": [value.isoformat()], "confidence": "auto", "decided": True,
            }  # fmt: skip
            return {"deadline": deadline, "kind": "task"}
        case _:
            offered = f"keep, drop, class {'|'.join(KINDS)}, due DATE"
            raise Invalid(field="decision", problem=f"{choice} {value or ''} is none of: {offered}")
