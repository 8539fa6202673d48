"""A document as a stream of blocks, whatever file it came from; readers make it, the rest reads it.

Texts are clean: NFC, plain spaces, no invisible marks, "Đ" for its look-alikes. Furniture of the
page (running heads, page numbers, stamps, lone addresses) is not in it.
"""

from dataclasses import dataclass, replace
from typing import Literal

Format = Literal["docx", "xlsx", "pdf", "md", "csv", "txt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in its file, each counted from 1; None where the format has no such.

    Attributes:
        page: Page of a PDF.
        line: Line of a text file; of a PDF, the line on its page.
        paragraph: Paragraph of a Word document, tables not counted.
        sheet: Name of the sheet.
        table: Which table of the document.
        row: Row of that table; in a sheet or a CSV file, the row as the program numbers it.
    """

    page: int | None = None
    line: int | None = None
    paragraph: int | None = None
    sheet: str | None = None
    table: int | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A line that the format itself marks as a heading; `level` counts from 1, the highest."""

    text: str
    level: int
    place: Place
    marker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph; or a line of one, where the format breaks lines at the width of a page.

    `continues` is true where the line may go on with the block before, judged by its width and
    punctuation alone.
    """

    text: str
    place: Place
    continues: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """A paragraph that the format itself numbers or bullets.

    `marker` is what a reader sees before it ("II.", "1.", "a)", "-"), computed; `level` counts
    from 0. Where the writer typed the marker by hand the block is a `Paragraph`.
    """

    text: str
    level: int
    marker: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of the grid; lines within it are separated by newlines.

    `is_merged` is true where the cell is covered by a merged one that begins above or to the left:
    its text is repeated here.
    """

    text: str
    is_merged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table, as wide as the table; cells keep their place in the grid."""

    cells: tuple[Cell, ...]
    place: Place

    @property
    def is_empty(self) -> bool:
        """Whether no cell holds anything."""
        return not any(cell.text for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with its merged cells resolved; empty rows at its end are gone."""

    rows: tuple[Row, ...]
    place: Place


Block = Heading | Paragraph | ListItem | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something a reader did or left out that the importing person should know.

    `code` is stable and documented; `message` is Vietnamese.
    """

    code: str
    message: str
    place: Place = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file, read.

    Attributes:
        name: The file's name as its user knows it.
        digest: SHA-256 of its bytes, hexadecimal.
        format: What it is, by content.
        blocks: What is in it, in reading order.
        furniture: Texts of running heads, stamps and text boxes that were left out, for the checks
            that must see everything (marks of secrecy).
        notes: Remarks of the reader.
    """

    name: str
    digest: str
    format: Format
    blocks: tuple[Block, ...]
    furniture: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def renamed(self, name: str) -> "Document":
        """Return the same document under another name."""
        return replace(self, name=name)
