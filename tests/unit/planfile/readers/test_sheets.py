"""Workbooks to blocks: what is above a table, in it and below it, and what is said of the rest."""

from datetime import date, datetime
from typing import Literal

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from engine.errors import BadInput
from tests.support.documents.sheets import (
    HEADER,
    SHEET,
    TASK,
    merged,
    only_table,
    paragraphs,
    raw_sheet,
    saved,
    tables,
    texts,
    with_part,
    workbook,
)
from workflows.planfile.blocks import Document, Place
from workflows.planfile.readers import InputFile
from workflows.planfile.readers.sheets import read
from workflows.planfile.rules import IntakeRules


def notes(document: Document) -> dict[str, tuple[str, int | None]]:
    return {note.code: (note.message, note.place.row) for note in document.notes}


def test_a_table_is_read_cell_by_cell_with_the_rows_as_the_program_numbers_them(
    rules: IntakeRules,
) -> None:
    document = read(workbook(HEADER, TASK), rules)

    (table,) = tables(document)
    assert [texts(row) for row in table.rows] == [
        HEADER, ("1", "Rà soát quy chế làm việc", "Văn phòng Sở", "Quý II/2026", "Quy chế"),
    ]  # fmt: skip
    assert [row.place for row in table.rows] == [
        Place(sheet="Nhiệm vụ", table=1, row=1), Place(sheet="Nhiệm vụ", table=1, row=2),
    ]  # fmt: skip
    assert (document.format, document.notes, len(document.digest)) == ("xlsx", (), 64)


