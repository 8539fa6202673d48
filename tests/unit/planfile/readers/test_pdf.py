"""PDF files to blocks: lines in reading order, what belongs to the paper alone, what is refused."""

import textwrap
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.documents.pdf import (
    A4,
    NAME,
    box,
    lines,
    pdf,
    table,
    text,
)
from workflows.planfile.blocks import Document, Paragraph, Place, Table
from workflows.planfile.lines import join
from workflows.planfile.readers.pdf import read
from workflows.planfile.rules import IntakeRules

#: A line of body text that fills the page from the usual margin: 72 letters of six points.
FULL = "Thực hiện rà soát toàn bộ quy chế, quy trình của các phòng, đơn vị thuộc"

_WORDS = ("rà", "soát", "quy chế", "Văn phòng Sở", "2021", "-", "2030", "100%", "(CCHC)", "24/7")


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def test_lines_come_from_the_top_down_with_page_and_line(rules: IntakeRules) -> None:
    file = pdf(lines("KẾ HOẠCH", "Cải cách hành chính"), lines("II. NHIỆM VỤ"))

    document = read(file, rules)

    assert [(block.text, block.place) for block in document.blocks if isinstance(block, Paragraph)] == [  # noqa: E501
        ("KẾ HOẠCH", Place(page=1, line=1)),
        ("Cải cách hành chính", Place(page=1, line=2)),
        ("II. NHIỆM VỤ", Place(page=2, line=1)),
    ]  # fmt: skip
    assert (document.name, document.format, document.digest) == (NAME, "pdf", file.digest)


def test_a_line_may_go_on_only_where_the_next_word_had_no_room_before(rules: IntakeRules) -> None:
    file = pdf(lines(FULL, "Sở theo Kế hoạch này", "Văn phòng Sở theo dõi", f"{FULL};", "Sở"))

    document = read(file, rules)

    continues = [block.continues for block in document.blocks if isinstance(block, Paragraph)]
    assert continues == [False, True, False, False, False]


@settings(max_examples=50)
@given(
    st.lists(
        st.lists(st.sampled_from(_WORDS), min_size=3, max_size=60).map(
            lambda words: f"- Việc {' '.join(words)}."
        ),
        min_size=1,
        max_size=12,
    ),
    st.integers(min_value=30, max_value=72),
)
def test_paragraphs_broken_at_any_width_are_put_together_again(
    rules: IntakeRules, paragraphs: list[str], width: int
) -> None:
    broken = [line for one in paragraphs for line in textwrap.wrap(one, width)]
    pages = [lines(*broken[at : at + 30]) for at in range(0, len(broken), 30)]

    document = read(pdf(*pages), rules)

    joined: list[list[str]] = []
    for block in document.blocks:
        assert isinstance(block, Paragraph)
        if not block.continues:
            joined.append([])
        joined[-1].append(block.text)
    assert [join(parts) for parts in joined] == paragraphs


def test_a_line_goes_on_over_a_page_number_and_the_end_of_a_page(rules: IntakeRules) -> None:
    first = text(FULL, at=(85, 780))
    second = text("2", at=(295, 40)) + text("Sở trong năm 2026.", at=(85, 80))

    document = read(pdf(first, second), rules)

    assert texts(document) == [FULL, "Sở trong năm 2026."]
    assert [block.continues for block in document.blocks if isinstance(block, Paragraph)] == [
        False,
        True,
    ]
    assert document.furniture == ("2",)


def test_heads_and_feet_of_pages_are_no_text(rules: IntakeRules) -> None:
    pages = [
        text("Sở Nội vụ tỉnh Trường Giang", at=(85, 40))
        + lines(f"{number}. Việc thứ {number}")
        + text(f"Trang {number}/3", at=(280, 810))
        + text(f"Kế hoạch năm 2026, tờ {number}", at=(85, 825))
        for number in (1, 2, 3)
    ]

    document = read(pdf(*pages), rules)

    assert texts(document) == ["1. Việc thứ 1", "2. Việc thứ 2", "3. Việc thứ 3"]
    assert "Sở Nội vụ tỉnh Trường Giang" in document.furniture
    assert "Kế hoạch năm 2026, tờ 2" in document.furniture


