"""Blocks to the lines that an outline is read from, each with its place; tables of tasks are left.

What a word processor numbers by itself gets its number back in front: from here on a typed number
and a computed one are the same.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.draft import Source
from workflows.planfile.blocks import Block, Document, Heading, ListItem, Paragraph, Place, Table

#: Formats that end a line where the paragraph ends, not where the page does.
WHOLE_PARAGRAPHS = frozenset({"docx", "xlsx", "csv", "md"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of running text.

    Attributes:
        number: Its place in the flow, counted from 1.
        text: What it says, its marker in front.
        broken_before: It may go on with the line before, judged by width and punctuation alone.
        is_whole: It is a paragraph of its own for certain.
        is_laid_out: It stands in a table that only arranges text: a letterhead, signatures.
        level: How deep the format itself nests it; None where it does not say.
        heading: Its level as a heading, by its style; None where it is none.
    """

    number: int
    text: str
    place: Place
    broken_before: bool = False
    is_whole: bool = False
    is_laid_out: bool = False
    level: int | None = None
    heading: int | None = None


def flow(
    blocks: Sequence[Block], *, without: Collection[Place] = (), are_whole: bool = False
) -> list[Line]:
    """Return the lines of a document in order.

    Args:
        blocks: What is in it.
        without: Rows of tables that are read as tables; a table that holds one is left out.
        are_whole: Each block of text is a whole paragraph.
    """
    lines = (
        line for block in blocks for line in _lines(block, without=without, is_whole=are_whole)
    )
    return [replace(line, number=number) for number, line in enumerate(lines, start=1)]


def holds_whole_paragraphs(document: Document) -> bool:
    """Tell whether each block of text is a paragraph, by the format and by what its reader saw."""
    return document.format in WHOLE_PARAGRAPHS and not any(
        isinstance(block, Paragraph) and block.continues for block in document.blocks
    )


def source_of(place: Place, *, file: str | None = None, passage: str = "") -> Source:
    """Return where something stands, as a plan keeps it."""
    return Source(
        file=file,
        page=place.page,
        line=place.line,
        paragraph=place.paragraph,
        sheet=place.sheet,
        table=place.table,
        row=place.row,
        passage=passage,
    )


def _lines(block: Block, *, without: Collection[Place], is_whole: bool) -> Iterator[Line]:
    match block:
        case Heading():
            text = f"{block.marker} {block.text}".strip()
            yield Line(number=0, text=text, place=block.place, is_whole=True, heading=block.level)
        case ListItem():
            text = f"{block.marker} {block.text}".strip()
            yield Line(number=0, text=text, place=block.place, is_whole=True, level=block.level)
        case Paragraph():
            yield Line(
                number=0,
                text=block.text,
                place=block.place,
                broken_before=block.continues,
                is_whole=is_whole,
            )
        case Table() if not any(row.place in without for row in block.rows):
            yield from _laid_out(block)


def _laid_out(table: Table) -> Iterator[Line]:
    for row in table.rows:
        for cell in row.cells:
            for text in () if cell.is_merged else cell.text.split("\n"):
                if text.strip():
                    yield Line(number=0, text=text.strip(), place=row.place, is_laid_out=True)
