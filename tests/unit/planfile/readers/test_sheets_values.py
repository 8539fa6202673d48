"""Values of cells as a person sees them."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.planfile.readers.sheets.values import hides_the_year, shown

DAY = datetime(2026, 9, 5)  # noqa: DTZ001 - days of a sheet have no zone


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1, "General", "1"),
        (1.0, "General", "1"),
        (1.1, "General", "1.1"),
        (1.1, "0.00", "1.10"),
        (0.1 + 0.2, "General", "0.3"),
        (7, "00", "07"),
        (-3, "0", "-3"),
        (-3, "0;(0)", "(3)"),
        (0, "0;-0;;@", "0"),
        (0.5, "0%", "50%"),
        (0.125, "0.0%", "12.5%"),
        (0.29, "0%", "29%"),
        (2.5, "0", "3"),
        (12.5, "0.##", "12.5"),
        (12, "0.##", "12"),
        (1234567, "#,##0", "1234567"),
        (1200000, '#,##0\\ "đồng"', "1200000 đồng"),
        (2, '"Quý "0', "Quý 2"),
        (2, 'General" ngày"', "2 ngày"),
        (111, "0.0.0", "111"),
        (1.5, "# ?/?", "1.5"),
        (123456789012345678, "0", "123456789012345678"),
        (1e300, "0.00", "1e+300"),
        (float("inf"), "0", "inf"),
        (5, "0." + "0" * 40, "5"),
        (3, "@", "3"),
        (3, "", "3"),
        (True, "General", "TRUE"),
        (None, "General", ""),
    ],
)
def test_a_number_is_written_as_its_format_shows_it(
    value: object, number_format: str, text: str
) -> None:
    assert shown(value, number_format) == text


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ("dd/mm/yyyy", "05/09/2026"),
        ("mm-dd-yy", "05/09/2026"),
        ("m/d/yyyy", "05/09/2026"),
        ("[$-42A]dd mmmm yyyy;@", "05/09/2026"),
        ('"ngày "dd" tháng "mm" năm "yyyy', "ngày 05/09/2026"),
        ('"Trước "dd/mm/yyyy', "Trước 05/09/2026"),
        ("mm/yyyy", "9/2026"),
        ("mmm-yy", "9/2026"),
        ('"Tháng "m/yyyy', "Tháng 9/2026"),
        ("yyyy", "2026"),
        ("d-mmm", "5/9"),
        ("mmmm", "tháng 9"),
        ("dddd", "05/09/2026"),
        ("dd/yyyy", "05/09/2026"),
    ],
)
def test_a_date_is_written_as_far_as_its_format_shows_it(number_format: str, text: str) -> None:
    assert shown(DAY, number_format) == text


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (datetime(2026, 9, 5, 13, 30), "dd/mm/yyyy hh:mm", "05/09/2026 13:30"),  # noqa: DTZ001
        (datetime(2026, 9, 5, 13, 30), "dd/mm/yyyy", "05/09/2026"),  # noqa: DTZ001
        (datetime(2026, 9, 5), "dd/mm/yyyy hh:mm", "05/09/2026"),  # noqa: DTZ001
        (time(13, 30), "h:mm", "13:30"),
        (time(0, 0), "h:mm", "00:00"),
        (time(0, 0), "dd/mm/yyyy", "0"),
        (timedelta(hours=30, minutes=5), "[h]:mm", "30:05"),
    ],
)
def test_hours_are_written_where_the_format_has_them(
    value: object, number_format: str, text: str
) -> None:
    assert shown(value, number_format) == text


@pytest.mark.parametrize(
    ("value", "number_format", "hides"),
    [
        (DAY, "d-mmm", True),
        (DAY, "dd/mm", True),
        (DAY, "dd/mm hh:mm", True),
        (DAY, "dd/mm/yyyy", False),
        (DAY, "mmmm", False),
        (time(1, 2), "dd/mm", False),
        (5, "dd/mm", False),
    ],
)
def test_it_is_known_which_dates_show_no_year(
    value: object, number_format: str, hides: bool
) -> None:
    assert hides_the_year(value, number_format) is hides


@given(
    value=st.one_of(
        st.integers(), st.floats(), st.text(), st.booleans(), st.times(), st.timedeltas(),
        st.datetimes(), st.dates(),
    ),
    number_format=st.text(alphabet='0#?.,%dmyhs;"\\[]/-@E* ', max_size=20),
)  # fmt: skip
def test_no_value_in_no_format_is_too_much(value: object, number_format: str) -> None:
    assert isinstance(shown(value, number_format), str)


@given(day=st.dates(min_value=date(1900, 3, 1)))
def test_the_day_of_a_whole_date_is_always_there(day: date) -> None:
    assert shown(day, "dd/mm/yyyy") == f"{day.day:02}/{day.month:02}/{day.year}"
