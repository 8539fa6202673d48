"""Filling in a draft plan from an assignment table, by code."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import audit
from engine.commands.intake import (
    Imported,
    imported_event,
    person_id,
    require_monitoring_unit,
    result,
    set_contributions,
    unit_id,
)
from engine.draft import Worksheet, WorksheetRow
from engine.errors import BadInput, Fault
from engine.naming import is_prefix
from engine.rulebook import Rulebook
from engine.spelling import nearest
from engine.store import plans as store
from engine.store.plans import Item, Plan
from engine.store.rulebooks import Rules
from engine.store.session import Transaction


def merge(
    tx: Transaction,
    worksheet: Worksheet,
    *,
    into: str,
    actor: str,
    rules: Rules,
    at: datetime,
) -> Imported:
    """Fill in a draft plan from an assignment table, by code.

    An empty cell leaves what is there. Titles are compared and never rewritten.

    Raises:
        Unknown: there is no such plan.
        NotPermitted: the actor is no member of the monitoring unit.
        BadInput: a code of the table is not in the plan, a title is another one, or the plan is
            active and the table says something else than it does; every row named.
    """
    require_monitoring_unit(rules.current(tx), actor, what="import_worksheet", at=at)
    return _lay_over(tx, worksheet, into=into, actor=actor, rules=rules, at=at)


def preview_worksheet(
    tx: Transaction, worksheet: Worksheet, *, into: str, rules: Rules, at: datetime
) -> Imported:
    """Do what `merge` does, for a transaction that will be rolled back; anybody may."""
    return _lay_over(tx, worksheet, into=into, actor="preview", rules=rules, at=at)


def _lay_over(
    tx: Transaction, worksheet: Worksheet, *, into: str, actor: str, rules: Rules, at: datetime
) -> Imported:
    rulebook = rules.current(tx)
    plan = store.get(tx, into, for_change=True)
    known = {item.code: item for item in store.items(tx, plan.id)}
    faults = [fault for row in worksheet.rows if (fault := _mismatch(row, known))]
    if faults:
        raise BadInput(source=worksheet.source_name, faults=faults)
    rows = {row.code: _merged(row, known[row.code], rulebook) for row in worksheet.rows}
    changed = {code: row for code, row in rows.items() if row is not None}
    if plan.state != "draft" and changed:
        raise BadInput(
            source=worksheet.source_name, faults=[_is_active(code, plan) for code in changed]
        )
    store.update_items(tx, list(changed.values()))
    for row in worksheet.rows:
        if row.code in changed and row.coordinating:
            set_contributions(tx, known[row.code].id, row.coordinating, rulebook)
    if changed:
        event = imported_event(plan, worksheet, sorted(changed), actor=actor)
        audit.append(tx, event, at=at)
    return result(
        tx, plan, rulebook, at=at, update=len(changed), unchanged=len(worksheet.rows) - len(changed)
    )


def _merged(row: WorksheetRow, item: Item, rulebook: Rulebook) -> dict[str, Any] | None:
    """Return the item's columns with the row's filled cells laid over them; None if the same."""
    organisation = rulebook.organisation
    lead = row.lead or item.intake.get("lead")
    assignee = row.assignee or item.intake.get("assignee")
    verifier = row.verifier or item.intake.get("verifier")
    is_heading = item.kind == "heading"
    merged: dict[str, Any] = {
        "kind": item.kind if is_heading or row.kind is None else row.kind,
        "output": row.output or item.output,
        "deadline": row.deadline.as_mapping() if row.deadline else item.deadline,
        "decision": row.decision or item.decision,
        "is_urgent": row.urgent or item.is_urgent,
        "lead_unit_id": unit_id(organisation, lead),
        "assignee_id": person_id(organisation, assignee),
        "verifier_id": person_id(organisation, verifier),
        "intake": {
            **item.intake,
            "lead": lead,
            "assignee": assignee,
            "verifier": verifier,
            **({"coordinating": list(row.coordinating)} if row.coordinating else {}),
        },
    }
    # Decision of the office before deadline phrase: what a person settled stays as it is.
    merged |= {name: getattr(item, name) for name in item.intake.get("decided", ())}
    if all(getattr(item, name) == value for name, value in merged.items()):
        return None
    return {"id": item.id, **merged}


def _mismatch(row: WorksheetRow, known: Mapping[str, Item]) -> Fault | None:
    place = f"dòng {row.row}"
    item = known.get(row.code)
    if item is None:
        hint = nearest(row.code, known)
        cure = f"có phải ý là {hint}?" if hint else "chỉ dùng mã có trong kế hoạch"
        return Fault(place=place, problem=f"kế hoạch không có mã {row.code!r}", cure=cure)
    if row.title and not is_prefix(row.title, item.title):
        problem = f"nội dung của mã {row.code} khác trong kế hoạch: {row.title!r}"
        return Fault(place=place, problem=problem, cure=f"trong kế hoạch: {item.title[:80]!r}")
    return None


def _is_active(code: str, plan: Plan) -> Fault:
    return Fault(
        place=code,
        problem=f"kế hoạch {plan.code} đang thực hiện và nói khác",
        cure="kế hoạch đã kích hoạt chỉ thay đổi bằng quyết định điều chỉnh",
    )
