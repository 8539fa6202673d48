"""Which table is one of tasks, and which of its columns is which."""

import pytest

from tests.support.documents.tables import remarks_of, rows_of, tables_of

PLAIN = """
TT | Nội dung nhiệm vụ | Đơn vị chủ trì | Đơn vị phối hợp | Thời gian hoàn thành | Sản phẩm
1  | Rà soát thủ tục nội bộ | Văn phòng Sở | Phòng Bưu chính | Quý II/2026 | Báo cáo
"""


def test_each_cell_is_read_by_the_header_above_it() -> None:
    (row,) = rows_of(PLAIN)

    assert (row.number, row.title, row.lead_text, row.leads) == (
        "1", "Rà soát thủ tục nội bộ", "Văn phòng Sở", ("Văn phòng Sở",),
    )  # fmt: skip
    assert (row.coordinating, row.output) == (("Phòng Bưu chính",), "Báo cáo")
    assert row.deadline is not None
    assert (row.deadline.phrase, row.deadline.kind) == ("Quý II/2026", "quarter")
    assert row.passage == (
        "1 | Rà soát thủ tục nội bộ | Văn phòng Sở | Phòng Bưu chính | Quý II/2026 | Báo cáo"
    )
    assert (row.place.table, row.place.row) == (1, 2)


@pytest.mark.parametrize(
    "header",
    [
        "STT | Tên nhiệm vụ | Cơ quan chủ trì | Cơ quan phối hợp | Thời hạn hoàn thành | Kết quả",
        "Số TT | NỘI DUNG CÔNG VIỆC | CHỦ TRÌ | PHỐI HỢP | TIẾN ĐỘ | SẢN PHẨM ĐẦU RA",
        "TT | Nhiệm vụ/ Giải pháp được giao | Chủ trì | Phối hợp | Thời hạn | Sản phẩm/kết quả",
        "TT | Tên nhiệm vụ /Dự án | Cơ quan phụ trách | Lực lượng hỗ trợ | Thời gian | Kết quả",
        "TT | Nhiệm vụ // thực hiện | Đơn vị // thực hiện | Phối hợp | Thời // hạn | Kết quả",
        "TT | Noi dung nhiem vu | Don vi chu tri | Phoi hop | Thoi gian hoan thanh | San pham",
        "TT | Nội dung nhiêm vụ | Đơn vị chủ trị | Phối hợp | Thời gian hoàn thàn | Sản phẩm",
        "TT | Nhiệm vụ (cụ thể) | Chủ trì (cấp sở) | Phối hợp | Thời hạn (dự kiến) | Sản phẩm",
    ],
    ids=[
        "agencies", "capitals", "slash", "project", "soft breaks", "no accents", "slips",
        "brackets",
    ],
)  # fmt: skip
def test_a_header_is_known_in_every_usual_wording(header: str) -> None:
    (row,) = rows_of(f"{header}\n1 | Rà soát | Văn phòng Sở | Phòng A | 30/6/2026 | Báo cáo")

    assert (row.title, row.leads, row.coordinating, row.output) == (
        "Rà soát", ("Văn phòng Sở",), ("Phòng A",), "Báo cáo",
    )  # fmt: skip
    assert row.deadline is not None
    assert row.deadline.kind == "fixed_date"


@pytest.mark.parametrize(
    "header",
    [
        "STT | Đầu việc | Phòng chủ trì | Phòng phối hợp | Hạn chót | Kết quả cần đạt",
        "TT | Hạng mục công việc | Chủ trì tham mưu | Phối hợp với | Mốc thời gian | Sản phẩm nộp",
        "TT | Nhiệm vụ được phân công | Trách nhiệm thực hiện | Phối hợp | Thời hạn xong | Kết quả",
        "TT | Nội dung triển khai | Đơn vị chủ trì chính | Phối hợp | Ngày đến hạn | Sản phẩm ra",
    ],
)
def test_a_header_nobody_listed_is_known_by_its_words(header: str) -> None:
    (row,) = rows_of(f"{header}\n1 | Rà soát | Văn phòng Sở | Phòng A | 30/6/2026 | Báo cáo")

    assert (row.title, row.leads, row.coordinating, row.output) == (
        "Rà soát", ("Văn phòng Sở",), ("Phòng A",), "Báo cáo",
    )  # fmt: skip
    assert row.deadline is not None
    assert row.deadline.kind == "fixed_date"


def test_a_column_that_only_begins_like_one_of_dates_needs_dates_in_it() -> None:
    (row,) = rows_of("""
        TT | Nhiệm vụ | Chủ trì | Thời gian bảo hành
        1  | Mua sắm máy chủ | Phòng A | theo hãng
    """)

    assert row.deadline is None
    assert dict(row.other) == {"Thời gian bảo hành": "theo hãng"}