def test_what_stands_above_the_table_becomes_paragraphs(rules: IntakeRules) -> None:
    def dress(sheet: Worksheet) -> None:
        sheet.merge_cells("A3:E3")

    document = read(
        workbook(
            ("SỞ NGOẠI VỤ", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            (),
            ("PHỤ LỤC\n(Kèm theo Kế hoạch số 12/KH-SNgV)",),
            HEADER,
            TASK,
            edit=dress,
        ),
        rules,
    )

    assert paragraphs(document) == [
        "SỞ NGOẠI VỤ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "PHỤ LỤC",
        "(Kèm theo Kế hoạch số 12/KH-SNgV)",
    ]  # fmt: skip
    assert document.blocks[2].place == Place(sheet="Nhiệm vụ", row=3)
    assert tables(document)[0].place.row == 4


def test_what_stands_apart_below_the_table_becomes_paragraphs(rules: IntakeRules) -> None:
    below = ((), ("Nơi nhận:", None, None, "GIÁM ĐỐC"), ("- Như trên;",), (), ("Lê Văn Sáu",))

    document = read(workbook(HEADER, TASK, *below), rules)

    assert len(only_table(document)) == 2
    assert paragraphs(document) == ["Nơi nhận:", "GIÁM ĐỐC", "- Như trên;", "Lê Văn Sáu"]


def test_a_task_after_an_empty_row_is_still_in_the_table(rules: IntakeRules) -> None:
    rows = (HEADER, TASK, (), (), (2, "Lập danh mục hồ sơ"))

    (table,) = tables(read(workbook(*rows), rules))

    assert [row.place.row for row in table.rows] == [1, 2, 3, 5]
    assert [row.is_empty for row in table.rows] == [False, False, True, False]


def test_a_second_header_begins_a_second_table(rules: IntakeRules) -> None:
    other = ("STT", "Nhiệm vụ", "Cơ quan phối hợp", "Tiến độ")
    rows = (HEADER, TASK, (), ("Phụ lục II",), other, (1, "Tập huấn", "Các phòng", "Tháng 8"))

    document = read(workbook(*rows), rules)

    assert [[row.place.row for row in table.rows] for table in tables(document)] == [[1, 2], [5, 6]]
    assert [table.place.table for table in tables(document)] == [1, 2]
    assert paragraphs(document) == ["Phụ lục II"]


def test_a_task_whose_cells_name_columns_begins_no_table(rules: IntakeRules) -> None:
    header = ("TT", "Nội dung nhiệm vụ", "Loại", "Đơn vị chủ trì", "Sản phẩm")
    task = (2, "Sửa quy chế", "Nhiệm vụ", "Đơn vị", "Quyết định")

    document = read(workbook(header, TASK, (), task, ("", *task[1:])), rules)

    assert [row.place.row for row in tables(document)[0].rows] == [1, 2, 3, 4, 5]
    assert paragraphs(document) == []


def test_a_header_in_words_of_its_own_keeps_the_rows_below_it(rules: IntakeRules) -> None:
    rows = (("Thứ", "Ta làm gì", "Ai làm"), (1, "Tập huấn", "Sáu"), (), HEADER, TASK)

    document = read(workbook(*rows), rules)

    assert [[row.place.row for row in table.rows] for table in tables(document)] == [[1, 2], [4, 5]]
    assert paragraphs(document) == []


def test_merged_cells_repeat_their_text_and_say_that_they_are_covered(rules: IntakeRules) -> None:
    def dress(sheet: Worksheet) -> None:
        for span in ("A1:A2", "B1:B2", "C1:D1", "C3:C4"):
            sheet.merge_cells(span)

    rows = (
        ("TT", "Nhiệm vụ", "Thời gian", None),
        (None, None, "Bắt đầu", "Kết thúc"),
        (1, "Khảo sát", "01/3/2026", "30/4/2026"),
        (2, "Báo cáo kết quả", None, "15/5/2026"),
    )

    (table,) = tables(read(workbook(*rows, edit=dress), rules))

    assert texts(table.rows[0]) == ("TT", "Nhiệm vụ", "Thời gian", "Thời gian")
    assert texts(table.rows[1]) == ("TT", "Nhiệm vụ", "Bắt đầu", "Kết thúc")
    assert texts(table.rows[3]) == ("2", "Báo cáo kết quả", "01/3/2026", "15/5/2026")
    assert [merged(row) for row in table.rows] == [[4], [1, 2], [], [3]]


def test_a_row_that_is_only_the_lower_half_of_merged_cells_is_no_second_task(
    rules: IntakeRules,
) -> None:
    def dress(sheet: Worksheet) -> None:
        for letter in "ABCDE":
            sheet.merge_cells(f"{letter}2:{letter}3")

    (table,) = tables(read(workbook(HEADER, TASK, edit=dress), rules))

    assert [row.place.row for row in table.rows] == [1, 2]


def test_a_text_hidden_under_a_merged_cell_is_told(rules: IntakeRules) -> None:
    rows = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{c}{row}" t="inlineStr"><is><t>{c}{row}</t></is></c>' for c in "ABC")
        + "</row>"
        for row in (1, 2)
    )
    file = raw_sheet(rows, after='<mergeCells count="1"><mergeCell ref="A2:B2"/></mergeCells>')

    document = read(file, rules)

    assert only_table(document)[1] == ("A2", "A2", "C2")
    assert "1 ô" in notes(document)["covered_cells"][0]


