"""Sections, fields, bullets and codes, out of lines broken anywhere."""

from datetime import date

import pytest

from engine.draft import DraftPlan
from engine.errors import BadInput
from workflows.planfile import InputFile, IntakeRules, read_plan


def plan_of(text: str, rules: IntakeRules) -> DraftPlan:
    return read_plan(
        [InputFile(name="ke-hoach.txt", data=text.encode())], code="KH", year=2023, rules=rules
    )


def codes(text: str, rules: IntakeRules) -> dict[str, str]:
    return {item.code: item.title for item in plan_of(text, rules).items}


def spaced(*lines: str) -> str:
    """Lines as a PDF gives them: a blank one after each."""
    return "\n\n".join(lines) + "\n"


def test_bullets_and_their_parts_get_outline_codes(rules: IntakeRules) -> None:
    text = """II. NHIỆM VỤ
1. Thể chế
- Rà soát văn bản;
- Trình ban hành:
+ Quy chế họp;
+ Quy chế văn thư.
2. Bộ máy
- Sắp xếp phòng.
"""

    items = plan_of(text, rules).items

    assert [(item.code, item.parent, item.section, item.kind) for item in items] == [
        ("II.1.1", None, "II.1", "task"),
        ("II.1.2", None, "II.1", "heading"),
        ("II.1.2.1", "II.1.2", "II.1", "task"),
        ("II.1.2.2", "II.1.2", "II.1", "task"),
        ("II.2.1", None, "II.2", "task"),
    ]
    assert [item.field for item in items][::4] == ["Thể chế", "Bộ máy"]
    assert [item.source.line for item in items] == [3, 4, 5, 6, 8]


def test_wrapped_lines_are_joined_whole_and_a_broken_number_is_mended(
    rules: IntakeRules,
) -> None:
    text = spaced(
        "II. NHIỆM VỤ",
        "1. Thể chế",
        "- Thực hiện Kế hoạch số 2803/KH-",
        "UBND ngày 19/10/2022 và giai đoạn",
        "2021 - 2030 của ngành.",
        "- Việc thứ hai của lĩnh vực này.",
    )

    assert codes(text, rules) == {
        "II.1.1": "Thực hiện Kế hoạch số 2803/KH-UBND ngày 19/10/2022 và giai đoạn 2021 - 2030 "
        "của ngành.",
        "II.1.2": "Việc thứ hai của lĩnh vực này.",
    }


def test_a_dash_or_number_at_the_head_of_a_broken_line_opens_nothing(rules: IntakeRules) -> None:
    text = spaced(
        "II. NHIỆM VỤ",
        "1. Thể chế",
        "- Tổng kết chương trình giai đoạn 2016",
        "- 2020 do Phòng Thông tin và Báo chí",
        "- Xuất bản chủ trì theo Điều 5 khoản",
        "3. Trình lãnh đạo sở xem xét, phê duyệt.",
        "- Việc thứ hai.",
    )

    assert list(codes(text, rules)) == ["II.1.1", "II.1.2"]


def test_page_numbers_and_lone_addresses_are_gone_even_inside_a_sentence(
    rules: IntakeRules,
) -> None:
    text = (
        spaced("II. NHIỆM VỤ", "1. Tài chính", "- Giao quyền tự chủ về bộ máy và giao")
        + "\n\n\n6 \n\n"
        + spaced("quyền tự chủ về tài chính.", "https://vidu.example/van-ban/61.aspx")
        + spaced(" - Việc thứ hai.")
    )

    assert codes(text, rules) == {
        "II.1.1": "Giao quyền tự chủ về bộ máy và giao quyền tự chủ về tài chính.",
        "II.1.2": "Việc thứ hai.",
    }


def test_a_number_that_belongs_to_the_sentence_stays(rules: IntakeRules) -> None:
    text = spaced(
        "II. NHIỆM VỤ", "1. Thể chế", "- Bảo đảm an toàn theo mô hình nhiều", "4",
        "lớp cho hệ thống thông tin của tỉnh.",
    )  # fmt: skip

    assert "mô hình nhiều 4 lớp" in codes(text, rules)["II.1.1"]


