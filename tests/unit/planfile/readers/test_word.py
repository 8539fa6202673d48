"""Paragraphs of a Word document: what is text, what is a heading, what is left out and said so."""

import unicodedata
from collections.abc import Callable

import pytest

from tests.support.documents import word as doc
from tests.support.documents.word import Xml, field, paragraph, run, style, table, text_box
from workflows.planfile.blocks import Block, Document, Heading, ListItem, Note, Paragraph, Place
from workflows.planfile.blocks import Table as TableBlock
from workflows.planfile.readers import InputFile, word
from workflows.planfile.rules import IntakeRules

HIDDEN = "<w:vanish/>"


@pytest.fixture
def read(rules: IntakeRules) -> Callable[..., Document]:
    def read_document(*body: str, **parts: str) -> Document:
        data = doc.document(*body, **parts)
        return word.read(InputFile(name="ke-hoach.docx", data=data), rules)

    return read_document


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if not isinstance(block, TableBlock)]


def note(document: Document, code: str) -> Note:
    (found,) = [one for one in document.notes if one.code == code]
    return found


def test_paragraphs_come_in_order_with_their_places(read: Callable[..., Document]) -> None:
    document = read("I. NHIỆM VỤ", "", table(["TT", "Nội dung"]), "1. Thể chế")

    places = [block.place for block in document.blocks]
    assert texts(document) == ["I. NHIỆM VỤ", "1. Thể chế"]
    assert places == [Place(paragraph=1), Place(table=1), Place(paragraph=2)]
    assert document.format == "docx"
    assert document.notes == ()


def test_texts_are_composed_and_their_spaces_single(read: Callable[..., Document]) -> None:
    decomposed = unicodedata.normalize("NFD", "Rà soát\u00a0 thủ tục")

    document = read(decomposed, "\u00d0ôn\u200b đốc\tđơn vị", paragraph(run("Kế ho"), run("ạch")))

    assert texts(document) == ["Rà soát thủ tục", "Đôn đốc đơn vị", "Kế hoạch"]


def test_hyphens_and_signs_of_fonts_of_symbols_are_plain(read: Callable[..., Document]) -> None:
    document = read(
        paragraph(
            run("2803/KH", Xml("<w:noBreakHyphen/>"), "UBND đề", Xml("<w:softHyphen/>"), "án")
        ),
        paragraph(run(Xml('<w:sym w:font="Symbol" w:char="F0B3"/>'), " 90%")),
        paragraph(run("Khẩn: \uf0fc", properties='<w:rFonts w:ascii="Wingdings"/>')),
        paragraph(run(Xml('<w:sym w:font="Arial" w:char="2265"/><w:sym w:char="gì"/>'), "5")),
    )

    assert texts(document) == ["2803/KH-UBND đềán", "≥ 90%", "Khẩn: x", "≥5"]


def test_a_soft_break_in_running_text_is_a_space(read: Callable[..., Document]) -> None:
    assert texts(read("Tổ chức hội nghị\nquý II/2024.")) == ["Tổ chức hội nghị quý II/2024."]


def test_soft_breaks_before_a_dash_and_in_a_centred_title_part_paragraphs(
    read: Callable[..., Document],
) -> None:
    document = read(
        paragraph("KẾ HOẠCH\nChuyển đổi số năm 2024", centred=True), "- Rà soát;\n- Công bố."
    )

    assert texts(document) == ["KẾ HOẠCH", "Chuyển đổi số năm 2024", "- Rà soát;", "- Công bố."]


def test_a_page_that_begins_within_a_paragraph_parts_it(read: Callable[..., Document]) -> None:
    page = Xml('<w:br w:type="page"/>')

    document = read(paragraph(run("hết./.", page, "Phụ lục")), paragraph(run(page)))

    assert texts(document) == ["hết./.", "Phụ lục"]
    assert [block.place.paragraph for block in document.blocks] == [1, 1]


