"""Dates as Nghị định 30/2020/NĐ-CP writes them, and words for positions."""

from datetime import date

import pytest

from dondoc.mail import words


@pytest.mark.parametrize(
    ("day", "short", "long"),
    [
        (date(2026, 5, 22), "22/5/2026", "thứ Sáu, ngày 22 tháng 5 năm 2026"),
        (date(2026, 1, 5), "05/01/2026", "thứ Hai, ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 28), "28/02/2026", "thứ Bảy, ngày 28 tháng 02 năm 2026"),
        (date(2026, 11, 1), "01/11/2026", "Chủ nhật, ngày 01 tháng 11 năm 2026"),
    ],
)
def test_small_numbers_take_a_zero_that_nobody_can_write_over(
    day: date, short: str, long: str
) -> None:
    assert (words.short_date(day), words.long_date(day)) == (short, long)


def test_a_position_unknown_to_the_words_still_makes_a_sentence() -> None:
    assert words.belongs("archivist") == "Nhiệm vụ trong kế hoạch của cơ quan"
    assert words.holder("archivist") == "người có liên quan"
