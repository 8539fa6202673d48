"""What deadline phrases mean, kind by kind, and what is never taken for a date."""

from datetime import date

import pytest

from engine.draft import Deadline
from workflows.planfile import IntakeRules, read_deadline

YEAR = 2023


def days(*iso: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in iso)


def read(phrase: str, rules: IntakeRules, *, year: int = YEAR) -> Deadline:
    return read_deadline(phrase, year=year, rules=rules)


@pytest.mark.parametrize(
    ("phrase", "kind", "due"),
    [
        ("Trước ngày 15/9/2023", "fixed_date", "2023-09-14"),
        ("trước ngày 01 tháng 01 năm 2024", "fixed_date", "2023-12-31"),
        ("Chậm nhất ngày 30/10/2023", "fixed_date", "2023-10-30"),
        ("đến hết ngày 31/3", "fixed_date", "2023-03-31"),
        ("15/6/2023", "fixed_date", "2023-06-15"),
        ("2023-06-15", "fixed_date", "2023-06-15"),
        ("15-06-2023", "fixed_date", "2023-06-15"),
        ("15.06.2023", "fixed_date", "2023-06-15"),
        ("ngày mười lăm tháng sáu", "fixed_date", "2023-06-15"),
        ("Ngày ba mươi mốt tháng mười hai năm 2023", "fixed_date", "2023-12-31"),
        ("trước ngày mùng năm tháng 9", "fixed_date", "2023-09-04"),
        ("Thứ sáu, ngày 15/9/2023", "fixed_date", "2023-09-15"),
        ("Trước ngày 15/12/2023 theo quy định", "fixed_date", "2023-12-14"),
        ("Theo quy định, trước ngày 15/12/2023", "fixed_date", "2023-12-14"),
        ("Trong quý I, trước ngày 15/3/2023", "fixed_date", "2023-03-14"),
        ("Tháng 6/2023", "month", "2023-06-30"),
        ("Trước tháng 7/2023", "month", "2023-06-30"),
        ("tháng năm 2023", "month", "2023-05-31"),
        ("T6/2023", "month", "2023-06-30"),
        ("Quý 2", "quarter", "2023-06-30"),
        ("Q3/2023", "quarter", "2023-09-30"),
        ("Trước Quý III", "quarter", "2023-06-30"),
        ("6 tháng cuối năm 2023", "half_year", "2023-12-31"),
        ("Sáu tháng đầu năm", "half_year", "2023-06-30"),
        ("Trong năm 2023", "year", "2023-12-31"),
        ("từ nay đến hết năm", "year", "2023-12-31"),
    ],
)
def test_a_phrase_that_names_one_day_or_period_is_due_on_its_last_permitted_day(
    rules: IntakeRules, phrase: str, kind: str, due: str
) -> None:
    got = read(phrase, rules)

    assert (got.kind, got.due, got.confidence) == (kind, days(due), "auto")
    assert got.phrase == phrase


@pytest.mark.parametrize(
    ("phrase", "start", "due"),
    [
        ("Quý II - Quý III/2023", "2023-04-01", "2023-09-30"),
        ("Quý I-III/2023", "2023-01-01", "2023-09-30"),
        ("Quý I, II", "2023-01-01", "2023-06-30"),
        ("Từ tháng 3 đến hết tháng 6/2023", "2023-03-01", "2023-06-30"),
        ("Từ ngày 5-10/9/2023", "2023-09-05", "2023-09-10"),
        ("từ ngày 10/5 đến trước ngày 14/6/2023", "2023-05-10", "2023-06-13"),
        ("Tháng 12 - 02/2024", "2023-12-01", "2024-02-29"),
        ("9 tháng đầu năm", "2023-01-01", "2023-09-30"),
        ("Giai đoạn 2023-2025", "2023-01-01", "2025-12-31"),
    ],
)
def test_a_range_has_a_beginning_and_one_due_day(
    rules: IntakeRules, phrase: str, start: str, due: str
) -> None:
    got = read(phrase, rules)

    assert (got.kind, got.start, got.due) == ("range", date.fromisoformat(start), days(due))


