"""Taking a plan in: from a draft and its worksheets to rows that can be decided and activated.

What a person decided is never overwritten by reading a file again; importing the same file twice
changes nothing.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine import audit
from engine.commands import undecided
from engine.commands.rights import require, standpoint
from engine.draft import DraftItem, DraftPlan, Worksheet, WorksheetRow
from engine.errors import BadInput, Fault, Invalid, Unknown
from engine.ids import new_id
from engine.naming import find_person, find_unit, is_prefix
from engine.organisation import Organisation
from engine.rulebook import Rulebook
from engine.spelling import nearest
from engine.store import plans as store
from engine.store.plans import Item, Plan
from engine.store.rulebooks import Rules
from engine.store.session import Transaction

KINDS = ("standing", "task", "recurring")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, in items; `needs_decision` counts rows that hold up activation."""

    create: int = 0
    update: int = 0
    unchanged: int = 0
    needs_decision: int = 0
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()

    @property
    def summary(self) -> dict[str, int]:
        """The four counts, as printed."""
        return {
            "create": self.create,
            "update": self.update,
            "unchanged": self.unchanged,
            "needs_decision": self.needs_decision,
        }


def import_plan(
    tx: Transaction, draft: DraftPlan, *, actor: str, rules: Rules, at: datetime
) -> Imported:
    """Store a plan as it was read, or bring a stored draft up to a newer reading.

    Raises:
        NotPermitted: the actor is no member of the monitoring unit.
        BadInput: the plan is active and the file says something else than it does.
    """
    _require_monitoring_unit(rules.current(tx), actor, what="import_plan", at=at)
    return _take_in(tx, draft, actor=actor, rules=rules, at=at)


def preview_plan(tx: Transaction, draft: DraftPlan, *, rules: Rules, at: datetime) -> Imported:
    """Do what `import_plan` does, for a transaction that will be rolled back; anybody may."""
    return _take_in(tx, draft, actor="preview", rules=rules, at=at)


def _take_in(
    tx: Transaction, draft: DraftPlan, *, actor: str, rules: Rules, at: datetime
) -> Imported:
    rulebook = rules.current(tx)
    plan = store.find(tx, draft.code)
    if plan is None:
        plan = _create(tx, draft, actor=actor, at=at)
    known = {item.code: item for item in store.items(tx, plan.id)}
    new = [item for item in draft.items if item.code not in known]
    changed = [item for item in draft.items if _differs(known.get(item.code), item)]
    if plan.state != "draft" and (new or changed):
        raise _active(draft, [*new, *changed])
    ids = {code: item.id for code, item in known.items()} | {item.code: new_id() for item in new}
    order = {item.code: index for index, item in enumerate(draft.items, start=1)}
    store.insert_items(tx, [_new_row(item, ids, order, plan, rulebook) for item in new])
    for item in new:
        if item.coordinating:
            _set_contributions(tx, ids[item.code], item.coordinating, rulebook)
    store.update_items(tx, [_text_row(item, ids, order, known[item.code]) for item in changed])
    _record(tx, plan, draft, (new, changed), actor=actor, at=at)
    return _result(
        tx, plan, rulebook, at=at, create=len(new), update=len(changed),
        unchanged=len(draft.items) - len(new) - len(changed),
    )  # fmt: skip


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
    _require_monitoring_unit(rules.current(tx), actor, what="import_worksheet", at=at)
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
    plan = store.get(tx, into)
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
            _set_contributions(tx, known[row.code].id, row.coordinating, rulebook)
    if changed:
        _audit_items(
            tx, plan, "plan.worksheet_imported", sorted(changed), actor=actor, at=at,
            source=worksheet.source_name, digest=worksheet.digest,
        )  # fmt: skip
    return _result(
        tx, plan, rulebook, at=at, update=len(changed), unchanged=len(worksheet.rows) - len(changed)
    )


def decide(
    tx: Transaction,
    plan_code: str,
    item_code: str,
    *,
    choice: str,
    value: str | date | None,
    actor: str,
    rules: Rules,
    at: datetime,
) -> None:
    """Settle one row of a draft: `keep`, `drop`, `class` KIND or `due` DATE.

    Raises:
        Unknown: no such plan or item.
        NotPermitted: the actor is no member of the monitoring unit.
        Invalid: the choice or its value is none of those offered, or the plan is active.
    """
    rulebook = rules.current(tx)
    _require_monitoring_unit(rulebook, actor, what="decide_plan", at=at)
    plan = store.get(tx, plan_code)
    if plan.state != "draft":
        raise Invalid(field="plan", problem=f"{plan.code} is {plan.state}; adjust it instead")
    known = {item.code: item for item in store.items(tx, plan.id)}
    if item_code not in known:
        raise Unknown(what="item", name=item_code, hint=nearest(item_code, known))
    item = known[item_code]
    change = _decision(item, choice, value)
    store.update_items(tx, [{"id": item.id, **change}])
    event = audit.Event(
        subject=f"plan:{plan.id}",
        action="plan.decided",
        actor=actor,
        before={"item": item_code, **{name: getattr(item, name) for name in change}},
        after={"item": item_code, **change},
    )
    audit.append(tx, event, at=at)