def test_a_wrapped_field_heading_is_joined_and_an_introduction_is_not(
    rules: IntakeRules,
) -> None:
    text = spaced(
        "II. NHIỆM VỤ",
        "1. Công tác chỉ đạo, điều hành, kiểm",
        "tra, giám sát",
        "Trong năm tập trung các việc sau đây, bảo",
        "đảm thực chất:",
        "- Kiểm tra công vụ tại các phòng, đơn vị.",
    )

    (item,) = plan_of(text, rules).items

    assert item.field == "Công tác chỉ đạo, điều hành, kiểm tra, giám sát"
    assert item.title == "Kiểm tra công vụ tại các phòng, đơn vị."


def test_only_sections_titled_as_tasks_are_read(rules: IntakeRules) -> None:
    text = """I. MỤC TIÊU, YÊU CẦU
1. Mục tiêu
- Nâng cao chất lượng.
II. NHIỆM VỤ
- Việc một.
III. KẾ HOẠCH TRIỂN KHAI CÁC NHIỆM VỤ
(Theo phụ lục)
IV. TỔ CHỨC THỰC HIỆN
- Các phòng thực hiện.
Nơi nhận:
- Sở Nội vụ;
"""

    assert codes(text, rules) == {"II.1": "Việc một."}


def test_recipients_after_the_last_section_are_no_tasks(rules: IntakeRules) -> None:
    text = "II. NHIỆM VỤ\n1. A\n- Việc một.\nNơi nhận:\n- Sở Nội vụ;\n- Lưu: VT.\n"

    assert codes(text, rules) == {"II.1.1": "Việc một."}


def test_dotted_and_lettered_numbers_nest_like_bullets(rules: IntakeRules) -> None:
    text = """II. NHIỆM VỤ
1. Thể chế
1.1. Rà soát văn bản
a) Lập danh mục;
b) Trình duyệt.
1.2. Ban hành quy chế.
2. Xây dựng báo cáo tổng kết.
"""

    assert list(codes(text, rules)) == ["II.1.1", "II.1.1.1", "II.1.1.2", "II.1.2", "II.2"]


@pytest.mark.parametrize(
    "points",
    [
        ("Rà soát văn bản", "Tổng kết", "Kiểm tra một cửa"),
        ("Rà soát văn bản;", "Tổng kết thi hành", "Kiểm tra"),
        (
            "Rà soát văn bản quy phạm pháp luật do Sở tham mưu ban hành",
            "Tổng kết ba năm thi hành Quy chế tiếp công dân của Sở",
            "Kiểm tra việc chấp hành giờ làm việc ở bộ phận một cửa",
        ),
    ],
)
def test_points_without_full_stops_are_points_of_their_own(
    rules: IntakeRules, points: tuple[str, ...]
) -> None:
    text = "\n".join(("II. NHIỆM VỤ", "1. Cải cách thể chế", *(f"- {point}" for point in points)))

    assert tuple(codes(text, rules).values()) == points


def test_a_dash_in_a_broken_sentence_opens_no_point_where_points_are_closed(
    rules: IntakeRules,
) -> None:
    text = spaced(
        "II. NHIỆM VỤ",
        "1. Giao thông của tỉnh trong năm 2026",
        "- Rà soát các tuyến đường bộ đã được phê duyệt;",
        "- Trình phương án nâng cấp tuyến đường Hà Nội",
        "- Hải Phòng theo quy hoạch đã được phê duyệt;",
        "- Tổng kết việc quản lý các tuyến đường trong năm.",
    )

    assert len(codes(text, rules)) == 3