def test_all_visible_sheets_are_read_in_order(rules: IntakeRules) -> None:
    more = {"Trống": (), "Phòng B": (HEADER, TASK), "Ghi chú": (("Cập nhật hằng tuần",),)}

    document = read(workbook(HEADER, TASK, more=more), rules)

    assert [table.place.sheet for table in tables(document)] == ["Nhiệm vụ", "Phòng B"]
    assert [table.place.table for table in tables(document)] == [1, 2]
    assert paragraphs(document) == ["Cập nhật hằng tuần"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_left_out_and_named(
    rules: IntakeRules, state: Literal["hidden", "veryHidden"]
) -> None:
    book = Workbook()
    book.worksheets[0].append(HEADER)
    book.create_sheet("Năm cũ").append(HEADER)
    book.worksheets[1].sheet_state = state

    document = read(saved(book), rules)

    assert len(tables(document)) == 1
    assert "“Năm cũ”" in notes(document)["hidden_sheets"][0]


def test_hidden_rows_and_columns_are_read_and_named(rules: IntakeRules) -> None:
    def dress(sheet: Worksheet) -> None:
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet.column_dimensions["ZZ"].hidden = True

    document = read(workbook(HEADER, TASK, TASK, edit=dress), rules)

    assert only_table(document)[1][2] == "Văn phòng Sở"
    assert notes(document)["hidden_rows"] == (
        "trang tính “Nhiệm vụ”: đọc cả dòng đang ẩn: dòng 2",
        2,
    )
    assert notes(document)["hidden_columns"][0].endswith("cột đang ẩn: C")


def test_a_thousand_formatted_empty_rows_and_columns_are_not_there(rules: IntakeRules) -> None:
    def dress(sheet: Worksheet) -> None:
        for row in range(1, 1000):
            for column in range(1, 27):
                sheet.cell(row, column).number_format = "@"

    (table,) = tables(read(workbook(HEADER, TASK, edit=dress), rules))

    assert [len(row.cells) for row in table.rows] == [5, 5]


def test_a_formula_shows_what_it_last_came_to(rules: IntakeRules) -> None:
    file = raw_sheet(
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c>'
        '<c r="B1" t="str"><f>HYPERLINK("http://127.0.0.1/x","Việc")</f><v>Việc</v></c>'
        '<c r="C1" t="str"><f>IF(A1=2,"","x")</f><v></v></c>'
        '<c r="D1" t="inlineStr"><is><t>chữ</t></is></c></row>'
    )

    document = read(file, rules)

    assert only_table(document) == [("2", "Việc", "", "chữ")]
    assert notes(document).keys() == {"formulas"}
    assert "3 ô" in notes(document)["formulas"][0]


def test_a_formula_that_was_never_computed_stays_as_it_is_written(rules: IntakeRules) -> None:
    document = read(workbook(HEADER, TASK, ("=A2+1", *TASK[1:]), ("=A3+1", *TASK[1:])), rules)

    assert [row[0] for row in only_table(document)] == ["TT", "1", "=A2+1", "=A3+1"]
    assert notes(document).keys() == {"formulas_without_value"}
    assert notes(document)["formulas_without_value"][1] == 3


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=WEBSERVICE("http://127.0.0.1/")']
)
def test_a_text_that_looks_like_a_formula_is_a_text(rules: IntakeRules, text: str) -> None:
    def dress(sheet: Worksheet) -> None:
        sheet["B2"].data_type = "s"

    document = read(workbook(HEADER, (1, text, *TASK[2:]), edit=dress), rules)

    assert only_table(document)[1][1] == text
    assert document.notes == ()


def test_errors_in_cells_are_kept_as_they_show_and_told(rules: IntakeRules) -> None:
    document = read(workbook(HEADER, TASK, (2, "#REF!", "#N/A")), rules)

    assert only_table(document)[2][1:3] == ("#REF!", "#N/A")
    assert notes(document)["error_values"][1] == 3


def test_every_type_of_cell_is_read(rules: IntakeRules) -> None:
    file = raw_sheet(
        '<row><c t="d"><v>2026-09-15</v></c><c t="b"><v>1</v></c><c t="e"><v>#DIV/0!</v></c>'
        '<c t="str"><v>chữ</v></c><c t="n"><v>3</v></c><c><v>1.50</v></c><c t="inlineStr"/></row>'
    )

    assert only_table(read(file, rules)) == [("15/09/2026", "TRUE", "#DIV/0!", "chữ", "3", "1.5")]


def test_a_workbook_of_another_program_with_prefixed_names_is_read(rules: IntakeRules) -> None:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'<x:worksheet xmlns:x="{space}"><x:cols><x:col min="2" max="2" hidden="1"/></x:cols>'
        '<x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="B1" t="inlineStr"><x:is>'
        "<x:t>Việc</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>"
    )

    document = read(with_part(workbook(HEADER), SHEET, sheet), rules)

    assert only_table(document) == [("1", "Việc")]
    assert notes(document).keys() == {"hidden_columns"}


def test_dates_of_both_epochs_are_the_same_days(rules: IntakeRules) -> None:
    found = []
    for epoch in (datetime(1899, 12, 30), datetime(1904, 1, 1)):  # noqa: DTZ001 - days of a sheet
        book = Workbook()
        book.epoch = epoch
        book.worksheets[0].append([*TASK[:3], date(2026, 9, 15)])
        found.append(only_table(read(saved(book), rules)))

    assert found[0] == found[1]
    assert found[0][0][3] == "15/09/2026"


