"""Whatever grid a workbook holds: nothing is lost or made up, and every row keeps its number."""

import io
from collections import Counter
from datetime import date
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from config.defaults import reading_rules
from tests.support.documents.sheets import saved
from workflows.planfile import InputFile, intake_rules
from workflows.planfile.blocks import Block, Document, Table
from workflows.planfile.readers.delimited import read as read_delimited
from workflows.planfile.readers.sheets import read
from workflows.planfile.readers.sheets.values import shown

RULES = intake_rules(reading_rules("intake"))
VALUES = st.one_of(
    st.none(),
    st.none(),
    st.integers(-9, 2030),
    st.sampled_from([1.5, 0.25, True, date(2026, 9, 15), "TT", "STT", "II", "nt"]),
    st.sampled_from(["Nhiệm vụ", "Đơn vị chủ trì", "Quý II", "Rà soát\nquy chế", "=x", "a)", "-"]),
)
GRIDS = st.lists(st.lists(VALUES, max_size=6), min_size=1, max_size=9)
SPANS = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 4), st.integers(0, 2), st.integers(0, 2)),
    max_size=2,
)


def workbook(grid: list[list[object]], spans: list[tuple[int, int, int, int]]) -> InputFile:
    book = Workbook()
    sheet = book.worksheets[0]
    for row, line in enumerate(grid, start=1):
        for column, value in enumerate(line, start=1):
            if value is not None:
                cell = sheet.cell(row, column)
                cell.value = value  # type: ignore[assignment]  # one of the values above
                cell.data_type = "s" if isinstance(value, str) else cell.data_type
    taken: set[tuple[int, int]] = set()
    for top, left, down, right in spans:
        area = {(top + r, left + c) for r in range(down + 1) for c in range(right + 1)}
        if len(area) > 1 and not area & taken:
            taken |= area
            letters = get_column_letter(left), get_column_letter(left + right)
            sheet.merge_cells(f"{letters[0]}{top}:{letters[1]}{top + down}")
    return saved(book)


def placed(blocks: tuple[Block, ...]) -> Counter[tuple[int, str]]:
    """Each line of text that begins in a cell, with its row."""
    found: Counter[tuple[int, str]] = Counter()
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                texts = [cell.text for cell in row.cells if not cell.is_merged]
                found.update((row.place.row or 0, line) for text in texts for line in lines(text))
        else:
            found.update((block.place.row or 0, line) for line in lines(block.text))
    return found


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


def rows_of(document: Document) -> list[int]:
    return [
        row.place.row or 0
        for block in document.blocks
        if isinstance(block, Table)
        for row in block.rows
    ]


@settings(max_examples=150)
@given(grid=GRIDS, spans=SPANS)
def test_every_text_of_a_sheet_is_in_the_blocks_once_and_in_its_row(
    grid: list[list[object]], spans: list[tuple[int, int, int, int]]
) -> None:
    file = workbook([["x"], *grid], spans)
    sheet = load_workbook(io.BytesIO(file.data)).worksheets[0]
    expected = Counter(
        (cell.row, line)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
        for line in lines(shown(cell.value, cell.number_format))
    )

    document = read(file, RULES)

    assert placed(document.blocks) == expected
    assert all(above < below for above, below in pairwise(rows_of(document)))
    for block in document.blocks:
        if isinstance(block, Table):
            assert len({len(row.cells) for row in block.rows}) == 1
            assert not block.rows[-1].is_empty


@settings(max_examples=150)
@given(grid=st.lists(st.lists(st.sampled_from(["", "a", "1", "b c", "x"]), max_size=5), max_size=8))
def test_every_text_of_a_table_in_text_form_is_in_its_row(grid: list[list[str]]) -> None:
    written = [["đầu", "bảng"], *grid]
    text = "\n".join(";".join(line) for line in written)

    document = read_delimited(InputFile(name="a.csv", data=text.encode()), RULES)

    assert placed(document.blocks) == Counter(
        (number, cell) for number, line in enumerate(written, start=1) for cell in line if cell
    )