def test_a_remark_below_an_item_is_told_and_kept_out_of_its_title(rules: IntakeRules) -> None:
    text = """II. NHIỆM VỤ
1. Thể chế
- Rà soát văn bản.
Ghi chú: Kinh phí đã được giao.
"""

    (item,) = plan_of(text, rules).items

    assert item.title == "Rà soát văn bản."
    assert [(remark.code, "Kinh phí" in remark.message) for remark in item.warnings] == [
        ("label_line", True)
    ]


def test_an_assignment_below_an_item_is_that_items(rules: IntakeRules) -> None:
    text = """II. NHIỆM VỤ
1. Thể chế
- Rà soát văn bản.
Đơn vị chủ trì: Văn phòng Sở; Đơn vị phối hợp: Phòng Pháp chế, Thanh tra Sở.
Thời gian hoàn thành: Quý II/2023.
- Tổng kết.
"""

    first, second = plan_of(text, rules).items

    assert (first.lead, first.leads) == ("Văn phòng Sở", ("Văn phòng Sở",))
    assert first.coordinating == ("Phòng Pháp chế", "Thanh tra Sở")
    assert first.deadline is not None
    assert first.deadline.due == (date(2023, 6, 30),)
    assert (second.lead, second.deadline) == (None, None)


def test_an_assignment_below_the_last_of_several_items_holds_for_all_and_says_so(
    rules: IntakeRules,
) -> None:
    text = """II. NHIỆM VỤ
1. Thể chế
- Rà soát văn bản.
- Tổng kết thi hành.
Đơn vị chủ trì: Phòng Pháp chế.
2. Bộ máy
- Sắp xếp phòng.
"""

    plan = plan_of(text, rules)

    assert [item.lead for item in plan.items] == ["Phòng Pháp chế", "Phòng Pháp chế", None]
    assert [(remark.code, "II.1" in remark.message) for remark in plan.remarks] == [
        ("label_shared", True)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "I. MỤC TIÊU\n- Nâng cao chất lượng.\nIII. KINH PHÍ\n- Ngân sách.\n",
        "Chỉ có một đoạn văn.",
        "II. NHIỆM VỤ\nKhông có gạch đầu dòng nào.\n",
    ],
)
def test_a_plan_without_a_section_of_tasks_is_refused_with_what_was_looked_for(
    rules: IntakeRules, text: str
) -> None:
    with pytest.raises(BadInput) as caught:
        plan_of(text, rules)

    assert [fault.place for fault in caught.value.faults] == ["tệp"]


@pytest.mark.parametrize(
    "text",
    [
        "II. NHIỆM VỤ\n1. A\n- Một.\n1. B\n- Hai.\n",
        "II. NHIỆM VỤ\n1. A\n1.1. Một.\n1.1. Hai.\n",
        "II. NHIỆM VỤ\n1. A\n- Một.\nII. NHIỆM VỤ\n1. B\n- Hai.\n",
    ],
    ids=["field twice", "number twice", "section twice"],
)
def test_two_items_with_one_code_are_refused_with_both_places(
    rules: IntakeRules, text: str
) -> None:
    with pytest.raises(BadInput) as caught:
        plan_of(text, rules)

    (fault,) = caught.value.faults
    assert fault.place.count("dòng") == 2
    assert "II.1.1" in fault.problem


def test_more_items_than_any_office_follows_are_refused(rules: IntakeRules) -> None:
    text = "II. NHIỆM VỤ\n" + "- Việc.\n" * (rules.limits.items + 1)

    with pytest.raises(BadInput, match=f"{rules.limits.items + 1} nhiệm vụ"):
        plan_of(text, rules)


@pytest.mark.parametrize(
    ("first", "second"),
    [("Điều 1. Mục tiêu", "Điều 2. Nhiệm vụ"), ("1. Mục tiêu", "2. Nhiệm vụ")],
    ids=["articles", "numbers"],
)
def test_sections_may_be_numbered_otherwise_than_by_roman_numbers(
    first: str, second: str, rules: IntakeRules
) -> None:
    text = f"{first}\n- Nâng cao hiệu quả.\n{second}\n2.1. Họp giao ban\n2.2. Sắp xếp phòng\n"

    items = plan_of(text, rules).items

    assert [(one.title, one.parent) for one in items] == [
        ("Họp giao ban", None), ("Sắp xếp phòng", None),
    ]  # fmt: skip


