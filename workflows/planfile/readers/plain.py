"""Running text to blocks: its lines, and the tables drawn in it with vertical bars."""

import re

from engine.errors import BadInput, Fault
from workflows.planfile.blocks import Block, Document, Heading, Note, Paragraph, Place
from workflows.planfile.lines import Line, sift
from workflows.planfile.matching import folded
from workflows.planfile.readers import InputFile
from workflows.planfile.readers.pipes import as_block, find_tables, without_emphasis
from workflows.planfile.readers.tabs import find_tabbed
from workflows.planfile.rules import IntakeRules
from workflows.planfile.text import decode

_HEADING = re.compile(r"(?P<marks>#{1,6})\s+(?P<rest>\S.*)")
#: Ends of lines as they stand in the bytes of any encoding we read.
_LINE_ENDS = (b"\n", b"\r", b"\x0b", b"\x0c")


def read(file: InputFile, rules: IntakeRules) -> Document:
    """Read a text file.

    Raises:
        BadInput: no text, another encoding, too many lines, a table with too many columns.
    """
    text = bounded_text(file, rules=rules)
    lines = text.split("\n")
    found = find_tables(lines)
    if "\t" in text:
        known = {folded(word) for words in rules.columns.synonyms().values() for word in words}
        found += find_tabbed(lines, known=known)
    sifted = sift(
        text, words=rules.furniture, elsewhere={n for table in found for n in table.lines}
    )
    furniture = list(sifted.furniture)
    blocks: list[tuple[int, Block]] = []
    for line in sifted.lines:
        follows_heading = bool(blocks) and isinstance(blocks[-1][1], Heading)
        blocks.append((line.number, _block(line, may_go_on=not follows_heading)))
    notes: list[Note] = []
    tables = 0
    for table in found:
        drawn = as_block(
            table,
            index=tables + 1,
            columns=rules.limits.table_columns,
            name=file.name,
            plain=without_emphasis,
        )
        furniture += drawn.furniture
        notes += drawn.notes
        if drawn.block is not None:
            tables += 1
            blocks.append((table.lines.start, drawn.block))
    blocks.sort(key=lambda pair: pair[0])
    return Document(
        name=file.name,
        digest=file.digest,
        format="txt",
        blocks=tuple(block for _, block in blocks),
        furniture=tuple(furniture),
        notes=tuple(notes),
    )


def bounded_text(file: InputFile, *, rules: IntakeRules) -> str:
    """Return the text of a file once its lines are few enough.

    Raises:
        BadInput: no text, another encoding, too many lines.
    """
    # Counted in the bytes first: cleaning and sorting millions of lines takes longer than counting.
    _refuse_long(max(map(file.data.count, _LINE_ENDS)), name=file.name, rules=rules)
    text = decode(file.data, name=file.name, rules=rules)
    _refuse_long(text.count("\n"), name=file.name, rules=rules)
    return text


def _refuse_long(lines: int, *, name: str, rules: IntakeRules) -> None:
    limit = rules.limits.text_lines
    if lines > limit:
        problem = f"tệp có hơn {limit} dòng"
        cure = "kiểm tra xem có chọn nhầm tệp không"
        raise BadInput(source=name, faults=[Fault(place="tệp", problem=problem, cure=cure)])


def _block(line: Line, *, may_go_on: bool) -> Block:
    place = Place(page=line.page, line=line.number)
    text = without_emphasis(line.text)
    if found := _HEADING.fullmatch(text):
        return Heading(text=found["rest"], level=len(found["marks"]), place=place)
    return Paragraph(text=text, place=place, continues=line.broken_before and may_go_on)