def _decision(item: Item, choice: str, value: str | date | None) -> dict[str, Any]:
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


def _require_monitoring_unit(rulebook: Rulebook, actor: str, *, what: str, at: datetime) -> None:
    today = rulebook.calendar.local_date(at)
    who = standpoint(rulebook.organisation, actor, None, on=today)
    require(
        rulebook.organisation, who, None, on=today, what=what,
        any_of=("monitor", "monitoring_unit"),
    )  # fmt: skip


def _create(tx: Transaction, draft: DraftPlan, *, actor: str, at: datetime) -> Plan:
    plan_id = store.insert_plan(
        tx,
        {
            "code": draft.code,
            "year": draft.year,
            "title": draft.title,
            "issuer": draft.issuer,
            "number": draft.number,
            "issued_on": draft.date,
            "citations": [_citation(one) for one in draft.citations],
        },
    )
    store.insert_report_lines(
        tx,
        plan_id,
        (
            {"period": line.period, "recipient": line.recipient, "phrase": line.phrase}
            for line in draft.report_lines
        ),
    )
    store.insert_version(
        tx, plan_id, number=1, note="imported", source_name=draft.source_name,
        digest=draft.digest, actor=actor, at=at,
    )  # fmt: skip
    return store.get(tx, draft.code)


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
        "lead_unit_id": _unit_id(organisation, read.lead),
        "assignee_id": _person_id(organisation, read.assignee),
        "verifier_id": _person_id(organisation, read.verifier),
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
        "lead_unit_id": _unit_id(organisation, lead),
        "assignee_id": _person_id(organisation, assignee),
        "verifier_id": _person_id(organisation, verifier),
        "intake": {
            **item.intake,
            "lead": lead,
            "assignee": assignee,
            "verifier": verifier,
            **({"coordinating": list(row.coordinating)} if row.coordinating else {}),
        },
    }
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


def _set_contributions(
    tx: Transaction, task_id: str, names: Sequence[str], rulebook: Rulebook
) -> None:
    organisation = rulebook.organisation
    units = [(name, _unit_id(organisation, name)) for name in names]
    store.replace_contributions(tx, task_id, units)


def _unit_id(organisation: Organisation, text: str | None) -> str | None:
    unit = find_unit(organisation, text) if text else None
    return unit.id if unit else None


def _person_id(organisation: Organisation, text: str | None) -> str | None:
    person = find_person(organisation, text) if text else None
    return person.id if person else None


def _citation(one: Any) -> dict[str, Any]:
    return {**dataclasses.asdict(one), "date": one.date.isoformat() if one.date else None}


def _record(
    tx: Transaction,
    plan: Plan,
    draft: DraftPlan,
    items: tuple[Sequence[DraftItem], Sequence[DraftItem]],
    *,
    actor: str,
    at: datetime,
) -> None:
    new, changed = items
    if new or changed:
        _audit_items(
            tx, plan, "plan.imported", [item.code for item in (*new, *changed)], actor=actor,
            at=at, source=draft.source_name, digest=draft.digest,
        )  # fmt: skip


def _audit_items(
    tx: Transaction,
    plan: Plan,
    action: str,
    codes: Sequence[str],
    *,
    actor: str,
    at: datetime,
    source: str,
    digest: str,
) -> None:
    event = audit.Event(
        subject=f"plan:{plan.id}",
        action=action,
        actor=actor,
        cause=source,
        after={"plan": plan.code, "items": list(codes), "sha256": digest},
    )
    audit.append(tx, event, at=at)


def _result(
    tx: Transaction, plan: Plan, rulebook: Rulebook, *, at: datetime, **counts: int
) -> Imported:
    items = store.items(tx, plan.id)
    today = rulebook.calendar.local_date(at)
    faults = undecided.faults(items, rulebook, on=today) if plan.state == "draft" else ()
    return Imported(
        **counts,
        needs_decision=len({fault.place for fault in faults}),
        faults=tuple(faults),
        warnings=tuple(undecided.warnings(items, rulebook)),
    )


def _active(draft: DraftPlan, items: Sequence[DraftItem]) -> BadInput:
    return BadInput(
        source=draft.source_name,
        faults=[
            Fault(place=item.code, problem="khác với kế hoạch đang thực hiện",
                  cure="kế hoạch đã kích hoạt chỉ thay đổi bằng quyết định điều chỉnh")
            for item in items
        ],
    )  # fmt: skip


def _is_active(code: str, plan: Plan) -> Fault:
    return Fault(
        place=code,
        problem=f"kế hoạch {plan.code} đang thực hiện và nói khác",
        cure="kế hoạch đã kích hoạt chỉ thay đổi bằng quyết định điều chỉnh",
    )


def year_of(tx: Transaction, code: str) -> int:
    """Return the year of a plan.

    Raises:
        Unknown: there is no such plan.
    """
    return store.get(tx, code).year