@pytest.mark.parametrize(
    "styles",
    [
        style("Heading2", "heading 2"),
        style("u2", "Đầu đề 2"),
        style("u2", unicodedata.normalize("NFD", "Tiêu đề 2")),
        style("Muc", "Mục của tôi", more='<w:pPr><w:outlineLvl w:val="1"/></w:pPr>'),
        style("Heading2", "heading 2") + style("Muc", "Mục", more='<w:basedOn w:val="Heading2"/>'),
    ],
    ids=["built in", "localised", "decomposed", "outline level", "based on"],
)
def test_a_paragraph_in_a_heading_style_is_a_heading(
    read: Callable[..., Document], styles: str
) -> None:
    last = styles.rpartition('w:styleId="')[2].partition('"')[0]

    document = read(paragraph("Thể chế", style=last), "Nội dung", styles=styles)

    assert document.blocks == (
        Heading(text="Thể chế", level=2, place=Place(paragraph=1)),
        Paragraph(text="Nội dung", place=Place(paragraph=2)),
    )


def test_a_paragraph_says_itself_whether_it_is_a_heading(read: Callable[..., Document]) -> None:
    outline = '<w:outlineLvl w:val="{}"/>'

    document = read(
        paragraph("Thể chế", properties=outline.format(0)),
        paragraph("Nội dung", style="Heading2", properties=outline.format(9)),
        styles=style("Heading2", "heading 2"),
    )

    assert [type(block) for block in document.blocks] == [Heading, Paragraph]


def test_a_typed_dash_in_a_heading_style_is_no_heading(read: Callable[..., Document]) -> None:
    heading = style("Heading4", "heading 4")

    (block,) = read(paragraph("- Rà soát", style="Heading4"), styles=heading).blocks

    assert block == Paragraph(text="- Rà soát", place=Place(paragraph=1))


def test_styles_that_are_based_on_each_other_in_a_circle_are_read(
    read: Callable[..., Document],
) -> None:
    circle: str = style("A", "a", more='<w:basedOn w:val="B"/>')
    circle += style("B", "heading 3", more='<w:basedOn w:val="A"/>')

    (block,) = read(paragraph("Mục", style="A"), styles=circle).blocks

    assert isinstance(block, Heading)


def test_tracked_changes_are_read_as_if_accepted_and_counted(
    read: Callable[..., Document],
) -> None:
    document = read(
        "Điều khoản chung",
        paragraph(
            "Trước ngày ",
            Xml("<w:del><w:r><w:delText>30/6</w:delText></w:r></w:del>"),
            Xml(f"<w:ins>{run('15/7')}</w:ins>"),
            Xml(f"<w:moveFrom>{run(' bị chuyển')}</w:moveFrom>"),
        ),
        paragraph(Xml(f"<w:moveTo>{run('Đã chuyển')}</w:moveTo>")),
    )

    found = note(document, "tracked_changes")
    assert texts(document) == ["Điều khoản chung", "Trước ngày 15/7", "Đã chuyển"]
    assert "1 chỗ thêm, 1 chỗ xóa, 1 chỗ chuyển (đoạn 2; đoạn 3)" in found.message
    assert found.place == Place(paragraph=2)


def test_a_paragraph_whose_mark_was_deleted_goes_on_in_the_next(
    read: Callable[..., Document],
) -> None:
    document = read(
        paragraph("Hoàn thành trong ", mark="<w:del/>"), "quý II", paragraph("hết", mark="<w:del/>")
    )

    assert texts(document) == ["Hoàn thành trong quý II", "hết"]


def test_rows_that_were_deleted_and_inserted_are_read_as_accepted(
    read: Callable[..., Document],
) -> None:
    document = read(
        table(
            doc.row("1", properties="<w:ins/>"), doc.row("2", properties="<w:del/>"), doc.row("3")
        )
    )

    (block,) = document.blocks
    assert isinstance(block, TableBlock)
    assert [row.cells[0].text for row in block.rows] == ["1", "3"]
    assert "1 chỗ thêm, 1 chỗ xóa" in note(document, "tracked_changes").message


def test_comments_and_footnotes_are_left_out_and_said(read: Callable[..., Document]) -> None:
    footnotes = f'<w:footnote w:id="1">{paragraph("Theo văn bản cũ")}</w:footnote>'
    comments = f'<w:comment w:id="0">{paragraph("Hỏi lại anh Bình")}</w:comment>'

    document = read(
        paragraph("Rà soát", run(Xml('<w:commentReference w:id="0"/>'))),
        paragraph("Công bố", run(Xml('<w:footnoteReference w:id="1"/>'))),
        footnotes=footnotes,
        comments=comments,
    )

    assert texts(document) == ["Rà soát", "Công bố"]
    assert note(document, "comments").place == Place(paragraph=1)
    assert note(document, "footnotes").place == Place(paragraph=2)
    assert document.furniture == ("Theo văn bản cũ", "Hỏi lại anh Bình")


