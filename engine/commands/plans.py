"""Taking a plan in: from a draft to rows that can be decided and activated.

What a person decided is never overwritten by reading a file again; importing the same file twice
changes nothing.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engine import audit
from engine.commands import edits as working
from engine.commands.edits import Edit
from engine.commands.intake import (
    Imported,
    imported_event,
    require_monitoring_unit,
    require_room,
)
from engine.commands.reviews import outcome
from engine.draft import Citation, DraftItem, DraftPlan, Remark, Source
from engine.errors import BadInput, Fault
from engine.ids import new_id
from engine.naming import Names
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
        BadInput: the plan is active and the file says something else than it does; or it was read
            for another year than the plan is of.
        Conflict: somebody else stored a plan of that code meanwhile.
    """
    rulebook = rules.current(tx)
    require_monitoring_unit(rulebook, actor, what="import_plan", at=at)
    require_room(draft)
    plan = store.find(tx, draft.code, for_change=True)
    if plan is None:
        plan = _create(tx, draft, actor=actor, at=at)
    _require_year(draft, plan)
    head = _new_head(tx, draft, plan)
    if plan.state == "draft":
        working.bind(tx, plan, rulebook)
    edits = _edits(tx, draft, plan, rulebook)
    remarks = (*draft.remarks, *_head_remarks(head))
    done = outcome(plan, edits, rulebook, on=rulebook.calendar.local_date(at), remarks=remarks)
    changed = [row.code for row in done.review.rows if row.action in ("create", "update")]
    if plan.state != "draft":
        if changed:
            raise _active(draft, changed)
        return done
    is_new_head = _store_head(tx, draft, plan, head)
    working.write(tx, plan.id, edits)
    if changed or is_new_head:
        audit.append(tx, imported_event(plan, draft, changed, actor=actor), at=at)
    return done


def preview_plan(tx: Transaction, draft: DraftPlan, *, rules: Rules, at: datetime) -> Imported:
    """Return what `import_plan` would do, and write nothing; anybody may.

    Changes of an active plan are shown, although only an adjustment makes them.

    Raises:
        BadInput: a code or a number has no room in the tables, or the year is not the plan's.
    """
    require_room(draft)
    rulebook, plan = rules.current(tx), store.find(tx, draft.code)
    if plan is not None:
        _require_year(draft, plan)
    head = _new_head(tx, draft, plan) if plan else {}
    if plan is None:
        plan = Plan(id="", code=draft.code, year=draft.year, title=draft.title, state="draft",
                    version=1)  # fmt: skip
    edits = _edits(tx, draft, plan, rulebook) if plan.id else _all_new(draft, rulebook)
    remarks = (*draft.remarks, *_head_remarks(head))
    return outcome(plan, edits, rulebook, on=rulebook.calendar.local_date(at), remarks=remarks)


def _require_year(draft: DraftPlan, plan: Plan) -> None:
    """Refuse a file read for another year: its dates without a year would all be that year's."""
    if draft.year != plan.year:
        problem = f"kế hoạch {plan.code} là của năm {plan.year}, không phải {draft.year}"
        cure = f"dùng --year {plan.year}, hoặc mã khác cho kế hoạch mới"
        raise BadInput(
            source=draft.source_name, faults=[Fault(place="năm", problem=problem, cure=cure)]
        )


def year_of(tx: Transaction, code: str) -> int:
    """Return the year of a plan.

    Raises:
        Unknown: there is no such plan.
    """
    return store.get(tx, code).year


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
        "signer": draft.signer,
        "citations": [_citation(one) for one in draft.citations],
        "bases": [
            {"text": one.text, "citations": [_citation(named) for named in one.citations]}
            for one in draft.bases
        ],
        "targets": [
            {"text": one.text, "section": one.section, "source": dataclasses.asdict(one.source)}
            for one in draft.targets
        ],
    }


def _new_head(tx: Transaction, draft: DraftPlan, plan: Plan) -> dict[str, Any]:
    """Return what a newer reading says otherwise of the plan itself; a bare table says nothing."""
    if plan.state != "draft" or draft.title == draft.code:
        return {}
    stored = store.head(tx, plan.id)
    head = {name: value for name, value in _head(draft).items() if value not in (None, [])}
    return {name: value for name, value in head.items() if stored[name] != value}


def _head_remarks(head: Mapping[str, Any]) -> list[Remark]:
    said = {"title": "tên", "number": "số hiệu", "issued_on": "ngày ban hành", "signer": "người ký"}
    return [
        Remark(code="head_changed", message=f"{label} của kế hoạch nay là: {head[name]}")
        for name, label in said.items()
        if name in head
    ]


def _store_head(tx: Transaction, draft: DraftPlan, plan: Plan, head: Mapping[str, Any]) -> bool:
    """Store what is new of the plan itself and return whether anything is."""
    if head:
        store.update_plan(tx, plan.id, **head)
    lines = sorted(_report_lines(draft), key=str)
    is_other = bool(lines) and lines != sorted(store.report_lines(tx, plan.id), key=str)
    if is_other:
        store.replace_report_lines(tx, plan.id, lines)
    return bool(head) or is_other


def _report_lines(draft: DraftPlan) -> list[dict[str, Any]]:
    return [
        {"period": line.period, "recipient": line.recipient, "phrase": line.phrase}
        for line in draft.report_lines
    ]


