"""Workbooks of a department that does not exist, a few readable lines each."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workflows.planfile.blocks import Document, Paragraph, Row, Table
from workflows.planfile.readers import InputFile

HEADER = ("TT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Thời gian hoàn thành", "Sản phẩm")
TASK = (1, "Rà soát quy chế làm việc", "Văn phòng Sở", "Quý II/2026", "Quy chế")
SHEET = "xl/worksheets/sheet1.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

Rows = Sequence[Sequence[object]]


def workbook(
    *rows: Sequence[object],
    title: str = "Nhiệm vụ",
    more: Mapping[str, Rows] | None = None,
    edit: Callable[[Worksheet], object] | None = None,
) -> InputFile:
    """A workbook with the rows on its first sheet; `edit` dresses that sheet."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, lines in {title: rows, **(more or {})}.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    if edit:
        edit(book.worksheets[0])
    return saved(book)


def saved(book: Workbook, *, name: str = "theo-doi.xlsx") -> InputFile:
    """The file that a workbook is saved as."""
    stream = io.BytesIO()
    book.save(stream)
    return InputFile(name=name, data=stream.getvalue())


def raw_sheet(data: str, *, before: str = "", after: str = "") -> InputFile:
    """A workbook whose only sheet has been written by hand: `data` is what is in `sheetData`."""
    inside = f"{before}<sheetData>{data}</sheetData>{after}"
    text = f'{_HEAD}<worksheet xmlns="{_NAMESPACE}">{inside}</worksheet>'
    return with_part(workbook(("x",)), SHEET, text)


def with_part(file: InputFile, part: str, text: str) -> InputFile:
    """The same file with one part of it written anew, or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file.data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name), zipfile.ZIP_DEFLATED)
        new.writestr(part, text, zipfile.ZIP_DEFLATED)
    return InputFile(name=file.name, data=stream.getvalue())


def part_of(file: InputFile, part: str) -> str:
    """The text of one part."""
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        return archive.read(part).decode()


def texts(row: Row) -> tuple[str, ...]:
    """The texts of a row, merged ones too."""
    return tuple(cell.text for cell in row.cells)


def tables(document: Document) -> list[Table]:
    """The tables of a document."""
    return [block for block in document.blocks if isinstance(block, Table)]


def only_table(document: Document) -> list[tuple[str, ...]]:
    """The texts of the one table of a document."""
    (table,) = tables(document)
    return [texts(row) for row in table.rows]


def paragraphs(document: Document) -> list[str]:
    """The paragraphs of a document."""
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def merged(row: Row) -> list[int]:
    """Where in a row merged cells are covered, counted from 1."""
    return [place for place, cell in enumerate(row.cells, start=1) if cell.is_merged]
