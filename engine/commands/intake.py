"""What importing a plan and importing a worksheet have in common: rights, room, the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import audit
from engine.commands.edits import Edit
from engine.commands.rights import require, standpoint
from engine.draft import DraftPlan, Worksheet
from engine.errors import BadInput, Fault
from engine.review import Review
from engine.rulebook import Rulebook
from engine.store.plans import Plan

#: Longest code, number or section that the tables take.
_LONGEST_CODE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, or would do, in items.

    `needs_decision` counts rows that hold up activation; `review` says everything row by row.
    """

    create: int = 0
    update: int = 0
    unchanged: int = 0
    needs_decision: int = 0
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    review: Review
    edits: tuple[Edit, ...] = ()

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