def test_numbered_headings_at_the_top_of_pages_are_text(rules: IntakeRules) -> None:
    pages = [text(f"Phụ lục {number}", at=(260, 60)) for number in ("01", "01a", "03", "02")]

    document = read(pdf(*pages), rules)

    assert texts(document) == ["Phụ lục 01", "Phụ lục 01a", "Phụ lục 03", "Phụ lục 02"]


def test_the_stamp_of_a_signature_and_lone_addresses_are_no_text(rules: IntakeRules) -> None:
    stamp = (
        "Người ký: Sở Nội vụ",
        "Email: snv@truonggiang.example",
        "Cơ quan: Tỉnh Trường Giang",
        "Thời gian ký: 2026-05-13T14:41:57+07:00",
    )

    document = read(
        pdf(lines(*stamp, "KẾ HOẠCH", "https://truonggiang.example/kh", "Cơ quan: Sở Nội vụ")),
        rules,
    )

    assert texts(document) == ["KẾ HOẠCH", "Cơ quan: Sở Nội vụ"]
    assert document.furniture == (*stamp, "https://truonggiang.example/kh")


@pytest.mark.parametrize(
    "hidden",
    [
        text("TUYỆT MẬT", at=(85, 300), how="1 g"),
        text("TUYỆT MẬT", at=(85, 300), how="0 0 0 0 k"),
        text("TUYỆT MẬT", at=(85, 300), size=1),
        text("TUYỆT MẬT", at=(A4[0] + 30, 300)),
    ],
    ids=["white", "white-cmyk", "tiny", "beside-the-page"],
)
def test_what_nobody_sees_is_no_text_and_still_known(hidden: str, rules: IntakeRules) -> None:
    document = read(pdf(lines("KẾ HOẠCH") + hidden), rules)

    assert texts(document) == ["KẾ HOẠCH"]
    assert document.furniture == ("TUYỆT MẬT",)
    assert [(note.code, note.place.page) for note in document.notes] == [("hidden_text", 1)]


def test_what_is_printed_across_a_page_is_no_text_and_still_known(rules: IntakeRules) -> None:
    across = text("DỰ THẢO", at=(0, A4[1]), how="0.7 0.7 -0.7 0.7 200 300 cm")

    document = read(pdf(lines("KẾ HOẠCH") + across), rules)

    assert texts(document) == ["KẾ HOẠCH"]
    assert (document.furniture, document.notes) == (("DỰ THẢO",), ())


@pytest.mark.parametrize(
    "size",
    [
        "/MediaBox [-50 -30 595 900]",
        "/MediaBox [50 30 595 842]",
        "/MediaBox [0 0 595 842] /CropBox [40 40 560 800]",
        "/MediaBox [0 0 595 842] /Rotate 90",
        "/MediaBox [0 0 595 842] /Rotate 180",
        "/MediaBox [0 0 595 842] /Rotate 270",
    ],
)
def test_a_page_may_lie_in_any_way(size: str, rules: IntakeRules) -> None:
    drawn = lines("KẾ HOẠCH", FULL, "Sở") + table(("TT", "Việc"), widths=(40, 90), top=300)

    document = read(pdf(drawn, box=size), rules)

    assert texts(document) == ["KẾ HOẠCH", FULL, "Sở"]
    assert [isinstance(block, Table) for block in document.blocks] == [False, False, False, True]


def test_a_page_printed_lying_down_is_turned(rules: IntakeRules) -> None:
    drawn = lines("PHỤ LỤC", top=350) + table(("TT", "Việc"), widths=(40, 90), top=400)
    turned = f"q 0 1 -1 0 595 0 cm {drawn} Q\n"

    document = read(pdf(lines("KẾ HOẠCH"), turned), rules)

    assert [getattr(block, "text", "bảng") for block in document.blocks] == [
        "KẾ HOẠCH",
        "PHỤ LỤC",
        "bảng",
    ]


