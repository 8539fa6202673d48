"""Groups, headings and parts: what a row without a task of its own is there for."""

import pytest

from tests.support.documents.tables import remarks_of, rows_of, tables_of

HEADER = "TT | Nhiệm vụ | Chủ trì | Thời hạn"


@pytest.mark.parametrize(
    "group",
    [
        "II | Phát triển hạ tầng số | |",
        "II. | Phát triển hạ tầng số | |",
        "II. Phát triển hạ tầng số | < | < | <",
        "II. Phát triển hạ tầng số | | |",
        " | II. Phát triển hạ tầng số | |",
        "II | Phát triển hạ tầng số | < | <",
    ],
    ids=["empty rest", "full stop", "merged", "in the first cell", "in the task cell", "part"],
)
def test_a_roman_number_with_a_title_alone_names_a_group(group: str) -> None:
    (row,) = rows_of(f"{HEADER}\n{group}\n1 | Rà soát | Phòng A | Quý I")

    assert [(one.mark, one.title) for one in row.group] == [("II", "Phát triển hạ tầng số")]
    assert row.title == "Rà soát"


def test_groups_nest_in_the_order_in_which_their_kinds_appear() -> None:
    rows = rows_of(f"""
        {HEADER}
        A | NHIỆM VỤ CHUNG | |
        I | Thể chế | |
        1 | Việc một | Phòng A | Quý I
        II | Hạ tầng | |
        1 | Việc hai | Phòng A | Quý I
        B | NHIỆM VỤ RIÊNG | |
        I | Dữ liệu | |
        1 | Việc ba | Phòng A | Quý I
    """)

    assert [tuple(one.mark for one in row.group) for row in rows] == [
        ("A", "I"), ("A", "II"), ("B", "I"),
    ]  # fmt: skip
    assert [row.code for row in rows] == ["A.I.1", "A.II.1", "B.I.1"]


def test_a_group_without_a_number_is_known_by_reaching_across() -> None:
    rows = rows_of(f"""
        {HEADER}
        Cải cách thể chế | < | < | <
        1 | Việc một | Phòng A | Quý I
        Cải cách thủ tục | < | < | <
        2 | Việc hai | Phòng A | Quý I
    """)

    assert [row.group[-1].title for row in rows] == ["Cải cách thể chế", "Cải cách thủ tục"]


def test_a_title_alone_among_numbered_rows_is_a_group() -> None:
    (row,) = rows_of(f"{HEADER}\n | Cải cách thể chế | |\n1 | Việc một | Phòng A | Quý I")

    assert row.group[-1].title == "Cải cách thể chế"


def test_where_no_row_is_numbered_a_title_alone_stays_a_task() -> None:
    rows = rows_of("Nhiệm vụ | Chủ trì | Thời hạn\nViệc một | |\nViệc hai | Phòng A | Quý I")

    assert [row.title for row in rows] == ["Việc một", "Việc hai"]


def test_a_column_may_name_the_groups_once_in_full_and_then_by_number() -> None:
    rows = rows_of("""
        TT | Nhóm | Nhiệm vụ | Chủ trì | Thời hạn
        1 | I. Thể chế | Việc một | Phòng A | Quý I
        2 | I | Việc hai | Phòng A | Quý I
        4 | II. Hạ tầng | Việc ba | Phòng A | Quý I
        7 | I. Thể chế, chỉ đạo | Việc bốn | Phòng A | Quý I
    """)

    assert [(row.group[-1].mark, row.group[-1].title) for row in rows] == [
        ("I", "Thể chế"), ("I", "Thể chế"), ("II", "Hạ tầng"), ("I", "Thể chế"),
    ]  # fmt: skip
    assert [row.code for row in rows] == ["1", "2", "4", "7"]


def test_a_column_of_groups_may_be_merged_and_without_numbers() -> None:
    rows = rows_of("""
        TT | Lĩnh vực | Nhiệm vụ | Chủ trì
        1 | Thể chế | Việc một | Phòng A
        2 | ^       | Việc hai | Phòng A
        3 | Hạ tầng | Việc ba  | Phòng A
    """)

    assert [row.group[-1].title for row in rows] == ["Thể chế", "Thể chế", "Hạ tầng"]


def test_an_arabic_number_names_a_group_where_the_numbers_below_begin_anew() -> None:
    rows = rows_of(f"""
        {HEADER}
        1 | Cải cách thể chế | |
        1 | Việc một | Phòng A | Quý I
        2 | Việc hai | Phòng A | Quý I
        2 | Cải cách thủ tục | |
        1 | Việc ba | Phòng A | Quý I
    """)

    assert [row.code for row in rows] == ["1.1", "1.2", "2.1"]
    assert rows[2].group[-1].title == "Cải cách thủ tục"


def test_a_number_with_a_title_alone_is_a_task_that_lacks_everything() -> None:
    rows = rows_of(f"{HEADER}\n1 | Việc một | |\n2 | Việc hai | Phòng A | Quý I")

    assert [(row.number, row.is_heading, row.group) for row in rows] == [
        ("1", False, ()), ("2", False, ()),
    ]  # fmt: skip


def test_a_group_no_row_stands_in_is_told() -> None:
    (table,) = tables_of(f"{HEADER}\n1 | Việc một | Phòng A | Quý I\nII | Hạ tầng | |")

    assert [(remark.code, "II Hạ tầng" in remark.message) for remark in table.remarks] == [
        ("group_empty", True)
    ]


