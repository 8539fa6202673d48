"""Pages to blocks: what runs on from page to page, and what belongs to the paper alone."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine.errors import BadInput, Fault
from workflows.planfile.blocks import Block, Note, Paragraph, Place, Table
from workflows.planfile.furniture import (
    is_address,
    is_page_number,
    is_running,
    may_be_page_number,
    stamped,
    unnumbered,
)
from workflows.planfile.matching import folded
from workflows.planfile.readers.pdf.letters import Letter, Line
from workflows.planfile.readers.pdf.pages import Sheet
from workflows.planfile.readers.pdf.tables import Grid, as_block, refuse_wide
from workflows.planfile.rules import IntakeRules
from workflows.planfile.text import BROKEN_CURE, BROKEN_PROBLEM, broken_letters

# From the edge of a page, in points: its margins are 15 to 25 mm (30/2020/NĐ-CP), and a page number
# on its own is one a little farther in too.
_MARGIN = 68
_NUMBER_MARGIN = 90
_RUNNING_PAGES = 2
# Heads of pages stand at the same height; in points.
_SAME_HEIGHT = 4
# The library writes so for a letter whose meaning the file does not tell.
_UNKNOWN_LETTER = "(cid:"
_UNKNOWN_PER_LINE = 2
#: So many known headers side by side are the header of a table.
_HEADERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The blocks of all pages in reading order, what was left out, and what is to be said."""

    blocks: list[Block]
    furniture: list[str]
    notes: list[Note]


def flow(sheets: Sequence[Sheet], *, name: str, rules: IntakeRules) -> Flow:
    """Return what all pages say, one after the other.

    Raises:
        BadInput: letters nobody can read, or a table with too many columns; every place named.
    """
    dropped = _furniture(sheets, rules=rules)
    kept = [
        [line for at, line in enumerate(sheet.lines) if (sheet.number, at) not in dropped]
        for sheet in sheets
    ]
    edges = _right_edges(sheets, kept)
    writer = _Writer()
    for sheet, lines in zip(sheets, kept, strict=True):
        at = 0
        for grid, letters in sheet.tables:
            refuse_wide(grid, columns=rules.limits.table_columns, name=name, page=sheet.number)
            while at < len(lines) and lines[at].baseline <= grid.top:
                at += 1
                writer.line(
                    lines[at - 1], Place(page=sheet.number, line=at), edge=edges[round(sheet.width)]
                )
            writer.table(grid, letters, page=sheet.number)
        for number, line in enumerate(lines[at:], start=at + 1):
            writer.line(line, Place(page=sheet.number, line=number), edge=edges[round(sheet.width)])
    furniture = [text for sheet in sheets for text in (sheet.hidden, sheet.across) if text]
    furniture += [
        line.text
        for sheet in sheets
        for at, line in enumerate(sheet.lines)
        if (sheet.number, at) in dropped
    ]
    _refuse_unreadable(writer.blocks, name=name, rules=rules)
    notes = [
        note
        for sheet, lines in zip(sheets, kept, strict=True)
        for note in _tables_without_lines(sheet.number, lines, rules=rules)
    ]
    return Flow(blocks=writer.blocks, furniture=furniture, notes=notes)


@dataclass(slots=True, kw_only=True)
class _Writer:
    """The blocks so far, and the line that the next one may go on."""

    blocks: list[Block] = field(default_factory=list)
    before: tuple[Line, float] | None = None
    tables: int = 0

    def line(self, line: Line, place: Place, *, edge: float) -> None:
        """Add a line of text that could have gone to `edge`."""
        continues = self.before is not None and _goes_on(self.before[0], line, edge=self.before[1])
        self.blocks.append(Paragraph(text=line.text, place=place, continues=continues))
        self.before = line, edge

    def table(self, grid: Grid, letters: Sequence[Letter], *, page: int) -> None:
        """Add a table; nothing goes on across it."""
        table = as_block(grid, letters, page=page, index=self.tables + 1)
        if table is not None:
            self.tables += 1
            self.blocks.append(table)
            self.before = None


