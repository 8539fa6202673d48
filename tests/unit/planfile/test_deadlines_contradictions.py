"""What speaks against a deadline, and what only looks as if it did."""

import pytest

from engine.draft import Remark
from workflows.planfile import (
    InputFile,
    IntakeRules,
    contradictions,
    judged,
    read_deadline,
    read_plan,
)

YEAR = 2026


def remarks(
    phrase: str, rules: IntakeRules, *, output: str = "", context: str = ""
) -> tuple[Remark, ...]:
    deadline = read_deadline(phrase, year=YEAR, rules=rules, context=context)
    return contradictions(
        deadline, phrase=phrase, output=output, context=context, year=YEAR, rules=rules
    )


def codes(phrase: str, rules: IntakeRules, *, output: str = "", context: str = "") -> list[str]:
    return [remark.code for remark in remarks(phrase, rules, output=output, context=context)]


@pytest.mark.parametrize(
    ("phrase", "output"),
    [
        ("30/11/2026", "Báo cáo tổng kết trình UBND xã trước ngày 15/12/2026"),
        ("Quý II/2026", "Kế hoạch, hoàn thành trong tháng 9/2026"),
        ("Tháng 6", "Tờ trình; chậm nhất ngày 20/7"),
        ("Hằng quý", "Báo cáo (hạn: 25/8/2026)"),
        ("Thường xuyên", "Danh mục được phê duyệt, xong trước 30/6/2026"),
        ("Tháng 12/2026", "Báo cáo gửi trước ngày 15/12/2026"),
    ],
)
def test_a_date_of_the_output_that_is_not_the_deadline_is_a_contradiction(
    rules: IntakeRules, phrase: str, output: str
) -> None:
    assert codes(phrase, rules, output=output) == ["deadline_contradicts_output"]


@pytest.mark.parametrize(
    ("phrase", "output"),
    [
        ("Hằng quý", "Báo cáo trước ngày 25 của tháng cuối quý"),
        ("Hằng quý", "Báo cáo quý (hạn: ngày 20)"),
        ("Hằng quý", "Báo cáo, chậm nhất ngày 05 của tháng đầu quý sau"),
        ("Hằng tháng", "Báo cáo trước ngày 25"),
        ("Hằng tháng", "Báo cáo hằng tháng (gửi trước ngày 20)"),
        ("Hằng tháng", "Báo cáo trong 5 ngày đầu của tháng sau"),
        ("Trước ngày 25 tháng cuối quý", "Báo cáo, chậm nhất ngày 20 của tháng cuối quý"),
    ],
)
def test_a_day_that_comes_back_in_the_output_is_held_against_a_deadline_that_does(
    rules: IntakeRules, phrase: str, output: str
) -> None:
    assert codes(phrase, rules, output=output) == ["deadline_contradicts_output"]


def test_the_days_of_both_that_come_back_are_told(rules: IntakeRules) -> None:
    (remark,) = remarks("Hằng quý", rules, output="Báo cáo trước ngày 25 của tháng cuối quý")

    assert remark.message == (
        "cột thời gian ghi “Hằng quý” (31/03/2026, 30/06/2026, 30/09/2026, 31/12/2026); "
        "sản phẩm ghi “trước ngày 25 của tháng cuối quý” "
        "(24/03/2026, 24/06/2026, 24/09/2026, 24/12/2026)"
    )


@pytest.mark.parametrize(
    ("phrase", "output"),
    [
        ("Hằng quý", "Báo cáo quý I"),
        ("Hằng quý", "Báo cáo hằng quý"),
        ("Hằng tháng", "Biên bản họp giao ban ngày 10 hằng tháng"),
        ("Hằng tháng", "Báo cáo, chậm nhất ngày 31 hằng tháng"),
        ("Hằng tháng", "Báo cáo trước ngày 31 hằng tháng"),
        ("Ngày 25 hằng tháng", "Báo cáo, gửi trước ngày 25 hằng tháng"),
        ("Ngày 10 và 25 hằng tháng", "Báo cáo, chậm nhất ngày 10 và 25 hằng tháng"),
        ("Trước ngày 25 tháng cuối quý", "Báo cáo, chậm nhất ngày 25 của tháng cuối quý"),
        ("Ngày 25 hằng tháng", "Báo cáo quý, chậm nhất ngày 25 của tháng cuối quý"),
        ("Ngày 25 tháng cuối quý", "Báo cáo tháng, hạn: ngày 25 hằng tháng"),
        ("Thứ Sáu hằng tuần", "Báo cáo trước ngày 25"),
        ("Quý II", "Quy chế, báo cáo trước ngày 25 hằng tháng"),
    ],
)
def test_periods_without_a_day_and_equal_days_that_come_back_raise_no_alarm(
    rules: IntakeRules, phrase: str, output: str
) -> None:
    assert codes(phrase, rules, output=output) == []


def test_both_dates_of_a_contradiction_are_kept_in_its_message(rules: IntakeRules) -> None:
    (remark,) = remarks("30/11/2026", rules, output="Báo cáo trước ngày 15/12/2026")

    assert remark.message == (
        "cột thời gian ghi “30/11/2026” (30/11/2026); "
        "sản phẩm ghi “trước ngày 15/12/2026” (14/12/2026)"
    )


