"""Settling what reading a plan left open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from engine import audit
from engine.commands import edits as working
from engine.commands.edits import Edit
from engine.commands.intake import require_monitoring_unit
from engine.commands.request import check_due, check_texts
from engine.errors import Invalid, Unknown
from engine.naming import Names
from engine.rulebook import Rulebook
from engine.spelling import nearest
from engine.store import plans as store
from engine.store.plans import Item
from engine.store.rulebooks import Rules
from engine.store.session import Transaction

KINDS = ("standing", "task", "recurring")


#: Words, a day, or several days of one item.
Value = str | date | tuple[date, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the office decides of one row.

    `keep`, `drop`, `class` KIND, `due` one date or several, `lead` UNIT, `assignee` or `verifier`
    PERSON, `output` in words.
    """

    plan: str
    item: str
    choice: str
    value: Value = None

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "item", "choice")
        if isinstance(self.value, str):
            check_texts(self, "value")


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
    decide_all(tx, decision.plan, [decision], actor=actor, rules=rules, at=at)


def decide_all(
    tx: Transaction,
    plan_code: str,
    decisions: Sequence[Decision],
    *,
    actor: str,
    rules: Rules,
    at: datetime,
) -> None:
    """Settle rows of one draft, one after the other; the draft is read once.

    Raises:
        Refused: as `decide`; the transaction must be given up.
    """
    rulebook = rules.current(tx)
    require_monitoring_unit(rulebook, actor, what="decide_plan", at=at)
    plan = store.get(tx, plan_code, for_change=True)
    if plan.state != "draft":
        raise Invalid(field="plan", problem=f"{plan.code} is {plan.state}; adjust it instead")
    names, today = Names(rulebook.organisation), rulebook.calendar.local_date(at)
    edits = {one.after.code: one for one in working.as_they_are(tx, plan, rulebook)}
    for one in decisions:
        if one.item not in edits:
            raise Unknown(what="item", name=one.item, hint=nearest(one.item, edits))
        edit = edits[one.item]
        change = _columns(edit.after, one, rulebook, on=today)
        edited = working.edited(edit, _after(edit.after, change), source=edit.source, names=names)
        working.write(tx, plan.id, [edited])
        event = audit.Event(
            subject=f"plan:{plan.id}",
            action="plan.decided",
            actor=actor,
            before={"item": one.item, **{name: getattr(edit.after, name) for name in change}},
            after={"item": one.item, **change, **_others(edit, edited, rulebook)},
        )
        audit.append(tx, event, at=at)
        edits[one.item] = replace(
            edit, before=edited.after, after=edited.after, had=edited.has, has=edited.has
        )


def _after(item: Item, change: Mapping[str, Any]) -> Item:
    """Return a row with what a person settled, which no file read later changes."""
    settled = sorted({*item.intake.get("decided", ()), *change})
    return replace(item, **change, intake={**item.intake, "decided": settled})


def _others(before: Edit, after: Edit, rulebook: Rulebook) -> dict[str, Any]:
    """Return the contributing units, where choosing a lead changed them."""
    if before.has == after.has:
        return {}
    return {"coordinating": working.unit_texts(after.has, rulebook.organisation)}


def _columns(item: Item, decision: Decision, rulebook: Rulebook, *, on: date) -> dict[str, Any]:
    choice, value = decision.choice, decision.value
    if item.kind == "heading" and choice not in ("keep", "drop"):
        raise Invalid(field="decision", problem=f"{item.code} is a heading; decide its items")
    match choice, value:
        case (("keep" | "drop"), None):
            return {"decision": choice}
        case "class", str() if value in KINDS:
            return {"decision": f"class {value}", "kind": value}
        case "due", date():
            return _due(item, (value,))
        case "due", (date(), *_):
            return _due(item, value)
        case (("lead" | "assignee" | "verifier" | "output"), str()) if value.strip():
            return _assigned(item, choice, value.strip(), rulebook, on=on)
    words = value if isinstance(value, str) else ""
    offered = (
        f"keep, drop, class {'|'.join(KINDS)}, due DATE, lead UNIT, assignee PERSON, "
        "verifier PERSON, output TEXT"
    )
    raise Invalid(field="decision", problem=f"{choice} {words} is none of: {offered}")


def _due(item: Item, days: Sequence[date]) -> dict[str, Any]:
    for day in days:
        check_due(day)
    deadline = {
        "phrase": "", "kind": "fixed_date", "inclusive": True, **(item.deadline or {}),
        "due": [day.isoformat() for day in sorted(set(days))], "confidence": "auto",
        "decided": True,
    }  # fmt: skip
    comes_back = item.kind == "recurring" and len(deadline["due"]) > 1
    return {"deadline": deadline, "kind": "recurring" if comes_back else "task"}


def _assigned(
    item: Item, choice: str, text: str, rulebook: Rulebook, *, on: date
) -> dict[str, Any]:
    names, organisation = Names(rulebook.organisation), rulebook.organisation
    if choice == "output":
        return {"output": text}
    if choice == "lead":
        unit = names.unit(text)
        if unit is None:
            near = names.near_units(text)
            raise Unknown(what="unit", name=text, hint=near[0].code if near else None)
        return {"lead_unit_id": unit.id}
    person = names.person(text)
    if person is None:
        people = names.near_people(text)
        raise Unknown(what="person", name=text, hint=people[0].code if people else None)
    is_elsewhere = (
        choice == "assignee"
        and item.lead_unit_id is not None
        and person.id not in organisation.members(item.lead_unit_id, on)
    )
    if is_elsewhere:
        raise Invalid(field="assignee", problem=f"{person.code} is no member of the lead unit")
    return {f"{choice}_id": person.id}
