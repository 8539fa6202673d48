"""What rows are called that carry no code."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.documents.tables import remarks_of, rows_of

HEADER = "TT | Nhiệm vụ | Chủ trì | Thời hạn"


def codes(text: str) -> list[str]:
    return [row.code for row in rows_of(text)]


def test_numbers_that_run_on_through_the_groups_are_codes_by_themselves() -> None:
    assert codes(f"{HEADER}\nI | A | |\n1 | a | X | Quý I\nII | B | |\n2 | b | X | Quý I") == [
        "1", "2",
    ]  # fmt: skip


def test_numbers_that_begin_anew_in_each_group_are_codes_with_it() -> None:
    assert codes(f"{HEADER}\nI | A | |\n1 | a | X | Quý I\nII | B | |\n1 | b | X | Quý I") == [
        "I.1", "II.1",
    ]  # fmt: skip


def test_a_column_of_codes_is_taken_as_it_is() -> None:
    assert codes("Mã | Nhiệm vụ | Chủ trì\nNV-07. | Việc | A\nII.1.2 | Việc hai | B") == [
        "NV-07", "II.1.2",
    ]  # fmt: skip


def test_without_numbers_rows_are_counted_in_their_group() -> None:
    text = f"{HEADER}\nI | A | |\n | a | X | Quý I\n | b | X | Quý I\nII | B | |\n | c | X | Quý I"

    assert codes(text) == ["I.1", "I.2", "II.1"]


def test_without_numbers_and_groups_rows_are_counted() -> None:
    assert codes("Nhiệm vụ | Chủ trì\nViệc a | X\nViệc b | X") == ["1", "2"]


def test_a_row_without_a_number_among_numbered_ones_is_called_after_the_one_above() -> None:
    text = f"{HEADER}\n1 | a | X | Quý I\n | Việc thêm | X | Quý I\n2 | b | X | Quý I"

    assert codes(text) == ["1", "1-1", "2"]


def test_groups_without_a_mark_are_counted() -> None:
    text = f"""
        {HEADER}
        Thể chế | < | < | <
        1 | a | X | Quý I
        Hạ tầng | < | < | <
        1 | b | X | Quý I
    """

    assert codes(text) == ["N1.1", "N2.1"]


def test_parts_are_called_after_the_row_they_belong_to() -> None:
    text = f"""
        {HEADER}
        1 | a: | X | Quý I
        a | Phần a | X | Quý I
        b | Phần b | X | Quý I
        2 | b: | X | Quý I
        2.1 | Phần c | X | Quý I
        - | Phần d | X | Quý I
    """

    assert codes(text) == ["1", "1.a", "1.b", "2", "2.1", "2.1.1"]


def test_two_rows_of_one_number_are_told_apart_and_it_is_said() -> None:
    rows = rows_of(f"{HEADER}\n1 | a | X | Quý I\n3 | b | X | Quý I\n3 | c | X | Quý I")

    assert [row.code for row in rows] == ["1", "3", "3-2"]
    assert remarks_of(rows[2]) == ["number_repeated"]


def test_a_second_table_whose_numbers_are_taken_is_named_by_its_place() -> None:
    text = f"""
        > Phụ lục I
        {HEADER}
        1 | a | X | Quý I
        > Phụ lục II
        {HEADER}
        1 | b | X | Quý I
        2 | c | X | Quý I
    """

    assert codes(text) == ["1", "B2.1", "B2.2"]


def test_numbers_with_zeros_before_them_are_the_same_numbers() -> None:
    assert codes(f"{HEADER}\n01 | a | X | Quý I\n02. | b | X | Quý I") == ["1", "2"]


def test_a_figure_at_the_beginning_of_a_title_is_no_number() -> None:
    (row,) = rows_of("Nhiệm vụ | Chủ trì\n5.000 hồ sơ được số hoá | Phòng A")

    assert (row.code, row.title) == ("1", "5.000 hồ sơ được số hoá")


def test_words_in_the_column_of_numbers_are_kept_and_are_no_code() -> None:
    (row,) = rows_of(f"{HEADER}\nĐiều 5 khoản 2 | Rà soát | X | Quý I")

    assert (row.code, dict(row.other)) == ("1", {"TT": "Điều 5 khoản 2"})


def test_a_formula_that_counts_the_rows_counts_them_here_too() -> None:
    assert codes(f"{HEADER}\n1 | a | X | Quý I\n=A2+1 | b | X | Quý I\n=A3+1 | c | X | Quý I") == [
        "1", "2", "3",
    ]  # fmt: skip


numbers = st.sampled_from(
    ("", "1", "2", "3", "I", "II", "A", "a", "b", "-", "+", "1.1", "I.2", "N", "1.1.a", "(2)", "x)")
)


@given(st.lists(st.tuples(numbers, st.booleans()), min_size=1, max_size=25))
def test_no_two_rows_share_a_code_however_they_are_numbered(rows: list[tuple[str, bool]]) -> None:
    lines = [
        f"{number} | Việc thứ {place} | {'Phòng A' if is_told else ''} |"
        for place, (number, is_told) in enumerate(rows)
    ]

    found = codes("\n".join([HEADER, *lines]))

    assert all(found)
    assert len(set(found)) == len(found)