def test_dotted_codes_without_dates_are_headings() -> None:
    rows = rows_of(f"""
        {HEADER}
        I | Cải cách thể chế | |
        I.1 | Xây dựng văn bản | |
        I.1.1 | Quy chế làm việc | Phòng A | Quý I
        I.1.2 | Quy chế thi đua | Phòng B | Quý II
        I.2 | Rà soát văn bản | Phòng A | Quý III
    """)

    assert [(row.code, row.is_heading, row.parent) for row in rows] == [
        ("I.1", True, None), ("I.1.1", False, 0), ("I.1.2", False, 0), ("I.2", False, None),
    ]  # fmt: skip
    assert {row.group[-1].mark for row in rows} == {"I"}


def test_a_roman_number_with_a_unit_of_its_own_is_a_heading_that_keeps_it() -> None:
    rows = rows_of(f"""
        {HEADER}
        I | Cải cách thể chế | Phòng A |
        1 | Quy chế làm việc | | Quý I
        2 | Quy chế thi đua | Phòng B | Quý II
    """)

    assert [(row.code, row.is_heading, row.leads) for row in rows] == [
        ("I", True, ("Phòng A",)), ("I.1", False, ("Phòng A",)), ("I.2", False, ("Phòng B",)),
    ]  # fmt: skip
    assert (remarks_of(rows[1]), remarks_of(rows[2])) == (["inherited"], [])


@pytest.mark.parametrize("marks", [("a", "b"), ("a)", "b)"), ("-", "-"), ("+", "+")])
def test_letters_and_bullets_are_parts_of_the_row_above(marks: tuple[str, str]) -> None:
    rows = rows_of(f"""
        {HEADER}
        1 | Xây dựng quy chế: | Phòng A | Quý II
        {marks[0]} | Quy chế làm việc | Phòng B | Quý I
        {marks[1]} | Quy chế thi đua | |
        2 | Tổng hợp | Phòng A | Quý I
    """)

    assert [(row.parent, row.is_heading) for row in rows] == [
        (None, True), (0, False), (0, False), (None, False),
    ]  # fmt: skip
    assert (rows[2].leads, remarks_of(rows[2])) == (("Phòng A",), ["inherited"])
    assert rows[2].deadline is not None
    assert (rows[2].deadline.phrase, rows[2].deadline.confidence) == ("Quý II", "confirm")


def test_bullets_typed_before_the_title_are_parts_too() -> None:
    rows = rows_of(f"""
        {HEADER}
        1 | Xây dựng quy chế: | Phòng A | Quý II
          | - Quy chế làm việc | |
          | + Chương họp giao ban | |
          | - Quy chế thi đua | |
    """)

    assert [(row.title, row.parent, row.code) for row in rows[1:]] == [
        ("Quy chế làm việc", 0, "1.1"), ("Chương họp giao ban", 1, "1.1.1"),
        ("Quy chế thi đua", 0, "1.2"),
    ]  # fmt: skip


def test_numbers_typed_into_the_titles_are_numbers_where_there_is_no_column_for_them() -> None:
    rows = rows_of("""
        Nhiệm vụ | Chủ trì | Thời hạn
        I. Thể chế | < | <
        1. Rà soát văn bản | Phòng A | Quý I
        2. Ban hành quy chế | Phòng B | Quý II
    """)

    assert [(row.number, row.title, row.group[-1].mark) for row in rows] == [
        ("1", "Rà soát văn bản", "I"), ("2", "Ban hành quy chế", "I"),
    ]  # fmt: skip


def test_numbers_that_begin_anew_without_a_group_open_one_without_a_name() -> None:
    rows = rows_of(f"""
        {HEADER}
        1 | Việc một | Phòng A | Quý I
        2 | Việc hai | Phòng A | Quý I
        III | Nhân lực | |
        1 | Việc ba | Phòng A | Quý I
        (trang 9) | | |
        1 | Việc bốn | Phòng A | Quý I
        2 | Việc năm | Phòng A | Quý I
    """)

    assert [row.code for row in rows] == ["1", "2", "III.1", "III-2.1", "III-2.2"]
    assert [remarks_of(row) for row in rows[3:]] == [["group_missing"], []]
    assert rows[3].group[-1].title == ""


def test_a_stray_word_in_the_row_of_a_group_goes_back_to_the_row_before() -> None:
    rows = rows_of(f"""
        {HEADER}
        I | Thể chế | |
        1 | Rà soát | Phòng A | Năm 2026 và những
        II | Hạ tầng | | năm tiếp theo
        2 | Nâng cấp | Phòng A | Quý I
    """)

    assert rows[0].deadline is not None
    assert rows[0].deadline.phrase == "Năm 2026 và những năm tiếp theo"
    assert (remarks_of(rows[0])[0], rows[1].group[-1].title) == ("row_mended", "Hạ tầng")


def test_a_group_that_is_done_asks_whether_its_tasks_are_still_followed() -> None:
    (row,) = rows_of(f"{HEADER}\nI | Thể chế (đã hoàn thành) | |\n1 | Rà soát | A | 30/6/2026")

    assert row.deadline is not None
    assert (remarks_of(row), row.deadline.confidence) == (["done_in_group"], "confirm")


def test_the_period_in_the_title_of_a_group_gives_its_dates_their_year() -> None:
    (row,) = rows_of(
        f"{HEADER}\nI | Đợt cao điểm (15 - 30/9/2027) | |\n1 | Rà soát | A | 18 - 26/9"
    )

    assert row.deadline is not None
    assert [day.isoformat() for day in row.deadline.due] == ["2027-09-26"]


def test_the_year_in_the_header_of_the_column_gives_dates_their_year() -> None:
    (row,) = rows_of("TT | Nhiệm vụ | Chủ trì | Thời hạn (năm 2027)\n1 | Rà soát | A | 30/6")

    assert row.deadline is not None
    assert [day.isoformat() for day in row.deadline.due] == ["2027-06-30"]
