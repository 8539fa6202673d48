"""What becomes of each item of a plan: worked out first, then shown or written.

A dry run shows the edits that an import writes; there is no second way to work them out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.draft import DraftItem, Remark, Source, WorksheetRow
from engine.naming import Names
from engine.organisation import Organisation
from engine.review import Action, FieldChange
from engine.rulebook import Rulebook
from engine.spelling import fold
from engine.store import plans as store
from engine.store.plans import Item, Plan
from engine.store.session import Transaction

#: Contributing units: the name as written, and the id where it is one of ours.
Units = tuple[tuple[str, str | None], ...]

_NOWHERE = Source()

_COLUMNS = (
    "id", "code", "parent_id", "ordinal", "section", "field", "kind", "title", "output",
    "citations", "deadline", "intake", "decision", "is_urgent", "evidence_optional",
    "lead_unit_id", "assignee_id", "verifier_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One item as it is and as it would be.

    Attributes:
        before: None where the item is new.
        had: Its contributing units now.
        has: Those it would have.
        source: Where the file speaks of it.
        is_named: Whether the file speaks of it at all.
        remarks: What the importing person should know.
    """

    before: Item | None
    after: Item
    had: Units = ()
    has: Units = ()
    source: Source = _NOWHERE
    is_named: bool = True
    remarks: tuple[Remark, ...] = ()


def bind(tx: Transaction, plan: Plan, rulebook: Rulebook) -> list[Item]:
    """Store every name of a draft that means somebody by now, and return its items.

    A unit or a person imported after the plan is found here.
    """
    units, names = store.contributions(tx, plan.id), Names(rulebook.organisation)
    edits = []
    for item in store.items(tx, plan.id):
        had, after = units.get(item.id, ()), bound(item, names)
        edits.append(Edit(before=item, after=after, had=had, has=contributing(after, had, names)))
    write(tx, plan.id, edits)
    return [edit.after for edit in edits]


def as_they_are(tx: Transaction, plan: Plan, rulebook: Rulebook) -> list[Edit]:
    """Return every item of a plan as an edit that changes nothing, in document order.

    The names of a draft are found as `bind` finds them, without writing them.
    """
    units, names = store.contributions(tx, plan.id), Names(rulebook.organisation)
    is_draft = plan.state == "draft"
    edits = []
    for stored in store.items(tx, plan.id):
        had = units.get(stored.id, ())
        item = bound(stored, names) if is_draft else stored
        has = contributing(item, had, names) if is_draft else had
        edits.append(
            Edit(before=item, after=item, had=has, has=has, source=source_of(item), is_named=False)
        )
    return edits


def bound(item: Item, names: Names) -> Item:
    """Return an item with the names found that meant nothing when they were read."""
    intake = item.intake
    lead = item.lead_unit_id or lead_id(names, intake.get("lead"), intake.get("leads") or ())
    people = {
        role: names.person(text)
        for role in ("assignee", "verifier")
        if (text := intake.get(role)) and getattr(item, f"{role}_id") is None
    }
    found: dict[str, Any] = {
        f"{role}_id": one.id for role, one in people.items() if one is not None
    }
    if not found and lead == item.lead_unit_id:
        return item
    return replace(item, lead_unit_id=lead, **found)


def source_of(item: Item) -> Source:
    """Return where an item stands in the document it was read from."""
    known: Mapping[str, Any] = item.intake.get("source") or {}
    return Source(**{name: known[name] for name in Source.__slots__ if name in known})


def action(edit: Edit, organisation: Organisation) -> Action:
    """Return what would become of the item."""
    if edit.before is None:
        return "create"
    if not edit.is_named:
        return "absent"
    return "update" if changes(edit, organisation) else "unchanged"


def changes(edit: Edit, organisation: Organisation) -> tuple[FieldChange, ...]:
    """Return what would be different of an item that is there already, field by field."""
    if edit.before is None or not edit.is_named:
        return ()
    old = _told(edit.before, edit.had, organisation)
    new = _told(edit.after, edit.has, organisation)
    return tuple(
        FieldChange(field=name, old=old[name], new=new[name])
        for name in old
        if old[name] != new[name]
    )


def write(tx: Transaction, plan_id: str, edits: Sequence[Edit]) -> None:
    """Store every edit that changes anything; new parents stand before their children."""
    new = [edit for edit in edits if edit.before is None]
    store.insert_items(tx, [{**_row(edit.after), "plan_id": plan_id} for edit in new])
    changed = [edit for edit in edits if edit.before is not None and edit.before != edit.after]
    store.update_items(tx, [_row(edit.after) for edit in changed])
    store.set_contributions(tx, {edit.after.id: edit.has for edit in edits if edit.has != edit.had})


def said_by(read: DraftItem | WorksheetRow) -> dict[str, Any]:
    """Return what a file says of an item, as plain values; what it leaves empty is not in it."""
    said: dict[str, Any] = {
        "kind": read.kind,
        # Of "Chủ trì: Văn phòng" only the name says who leads.
        "lead": read.leads[0] if len(read.leads) == 1 else read.lead or "; ".join(read.leads),
        "leads": list(read.leads) if len(read.leads) > 1 else None,
        "coordinating": list(read.coordinating),
        "assignee": read.assignee,
        "verifier": read.verifier,
        "deadline": read.deadline.as_mapping() if read.deadline else None,
        "output": read.output,
        "decision": read.decision,
        "is_urgent": read.urgent,
    }
    if isinstance(read, DraftItem):
        said |= {
            "is_urgent": read.urgent or None,
            "evidence_optional": read.evidence_optional or None,
        }
    return {name: value for name, value in said.items() if value not in (None, [], "")}


