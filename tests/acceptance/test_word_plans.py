"""Two real plans as Word files, held against the text that was taken from them by hand."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from config.defaults import reading_rules
from tests.support.documents import word as doc
from workflows.planfile import read_plan
from workflows.planfile.blocks import Block, Document, Heading, Paragraph, Table
from workflows.planfile.readers import InputFile, read_document
from workflows.planfile.rules import IntakeRules
from workflows.planfile.text import cleaned

_MARKS_OF_TABLES = ("[TABLE", "[/TABLE")


@pytest.fixture(scope="module")
def rules() -> IntakeRules:
    return IntakeRules.from_mapping(reading_rules("intake"))


def read(samples: Path, number: str, rules: IntakeRules) -> Document:
    (file,) = (samples / "plans").glob(f"{number}-*.docx")
    return read_document(InputFile(name=file.name, data=file.read_bytes()), rules=rules)


def by_hand(samples: Path, number: str) -> str:
    """Return the text beside a file, white space apart."""
    (file,) = (samples / "plans").glob(f"{number}-*.txt")
    lines = cleaned(file.read_text(encoding="utf-8")).split("\n")
    return words(line for line in lines if not line.startswith(_MARKS_OF_TABLES))


def words(lines: Iterable[str]) -> str:
    """Return lines as one text; rows of a table without text are left out."""
    kept = (" ".join(line.split()) for line in lines)
    return " ".join(line for line in kept if line.strip("| "))


def shown(block: Block) -> list[str]:
    """Return a block as the text beside a file shows it."""
    if not isinstance(block, Table):
        return [block.text]
    rows = ([cell.text.replace("\n", " / ") for cell in row.cells] for row in block.rows)
    return [f"| {' | '.join(row)} |" for row in rows]


@pytest.mark.parametrize("number", ["01", "02"])
def test_every_word_of_the_document_is_read_and_none_twice(
    samples: Path, rules: IntakeRules, number: str
) -> None:
    document = read(samples, number, rules)

    lines = [line for block in document.blocks for line in shown(block)]
    assert words(lines) == by_hand(samples, number)


def test_the_appendix_of_the_first_has_its_header_its_numbered_row_and_14_tasks(
    samples: Path, rules: IntakeRules
) -> None:
    document = read(samples, "01", rules)

    letterhead, signature, appendix = [
        block for block in document.blocks if isinstance(block, Table)
    ]
    first, second, *tasks = appendix.rows
    assert letterhead.rows[0].cells[2].text.startswith("CỘNG HÒA")
    assert signature.rows[0].cells[0].text.startswith("Nơi nhận:")
    assert (first.cells[0].text, second.cells[1].text) == ("TT", "(1)")
    assert [row.cells[0].text for row in tasks] == [str(number) for number in range(1, 15)]
    assert tasks[5].cells[2].text == "Sở Công Thương; Sở Xây dựng"
    assert not [cell for row in appendix.rows for cell in row.cells if cell.is_merged]


def test_the_headings_of_the_first_are_those_its_writer_styled_without_the_dashes(
    samples: Path, rules: IntakeRules
) -> None:
    document = read(samples, "01", rules)

    headings = [block for block in document.blocks if isinstance(block, Heading)]
    assert [heading.text[:2] for heading in headings] == [f"{number}." for number in range(1, 7)]
    assert {heading.level for heading in headings} == {4}


def test_the_footnote_and_the_page_number_of_the_first_are_furniture(
    samples: Path, rules: IntakeRules
) -> None:
    document = read(samples, "01", rules)

    assert [note.code for note in document.notes] == ["footnotes"]
    assert [text[:9] for text in document.furniture] == ["15", "Đặc biệt:"]


def test_s68_the_plan_of_2023_is_the_same_with_each_of_its_lines_a_paragraph(
    samples: Path, rules: IntakeRules
) -> None:
    (file,) = (samples / "plans").glob("00-*.txt")
    printed = file.read_bytes()
    lines = printed.decode().replace("\f", "\n").split("\n")

    plans = [
        read_plan([InputFile(name=name, data=data)], code="KH-2023", year=2023, rules=rules)
        for name, data in (("ke-hoach.txt", printed), ("ke-hoach.docx", doc.document(*lines)))
    ]

    titles = [[(item.code, item.title) for item in plan.items] for plan in plans]
    assert len(titles[0]) == 70
    assert titles[1] == titles[0]


def test_the_second_has_its_report_forms_as_tables_of_headers(
    samples: Path, rules: IntakeRules
) -> None:
    document = read(samples, "02", rules)

    tables = [block for block in document.blocks if isinstance(block, Table)]
    typed = [block for block in document.blocks if isinstance(block, Paragraph)]
    assert [(len(table.rows), len(table.rows[0].cells)) for table in tables] == [
        (1, 2),
        (1, 2),
        (1, 8),
        (1, 8),
    ]
    assert len(typed) == 133
    assert len([one for one in typed if one.text.startswith("Đơn vị chủ trì: ")]) == 5
    assert document.notes == ()
