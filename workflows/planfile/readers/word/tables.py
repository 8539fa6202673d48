"""Tables of a document as grids: spans resolved, columns nobody sees apart joined."""

import bisect
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.errors import BadInput, Fault
from workflows.planfile.blocks import Cell, Place, Row, Table
from workflows.planfile.readers.word.inline import LINE
from workflows.planfile.readers.word.parts import Node, W, attribute, child, is_on, whole
from workflows.planfile.readers.word.story import Line, Story, within
from workflows.planfile.rules import Limits

#: Borders closer than this (twentieths of a point; 2 mm) are one border drawn twice: Word keeps
#: both after a column was dragged in a part of the rows.
_SAME_BORDER = 113
#: So many borders are looked at for one that is kept.
_SPARE_BORDERS = 10
_MOST_SPAN = 10_000
_CONTINUES = ("continue", "cont")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """A cell as it is written, from one border of the grid to another."""

    start: int
    end: int
    text: str
    from_above: bool
    from_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    spans: tuple[_Span, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """The columns of a table by the borders at which cells begin, both ascending."""

    borders: Sequence[int]
    columns: Sequence[int]

    @property
    def width(self) -> int:
        return self.columns[-1] + 1 if self.columns else 0

    def column(self, border: int) -> int:
        """Return the first column that begins at a border or behind it."""
        index = bisect.bisect_left(self.borders, border)
        return self.columns[index] if index < len(self.columns) else self.width


def read_table(node: Node, story: Story, *, number: int, limits: Limits) -> Table | None:
    """Read a table; None if nothing is in it.

    Raises:
        BadInput: more rows or columns than we take; without the name of the file.
    """
    place = Place(table=number)
    lines = list(_lines(node, story, number=number))
    borders = sorted({span.start for line in lines for span in line.spans})
    _refuse_large(len(lines), len(borders) // _SPARE_BORDERS, place=place, limits=limits)
    grid = _grid(lines, borders=borders, widths=_widths(node))
    _refuse_large(len(lines), grid.width, place=place, limits=limits)
    rows = list(_rows(lines, grid=grid))
    while rows and rows[-1].is_empty:
        rows.pop()
    return Table(rows=tuple(rows), place=place) if rows else None


def _lines(node: Node, story: Story, *, number: int) -> Iterator[_Line]:
    count = 0
    for row in within(node, W + "tr"):
        properties = child(row, "trPr")
        story.place = Place(table=number, row=count + 1)
        if is_on(child(properties, "hidden")):
            story.findings.meet("hidden", place=story.place)
        elif child(properties, "del") is not None:
            story.findings.meet("deleted", place=story.place)
        else:
            count += 1
            if child(properties, "ins") is not None:
                story.findings.meet("inserted", place=story.place)
            spans = tuple(_spans(row, story, is_first=count == 1))
            yield _Line(spans=spans, place=story.place)


def _spans(row: Node, story: Story, *, is_first: bool) -> Iterator[_Span]:
    start = _count(child(row, "trPr", "gridBefore"), least=0)
    for cell in within(row, W + "tc"):
        properties = child(cell, "tcPr")
        if child(properties, "cellDel") is not None:
            story.findings.meet("deleted", place=story.place)
            continue
        end = start + _count(child(properties, "gridSpan"), least=1)
        from_above = not is_first and _continues(child(properties, "vMerge"))
        from_left = _continues(child(properties, "hMerge"))
        text = "" if from_above or from_left else _text(cell, story)
        yield _Span(start=start, end=end, text=text, from_above=from_above, from_left=from_left)
        start = end


def _continues(merge: Node | None) -> bool:
    return merge is not None and (attribute(merge) or "continue") in _CONTINUES


def _count(node: Node | None, *, least: int) -> int:
    number = whole(attribute(node))
    return least if number is None else min(max(number, least), _MOST_SPAN)


def _text(cell: Node, story: Story) -> str:
    return LINE.join(_cell_lines(cell, story))


def _cell_lines(cell: Node, story: Story) -> Iterator[str]:
    for item in story.read(cell):
        if isinstance(item, Line):
            yield f"{item.marker} {LINE.join(item.pages)}".strip()
        else:
            story.findings.meet("nested", place=story.place)
            yield from _nested(item, story)


def _nested(table: Node, story: Story) -> Iterator[str]:
    for row in within(table, W + "tr"):
        cells = [_text(cell, story).replace(LINE, " ") for cell in within(row, W + "tc")]
        if shown := " | ".join(cell for cell in cells if cell):
            yield shown


def _widths(node: Node) -> Sequence[int]:
    grid = child(node, "tblGrid")
    columns = () if grid is None else grid.findall(W + "gridCol")
    return [_count_width(one) for one in columns]


def _count_width(column: Node) -> int:
    return max(whole(attribute(column, "w")) or 0, 0)


def _grid(lines: Sequence[_Line], *, borders: Sequence[int], widths: Sequence[int]) -> _Grid:
    used = [{span.start for span in line.spans} for line in lines]
    edges = [0, *itertools.accumulate(widths)] if all(widths) else []
    columns: list[int] = []
    same: list[int] = []
    for border in borders:
        is_same = (
            same
            and border < len(edges)
            and edges[border] - edges[same[0]] < _SAME_BORDER
            # Where a row has a cell between the two there is a column, however narrow.
            and not any(border in row and not row.isdisjoint(same) for row in used)
        )
        columns.append((columns[-1] if columns else -1) + (0 if is_same else 1))
        same = [*same, border] if is_same else [border]
    return _Grid(borders=borders, columns=columns)


def _refuse_large(rows: int, width: int, *, place: Place, limits: Limits) -> None:
    problems = []
    if rows > limits.table_rows:
        problems.append(f"bảng có {rows} dòng, tối đa {limits.table_rows}")
    if width > limits.table_columns:
        problems.append(f"bảng có {width} cột, tối đa {limits.table_columns}")
    cure = "tách bảng thành nhiều bảng, hoặc bỏ những dòng, cột thừa"
    if problems:
        faults = [Fault(place=f"bảng {place.table}", problem=one, cure=cure) for one in problems]
        raise BadInput(source="", faults=faults)


def _rows(lines: Sequence[_Line], *, grid: _Grid) -> Iterator[Row]:
    above: list[Cell] = []
    for line in lines:
        cells = [Cell(text="")] * grid.width
        for span in line.spans:
            first = grid.column(span.start)
            end = max(grid.column(span.end), first + 1)
            is_below = span.from_above and bool(above)
            is_right = span.from_left and first > 0
            text = span.text
            if is_below:
                text = above[first].text
            elif is_right:
                text = cells[first - 1].text
            for index in range(first, end):
                is_merged = is_below or is_right or index > first
                cells[index] = Cell(text=text, is_merged=is_merged)
        above = cells
        yield Row(cells=tuple(cells), place=line.place)
