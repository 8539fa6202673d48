"""The tables of tasks of a document, each put together from its pages; it reads no cell."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from engine.draft import Remark
from workflows.planfile.blocks import Document, Place, Row, Table
from workflows.planfile.furniture import is_page_number
from workflows.planfile.matching import folded
from workflows.planfile.rules import IntakeRules
from workflows.planfile.tables.columns import (
    Layout,
    counts_columns,
    find_layout,
    layout_at,
    names_tasks,
    repeats,
    shown,
)
from workflows.planfile.tables.marks import mark_of

_LINES_ABOVE = 8
_LONGEST_LINE = 300
_FEW = 3
_LONGEST_PAGE_NUMBER = 40
_DIGITS_AT_END = re.compile(r"[^\W\d_]\d{1,3}\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row below a header; `begins` is true where a page or a part of the file begins with it."""

    row: Row
    begins: bool = False


@dataclass(slots=True, kw_only=True)
class Piece:
    """A header and all rows below it, over as many pages as there are."""

    layout: Layout
    place: Place
    title: str
    lines: list[Line] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def last_number(self) -> int | None:
        """The plain number of the last row that carries one."""
        for line in reversed(self.lines[-_LINES_ABOVE:]):
            if value := mark_of(self.layout.text(line.row, "number")).value:
                return value
        return None


def find_pieces(
    document: Document, *, rules: IntakeRules, accepts: Callable[[Layout], bool]
) -> list[Piece]:
    """Return the tables whose header is accepted, in order, each with the rows of all its pages."""
    finder = _Finder(rules=rules, accepts=accepts)
    for block in document.blocks:
        if isinstance(block, Table):
            finder.take(block)
        else:
            finder.above.append(block.text)
    return finder.found


@dataclass(slots=True, kw_only=True)
class _Finder:
    """What was found so far, and the lines of text since the last table."""

    rules: IntakeRules
    accepts: Callable[[Layout], bool]
    found: list[Piece] = field(default_factory=list)
    above: list[str] = field(default_factory=list)
    current: Piece | None = None

    def take(self, table: Table) -> None:
        """Read a table: a new one, or a page of the one before."""
        header = find_layout(table.rows, rules=self.rules, accepts=self.accepts)
        if header is not None and self._begins_new(table, *header):
            self._open(table.rows, at=header[0], layout=header[1])
        elif self.current is not None and self._goes_on(self.current, table):
            self._append(self.current, table.rows)
        else:
            self._leave(table)
        self.above = []

    def _open(self, rows: Sequence[Row], *, at: int, layout: Layout) -> None:
        title = [*self.above, *_titles(rows[:at])]
        below = rows[at + len(layout.rows) :]
        current = self.current
        is_same = current is not None and current.layout.rows == layout.rows
        if current is None or not is_same or not self._carries_on(current, below, title=title):
            current = Piece(
                layout=layout, place=rows[at].place, title=_title(title, rules=self.rules)
            )
            self.found.append(current)
            self.current = current
            current.remarks += _doubts(layout, rows[at])
        self._append(current, below)

    def _append(self, piece: Piece, rows: Sequence[Row]) -> None:
        """Add the rows of a page; a header in the middle opens a table of its own."""
        begins = bool(piece.lines)
        skip = 0
        for at, row in enumerate(rows):
            if skip or row.is_empty:
                skip = max(0, skip - 1)
                continue
            if repeats(row, piece.layout):
                skip, begins = len(piece.layout.rows) - 1, True
            elif (
                not _is_counted(row, piece.layout)
                and names_tasks(row, rules=self.rules)
                and self._opens(rows, at)
            ):
                return
            elif _is_page_number(row):
                begins = True
            elif not counts_columns(row) or not (begins or not piece.lines):
                piece.lines.append(Line(row=row, begins=begins))
                begins = False

    def _opens(self, rows: Sequence[Row], at: int) -> bool:
        layout = layout_at(rows, at, rules=self.rules)
        # A task whose output is a "Quyết định" names a column too; a header names little else.
        filled = sum(bool(cell.text) for cell in rows[at].cells)
        is_one = self.accepts(layout) and len(layout.places) * 2 > filled
        if is_one:
            self.above = []
            self._open(rows[at:], at=0, layout=layout)
        return is_one

    def _carries_on(self, piece: Piece, rows: Sequence[Row], *, title: Sequence[str]) -> bool:
        """Tell whether a table with the same header is a page of the one before, or another one."""
        if any(folded(text).startswith(_folded_titles(self.rules)) for text in title):
            return False
        return not title or self._counts_on(piece, rows)

    def _goes_on(self, piece: Piece, table: Table) -> bool:
        """Tell whether a table without a header is a page of the one before."""
        width = len(table.rows[0].cells) if table.rows else 0
        if width != _width(piece) or self._is_layout(table):
            return False
        return not self.above or self._counts_on(piece, table.rows)

    def _begins_new(self, table: Table, at: int, layout: Layout) -> bool:
        return self.accepts(layout) and not self._is_further(table, at, header=layout)

    def _is_further(self, table: Table, at: int, *, header: Layout) -> bool:
        """Tell whether a row that looks like a header, or one before it, is one more task."""
        current = self.current
        if current is None or not self._goes_on(current, table):
            return False
        row = table.rows[at]
        is_again = repeats(row, current.layout)
        before = table.rows[:at] if is_again else table.rows[: at + 1]
        if any(_number(one, current.layout) for one in before if not counts_columns(one)):
            return True
        is_alike = header.places.get("task") == current.layout.places.get("task")
        return is_alike and not is_again and _bears_digits(row)

    def _counts_on(self, piece: Piece, rows: Sequence[Row]) -> bool:
        last = piece.last_number
        row = next((row for row in rows if not row.is_empty and not counts_columns(row)), None)
        if row is None or last is None:
            return False
        text = piece.layout.text(row, "number")
        return not text or mark_of(text).value == last + 1

    def _is_layout(self, table: Table) -> bool:
        """Tell whether a table only holds addressees and signature in place."""
        words = tuple(folded(word) for word in self.rules.tables.layout)
        texts = (cell.text for row in table.rows[:_FEW] for cell in row.cells)
        return any(folded(text[:_LONGEST_LINE]).startswith(words) for text in texts)

    def _leave(self, table: Table) -> None:
        """Close the table before; say so where what follows looks like a page of it."""
        current, self.current = self.current, None
        if current is None or self._is_layout(table) or len(table.rows) < _FEW:
            return
        width = len(table.rows[0].cells)
        is_alike = width == _width(current)
        if width < _FEW or (self.above and not is_alike):
            return
        why = "dòng tiêu đề nhận ra được" if is_alike else "dòng tiêu đề và khác số cột"
        message = f"bảng ở {where(table.place)} không có {why}, chưa đọc"
        current.remarks.append(Remark(code="table_left_out", message=message))


