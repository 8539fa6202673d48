"""A plan in running text to a draft plan: which sections hold tasks, and what is said of each."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.draft import Citation, DraftItem, DraftPlan, Remark, ReportLine, Source
from engine.errors import BadInput, Fault
from workflows.planfile.citations import complete, find_citations, first_mentions
from workflows.planfile.classes import class_of, missing_of
from workflows.planfile.header import read_header
from workflows.planfile.lines import Line, join, text_lines
from workflows.planfile.marking import mark_duplicates
from workflows.planfile.outline import Entry, Outline, read_outline
from workflows.planfile.report_lines import report_lines
from workflows.planfile.rules import IntakeRules
from workflows.planfile.text import decode


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanKey:
    """What the person who imports says of the plan."""

    code: str
    year: int


def read_text_plan(data: bytes, name: str, *, key: PlanKey, rules: IntakeRules) -> DraftPlan:
    """Read a plan in running text.

    Raises:
        BadInput: not such a text, a state secret, no section of tasks, or one code twice.
    """
    lines = text_lines(decode(data, name=name, rules=rules))
    refuse_secrets(lines, name=name, rules=rules)
    labels = [word.lower() for words in _label_words(rules) for word in words]
    outline = read_outline(lines, ends=rules.sections.end, labels=labels)
    found = [pair for section in _task_sections(outline, rules) for pair in _items(section)]
    _refuse_nothing(found, name=name)
    refuse_too_many(len(found), name=name, rules=rules)
    _refuse_repeated(found, name=name)
    header = read_header(outline.opening, words=rules.sections)
    mentions = find_citations(join([line.text for line in lines]), words=rules.citations)
    # The number at the head of the plan is its own.
    citations = tuple(mention for mention in mentions if mention.number != header.number)
    known = first_mentions(citations)
    items = [_draft(field, entry, known=known, rules=rules) for field, entry in found]
    return DraftPlan(
        code=key.code,
        year=key.year,
        title=header.title,
        source_name=name,
        digest=hashlib.sha256(data).hexdigest(),
        issuer=header.issuer,
        number=header.number,
        date=header.signed,
        citations=citations,
        report_lines=_report_lines(outline, lines, rules=rules),
        items=mark_duplicates(items, rules=rules),
    )


def refuse_secrets(lines: Sequence[Line], *, name: str, rules: IntakeRules) -> None:
    """Refuse a document that carries the mark of a state secret on a line of its own.

    Raises:
        BadInput: it does; every such line named.
    """
    marks = rules.secrecy.marks
    marked = [line.number for line in lines if line.text.lower().strip(" .:()[]") in marks]
    if marked:
        problem = "tài liệu có dấu chỉ độ mật"
        cure = "không đưa bí mật nhà nước vào hệ thống này"
        faults = [Fault(place=f"dòng {n}", problem=problem, cure=cure) for n in marked]
        raise BadInput(source=name, faults=faults)


def refuse_too_many(count: int, *, name: str, rules: IntakeRules) -> None:
    """Refuse a plan with more items than any office follows; comparing them would take hours.

    Raises:
        BadInput: it has more.
    """
    if count > rules.limits.items:
        problem = f"có {count} nhiệm vụ"
        cure = f"tối đa {rules.limits.items}; tách thành nhiều kế hoạch"
        raise BadInput(source=name, faults=[Fault(place="tệp", problem=problem, cure=cure)])


def _label_words(rules: IntakeRules) -> Iterator[Sequence[str]]:
    columns = rules.columns
    yield from (columns.lead, columns.coordinating, columns.deadline, columns.output)
    yield from (columns.assignee, columns.other)


def _task_sections(outline: Outline, rules: IntakeRules) -> list[Entry]:
    """Return the sections of tasks: titled so from the start, else somewhere in the title."""
    holding = [section for section in outline.sections if section.children]
    words = rules.sections.tasks
    opening = [s for s in holding if s.title.lower().startswith(words)]
    if opening:
        return opening
    return [s for s in holding if any(word in s.title.lower() for word in words)][:1]


def _items(section: Entry) -> Iterator[tuple[Entry, Entry]]:
    """Yield each item with the field it belongs to; a field without bullets is an item itself."""
    for child in section.children:
        if child.is_field and child.children:
            for entry in child.walk():
                yield child, entry
        else:
            yield section, child
            for entry in child.walk():
                yield section, entry


def _refuse_nothing(found: Sequence[object], *, name: str) -> None:
    if found:
        return
    fault = Fault(
        place="phần II",
        problem="không tìm thấy phần nhiệm vụ (đề mục “II. NHIỆM VỤ ...” có các gạch đầu dòng)",
        cure="chọn đúng tệp kế hoạch, hoặc thêm đề mục “II. NHIỆM VỤ ...” trước các nhiệm vụ",
    )
    raise BadInput(source=name, faults=[fault])


def _refuse_repeated(found: Sequence[tuple[Entry, Entry]], *, name: str) -> None:
    places: dict[str, list[int]] = defaultdict(list)
    for _, entry in found:
        places[entry.code].append(entry.line)
    faults = [
        Fault(
            place=" và ".join(f"dòng {line}" for line in lines),
            problem=f"hai nhiệm vụ cùng mã {code}",
            cure="đánh số lại một trong hai nhiệm vụ",
        )
        for code, lines in places.items()
        if len(lines) > 1
    ]
    if faults:
        raise BadInput(source=name, faults=faults)


def _draft(
    field: Entry, entry: Entry, *, known: Mapping[str, Citation], rules: IntakeRules
) -> DraftItem:
    title = entry.title
    mentions = find_citations(title, words=rules.citations)
    citations = complete(mentions, known=known)
    kind = class_of(title, has_children=bool(entry.children), words=rules.classes)
    parent = entry.code.rpartition(".")[0]
    item = DraftItem(
        code=entry.code,
        parent=parent if parent != field.code else None,
        section=field.code,
        field=field.title,
        kind=kind,
        title=title,
        citations=citations,
        source=Source(line=entry.line),
        warnings=tuple(
            Remark(code="label_line", message=f"dòng ghi chú không thuộc tên nhiệm vụ: {label}")
            for label in entry.labels
        ),
    )
    return replace(item, missing=missing_of(item))


def _report_lines(
    outline: Outline, lines: Sequence[Line], *, rules: IntakeRules
) -> tuple[ReportLine, ...]:
    sections = outline.sections
    for section, following in zip(sections, [*sections[1:], None], strict=True):
        if section.title.lower().startswith(rules.sections.reporting):
            end = following.line if following else lines[-1].number + 1
            inside = [line for line in lines if section.line < line.number < end]
            if found := report_lines(inside, rules=rules):
                return found
    return ()
