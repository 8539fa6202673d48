"""Rows of the appendix to items: laid over those of the body they name, else items themselves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.draft import Citation, DraftItem, Remark, Source
from engine.joining import Match, Titled, join
from workflows.planfile.citations import complete, find_citations
from workflows.planfile.classes import class_of, missing_of
from workflows.planfile.flow import source_of
from workflows.planfile.rules import IntakeRules
from workflows.planfile.tables import TableRow

_FIELD_LEVELS = 2
#: Put before the code of a row that is called like another item of the body.
_PREFIX = "PL."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A row of the appendix with the code it was given and the file it came from.

    `own_code` is what the table itself calls it; "" where it does not.
    """

    row: TableRow
    code: str
    own_code: str = ""
    file: str | None = None

    @property
    def source(self) -> Source:
        """Where it stands."""
        return source_of(self.row.place, file=self.file, passage=self.row.passage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Body and appendix in one: the items, and how many rows named an item of the body."""

    items: tuple[DraftItem, ...]
    matched: int


def items_of(
    rows: Sequence[Entered], *, known: Mapping[str, Citation], rules: IntakeRules
) -> tuple[DraftItem, ...]:
    """Return the rows of a plan that is a table as its items, in the order of the file."""
    codes = {entered.code for entered in rows}
    headings = {parent for entered in rows if (parent := _parent(entered.code, codes))}
    return tuple(
        _item(
            entered,
            parent=_parent(entered.code, codes),
            is_heading=entered.row.is_heading or entered.code in headings,
            known=known,
            rules=rules,
        )
        for entered in rows
    )


def lay_over(
    body: Sequence[DraftItem],
    rows: Sequence[Entered],
    *,
    known: Mapping[str, Citation],
    rules: IntakeRules,
) -> Joined:
    """Return the items of a body with what the appendix says of each, then the rows on their own.

    By the code that stands in the table, then by title.
    """
    named = [Titled(code=_named_code(entered), title=entered.row.title) for entered in rows]
    matches = join(named, [Titled(code=item.code, title=item.title) for item in body])
    by_item = {match.item: match for match in matches.values()}
    items = [
        _with_row(item, rows[by_item[place].row], by_item[place], rules=rules)
        if place in by_item
        else item
        for place, item in enumerate(body)
    ]
    taken = {item.code for item in body}
    alone = [
        free(entered, taken=taken) for place, entered in enumerate(rows) if place not in matches
    ]
    items += items_of(alone, known=known, rules=rules)
    return Joined(items=tuple(items), matched=len(matches))


def _named_code(entered: Entered) -> str:
    """Return the code that the table gives a row: its own column, or an outline number as such."""
    number = entered.row.number
    return entered.own_code or (number if "." in number else "")


def free(entered: Entered, *, taken: Collection[str]) -> Entered:
    """Return the row under a code that nothing else has."""
    code = entered.code
    while code in taken:
        code = f"{_PREFIX}{code}"
    return replace(entered, code=code)


def _with_row(item: DraftItem, entered: Entered, match: Match, *, rules: IntakeRules) -> DraftItem:
    """Lay a row over the item of the body it names; an empty cell leaves what is there."""
    row = entered.row
    is_heading = item.kind == "heading"
    kind = class_of(
        item.title,
        row.deadline or item.deadline,
        decision=row.decision,
        has_children=is_heading,
        words=rules.classes,
    )
    joined = replace(
        item,
        kind=kind if is_heading else row.kind or kind,
        lead=row.lead_text or item.lead,
        leads=row.leads or item.leads,
        coordinating=row.coordinating or item.coordinating,
        assignee=row.assignee or item.assignee,
        verifier=row.verifier or item.verifier,
        deadline=row.deadline or item.deadline,
        output=row.output or item.output,
        urgent=bool(row.urgent or item.urgent),
        decision=row.decision or item.decision,
        warnings=(*item.warnings, *row.remarks, *_join_remarks(item, entered, match)),
    )
    return replace(joined, missing=missing_of(joined))


def _join_remarks(item: DraftItem, entered: Entered, match: Match) -> list[Remark]:
    remarks = []
    if match.how == "likeness":
        message = (
            f"ghép với dòng phụ lục “{entered.row.title[:80]}” theo tên gần giống "
            f"({match.likeness:.0f} %)"
        )
        remarks.append(Remark(code="joined_by_likeness", message=message))
    if item.leads and entered.row.leads and item.leads != entered.row.leads:
        message = f"phần thân ghi chủ trì {item.lead}, phụ lục ghi {entered.row.lead_text}"
        remarks.append(Remark(code="body_contradicts_appendix", message=message))
    return remarks


def _parent(code: str, codes: Collection[str]) -> str | None:
    above = code.rpartition(".")[0]
    while above and above not in codes:
        above = above.rpartition(".")[0]
    return above or None


def _item(
    entered: Entered,
    *,
    parent: str | None,
    is_heading: bool,
    known: Mapping[str, Citation],
    rules: IntakeRules,
) -> DraftItem:
    row = entered.row
    section, field = _section(entered)
    kind = class_of(
        row.title,
        row.deadline,
        decision=row.decision,
        has_children=is_heading,
        words=rules.classes,
    )
    cited = find_citations(" ".join((row.title, *row.other.values())), words=rules.citations)
    item = DraftItem(
        code=entered.code,
        parent=parent,
        section=section,
        field=field,
        kind=kind if is_heading else row.kind or kind,
        title=row.title,
        lead=row.lead_text,
        leads=row.leads,
        coordinating=row.coordinating,
        assignee=row.assignee,
        verifier=row.verifier,
        deadline=row.deadline,
        output=row.output,
        urgent=bool(row.urgent),
        decision=row.decision,
        citations=complete(cited, known=known),
        source=entered.source,
        warnings=row.remarks,
    )
    return replace(item, missing=missing_of(item))


def _section(entered: Entered) -> tuple[str, str]:
    """Return the code and title of the part of the table that a row stands in."""
    if entered.row.group:
        group = entered.row.group[-1]
        marks = ".".join(one.mark for one in entered.row.group if one.mark)
        return marks, group.title
    levels = entered.own_code.split(".")
    return ".".join(levels[:_FIELD_LEVELS]) if len(levels) > 1 else "", ""