def _goes_on(before: Line, line: Line, *, edge: float) -> bool:
    return not (before.in_column or line.in_column) and before.runs_on(line, edge=edge)


def _right_edges(sheets: Sequence[Sheet], kept: Sequence[Sequence[Line]]) -> dict[int, float]:
    """Return how far to the right lines go, by the width of the page."""
    edges: dict[int, float] = defaultdict(float)
    for sheet, lines in zip(sheets, kept, strict=True):
        width = round(sheet.width)
        edges[width] = max([edges[width], *(line.x1 for line in lines)])
    return edges


def _furniture(sheets: Sequence[Sheet], *, rules: IntakeRules) -> set[tuple[int, int]]:
    """Return the lines that are no text, by page and position."""
    found = set(_heads(sheets))
    for sheet in sheets:
        texts = [line.text for line in sheet.lines]
        found |= {(sheet.number, at) for at in stamped(texts, words=rules.furniture)}
        for at, line in enumerate(sheet.lines):
            is_number = may_be_page_number(line.text) and _in_margin(
                line, sheet, margin=_NUMBER_MARGIN
            )
            if is_number or is_page_number(line.text) or is_address(line.text):
                found.add((sheet.number, at))
    return found


def _heads(sheets: Sequence[Sheet]) -> Iterator[tuple[int, int]]:
    seen: dict[tuple[str, int], list[tuple[int, int, str]]] = defaultdict(list)
    for sheet in sheets:
        for at, line in enumerate(sheet.lines):
            if _in_margin(line, sheet):
                key = unnumbered(line.text), round(line.baseline / _SAME_HEIGHT)
                seen[key].append((sheet.number, at, line.text))
    for found in seen.values():
        if is_running([(page, text) for page, _, text in found], least=_RUNNING_PAGES):
            yield from ((page, at) for page, at, _ in found)


def _in_margin(line: Line, sheet: Sheet, *, margin: float = _MARGIN) -> bool:
    return line.baseline < margin or line.baseline > sheet.height - margin


def _tables_without_lines(
    page: int, lines: Sequence[Line], *, rules: IntakeRules
) -> Iterator[Note]:
    """Say where the headers of a table stand side by side and nothing is drawn around them."""
    known = {folded(word) for words in rules.columns.synonyms().values() for word in words}
    for number, line in enumerate(lines, start=1):
        headers = [part for part in line.parted() if folded(part) in known]
        if len(headers) >= _HEADERS:
            message = f"trang {page} có bảng không kẻ đường ({', '.join(headers)}): chưa đọc được"
            place = Place(page=page, line=number)
            yield Note(code="table_without_lines", message=message, place=place)


def _refuse_unreadable(blocks: Sequence[Block], *, name: str, rules: IntakeRules) -> None:
    bad = [place for text, place in _placed(blocks) if _is_unreadable(text)]
    shown = bad[: rules.limits.faults_shown]
    if rest := len(bad) - len(shown):
        shown.append(f"và {rest} dòng khác")
    if shown:
        faults = [Fault(place=place, problem=BROKEN_PROBLEM, cure=BROKEN_CURE) for place in shown]
        raise BadInput(source=name, faults=faults)


def _placed(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """Yield every line and every row of a table with its place in words."""
    for block in blocks:
        page = f"trang {block.place.page}"
        if isinstance(block, Table):
            for row in block.rows:
                place = f"{page}, bảng {row.place.table}, dòng {row.place.row}"
                yield "\n".join(cell.text for cell in row.cells), place
        else:
            yield block.text, f"{page}, dòng {block.place.line}"


def _is_unreadable(text: str) -> bool:
    return broken_letters(text) or text.count(_UNKNOWN_LETTER) >= _UNKNOWN_PER_LINE
