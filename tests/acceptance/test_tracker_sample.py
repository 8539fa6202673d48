"""A tracker workbook and forms of a task tracker, read from the files as they were published."""

import time
from pathlib import Path

import pytest

from config.defaults import reading_rules
from tests.support.documents.sheets import paragraphs, tables, texts
from workflows.planfile import InputFile, IntakeRules, intake_rules
from workflows.planfile.blocks import Document, Table
from workflows.planfile.readers.sheets import read


@pytest.fixture(scope="module")
def rules() -> IntakeRules:
    return intake_rules(reading_rules("intake"))


@pytest.fixture(scope="module")
def tracker(samples: Path, rules: IntakeRules) -> Document:
    (file,) = (samples / "plans").glob("35-*.xlsx")
    return read(InputFile(name=file.name, data=file.read_bytes()), rules)


def sheet(document: Document, number: int) -> Table:
    return tables(document)[number - 1]


def test_every_sheet_of_the_tracker_is_one_table_without_its_empty_rows(tracker: Document) -> None:
    found = [(table.place.sheet, len(table.rows)) for table in tables(tracker)]

    assert [rows for _, rows in found] == [180, 275, 3, 57, 59]
    assert len({name for name, _ in found}) == 5
    assert paragraphs(tracker) == []


def test_the_header_of_two_rows_is_resolved(tracker: Document) -> None:
    above, below = sheet(tracker, 1).rows[:2]

    assert texts(above)[3:8] == ("Hình thức xử lý",) * 4 + ("Người xử lý",)
    assert [cell.is_merged for cell in above.cells[3:8]] == [False, True, True, True, False]
    assert texts(below)[3:7] == ("Thay thế", "Bãi bỏ", "Ban hành mới", "Chưa xác định")


def test_the_rows_are_those_of_the_text_that_was_published_with_it(
    samples: Path, tracker: Document
) -> None:
    (file,) = (samples / "plans").glob("35-*.txt")
    published: dict[str, list[str]] = {}
    for line in file.read_text().splitlines():
        if line.startswith("## sheet "):
            lines = published.setdefault(line.removeprefix("## sheet "), [])
        elif line.startswith("| "):
            lines.append(line)

    found = {str(table.place.sheet): table.rows for table in tables(tracker)}

    assert published.keys() == found.keys()
    for name, lines in published.items():
        for line, row in zip(lines, found[name], strict=False):
            second = " ".join(line.split(" | ")[1].split())
            assert " ".join(texts(row)[1].split()).startswith(second[:60]), (name, line)


def test_what_was_never_computed_is_told_and_kept(tracker: Document) -> None:
    told = {note.place.sheet for note in tracker.notes if note.code == "formulas_without_value"}

    assert len(told) == 4
    assert texts(sheet(tracker, 1).rows[3])[0] == "=A3+1"


def test_the_tracker_is_read_in_well_under_ten_seconds(samples: Path, rules: IntakeRules) -> None:
    (file,) = (samples / "plans").glob("35-*.xlsx")
    data = file.read_bytes()
    started = time.process_time()

    document = read(InputFile(name=file.name, data=data), rules)

    assert time.process_time() - started < 10
    assert document.format == "xlsx"


@pytest.mark.parametrize(
    ("form", "header", "above"),
    [
        ("document_template", 8, 6),
        ("mission_report", 10, 8),
        ("report_detail_report", 7, 5),
        ("report_summary_report", 7, 5),
        ("mission-template", 1, 0),
    ],
)
def test_a_form_has_its_header_and_its_titles(
    samples: Path, rules: IntakeRules, form: str, header: int, above: int
) -> None:
    (file,) = (samples / "forms").glob(f"*{form}.xlsx")

    document = read(InputFile(name=file.name, data=file.read_bytes()), rules)

    assert tables(document)[0].place.row == header
    assert len(paragraphs(document)) == above