@pytest.mark.parametrize(
    ("phrase", "due"),
    [
        ("Tháng 3, tháng 9", ("2023-03-31", "2023-09-30")),
        ("Quý I + III", ("2023-03-31", "2023-09-30")),
        ("15/6 và 15/12", ("2023-06-15", "2023-12-15")),
        ("Trước 15/6 và trước 15/12/2023", ("2023-06-14", "2023-12-14")),
        ("Đợt 1: 15/3; đợt 2: 15/9", ("2023-03-15", "2023-09-15")),
    ],
)
def test_several_milestones_wait_for_a_person(
    rules: IntakeRules, phrase: str, due: tuple[str, ...]
) -> None:
    got = read(phrase, rules)

    assert (got.kind, got.due, got.confidence) == ("milestones", days(*due), "confirm")


@pytest.mark.parametrize(
    ("phrase", "period", "due"),
    [
        ("Hằng quý", "quarter", ("2023-03-31", "2023-06-30", "2023-09-30", "2023-12-31")),
        ("mỗi quý một lần", "quarter", ("2023-03-31", "2023-06-30", "2023-09-30", "2023-12-31")),
        ("6 tháng một lần", "half_year", ("2023-06-30", "2023-12-31")),
        ("01 lần/năm", "year", ("2023-12-31",)),
        (
            "Trước ngày 10 tháng cuối quý",
            "quarter",
            ("2023-03-09", "2023-06-09", "2023-09-09", "2023-12-09"),
        ),
        (
            "trước ngày 20 tháng đầu quý sau",
            "quarter",
            ("2023-04-19", "2023-07-19", "2023-10-19", "2024-01-19"),
        ),
        ("trước ngày 31 tháng 01 năm sau", "year", ("2024-01-30",)),
    ],
)
def test_what_comes_back_has_all_its_days_of_the_plan_year(
    rules: IntakeRules, phrase: str, period: str, due: tuple[str, ...]
) -> None:
    got = read(phrase, rules)

    assert (got.kind, got.period, got.due, got.confidence) == (
        "recurring", period, days(*due), "auto",
    )  # fmt: skip


def test_a_monthly_day_that_february_lacks_falls_on_its_last(rules: IntakeRules) -> None:
    got = read("Ngày 30 hằng tháng", rules)

    assert len(got.due) == 12
    assert got.due[1] == date(2023, 2, 28)


def test_a_weekly_phrase_with_a_weekday_falls_on_that_day(rules: IntakeRules) -> None:
    got = read("Trước 16h thứ sáu hằng tuần", rules)

    assert len(got.due) == 52
    assert {day.weekday() for day in got.due} == {4}


def test_two_cadences_in_one_cell_wait_for_a_person(rules: IntakeRules) -> None:
    got = read("Hằng tháng, quý, 6 tháng và năm", rules)

    assert (got.period, got.confidence) == ("month,quarter,half_year,year", "confirm")


@pytest.mark.parametrize(
    ("phrase", "n", "unit", "event"),
    [
        ("05 ngày làm việc kể từ ngày công khai", 5, "wd", "công khai"),
        ("Chậm nhất 30 ngày trước ngày chấm dứt hợp đồng", -30, "d", "chấm dứt hợp đồng"),
        ("trước khi tổ chức hoạt động 05 ngày làm việc", -5, "wd", "tổ chức hoạt động"),
        ("1,5 ngày kể từ ngày nhận hồ sơ", 1.5, "d", "nhận hồ sơ"),
        ("Trong vòng 48 giờ sau khi có kết luận", 48, "h", "có kết luận"),
        ("không muộn hơn 03 ngày làm việc", 3, "wd", None),
        ("Sau khi có hướng dẫn của Bộ Nội vụ", None, None, "có hướng dẫn của Bộ Nội vụ"),
    ],
)
def test_a_term_from_an_event_keeps_its_amount_and_the_event_in_its_own_letters(
    rules: IntakeRules, phrase: str, n: float | None, unit: str | None, event: str | None
) -> None:
    got = read(phrase, rules)

    assert (got.kind, got.n, got.unit, got.event) == ("event_relative", n, unit, event)
    assert (got.due, got.confidence) == ((), "confirm")


def test_a_term_from_a_date_is_counted_but_left_for_a_person_to_confirm(
    rules: IntakeRules,
) -> None:
    got = read("Chậm nhất 10 ngày kể từ ngày 15/3/2023", rules)

    assert (got.due, got.confidence) == (days("2023-03-25"), "confirm")


