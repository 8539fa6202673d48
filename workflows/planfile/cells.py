"""A table file to rows of cells: separators, quotes, ragged rows; it knows no columns."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import BadInput, Fault

_SEPARATORS = (",", ";", "\t")
_PIPE = "|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of cells, white space at their ends removed; rows are counted from 1 as in a sheet."""

    number: int
    cells: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether no cell holds anything."""
        return not any(self.cells)


def read_rows(text: str, *, name: str) -> list[Row]:
    """Return the rows of a table in text form.

    The separator is the one (comma, semicolon, tab, or vertical bars around cells) that the first
    lines hold most of.

    Raises:
        BadInput: quotes that do not close, or a cell longer than any table holds.
    """
    separator = _separator(text)
    if separator == _PIPE:
        return _piped(text)
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    rows: list[Row] = []
    try:
        for number, cells in enumerate(reader, start=1):
            rows.append(Row(number=number, cells=tuple(cell.strip() for cell in cells)))
    except csv.Error as error:
        problem = "dấu ngoặc kép không khép đúng"
        if "field larger" in str(error):
            problem = f"một ô dài hơn {csv.field_size_limit()} ký tự"
        place = f"dòng {len(rows) + 1}"
        cure = "kiểm tra dấu ngoặc kép ở dòng này, lưu lại bảng từ Excel dạng CSV UTF-8"
        raise BadInput(
            source=name, faults=[Fault(place=place, problem=problem, cure=cure)]
        ) from error
    return rows


def _separator(text: str) -> str:
    opening = text[:20_000].split("\n")[:20]
    if sum(line.lstrip().startswith(_PIPE) for line in opening) * 2 > len(opening) - 1:
        return _PIPE
    return max(_SEPARATORS, key=lambda mark: max(line.count(mark) for line in opening))


def _piped(text: str) -> list[Row]:
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        inside = line.strip().removeprefix(_PIPE).removesuffix(_PIPE)
        cells = tuple(cell.strip() for cell in inside.split(_PIPE))
        if not _is_rule(cells):
            rows.append(Row(number=number, cells=cells))
    return rows


def _is_rule(cells: Sequence[str]) -> bool:
    return bool("".join(cells)) and not "".join(cells).strip("-: ")