@pytest.mark.parametrize(
    ("hidden", "styles"),
    [
        (run("bí danh", properties=HIDDEN), ""),
        (
            run("bí danh", properties='<w:rStyle w:val="An"/>'),
            style("An", "Ẩn", kind="character", more=f"<w:rPr>{HIDDEN}</w:rPr>"),
        ),
    ],
    ids=["letters", "style"],
)
def test_hidden_text_is_left_out_and_said(
    read: Callable[..., Document], hidden: Xml, styles: str
) -> None:
    document = read(
        paragraph("Rà soát ", hidden, run("thủ tục", properties='<w:vanish w:val="0"/>')),
        styles=styles,
    )

    assert texts(document) == ["Rà soát thủ tục"]
    assert note(document, "hidden_text").place == Place(paragraph=1)
    assert document.furniture == ("bí danh",)


def test_a_field_shows_its_result_and_not_its_code(read: Callable[..., Document]) -> None:
    simple = Xml(f'<w:fldSimple w:instr=" DATE ">{run("2024")}</w:fldSimple>')
    nested = field("IF 1 = 1", run("đúng "), field("PAGE", "3"))

    document = read(
        paragraph("Năm ", simple), paragraph(field("REF a", "mục ", "II")), paragraph(nested)
    )

    assert texts(document) == ["Năm 2024", "mục II", "đúng 3"]


def test_a_table_of_contents_is_left_out_in_each_of_its_forms(
    read: Callable[..., Document],
) -> None:
    begin, end = field("TOC \\o", "I. Mục tiêu 1").split('<w:r><w:fldChar w:fldCharType="end"/>')
    control = Xml(
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
        f"</w:sdtPr><w:sdtContent>{paragraph('IV. Tổ chức 9')}</w:sdtContent></w:sdt>"
    )

    document = read(
        paragraph(Xml(begin)),
        "II. Nhiệm vụ 2",
        paragraph(Xml(f'<w:r><w:fldChar w:fldCharType="end"/>{end}')),
        paragraph("III. Giải pháp 5", style="TOC1"),
        control,
        "I. Mục tiêu",
        styles=style("TOC1", "toc 1"),
    )

    assert texts(document) == ["I. Mục tiêu"]
    assert note(document, "table_of_contents").place == Place(paragraph=1)


def test_a_field_that_never_ends_swallows_nothing_but_its_own_paragraph(
    read: Callable[..., Document],
) -> None:
    begun = field("TOC", "I. Mục tiêu 1").rpartition("<w:r>")[0]

    assert texts(read(paragraph(Xml(begun)), "I. Mục tiêu")) == ["I. Mục tiêu"]


def test_running_heads_and_text_boxes_are_kept_apart_and_read_once(
    read: Callable[..., Document],
) -> None:
    document = read(
        paragraph("Kính gửi", text_box("MẬT", table(["Số đến", "12"]))),
        header=paragraph("Trang ", field("PAGE", "2"), text_box("Dự thảo")),
        footer=paragraph(
            run(Xml('<w:pict><v:shape><v:textpath string="BẢN NHÁP"/></v:shape></w:pict>'))
        ),
    )

    assert texts(document) == ["Kính gửi"]
    assert sorted(document.furniture) == ["12", "BẢN NHÁP", "Dự thảo", "MẬT", "Số đến", "Trang 2"]
    assert note(document, "text_boxes").place == Place(paragraph=1)


def test_page_numbers_addresses_and_stamps_of_a_converted_document_are_furniture(
    read: Callable[..., Document],
) -> None:
    printed = ["2", "Trang 3/12", "https://thachson.gov.vn/vb/8"]
    stamp = ["Người ký: Sở Ngoại vụ", "Email: snv@thachson.gov.vn", "2024-01-12T09:30:00+07:00"]

    document = read("Email: gửi trước ngày 15.", *printed, "Rà soát;", *stamp, "2024")

    assert texts(document) == ["Email: gửi trước ngày 15.", "Rà soát;", "2024"]
    assert document.furniture == (*printed, *stamp)


