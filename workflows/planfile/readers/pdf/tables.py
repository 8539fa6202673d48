"""Ruled tables of a page: the grid their lines draw, and what stands in each cell of it."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from engine.errors import BadInput, Fault
from workflows.planfile.blocks import Cell, Place, Row, Table
from workflows.planfile.lines import join
from workflows.planfile.readers.pdf.letters import Letter, Line, set_lines

#: Left, top, right, bottom, in points from the top left corner.
Box = tuple[float, float, float, float]
# Lines drawn this near to each other are one.
_SAME_EDGE = 2.0
# What is free at the left of a cell is free at its right too; 1.9 mm where Word is left alone.
_PADDING = 6.0
# Shorter ones are the thickness of a line; so many that end alike are the side of a table; and so
# near to an edge of the other direction they do not end but meet it.
_LONG_EDGE = 8.0
_OPEN_EDGES = 3
_NEAR = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The edges of a table's columns and rows, and its cells as boxes."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    boxes: tuple[Box, ...]

    @classmethod
    def of(cls, boxes: Sequence[Box]) -> "Grid":
        """Lay the grid of all edges of some cells; every place that none covers is one more."""
        xs = _edges(side for box in boxes for side in (box[0], box[2]))
        ys = _edges(side for box in boxes for side in (box[1], box[3]))
        drawn = cls(xs=xs, ys=ys, boxes=tuple(boxes))
        bare = (
            (xs[column], ys[row], xs[column + 1], ys[row + 1])
            for row, slots in enumerate(_slots(drawn))
            for column, (box, _) in enumerate(slots)
            if box is None
        )
        return cls(xs=xs, ys=ys, boxes=(*boxes, *bare))

    @property
    def is_table(self) -> bool:
        """Whether there is more than a frame around some text, or a column of frames."""
        return len(self.xs) > 2 and len(self.boxes) > 1  # noqa: PLR2004 - two edges a column

    @property
    def top(self) -> float:
        """Where it begins on the page."""
        return self.ys[0]

    def holds(self, letter: Letter) -> bool:
        """Tell whether a letter stands inside the table."""
        x, y = _middle(letter)
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]


def open_ends(edges: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the lines that would close tables left open, as settings of the library.

    A row that goes on over the page has no line below it, and some tables have none at their sides.
    """
    across = [edge for edge in edges if edge["orientation"] == "h" and _is_long(edge)]
    upright = [edge for edge in edges if edge["orientation"] == "v" and _is_long(edge)]
    return {
        "explicit_horizontal_lines": [
            _line((min(edge["x0"] for edge in ending), y, max(edge["x1"] for edge in ending), y))
            for y, ending in _loose(upright, ("top", "bottom"), met=[e["top"] for e in across])
        ],
        "explicit_vertical_lines": [
            _line((x, min(edge["top"] for edge in ending), x, max(e["bottom"] for e in ending)))
            for x, ending in _loose(across, ("x0", "x1"), met=[edge["x0"] for edge in upright])
        ],
    }


def refuse_wide(grid: Grid, *, columns: int, name: str, page: int) -> None:
    """Refuse a table with more columns than any plan has.

    Raises:
        BadInput: it has more.
    """
    if len(grid.xs) - 1 > columns:
        fault = Fault(
            place=f"trang {page}",
            problem=f"bảng có {len(grid.xs) - 1} cột, nhiều hơn {columns}",
            cure="kiểm tra xem có chọn nhầm tệp không, hoặc nộp tệp Word/Excel gốc",
        )
        raise BadInput(source=name, faults=[fault])


def as_block(grid: Grid, letters: Sequence[Letter], *, page: int, index: int) -> Table | None:
    """Return the table with its merged cells resolved; None where nothing stands in it."""
    texts = _texts(grid, letters)
    rows = []
    for at, slots in enumerate(_slots(grid)):
        cells = tuple(
            Cell(text=texts[box] if box is not None else "", is_merged=not is_first)
            for box, is_first in slots
        )
        rows.append(Row(cells=cells, place=Place(page=page, table=index, row=at + 1)))
    while rows and rows[-1].is_empty:
        rows.pop()
    if not rows:
        return None
    return Table(rows=tuple(rows), place=Place(page=page, table=index))