def test_after_the_holiday_of_tet_is_the_first_working_day_known_for_that_year(
    rules: IntakeRules,
) -> None:
    known, unknown = (read("Ngay sau kỳ nghỉ Tết", rules, year=year) for year in (2025, 2031))

    assert known.due == days("2025-02-03")
    assert unknown.due == ()


@pytest.mark.parametrize(
    "phrase",
    [
        "Cuối năm", "Đầu năm 2023", "Giữa năm", "Đầu quý III", "cuối tháng 6/2023",
        "Theo quy định", "Theo lộ trình", "Theo tiến độ dự án", "Tuần 2 tháng 3",
        "Theo Kế hoạch số 12/KH-UBND ngày 15/3/2023 của UBND tỉnh", "Sớm nhất có thể", "12", "100%",
    ],
)  # fmt: skip
def test_a_date_is_never_made_of_words_that_name_none(rules: IntakeRules, phrase: str) -> None:
    got = read(phrase, rules)

    assert (got.due, got.confidence) == ((), "confirm")


@pytest.mark.parametrize(
    "phrase",
    [
        "31/6/2023", "ngày 31 tháng 6 năm 2023", "29/2/2023", "Tháng 13/2023", "Quý V/2023",
        "Thứ hai, ngày 15/9/2023", "15/9/2023 (chủ nhật)", "Trước ngày 31/6 hằng năm",
        "từ ngày 30/6/2023 đến ngày 01/6/2023",
    ],
)  # fmt: skip
def test_a_day_that_does_not_exist_or_contradicts_itself_is_a_question(
    rules: IntakeRules, phrase: str
) -> None:
    got = read(phrase, rules)

    assert (got.kind, got.due, got.confidence) == ("unresolved", (), "confirm")


@pytest.mark.parametrize("phrase", ["Dự kiến quý III/2023", "Khoảng tháng 9/2023"])
def test_a_tentative_date_is_read_and_not_believed(rules: IntakeRules, phrase: str) -> None:
    got = read(phrase, rules)

    assert (got.due, got.tentative, got.confidence) == (days("2023-09-30"), True, "confirm")


def test_words_the_grammar_does_not_know_around_a_date_ask_for_confirmation(
    rules: IntakeRules,
) -> None:
    got = read("Nghiệm thu giai đoạn một xong trước ngày 01/8/2023", rules)

    assert (got.due, got.confidence) == (days("2023-07-31"), "confirm")


@pytest.mark.parametrize(
    ("phrase", "time"),
    [
        ("Trước 17h00 ngày 15/9/2023", "17:00"),
        ("16 giờ 30 phút ngày 15/9/2023", "16:30"),
        ("ngày 15/9/2023 lúc 14:30", "14:30"),
    ],
)
def test_before_an_hour_of_a_day_still_permits_that_day(
    rules: IntakeRules, phrase: str, time: str
) -> None:
    got = read(phrase, rules)

    assert (got.due, got.time, got.inclusive) == (days("2023-09-15"), time, True)


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("Thường xuyên", "standing"),
        ("Cả năm", "standing"),
        ("Thường xuyên, báo cáo trước ngày 15/12", "fixed_date"),
        ("Thường xuyên, định kỳ hằng quý", "recurring"),
        ("Khi có yêu cầu", "on_demand"),
        ("nt", "ditto"),
        ("Như trên", "ditto"),
        ("", "none"),
        ("  ", "none"),
        ("Đã hoàn thành", "none"),
        ("Kịp thời", "none"),
    ],
)
def test_words_without_a_date_have_kinds_of_their_own(
    rules: IntakeRules, phrase: str, kind: str
) -> None:
    assert read(phrase, rules).kind == kind


def test_a_phrase_in_decomposed_letters_reads_like_a_composed_one(rules: IntakeRules) -> None:
    decomposed = "Tru\u031bo\u031b\u0301c nga\u0300y 15/9/2023"

    got = read(decomposed, rules)

    assert got.due == days("2023-09-14")


def test_a_cell_that_is_a_whole_text_is_left_to_a_person(rules: IntakeRules) -> None:
    got = read("trước ngày 15/9/2023 " * 5000, rules)

    assert (got.kind, got.confidence) == ("unresolved", "confirm")