def test_a_paragraph_that_moved_is_one_move_and_a_deleted_one_one_deletion(
    read: Callable[..., Document],
) -> None:
    moved = Xml(f"<w:moveFrom>{run('Công bố')}</w:moveFrom>")
    deleted = Xml("<w:del><w:r><w:delText>Bãi bỏ</w:delText></w:r></w:del>")

    document = read(
        paragraph(moved, mark="<w:moveFrom/>"),
        paragraph(deleted, mark="<w:del/>"),
        "Rà soát",
        paragraph(Xml(f"<w:moveTo>{run('Công bố')}</w:moveTo>")),
    )

    assert texts(document) == ["Rà soát", "Công bố"]
    assert "0 chỗ thêm, 1 chỗ xóa, 1 chỗ chuyển" in note(document, "tracked_changes").message


def test_what_stands_in_controls_links_and_formulas_is_text(read: Callable[..., Document]) -> None:
    control = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    empty = Xml(control.format("<w:showingPlcHdr/>", run("Bấm vào đây để nhập")))

    document = read(
        Xml(control.format("", paragraph("Trong khung"))),
        Xml(control.format("<w:showingPlcHdr/>", paragraph("Bấm vào đây"))),
        paragraph("Ngày ", Xml(control.format("", run("15/7"))), empty),
        paragraph(Xml(f"<w:hyperlink>{run('sotuphap')}</w:hyperlink>"), run(".vn")),
        paragraph(Xml("<m:oMath><m:r><m:t>x≥5</m:t></m:r></m:oMath>")),
        Xml(f"<w:customXml>{paragraph('Theo mẫu')}</w:customXml>"),
    )

    assert texts(document) == ["Trong khung", "Ngày 15/7", "sotuphap.vn", "x≥5", "Theo mẫu"]


def test_a_large_first_letter_belongs_to_its_word(read: Callable[..., Document]) -> None:
    letter = paragraph("T", properties='<w:framePr w:dropCap="drop"/>')

    assert texts(read(letter, "hực hiện nghị quyết")) == ["Thực hiện nghị quyết"]


def test_of_several_renderings_one_is_read_wherever_they_stand(
    read: Callable[..., Document],
) -> None:
    choice = "<mc:Choice>{}</mc:Choice><mc:Fallback>{}</mc:Fallback>"
    choice = f"<mc:AlternateContent>{choice}</mc:AlternateContent>"
    box = f"<w:txbxContent>{paragraph('Dự thảo')}</w:txbxContent>"
    group = Xml(f"<w:r><w:drawing>{choice.format(box, box)}</w:drawing></w:r>")

    document = read(
        Xml(choice.format(paragraph("Mới"), paragraph("Cũ"))),
        Xml(choice.format("", paragraph("Chỉ có cũ"))),
        Xml(choice.format("", "")),
        paragraph("Hết", group),
    )

    assert texts(document) == ["Mới", "Chỉ có cũ", "Hết"]
    assert document.furniture == ("Dự thảo",)


def test_pictures_and_embedded_documents_are_said(read: Callable[..., Document]) -> None:
    picture = run(Xml('<w:drawing><a:blip r:embed="r9"/></w:drawing>'))

    ink = run(Xml('<w:contentPart r:id="r7"/>'))

    document = read(paragraph("Sơ đồ", picture), Xml('<w:altChunk r:id="r8"/>'), paragraph(ink))

    assert note(document, "pictures").place == Place(paragraph=1)
    assert note(document, "embedded_document").place == Place(paragraph=2)
    assert "2 chỗ" in note(document, "embedded_document").message


def test_unicode_in_a_font_of_that_name_is_read(read: Callable[..., Document]) -> None:
    letters = run("Kế hoạch 30°", properties='<w:rFonts w:ascii=".VnTime"/>')

    assert texts(read(paragraph(letters))) == ["Kế hoạch 30°"]


def test_lists_and_paragraphs_are_told_apart(read: Callable[..., Document]) -> None:
    numbering = doc.family(0, doc.level("decimal", "%1.")) + doc.numbered_list(1, of=0)

    document = read(paragraph("Thể chế", numbered=(1, 0)), "2. Tự gõ", numbering=numbering)

    expected: tuple[Block, ...] = (
        ListItem(text="Thể chế", level=0, marker="1.", place=Place(paragraph=1)),
        Paragraph(text="2. Tự gõ", place=Place(paragraph=2)),
    )
    assert document.blocks == expected
