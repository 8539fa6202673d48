"""Sheets that no office program writes, and sheets larger than any plan: bounded and named."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.errors import BadInput, Fault
from tests.support.documents.sheets import (
    HEADER,
    SHEET,
    TASK,
    only_table,
    part_of,
    raw_sheet,
    tables,
    with_part,
    workbook,
)
from workflows.planfile.readers import InputFile
from workflows.planfile.readers.sheets import read
from workflows.planfile.rules import IntakeRules


def refusal(file: InputFile, rules: IntakeRules) -> Fault:
    with pytest.raises(BadInput) as caught:
        read(file, rules)
    (fault,) = caught.value.faults
    return fault


def text_cell(text: str, place: str = "") -> str:
    where = f' r="{place}"' if place else ""
    return f'<c{where} t="inlineStr"><is><t>{text}</t></is></c>'


def test_cells_without_a_place_stand_one_after_the_other(rules: IntakeRules) -> None:
    file = raw_sheet(
        f"<row>{text_cell('TT')}{text_cell('Việc')}{text_cell('Hạn')}</row><row></row>"
        f'<row r="5">{text_cell("1")}{text_cell("x", "C5")}{text_cell("y")}</row>'
    )

    (table,) = tables(read(file, rules))

    assert [row.place.row for row in table.rows] == [1, 2, 5]
    assert [cell.text for cell in table.rows[-1].cells] == ["1", "", "x", "y"]


@pytest.mark.parametrize("said", ["A1:XFD1048576", "A1", "C3:D4"])
def test_what_a_sheet_says_of_its_size_is_not_believed(rules: IntakeRules, said: str) -> None:
    file = workbook(HEADER, TASK)
    sheet = part_of(file, SHEET)
    forged = with_part(file, SHEET, sheet.replace('ref="A1:E2"', f'ref="{said}"'))

    found = only_table(read(forged, rules))

    assert sheet != part_of(forged, SHEET)
    assert found == only_table(read(file, rules))


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (f'<row r="2">{text_cell("a")}</row><row r="1">{text_cell("b")}</row>', "dòng 1"),
        (f'<row r="2">{text_cell("a")}</row><row r="2">{text_cell("b")}</row>', "dòng 2"),
        (f'<row r="1">{text_cell("a", "B1")}{text_cell("b", "A1")}</row>', "ô A1"),
        (f'<row r="1">{text_cell("a", "B1")}{text_cell("b", "B1")}</row>', "ô B1"),
        (f'<row r="1">{text_cell("a", "B7")}</row>', "ô B7"),
        (f'<row r="0">{text_cell("a")}</row>', "dòng 0"),
        (f'<row r="1048577">{text_cell("a")}</row>', "dòng 1048577"),
    ],
    ids=["rows back", "row twice", "cells back", "cell twice", "other row", "none", "below all"],
)
def test_rows_and_cells_out_of_order_are_named_and_none_is_lost(
    rules: IntakeRules, data: str, place: str
) -> None:
    fault = refusal(raw_sheet(data), rules)

    assert fault.place == f"trang tính “Nhiệm vụ”, {place}"
    assert "Excel" in fault.cure


@pytest.mark.parametrize("place", ["A0", "XFE1", "1A", "A1048577", "AAAA1", "A 1"])
def test_a_cell_that_cannot_be_is_refused(rules: IntakeRules, place: str) -> None:
    assert "hỏng" in refusal(raw_sheet(f"<row>{text_cell('a', place)}</row>"), rules).problem


def test_a_cell_at_the_far_corner_is_refused_in_a_moment(rules: IntakeRules) -> None:
    data = f'<row r="1048576">{text_cell("x", "XFD1048576")}</row>'
    started = time.process_time()

    fault = refusal(raw_sheet(data), rules)

    assert time.process_time() - started < 5
    assert fault.place == "trang tính “Nhiệm vụ”, dòng 1048576"
    assert f"tối đa {rules.limits.table_columns} cột" in fault.problem


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        ({"table_columns": 4}, "cột thứ 5"),
        ({"table_rows": 2}, "hơn 2 dòng"),
        ({"table_cells": 9}, "hơn 9 ô"),
        ({"sheets": 1}, "có 2 trang tính"),
    ],
)
def test_each_limit_is_named_where_it_is_passed(
    rules: IntakeRules, limits: dict[str, int], problem: str
) -> None:
    tight = rules.model_copy(update={"limits": rules.limits.model_copy(update=limits)})
    file = workbook(HEADER, TASK, TASK, more={"Khác": ()})

    assert problem in refusal(file, tight).problem


def test_cells_are_counted_over_all_sheets(rules: IntakeRules) -> None:
    tight = rules.model_copy(update={"limits": rules.limits.model_copy(update={"table_cells": 12})})
    file = workbook(HEADER, TASK, more={"Khác": (HEADER,)})

    assert "có 15 ô" in refusal(file, tight).problem


@pytest.mark.parametrize(
    "after",
    [
        '<mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells>',
        '<mergeCells><mergeCell ref="A3:A1048576"/><mergeCell ref="F1:XFD9"/></mergeCells>',
        '<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>',
        '<conditionalFormatting sqref="A1:XFD1048576"/>',
        '<dataValidations><dataValidation sqref="A1:XFD1048576" type="none"/></dataValidations>',
    ],
    ids=["merged", "merged beside", "link", "colours", "lists"],
)
def test_a_range_over_the_whole_sheet_costs_nothing(rules: IntakeRules, after: str) -> None:
    data = "".join(f"<row>{text_cell('a')}{text_cell('b')}{text_cell('c')}</row>" for _ in "12")
    started = time.process_time()

    (table,) = tables(read(raw_sheet(data, after=after), rules))

    assert time.process_time() - started < 5
    assert [len(row.cells) for row in table.rows] == [3, 3]


def test_merged_ranges_without_end_are_refused(rules: IntakeRules) -> None:
    tight = rules.model_copy(update={"limits": rules.limits.model_copy(update={"table_cells": 20})})
    data = "".join(f"<row>{text_cell('a')}{text_cell('b')}{text_cell('c')}</row>" for _ in "1234")
    ranges = '<mergeCell ref="A1:C4"/>' * 3

    assert (
        "ô bị gộp"
        in refusal(raw_sheet(data, after=f"<mergeCells>{ranges}</mergeCells>"), tight).problem
    )


def test_a_merged_range_turned_inside_out_is_named(rules: IntakeRules) -> None:
    after = '<mergeCells><mergeCell ref="B2:A1"/></mergeCells>'

    assert "B2:A1" in refusal(raw_sheet("<row/>", after=after), rules).place


def test_the_strict_form_of_the_format_is_named_and_not_read_as_empty(rules: IntakeRules) -> None:
    file = workbook(HEADER, TASK)
    strict = part_of(file, SHEET).replace(
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    )

    fault = refusal(with_part(file, SHEET, strict), rules)

    assert "Strict" in fault.problem
    assert "Excel Workbook" in fault.cure


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("xl/workbook.xml", "<workbook/>"),
        ("xl/_rels/workbook.xml.rels", "<Relationships/>"),
        ("_rels/.rels", "<Relationships/>"),
        ("xl/styles.xml", "<styleSheet>"),
        ("[Content_Types].xml", "<a:Types/>"),
        (SHEET, "<worksheet>"),
    ],
)
def test_parts_that_do_not_fit_together_are_a_damaged_file(
    rules: IntakeRules, part: str, text: str
) -> None:
    assert refusal(with_part(workbook(HEADER, TASK), part, text), rules).cure


@pytest.mark.parametrize("value", ["x", "1e", "--", "1.2.3", "²"])
def test_a_number_that_is_none_is_a_damaged_file(rules: IntakeRules, value: str) -> None:
    file = raw_sheet(f"<row>{text_cell('TT')}<c><v>{value}</v></c></row>")

    assert "hỏng" in refusal(file, rules).problem


@pytest.mark.parametrize("value", ["99999999999999999999999999", "-0", "1E+400"])
def test_a_number_of_any_size_is_read(rules: IntakeRules, value: str) -> None:
    file = raw_sheet(f"<row>{text_cell('TT')}<c><v>{value}</v></c></row>")

    assert len(only_table(read(file, rules))[0]) == 2


def test_a_shared_text_that_is_not_there_is_a_damaged_file(rules: IntakeRules) -> None:
    file = raw_sheet('<row><c t="s"><v>7</v></c></row>')

    assert "hỏng" in refusal(file, rules).problem


def test_a_style_that_is_not_there_is_a_damaged_file_and_prints_nothing(
    rules: IntakeRules, capsys: pytest.CaptureFixture[str]
) -> None:
    file = workbook(HEADER, TASK)
    forged = re.sub(r'xfId="\d+"', 'xfId="77"', part_of(file, "xl/styles.xml"))

    fault = refusal(with_part(file, "xl/styles.xml", forged), rules)

    assert "hỏng" in fault.problem
    assert capsys.readouterr().out == ""


def test_a_date_outside_the_calendar_is_told_as_an_error_of_its_cell(rules: IntakeRules) -> None:
    def dress(sheet: object) -> None:
        sheet["D2"].number_format = "dd/mm/yyyy"  # type: ignore[index]

    document = read(workbook(HEADER, (*TASK[:3], 1e9), edit=dress), rules)

    assert only_table(document)[1][3] == "#VALUE!"
    assert [note.code for note in document.notes] == ["error_values"]


_READ_AND_MEASURE = """
import sys, time
from pathlib import Path
from config.defaults import reading_rules
from workflows.planfile import InputFile, intake_rules
from workflows.planfile.readers.sheets import read
rules = intake_rules(reading_rules("intake"))
started = time.process_time()
document = read(InputFile(name="a.xlsx", data=Path(sys.argv[1]).read_bytes()), rules)
seconds = time.process_time() - started
# Not ru_maxrss: a child begins with that of whoever started it.
status = Path("/proc/self/status").read_text()
peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
print(len(document.blocks[0].rows), seconds, peak)
"""


def test_five_thousand_rows_take_seconds_and_a_few_megabytes(tmp_path: Path) -> None:
    rows = [[n, *(f"Nội dung {n} của cột {c}" for c in range(14))] for n in range(1, 5001)]
    file = tmp_path / "theo-doi.xlsx"
    file.write_bytes(workbook([f"Cột {c}" for c in range(15)], *rows).data)

    told = subprocess.run(
        [sys.executable, "-c", _READ_AND_MEASURE, str(file)],
        capture_output=True, check=True, text=True,
    )  # fmt: skip

    count, seconds, peak_kilobytes = map(float, told.stdout.split())
    assert count == 5001
    assert seconds < 10
    assert peak_kilobytes < 500_000
