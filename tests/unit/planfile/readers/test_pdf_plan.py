"""A plan as an office prints it: four pages, its appendix across two of them, lying on its side.

The file was made from the HTML page beside it, with Chromium 150:
`chromium --headless --no-pdf-header-footer --print-to-pdf=X.pdf X.html`. Some of its letters come
from another font than those beside them, and one font does not say how high its letters are.
"""

from pathlib import Path

import pytest

from workflows.planfile.blocks import Document, Paragraph, Row, Table
from workflows.planfile.lines import join
from workflows.planfile.readers import InputFile
from workflows.planfile.readers.pdf import read
from workflows.planfile.rules import IntakeRules

PLAN = Path(__file__).parents[3] / "data" / "plans" / "ke-hoach-chuyen-doi-so-2026.pdf"


@pytest.fixture(scope="module")
def document(rules: IntakeRules) -> Document:
    return read(InputFile(name=PLAN.name, data=PLAN.read_bytes()), rules)


@pytest.fixture(scope="module")
def paragraphs(document: Document) -> list[str]:
    joined: list[list[str]] = []
    for block in document.blocks:
        if isinstance(block, Paragraph) and block.continues:
            joined[-1].append(block.text)
        elif isinstance(block, Paragraph):
            joined.append([block.text])
    return [join(parts) for parts in joined]


@pytest.fixture(scope="module")
def rows(document: Document) -> dict[str, Row]:
    tables = [block for block in document.blocks if isinstance(block, Table)]
    return {row.cells[0].text: row for table in tables for row in table.rows}


def test_the_letterhead_and_the_title_are_read_column_by_column(paragraphs: list[str]) -> None:
    assert paragraphs[:8] == [
        "UBND TỈNH TRƯỜNG GIANG",
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "Số: 27/KH-SKHCN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Trường Giang, ngày 16 tháng 01 năm 2026",
        "KẾ HOẠCH",
        "Chuyển đổi số của Sở Khoa học và Công nghệ năm 2026",
    ]


def test_paragraphs_broken_by_the_page_are_whole(paragraphs: list[str]) -> None:
    assert (
        "- Chuẩn hóa, làm sạch dữ liệu nhiệm vụ khoa học và công nghệ cấp tỉnh giai đoạn "
        "2015 - 2025, cập nhật vào Cơ sở dữ liệu quốc gia về khoa học và công nghệ."
    ) in paragraphs
    assert (
        "2. Văn phòng Sở theo dõi, đôn đốc, kiểm tra việc thực hiện Kế hoạch; tham mưu Giám đốc Sở "
        "điều chỉnh, bổ sung khi cần thiết."
    ) in paragraphs


def test_every_heading_and_every_bullet_begins_a_paragraph(paragraphs: list[str]) -> None:
    headings = [text for text in paragraphs if text[0] in "123I" and not text.endswith(".")]

    assert headings == [
        "I. MỤC ĐÍCH, YÊU CẦU",
        "1. Mục đích",
        "2. Yêu cầu",
        "II. NHIỆM VỤ",
        "1. Phát triển hạ tầng số",
        "2. Phát triển dữ liệu số",
        "3. Nâng cao nhận thức, kỹ năng số",
        "III. KINH PHÍ THỰC HIỆN",
        "IV. TỔ CHỨC THỰC HIỆN",
    ]
    assert len([text for text in paragraphs if text.startswith("- ")]) == 17


def test_recipients_and_signer_are_not_mixed(paragraphs: list[str]) -> None:
    start = paragraphs.index("Nơi nhận:")

    assert paragraphs[start : start + 8] == [
        "Nơi nhận:",
        "- UBND tỉnh (để báo cáo);",
        "- Ban Giám đốc Sở;",
        "- Các phòng, đơn vị thuộc Sở;",
        "- Lưu: VT, VP.",
        "KT. GIÁM ĐỐC",
        "PHÓ GIÁM ĐỐC",
        "Trịnh Hoài Nam",
    ]


def test_the_appendix_is_one_table_a_page_without_a_repeated_header(document: Document) -> None:
    tables = [block for block in document.blocks if isinstance(block, Table)]

    assert [(table.place.page, len(table.rows)) for table in tables] == [(3, 11), (4, 6)]
    assert tables[1].rows[0].cells[0].text == "8"


def test_all_rows_of_the_appendix_are_read(rows: dict[str, Row]) -> None:
    assert list(rows) == [
        *("TT", "(1)", "I", "1", "2", "3", "4", "II", "5", "6", "7", "8"),
        *("III", "9", "10", "11", "12"),
    ]
    assert [cell.text for cell in rows["8"].cells] == [
        "8",
        (
            "Kết nối Hệ thống thông tin nhiệm vụ khoa học và công nghệ của Sở với nền tảng "
            "chia sẻ dữ liệu của tỉnh theo hướng dẫn của Trung tâm Điều hành thông minh, bảo đảm "
            "dữ liệu được chia sẻ hai chiều hằng ngày"
        ),
        "Trung tâm Thông tin và Thống kê khoa học công nghệ",
        "Văn phòng Sở",
        "Quý III - Quý IV/2026",
        "Dịch vụ chia sẻ dữ liệu hoạt động",
    ]


def test_merged_cells_are_resolved(rows: dict[str, Row]) -> None:
    assert {cell.text for cell in rows["II"].cells[1:]} == {"Phát triển dữ liệu số"}
    assert [cell.is_merged for cell in rows["II"].cells] == [False, False, *[True] * 4]
    assert rows["3"].cells[2].text == "Trung tâm Thông tin và Thống kê khoa học công nghệ"
    assert rows["3"].cells[2].is_merged


def test_a_cell_with_two_milestones_keeps_them_apart(rows: dict[str, Row]) -> None:
    assert rows["9"].cells[4].text == "Lớp 1: tháng 4/2026\nLớp 2: tháng 10/2026"


def test_page_numbers_and_the_foot_of_the_appendix_are_kept_apart(document: Document) -> None:
    assert document.furniture == (
        "2",
        "3",
        "Phụ lục kèm theo Kế hoạch chuyển đổi số, trang 3",
        "4",
        "Phụ lục kèm theo Kế hoạch chuyển đổi số, trang 4",
    )
    assert document.notes == ()
