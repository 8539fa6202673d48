"""The filled rows of one sheet to blocks: what stands above a table, the tables, what is below.

A sheet has no paragraphs: a title is a row with one text. Which rows belong to a table is judged by
how many texts they hold, and by names of columns that are known.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from workflows.planfile.blocks import Block, Cell, Paragraph, Place, Row, Table
from workflows.planfile.matching import folded

_SURE_TEXTS = 3
_TEXTS = 2
_KNOWN_COLUMNS = 2
_HALF = 2
_NUMBERED = re.compile(r"(?:\d{1,4}|[IVXL]{1,6}|[a-zđ])(?:\.\d{1,3}){0,5}[.)]?", re.IGNORECASE)

Run = list[Row]

_EMPTY = Cell(text="")


def blocks_of(rows: Sequence[Row], *, known: frozenset[str], tables: int) -> Iterator[Block]:
    """Yield the blocks of a sheet in reading order.

    Args:
        rows: Rows that hold something, rising, all of one width.
        known: Names of columns of task tables, folded.
        tables: How many tables the sheets before have.
    """
    runs = _runs(rows)
    starts = _starts(runs, known)
    if not starts:
        yield from _paragraphs(rows)
        return
    first = min(starts)
    yield from _paragraphs([row for run in runs[:first] for row in run])
    numbers = sorted(starts)
    for begin, end in zip(numbers, [*numbers[1:], len(runs)], strict=True):
        above, head = runs[begin][: starts[begin]], runs[begin][starts[begin] :]
        yield from _paragraphs(above)
        body = [head, *runs[begin + 1 : end]]
        kept = _without_end(body)
        tables += 1
        yield _table(body[:kept], number=tables)
        yield from _paragraphs([row for run in body[kept:] for row in run])


def _runs(rows: Sequence[Row]) -> list[Run]:
    """Return the rows in runs without an empty row between."""
    placed = enumerate(rows)
    return [
        [row for _, row in run]
        for _, run in groupby(placed, key=lambda pair: _number(pair[1]) - pair[0])
    ]


def _starts(runs: Sequence[Run], known: frozenset[str]) -> dict[int, int]:
    """Return where tables begin: the number of the run, and the row in it."""
    starts = {
        number: start for number, run in enumerate(runs) if (start := _header(run, known)) >= 0
    }
    # A header in words of its own still comes before its rows.
    first = _first_with(_SURE_TEXTS, runs)
    if not starts:
        first = first or _first_with(_TEXTS, runs)
    if first and (not starts or first < min(starts.items())):
        starts[first[0]] = first[1]
    return starts


def _header(run: Run, known: frozenset[str]) -> int:
    """Return where the first row of a header stands in a run, -1 where there is none."""
    for place, row in enumerate(run):
        texts = _texts(row)
        named = {name for text in texts if (name := folded(text)) in known}
        # The class and the output of a task may be names of columns as well.
        is_header = len(named) >= _KNOWN_COLUMNS and len(named) * _HALF >= len(texts)
        if is_header and not _NUMBERED.fullmatch(texts[0]):
            return _widened(run, place)
        if _may_be_a_task(row):
            return -1
    return -1


def _first_with(least: int, runs: Sequence[Run]) -> tuple[int, int] | None:
    """Return the first row of so many texts: the number of its run, and its place in it."""
    for number, run in enumerate(runs):
        for place, row in enumerate(run):
            if len(_texts(row)) >= least:
                return number, _widened(run, place)
    return None


def _widened(run: Run, place: int) -> int:
    """Return the first row of a header of several; a merged header has fewer texts at its top."""
    while place > 0 and len(_texts(run[place - 1])) >= _TEXTS:
        place -= 1
    return place


def _without_end(body: Sequence[Run]) -> int:
    """Return how many runs are the table; signatures and recipients stand apart below it."""
    kept = len(body)
    while kept > 1 and not any(_may_be_a_task(row) for row in body[kept - 1]):
        kept -= 1
    return kept


def _may_be_a_task(row: Row) -> bool:
    texts = _texts(row)
    return len(texts) >= _SURE_TEXTS or (
        len(texts) == _TEXTS and _NUMBERED.fullmatch(texts[0]) is not None
    )


def _table(runs: Sequence[Run], *, number: int) -> Table:
    rows = [row for run in runs for row in run]
    width = max(place for row in rows for place, cell in enumerate(row.cells, start=1) if cell.text)
    place = rows[0].place
    kept = [_placed(rows[0], number, width)]
    for before, row in pairwise(rows):
        if _number(row) > _number(before) + 1:
            # One empty row stands for a gap of any height.
            gap = Place(sheet=place.sheet, table=number, row=_number(before) + 1)
            kept.append(Row(cells=(_EMPTY,) * width, place=gap))
        kept.append(_placed(row, number, width))
    return Table(rows=tuple(kept), place=kept[0].place)


def _placed(row: Row, number: int, width: int) -> Row:
    place = Place(sheet=row.place.sheet, table=number, row=row.place.row)
    return Row(cells=row.cells[:width], place=place)


def _paragraphs(rows: Sequence[Row]) -> Iterator[Paragraph]:
    for row in rows:
        for text in _texts(row):
            for line in text.split("\n"):
                if line:
                    yield Paragraph(text=line, place=row.place)


def _texts(row: Row) -> list[str]:
    return [cell.text for cell in row.cells if cell.text and not cell.is_merged]


def _number(row: Row) -> int:
    return row.place.row or 0
