"""A table over several pages, and rows that a page cut in two."""

import pytest

from tests.support.documents.tables import remarks_of, rows_of, tables_of

HEADER = "TT | Nhiệm vụ | Chủ trì | Thời hạn"


def test_a_page_without_a_header_goes_on_with_the_table_before() -> None:
    (table,) = tables_of(f"""
        {HEADER}
        1 | Rà soát | Phòng A | Quý I
        ===
        2 | Tổng hợp | Phòng B | Quý II
        ===
        3 | Báo cáo | Phòng C | Quý III
    """)

    assert [row.title for row in table.rows] == ["Rà soát", "Tổng hợp", "Báo cáo"]
    assert [(row.place.table, row.place.row) for row in table.rows] == [(1, 2), (2, 1), (3, 1)]


def test_a_header_repeated_on_each_page_is_no_task() -> None:
    (table,) = tables_of(f"""
        {HEADER}
        1 | Rà soát | Phòng A | Quý I
        ===
        {HEADER}
        (1) | (2) | (3) | (4)
        2 | Tổng hợp | Phòng B | Quý II
    """)

    assert [row.title for row in table.rows] == ["Rà soát", "Tổng hợp"]


def test_a_header_repeated_within_one_table_is_no_task() -> None:
    (table,) = tables_of(f"""
        {HEADER}
        1 | Rà soát | Phòng A | Quý I
        {HEADER}
        2 | Tổng hợp | Phòng B | Quý II
    """)

    assert [row.title for row in table.rows] == ["Rà soát", "Tổng hợp"]


def test_a_header_of_two_rows_is_repeated_as_such() -> None:
    header = "TT | Nhiệm vụ | Thực hiện | <\n^ | ^ | Chủ trì | Phối hợp"

    (table,) = tables_of(f"{header}\n1 | Việc A | A | B\n===\n{header}\n2 | Việc B | A | B")

    assert [row.title for row in table.rows] == ["Việc A", "Việc B"]


def test_a_line_between_two_pages_ends_no_table_whose_numbers_go_on() -> None:
    (table,) = tables_of(f"""
        {HEADER}
        1 | Rà soát | Phòng A | Quý I
        > KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM 2026
        2 | Tổng hợp | Phòng B | Quý II
    """)

    assert [row.number for row in table.rows] == ["1", "2"]


def test_two_appendices_with_one_header_are_two_tables() -> None:
    first, second = tables_of(f"""
        > Phụ lục I
        {HEADER}
        1 | Rà soát | Phòng A | Quý I
        > Phụ lục II
        {HEADER}
        1 | Tổng hợp | Phòng B | Quý II
    """)

    assert (first.title, second.title) == ("Phụ lục I", "Phụ lục II")
    assert [row.table for row in (*first.rows, *second.rows)] == [1, 2]


def test_another_header_further_down_a_sheet_opens_another_table() -> None:
    first, second = tables_of(f"""
        {HEADER}
        1 | Rà soát | Phòng A | Quý I
           | | |
        STT | Nội dung công việc | Người thực hiện | Kết quả
        1 | Soạn đề cương | Lê Văn An | Đề cương
    """)

    assert (len(first.rows), len(second.rows)) == (1, 1)
    assert (second.rows[0].leads, second.rows[0].output) == (("Lê Văn An",), "Đề cương")


def test_the_signature_below_is_no_page_of_the_table() -> None:
    (table,) = tables_of("""
        Nhiệm vụ | Chủ trì
        Rà soát | Phòng A
        ===
        Nơi nhận: // - Như trên; | KT. GIÁM ĐỐC // PHÓ GIÁM ĐỐC
    """)

    assert [row.title for row in table.rows] == ["Rà soát"]


def test_a_table_that_follows_and_fits_no_header_is_not_lost_in_silence() -> None:
    (table,) = tables_of(f"""
        {HEADER}
        1 | Rà soát | Phòng A | Quý I
        ===
        2 | Tổng hợp | Phòng B
        3 | Báo cáo | Phòng C
        4 | Lưu trữ | Phòng D
    """)

    assert [remark.code for remark in table.remarks] == ["table_left_out"]


