"""Tables whose cells are parted by tabs, as they come when one is copied into a text.

Many texts have tabs in them; a table is what begins with headers we know.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from workflows.planfile.matching import folded
from workflows.planfile.readers.pipes import PipeTable

# The first cell of a row: a number, or nothing where a program numbers the rows.
_STARTS = re.compile(r" *(?:\d{1,3}(?:\.\d{1,3})*|[IVXL]{1,6}|[a-zđ])?[.)]?\t")
_HEADERS = 2
_CELLS = 3
#: So many lines may the cells of one row hold.
_LINES_OF_A_ROW = 30


def find_tabbed(lines: Sequence[str], *, known: AbstractSet[str]) -> list[PipeTable]:
    """Return such tables of a text.

    Args:
        lines: Numbered from 1.
        known: Headers of columns, folded.
    """
    found: list[PipeTable] = []
    at = 0
    while at < len(lines):
        if not _is_header(lines[at], known=known):
            at += 1
            continue
        rows, end = _rows(lines, at)
        if len(rows) > 1:
            found.append(PipeTable(lines=range(at + 1, end + 1), rows=rows, is_converted=False))
        at = max(end, at + 1)
    return found


def _is_header(line: str, *, known: AbstractSet[str]) -> bool:
    cells = [folded(cell) for cell in line.split("\t")]
    return len(cells) >= _CELLS and sum(cell in known for cell in cells) >= _HEADERS


def _rows(lines: Sequence[str], start: int) -> tuple[tuple[tuple[int, str], ...], int]:
    """Return the rows from a header on, and the line after them.

    Cells may hold several lines, and editors take away the tabs at the end of a row: a row is over
    where the next line begins with a number, or would bring more cells than the header has.
    """
    tabs = lines[start].count("\t")
    rows: list[tuple[int, str]] = []
    held: list[str] = []
    at = start
    while at < len(lines) and lines[at].strip() and len(held) < _LINES_OF_A_ROW:
        count = sum(line.count("\t") for line in held) + lines[at].count("\t")
        if held and (_STARTS.match(lines[at]) or count > tabs):
            rows.append((at + 1 - len(held), _barred(held)))
            held = []
        elif count == tabs and "\t" not in lines[at] and not _goes_on(lines, at + 1):
            break
        held.append(lines[at])
        at += 1
    rows.append((at + 1 - len(held), _barred(held)))
    return tuple(rows), at


def _goes_on(lines: Sequence[str], at: int) -> bool:
    return at < len(lines) and bool(_STARTS.match(lines[at]))


def _barred(lines: Sequence[str]) -> str:
    row = "\n".join(line.replace("\f", " ").strip(" ") for line in lines)
    return "|" + row.replace("|", r"\|").replace("\t", "|") + "|"
