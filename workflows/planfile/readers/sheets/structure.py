"""How a sheet is built, before anybody asks what is in its cells: one pass, in bounded memory.

The library that reads the values believes a sheet where it should not: it fills whatever a merged
range or a link says it covers, and leaves rows out that stand in the wrong order. Here is decided
what of a sheet is read at all.
"""

import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from engine.errors import BadInput, Fault
from workflows.planfile.readers.sheets.package import Sheet
from workflows.planfile.rules import Limits

_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW, _FORMULA, _VALUE, _TEXT = (f"{_NAMESPACE}{name}" for name in ("row", "f", "v", "is"))
_WATCHED = tuple(
    f"{{*}}{name}"
    for name in (
        "worksheet", "row", "col", "mergeCell",
        "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter",
    )
)  # fmt: skip
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_HEADER_CODE = re.compile(r'&"[^"]*"|&K[0-9A-Fa-f+-]{5,6}|&\d+|&[A-Za-z]')
_TRUE = ("1", "true")

_REPAIR_CURE = "mở tệp bằng Excel rồi lưu thành tệp .xlsx mới"
_STRICT_CURE = "mở bằng Excel, lưu lại kiểu “Excel Workbook (.xlsx)”"
_SPLIT_CURE = "chép riêng bảng nhiệm vụ sang một tệp mới, bỏ phần không dùng"


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What a merged range covers of one row; `anchor` is row and column of the cell that shows."""

    left: int
    right: int
    anchor: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """What is where in a sheet.

    Attributes:
        rows: Rows that hold something, rising.
        width: The last column that holds something.
        cells: How many cells hold something.
        covered: Merged cells, by row; only of rows that hold something, up to `width`.
        hidden_rows: Rows that hold something and are not shown.
        hidden_columns: Columns up to `width` that are not shown.
        formulas: How many cells are computed.
        uncomputed: Formulas without a stored result, by row and column.
        margins: Texts of the running heads and feet.
    """

    rows: tuple[int, ...]
    width: int
    cells: int
    covered: Mapping[int, Sequence[Covered]]
    hidden_rows: tuple[int, ...]
    hidden_columns: tuple[int, ...]
    formulas: int
    uncomputed: Mapping[tuple[int, int], str]
    margins: tuple[str, ...]


def structure_of(archive: zipfile.ZipFile, sheet: Sheet, *, name: str, limits: Limits) -> Structure:
    """Return how a sheet is built.

    Raises:
        BadInput: it holds more than we read, or is put together in a way no office program does.
        XMLSyntaxError: it is no XML.
    """
    from lxml import etree

    scan = _Scan(sheet=sheet, name=name, limits=limits)
    with archive.open(sheet.part) as part:
        elements = etree.iterparse(
            part, events=("start", "end"), tag=_WATCHED, resolve_entities=False, no_network=True
        )
        for event, element in elements:
            if event == "start":
                scan.opened(element)
            elif element.tag == _ROW:
                scan.row(element)
                # Else a million empty rows stay in memory until the end of the sheet.
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
            else:
                scan.closed(element, etree.QName(element).localname)
    return scan.found()


@dataclass(slots=True, kw_only=True)
class _Scan:
    sheet: Sheet
    name: str
    limits: Limits
    rows: list[int] = field(default_factory=list)
    width: int = 0
    cells: int = 0
    row_number: int = 0
    covered: dict[int, list[Covered]] = field(default_factory=dict)
    merged_cells: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    formulas: int = 0
    uncomputed: dict[tuple[int, int], str] = field(default_factory=dict)
    margins: list[str] = field(default_factory=list)

    def found(self) -> Structure:
        return Structure(
            rows=tuple(self.rows),
            width=self.width,
            cells=self.cells,
            covered=self.covered,
            hidden_rows=tuple(self.hidden_rows),
            hidden_columns=tuple(sorted(c for c in self.hidden_columns if c <= self.width)),
            formulas=self.formulas,
            uncomputed=self.uncomputed,
            margins=tuple(self.margins),
        )

    def opened(self, element: Any) -> None:
        if element.tag.endswith("}worksheet") and not element.tag.startswith(_NAMESPACE):
            raise self._refused(
                place="tệp", problem="lưu theo kiểu Strict Open XML", cure=_STRICT_CURE
            )

    def closed(self, element: Any, tag: str) -> None:
        if tag == "mergeCell":
            self._merge(element.get("ref", ""))
        elif tag == "col" and element.get("hidden") in _TRUE:
            first, last = int(element.get("min", "0")), int(element.get("max", "0"))
            # A sheet that hides "all to the right" names the last column there can be.
            self.hidden_columns.update(range(first, min(last, self.limits.table_columns) + 1))
        elif tag.endswith(("Header", "Footer")) and element.text:
            parts = re.split("&[LCR]", element.text.replace("&&", "\uff06"))
            texts = [_HEADER_CODE.sub("", part).replace("\uff06", "&").strip() for part in parts]
            # Of "page &P of &N" nothing remains that says anything.
            self.margins.extend(text for text in texts if any(map(str.isalpha, text)))

    def row(self, element: Any) -> None:
        number = int(element.get("r", self.row_number + 1))
        if not self.row_number < number <= _LAST_ROW:
            raise self._refused(
                place=f"dòng {number}", problem="các dòng không theo thứ tự, hoặc lặp lại"
            )
        self.row_number = number
        column, before = 0, self.cells
        for cell in element:
            column = self._column(cell, after=column)
            if _holds_something(cell):
                self._cell(cell, column)
        if self.cells > before:
            self._count_row(is_hidden=element.get("hidden") in _TRUE)

    def _column(self, cell: Any, *, after: int) -> int:
        written = cell.get("r")
        if not written:
            return after + 1
        row, column = _position(written)
        if row != self.row_number or not after < column:
            raise self._refused(
                place=f"ô {written[:12]}", problem="các ô không theo thứ tự, hoặc lặp lại"
            )
        return column

    def _cell(self, cell: Any, column: int) -> None:
        self.cells += 1
        self.width = max(self.width, column)
        place = f"dòng {self.row_number}"
        if column > self.limits.table_columns:
            problem = f"có nội dung ở cột thứ {column}, tối đa {self.limits.table_columns} cột"
            raise self._refused(place=place, problem=problem, cure=_SPLIT_CURE)
        if self.cells > self.limits.table_cells:
            problem = f"có hơn {self.limits.table_cells} ô có nội dung"
            raise self._refused(place=place, problem=problem, cure=_SPLIT_CURE)
        formula = cell.find(_FORMULA)
        if formula is not None:
            self.formulas += 1
            # A text that was computed and is empty is a result; no number is.
            if not cell.findtext(_VALUE) and cell.get("t") != "str":
                self.uncomputed[self.row_number, column] = "=" + (formula.text or "…")

    def _count_row(self, *, is_hidden: bool) -> None:
        self.rows.append(self.row_number)
        if is_hidden:
            self.hidden_rows.append(self.row_number)
        if len(self.rows) > self.limits.table_rows:
            problem = f"có hơn {self.limits.table_rows} dòng có nội dung"
            raise self._refused(place=f"dòng {self.row_number}", problem=problem, cure=_SPLIT_CURE)

    def _merge(self, written: str) -> None:
        first, _, last = written.partition(":")
        (top, left), (bottom, right) = _position(first), _position(last or first)
        if bottom < top or right < left:
            raise self._refused(place=f"ô {written[:24]}", problem="vùng gộp ô không hợp lệ")
        right = min(right, self.width)
        inside = self.rows[bisect_left(self.rows, top) : bisect_right(self.rows, bottom)]
        self.merged_cells += len(inside) * max(right - left + 1, 0)
        if self.merged_cells > self.limits.table_cells:
            raise self._refused(
                place="vùng gộp ô", problem=f"có hơn {self.limits.table_cells} ô bị gộp"
            )
        for row in inside if left <= right else ():
            covered = Covered(left=left, right=right, anchor=(top, left))
            self.covered.setdefault(row, []).append(covered)

    def _refused(self, *, place: str, problem: str, cure: str = _REPAIR_CURE) -> BadInput:
        fault = Fault(place=f"trang tính “{self.sheet.title}”, {place}", problem=problem, cure=cure)
        return BadInput(source=self.name, faults=[fault])


def _holds_something(cell: Any) -> bool:
    return any(one.text or one.tag == _FORMULA or (one.tag == _TEXT and len(one)) for one in cell)


def _position(written: str) -> tuple[int, int]:
    """Return row and column of "BC12".

    Raises:
        ValueError: there is no such cell.
    """
    found = _REFERENCE.fullmatch(written.replace("$", ""))
    if not found:
        raise ValueError(written[:24])
    column = 0
    for letter in cast("str", found[1]):
        column = column * 26 + ord(letter) - ord("A") + 1
    if int(found[2]) > _LAST_ROW or column > _LAST_COLUMN:
        raise ValueError(written[:24])
    return int(found[2]), column
