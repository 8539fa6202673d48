"""A plan that is one workbook: letterhead, header of two rows, groups, signature."""

from datetime import date

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from config.defaults import reading_rules
from engine.draft import DraftPlan
from tests.support.documents.sheets import workbook
from workflows.planfile import intake_rules, read_plan

ROWS: tuple[tuple[object, ...], ...] = (
    ("UBND TỈNH BÌNH MINH\nSỞ NGOẠI VỤ", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("Số: 45/KH-SNgV", None, None, "Bình Minh, ngày 12 tháng 01 năm 2026"),
    (),
    ("PHỤ LỤC NHIỆM VỤ NĂM 2026",),
    ("(Kèm theo Kế hoạch số 45/KH-SNgV ngày 12/01/2026 của Sở Ngoại vụ)",),
    (),
    ("TT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Thời gian", None, "Sản phẩm"),
    (None, None, None, "Bắt đầu", "Kết thúc"),
    ("I. LỄ TÂN",),
    (
        1,
        "Rà soát quy chế đón khách",
        "Văn phòng Sở",
        date(2026, 3, 1),
        date(2026, 6, 15),
        "Quy chế",
    ),
    (2, "Lập danh mục quà tặng", None, date(2025, 4, 1), date(2026, 9, 1), "Danh mục"),
    ("II. HỢP TÁC QUỐC TẾ",),
    (1, "Duy trì liên lạc với địa phương kết nghĩa", "Phòng Hợp tác", None, "Thường xuyên"),
    (),
    ("Nơi nhận:", None, None, None, "GIÁM ĐỐC"),
    ("- Như trên;",),
    (None, None, None, None, "Lê Văn Sáu"),
)
_MERGED = "A1:C1 D1:F1 A4:F4 A5:F5 A7:A8 B7:B8 C7:C8 D7:E7 F7:F8 A9:F9 A12:F12 C10:C11"


def dress(sheet: Worksheet) -> None:
    for span in _MERGED.split():
        sheet.merge_cells(span)
    sheet["D11"].number_format = "d-mmm"
    sheet["E11"].number_format = "mm/yyyy"


@pytest.fixture(scope="module")
def plan() -> DraftPlan:
    rules = intake_rules(reading_rules("intake"))
    return read_plan([workbook(*ROWS, edit=dress)], code="KH-DN", year=2026, rules=rules)


def test_every_row_becomes_a_task_of_its_group_and_the_signature_none(plan: DraftPlan) -> None:
    found = [(item.code, item.field, item.title, item.lead) for item in plan.items]

    assert found == [
        ("I.1", "LỄ TÂN", "Rà soát quy chế đón khách", "Văn phòng Sở"),
        ("I.2", "LỄ TÂN", "Lập danh mục quà tặng", "Văn phòng Sở"),
        ("II.1", "HỢP TÁC QUỐC TẾ", "Duy trì liên lạc với địa phương kết nghĩa", "Phòng Hợp tác"),
    ]


def test_dates_are_read_as_far_as_their_cells_show_them(plan: DraftPlan) -> None:
    read = [item.deadline for item in plan.items]

    assert [one and (one.start, one.due) for one in read] == [
        (date(2026, 3, 1), (date(2026, 6, 15),)),
        (date(2026, 4, 1), (date(2026, 9, 30),)),
        (None, ()),
    ]
    assert [remark.code for remark in plan.remarks] == ["dates_without_year"]


def test_the_letterhead_names_the_plan(plan: DraftPlan) -> None:
    assert (plan.number, plan.date) == ("45/KH-SNgV", date(2026, 1, 12))
    assert plan.issuer == "SỞ NGOẠI VỤ"


def test_every_task_shows_where_it_stands(plan: DraftPlan) -> None:
    places = [(item.source.sheet, item.source.row) for item in plan.items]

    assert places == [("Nhiệm vụ", 10), ("Nhiệm vụ", 11), ("Nhiệm vụ", 13)]
    assert plan.items[0].source.passage.startswith("1 | Rà soát quy chế đón khách | Văn phòng Sở")