@pytest.mark.parametrize(
    "counting",
    [" | (1) | (2) | (3)", "(1) | (2) | (3) | (4)", "A | B | 1 | 2", "1|2|3|(4) = (3)+(2)"],
)
def test_a_row_that_counts_the_columns_is_no_task(counting: str) -> None:
    rows = rows_of(f"""
        TT | Nhiệm vụ | Chủ trì | Thời hạn
        {counting}
        1  | Rà soát | Phòng A | Quý I
    """)

    assert [row.title for row in rows] == ["Rà soát"]


def test_the_lines_above_a_table_are_its_title() -> None:
    (table,) = tables_of("""
        > Trên đây là kế hoạch của Sở.
        > PHỤ LỤC I
        > NHIỆM VỤ TRỌNG TÂM NĂM 2026
        > (Kèm theo Kế hoạch số 12/KH-SKHCN ngày 05/01/2026)
        TT | Nhiệm vụ | Chủ trì
        1  | Rà soát | Phòng A
    """)

    assert table.title == (
        "PHỤ LỤC I\nNHIỆM VỤ TRỌNG TÂM NĂM 2026\n(Kèm theo Kế hoạch số 12/KH-SKHCN ngày 05/01/2026)"
    )


def test_a_title_may_stand_in_the_table_itself() -> None:
    (table,) = tables_of("""
        Phụ lục 2. Phân công nhiệm vụ | < | <
        (Kèm theo Kế hoạch số 12/KH-SKHCN) | < | <
        TT | Nhiệm vụ | Chủ trì
        1  | Rà soát | Phòng A
    """)

    assert table.title == "Phụ lục 2. Phân công nhiệm vụ\n(Kèm theo Kế hoạch số 12/KH-SKHCN)"
    assert [row.title for row in table.rows] == ["Rà soát"]


def test_a_header_of_two_rows_is_read_as_one() -> None:
    (row,) = rows_of("""
        TT | Nhiệm vụ | Cơ quan thực hiện | < | Thời gian | < | Ghi chú
        ^  | ^ | Chủ trì | Phối hợp | Bắt đầu | Kết thúc | ^
        1  | Rà soát | Phòng A | Phòng B | 01/3/2026 | 30/6/2026 | gấp
    """)

    assert (row.leads, row.coordinating) == (("Phòng A",), ("Phòng B",))
    assert row.deadline is not None
    assert (row.deadline.kind, row.deadline.phrase) == ("range", "01/3/2026 - 30/6/2026")
    assert [day.isoformat() for day in row.deadline.due] == ["2026-06-30"]
    assert dict(row.other) == {"Ghi chú": "gấp"}


def test_a_header_of_two_rows_is_known_without_merged_cells_too() -> None:
    (row,) = rows_of("""
        TT | Nhiệm vụ | Hình thức | | Chủ trì
           |          | Sửa đổi | Ban hành mới |
        1  | Quy chế họp | | x | Phòng A
    """)

    assert (row.title, row.leads, dict(row.other)) == (
        "Quy chế họp", ("Phòng A",), {"Hình thức / Ban hành mới": "x"},
    )  # fmt: skip


def test_the_output_may_stand_before_the_unit() -> None:
    (row,) = rows_of("""
        TT | Nhiệm vụ | Sản phẩm | Thời hạn | Đơn vị thực hiện
        1  | Rà soát | Báo cáo | Quý I | Phòng A
    """)

    assert (row.output, row.leads) == ("Báo cáo", ("Phòng A",))


def test_who_approves_is_not_what_is_made() -> None:
    (row,) = rows_of("""
        TT | Nội dung | Cơ quan chủ trì | Cấp ban hành/phê duyệt | Thời gian
        1  | Rà soát | Phòng A | Giám đốc Sở | Quý I
    """)

    assert row.output is None
    assert dict(row.other) == {"Cấp ban hành/phê duyệt": "Giám đốc Sở"}


def test_without_a_column_of_lead_units_who_does_it_leads() -> None:
    (row,) = rows_of("TT | Nhiệm vụ thực hiện | Người thực hiện\n | Chấm bài | Lê Văn An")

    assert (row.leads, row.assignee) == (("Lê Văn An",), None)


def test_columns_nobody_understands_are_named_and_their_text_is_kept() -> None:
    (table,) = tables_of("""
        TT | Nhiệm vụ | Chủ trì | Số văn bản giao | Ghi chú
        1  | Rà soát | Phòng A | 15/TB-SKHCN | gấp
    """)

    (remark,) = table.remarks
    assert (remark.code, "“Số văn bản giao”" in remark.message) == ("column_ignored", True)
    assert "Ghi chú" not in remark.message
    assert dict(table.rows[0].other) == {"Số văn bản giao": "15/TB-SKHCN", "Ghi chú": "gấp"}


