"""A Word document to blocks: numbered as Word numbers it, edits as if they were accepted.

Running heads, text boxes, footnotes, comments and tables of contents are no part of it; what was
left out is said in notes.
"""

from collections.abc import Iterable, Iterator

from engine.errors import BadInput, Fault
from workflows.planfile.blocks import Block, Document, Heading, ListItem, Paragraph, Place
from workflows.planfile.furniture import (
    is_address,
    is_page_number,
    may_be_page_number,
    stamped,
)
from workflows.planfile.readers import InputFile
from workflows.planfile.readers.archive import check_archive
from workflows.planfile.readers.word.inline import LINE
from workflows.planfile.readers.word.lists import lists_of
from workflows.planfile.readers.word.numbering import Counters
from workflows.planfile.readers.word.parts import Node, Parts, W, attribute, open_parts
from workflows.planfile.readers.word.story import Line, Story
from workflows.planfile.readers.word.styles import Styles
from workflows.planfile.readers.word.tables import read_table
from workflows.planfile.readers.word.wrapping import marked
from workflows.planfile.rules import IntakeRules, Limits

#: What begins an item of its own, even where only a soft break stands before it.
_DASHES = ("- ", "– ", "+ ", "• ")


def read(file: InputFile, rules: IntakeRules) -> Document:
    """Read a .docx file.

    Raises:
        BadInput: damaged, no Word document, broken letters, a table too large, or no text in it;
            every fault at once.
    """
    check_archive(file, rules=rules)
    parts = open_parts(file)
    story = _story(parts, rules=rules)
    try:
        blocks = _without_furniture(_blocks(parts.body, story, limits=rules.limits), story, rules)
    except BadInput as refusal:
        raise BadInput(source=file.name, faults=refusal.faults) from refusal
    faults = story.findings.faults(rules=rules) or ([] if blocks else [_no_text(story)])
    if faults:
        raise BadInput(source=file.name, faults=faults)
    return Document(
        name=file.name,
        digest=file.digest,
        format="docx",
        blocks=blocks,
        furniture=(*_margins(parts, rules=rules), *story.findings.furniture),
        notes=story.findings.notes(),
    )


def _story(parts: Parts, *, rules: IntakeRules) -> Story:
    styles = Styles(parts.styles, heading_words=rules.sections.heading_styles)
    lists = lists_of(parts.numbering, styles=styles.lists())
    return Story(styles, counters=Counters(lists), carries_fields=_fields_end(parts.body))


def _margins(parts: Parts, *, rules: IntakeRules) -> tuple[str, ...]:
    apart = _story(parts, rules=rules)
    for part in parts.margins:
        apart.leave_out(part)
    for part in parts.remarks:
        for remark in part:
            apart.leave_out(remark)
    return tuple(apart.findings.furniture)


def _blocks(body: Node, story: Story, *, limits: Limits) -> Iterator[Block]:
    paragraphs = tables = 0
    story.place = Place(paragraph=1)
    for item in story.read(body):
        if isinstance(item, Line):
            # A number without text says nothing.
            if item.pages:
                paragraphs += 1
                yield from _of_line(item, place=Place(paragraph=paragraphs))
        else:
            table = read_table(item, story, number=tables + 1, limits=limits)
            if table is not None:
                tables += 1
                yield table
        story.place = Place(paragraph=paragraphs + 1)


def _without_furniture(
    blocks: Iterable[Block], story: Story, rules: IntakeRules
) -> tuple[Block, ...]:
    """Leave out what a document that was made from a printed one still has of its pages."""
    found = list(blocks)
    texts = [block.text if isinstance(block, Paragraph) else "" for block in found]
    dropped = stamped(texts, words=rules.furniture) | {
        index
        for index, text in enumerate(texts)
        if is_address(text) or is_page_number(text) or may_be_page_number(text)
    }
    for index in sorted(dropped):
        story.findings.leave_out(texts[index])
    return marked([block for index, block in enumerate(found) if index not in dropped])


def _of_line(line: Line, *, place: Place) -> Iterator[Block]:
    for index, page in enumerate(line.pages):
        text = page.replace(LINE, " ")
        marker = line.marker if index == 0 else ""
        # A dash begins an item, whatever style it was given for the sake of its look.
        if line.heading is not None and not text.startswith(_DASHES):
            yield Heading(text=text, level=line.heading, marker=marker, place=place)
        elif marker:
            yield ListItem(text=text, level=line.level, marker=marker, place=place)
        else:
            for part in _parts(page, is_centred=line.is_centred):
                yield Paragraph(text=part, place=place)


def _parts(text: str, *, is_centred: bool) -> Iterator[str]:
    """Yield the paragraphs that a text with soft breaks is meant to be.

    In running text a soft break is only a space. Lines in the middle are a title, and a dash begins
    an item, whichever key was pressed before it.
    """
    part = ""
    for line in text.split(LINE):
        if part and (is_centred or line.startswith(_DASHES)):
            yield part
            part = line
        else:
            part = f"{part} {line}".lstrip()
    yield part


def _fields_end(body: Node) -> bool:
    """Tell whether every field that begins in a document ends in it."""
    open_fields = 0
    for mark in body.iter(W + "fldChar"):
        if not any(above.tag == W + "del" for above in mark.iterancestors()):
            kind = attribute(mark, "fldCharType")
            open_fields += {"begin": 1, "end": -1}.get(kind or "", 0)
    return open_fields == 0


def _no_text(story: Story) -> Fault:
    cure = "chọn tệp có nội dung"
    if story.findings.has("pictures"):
        cure = "tệp chỉ có ảnh (bản quét): dùng bản Word gốc, hoặc nhận dạng chữ (OCR) rồi nộp lại"
    return Fault(place="tệp", problem="tệp Word không có chữ nào đọc được", cure=cure)
