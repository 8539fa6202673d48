"""Markdown to blocks: what its marks say is kept, the marks are not, and no line gets lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BadInput
from workflows.planfile.blocks import Document, Heading, ListItem, Paragraph, Place, Table
from workflows.planfile.readers import InputFile
from workflows.planfile.readers.markdown import read
from workflows.planfile.rules import IntakeRules

NAME = "ke-hoach.md"


def read_text(text: str, rules: IntakeRules) -> Document:
    return read(InputFile(name=NAME, data=text.encode()), rules)


def rows(document: Document) -> list[list[str]]:
    (block,) = (block for block in document.blocks if isinstance(block, Table))
    return [[cell.text for cell in row.cells] for row in block.rows]


def test_headings_know_their_level_and_line(rules: IntakeRules) -> None:
    document = read_text("# KẾ HOẠCH\n\n## II. NHIỆM VỤ ##\n\nGiải pháp\n---\n", rules)

    assert document.blocks == (
        Heading(text="KẾ HOẠCH", level=1, place=Place(line=1)),
        Heading(text="II. NHIỆM VỤ", level=2, place=Place(line=3)),
        Heading(text="Giải pháp", level=2, place=Place(line=5)),
    )
    assert (document.name, document.format) == (NAME, "md")


def test_items_of_lists_know_their_level_and_what_stands_before_them(rules: IntakeRules) -> None:
    text = "1. Đào tạo\n   - Mở lớp\n     * Lớp một\n   - Thi\n1. Truyền thông\n\n4) Khác\n"

    document = read_text(text, rules)

    items = [block for block in document.blocks if isinstance(block, ListItem)]
    assert [(item.level, item.marker, item.text, item.place.line) for item in items] == [
        (0, "1.", "Đào tạo", 1),
        (1, "-", "Mở lớp", 2),
        (2, "-", "Lớp một", 3),
        (1, "-", "Thi", 4),
        (0, "2.", "Truyền thông", 5),
        (0, "4)", "Khác", 7),
    ]


def test_the_second_line_of_an_item_belongs_to_it(rules: IntakeRules) -> None:
    document = read_text("- Tổ chức lớp\n  bồi dưỡng kỹ năng số;\n- Thi\n", rules)

    assert [block.text for block in document.blocks if isinstance(block, ListItem)] == [
        "Tổ chức lớp bồi dưỡng kỹ năng số;",
        "Thi",
    ]


def test_a_section_right_below_an_item_is_no_part_of_it(rules: IntakeRules) -> None:
    document = read_text("- Việc cuối\nIII. TỔ CHỨC THỰC HIỆN\nNơi nhận:\n", rules)

    assert [getattr(block, "text", None) for block in document.blocks] == [
        "Việc cuối",
        "III. TỔ CHỨC THỰC HIỆN",
        "Nơi nhận:",
    ]


def test_lines_of_a_paragraph_stay_lines_and_say_whether_they_go_on(rules: IntakeRules) -> None:
    text = (
        "KẾ HOẠCH\n"
        "Thực hiện Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ ban hành Chương trình\n"
        "tổng thể cải cách hành chính nhà nước giai đoạn 2021 - 2030;\n"
        "I. MỤC ĐÍCH\n"
    )

    document = read_text(text, rules)

    found = [block for block in document.blocks if isinstance(block, Paragraph)]
    assert [(block.place.line, block.continues) for block in found] == [
        (1, False),
        (2, False),
        (3, True),
        (4, False),
    ]


def test_emphasis_links_code_comments_and_entities_become_plain_text(rules: IntakeRules) -> None:
    text = "**Sở** *Nội vụ* <!-- nháp --> xem [đây](https://a.example/) `mã`&nbsp;&amp; A\\*B\n"

    document = read_text(text, rules)

    assert [getattr(block, "text", None) for block in document.blocks] == [
        "Sở Nội vụ xem đây mã & A*B",
    ]


def test_comments_over_several_lines_are_gone(rules: IntakeRules) -> None:
    document = read_text("<!-- bỏ\n\ndòng này -->\n\nKẾ HOẠCH\n", rules)

    assert document.blocks == (Paragraph(text="KẾ HOẠCH", place=Place(line=5)),)
    assert document.notes == ()


def test_html_is_read_as_text_and_named(rules: IntakeRules) -> None:
    document = read_text("<div>\n<p>Rà soát quy chế</p>\n</div>\n", rules)

    assert document.blocks == (Paragraph(text="Rà soát quy chế", place=Place(line=2)),)
    assert [(note.code, note.place.line) for note in document.notes] == [("html_block", 1)]


def test_a_table_keeps_cells_beyond_its_header(rules: IntakeRules) -> None:
    text = "TT | Việc\n---|---\n1 | *Rà* [soát](x) | thừa\n2 | A \\| B<br>C\n"

    document = read_text(text, rules)

    assert rows(document) == [["TT", "Việc", ""], ["1", "Rà soát", "thừa"], ["2", "A | B\nC", ""]]
    (table,) = document.blocks
    assert isinstance(table, Table)
    assert [row.place.line for row in table.rows] == [1, 3, 4]


@pytest.mark.parametrize("around", ["{}", "```\n{}```\n", "- Bảng:\n\n  {}"])
def test_a_table_without_its_rule_is_a_table(around: str, rules: IntakeRules) -> None:
    document = read_text(around.format("| TT | Việc |\n  | 1 | Rà soát |\n"), rules)

    assert rows(document) == [["TT", "Việc"], ["1", "Rà soát"]]


def test_a_code_fence_is_read_line_by_line(rules: IntakeRules) -> None:
    document = read_text("```text\nI. TÌNH HÌNH\n\n   1. Chỉ đạo\n```\n", rules)

    assert document.blocks == (
        Paragraph(text="I. TÌNH HÌNH", place=Place(line=2)),
        Paragraph(text="1. Chỉ đạo", place=Place(line=4)),
    )


def test_stamps_addresses_and_page_numbers_are_kept_apart(rules: IntakeRules) -> None:
    text = "Người ký: Sở Nội vụ\n\n<https://a.example/x>\n\n(trang 2)\n\nKẾ HOẠCH\n"

    document = read_text(text, rules)

    assert document.blocks == (Paragraph(text="KẾ HOẠCH", place=Place(line=7)),)
    assert document.furniture == ("Người ký: Sở Nội vụ", "https://a.example/x", "(trang 2)")


def test_more_lines_than_any_plan_has_are_refused(rules: IntakeRules) -> None:
    with pytest.raises(BadInput) as caught:
        read_text("a\n" * 2_000_000, rules)

    assert "dòng" in caught.value.faults[0].problem


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            ["|", " ", "a", "\n", "\n\n", "-", "1.", "#", ">", "```", "<!--", "-->", "<p>", "**"]
        )
        | st.sampled_from(["[x](y)", "&amp;", "\t", "    ", "---", "|-|-|", "\\"])
        | st.text(max_size=5),
        max_size=60,
    )
)
def test_no_text_makes_the_reader_crash(rules: IntakeRules, parts: list[str]) -> None:
    data = "".join(parts).encode(errors="surrogatepass")

    try:
        outcome = read(InputFile(name=NAME, data=data), rules).name
    except BadInput as refused:
        outcome = refused.source

    assert outcome == NAME


@settings(max_examples=100)
@given(st.lists(st.text(alphabet="abcđếọ ", min_size=1).filter(str.strip), min_size=1, max_size=8))
def test_no_word_gets_lost(rules: IntakeRules, lines: list[str]) -> None:
    document = read_text("\n\n".join(f"Việc {line.strip()}" for line in lines), rules)

    found = " ".join(block.text for block in document.blocks if isinstance(block, Paragraph))
    assert found.split() == [word for line in lines for word in ["Việc", *line.split()]]