def test_a_header_nobody_understands_is_cut_in_the_message() -> None:
    (table,) = tables_of(f"TT | Nhiệm vụ | Chủ trì | {'chữ ' * 30}\n1 | Rà soát | Phòng A | x")

    assert "…”" in table.remarks[0].message
    assert len(table.remarks[0].message) < 150


def test_of_two_columns_that_would_do_the_better_word_has_it_and_the_other_is_named() -> None:
    (table,) = tables_of("""
        TT | Nội dung | Nhiệm vụ | Chủ trì
        1  | Thể chế | Rà soát | Phòng A
    """)

    assert (table.columns["task"], table.rows[0].title) == ("Nhiệm vụ", "Rà soát")
    assert "“Nội dung”" in table.remarks[0].message
    assert dict(table.rows[0].other) == {"Nội dung": "Thể chế"}


@pytest.mark.parametrize(
    ("cell", "kind"), [("30/6/2026", "fixed_date"), ("Quý II", "quarter"), ("Chậm", None)]
)
def test_progress_is_a_deadline_only_where_its_cells_are(cell: str, kind: str | None) -> None:
    (row,) = rows_of(f"TT | Nhiệm vụ | Chủ trì | Tiến độ\n1 | Rà soát | Phòng A | {cell}")

    assert (row.deadline.kind if row.deadline else None) == kind
    assert dict(row.other) == ({} if kind else {"Tiến độ": "Chậm"})


def test_a_deadline_beside_a_status_column_is_the_deadline() -> None:
    (row,) = rows_of("""
        TT | Nhiệm vụ | Chủ trì | Tiến độ | Thời hạn
        1  | Rà soát | Phòng A | 40% | Quý II
    """)

    assert row.deadline is not None
    assert (row.deadline.phrase, dict(row.other)) == ("Quý II", {"Tiến độ": "40%"})


@pytest.mark.parametrize(
    "table",
    [
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 12/KH | Hà Nam",
        "Nơi nhận: // - Như trên; | GIÁM ĐỐC // Trần Văn A",
        "TT | Tên nhiệm vụ /Dự án | Lũy kế | Tiến độ (Vượt/ Đạt/ Chậm)\n1 | Rà soát | 40 | Đạt",
        "TT | Danh mục dự án | Tổng mức (Tỷ VNĐ) | Tỷ lệ giải ngân (%)\n1 | Trụ sở | 12 | 40",
        "TT | Nội dung | Đơn vị | Số lượng\n1 | Hồ sơ tiếp nhận | hồ sơ | 120\n2 | Tỷ lệ | % | 99",
        "Yếu tố | Nội dung\nNơi nhận | Sở Tài chính",
        "TT | Nhiệm vụ | Chủ trì\n | | \n | | ",
        "TT | Nội dung chi | Số lượng | Thời gian khấu hao | Thành tiền\n1 | Máy | 2 | 5 năm | 10",
        "TT | Đơn vị | Số nhiệm vụ được giao | Sản phẩm đã có\n1 | Phòng A | 12 | 3",
        "TT | Họ và tên | Chức vụ | Đơn vị\n1 | Lê Văn An | Chuyên viên | Văn phòng",
    ],
    ids=[
        "letterhead", "signature", "report form", "statistics of money", "statistics of files",
        "two columns", "an empty form", "spending", "counts of tasks", "people",
    ],
)  # fmt: skip
def test_what_is_no_table_of_tasks_is_left_alone(table: str) -> None:
    assert tables_of(table) == ()


def test_columns_that_only_show_are_not_worth_a_word() -> None:
    (table,) = tables_of("""
        Mã | Nội dung nhiệm vụ | Loại | Đơn vị chủ trì | Thời gian hoàn thành | Hiểu là | Sản phẩm | Cần quyết định | Lưu ý | Vị trí | Đoạn gốc
        II.1 | Rà soát | nhiệm vụ | VP | Quý I | 31/03/2026 | Báo cáo | chưa rõ | gần trùng | dòng 3 | - Rà soát
    """)  # noqa: E501 - the width of the sheet

    (row,) = table.rows
    assert (table.remarks, dict(row.other), remarks_of(row)) == ((), {}, [])
    assert (row.code, row.kind) == ("II.1", "task")


def test_a_class_that_a_person_chose_goes_before_the_deadline() -> None:
    (row,) = rows_of("""
        Mã | Nhiệm vụ | Loại | Chủ trì | Thời hạn
        1  | Rà soát | thường xuyên | VP | Quý I
    """)

    assert row.kind == "standing"
