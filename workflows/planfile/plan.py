"""Documents to a draft plan: head, items of the body, and what the appendix says of them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Day  # noqa: N812 - as in the records of a draft
from typing import Literal

from engine.draft import Basis, Citation, DraftItem, DraftPlan, Remark, ReportLine, Source, Target
from engine.errors import BadInput, Fault
from workflows.planfile.appendix import Entered, free, items_of, lay_over
from workflows.planfile.blocks import Document, Place, Table
from workflows.planfile.body import Body, read_body
from workflows.planfile.citations import find_citations, first_mentions
from workflows.planfile.flow import Line, flow, holds_whole_paragraphs
from workflows.planfile.header import read_header
from workflows.planfile.headings import marked
from workflows.planfile.labels import label_words
from workflows.planfile.lines import join
from workflows.planfile.marking import mark_duplicates
from workflows.planfile.outline import Outline, read_outline
from workflows.planfile.report_lines import report_lines
from workflows.planfile.rules import IntakeRules
from workflows.planfile.signature import signer_of
from workflows.planfile.tables import TableRow, TaskTable
from workflows.planfile.targets import targets_of

#: Which items of the files become items of the plan. `auto`: those of the body and of the tables
#: where the tables name the items of the body; else those of the tables, if there are tables.
Follow = Literal["auto", "body", "tables", "all"]

#: So many rows of the appendix, of all, must name an item of the body for the two to be one list.
_SAME_LIST = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanKey:
    """What the person who imports says of the plan."""

    code: str
    year: int
    follow: Follow = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """The running text of the first file."""

    lines: Sequence[Line]
    outline: Outline
    citations: tuple[Citation, ...]
    known: Mapping[str, Citation]

    @property
    def below(self) -> Sequence[Line]:
        """What stands below the text; a document without sections is nothing but a table."""
        return self.outline.closing if self.outline.sections else self.lines


def plan_of(documents: Sequence[Document], *, key: PlanKey, rules: IntakeRules) -> DraftPlan:
    """Put a plan together from its document and the appendices that came beside it.

    Raises:
        BadInput: nothing in them is a task, too much is, or one code stands twice.
    """
    first = documents[0]
    tables = [_tables(one, year=key.year, rules=rules) for one in documents]
    text = _text(first, tables=tables[0], rules=rules)
    body = read_body(text.outline, year=key.year, known=text.known, rules=rules)
    rows = _entered(documents, tables)
    _refuse_nothing(body, rows, documents)
    refuse_too_many(len(body.items) + len(rows), name=first.name, rules=rules)
    items, remarks = _followed(body, rows, follow=key.follow, known=text.known, rules=rules)
    _refuse_repeated(items, name=first.name)
    header = read_header(text.outline.opening, words=rules.sections)
    items = [_not_before(item, header.signed) for item in _below_their_parents(items)]
    return DraftPlan(
        code=key.code,
        year=key.year,
        title=header.title or _title_of_table(tables) or key.code,
        source_name=" + ".join(one.name for one in documents),
        digest=_digest(documents),
        issuer=header.issuer,
        number=header.number,
        date=header.signed,
        citations=tuple(one for one in text.citations if one.number != header.number),
        report_lines=_report_lines(text, rules=rules),
        items=mark_duplicates(items, rules=rules),
        signer=signer_of(text.below, rules=rules),
        bases=_bases(header.bases, rules=rules),
        targets=_targets(text, rows, rules=rules),
        remarks=(*_notes(documents), *_table_remarks(tables), *body.remarks, *remarks),
    )


def _title_of_table(tables: Sequence[Sequence[TaskTable]]) -> str:
    titles = (join(table.title.split("\n")) for ones in tables for table in ones)
    return next(filter(None, titles), "")


def _tables(document: Document, *, year: int, rules: IntakeRules) -> tuple[TaskTable, ...]:
    if not any(isinstance(block, Table) for block in document.blocks):
        return ()
    from workflows.planfile.tables import read_task_tables

    return read_task_tables(document, year=year, rules=rules)


def _coded(rows: Sequence[TableRow]) -> Sequence[TableRow]:
    if not rows:
        return ()
    from workflows.planfile.tables import coded

    return coded(rows)


def _text(document: Document, *, tables: Sequence[TaskTable], rules: IntakeRules) -> _Text:
    flowing = flow(
        document.blocks,
        without=_read_places(tables),
        are_whole=holds_whole_paragraphs(document),
    )
    words = rules.sections
    lines = marked(flowing, documents=words.document, tasks=words.tasks)
    outline = read_outline(lines, words=rules.sections, labels=label_words(rules))
    running = [line.text for line in lines if not line.is_laid_out]
    mentions = find_citations(join(running), words=rules.citations)
    return _Text(lines=lines, outline=outline, citations=mentions, known=first_mentions(mentions))


def _read_places(tables: Sequence[TaskTable]) -> frozenset[Place]:
    return frozenset(
        place for table in tables for place in (table.place, *(row.place for row in table.rows))
    )


def _entered(documents: Sequence[Document], tables: Sequence[Sequence[TaskTable]]) -> list[Entered]:
    """Return all rows of all files with their codes; a file is named where there are several."""
    found: list[Entered] = []
    for document, ones in zip(documents, tables, strict=True):
        rows = [row for table in ones for row in table.rows]
        file = document.name if len(documents) > 1 else None
        # Codes are made for one file; those of another may be called alike.
        taken = frozenset(entered.code for entered in found)
        found += [
            free(Entered(row=row, code=row.code, own_code=own.code, file=file), taken=taken)
            for own, row in zip(rows, _coded(rows), strict=True)
        ]
    return found


def _followed(
    body: Body,
    rows: Sequence[Entered],
    *,
    follow: Follow,
    known: Mapping[str, Citation],
    rules: IntakeRules,
) -> tuple[Sequence[DraftItem], tuple[Remark, ...]]:
    """Return the items that are followed, and what is said of those that are not."""
    if follow == "body" or not rows:
        return body.items, ()
    joined = lay_over(body.items, rows, known=known, rules=rules)
    is_one_list = joined.matched >= _SAME_LIST * len(rows)
    if follow == "all" or (follow == "auto" and (is_one_list or not body.items)):
        return joined.items, ()
    message = (
        f"chỉ theo dõi {len(rows)} dòng của phụ lục; {len(body.items)} gạch đầu dòng ở phần thân "
        "không thành nhiệm vụ (--follow all để theo dõi cả hai)"
    )
    remarks = (Remark(code="body_not_followed", message=message),) if body.items else ()
    return items_of(rows, known=known, rules=rules), remarks


def _below_their_parents(items: Sequence[DraftItem]) -> list[DraftItem]:
    """Return the items; "2.1" may stand where no "2" does, or before it: then it is below none."""
    seen: set[str | None] = set()
    placed = []
    for item in items:
        placed.append(item if item.parent in seen else replace(item, parent=None))
        seen.add(item.code)
    return placed


def _not_before(item: DraftItem, signed: Day | None) -> DraftItem:
    """Return the item, its date to be confirmed where it was over before the plan was signed."""
    deadline = item.deadline
    if signed is None or deadline is None or not deadline.due or max(deadline.due) >= signed:
        return item
    last = f"{max(deadline.due):%d/%m/%Y}"
    message = f"hạn {last} trước ngày ban hành kế hoạch {signed:%d/%m/%Y}"
    return replace(
        item,
        deadline=replace(deadline, confidence="confirm"),
        warnings=(*item.warnings, Remark(code="due_before_plan", message=message)),
    )


def _refuse_nothing(body: Body, rows: Sequence[Entered], documents: Sequence[Document]) -> None:
    if body.items or rows:
        return
    fault = Fault(
        place="tệp",
        problem="không tìm thấy bảng nhiệm vụ (dòng tiêu đề có Nội dung nhiệm vụ, Đơn vị chủ trì, "
        "Thời hạn) hay phần nhiệm vụ (đề mục “II. NHIỆM VỤ ...” có các gạch đầu dòng)",
        cure="chọn đúng tệp kế hoạch, hoặc thêm đề mục “II. NHIỆM VỤ ...” trước các nhiệm vụ",
    )
    # What was not read may be where the tasks are.
    seen = [Fault(place="tệp", problem=one.message) for one in _notes(documents)]
    raise BadInput(source=documents[0].name, faults=[fault, *seen])


def _refuse_repeated(items: Sequence[DraftItem], *, name: str) -> None:
    places: dict[str, list[Source]] = {}
    for item in items:
        places.setdefault(item.code, []).append(item.source)
    faults = [
        Fault(
            place=" và ".join(f"dòng {one.line or one.row or one.paragraph}" for one in sources),
            problem=f"hai nhiệm vụ cùng mã {code}",
            cure="đánh số lại một trong hai nhiệm vụ",
        )
        for code, sources in places.items()
        if len(sources) > 1
    ]
    if faults:
        raise BadInput(source=name, faults=faults)


def refuse_too_many(count: int, *, name: str, rules: IntakeRules) -> None:
    """Refuse more items than any office follows; comparing them would take hours."""
    if count > rules.limits.items:
        problem = f"có {count} nhiệm vụ"
        cure = f"tối đa {rules.limits.items}; tách thành nhiều kế hoạch"
        raise BadInput(source=name, faults=[Fault(place="tệp", problem=problem, cure=cure)])


def _digest(documents: Sequence[Document]) -> str:
    """Return the digest of one file, or that of the digests of several in order."""
    if len(documents) == 1:
        return documents[0].digest
    return hashlib.sha256("".join(one.digest for one in documents).encode()).hexdigest()


def _bases(texts: Sequence[str], *, rules: IntakeRules) -> tuple[Basis, ...]:
    return tuple(
        Basis(text=text, citations=find_citations(text, words=rules.citations)) for text in texts
    )


def _targets(text: _Text, rows: Sequence[Entered], *, rules: IntakeRules) -> tuple[Target, ...]:
    ofrows = (
        Target(text=entered.row.target, section=entered.code, source=entered.source)
        for entered in rows
        if entered.row.target
    )
    return (*targets_of(text.outline, rules=rules), *ofrows)


def _notes(documents: Sequence[Document]) -> tuple[Remark, ...]:
    several = len(documents) > 1
    return tuple(
        Remark(code=note.code, message=f"{one.name}: {note.message}" if several else note.message)
        for one in documents
        for note in one.notes
    )


def _table_remarks(tables: Sequence[Sequence[TaskTable]]) -> tuple[Remark, ...]:
    found = (remark for ones in tables for table in ones for remark in table.remarks)
    # Twenty tables of one form ignore the same columns.
    return tuple(dict.fromkeys(found))


def _report_lines(text: _Text, *, rules: IntakeRules) -> tuple[ReportLine, ...]:
    sections = text.outline.sections
    for section, following in zip(sections, [*sections[1:], None], strict=False):
        if section.title.lower().startswith(rules.sections.reporting):
            end = following.line.number if following else text.lines[-1].number + 1
            inside = [line for line in text.lines if section.line.number < line.number < end]
            if found := report_lines(inside, rules=rules):
                return found
    return ()
