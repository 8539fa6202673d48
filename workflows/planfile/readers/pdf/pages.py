"""One page of a PDF: its lines outside of tables in reading order, its tables, what is hidden."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pdfplumber.page import Page

from workflows.planfile.readers.pdf.letters import Letter, Line, is_white, set_lines, sort_letters
from workflows.planfile.readers.pdf.tables import Grid, open_ends

# In parts of the page: how much of it pictures cover that are a scan of it.
_SCANNED_SHARE = 0.5
# A gap between two columns is wider than so many letters are high.
_COLUMN_GAP = 1.5
_COLUMN_LINES = 2
#: Lines of the head of a letter and of its end, at most.
_LETTERHEAD_LINES = 10
_SIGNATURE_LINES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page as it was read; `lines` and `tables` come from the top down.

    Attributes:
        number: The page, from 1.
        width: In points.
        height: In points.
        lines: Text outside of tables.
        tables: The grid of each table, and the letters in it.
        hidden: What is written where or how nobody sees it.
        across: What lies across the page, as "DỰ THẢO" does.
        is_scanned: Whether pictures cover most of the page.
    """

    number: int
    width: float
    height: float
    lines: list[Line]
    tables: list[tuple[Grid, list[Letter]]]
    hidden: str
    across: str
    is_scanned: bool


def read_page(page: Page, *, ends: Sequence[str]) -> Sheet:
    """Read a page.

    Args:
        page: The page as the library has it.
        ends: Lower-case words that open the list of recipients, beside which the signature stands.
    """
    page = _turned(page)
    images = page.images
    size: dict[str, Any] = {"width": float(page.width), "height": float(page.height)}
    grounds = [drawn for drawn in (*page.rects, *page.curves) if _is_ground(drawn)] + images
    letters = sort_letters(page.chars, page=size, grounds=grounds)
    grids = [Grid.of(table.cells) for table in page.find_tables(open_ends(page.edges))]
    grids = sorted((grid for grid in grids if grid.is_table), key=lambda grid: grid.top)
    rest, tables = letters.seen, []
    for grid in grids:
        tables.append((grid, [letter for letter in rest if grid.holds(letter)]))
        rest = [letter for letter in rest if not grid.holds(letter)]
    # Scanners cut a page into strips.
    covered = sum(image["width"] * image["height"] for image in images)
    # A page keeps all its letters for as long as it is open.
    page.close()
    return Sheet(
        number=page.page_number,
        width=size["width"],
        height=size["height"],
        lines=_in_columns(set_lines(rest), ends=ends, is_first=page.page_number == 1),
        tables=tables,
        hidden=letters.hidden,
        across=letters.across,
        is_scanned=covered > size["width"] * size["height"] * _SCANNED_SHARE,
    )


def _turned(page: Page) -> Page:
    """Return the page as somebody would hold it to read: tables often are printed lying down."""
    turns = Counter(_turn(char["matrix"]) for char in page.chars)
    turn = max(turns, key=lambda turn: turns[turn], default=0)
    if turn == 0:
        return page
    page.close()
    # One is asked by the library for letters, the other for the size of the page.
    page.page_obj.rotate = page.page_obj.attrs["Rotate"] = (page.page_obj.rotate + turn) % 360
    return Page(page.pdf, page.page_obj, page_number=page.page_number)


def _turn(matrix: Sequence[float]) -> int:
    """Return by how much a page is to be turned, clockwise, for a letter to stand upright."""
    along, up = matrix[:2]
    if abs(along) >= abs(up):
        return 0 if along >= 0 else 180
    return 90 if up > 0 else 270


def _is_ground(drawn: dict[str, Any]) -> bool:
    return bool(drawn.get("fill")) and not is_white(drawn.get("non_stroking_color"))


def _in_columns(lines: Sequence[Line], *, ends: Sequence[str], is_first: bool) -> list[Line]:
    """Return the lines in reading order where the head or the end of a letter has two columns."""
    at, found = 0, list[Line]()
    while at < len(lines):
        band: list[Line] = []
        if is_first and at == 0:
            band, taken = _columns(lines[:_LETTERHEAD_LINES])
        elif lines[at].text.lower().startswith(tuple(ends)):
            band, taken = _columns(lines[at : at + _SIGNATURE_LINES])
        found += band or [lines[at]]
        at += taken if band else 1
    return found


def _columns(lines: Sequence[Line]) -> tuple[list[Line], int]:
    """Return the lines of the left column and then of the right one, and how many lines they were.

    As many lines from the first on are taken as one gap parts; none where there is no such gap.
    """
    for count in range(len(lines), 1, -1):
        gap = _gap(lines[:count])
        if gap is None:
            continue
        left = [side for line in lines[:count] if (side := _side(line, None, gap))]
        right = [side for line in lines[:count] if (side := _side(line, gap, None))]
        if min(len(left), len(right)) >= _COLUMN_LINES:
            return [*left, *right], count
    return [], 0


def _gap(lines: Sequence[Line]) -> float | None:
    """Return the middle of the widest gap that no word of any line reaches into."""
    words = sorted((word for line in lines for word in line.words), key=lambda word: word.x0)
    widest, middle, reached = max(line.size for line in lines) * _COLUMN_GAP, None, words[0].x1
    for word in words:
        if word.x0 - reached > widest:
            widest, middle = word.x0 - reached, (word.x0 + reached) / 2
        reached = max(reached, word.x1)
    return middle


def _side(line: Line, start: float | None, end: float | None) -> Line | None:
    words = tuple(
        word
        for word in line.words
        if (start is None or word.x0 >= start) and (end is None or word.x1 <= end)
    )
    return replace(line, words=words, in_column=True) if words else None