def _all_new(draft: DraftPlan, rulebook: Rulebook) -> list[Edit]:
    names = Names(rulebook.organisation)
    ids = {item.code: new_id() for item in draft.items}
    return [
        _new(read, ids, ordinal=number * ROOM, names=names)
        for number, read in enumerate(draft.items, start=1)
    ]


def _edits(tx: Transaction, draft: DraftPlan, plan: Plan, rulebook: Rulebook) -> list[Edit]:
    """Return the items of the file and those that only the plan has, in document order."""
    names = Names(rulebook.organisation)
    known = {
        edit.after.code: edit
        for edit in working.as_they_are(tx, plan, rulebook)
        # The tasks of a recurring item came with the activation; no document knows them.
        if "series" not in edit.after.intake
    }
    read = {item.code: item for item in draft.items}
    ids = {code: known[code].after.id if code in known else new_id() for code in read}
    edits = []
    for number, code in enumerate(_order(list(known), list(read)), start=1):
        is_movable = plan.state == "draft" or code not in known
        ordinal = number * ROOM if is_movable else known[code].after.ordinal
        if code not in known:
            edits.append(_new(read[code], ids, ordinal=ordinal, names=names))
        elif code not in read:
            after = dataclasses.replace(known[code].after, ordinal=ordinal)
            edits.append(dataclasses.replace(known[code], after=after))
        else:
            edits.append(_newer(known[code], read[code], ids, ordinal=ordinal, names=names))
    return edits


def _order(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return all codes in the newer order; what only the older has stays behind its predecessor."""
    order, there = list(new), set(new)
    for place, code in enumerate(old):
        if code not in there:
            behind = order.index(old[place - 1]) + 1 if place else 0
            order.insert(behind, code)
            there.add(code)
    return order


def _new(read: DraftItem, ids: Mapping[str, str], *, ordinal: int, names: Names) -> Edit:
    blank = Item(
        id=ids[read.code], code=read.code, parent_id=None, ordinal=ordinal, section="", field="",
        kind=read.kind, title=read.title, output=None, citations=[], deadline=None, intake={},
        decision=None, is_urgent=False, evidence_optional=False, lead_unit_id=None,
        assignee_id=None, verifier_id=None, state=None, version=0, due_on=None,
    )  # fmt: skip
    said = working.said_by(read)
    item = working.laid_over(_with_text(blank, read, ids, said), said, had=(), names=names)
    return Edit(
        before=None, after=item, has=working.contributing(item, (), names), source=read.source
    )


def _newer(
    edit: Edit, read: DraftItem, ids: Mapping[str, str], *, ordinal: int, names: Names
) -> Edit:
    """Return the edit that a newer reading makes.

    What the document says as it did when it was last read has been taken in already, and may have
    been changed since by a table or a person.
    """
    item = edit.after
    said = working.said_by(read)
    before = item.intake.get("said", {})
    fresh = {name: value for name, value in said.items() if before.get(name) != value}
    if "leads" in said and "lead" in fresh:
        fresh["leads"] = said["leads"]
    kind = _kind(item, read, is_fresh="kind" in fresh)
    fresh.pop("kind", None)
    text = _with_text(item, read, ids, {**before, **said})
    text = dataclasses.replace(text, kind=kind, ordinal=ordinal)
    after = working.laid_over(text, fresh, had=edit.had, names=names)
    return working.edited(edit, after, source=read.source, names=names)


def _kind(item: Item, read: DraftItem, *, is_fresh: bool) -> str:
    if read.kind == "heading" or item.intake.get("recurring"):
        return item.kind if item.intake.get("recurring") else read.kind
    is_settled = bool(item.decision or "kind" in item.intake.get("decided", ()))
    is_better_known = item.deadline is not None and read.deadline is None
    return read.kind if is_fresh and not is_settled and not is_better_known else item.kind


def _with_text(
    item: Item, read: DraftItem, ids: Mapping[str, str], said: Mapping[str, Any]
) -> Item:
    """Return the item with everything that only the document says, and the last reading of it."""
    return dataclasses.replace(
        item,
        parent_id=ids[read.parent] if read.parent else None,
        section=read.section,
        field=read.field,
        title=read.title,
        citations=[_citation(one) for one in read.citations],
        intake={
            **item.intake,
            "said": dict(said),
            "missing": list(read.missing),
            "near_duplicates": list(read.near_duplicates),
            "warnings": [dataclasses.asdict(one) for one in read.warnings],
            "source": _place(read.source),
        },
    )


def _place(source: Source) -> dict[str, Any]:
    return {name: value for name, value in dataclasses.asdict(source).items() if value}


def _citation(one: Citation) -> dict[str, Any]:
    return {**dataclasses.asdict(one), "date": one.date.isoformat() if one.date else None}


def _active(draft: DraftPlan, codes: Sequence[str]) -> BadInput:
    return BadInput(
        source=draft.source_name,
        faults=[
            Fault(place=code, problem="khác với kế hoạch đang thực hiện",
                  cure="kế hoạch đã kích hoạt chỉ thay đổi bằng quyết định điều chỉnh "
                       "(plan adjust)")
            for code in codes
        ],
    )  # fmt: skip