def _slots(grid: Grid) -> list[list[tuple[int | None, bool]]]:
    """Return for each place of the grid which box covers it, and whether the box begins there."""
    width, height = len(grid.xs) - 1, len(grid.ys) - 1
    slots: list[list[tuple[int | None, bool]]] = [[(None, True)] * width for _ in range(height)]
    for at, (x0, top, x1, bottom) in enumerate(grid.boxes):
        left, right = _index(grid.xs, x0), _index(grid.xs, x1)
        upper, lower = _index(grid.ys, top), _index(grid.ys, bottom)
        for row in range(upper, min(lower, height)):
            for column in range(left, min(right, width)):
                slots[row][column] = (at, (row, column) == (upper, left))
    return slots


def _texts(grid: Grid, letters: Sequence[Letter]) -> list[str]:
    slots = _slots(grid)
    held: list[list[Letter]] = [[] for _ in grid.boxes]
    for letter in letters:
        x, y = _middle(letter)
        column = min(max(bisect_right(grid.xs, x) - 1, 0), len(grid.xs) - 2)
        row = min(max(bisect_right(grid.ys, y) - 1, 0), len(grid.ys) - 2)
        box, _ = slots[row][column]
        if box is not None:
            held[box].append(letter)
    return [_text(set_lines(found), box=box) for found, box in zip(held, grid.boxes, strict=True)]


def _text(lines: Sequence[Line], *, box: Box) -> str:
    """Return the text of a cell; only where a line ends before it had to, is there a new line."""
    if not lines:
        return ""
    padding = min(max(min(line.x0 for line in lines) - box[0], 0), _PADDING)
    parts: list[list[str]] = [[lines[0].text]]
    for before, line in pairwise(lines):
        edge = _edge(before, box=box, padding=padding)
        if before.runs_on(line, edge=edge):
            parts[-1].append(line.text)
        else:
            parts.append([line.text])
    return "\n".join(join(part) for part in parts)


def _edge(line: Line, *, box: Box, padding: float) -> float:
    """Return how far a line could have gone on; a centred one grows to both sides."""
    left, right = line.x0 - box[0], box[2] - line.x1
    if left > padding + _SAME_EDGE and abs(left - right) < line.size:
        return line.x0 + box[2] - box[0] - 2 * padding
    return box[2] - padding


def _is_long(edge: Mapping[str, Any]) -> bool:
    return bool(max(edge["width"], edge["height"]) >= _LONG_EDGE)


def _loose(
    edges: Sequence[Mapping[str, Any]], ends: tuple[str, str], *, met: Sequence[float]
) -> list[tuple[float, list[Mapping[str, Any]]]]:
    """Return where several edges end and none of the other direction is, with those edges."""
    ending: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for edge in edges:
        for end in ends:
            ending[round(float(edge[end]))].append(edge)
    known = sorted(met)
    return [
        (float(place), found)
        for place, found in sorted(ending.items())
        if len(found) >= _OPEN_EDGES and not _is_near(known, place)
    ]


def _line(bounds: Box) -> dict[str, Any]:
    x0, top, x1, bottom = bounds
    return {
        "object_type": "line_edge",
        "orientation": "h" if top == bottom else "v",
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
    }


def _is_near(met: Sequence[float], place: float) -> bool:
    at = bisect_right(met, place - _NEAR)
    return at < len(met) and met[at] <= place + _NEAR


def _middle(letter: Letter) -> tuple[float, float]:
    return (letter.x0 + letter.x1) / 2, letter.baseline - letter.size / 4


def _edges(sides: Iterable[float]) -> tuple[float, ...]:
    found: list[float] = []
    for side in sorted(sides):
        if not found or side - found[-1] > _SAME_EDGE:
            found.append(side)
    return tuple(found)


def _index(edges: Sequence[float], side: float) -> int:
    return bisect_right(edges, side + _SAME_EDGE / 2) - 1
