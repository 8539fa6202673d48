"""Reviews: what an import would do, and a stored plan row by row, with all that is still open."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import cast

from engine import audit
from engine.commands import edits as working
from engine.commands import undecided
from engine.commands.edits import Edit
from engine.commands.intake import Imported, require_monitoring_unit
from engine.draft import Kind, Remark
from engine.errors import Fault
from engine.naming import Names
from engine.review import Proposal, Question, Review
from engine.rulebook import Rulebook
from engine.store import plans as store
from engine.store.plans import Item, Plan
from engine.store.rulebooks import Rules
from engine.store.session import Transaction


def review_of(
    plan: Plan,
    edits: Sequence[Edit],
    rulebook: Rulebook,
    *,
    on: date,
    remarks: Sequence[Remark] = (),
) -> Review:
    """Return edits as rows of a review, with what is still to be decided of each.

    Only a draft has anything to decide.
    """
    names = Names(rulebook.organisation)
    items = [edit.after for edit in edits]
    asked = undecided.questions(items, rulebook, on=on) if plan.state == "draft" else {}
    return Review(
        plan=plan.code,
        year=plan.year,
        title=plan.title,
        rows=tuple(_row(edit, asked.get(edit.after.code, ()), names, rulebook) for edit in edits),
        remarks=tuple(remarks),
        is_draft=plan.state == "draft",
    )


def review_plan(tx: Transaction, code: str, *, rules: Rules, at: datetime) -> Review:
    """Return a stored plan as a review: nothing changes, what is open is asked.

    Raises:
        Unknown: there is no such plan.
    """
    plan, rulebook = store.get(tx, code), rules.current(tx)
    edits = [replace(edit, is_named=True) for edit in working.as_they_are(tx, plan, rulebook)]
    return review_of(plan, edits, rulebook, on=rulebook.calendar.local_date(at))


def export_plan(
    tx: Transaction, code: str, *, file: str, actor: str, rules: Rules, at: datetime
) -> Review:
    """Return a stored plan as a review that is about to leave in a file, and record that.

    Raises:
        Unknown: there is no such plan.
        NotPermitted: the actor is no member of the monitoring unit.
    """
    require_monitoring_unit(rules.current(tx), actor, what="export_plan", at=at)
    found = review_plan(tx, code, rules=rules, at=at)
    event = audit.Event(
        subject=f"plan:{store.get(tx, code).id}",
        action="plan.exported",
        actor=actor,
        cause=file,
        after={"plan": code, "items": len(found.rows)},
    )
    audit.append(tx, event, at=at)
    return found


def outcome(
    plan: Plan,
    edits: Sequence[Edit],
    rulebook: Rulebook,
    *,
    on: date,
    remarks: Sequence[Remark] = (),
) -> Imported:
    """Return what an import does, and what is left to decide of the plan after it."""
    review = review_of(plan, edits, rulebook, on=on, remarks=remarks)
    asked = [(row.code, question) for row in review.rows for question in row.questions]
    items = [edit.after for edit in edits]
    counts = review.summary
    return Imported(
        create=counts["create"],
        update=counts["update"],
        unchanged=counts["unchanged"],
        needs_decision=counts["needs_decision"],
        faults=tuple(Fault(place=code, problem=one.problem, cure=one.cure) for code, one in asked),
        warnings=tuple(undecided.warnings(items, rulebook, on=on)),
        review=review,
        edits=tuple(edits),
    )


def _row(edit: Edit, questions: tuple[Question, ...], names: Names, rulebook: Rulebook) -> Proposal:
    item, organisation = edit.after, rulebook.organisation
    units = working.unit_texts(edit.has, organisation)
    deadline = item.deadline or {}
    return Proposal(
        code=item.code,
        kind=cast(Kind, item.kind),
        title=item.title,
        section=item.section,
        field=item.field,
        action=working.action(edit, organisation),
        changes=working.changes(edit, organisation),
        questions=questions,
        warnings=(*_remarks(item), *undecided.lacking(item), *edit.remarks, *_near(edit, names)),
        lead=working.lead_text(item, organisation),
        leads=tuple(item.intake.get("leads") or ()),
        coordinating=tuple(units),
        groups=tuple(name for name in units if names.is_group(name)),
        assignee=working.person_text(item, "assignee", organisation),
        verifier=working.person_text(item, "verifier", organisation),
        deadline_phrase=deadline.get("phrase"),
        deadline_kind=deadline.get("kind"),
        due=item.due,
        output=item.output,
        decision=item.decision,
        is_urgent=item.is_urgent,
        near_duplicates=tuple(item.intake.get("near_duplicates", ())),
        source=edit.source,
    )


def _remarks(item: Item) -> tuple[Remark, ...]:
    return tuple(
        Remark(code=one["code"], message=one["message"]) for one in item.intake.get("warnings", ())
    )


def _near(edit: Edit, names: Names) -> tuple[Remark, ...]:
    """Return remarks on contributing units that are perhaps ours, written in another way."""
    strangers = [name for name, unit in edit.has if unit is None and not names.is_group(name)]
    found = [(name, names.near_units(name)) for name in strangers]
    return tuple(
        Remark(
            code="coordinating_unknown",
            message=f"đơn vị phối hợp {name!r} không thuộc cơ quan; có phải là {near[0].name!r}?",
        )
        for name, near in found
        if near
    )