@pytest.mark.parametrize(
    "ground",
    [box(60, 280, 500, 320, how="f"), "60 522 m 500 522 l 520 560 l 60 562 l h f\n"],
    ids=["rectangle", "path"],
)
def test_white_letters_on_a_dark_ground_are_text(ground: str, rules: IntakeRules) -> None:
    drawn = f"q 0 0 0.5 rg {ground} Q\n" + text("KẾ HOẠCH", at=(85, 300), how="1 g")

    document = read(pdf(drawn), rules)

    assert texts(document) == ["KẾ HOẠCH"]
    assert document.notes == ()


def test_tones_that_are_set_on_their_own_belong_to_their_letter(rules: IntakeRules) -> None:
    file = pdf(lines(unicodedata.normalize("NFD", "Kế hoạch của Sở")))

    document = read(file, rules)

    assert texts(document) == ["Kế hoạch của Sở"]


def test_letters_drawn_twice_to_look_bold_are_read_once(rules: IntakeRules) -> None:
    drawn = text("NHIỆM VỤ", at=(85, 100)) + text("NHIỆM VỤ", at=(85.4, 100))

    document = read(pdf(drawn), rules)

    assert texts(document) == ["NHIỆM VỤ"]


def test_raised_letters_stay_on_their_line(rules: IntakeRules) -> None:
    drawn = text("Diện tích 20 m", at=(85, 100)) + text("2", at=(169, 95), size=7)

    document = read(pdf(drawn), rules)

    assert texts(document) == ["Diện tích 20 m2"]


def test_the_two_columns_of_a_letterhead_are_read_one_after_the_other(rules: IntakeRules) -> None:
    left = lines("UBND TỈNH TRƯỜNG GIANG", "SỞ NỘI VỤ", "Số: 12/KH-SNV", left=60, top=60)
    right = lines(
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", left=330, top=60
    )
    dated = text("Trường Giang, ngày 05 tháng 01 năm 2026", at=(330, 104))
    title = text("KẾ HOẠCH", at=(270, 140)) + lines(FULL, top=170)

    document = read(pdf(left + right + dated + title), rules)

    assert texts(document) == [
        "UBND TỈNH TRƯỜNG GIANG",
        "SỞ NỘI VỤ",
        "Số: 12/KH-SNV",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Trường Giang, ngày 05 tháng 01 năm 2026",
        "KẾ HOẠCH",
        FULL,
    ]


def test_recipients_and_signature_are_read_one_after_the_other(rules: IntakeRules) -> None:
    left = lines("Nơi nhận:", "- UBND tỉnh;", "- Lưu: VT.", top=300)
    right = lines("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Trịnh Hoài Nam", left=350, top=300, leading=25)

    document = read(pdf(lines(FULL) + left + right), rules)

    assert texts(document)[1:] == [
        "Nơi nhận:",
        "- UBND tỉnh;",
        "- Lưu: VT.",
        "KT. GIÁM ĐỐC",
        "PHÓ GIÁM ĐỐC",
        "Trịnh Hoài Nam",
    ]


def test_a_gap_inside_a_line_of_the_body_is_only_a_space(rules: IntakeRules) -> None:
    drawn = text("Thời hạn:", at=(85, 300)) + text("Quý II/2026", at=(400, 300))

    document = read(pdf(lines(FULL, FULL) + drawn), rules)

    assert texts(document)[-1] == "Thời hạn: Quý II/2026"


def test_text_above_and_below_a_table_keeps_its_order(rules: IntakeRules) -> None:
    drawn = table(("TT", "Nội dung"), ("1", "Việc"), widths=(40, 200), top=200)

    document = read(pdf(lines("PHỤ LỤC") + drawn + lines("Ghi chú", top=300)), rules)

    assert [getattr(block, "text", "bảng") for block in document.blocks] == [
        "PHỤ LỤC",
        "bảng",
        "Ghi chú",
    ]
    assert isinstance(document.blocks[1], Table)
