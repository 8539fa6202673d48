"""Whole plans as Word files: one with all that an office puts into it, one by another program."""

import io

import docx
import pytest

from tests.support.documents.word_plan import department_plan
from workflows.planfile.blocks import Block, Document, Heading, ListItem, Place, Table
from workflows.planfile.readers import InputFile, read_document
from workflows.planfile.rules import IntakeRules

EXPECTED = """
| UBND TỈNH / SỞ NGOẠI VỤ | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM / Độc lập - Tự do - Hạnh phúc |
| Số: 08/KH-SNgV | Thạch Sơn, ngày 12 tháng 01 năm 2024 |
KẾ HOẠCH
Cải cách hành chính năm 2024 của Sở Ngoại vụ
Căn cứ Kế hoạch số 215/KH-UBND ngày 20/12/2023 của Ủy ban nhân dân tỉnh Thạch Sơn;
Sở Ngoại vụ ban hành Kế hoạch cải cách hành chính năm 2024 như sau:
# I. MỤC ĐÍCH, YÊU CẦU
Triển khai kịp thời Kế hoạch của Ủy ban nhân dân tỉnh.
# II. NHIỆM VỤ
## 1. Cải cách thể chế
* - Rà soát quy chế tiếp khách nước ngoài, trước ngày 15/7/2024.
* - Tiếp tục phổ biến pháp luật về lãnh sự:
** + Cho công chức của Sở;
** + Cho cán bộ các xã biên giới.
## 2. Cải cách thủ tục hành chính
*** a) Công bố danh mục thủ tục đã cắt giảm;
*** b) Công khai phí, lệ phí lãnh sự.
# III. TỔ CHỨC THỰC HIỆN
## 1. Văn phòng
Theo dõi, đôn đốc việc thực hiện; tổng hợp báo cáo trước ngày 15 tháng cuối quý.
## 2. Các phòng
Thực hiện nhiệm vụ tại Phụ lục.
| Nơi nhận: / - Văn phòng UBND tỉnh; / - Lưu: VT, VP. | KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC / Lê Thị Hòa |
PHỤ LỤC
PHÂN CÔNG NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NĂM 2024
(Kèm theo Kế hoạch số 08/KH-SNgV ngày 12/01/2024 của Sở Ngoại vụ)
| TT | Nội dung nhiệm vụ | Đơn vị | = | Thời gian |
| = | = | Chủ trì | Phối hợp | = |
| (1) | (2) | (3) | (4) | (5) |
| I | CẢI CÁCH THỂ CHẾ | = | = | = |
| 1 | Rà soát quy chế tiếp khách | Văn phòng | Các phòng | 15/7/2024 |
| 2 | Phổ biến pháp luật / về lãnh sự | = | Phòng Lãnh sự | Cả năm |
| II | CẢI CÁCH THỦ TỤC HÀNH CHÍNH | = | = | = |
| 1 | Công bố danh mục thủ tục đã cắt giảm | Phòng Lãnh sự; / Văn phòng |  | Quý II/2024 |
""".strip().split("\n")


@pytest.fixture(scope="module")
def plan(rules: IntakeRules) -> Document:
    return read_document(InputFile(name="ke-hoach.docx", data=department_plan()), rules=rules)


def shown(block: Block) -> list[str]:
    """Return a block as one would note it by hand, "=" for a cell that a merged one covers."""
    match block:
        case Table(rows=rows):
            cells = [["=" if one.is_merged else one.text for one in row.cells] for row in rows]
            return [f"| {' | '.join(line)} |".replace("\n", " / ") for line in cells]
        case Heading(text=text, level=level, marker=marker):
            return [f"{'#' * level} {marker} {text}"]
        case ListItem(text=text, level=level, marker=marker):
            return [f"{'*' * (level + 1)} {marker} {text}"]
    return [block.text]


def test_a_plan_of_a_department_is_read_line_by_line(plan: Document) -> None:
    assert [line for block in plan.blocks for line in shown(block)] == EXPECTED


def test_what_is_no_part_of_the_plan_is_said_with_its_place(plan: Document) -> None:
    assert {note.code: note.place for note in plan.notes} == {
        "tracked_changes": Place(paragraph=8),
        "comments": Place(paragraph=19),
        "hidden_text": Place(paragraph=17),
        "footnotes": Place(paragraph=5),
        "text_boxes": Place(table=1, row=1),
    }
    assert set(plan.furniture) == {"2", "Gọi tắt là Kế hoạch 215.", "(hỏi lại chị Lan)", "DỰ THẢO"}


def test_every_row_says_where_it_stands(plan: Document) -> None:
    appendix = plan.blocks[-1]

    assert isinstance(appendix, Table)
    assert [row.place for row in appendix.rows] == [Place(table=3, row=n) for n in range(1, 9)]


def test_a_document_of_another_program_is_read_by_the_same_rules(rules: IntakeRules) -> None:
    document = docx.Document()
    document.add_heading("Cải cách thể chế", level=2)
    document.add_paragraph("Rà soát quy chế", style="List Number")
    document.add_paragraph("Công khai lệ phí", style="List Bullet")
    table = document.add_table(rows=2, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Đơn vị"
    table.cell(0, 2).merge(table.cell(1, 2)).text = "Thời gian"
    table.cell(1, 0).text = "Chủ trì"
    document.sections[0].header.paragraphs[0].text = "Trang"
    file = io.BytesIO()
    document.save(file)

    read = read_document(InputFile(name="ke-hoach.docx", data=file.getvalue()), rules=rules)

    assert [line for block in read.blocks for line in shown(block)] == [
        "##  Cải cách thể chế",
        "* 1. Rà soát quy chế",
        "* - Công khai lệ phí",
        "| Đơn vị | = | Thời gian |",
        "| Chủ trì |  | = |",
    ]
    assert read.furniture == ("Trang",)
