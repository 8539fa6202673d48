"""Work that is taken up again after its unit has ended: it is the heir's from then on (S48)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from engine.commands.effects import Granted, Rewrite
from engine.organisation import Organisation, Unit
from engine.review import FieldChange
from engine.store import reorganisations as store
from engine.store.session import Transaction
from engine.task import Task


def inherited(task: Task, organisation: Organisation, *, on: date) -> Rewrite | None:
    """Return a task as the unit has it that took over from its own; None where its own stands.

    Whoever did it goes on only as a member of that unit. Of several heirs it is the one to which
    he belongs; where that says nothing, the task stays where it is, for the plan to be adjusted.
    """
    old = organisation.unit_by_id.get(task.lead_unit_id or "")
    heir = _heir(old, task, organisation, on=on) if old is not None else None
    if old is None or heir is None or heir.id == old.id:
        return None
    stays = task.assignee_id if task.assignee_id in organisation.members(heir.id, on) else None
    return Rewrite(
        task=replace(task, lead_unit_id=heir.id, assignee_id=stays),
        before={"lead": old.code},
        after={"lead": heir.code},
        told=(FieldChange(field="lead", old=old.code, new=heir.code),),
    )


def settle(tx: Transaction, granted: Sequence[Granted]) -> None:
    """Write the unit of every task that was taken up by an heir."""
    leads = {
        one.task.id: one.rewrite.task.lead_unit_id for one in granted if one.rewrite is not None
    }
    if leads:
        store.set_leads(tx, leads)


def _heir(unit: Unit, task: Task, organisation: Organisation, *, on: date) -> Unit | None:
    while unit.valid_to is not None:
        heirs = [organisation.unit_by_code[code] for code in unit.heirs]
        if len(heirs) > 1:
            heirs = [one for one in heirs if task.assignee_id in organisation.members(one.id, on)]
        if len(heirs) != 1:
            return None
        (unit,) = heirs
    return unit