def laid_over(item: Item, said: Mapping[str, Any], *, had: Units, names: Names) -> Item:
    """Return the item with what a file says laid over it.

    Another way of writing the same unit or person is no change. What a person settled stays as it
    is: the decision of the office comes before any file.
    """
    columns: dict[str, Any] = {
        name: said[name]
        for name in ("output", "decision", "is_urgent", "evidence_optional", "deadline")
        if name in said
    }
    if "kind" in said and item.kind != "heading":
        columns["kind"] = said["kind"]
    stated = _coordinated(item, said.get("coordinating"), had=had, names=names)
    intake = dict(stated.intake)
    decided = item.intake.get("decided", ())
    if "lead" in said and "lead_unit_id" not in decided:
        # Whoever states the contributing units anew has said what becomes of the other leads.
        columns |= _lead(item, said, intake, names=names, keeps_others=stated is item)
    for role in ("assignee", "verifier"):
        if role in said and f"{role}_id" not in decided:
            columns |= _person(item, role, said[role], intake, names)
    settled = {name: value for name, value in columns.items() if name not in decided}
    return replace(item, **{**settled, "intake": intake})


def edited(edit: Edit, after: Item, *, source: Source, names: Names) -> Edit:
    """Return an edit of an item of which a file speaks, with the units that then contribute."""
    before = edit.after
    is_same = before.lead_unit_id == after.lead_unit_id and all(
        before.intake.get(name) == after.intake.get(name) for name in ("coordinating", "leads")
    )
    has = edit.had if is_same else contributing(after, edit.had, names)
    return replace(edit, after=after, has=has, source=source, is_named=True)


def contributing(item: Item, had: Units, names: Names) -> Units:
    """Return the contributing units of an item: once each, and never the lead unit itself.

    Of several leads between which somebody chose, the others contribute.
    """
    written = item.intake.get("coordinating")
    texts = [name for name, _ in had] if written is None else list(written)
    if item.lead_unit_id is not None:
        texts += item.intake.get("leads") or []
    found: dict[str, tuple[str, str | None]] = {}
    for text in texts:
        unit = names.unit(text)
        identity = unit.id if unit else None
        if identity is None or identity != item.lead_unit_id:
            found.setdefault(identity or fold(text), (text, identity))
    return tuple(found.values())


def lead_id(names: Names, lead: str | None, leads: Sequence[str] = ()) -> str | None:
    """Return the one unit of ours that a cell names as lead; several names are nobody yet."""
    if not lead or len(leads) > 1:
        return None
    unit = names.unit(lead) or (names.unit(leads[0]) if leads else None)
    return unit.id if unit else None


def lead_text(item: Item, organisation: Organisation) -> str | None:
    """Return the code of the lead unit, else what was written."""
    unit = organisation.unit_by_id.get(item.lead_unit_id or "")
    text: str | None = item.intake.get("lead")
    return unit.code if unit else text or None


def person_text(item: Item, role: str, organisation: Organisation) -> str | None:
    """Return the code of the `assignee` or `verifier`, else what was written."""
    identity = item.assignee_id if role == "assignee" else item.verifier_id
    person = organisation.person_by_id.get(identity or "")
    text: str | None = item.intake.get(role)
    return person.code if person else text or None


def unit_texts(units: Iterable[tuple[str, str | None]], organisation: Organisation) -> list[str]:
    """Return contributing units: the code of each that is ours, else what was written."""
    known = organisation.unit_by_id
    return [known[unit].code if unit in known else name for name, unit in units]


def _lead(
    item: Item,
    said: Mapping[str, Any],
    intake: dict[str, Any],
    *,
    names: Names,
    keeps_others: bool,
) -> dict[str, Any]:
    leads = said.get("leads") or []
    found = lead_id(names, said["lead"], leads)
    if found is not None and found == item.lead_unit_id:
        return {}
    intake["lead"] = said["lead"]
    before = intake.pop("leads", [])
    is_choice = found is not None and found in {lead_id(names, one) for one in before}
    if leads or (is_choice and keeps_others):
        intake["leads"] = leads or before
    return {"lead_unit_id": found}


def _person(
    item: Item, role: str, text: str, intake: dict[str, Any], names: Names
) -> dict[str, Any]:
    person = names.person(text)
    column = f"{role}_id"
    if person is not None and person.id == getattr(item, column):
        return {}
    intake[role] = text
    return {column: person.id if person else None}


def _coordinated(item: Item, texts: list[str] | None, *, had: Units, names: Names) -> Item:
    if texts is None:
        return item
    new = replace(item, intake={**item.intake, "coordinating": texts})
    is_same = _keys(contributing(new, (), names)) == _keys(contributing(item, had, names))
    return item if is_same else new


def _keys(units: Units) -> list[str]:
    return [identity or fold(text) for text, identity in units]


def _row(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in _COLUMNS}


def _told(item: Item, units: Units, organisation: Organisation) -> dict[str, str | None]:
    deadline = item.deadline or {}
    told = {
        "title": item.title,
        "section": item.section,
        "field": item.field,
        "kind": item.kind,
        "lead": lead_text(item, organisation),
        "coordinating": "; ".join(unit_texts(units, organisation)),
        "assignee": person_text(item, "assignee", organisation),
        "verifier": person_text(item, "verifier", organisation),
        "deadline": deadline.get("phrase"),
        "due": ", ".join(day.isoformat() for day in item.due),
        "confidence": deadline.get("confidence"),
        "output": item.output,
        "decision": item.decision,
        "is_urgent": "true" if item.is_urgent else None,
        "evidence_optional": "true" if item.evidence_optional else None,
        "citations": "; ".join(str(one["number"]) for one in item.citations),
    }
    return {name: value or None for name, value in told.items()}
