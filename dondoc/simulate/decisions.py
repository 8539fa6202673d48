"""A decision about the plan of a scenario, as the engine takes it."""

from datetime import date

from dondoc.simulate.scenario import Event, TaskSpec
from engine.adjustment import Adjustment, Entry
from engine.draft import Deadline

#: What a decision without a number of its own is called.
_NUMBER = "QĐ-KB"


def adjustment_of(event: Event, *, plan: str, on: date) -> Adjustment:
    """Return the adjustment that an event makes on a local day."""
    given_up = (Entry(place=code, code=code, decision="drop") for code in event.given_up)
    return Adjustment(
        plan=plan,
        decision=event.decision or _NUMBER,
        decided_on=on,
        entries=(*(_entry(task) for task in event.tasks), *given_up),
        note=event.note,
        source_name="kịch bản",
    )


def _entry(task: TaskSpec) -> Entry:
    deadline = None
    if task.due is not None:
        deadline = Deadline(phrase=task.due.isoformat(), kind="fixed_date", due=(task.due,))
    return Entry(
        place=task.code,
        code=task.code,
        title=task.title or None,
        kind="standing" if task.standing else "task" if deadline else None,
        parent=task.parent,
        lead=task.lead,
        coordinating=task.coordinating or None,
        assignee=task.assignee,
        verifier=task.verifier,
        deadline=deadline,
        # A scenario means what it says, however unlike the old title is.
        decision="keep" if task.title else None,
        is_urgent=task.urgent or None,
        evidence_optional=task.evidence_optional or None,
    )
