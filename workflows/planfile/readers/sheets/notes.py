"""What the importing person should know of how a workbook was read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from workflows.planfile.blocks import Note, Place
from workflows.planfile.readers.sheets.package import Beside
from workflows.planfile.readers.sheets.structure import Structure
from workflows.planfile.readers.sheets.values import hides_the_year

_SHOWN = 5
_FAR_ROWS = 50
# Where the counting of days begins: a number in a cell that is formatted as a date.
_FIRST_YEARS = (1899, 1900)


@dataclass(slots=True, kw_only=True)
class Findings:
    """What is noticed while the cells of one sheet go by; rows as the program numbers them."""

    sheet: str
    structure: Structure
    error_rows: list[int] = field(default_factory=list)
    yearless_rows: list[int] = field(default_factory=list)
    number_rows: list[int] = field(default_factory=list)
    covered: int = 0

    def look_at(self, value: object, number_format: str, *, row: int, is_error: bool) -> None:
        """Take note of what a cell holds."""
        if is_error:
            self.error_rows.append(row)
        elif hides_the_year(value, number_format):
            self.yearless_rows.append(row)
        elif isinstance(value, date) and value.year in _FIRST_YEARS:
            self.number_rows.append(row)

    def cover(self, text: str) -> None:
        """Take note of a text that lies under a merged cell, where nobody sees it."""
        self.covered += bool(text)


def set_aside(hidden: Sequence[str], around: Beside) -> list[Note]:
    """Return notes on what of a workbook is in none of its blocks."""
    notes = []
    if hidden:
        names = ", ".join(f"“{name}”" for name in hidden[:_SHOWN])
        message = f"không đọc {len(hidden)} trang tính đang ẩn: {names}{_more(hidden)}"
        notes.append(Note(code="hidden_sheets", message=message))
    if around.boxes:
        message = f"không đọc chữ trong {len(around.boxes)} hộp chữ, hình vẽ"
        notes.append(Note(code="text_boxes", message=message))
    if around.comments:
        message = f"không đọc {len(around.comments)} ghi chú gắn vào ô"
        notes.append(Note(code="comments", message=message))
    return notes


def notes_of(found: Findings) -> Iterator[Note]:
    """Yield notes on one sheet, each with the first row it is about."""
    for note in (*_structure_notes(found), *_value_notes(found)):
        message = f"trang tính “{found.sheet}”: {note.message}"
        yield replace(note, message=message, place=replace(note.place, sheet=found.sheet))


def _structure_notes(found: Findings) -> Iterator[Note]:
    structure = found.structure
    if computed := structure.formulas - len(structure.uncomputed):
        message = f"{computed} ô là công thức: đọc kết quả đã lưu, không tính lại"
        yield Note(code="formulas", message=message)
    if structure.uncomputed:
        rows = [row for row, _ in structure.uncomputed]
        message = f"công thức chưa có kết quả ở {_rows(rows)}: giữ nguyên công thức làm chữ"
        yield Note(code="formulas_without_value", message=message, place=_first(rows))
    if rows := list(structure.hidden_rows):
        message = f"đọc cả dòng đang ẩn: {_rows(rows)}"
        yield Note(code="hidden_rows", message=message, place=_first(rows))
    if structure.hidden_columns:
        names = ", ".join(_letters(column) for column in structure.hidden_columns[:_SHOWN])
        message = f"đọc cả cột đang ẩn: {names}{_more(structure.hidden_columns)}"
        yield Note(code="hidden_columns", message=message)
    below = [row for above, row in pairwise(structure.rows) if row - above > _FAR_ROWS]
    if below:
        message = f"có nội dung ở {_rows(below)}, cách phần trên hơn {_FAR_ROWS} dòng trống"
        yield Note(code="far_rows", message=message, place=_first(below))


def _value_notes(found: Findings) -> Iterator[Note]:
    if rows := found.error_rows:
        message = f"ô báo lỗi (#REF!, #N/A ...) ở {_rows(rows)}"
        yield Note(code="error_values", message=message, place=_first(rows))
    if rows := found.yearless_rows:
        message = f"ngày không hiện năm ở {_rows(rows)}: hiểu theo năm của kế hoạch"
        yield Note(code="dates_without_year", message=message, place=_first(rows))
    if rows := found.number_rows:
        message = f"ngày của năm 1900 ở {_rows(rows)}: có thể là số bị định dạng thành ngày"
        yield Note(code="dates_of_1900", message=message, place=_first(rows))
    if found.covered:
        message = f"{found.covered} ô có chữ nằm khuất dưới ô gộp, không đọc"
        yield Note(code="covered_cells", message=message)


def _first(rows: Sequence[int]) -> Place:
    return Place(row=rows[0])


def _rows(rows: Sequence[int]) -> str:
    distinct = sorted(set(rows))
    return f"dòng {', '.join(map(str, distinct[:_SHOWN]))}{_more(distinct)}"


def _more(found: Sequence[object]) -> str:
    rest = len(found) - _SHOWN
    return f" và {rest} chỗ khác" if rest > 0 else ""


def _letters(column: int) -> str:
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