def test_a_table_without_a_header_that_counts_anew_is_not_lost_in_silence() -> None:
    (table,) = tables_of(f"""
        {HEADER}
        1 | Rà soát | Phòng A | Quý I
        > II. Hạ tầng số
        1 | Tổng hợp | Phòng B | Quý II
        2 | Báo cáo | Phòng C | Quý II
        3 | Lưu trữ | Phòng D | Quý II
    """)

    assert [remark.code for remark in table.remarks] == ["table_left_out"]
    assert "bảng 2" in table.remarks[0].message


def test_page_numbers_between_rows_are_no_tasks() -> None:
    rows = rows_of(f"""
        {HEADER}
        1 | Rà soát | Phòng A | Quý I
        (trang 9) | | |
        2 | Tổng hợp | Phòng B | Quý II
    """)

    assert [row.title for row in rows] == ["Rà soát", "Tổng hợp"]


def test_a_row_cut_at_the_end_of_a_page_is_mended_and_says_so() -> None:
    (first, second) = rows_of(f"""
        {HEADER}
        1 | Xây dựng kế hoạch rà soát, đơn giản hoá | P. | Quý I
        ===
          | thủ tục hành chính nội bộ | KH-TC |
        2 | Tổng hợp | Phòng B | Quý II
    """)

    assert first.title == "Xây dựng kế hoạch rà soát, đơn giản hoá thủ tục hành chính nội bộ"
    assert (first.leads, remarks_of(first)) == (("P. KH-TC",), ["row_mended"])
    assert "bảng 2, dòng 1" in first.remarks[0].message
    assert first.passage.endswith("thủ tục hành chính nội bộ | KH-TC")
    assert (second.title, remarks_of(second)) == ("Tổng hợp", [])


def test_a_date_cut_at_a_stroke_is_whole_again() -> None:
    (row,) = rows_of(f"""
        {HEADER}
        1 | Rà soát | Phòng A | 30/6/
        ===
          | | | 2026
    """)

    assert row.deadline is not None
    assert (row.deadline.phrase, row.deadline.kind) == ("30/6/2026", "fixed_date")


def test_a_row_that_goes_on_in_the_middle_of_a_page_is_mended_too() -> None:
    (row,) = rows_of(f"""
        {HEADER}
        1 | Rà soát các quy trình | Phòng A; | Quý I
          |                       | Phòng B  |
    """)

    assert (row.leads, remarks_of(row)) == (("Phòng A", "Phòng B"), ["row_mended"])


def test_a_sentence_with_a_capital_goes_on_over_a_page_where_it_was_not_closed() -> None:
    (row,) = rows_of(f"""
        {HEADER}
        1 | Tham mưu trình Chủ tịch | Phòng A | Quý I
        ===
          | UBND tỉnh ban hành quy chế | |
    """)

    assert row.title == "Tham mưu trình Chủ tịch UBND tỉnh ban hành quy chế"


def test_a_row_without_a_task_before_any_task_is_told() -> None:
    (table,) = tables_of(f"""
        {HEADER}
          | | Phòng A | Quý I
        1 | Rà soát | Phòng B | Quý II
    """)

    assert [remark.code for remark in table.remarks] == ["row_without_task"]
    assert "Phòng A" in table.remarks[0].message


def test_a_task_merged_over_rows_has_what_each_of_them_says() -> None:
    (first, second) = rows_of("""
        TT | Nhiệm vụ | Chủ trì | Sản phẩm | Thời hạn
        1 | Rà soát thủ tục | Phòng A | Danh mục | 30/6/2026
        ^ | ^               | Phòng B | Báo cáo  | 30/11/2026
        2 | Tổng hợp        | Phòng A | Báo cáo  | Quý II
    """)

    assert (first.leads, first.output) == (("Phòng A", "Phòng B"), "Danh mục\nBáo cáo")
    assert first.deadline is not None
    assert (first.deadline.kind, first.deadline.confidence) == ("milestones", "confirm")
    assert remarks_of(first)[0] == "rows_joined"
    assert second.title == "Tổng hợp"


def test_empty_rows_cost_nothing_and_mean_nothing() -> None:
    rows = rows_of(f"{HEADER}\n1 | Rà soát | Phòng A | Quý I" + "\n | | | " * 990)

    assert len(rows) == 1


