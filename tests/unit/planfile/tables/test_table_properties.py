"""What holds for every table: nothing breaks the reader, and no task is lost in silence."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.draft import WorksheetRow
from engine.errors import BadInput
from tests.support.documents.tables import RULES, YEAR
from workflows.planfile.blocks import Block, Cell, Document, Paragraph, Place, Row, Table
from workflows.planfile.tables import coded, read_task_tables
from workflows.planfile.tables.columns import counts_columns
from workflows.planfile.tables.worksheet import read_table

HEADER = ("TT", "Nhiệm vụ", "Chủ trì", "Thời hạn")
_MARKS = ("", "", "1", "2.", "II", "A.", "a)", "-", "+", "1.2", "I.1", "=A1+1", "(3)", "…")
_WORDS = (
    "rà soát", "Ban hành quy chế:", "- họp", "II. Hạ tầng", "nt", "30/6/2026", "Quý II", "Phòng A",
    "các đơn vị liên quan", "Nhóm B", "(trang 3)", "x", "1", "Nhiệm vụ", "Chủ trì", "Thời hạn",
    "Nơi nhận:", "Phụ lục", "100%", "tiếp\ntheo",
)  # fmt: skip
texts = st.one_of(st.sampled_from(("", "", *_WORDS)), st.text(max_size=12))
cells = st.builds(Cell, text=texts, is_merged=st.booleans())
grids = st.lists(st.lists(cells, min_size=4, max_size=4), min_size=1, max_size=12)


def document(*blocks: Block) -> Document:
    return Document(name="x.docx", digest="0" * 64, format="docx", blocks=blocks)


def table(rows: list[list[Cell]], *, index: int = 1) -> Table:
    made = tuple(
        Row(cells=tuple(row), place=Place(table=index, row=number))
        for number, row in enumerate(rows, start=1)
    )
    return Table(rows=made, place=Place(table=index))


def headed(rows: list[list[Cell]]) -> list[list[Cell]]:
    return [[Cell(text=text) for text in HEADER], *rows]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(grids, st.text(max_size=30)), max_size=4))
def test_no_blocks_break_the_reader(parts: list[list[list[Cell]] | str]) -> None:
    blocks = [
        Paragraph(text=part, place=Place(paragraph=n)) if isinstance(part, str)
        else table(headed(part) if n % 2 else part, index=n)
        for n, part in enumerate(parts)
    ]  # fmt: skip

    rows = [
        one for t in read_task_tables(document(*blocks), year=YEAR, rules=RULES) for one in t.rows
    ]

    found = [row.code for row in coded(rows)]
    assert len(set(found)) == len(found)


@settings(max_examples=300, deadline=None)
@given(grids)
def test_no_grid_breaks_the_reader_of_worksheets(rows: list[list[Cell]]) -> None:
    try:
        answer: Sequence[object] = read_table(
            document(table(headed(rows))), year=YEAR, rules=RULES
        ).rows
    except BadInput as refused:
        answer = refused.faults

    assert all(row.title for row in answer if isinstance(row, WorksheetRow))
    assert answer or not any(row[1].text.strip() for row in rows)


marked = st.tuples(
    st.sampled_from(_MARKS),
    st.sampled_from(("", "việc", "Việc lớn", "việc nhỏ:", "Nội dung,")),
    st.sampled_from(("", "Phòng A", "nt")),
    st.sampled_from(("", "Quý I", "30/6/2026", "tiếp theo")),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(marked, st.none()), min_size=1, max_size=15), st.booleans())
def test_every_text_in_the_column_of_tasks_ends_where_somebody_sees_it(
    drawn: list[tuple[str, str, str, str] | None], is_merged: bool
) -> None:
    pieces: list[list[list[Cell]]] = [headed([])]
    wanted: list[str] = []
    for number, row in enumerate(drawn):
        if row is None:
            pieces.append([])
            continue
        mark, title, lead, deadline = row
        written = f"{title} số{number}x" if title else ""
        line = [mark, written, lead, deadline]
        if is_merged and not mark and not lead and not deadline:
            line = [written] * 4
        merged = len(set(line)) == 1
        pieces[-1].append(
            [Cell(text=text, is_merged=merged and at > 0) for at, text in enumerate(line)]
        )
        if written and not counts_columns(table(pieces[-1][-1:]).rows[0]):
            wanted.append(f"số{number}x")
    blocks = [table(piece, index=n) for n, piece in enumerate(pieces, start=1) if piece]

    read = read_task_tables(document(*blocks), year=YEAR, rules=RULES)

    seen = " ".join(
        text
        for one in read
        for text in (
            *(row.title for row in one.rows),
            *(group.title for group in one.groups),
            *(remark.message for remark in one.remarks),
        )
    )
    lost = [text for text in wanted if text not in seen]
    assert lost == []


def test_five_thousand_rows_are_read_in_a_moment() -> None:
    wide = [*HEADER, *(f"Cột số {n}" for n in range(11))]
    rows = [[Cell(text=text) for text in wide]]
    for number in range(1, 5001):
        row = [str(number), f"Rà soát văn bản thứ {number}", "Phòng A; Phòng B", "30/6/2026"]
        rows.append([Cell(text=text) for text in [*row, *("ghi chú dài" for _ in range(11))]])
    began = time.process_time()

    (read,) = read_task_tables(document(table(rows)), year=YEAR, rules=RULES)

    called = coded(read.rows)
    took = time.process_time() - began
    assert [called[0].code, called[-1].code] == ["1", "5000"]
    assert took < 10


_LONG = 32_000


@pytest.mark.parametrize(
    "piece",
    [" ", "(", ")", "a, ", "các a, ", "bộ, ", "và ", " và Sở ", "chủ trì ", "phối hợp với ", ";",
     "/", "\n", "1.", "I.", "- ", "trang ", "(1) = ", "Sở A, B ", "& ", "Chủ trì: ", "nt "],
)  # fmt: skip
def test_no_cell_however_long_holds_the_reader_up(piece: str) -> None:
    text = (piece * _LONG)[:_LONG] + "!"
    wide = Cell(text=text)
    rows = [[wide] * 4, *headed([[wide] * 4, [Cell(text="1"), wide, wide, wide]])]
    began = time.process_time()

    read = read_task_tables(document(table(rows)), year=YEAR, rules=RULES)

    called = coded([row for one in read for row in one.rows])
    took = time.process_time() - began
    assert len(called) <= 2
    assert took < 5