def test_a_date_that_shows_no_year_is_read_as_it_shows_and_told(rules: IntakeRules) -> None:
    def dress(sheet: Worksheet) -> None:
        sheet["D2"].number_format = "d-mmm"

    document = read(workbook(HEADER, (*TASK[:3], date(2025, 9, 15)), edit=dress), rules)

    assert only_table(document)[1][3] == "15/9"
    assert notes(document)["dates_without_year"][1] == 2


def test_the_day_that_never_was_is_read_and_told(rules: IntakeRules) -> None:
    def dress(sheet: Worksheet) -> None:
        sheet["A2"].number_format = "dd/mm/yyyy"

    document = read(workbook(HEADER, (60, *TASK[1:]), edit=dress), rules)

    assert only_table(document)[1][0] == "28/02/1900"
    assert notes(document)["dates_of_1900"][1] == 2


def test_text_is_cleaned_and_its_lines_kept(rules: IntakeRules) -> None:
    written = "  Ra\u0300 soát_x000D_\nquy chế\u00a0 \u200b"

    (row,) = only_table(read(workbook((1, written, "Ð")), rules))

    assert row == ("1", "Rà soát\nquy chế", "Đ")


def test_a_cell_of_32767_letters_is_whole(rules: IntakeRules) -> None:
    (row,) = only_table(read(workbook((1, "Đ" * 32_767, "x")), rules))

    assert len(row[1]) == 32_767


def test_rich_text_is_joined(rules: IntakeRules) -> None:
    cells = (
        "<c r='A1' t='inlineStr'><is><r><t>Rà </t></r><r><rPr><b/></rPr><t>soát</t></r></is></c>"
    )
    file = raw_sheet(f"<row r='1'>{cells}<c r='B1'><v>1</v></c></row>")

    assert only_table(read(file, rules)) == [("Rà soát", "1")]


def test_what_lies_on_the_cells_is_furniture_and_told(rules: IntakeRules) -> None:
    drawing = (
        '<xdr:wsDr xmlns:xdr="urn:x" xmlns:a="urn:a"><a:p><a:r><a:t>ĐÃ KÝ</a:t></a:r></a:p>'
        "</xdr:wsDr>"
    )
    comments = "<comments><comment><text><t>Hỏi lại</t></text></comment></comments>"

    margins = (
        '<headerFooter><oddHeader>&amp;L&amp;"Arial,Bold"&amp;14MẬT&amp;CPhòng A&amp;&amp;B'
        "</oddHeader><oddFooter>&amp;CTrang &amp;P/&amp;N</oddFooter></headerFooter>"
    )
    file = raw_sheet("<row><c><v>1</v></c></row>", after=margins)
    file = with_part(file, "xl/drawings/drawing1.xml", drawing)
    document = read(with_part(file, "xl/comments/comment1.xml", comments), rules)

    assert document.furniture == ("MẬT", "Phòng A&B", "Trang /", "ĐÃ KÝ", "Hỏi lại")
    assert notes(document).keys() == {"comments", "text_boxes"}


def test_a_cell_far_below_is_read_and_told(rules: IntakeRules) -> None:
    def dress(sheet: Worksheet) -> None:
        sheet["A60000"] = 2
        sheet["B60000"] = "Việc quên ở dưới"

    document = read(workbook(HEADER, TASK, edit=dress), rules)

    assert only_table(document)[-1][1] == "Việc quên ở dưới"
    assert notes(document)["far_rows"][1] == 60_000


@pytest.mark.parametrize("book", [workbook(), workbook((" ", None, "\u200b"))])
def test_a_workbook_with_nothing_in_it_is_refused(rules: IntakeRules, book: InputFile) -> None:
    with pytest.raises(BadInput, match="không trang tính nào đang hiện có nội dung"):
        read(book, rules)


def test_a_number_that_is_a_text_stays_one(rules: IntakeRules) -> None:
    (row,) = only_table(read(workbook(("01", "1.10", "03/04/2026")), rules))

    assert row == ("01", "1.10", "03/04/2026")


def test_the_same_bytes_give_the_same_document(rules: IntakeRules) -> None:
    file = workbook(HEADER, TASK)

    assert read(file, rules) == read(file, rules)