def _doubts(layout: Layout, row: Row) -> Iterator[Remark]:
    """Yield what may be wrong with a header: that it is a task, that it is one of two tables."""
    if _bears_digits(row):
        texts = dict.fromkeys(shown(cell.text) for cell in row.cells if cell.text)
        message = (
            f"đã coi {where(row.place)} là dòng tiêu đề: {' | '.join(texts)}; nếu là nhiệm vụ, "
            "thêm dòng tiêu đề phía trên"
        )
        yield Remark(code="header_unsure", message=message)
    if layout.beside:
        listed = ", ".join(
            f"“{shown(text)}”" for place in layout.beside if (text := layout.headers[place])
        )
        message = (
            f"hai bảng nhiệm vụ cạnh nhau ({where(row.place)}): chưa đọc bảng bên phải, gồm các "
            f"cột {listed}; chuyển bảng đó xuống dưới, hoặc sang trang tính khác"
        )
        yield Remark(code="table_beside", message=message)


def _number(row: Row, layout: Layout) -> int | None:
    return mark_of(layout.text(row, "number")).value


def _bears_digits(row: Row) -> bool:
    """Tell whether a cell ends in a word with digits: "Nhiệm vụ3" is hardly a header."""
    return any(_DIGITS_AT_END.search(cell.text) for cell in row.cells)


def _width(piece: Piece) -> int:
    widths = (len(line.row.cells) for line in piece.lines)
    return max(widths, default=len(piece.layout.headers))


def where(place: Place) -> str:
    """Return a place in words, the finest part last."""
    parts = (
        ("trang", place.page),
        ("sheet", place.sheet),
        ("bảng", place.table),
        ("dòng", place.row if place.row is not None else place.line),
        ("đoạn", place.paragraph),
    )
    return ", ".join(f"{word} {value}" for word, value in parts if value is not None) or "tệp"


def ignored_columns(layout: Layout) -> list[str]:
    """Return the headers of the columns that are kept but not understood, cut for a message."""
    return [shown(layout.headers[place]) for place in layout.ignored if layout.headers[place]]


def _titles(rows: Sequence[Row]) -> Iterator[str]:
    """Yield what stands in the rows above a header: the title of the table."""
    for row in rows:
        texts = list(dict.fromkeys(cell.text for cell in row.cells if cell.text))
        if texts:
            yield " ".join(" ".join(texts).split())


def _title(above: Sequence[str], *, rules: IntakeRules) -> str:
    """Return the lines from the one that opens a title, else the last ones that look like one."""
    near = [text for text in above[-_LINES_ABOVE:] if len(text) <= _LONGEST_LINE]
    words = _folded_titles(rules)
    opening = [at for at, text in enumerate(near) if folded(text).startswith(words)]
    if opening:
        return "\n".join(near[opening[0] :])
    begin = len(near)
    while begin and (near[begin - 1].isupper() or near[begin - 1].startswith("(")):
        begin -= 1
    return "\n".join(near[begin:])


def _folded_titles(rules: IntakeRules) -> tuple[str, ...]:
    return tuple(folded(word) for word in rules.tables.titles)


def _is_counted(row: Row, layout: Layout) -> bool:
    """Tell whether a row carries a number or a code, whatever words stand in its other cells.

    A task whose class is "nhiệm vụ" and whose output is a "Quyết định" names two columns.
    """
    return any(char.isdigit() for key in ("code", "number") for char in layout.text(row, key))


def _is_page_number(row: Row) -> bool:
    texts = {cell.text for cell in row.cells if cell.text}
    text = texts.pop() if len(texts) == 1 else ""
    return 0 < len(text) <= _LONGEST_PAGE_NUMBER and is_page_number(text)
