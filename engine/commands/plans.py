"""Taking a plan in: from a draft and its worksheets to rows that can be decided and activated.

What a person decided is never overwritten by reading a file again; importing the same file twice
changes nothing.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engine import audit
from engine.commands.intake import (
    Imported,
    imported_event,
    person_id,
    require_monitoring_unit,
    require_room,
    result,
    set_contributions,
    unit_id,
)
from engine.draft import Citation, DraftItem, DraftPlan
from engine.errors import BadInput, Fault
from engine.ids import new_id
from engine.rulebook import Rulebook
from engine.store import plans as store
from engine.store.plans import Item, Plan
from engine.store.rulebooks import Rules
from engine.store.session import Transaction

#: Places in document order between two items, for the tasks of a recurring one.
ROOM = 1_000


def import_plan(
    tx: Transaction, draft: DraftPlan, *, actor: str, rules: Rules, at: datetime
) -> Imported:
    """Store a plan as it was read, or bring a stored draft up to a newer reading.

    Raises:
        NotPermitted: the actor is no member of the monitoring unit.
        BadInput: the plan is active and the file says something else than it does.
    """
    require_monitoring_unit(rules.current(tx), actor, what="import_plan", at=at)
    return _take_in(tx, draft, actor=actor, rules=rules, at=at)


def preview_plan(tx: Transaction, draft: DraftPlan, *, rules: Rules, at: datetime) -> Imported:
    """Do what `import_plan` does, for a transaction that will be rolled back; anybody may."""
    return _take_in(tx, draft, actor="preview", rules=rules, at=at)


def _take_in(
    tx: Transaction, draft: DraftPlan, *, actor: str, rules: Rules, at: datetime
) -> Imported:
    require_room(draft)
    rulebook = rules.current(tx)
    plan = store.find(tx, draft.code, for_change=True)
    if plan is None:
        plan = _create(tx, draft, actor=actor, at=at)
    elif plan.state == "draft" and plan.title == plan.code != draft.title:
        # A table came first and had no head; the document brings it.
        store.update_plan(tx, plan.id, **_head(draft))
        store.insert_report_lines(tx, plan.id, _report_lines(draft))
    known = {item.code: item for item in store.items(tx, plan.id)}
    new = [item for item in draft.items if item.code not in known]
    changed = [item for item in draft.items if _differs(known.get(item.code), item)]
    if plan.state != "draft" and (new or changed):
        raise _active(draft, [*new, *changed])
    ids = {code: item.id for code, item in known.items()} | {item.code: new_id() for item in new}
    order = {item.code: index * ROOM for index, item in enumerate(draft.items, start=1)}
    store.insert_items(tx, [_new_row(item, ids, order, plan, rulebook) for item in new])
    for item in new:
        if item.coordinating:
            set_contributions(tx, ids[item.code], item.coordinating, rulebook)
    store.update_items(tx, [_text_row(item, ids, order, known[item.code]) for item in changed])
    if new or changed:
        codes = [item.code for item in (*new, *changed)]
        audit.append(tx, imported_event(plan, draft, codes, actor=actor), at=at)
    return result(
        tx, plan, rulebook, at=at, create=len(new), update=len(changed),
        unchanged=len(draft.items) - len(new) - len(changed),
    )  # fmt: skip


def _create(tx: Transaction, draft: DraftPlan, *, actor: str, at: datetime) -> Plan:
    plan_id = store.insert_plan(tx, {"code": draft.code, "year": draft.year, **_head(draft)})
    store.insert_report_lines(tx, plan_id, _report_lines(draft))
    store.insert_version(
        tx, plan_id, number=0, note="imported", source_name=draft.source_name,
        digest=draft.digest, actor=actor, at=at,
    )  # fmt: skip
    return store.get(tx, draft.code)


def _head(draft: DraftPlan) -> dict[str, Any]:
    return {
        "title": draft.title,
        "issuer": draft.issuer,
        "number": draft.number,
        "issued_on": draft.date,
        "citations": [_citation(one) for one in draft.citations],
    }


def _report_lines(draft: DraftPlan) -> list[dict[str, Any]]:
    return [
        {"period": line.period, "recipient": line.recipient, "phrase": line.phrase}
        for line in draft.report_lines
    ]


def _differs(item: Item | None, read: DraftItem) -> bool:
    if item is None:
        return False
    same_kind = item.kind == read.kind or bool(item.decision or item.deadline)
    return not same_kind or (item.title, item.section, item.field, list(item.citations)) != (
        read.title, read.section, read.field, [_citation(one) for one in read.citations],
    )  # fmt: skip


def _text_row(
    read: DraftItem, ids: Mapping[str, str], order: Mapping[str, int], item: Item
) -> dict[str, Any]:
    decided = bool(item.decision or item.deadline)
    return {
        "id": ids[read.code],
        "parent_id": ids[read.parent] if read.parent else None,
        "ordinal": order[read.code],
        "section": read.section,
        "field": read.field,
        "kind": item.kind if decided else read.kind,
        "title": read.title,
        "citations": [_citation(one) for one in read.citations],
        "intake": {**item.intake, "near_duplicates": list(read.near_duplicates)},
    }


def _new_row(
    read: DraftItem,
    ids: Mapping[str, str],
    order: Mapping[str, int],
    plan: Plan,
    rulebook: Rulebook,
) -> dict[str, Any]:
    organisation = rulebook.organisation
    return {
        "id": ids[read.code],
        "plan_id": plan.id,
        "code": read.code,
        "parent_id": ids[read.parent] if read.parent else None,
        "ordinal": order[read.code],
        "section": read.section,
        "field": read.field,
        "kind": read.kind,
        "title": read.title,
        "output": read.output,
        "citations": [_citation(one) for one in read.citations],
        "deadline": read.deadline.as_mapping() if read.deadline else None,
        "decision": read.decision,
        "is_urgent": read.urgent,
        "evidence_optional": read.evidence_optional,
        "lead_unit_id": unit_id(organisation, read.lead),
        "assignee_id": person_id(organisation, read.assignee),
        "verifier_id": person_id(organisation, read.verifier),
        "intake": {
            "lead": read.lead,
            "assignee": read.assignee,
            "verifier": read.verifier,
            "missing": list(read.missing),
            "near_duplicates": list(read.near_duplicates),
            "warnings": [dataclasses.asdict(one) for one in read.warnings],
            "source": dataclasses.asdict(read.source),
        },
    }


def _citation(one: Citation) -> dict[str, Any]:
    return {**dataclasses.asdict(one), "date": one.date.isoformat() if one.date else None}


def _active(draft: DraftPlan, items: Sequence[DraftItem]) -> BadInput:
    return BadInput(
        source=draft.source_name,
        faults=[
            Fault(place=item.code, problem="khác với kế hoạch đang thực hiện",
                  cure="kế hoạch đã kích hoạt chỉ thay đổi bằng quyết định điều chỉnh")
            for item in items
        ],
    )  # fmt: skip


def year_of(tx: Transaction, code: str) -> int:
    """Return the year of a plan.

    Raises:
        Unknown: there is no such plan.
    """
    return store.get(tx, code).year