@pytest.mark.parametrize("lead", ["Phòng A", "Đơn vị3"])
def test_a_task_that_reads_like_a_header_is_no_header_of_a_further_page(lead: str) -> None:
    rows = rows_of(f"""
        TT | Nhiệm vụ | Đơn vị chủ trì | Thời hạn
        1 | Việc một | Phòng A | 30/6
        ===
        2 | Nhiệm vụ3 | {lead} | 30/6
        3 | Nhiệm vụ4 | {lead} | 30/6
    """)

    assert [row.title for row in rows] == ["Việc một", "Nhiệm vụ3", "Nhiệm vụ4"]


def test_a_task_without_a_number_that_reads_like_a_header_is_kept_as_well() -> None:
    rows = rows_of("""
        Nhiệm vụ | Đơn vị chủ trì | Thời hạn
        Nhiệm vụ một | Phòng A | 30/6
        ===
        Nhiệm vụ3 | Đơn vị chủ trì3 | Thời hạn3
        Nhiệm vụ4 | Đơn vị chủ trì4 | Thời hạn4
    """)

    assert [row.title for row in rows] == ["Nhiệm vụ một", "Nhiệm vụ3", "Nhiệm vụ4"]


@pytest.mark.parametrize("until", ["Thời hạn", "Thời gian hoàn thành"])
def test_rows_above_a_header_within_a_further_page_are_tasks_of_the_table_before(
    until: str,
) -> None:
    rows = rows_of(f"""
        TT | Nhiệm vụ | Đơn vị chủ trì | Thời hạn
        1 | Việc một | Phòng A | 30/6
        ===
        2 | Việc hai | Phòng A | 30/6
        TT | Nhiệm vụ | Đơn vị chủ trì | {until}
        3 | Việc ba | Phòng B | 30/6
    """)

    assert [row.title for row in rows] == ["Việc một", "Việc hai", "Việc ba"]


def test_a_header_that_may_be_a_task_is_told_with_its_place() -> None:
    tables = tables_of("""
        TT | Nhiệm vụ | Đơn vị chủ trì | Thời hạn
        1 | Việc một | Phòng A | 30/6
        ===
        Nhiệm vụ3 | Đơn vị chủ trì3 | 30/6
        Nhiệm vụ4 | Đơn vị chủ trì4 | 30/6
    """)

    (remark,) = [one for one in tables[1].remarks if one.code == "header_unsure"]
    assert "bảng 2, dòng 1" in remark.message
    assert "Nhiệm vụ3 | Đơn vị chủ trì3" in remark.message


def test_a_table_of_tasks_beside_another_is_told_with_its_columns() -> None:
    (table,) = tables_of("""
        TT | Nhiệm vụ | Đơn vị chủ trì | Thời hạn | | STT | Công việc | Chủ trì | Hạn
        1 | Việc một | Phòng A | 30/6 | | 1 | Việc khác | Phòng B | 30/9
    """)

    (row,) = table.rows
    assert (row.title, row.leads) == ("Việc một", ("Phòng A",))
    assert row.deadline is not None
    assert row.deadline.phrase == "30/6"
    (remark,) = [one for one in table.remarks if one.code == "table_beside"]
    assert "chưa đọc bảng bên phải" in remark.message
    assert "“STT”, “Công việc”, “Chủ trì”, “Hạn”" in remark.message
    assert "column_ignored" not in {one.code for one in table.remarks}


@pytest.mark.parametrize(
    "header",
    [
        "TT | Nhiệm vụ | Nội dung công việc | Đơn vị chủ trì | Thời hạn",
        "TT | Nhiệm vụ | Đơn vị chủ trì | Thời hạn | Nội dung công việc",
        "TT | Nhiệm vụ | Đơn vị chủ trì | Đơn vị phối hợp | Thời hạn",
        "TT | Nhiệm vụ | Đơn vị chủ trì | Công việc | Thời hạn | Đơn vị thực hiện",
    ],
)
def test_one_table_with_two_columns_of_tasks_is_not_taken_for_two(header: str) -> None:
    (table,) = tables_of(f"{header}\n1 | Việc một | Phòng A | Phòng B | 30/6")

    assert "table_beside" not in {one.code for one in table.remarks}
