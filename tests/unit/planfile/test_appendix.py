"""A body without dates and an appendix with them: one list of tasks, whoever numbered it."""

from datetime import date

import pytest

from engine.draft import DraftItem, DraftPlan
from engine.errors import BadInput
from workflows.planfile import Follow, InputFile, IntakeRules, read_plan

BODY = """KẾ HOẠCH
Cải cách hành chính năm 2026
II. NHIỆM VỤ
1. Thể chế
- Rà soát văn bản quy phạm pháp luật do Sở tham mưu ban hành;
- Tổng kết ba năm thi hành Quy chế tiếp công dân của Sở.
2. Công vụ
- Bồi dưỡng nghiệp vụ cho công chức làm ở bộ phận một cửa.
Nơi nhận:
- Lưu: VT.
"""
HEADER = "| TT | Nội dung nhiệm vụ | Đơn vị chủ trì | Thời gian hoàn thành | Sản phẩm |"
RULE = "|---|---|---|---|---|"
#: In the letters of another clerk: one title cut short, one with two words changed, one as it is.
ROWS = (
    "| 1 | Rà soát văn bản quy phạm pháp luật | Phòng Pháp chế | Quý II/2026 | Báo cáo |",
    "| 2 | Tổng kết 3 năm thi hành Quy chế tiếp công dân của Sở | Thanh tra Sở | 30/9/2026 | |",
    "| 3 | Bồi dưỡng nghiệp vụ cho công chức làm ở bộ phận một cửa | Văn phòng | Tháng 5 | |",
)
ALONE = "| 4 | Xây dựng phần mềm theo dõi đơn thư | Văn phòng | Tháng 8 | Phần mềm |"


def plan(rules: IntakeRules, *texts: str, follow: Follow = "auto", year: int = 2026) -> DraftPlan:
    files = [
        InputFile(name=f"tep-{number}.txt", data=text.encode())
        for number, text in enumerate(texts, start=1)
    ]
    return read_plan(files, code="KH", year=year, rules=rules, follow=follow)


def appendix(*rows: str, header: str = HEADER) -> str:
    return "\n".join(("PHỤ LỤC", "Danh mục nhiệm vụ", header, RULE, *rows)) + "\n"


def told(item: DraftItem) -> list[str]:
    return [remark.code for remark in item.warnings]


def test_an_appendix_in_the_same_file_dates_the_items_of_the_body(rules: IntakeRules) -> None:
    items = plan(rules, BODY + appendix(*ROWS)).items

    assert [(item.code, item.lead) for item in items] == [
        ("II.1.1", "Phòng Pháp chế"), ("II.1.2", "Thanh tra Sở"), ("II.2.1", "Văn phòng"),
    ]  # fmt: skip
    assert [item.deadline.due if item.deadline else () for item in items] == [
        (date(2026, 6, 30),), (date(2026, 9, 30),), (date(2026, 5, 31),),
    ]  # fmt: skip
    assert items[0].output == "Báo cáo"
    assert items[0].title == "Rà soát văn bản quy phạm pháp luật do Sở tham mưu ban hành;"


def test_an_appendix_in_a_file_of_its_own_does_the_same(rules: IntakeRules) -> None:
    together = plan(rules, BODY + appendix(*ROWS)).items
    apart = plan(rules, BODY, appendix(*ROWS))

    assert [(i.code, i.leads, i.deadline) for i in apart.items] == [
        (i.code, i.leads, i.deadline) for i in together
    ]
    assert apart.source_name == "tep-1.txt + tep-2.txt"


def test_a_title_in_other_words_joins_and_says_so(rules: IntakeRules) -> None:
    first, second, third = plan(rules, BODY, appendix(*ROWS)).items

    assert (told(first), told(second), told(third)) == ([], ["joined_by_likeness"], [])


def test_a_code_joins_before_a_title_does(rules: IntakeRules) -> None:
    header = HEADER.replace("| TT |", "| Mã |")
    rows = ("| II.2.1 | Rà soát văn bản quy phạm pháp luật | Văn phòng | 30/6/2026 | |",)

    items = plan(rules, BODY, appendix(*rows, header=header), follow="all").items

    assert [(item.code, item.lead) for item in items] == [
        ("II.1.1", None), ("II.1.2", None), ("II.2.1", "Văn phòng"),
    ]  # fmt: skip


def test_a_row_the_body_does_not_name_is_an_item_of_its_own_with_its_place(
    rules: IntakeRules,
) -> None:
    item = plan(rules, BODY, appendix(*ROWS, ALONE)).items[-1]

    assert (item.code, item.title) == ("4", "Xây dựng phần mềm theo dõi đơn thư")
    assert (item.source.file, item.source.line) == ("tep-2.txt", 8)
    assert "Tháng 8" in item.source.passage


def test_an_appendix_of_other_tasks_is_the_plan_and_the_body_is_told(rules: IntakeRules) -> None:
    read = plan(rules, BODY, appendix(ALONE))

    assert [item.code for item in read.items] == ["4"]
    assert [remark.code for remark in read.remarks] == ["body_not_followed"]


@pytest.mark.parametrize(("follow", "count"), [("body", 3), ("tables", 1), ("all", 4)])
def test_the_importing_person_chooses_what_is_followed(
    rules: IntakeRules, follow: Follow, count: int
) -> None:
    assert len(plan(rules, BODY, appendix(ALONE), follow=follow).items) == count


def test_two_appendices_that_number_alike_keep_both_their_rows(rules: IntakeRules) -> None:
    other = "| 4 | Kiểm tra việc thực hiện quy tắc ứng xử | Thanh tra Sở | Quý III | |"

    items = plan(rules, BODY, appendix(ALONE), appendix(other)).items

    assert [item.code for item in items] == ["4", "PL.4"]


def test_a_lead_that_body_and_appendix_name_differently_is_told(rules: IntakeRules) -> None:
    body = BODY.replace("2. Công vụ", "Đơn vị chủ trì: Phòng Nội vụ.\n2. Công vụ")

    item = plan(rules, body, appendix(*ROWS)).items[1]

    assert item.lead == "Thanh tra Sở"
    assert "body_contradicts_appendix" in told(item)


def test_one_code_on_two_rows_is_refused_with_both_places(rules: IntakeRules) -> None:
    header = HEADER.replace("| TT |", "| Mã |")
    rows = ("| A1 | Việc thứ nhất | Văn phòng | Quý I | |", "| A1 | Việc hai | Văn phòng | | |")

    with pytest.raises(BadInput) as caught:
        plan(rules, appendix(*rows, header=header))

    assert [fault.place for fault in caught.value.faults] == ["dòng 5 và dòng 6"]


def test_the_same_files_give_the_same_plan_and_another_order_another_digest(
    rules: IntakeRules,
) -> None:
    first, again = plan(rules, BODY, appendix(*ROWS)), plan(rules, BODY, appendix(*ROWS))

    assert first == again
    assert first.digest != plan(rules, BODY).digest
