"""What importing a plan and importing a worksheet have in common: rights, names, the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine import audit
from engine.commands import undecided
from engine.commands.rights import require, standpoint
from engine.draft import DraftPlan, Worksheet
from engine.errors import BadInput, Fault
from engine.naming import find_person, find_unit
from engine.organisation import Organisation
from engine.rulebook import Rulebook
from engine.store import plans as store
from engine.store.plans import Item, Plan
from engine.store.session import Transaction

#: Longest code, number or section that the tables take.
_LONGEST_CODE = 64


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


def require_monitoring_unit(rulebook: Rulebook, actor: str, *, what: str, at: datetime) -> None:
    """Return if the actor belongs to the unit that follows the plan.

    Raises:
        Unknown: the actor is nobody.
        NotPermitted: he is somebody else.
    """
    today = rulebook.calendar.local_date(at)
    who = standpoint(rulebook.organisation, actor, None, on=today)
    require(
        rulebook.organisation, who, None, on=today, what=what,
        any_of=("monitor", "monitoring_unit"),
    )  # fmt: skip


def require_room(draft: DraftPlan) -> None:
    """Return if the codes and numbers of a plan fit where they are kept.

    Raises:
        BadInput: some do not; every one is named.
    """
    named = [("mã kế hoạch", draft.code), ("số hiệu", draft.number or "")]
    for item in draft.items:
        named += [(item.code[:20], item.code), (item.code[:20], item.section)]
    faults = [
        Fault(place=place, problem=f"mã dài {len(text)} ký tự", cure=f"dùng tối đa {_LONGEST_CODE}")
        for place, text in named
        if len(text) > _LONGEST_CODE
    ]
    if not draft.code.strip() or not draft.code.isprintable() or "/" in draft.code:
        cure = "dùng chữ, số và dấu gạch, ví dụ KH-CCHC-2023"
        faults.append(
            Fault(place="mã kế hoạch", problem=f"{draft.code!r} không dùng được", cure=cure)
        )
    if faults:
        raise BadInput(source=draft.source_name, faults=faults)


def bind(tx: Transaction, items: Sequence[Item], rulebook: Rulebook) -> list[Item]:
    """Return the items with every name found that means somebody by now, and store them."""
    found = bound(items, rulebook)
    columns = ("id", "lead_unit_id", "assignee_id", "verifier_id")
    changed = [new for old, new in zip(items, found, strict=True) if new != old]
    store.update_items(tx, [{name: getattr(one, name) for name in columns} for one in changed])
    return found


def bound(items: Sequence[Item], rulebook: Rulebook) -> list[Item]:
    """Return the items with names found that meant nothing when they were read.

    A unit or a person imported after the worksheet is found here.
    """
    organisation = rulebook.organisation
    return [
        replace(
            item,
            lead_unit_id=item.lead_unit_id or unit_id(organisation, item.intake.get("lead")),
            assignee_id=item.assignee_id or person_id(organisation, item.intake.get("assignee")),
            verifier_id=item.verifier_id or person_id(organisation, item.intake.get("verifier")),
        )
        for item in items
    ]


def set_contributions(
    tx: Transaction, task_id: str, names: Sequence[str], rulebook: Rulebook
) -> None:
    """Set the contributing units of an item; a name that is no unit of ours is kept as text."""
    organisation = rulebook.organisation
    units = [(name, unit_id(organisation, name)) for name in names]
    store.replace_contributions(tx, task_id, units)


def unit_id(organisation: Organisation, text: str | None) -> str | None:
    """Return the id of the unit that a cell names, None if it names none of ours."""
    unit = find_unit(organisation, text) if text else None
    return unit.id if unit else None


def person_id(organisation: Organisation, text: str | None) -> str | None:
    """Return the id of the person that a cell names, None if nobody, or several, are called so."""
    person = find_person(organisation, text) if text else None
    return person.id if person else None


def imported_event(
    plan: Plan, file: DraftPlan | Worksheet, codes: Sequence[str], *, actor: str
) -> audit.Event:
    """Return the audit event of a file taken in."""
    action = "plan.imported" if isinstance(file, DraftPlan) else "plan.worksheet_imported"
    return audit.Event(
        subject=f"plan:{plan.id}",
        action=action,
        actor=actor,
        cause=file.source_name,
        after={"plan": plan.code, "items": list(codes), "sha256": file.digest},
    )


def result(
    tx: Transaction, plan: Plan, rulebook: Rulebook, *, at: datetime, **counts: int
) -> Imported:
    """Return what an import did, and what is left to decide."""
    items = store.items(tx, plan.id)
    if plan.state == "draft":
        items = bind(tx, items, rulebook)
    today = rulebook.calendar.local_date(at)
    faults = undecided.faults(items, rulebook, on=today) if plan.state == "draft" else ()
    return Imported(
        **counts,
        needs_decision=len({fault.place for fault in faults}),
        faults=tuple(faults),
        warnings=tuple(undecided.warnings(items, rulebook, on=today)),
    )
