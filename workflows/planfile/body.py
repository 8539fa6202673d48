"""The body of a plan to draft items: which sections hold tasks, and what is said below each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.draft import Citation, Deadline, DraftItem, Kind, Remark
from workflows.planfile.citations import complete, find_citations
from workflows.planfile.classes import class_of, missing_of
from workflows.planfile.deadlines import judged, read_deadline
from workflows.planfile.flow import source_of
from workflows.planfile.labels import read_labels
from workflows.planfile.names import split_names
from workflows.planfile.outline import Entry, Outline
from workflows.planfile.rules import IntakeRules
from workflows.planfile.targets import is_target


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What the running text of a plan says is to be done."""

    items: tuple[DraftItem, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """An entry, the field it belongs to, and the labels that hold for it."""

    field: Entry
    entry: Entry
    labels: Mapping[str, str]


def read_body(
    outline: Outline,
    *,
    year: int,
    known: Mapping[str, Citation],
    rules: IntakeRules,
) -> Body:
    """Return the items of the sections of tasks.

    Args:
        outline: The text.
        year: Year of the plan.
        known: What the whole text says of each document it names.
        rules: Words to read by.
    """
    sections = _task_sections(outline, rules)
    found = [place for section in sections for place in _places(section, rules)]
    targets = [p for p in found if _is_only_a_target(p.entry, rules)]
    items = [_item(p, year=year, known=known, rules=rules) for p in found if p not in targets]
    remarks = (
        *_shared_remarks(found, rules),
        *(_target_remark(p.entry) for p in targets),
        *(_unread(outline.sections, sections, rules) if items else ()),
    )
    return Body(items=tuple(items), remarks=remarks)


def _is_only_a_target(entry: Entry, rules: IntakeRules) -> bool:
    return not entry.children and is_target(entry.title, rules=rules)


def _shared_remarks(found: Sequence[_Place], rules: IntakeRules) -> Iterator[Remark]:
    """Yield a remark for each field whose assignments stand once, for all its items."""
    for field in {id(place.field): place.field for place in found}.values():
        if labels := _shared_labels(field, rules):
            said = "; ".join(dict.fromkeys(labels.values()))
            message = f"mục {field.code}: phân công ghi một lần, dùng cho mọi việc của mục: {said}"
            yield Remark(code="label_shared", message=message)


def _target_remark(entry: Entry) -> Remark:
    message = f"{entry.code} là chỉ tiêu, không thành nhiệm vụ: {entry.title[:80]}"
    return Remark(code="target_kept", message=message)


def _task_sections(outline: Outline, rules: IntakeRules) -> list[Entry]:
    """Return the sections of tasks: titled so from the start, else somewhere in the title."""
    holding = [section for section in outline.sections if section.children]
    words = rules.sections.tasks
    opening = [s for s in holding if s.title.lower().startswith(words)]
    if opening:
        return opening
    return [s for s in holding if any(word in s.title.lower() for word in words)][:1]


def _unread(
    sections: Sequence[Entry], followed: Sequence[Entry], rules: IntakeRules
) -> Iterator[Remark]:
    """Yield a remark on sections with points that are no tasks, but perhaps are meant to be."""
    known = (*rules.sections.reporting, *rules.sections.goals, *rules.sections.aside)
    left = [
        f"{section.code}. {section.title[:80]}" for section in sections
        if section.children and section not in followed
        and not section.title.lower().startswith(known)
    ]  # fmt: skip
    if left:
        message = f"phần không có tên là nhiệm vụ, không lấy gì từ đó: {'; '.join(left)}"
        yield Remark(code="section_not_followed", message=message)


def _places(section: Entry, rules: IntakeRules) -> Iterator[_Place]:
    """Yield each item with the field it belongs to; a field without bullets is an item itself."""
    for child in section.children:
        if child.is_field and child.children:
            shared = _shared_labels(child, rules)
            for entry in child.walk():
                yield _place(child, entry, shared, rules)
        else:
            for entry in (child, *child.walk()):
                yield _place(section, entry, {}, rules)


def _place(field: Entry, entry: Entry, shared: Mapping[str, str], rules: IntakeRules) -> _Place:
    return _Place(field=field, entry=entry, labels=shared or read_labels(entry.labels, rules=rules))


def _shared_labels(field: Entry, rules: IntakeRules) -> Mapping[str, str]:
    """Return the labels below the last of several items when no other has any: they are of all."""
    above = read_labels(field.labels, rules=rules)
    labelled = [entry for entry in field.walk() if entry.labels]
    is_last = bool(labelled) and labelled[0] is [*field.walk()][-1]
    if not above and is_last and len(field.children) > 1:
        return read_labels(labelled[0].labels, rules=rules)
    return above if not labelled else {}


def _item(
    place: _Place, *, year: int, known: Mapping[str, Citation], rules: IntakeRules
) -> DraftItem:
    field, entry = place.field, place.entry
    labels = {} if entry.children else place.labels
    deadline, against = _deadline(labels, context=field.title, year=year, rules=rules)
    parent = entry.code.rpartition(".")[0]
    lead = labels.get("lead")
    item = DraftItem(
        code=entry.code,
        parent=parent if parent != field.code else None,
        section=field.code,
        field=field.title,
        kind=_kind(entry, deadline, rules=rules),
        title=entry.title,
        lead=lead,
        leads=split_names(lead or "", rules=rules),
        coordinating=split_names(labels.get("coordinating", ""), rules=rules),
        assignee=labels.get("assignee"),
        deadline=deadline,
        output=labels.get("output"),
        citations=complete(find_citations(entry.title, words=rules.citations), known=known),
        source=source_of(entry.line.place, passage=" ".join((entry.title, *entry.labels))),
        warnings=(*_remarks(entry, rules), *against),
    )
    return replace(item, missing=missing_of(item))


def _kind(entry: Entry, deadline: Deadline | None, *, rules: IntakeRules) -> Kind:
    has_children = bool(entry.children)
    return class_of(entry.title, deadline, has_children=has_children, words=rules.classes)


def _deadline(
    labels: Mapping[str, str], *, context: str, year: int, rules: IntakeRules
) -> tuple[Deadline | None, Sequence[Remark]]:
    phrase = labels.get("deadline")
    if not phrase:
        return None, ()
    read = read_deadline(phrase, year=year, rules=rules, context=context)
    output = labels.get("output", "")
    return judged(read, output=output, context=context, year=year, rules=rules)


def _remarks(entry: Entry, rules: IntakeRules) -> Iterator[Remark]:
    if other := read_labels(entry.labels, rules=rules).get("other"):
        message = f"ghi chú không thuộc tên nhiệm vụ: {other}"
        yield Remark(code="label_line", message=message)
    # What stands between a heading and its points introduces them.
    for line in () if entry.is_heading and entry.children else entry.loose:
        message = f"đoạn dưới mục này không thuộc tên nhiệm vụ: {line.text[:80]}"
        yield Remark(code="loose_paragraph", message=message)
