"""A plan that is only a table to a draft plan: parents by their codes, fields by their headings."""

from collections.abc import Mapping
from dataclasses import replace

from engine.draft import DraftItem, DraftPlan, Remark, Source, Worksheet, WorksheetRow
from workflows.planfile.citations import find_citations
from workflows.planfile.classes import class_of, missing_of
from workflows.planfile.marking import mark_duplicates
from workflows.planfile.plan import PlanKey, refuse_too_many
from workflows.planfile.rules import IntakeRules

_FIELD_LEVELS = 2


def plan_of_table(sheet: Worksheet, *, key: PlanKey, rules: IntakeRules) -> DraftPlan:
    """Return the plan that a table holds, its rows as items in the order of the file.

    Raises:
        BadInput: the table has more rows than a plan may have.
    """
    refuse_too_many(len(sheet.rows), name=sheet.source_name, rules=rules)
    rows = {row.code: row for row in sheet.rows}
    parents = {row.code: _parent(row.code, rows) for row in sheet.rows}
    headings = {parent for parent in parents.values() if parent}
    items = [
        _item(row, parent=parents[row.code], is_heading=row.code in headings, key=key, rules=rules)
        for row in sheet.rows
    ]
    return DraftPlan(
        code=key.code,
        year=key.year,
        title=key.code,
        source_name=sheet.source_name,
        digest=sheet.digest,
        items=mark_duplicates(items, rules=rules),
    )


def _parent(code: str, rows: Mapping[str, WorksheetRow]) -> str | None:
    above = code.rpartition(".")[0]
    while above and above not in rows:
        above = above.rpartition(".")[0]
    return above or None


def _item(
    row: WorksheetRow, *, parent: str | None, is_heading: bool, key: PlanKey, rules: IntakeRules
) -> DraftItem:
    title = row.title or ""
    citations = find_citations(title, words=rules.citations)
    kind = class_of(
        title, row.deadline, decision=row.decision, has_children=is_heading, words=rules.classes
    )
    item = DraftItem(
        code=row.code,
        parent=parent,
        section=".".join(row.code.split(".")[:_FIELD_LEVELS]),
        field="",
        kind=kind,
        title=title,
        lead=row.lead,
        coordinating=row.coordinating,
        assignee=row.assignee,
        verifier=row.verifier,
        deadline=row.deadline,
        output=row.output,
        urgent=row.urgent,
        decision=row.decision,
        citations=citations,
        source=Source(row=row.row),
        warnings=_year_warnings(row, plan_year=key.year),
    )
    return replace(item, missing=missing_of(item))


def _year_warnings(row: WorksheetRow, *, plan_year: int) -> tuple[Remark, ...]:
    """Return a remark where a date lies more than a year outside the plan: often a wrong digit."""
    due = row.deadline.due if row.deadline else ()
    far = [day for day in due if abs(day.year - plan_year) > 1]
    return tuple(
        Remark(code="year_outside_plan", message=f"hạn {day:%d/%m/%Y} xa năm kế hoạch {plan_year}")
        for day in far
    )