def test_points_below_an_item_that_only_say_who_and_when_are_no_items(rules: IntakeRules) -> None:
    text = """II. NHIỆM VỤ
1. Thể chế
1.1. Rà soát văn bản
- Đơn vị chủ trì: Thanh tra Sở
- Thời gian hoàn thành: Tháng 3/2023
1.2. Kiểm tra văn bản
+ Đơn vị chủ trì: Văn phòng Sở; đơn vị phối hợp: Phòng A
"""

    items = plan_of(text, rules).items

    assert [(one.title, one.leads, one.coordinating) for one in items] == [
        ("Rà soát văn bản", ("Thanh tra Sở",), ()),
        ("Kiểm tra văn bản", ("Văn phòng Sở",), ("Phòng A",)),
    ]
    assert items[0].deadline is not None
    assert items[0].deadline.due == (date(2023, 3, 31),)


def test_a_section_that_is_perhaps_of_tasks_is_not_left_out_in_silence(rules: IntakeRules) -> None:
    text = """I. MỤC ĐÍCH
1. Nâng cao hiệu quả.
II. NHIỆM VỤ
1. Rà soát văn bản.
III. MỘT SỐ VIỆC KHÁC
1. Xây dựng phần mềm.
"""

    plan = plan_of(text, rules)

    assert [(one.code, "III. MỘT SỐ VIỆC KHÁC" in one.message) for one in plan.remarks] == [
        ("section_not_followed", True)
    ]
    assert "MỤC ĐÍCH" not in plan.remarks[0].message


def test_paragraphs_below_a_heading_without_points_are_remarked(rules: IntakeRules) -> None:
    text = "II. NHIỆM VỤ\n1. Thể chế\nRà soát văn bản trước ngày 30/9/2023.\n2. Bộ máy\n"

    (first, _) = plan_of(text, rules).items

    assert [one.code for one in first.warnings] == ["loose_paragraph"]


@pytest.mark.parametrize("sign", ["✓", "➢", "→", "○", "◆", "■"])
def test_a_point_may_begin_with_any_usual_sign(sign: str, rules: IntakeRules) -> None:
    text = f"II. NHIỆM VỤ\n1/ Thể chế\n{sign} Rà soát văn bản;\n{sign} Kiểm tra văn bản.\n"

    assert list(codes(text, rules).values()) == ["Rà soát văn bản;", "Kiểm tra văn bản."]


def test_an_item_numbered_before_the_one_it_belongs_to_belongs_to_none(rules: IntakeRules) -> None:
    text = "II. NHIỆM VỤ\n2.1.1. Đào tạo cán bộ\n2.1. Công khai thủ tục\n2.1.2. Họp\n"

    items = plan_of(text, rules).items

    assert [(one.code, one.parent) for one in items] == [
        ("II.2.1.1", None), ("II.2.1", None), ("II.2.1.2", "II.2.1"),
    ]  # fmt: skip


def test_a_row_numbered_before_the_one_it_belongs_to_belongs_to_none(rules: IntakeRules) -> None:
    text = """TT | Nhiệm vụ | Đơn vị chủ trì | Thời hạn
--- | --- | --- | ---
2.1 | Đào tạo cán bộ | VP | Quý I
2 | Công khai thủ tục | VP | Quý II
2.1.1 | Họp | VP | Quý III
"""
    file = InputFile(name="ke-hoach.md", data=text.encode())

    items = read_plan([file], code="KH", year=2023, rules=rules).items

    codes = [one.code for one in items]
    assert len(codes) == 3
    assert all(one.parent in (None, *codes[:place]) for place, one in enumerate(items))
