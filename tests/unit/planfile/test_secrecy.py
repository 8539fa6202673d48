"""Marks of state secrets: found wherever they stand alone, never in what a task is about."""

import unicodedata

import pytest

from engine.errors import BadInput
from tests.support.documents.pdf import lines, pdf
from tests.support.documents.pdf import text as written
from workflows.planfile import IntakeRules
from workflows.planfile.blocks import (
    Block,
    Cell,
    Document,
    Heading,
    ListItem,
    Paragraph,
    Place,
    Row,
    Table,
)
from workflows.planfile.readers import read_document
from workflows.planfile.secrecy import refuse_secrets

MARKS = (
    "MẬT",
    "TỐI MẬT",
    "TUYỆT MẬT",
    "Tuyệt mật",
    "  [ TỐI   MẬT ]  ",
    "(MẬT)",
    "***MẬT***",
    "| MẬT |",
    "____MẬT____",
    "T U Y Ệ T   M Ậ T",
    "Độ mật: Mật",
    "Mức độ mật : tối mật.",
    unicodedata.normalize("NFD", "TUYỆT MẬT"),
    "UBND TỈNH SÔNG HIỀN\nMẬT",
    "Số: 12/KH-SVH\tMẬT",
    "Số: 12/KH-SVH TỐI MẬT",
    "TUYỆT MẬT Độc lập - Tự do - Hạnh phúc",
    "MẬT Sông Hiền, ngày 06 tháng 01 năm 2026",
    "MẬT Sông Hiền, ngày      tháng 01 năm 2026",
    "Số: 12/KH-SVH      TỐI MẬT      Sông Hiền, ngày 06 tháng 01 năm 2026",
)

HARMLESS = (
    "Bảo mật",
    "BẢO MẬT",
    "BÍ MẬT NHÀ NƯỚC",
    "An ninh, mật mã",
    "Công tác bảo vệ bí mật nhà nước và bảo mật thông tin",
    "Rà soát văn bản mật, tối mật, tuyệt mật do Sở ban hành",
    "Độ mật: Không",
    "MẬT, TỐI MẬT và TUYỆT MẬT là các độ mật theo Luật, ngày nào cũng vậy",
    "Tài liệu đóng dấu TUYỆT MẬT",
    "Độ mật: thường",
    "Mật độ dân số",
    "Mật ong",
    "",
)


def paragraph(text: str) -> Paragraph:
    return Paragraph(text=text, place=Place(paragraph=3))


def in_list(text: str) -> ListItem:
    return ListItem(text=text, level=0, marker="-", place=Place(paragraph=4))


def in_table(text: str) -> Table:
    cells = (Cell(text="Số ký hiệu"), Cell(text=text))
    return Table(rows=(Row(cells=cells, place=Place(table=1, row=2)),), place=Place(table=1))


def document(*blocks: Block, furniture: tuple[str, ...] = ()) -> Document:
    return Document(
        name="ke-hoach.docx", digest="0", format="docx", blocks=blocks, furniture=furniture
    )


def is_refused(read: Document, rules: IntakeRules) -> bool:
    try:
        refuse_secrets(read, rules=rules)
    except BadInput:
        return True
    return False


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_that_stands_alone_is_found(rules: IntakeRules, mark: str) -> None:
    with pytest.raises(BadInput, match="dấu chỉ độ mật"):
        refuse_secrets(document(paragraph(mark)), rules=rules)


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_left_out_as_furniture_is_found(rules: IntakeRules, mark: str) -> None:
    with pytest.raises(BadInput, match="đầu trang"):
        refuse_secrets(document(furniture=("Trang 1", mark)), rules=rules)


@pytest.mark.parametrize("mark", [mark for mark in MARKS if mark == mark.upper() or ":" in mark])
def test_a_mark_in_a_cell_of_the_letterhead_is_found(rules: IntakeRules, mark: str) -> None:
    with pytest.raises(BadInput, match="bảng 1, dòng 2"):
        refuse_secrets(document(in_table(mark)), rules=rules)


@pytest.mark.parametrize("text", HARMLESS)
def test_words_about_secrecy_are_no_mark(rules: IntakeRules, text: str) -> None:
    heading = Heading(text=text, level=1, place=Place(paragraph=1))
    blocks = (paragraph(text), heading, in_list(text), in_table(text))

    assert not is_refused(document(*blocks, furniture=(text,)), rules)


@pytest.mark.parametrize("word", ["Mật", "Tối mật", "tuyệt mật"])
def test_a_list_of_what_may_be_secret_is_no_mark(rules: IntakeRules, word: str) -> None:
    assert not is_refused(document(in_list(word), in_table(word)), rules)


@pytest.mark.parametrize(
    "letterhead",
    [
        lines("TUYỆT MẬT", top=60),
        written("Số: 12/KH-SVH", at=(60, 80))
        + written("TỐI MẬT", at=(84, 100))
        + written("Độc lập - Tự do - Hạnh phúc", at=(320, 100)),
        written("MẬT", at=(100, 100)) + written("Sông Hiền, ngày 06 tháng 01", at=(140, 100)),
        written("MẬT", at=(60, 60), how="1 g"),
    ],
    ids=["a line of its own", "beside the motto", "beside the date", "white on white"],
)
def test_a_mark_on_a_page_of_a_pdf_is_found(rules: IntakeRules, letterhead: str) -> None:
    page = letterhead + lines("KẾ HOẠCH", "II. NHIỆM VỤ", "- Ban hành quy chế.", top=200)

    with pytest.raises(BadInput, match="dấu chỉ độ mật"):
        read_document(pdf(page), rules=rules)


def test_every_place_with_a_mark_is_named_once(rules: IntakeRules) -> None:
    blocks = (paragraph("MẬT"), in_list("TỐI MẬT"), in_table("MẬT"))

    with pytest.raises(BadInput) as refused:
        refuse_secrets(document(*blocks, furniture=("MẬT", "MẬT")), rules=rules)

    places = [fault.place for fault in refused.value.faults]
    assert places == [
        "đầu trang, chân trang, con dấu hoặc khung chữ",
        "đoạn 3",
        "đoạn 4",
        "bảng 1, dòng 2",
    ]
