"""Tables in text form to blocks."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput, Fault
from tests.support.documents.sheets import HEADER, only_table, tables
from workflows.planfile.blocks import Document
from workflows.planfile.readers import InputFile
from workflows.planfile.readers.delimited import read
from workflows.planfile.rules import IntakeRules

HEAD = ",".join(HEADER)
ROW = "1,Rà soát quy chế,Văn phòng Sở,Quý II/2026,Quy chế"
CELLS = ("1", "Rà soát quy chế", "Văn phòng Sở", "Quý II/2026", "Quy chế")


def document(text: str | bytes, rules: IntakeRules) -> Document:
    data = text.encode("utf-8-sig") if isinstance(text, str) else text
    return read(InputFile(name="bang.csv", data=data), rules)


def refusal(text: str | bytes, rules: IntakeRules) -> Fault:
    with pytest.raises(BadInput) as caught:
        document(text, rules)
    return caught.value.faults[0]


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\n{ROW}\n",
        f"{HEAD}\n{ROW}",
        f"{HEAD}\r\n{ROW}\r\n",
        f"{HEAD}\r{ROW}\r",
        f"{HEAD}\n{ROW}\n".replace(",", ";"),
        f"{HEAD}\n{ROW}\n".replace(",", "\t"),
        f"|{HEAD}|\n|---,:--,---,---,---|\n|{ROW}|\n".replace(",", "|"),
        f"{HEAD}\n{ROW}\n,,,,\n\n,,,,\n",
        f"{HEAD}\n{ROW}\n".replace("Rà soát quy chế", '" Rà soát quy chế "'),
        f"{HEAD}\n{ROW}\n".encode("utf-16"),
        f"{HEAD}\n{ROW}\n".encode("utf-16-le"),
        f"{HEAD}\n{ROW}\n".encode(),
    ],
    ids=[
        "commas", "no last line end", "windows", "old mac", "semicolons", "tabs", "bars",
        "empty rows", "quotes", "utf-16", "utf-16 without mark", "utf-8 without mark",
    ],
)  # fmt: skip
def test_the_same_table_is_read_however_it_was_saved(rules: IntakeRules, text: str | bytes) -> None:
    found = document(text, rules)

    assert only_table(found) == [HEADER, CELLS]
    assert (found.format, found.notes) == ("csv", ())


def test_rows_are_counted_as_a_program_for_sheets_counts_them(rules: IntakeRules) -> None:
    text = f'Phụ lục\n\n\n{HEAD}\n1,"Rà soát\nquy chế",,,\n2,Tập huấn,,,\n'

    (table,) = tables(document(text, rules))

    assert [(row.place.row, row.cells[0].text) for row in table.rows] == [
        (1, "Phụ lục"), (2, ""), (4, "TT"), (5, "1"), (6, "2"),
    ]  # fmt: skip
    assert table.rows[3].cells[1].text == "Rà soát\nquy chế"


def test_rows_are_padded_to_one_width_and_ragged_ones_are_named(rules: IntakeRules) -> None:
    long, short = "2,Rà soát, sửa đổi,Văn phòng,,Quy chế", "3,Tập huấn"
    text = f"Phụ lục\n{HEAD}\n{ROW}\n{long}\n{short}\n\n{ROW}\n"

    found = document(text, rules)

    assert {len(row) for row in only_table(found)} == {6}
    assert [(note.code, note.place.row) for note in found.notes] == [
        ("ragged_row", 4), ("ragged_row", 5),
    ]  # fmt: skip
    assert found.notes[0].message == "có 6 ô, dòng tiêu đề có 5 cột"


def test_a_comma_too_many_is_named_even_where_the_last_cells_are_empty(
    rules: IntakeRules,
) -> None:
    found = document(f"{HEAD}\n2,Rà soát, sửa đổi,Văn phòng,,\n", rules)

    assert [note.place.row for note in found.notes] == [2]


def test_empty_columns_after_the_header_are_no_fault(rules: IntakeRules) -> None:
    assert document(f"{HEAD},,\n{ROW},,\n{ROW}\n", rules).notes == ()


@pytest.mark.parametrize("tail", ['2,"Việc không khép', '2,"Việc"thừa,,,\n'])
def test_quotes_that_do_not_close_are_named_by_row(rules: IntakeRules, tail: str) -> None:
    fault = refusal(f"{HEAD}\n{ROW}\n{tail}", rules)

    assert (fault.place, "ngoặc kép" in fault.problem) == ("dòng 3", True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{HEAD}\n{ROW}\n" + '"' + "x" * 500_000 + '"\n', "một ô dài hơn"),
        ("x," * 1_000_000 + "\n", "1000001 cột"),
        (f"{HEAD}\n" + "1,2\n" * 30_000, "20001 dòng"),
        ("x," * 99 + "\n" + ("1," * 99 + "\n") * 4_000, "ô có nội dung"),
        (f"{HEAD}\n{ROW}\x00\n".encode(), "nhị phân"),
        (f"{HEAD}\n{ROW}\n".encode("cp1258", "replace"), "cp1258"),
        ("", "rỗng"),
        ("\n\n", "rỗng"),
    ],
    ids=["cell", "columns", "rows", "cells", "nul", "encoding", "empty", "blank"],
)
def test_what_no_plan_is_is_refused_with_its_reason(
    rules: IntakeRules, text: str | bytes, problem: str
) -> None:
    started = time.process_time()

    fault = refusal(text, rules)

    assert time.process_time() - started < 10
    assert problem in fault.problem


def test_millions_of_empty_lines_are_one_gap(rules: IntakeRules) -> None:
    found = only_table(document(f"{HEAD}\n" + "\n" * 2_000_000 + ROW, rules))

    assert found == [HEADER, ("",) * 5, CELLS]


def test_nothing_but_separators_is_no_table(rules: IntakeRules) -> None:
    assert document(",,,\n,,,\n", rules).blocks == ()


@given(text=st.text(alphabet='a1,;\t|"\n\r \x00ă=', max_size=60))
def test_no_text_is_too_much(rules: IntakeRules, text: str) -> None:
    try:
        found = [len(row.cells) for table in tables(document(text, rules)) for row in table.rows]
    except BadInput as refused:
        found = [len(refused.faults)]

    assert len(set(found)) <= 1
