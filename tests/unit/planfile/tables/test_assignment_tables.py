"""Assignment tables in documents of any format: rows for tasks that exist already."""

from dataclasses import replace

import pytest

from engine.draft import Worksheet
from engine.errors import BadInput, Fault
from tests.support.documents.tables import RULES, YEAR, drawn
from workflows.planfile.blocks import Document, Place, Row, Table
from workflows.planfile.tables.worksheet import read_table

HEADER = "Mã | Nội dung nhiệm vụ | Đơn vị chủ trì | Thời gian hoàn thành | Quyết định"


def sheet(text: str) -> Worksheet:
    return read_table(drawn(text), year=YEAR, rules=RULES)


def faults(text: str) -> tuple[Fault, ...]:
    with pytest.raises(BadInput) as caught:
        sheet(text)
    return caught.value.faults


def in_sheet(document: Document, name: str) -> Document:
    """The same tables, as if they stood in a sheet of a workbook."""

    def moved(place: Place) -> Place:
        return replace(place, sheet=name)

    def row(one: Row) -> Row:
        return replace(one, place=moved(one.place))

    blocks = [
        replace(block, place=moved(block.place), rows=tuple(map(row, block.rows)))
        for block in document.blocks
        if isinstance(block, Table)
    ]
    return replace(document, blocks=tuple(blocks), format="xlsx")


def test_a_table_without_codes_names_its_tasks_by_title_alone() -> None:
    rows = sheet("""
        TT | Nhiệm vụ | Chủ trì | Thời hạn
        I | Thể chế | |
        1 | Rà soát văn bản | Văn phòng; Phòng A | Quý I
        2 | Ban hành quy chế | Phòng B | Quý II
    """).rows

    assert [(row.row, row.code, row.title, row.leads) for row in rows] == [
        (3, "", "Rà soát văn bản", ("Văn phòng", "Phòng A")),
        (4, "", "Ban hành quy chế", ("Phòng B",)),
    ]


def test_a_heading_without_a_code_that_says_nothing_is_left_out() -> None:
    rows = sheet("""
        TT | Nhiệm vụ | Chủ trì | Thời hạn
        1 | Xây dựng quy chế: | |
        a | Quy chế làm việc | Phòng A | Quý I
    """).rows

    assert [row.title for row in rows] == ["Quy chế làm việc"]


def test_tables_of_several_pages_and_sheets_make_one_worksheet() -> None:
    rows = sheet(f"""
        > PHÂN CÔNG
        {HEADER}
        II.1 | Rà soát | VP | Quý I |
        ===
        II.2 | Báo cáo | VP | Quý II |
        > PHỤ LỤC II
        Mã | Nhiệm vụ | Người thực hiện
        II.3 | Tổng hợp | vp-hoa
    """).rows

    assert [(row.code, row.lead) for row in rows] == [
        ("II.1", "VP"), ("II.2", "VP"), ("II.3", "vp-hoa"),
    ]  # fmt: skip


def test_a_table_of_decisions_alone_is_enough() -> None:
    (row,) = sheet("Mã | Nhiệm vụ | Quyết định\nII.1 | Rà soát | bỏ").rows

    assert (row.code, row.decision, row.lead, row.deadline) == ("II.1", "drop", None, None)


def test_every_word_nobody_understands_is_named_at_once() -> None:
    found = faults("""
        Mã | Nhiệm vụ | Chủ trì | Loại | Khẩn | Quyết định
        II.1 | Rà soát | VP | việc vặt | rất | để sau
        II.2 | Báo cáo | VP | | | mai
             | Tổng hợp | VP | | |
    """)

    assert [fault.place for fault in found] == [
        "dòng 2, cột Quyết định", "dòng 2, cột Khẩn", "dòng 2, cột Loại",
        "dòng 3, cột Quyết định", "dòng 4, cột Mã",
    ]  # fmt: skip
    assert all(fault.cure for fault in found)


def test_a_row_with_neither_code_nor_task_is_refused_rather_than_joined() -> None:
    (fault,) = faults(f"{HEADER}\nII.1 | Rà soát | VP | Quý I |\n | | Phòng A | Quý II |")

    assert fault.place == "dòng 3, cột Mã"


def test_a_fault_in_a_workbook_names_its_sheet() -> None:
    document = in_sheet(drawn(f"{HEADER}\nII.1 | Rà soát | VP | Quý I | mai"), "Phân công")

    with pytest.raises(BadInput) as caught:
        read_table(document, year=YEAR, rules=RULES)

    assert caught.value.faults[0].place == "trang tính Phân công, dòng 2, cột Quyết định"


def test_what_speaks_against_a_date_comes_with_the_row() -> None:
    (row,) = sheet(f"{HEADER}\nII.1 | Rà soát | VP | 30/6/2031 |").rows

    assert row.deadline is not None
    assert row.deadline.confidence == "confirm"
    assert [warning.code for warning in row.warnings] == ["year_outside_plan"]


@pytest.mark.parametrize(
    "text",
    [
        "> Chỉ có chữ",
        "Họ tên | Chức vụ\nLê Văn An | Trưởng phòng",
        "Mã | Nhiệm vụ\nII.1 | Rà soát",
        "Mã | Đơn vị chủ trì\nII.1 | VP",
    ],
    ids=["no table", "people", "nothing to fill in", "no tasks"],
)
def test_what_is_no_assignment_table_is_answered_with_the_columns_wanted(text: str) -> None:
    found = faults(text)

    assert all("Đơn vị chủ trì" in fault.cure and "Mã" in fault.cure for fault in found)


@pytest.mark.parametrize("body", ["", " | | | | ", "Nhóm I | < | < | < | <"])
def test_a_header_without_rows_is_refused(body: str) -> None:
    (fault,) = faults(f"{HEADER}\n{body}")

    assert "không có dòng nào" in fault.problem


def test_an_assignment_table_beside_another_is_refused_and_not_half_read() -> None:
    (fault,) = faults("""
        Mã | Nhiệm vụ | Đơn vị chủ trì | Thời hạn | | TT | Nhiệm vụ | Đơn vị chủ trì | Thời hạn
        I.1 | Việc một | Phòng A | 30/6/2026 | | 2 | Việc khác | Phòng B | 30/9/2026
    """)

    assert fault.place == "dòng 1"
    assert "bên phải còn một bảng nhiệm vụ" in fault.problem
