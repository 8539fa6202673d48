"""Work that begins to come back in a plan that is active already."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from engine.clock import require_aware
from engine.commands.request import check_texts
from engine.commands.rights import find_person, require, standpoint
from engine.commands.series_changes import (
    MAY_CHANGE,
    Changed,
    Scene,
    open_missing,
    require_member,
    settle,
    unit_of,
)
from engine.errors import Invalid
from engine.ids import new_id
from engine.recurrence import Rule, rule_from_text, rule_to_mapping
from engine.recurrence import occurrences as occurrences_of
from engine.store import plans as items
from engine.store import series as store
from engine.store.plans import Item, Plan
from engine.store.rulebooks import Rules
from engine.store.session import Transaction

#: Room for the number of an occurrence behind it.
_LONGEST_CODE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Work that is to come back from now on, in a plan that is active.

    Attributes:
        code: Of the heading; its occurrences are `code.1`, `code.2` ...
        from_on: Occurrences due from this day on; None is from today.
    """

    plan: str
    code: str
    title: str
    rule: str
    lead: str
    assignee: str | None = None
    output: str | None = None
    from_on: date | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "plan", "code", "title", "rule", "lead", "assignee", "output", "note")


def add(
    tx: Transaction, wanted: Addition, *, by: tuple[str, str | None], rules: Rules, at: datetime
) -> Changed:
    """Begin work that comes back, in a plan that is active; its people are told.

    Raises:
        Unknown: there is no such plan, unit or person.
        NotPermitted: the actor is neither the head of the monitoring unit nor the director.
        Invalid: the plan is not active, the code is taken or unusable, the title is empty, the rule
            is none or gives no day of the plan year, or the person is not of the unit.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    plan = items.get(tx, wanted.plan, for_change=True)
    lead = unit_of(rulebook, wanted.lead)
    assignee = find_person(rulebook.organisation, wanted.assignee).id if wanted.assignee else None
    who = standpoint(rulebook.organisation, *by, on=today)
    require(rulebook.organisation, who, None, on=today, what="add_series", any_of=MAY_CHANGE)
    rule = _checked(tx, wanted, plan)
    require_member(rulebook, lead, assignee, on=today)
    first = wanted.from_on or today
    found = occurrences_of(rule, plan.year, rulebook.calendar_of(lead))
    found = tuple(one for one in found if one.due >= first)
    if not found:
        raise Invalid(field="rule", problem=f"không có ngày nào từ {first:%d/%m/%Y} trở đi")
    item = _heading(tx, plan, wanted, lead=lead, assignee=assignee)
    values = {
        "plan_id": plan.id, "code": item.code, "number": 1, "item_id": item.id,
        "title": item.title, "rule": rule_to_mapping(rule), "lead_unit_id": lead,
        "assignee_id": assignee, "from_on": first,
    }  # fmt: skip
    series_id = store.add(tx, values, at=at)
    (one,) = (each for each in store.of_plan(tx, plan.id) if each.id == series_id)
    scene = Scene(plan=plan, one=one, family=(one,), held=(), rulebook=rulebook, who=who, at=at)
    opened = open_missing(tx, scene, one, {each.key: each.due for each in found}, rules=rules)
    result = Changed(series=one.address, number=1, opened=opened)
    return settle(tx, scene, one, result, action="series.added", note=wanted.note)


def _checked(tx: Transaction, wanted: Addition, plan: Plan) -> Rule:
    """Return the rule, once nothing is wrong with what is to come back."""
    items.require_active(plan)
    code = wanted.code
    if not code or "/" in code or len(code) > _LONGEST_CODE or not code.isprintable():
        raise Invalid(field="code", problem=f"{code!r} không dùng được")
    known = {one.code for one in items.items(tx, plan.id)}
    known |= {one.code for one in store.of_plan(tx, plan.id)}
    if code in known or any(one.startswith(f"{code}.") for one in known):
        raise Invalid(field="code", problem=f"{code} đã có trong kế hoạch")
    if not wanted.title.strip() or "\0" in wanted.title:
        raise Invalid(field="title", problem="thiếu nội dung")
    try:
        return rule_from_text(wanted.rule)
    except ValueError as error:
        raise Invalid(field="rule", problem=str(error)) from error


def _heading(
    tx: Transaction, plan: Plan, wanted: Addition, *, lead: str, assignee: str | None
) -> Item:
    """Store the item under which the occurrences stand, behind everything else of the plan."""
    last = max((one.ordinal for one in items.items(tx, plan.id)), default=0)
    row: dict[str, Any] = {
        "id": new_id(), "plan_id": plan.id, "code": wanted.code, "parent_id": None,
        "ordinal": last + 1, "section": "", "field": "", "kind": "heading",
        "title": wanted.title.strip(), "output": wanted.output, "citations": [],
        "deadline": None, "intake": {"recurring": True}, "decision": None, "is_urgent": False,
        "evidence_optional": False, "lead_unit_id": lead, "assignee_id": assignee,
        "verifier_id": None,
    }  # fmt: skip
    items.insert_items(tx, [row])
    (item,) = (one for one in items.items(tx, plan.id) if one.id == row["id"])
    return item
