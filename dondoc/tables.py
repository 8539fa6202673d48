"""Rows as files that people open in a spreadsheet: text of columns, and workbooks.

Whatever begins like a formula stays the letters that it is: who opens a list must not run what
somebody typed into it.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeAlias

Cell: TypeAlias = str | int | date | None
Separator: TypeAlias = Literal[",", ";"]

#: What programs take for the beginning of a formula, in their usual and in their wide forms.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
_HEADER_COLOUR = "#EEF1F5"
_LONGEST = 32_767


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: its header, and its width in characters."""

    header: str
    width: int = 14


def neutral(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def csv_file(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, separator: Separator = ","
) -> bytes:
    """Return rows as text in UTF-8 with a mark by which Excel knows it; dates as `2014-01-20`."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
    writer.writerow([one.header for one in columns])
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def xlsx_file(
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    about: Sequence[tuple[str, str]],
    at: datetime,
) -> bytes:
    """Return rows as a workbook: a sheet of them, and one that says what they are.

    Args:
        name: Of the sheet.
        columns: Its columns.
        rows: Its rows; dates become dates.
        about: What the second sheet says, name and value; the first name is that of the sheet.
        at: When it was made.
    """
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with Workbook(stream, options) as book:
        book.set_properties({"created": at.astimezone(UTC).replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "bg_color": _HEADER_COLOUR, "text_wrap": True})
        formats = {"day": book.add_format({"num_format": "d/m/yyyy"}), "bold": bold}
        sheet = book.add_worksheet(name)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.header, bold)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                _write(sheet, number, place, cell=cell, formats=formats)
        _tell(book.add_worksheet(about[0][0]), about, bold)
    return stream.getvalue()


def _tell(sheet: Any, about: Sequence[tuple[str, str]], bold: Any) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 80)
    for number, (name, value) in enumerate(about):
        sheet.write_string(number, 0, name, bold)
        sheet.write_string(number, 1, value)


def _write(sheet: Any, row: int, place: int, *, cell: Cell, formats: dict[str, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, date):
        sheet.write_datetime(row, place, datetime(cell.year, cell.month, cell.day), formats["day"])  # noqa: DTZ001 - a day of a sheet has no zone
    elif isinstance(cell, int):
        sheet.write_number(row, place, cell)
    else:
        sheet.write_string(row, place, neutral(cell)[:_LONGEST])


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if isinstance(cell, int) else neutral(cell)
