"""A table in text form (.csv) to one table block: separators, quotes, ragged rows.

Rows are counted as a program for sheets counts them: one with line breaks in it is one row.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from engine.errors import BadInput, Fault
from workflows.planfile.blocks import Cell, Document, Note, Place, Row, Table
from workflows.planfile.readers import InputFile
from workflows.planfile.rules import IntakeRules, Limits
from workflows.planfile.text import decode

_SEPARATORS = (",", ";", "\t")
_PIPE = "|"
_OPENING_LETTERS, _OPENING_LINES = 20_000, 20
_TEXTS = 2

#: A row as counted in the file, and its cells.
_Numbered = tuple[int, list[str]]

_EMPTY = Cell(text="")

_QUOTE_CURE = "kiểm tra dấu ngoặc kép ở dòng này, lưu lại bảng từ Excel dạng CSV UTF-8"
_EXCESS_CURE = "kiểm tra dấu phân cách; chép riêng bảng nhiệm vụ sang một tệp mới"


def read(file: InputFile, rules: IntakeRules) -> Document:
    """Read a table in text form; its rows are padded to one width.

    A row that has more or fewer cells than the header is named by a note `ragged_row`: mostly a
    separator without quotes, so that everything after it stands in the wrong column.

    Raises:
        BadInput: no text in an encoding we read, quotes that do not close, or too many columns.
    """
    text = decode(file.data, name=file.name, rules=rules)
    numbered = _without_gaps(_rows(text, name=file.name))
    _refuse_excess(file, numbered, limits=rules.limits)
    width = max((len(cells) for _, cells in numbered), default=0)
    rows = tuple(_row(number, cells, width=width) for number, cells in numbered)
    return Document(
        name=file.name,
        digest=file.digest,
        format="csv",
        blocks=(Table(rows=rows, place=rows[0].place),) if rows else (),
        notes=tuple(_ragged(numbered)),
    )


def _without_gaps(rows: Iterable[_Numbered]) -> list[_Numbered]:
    """Return the rows, one empty row for a gap of any height and none at the end."""
    kept: list[_Numbered] = []
    for number, cells in rows:
        if any(cells) or not kept or any(kept[-1][1]):
            kept.append((number, cells))
    while kept and not any(kept[-1][1]):
        kept.pop()
    return kept


def _refuse_excess(file: InputFile, numbered: Sequence[_Numbered], *, limits: Limits) -> None:
    cells = 0
    for count, (number, row) in enumerate(numbered, start=1):
        cells += sum(map(bool, row))
        for found, most, what in (
            (len(row), limits.table_columns, "cột"),
            (count, limits.table_rows, "dòng"),
            (cells, limits.table_cells, "ô có nội dung"),
        ):
            if found > most:
                problem = f"có {found} {what}, tối đa {most}"
                fault = Fault(place=f"dòng {number}", problem=problem, cure=_EXCESS_CURE)
                raise BadInput(source=file.name, faults=[fault])


def _rows(text: str, *, name: str) -> Iterator[_Numbered]:
    separator = _separator(text)
    if separator == _PIPE:
        yield from _piped(text)
        return
    number = 0
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        problem = "dấu ngoặc kép không khép đúng"
        if "field larger" in str(error):
            problem = f"một ô dài hơn {csv.field_size_limit()} ký tự"
        fault = Fault(place=f"dòng {number + 1}", problem=problem, cure=_QUOTE_CURE)
        raise BadInput(source=name, faults=[fault]) from error


def _separator(text: str) -> str:
    """Return what the first lines hold most of, bars only where they stand around the cells."""
    opening = text[:_OPENING_LETTERS].split("\n")[:_OPENING_LINES]
    if sum(line.lstrip().startswith(_PIPE) for line in opening) * 2 > len(opening) - 1:
        return _PIPE
    return max(_SEPARATORS, key=lambda mark: max(line.count(mark) for line in opening))


def _piped(text: str) -> Iterator[_Numbered]:
    for number, line in enumerate(text.split("\n"), start=1):
        inside = line.strip().removeprefix(_PIPE).removesuffix(_PIPE)
        cells = [cell.strip() for cell in inside.split(_PIPE)]
        is_rule = bool("".join(cells)) and not "".join(cells).strip("-: ")
        if not is_rule:
            yield number, cells


def _row(number: int, cells: Sequence[str], *, width: int) -> Row:
    filled = [Cell(text=text) if text else _EMPTY for text in cells]
    padded = (*filled, *[_EMPTY] * (width - len(cells)))
    return Row(cells=padded, place=Place(table=1, row=number))


def _ragged(numbered: Sequence[_Numbered]) -> Iterator[Note]:
    """Yield a note on each filled row below the header that does not fit it.

    The header is taken to be the first row with half as many texts as the fullest one above it
    and below: a title has one, a group row two.
    """
    filled = [sum(map(bool, cells)) for _, cells in numbered[:_OPENING_LINES]]
    least = max(_TEXTS, max(filled, default=0) // 2)
    header = next((place for place, texts in enumerate(filled) if texts >= least), None)
    if header is None:
        return
    most = len(numbered[header][1])
    named = max(place for place, cell in enumerate(numbered[header][1], start=1) if cell)
    for number, cells in numbered[header + 1 :]:
        extra = any(cells[named:])
        if any(cells) and (extra or not named <= len(cells) <= most):
            message = f"có {len(cells)} ô, dòng tiêu đề có {named} cột"
            yield Note(code="ragged_row", message=message, place=Place(table=1, row=number))
