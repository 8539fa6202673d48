"""One appendix, handed in as Word, Excel, Markdown or text: the same rows whatever the file."""

from collections.abc import Sequence

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.documents import sheets, word
from tests.support.documents.tables import RULES, YEAR
from tests.support.documents.word_plan import department_plan
from workflows.planfile.readers import InputFile, read_document
from workflows.planfile.tables import TableRow, coded, read_task_tables

HEADER = ("TT", "Nhiệm vụ", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời hạn", "Sản phẩm")
ROWS = (
    ("1", "Rà soát thủ tục nội bộ", "Văn phòng Sở", "các phòng, đơn vị", "Quý I", "Danh mục"),
    ("2", "Ban hành quy chế họp", "Văn phòng Sở", "Phòng A; Phòng B", "30/6/2026", "Quy chế"),
)
MORE = ("1", "Nâng cấp mạng nội bộ", "Phòng A", "", "Quý IV", "Biên bản nghiệm thu")
GROUPS = ("Cải cách thể chế", "Hạ tầng số")


def as_word() -> InputFile:
    body = word.document(
        word.paragraph("PHỤ LỤC", centred=True),
        word.table(
            HEADER,
            word.row("I", word.cell(GROUPS[0], span=5)),
            word.row(*ROWS[0][:2], word.top(ROWS[0][2]), *ROWS[0][3:]),
            word.row(*ROWS[1][:2], word.below(), *ROWS[1][3:]),
            word.row(word.cell(f"II. {GROUPS[1]}", span=6)),
            MORE,
            widths=[600, 3000, 1500, 1500, 1500, 1500],
        ),
    )
    return InputFile(name="phu-luc.docx", data=body)


def as_excel() -> InputFile:
    def dressed(sheet: Worksheet) -> None:
        sheet.merge_cells("B3:F3")
        sheet.merge_cells("C4:C5")
        sheet.merge_cells("A6:F6")

    return sheets.workbook(
        ("PHỤ LỤC",),
        HEADER,
        ("I", GROUPS[0]),
        ROWS[0],
        (*ROWS[1][:2], None, *ROWS[1][3:]),
        (f"II. {GROUPS[1]}",),
        MORE,
        edit=dressed,
    )


def as_text(ending: str) -> InputFile:
    lines = [
        HEADER,
        ("I", GROUPS[0], "", "", "", ""),
        *ROWS,
        ("II", GROUPS[1], "", "", "", ""),
        MORE,
    ]
    drawn = [f"| {' | '.join(line)} |" for line in lines]
    if ending == ".md":
        drawn.insert(1, "|---" * len(HEADER) + "|")
    return InputFile(name=f"phu-luc{ending}", data="\n".join(["PHỤ LỤC", "", *drawn]).encode())


def as_csv() -> InputFile:
    lines: list[Sequence[str]] = [HEADER, ("I", GROUPS[0], *[""] * 4), *ROWS]
    lines += [("II", GROUPS[1], *[""] * 4), MORE]
    text = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)
    return InputFile(name="phu-luc.csv", data=text.encode())


def rows_in(file: InputFile) -> tuple[TableRow, ...]:
    document = read_document(file, rules=RULES)
    tables = read_task_tables(document, year=YEAR, rules=RULES)
    return coded([row for table in tables for row in table.rows])


@pytest.mark.parametrize(
    "file",
    [as_word(), as_excel(), as_text(".txt"), as_text(".md"), as_csv()],
    ids=["docx", "xlsx", "txt", "md", "csv"],
)
def test_an_appendix_says_the_same_in_every_format(file: InputFile) -> None:
    rows = rows_in(file)

    assert [row.code for row in rows] == ["I.1", "I.2", "II.1"]
    assert [row.group[-1].title for row in rows] == [GROUPS[0], GROUPS[0], GROUPS[1]]
    assert [row.title for row in rows] == [ROWS[0][1], ROWS[1][1], MORE[1]]
    assert [row.leads for row in rows] == [("Văn phòng Sở",), ("Văn phòng Sở",), ("Phòng A",)]
    assert [row.coordinating for row in rows] == [
        ("các phòng, đơn vị",), ("Phòng A", "Phòng B"), (),
    ]  # fmt: skip
    assert [row.output for row in rows] == ["Danh mục", "Quy chế", "Biên bản nghiệm thu"]
    assert [row.deadline.kind for row in rows if row.deadline] == [
        "quarter", "fixed_date", "quarter",
    ]  # fmt: skip
    assert all(row.place.row or row.place.line for row in rows)
    assert [row.remarks for row in rows] == [(), (), ()]


def test_numbers_that_word_counts_are_the_numbers_of_the_rows() -> None:
    rows = rows_in(InputFile(name="ke-hoach.docx", data=department_plan()))

    assert rows
    assert all(row.number for row in rows)
    assert len({row.code for row in rows}) == len(rows)
