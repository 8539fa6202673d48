"""A workbook (.xlsx) to blocks: its visible sheets, as a person sees them; formulas stay asleep.

openpyxl reads the values, row by row, and only where `structure` has found something.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, redirect_stdout
from typing import Protocol

from engine.errors import BadInput, Fault
from workflows.planfile.blocks import Block, Cell, Document, Place, Row, Table
from workflows.planfile.matching import folded
from workflows.planfile.readers import InputFile
from workflows.planfile.readers.archive import check_archive, damaged
from workflows.planfile.readers.sheets.layout import blocks_of
from workflows.planfile.readers.sheets.notes import Findings, notes_of, set_aside
from workflows.planfile.readers.sheets.package import Sheet, beside, sheets_of
from workflows.planfile.readers.sheets.structure import Structure, structure_of
from workflows.planfile.readers.sheets.values import shown, tidy
from workflows.planfile.rules import IntakeRules, Limits

_EMPTY = Cell(text="")

_SPLIT_CURE = "chép riêng các trang tính có nhiệm vụ sang một tệp mới"


class _Seen(Protocol):
    """A cell as openpyxl gives it."""

    @property
    def value(self) -> object: ...
    @property
    def number_format(self) -> str: ...
    @property
    def data_type(self) -> str: ...


def read(file: InputFile, rules: IntakeRules) -> Document:
    """Read a workbook.

    Raises:
        BadInput: it is damaged, protected, holds macros or a DTD, more than we read, or nothing.
    """
    check_archive(file, rules=rules)
    try:
        # openpyxl warns of features that are no concern of ours, and prints over a forged style.
        with (
            zipfile.ZipFile(io.BytesIO(file.data)) as archive,
            warnings.catch_warnings(action="ignore"),
            redirect_stdout(io.StringIO()),
        ):
            return _document(file, archive, rules=rules)
    except (BadInput, MemoryError):
        raise
    except Exception as error:
        # What two XML parsers and openpyxl raise over a forged part cannot be listed.
        raise damaged(file) from error


def _document(file: InputFile, archive: zipfile.ZipFile, *, rules: IntakeRules) -> Document:
    sheets, around = sheets_of(archive), beside(archive)
    structures = _structures(file, archive, sheets, limits=rules.limits)
    known = frozenset(folded(word) for words in rules.columns.synonyms().values() for word in words)
    blocks: list[Block] = []
    notes = set_aside([sheet.title for sheet in sheets if sheet.is_hidden], around)
    for title, values in _open(file, sheets, structures):
        found = Findings(sheet=title, structure=structures[title])
        tables = sum(isinstance(block, Table) for block in blocks)
        rows = list(_rows(values, found))
        blocks += blocks_of(rows, known=known, tables=tables)
        notes += notes_of(found)
    if not blocks:
        cure = "bỏ ẩn trang tính có bảng nhiệm vụ, hoặc chọn tệp khác"
        raise _refused(file, "không trang tính nào đang hiện có nội dung", cure)
    margins = [text for structure in structures.values() for text in structure.margins]
    furniture = map(tidy, (*margins, *around.boxes, *around.comments))
    return Document(
        name=file.name,
        digest=file.digest,
        format="xlsx",
        blocks=tuple(blocks),
        furniture=tuple(dict.fromkeys(furniture)),
        notes=tuple(notes),
    )


def _structures(
    file: InputFile, archive: zipfile.ZipFile, sheets: Sequence[Sheet], *, limits: Limits
) -> Mapping[str, Structure]:
    """Return how each visible sheet is built, by its title."""
    if len(sheets) > limits.sheets:
        raise _refused(file, f"có {len(sheets)} trang tính, tối đa {limits.sheets}", _SPLIT_CURE)
    found = {
        sheet.title: structure_of(archive, sheet, name=file.name, limits=limits)
        for sheet in sheets
        if not sheet.is_hidden
    }
    cells = sum(structure.cells for structure in found.values())
    if cells > limits.table_cells:
        problem = f"có {cells} ô có nội dung, tối đa {limits.table_cells}"
        raise _refused(file, problem, _SPLIT_CURE)
    return found


def _open(
    file: InputFile, sheets: Sequence[Sheet], structures: Mapping[str, Structure]
) -> Iterator[tuple[str, Iterator[Sequence[_Seen]]]]:
    from openpyxl import load_workbook

    source = io.BytesIO(file.data)
    with closing(load_workbook(source, read_only=True, data_only=True, keep_links=False)) as book:
        for sheet, worksheet in zip(sheets, book.worksheets, strict=True):
            structure = structures.get(sheet.title)
            if structure is None or not structure.rows:
                continue
            # What a sheet says of its own size is believed by nobody.
            worksheet.reset_dimensions()
            yield (
                sheet.title,
                worksheet.iter_rows(
                    min_row=1, max_row=structure.rows[-1], min_col=1, max_col=structure.width
                ),
            )


def _rows(values: Iterator[Sequence[_Seen]], found: Findings) -> Iterator[Row]:
    structure = found.structure
    filled = set(structure.rows)
    anchors: dict[tuple[int, int], str] = {}
    for number, cells in enumerate(values, start=1):
        if number not in filled:
            continue
        texts = [_text(cell, at=(number, n), found=found) for n, cell in enumerate(cells, start=1)]
        row = [Cell(text=text) if text else _EMPTY for text in texts]
        for covered in structure.covered.get(number, ()):
            anchor = covered.anchor
            if anchor[0] == number:
                anchors[anchor] = texts[covered.left - 1]
            for column in range(covered.left, covered.right + 1):
                if (number, column) != anchor:
                    found.cover(texts[column - 1])
                    row[column - 1] = Cell(text=anchors.get(anchor, ""), is_merged=True)
        # A cell of spaces counts as filled in the file, and nobody sees anything in it.
        if any(texts):
            yield Row(cells=tuple(row), place=Place(sheet=found.sheet, row=number))


def _text(cell: _Seen, *, at: tuple[int, int], found: Findings) -> str:
    value = cell.value
    if value is None:
        return found.structure.uncomputed.get(at, "")
    number_format = "" if isinstance(value, str) else cell.number_format
    found.look_at(value, number_format, row=at[0], is_error=cell.data_type == "e")
    return shown(value, number_format)


def _refused(file: InputFile, problem: str, cure: str) -> BadInput:
    return BadInput(source=file.name, faults=[Fault(place="tệp", problem=problem, cure=cure)])