@pytest.mark.parametrize(
    ("phrase", "output"),
    [
        ("30/11/2026", "Quyết định số 12/QĐ-UBND ngày 2/3/2026 của UBND tỉnh"),
        ("Quý II", "Đạt 90% trước 2030"),
        ("Tháng 6", "Kế hoạch cải cách hành chính năm 2027"),
        ("Tháng 6", "Báo cáo quý I, báo cáo 6 tháng"),
        ("30/11/2026", "Biên bản họp ngày 15/10/2026"),
        ("Trước 15/12/2026", "Báo cáo, gửi trước ngày 15/12/2026"),
        ("30/11/2026", "Báo cáo, gửi trước ngày 30/11"),
        ("Trước 30/11/2026", "Báo cáo, chậm nhất 30/11/2026"),
        ("20/6/2026", "Kế hoạch, hoàn thành trong tháng 6/2026"),
        ("Quý III", "Đề án giai đoạn 2026-2030, tầm nhìn 2045"),
        ("Hằng quý", "Báo cáo trước 01/7/2026"),
        ("Quý II", "Hồ sơ phát sinh trước ngày 31/12/2025 được giải quyết"),
        ("Quý II", "100% hồ sơ giải quyết đúng hạn, 24/7"),
        ("Quý II", "Hoàn thành 3/4 chỉ tiêu; tỷ lệ đạt 15/20"),
        ("Quý II", ""),
    ],
)  # fmt: skip
def test_figures_documents_and_equal_dates_of_an_output_raise_no_alarm(
    rules: IntakeRules, phrase: str, output: str
) -> None:
    assert codes(phrase, rules, output=output) == []


@pytest.mark.parametrize("phrase", ["Theo quy định", "Cuối năm", "", "Sau khi có hướng dẫn"])
def test_a_date_only_the_output_has_is_pointed_out(rules: IntakeRules, phrase: str) -> None:
    assert codes(phrase, rules, output="Báo cáo trước 15/12/2026") == ["date_in_output"]


@pytest.mark.parametrize(
    ("phrase", "message"),
    [
        ("Thứ Hai, ngày 30/6/2026", "ghi thứ Hai nhưng ngày 30/06/2026 là thứ Ba"),
        ("30/6/2026 (chủ nhật)", "ghi Chủ nhật nhưng ngày 30/06/2026 là thứ Ba"),
        ("thu sau ngay 30/6/2026", "ghi thứ Sáu nhưng ngày 30/06/2026 là thứ Ba"),
    ],
)
def test_a_weekday_that_is_not_that_day_is_told_with_the_right_one(
    rules: IntakeRules, phrase: str, message: str
) -> None:
    assert remarks(phrase, rules) == (Remark(code="weekday_mismatch", message=message),)


@pytest.mark.parametrize(
    ("phrase", "message"),
    [
        ("31/6/2026", "không có “31/6/2026”; ngày cuối tháng 6 là 30/06/2026"),
        ("Ngày 30 tháng 02", "không có “30 tháng 02”; ngày cuối tháng 2 là 28/02/2026"),
        ("13/25/2026", "không có “13/25/2026”; viết ngày trước, tháng sau (ngày/tháng/năm)"),
        ("Tháng 13/2026", "không có “Tháng 13/2026”; viết ngày trước, tháng sau (ngày/tháng/năm)"),
        ("Quý V/2026", "không có “Quý V”; một năm có quý I đến quý IV"),
    ],
)
def test_a_day_that_does_not_exist_is_told_with_its_cure(
    rules: IntakeRules, phrase: str, message: str
) -> None:
    assert remarks(phrase, rules) == (Remark(code="no_such_day", message=message),)


def test_a_range_that_ends_before_it_begins_is_told(rules: IntakeRules) -> None:
    assert codes("Từ 30/9/2026 đến 30/6/2026", rules) == ["start_after_due"]


@pytest.mark.parametrize(
    "phrase", ["30/6/2062", "Quý II/2028", "31/12/9999", "15/6/1026", "Tháng 6/2023", "năm 2030"]
)
def test_a_year_far_from_the_plans_is_a_question(rules: IntakeRules, phrase: str) -> None:
    assert codes(phrase, rules) == ["year_outside_plan"]


@pytest.mark.parametrize(
    ("phrase", "context"),
    [
        ("30/6/2027", ""), ("31/12/2025", ""), ("Giai đoạn 2026 - 2030", ""),
        ("Quý II/2029", "Chương trình hành động giai đoạn 2026-2030"),
        ("năm 2030", "Kế hoạch 5 năm 2026 - 2030"),
    ],
)  # fmt: skip
def test_the_years_next_to_the_plan_and_those_of_a_title_are_none(
    rules: IntakeRules, phrase: str, context: str
) -> None:
    assert codes(phrase, rules, context=context) == []


def test_what_is_contradicted_is_no_longer_believed(rules: IntakeRules) -> None:
    read = read_deadline("30/11/2026", year=YEAR, rules=rules)

    deadline, found = judged(read, output="Báo cáo trước ngày 15/12/2026", year=YEAR, rules=rules)

    assert (read.confidence, deadline.confidence) == ("auto", "confirm")
    assert deadline.due == read.due
    assert len(found) == 1


def test_what_nothing_speaks_against_stays_as_it_was(rules: IntakeRules) -> None:
    read = read_deadline("30/11/2026", year=YEAR, rules=rules)

    deadline, found = judged(read, output="Báo cáo", year=YEAR, rules=rules)

    assert (deadline, found) == (read, ())


def test_a_deadline_below_an_item_of_the_body_is_judged_as_well(rules: IntakeRules) -> None:
    text = (
        "II. NHIỆM VỤ\n1. Cải cách thể chế\n- Rà soát văn bản của ngành.\n"
        "Thời gian hoàn thành: Thứ Hai, 30/6/2062.\n"
        "Sản phẩm: Báo cáo trước ngày 15/12/2026.\n"
    )

    plan = read_plan(
        [InputFile(name="a.txt", data=text.encode())], code="KH", year=YEAR, rules=rules
    )

    (item,) = plan.items
    assert item.deadline is not None
    assert item.deadline.confidence == "confirm"
    assert {remark.code for remark in item.warnings} >= {"weekday_mismatch"}
