"""Running text to blocks: lines and whether they go on, tables drawn in it, furniture of pages."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BadInput
from workflows.planfile.blocks import Document, Heading, Paragraph, Place, Table
from workflows.planfile.readers import InputFile
from workflows.planfile.readers.plain import read
from workflows.planfile.rules import IntakeRules

NAME = "ke-hoach.txt"


def read_text(text: str, rules: IntakeRules) -> Document:
    return read(InputFile(name=NAME, data=text.encode()), rules)


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def rows(document: Document) -> list[list[str]]:
    (block,) = (block for block in document.blocks if isinstance(block, Table))
    return [[cell.text for cell in row.cells] for row in block.rows]


def test_every_line_is_a_paragraph_that_knows_its_line(rules: IntakeRules) -> None:
    document = read_text("KẾ HOẠCH\n\nCải cách hành chính năm 2026\n", rules)

    assert document.blocks == (
        Paragraph(text="KẾ HOẠCH", place=Place(line=1)),
        Paragraph(text="Cải cách hành chính năm 2026", place=Place(line=3)),
    )
    assert (document.name, document.format) == (NAME, "txt")


def test_a_full_line_may_go_on_with_the_next_one(rules: IntakeRules) -> None:
    text = (
        "- Tổ chức lớp bồi dưỡng kỹ năng số cho công chức, viên chức của Sở và của các\n\n"
        "đơn vị trực thuộc.\n\n"
        "- Rà soát toàn bộ quy chế, quy trình giải quyết công việc của các phòng thuộc Sở;\n"
    )

    document = read_text(text, rules)

    continues = [block.continues for block in document.blocks if isinstance(block, Paragraph)]
    assert continues == [False, True, False]


def test_form_feeds_count_the_pages(rules: IntakeRules) -> None:
    document = read_text("I. MỤC ĐÍCH\n\f2\nII. NHIỆM VỤ\n", rules)

    assert [block.place for block in document.blocks] == [
        Place(page=1, line=1),
        Place(page=2, line=3),
    ]
    assert document.furniture == ("2",)


def test_page_numbers_addresses_and_stamps_are_kept_apart(rules: IntakeRules) -> None:
    stamp = "Người ký: Sở Nội vụ\nEmail: snv@truonggiang.example\nThời gian ký: 13.05.2026 14:41"
    text = f"{stamp}\nKẾ HOẠCH\nhttps://truonggiang.example/kh\n(trang 2)\n- 3 -\nEmail: a@b.c\n"

    document = read_text(text, rules)

    assert texts(document) == ["KẾ HOẠCH", "Email: a@b.c"]
    assert document.furniture == (
        *stamp.split("\n"),
        "https://truonggiang.example/kh",
        "(trang 2)",
        "- 3 -",
    )


def test_running_heads_are_kept_apart_and_numbered_headings_are_not(rules: IntakeRules) -> None:
    text = "\f".join(
        f"Kế hoạch của Sở Nội vụ - {page}\n{heading}\nViệc số {page} của năm\nTheo dõi\nTổng kết\n"
        for page, heading in ((1, "Phụ lục 01"), (2, "Phụ lục 04"), (3, "Phụ lục 02"))
    )

    document = read_text(text, rules)

    assert "Kế hoạch của Sở Nội vụ - 2" in document.furniture
    assert [text for text in texts(document) if text.startswith("Phụ")] == [
        "Phụ lục 01",
        "Phụ lục 04",
        "Phụ lục 02",
    ]


def test_lines_with_bars_are_a_table(rules: IntakeRules) -> None:
    text = "PHỤ LỤC\n| TT | Nhiệm vụ | Chủ trì |\n|---|:-:|--|\n| 1 | **Rà soát** | Sở |\nHết\n"

    document = read_text(text, rules)

    assert rows(document) == [["TT", "Nhiệm vụ", "Chủ trì"], ["1", "Rà soát", "Sở"]]
    assert [block.place for block in document.blocks] == [
        Place(line=1),
        Place(line=2, table=1),
        Place(line=5),
    ]
    assert isinstance(document.blocks[1], Table)
    assert [row.place.line for row in document.blocks[1].rows] == [2, 4]


def test_a_table_in_brackets_has_lines_in_its_cells(rules: IntakeRules) -> None:
    text = (
        "[TABLE rows=2]\n| UBND TỈNH / SỞ NỘI VỤ | Số: 05/KH-SNV |\n| Lập tức\nvà ngay | |\n"
        "[/TABLE]\nKẾ HOẠCH\n"
    )

    document = read_text(text, rules)

    assert rows(document) == [["UBND TỈNH\nSỞ NỘI VỤ", "Số: 05/KH-SNV"], ["Lập tức\nvà ngay", ""]]
    assert texts(document) == ["KẾ HOẠCH"]


def test_brackets_that_never_close_are_text(rules: IntakeRules) -> None:
    document = read_text("[TABLE rows=2]\n| a | b |\nKẾ HOẠCH\n", rules)

    assert texts(document) == ["[TABLE rows=2]", "KẾ HOẠCH"]
    assert rows(document) == [["a", "b"]]


def test_a_slash_in_a_table_without_brackets_is_a_slash(rules: IntakeRules) -> None:
    document = read_text("| Phòng A / Phòng B | Quý I |\n", rules)

    assert rows(document) == [["Phòng A / Phòng B", "Quý I"]]


def test_short_rows_are_filled_and_bars_can_be_escaped(rules: IntakeRules) -> None:
    document = read_text("| TT | Việc | Sở |\n| 1 | A \\| B<br>C |\n", rules)

    assert rows(document) == [["TT", "Việc", "Sở"], ["1", "A | B\nC", ""]]


def test_a_row_with_more_cells_than_the_header_is_named(rules: IntakeRules) -> None:
    document = read_text("| PHỤ LỤC |\n| TT | Việc |\n| 1 | A | B |\n| 2 | C |\n", rules)

    assert [(note.code, note.place.line) for note in document.notes] == [("ragged_row", 3)]


def test_a_table_copied_with_tabs_is_a_table(rules: IntakeRules) -> None:
    text = (
        "PHỤ LỤC\n"
        "TT\tNội dung nhiệm vụ\tĐơn vị chủ trì\tThời hạn\n"
        "I\tHạ tầng số\n"
        "1\tRà soát\nquy chế | quy trình\tVăn phòng Sở\tQuý I/2026\n"
        "\tTổng kết\tVăn phòng Sở\t\n"
        "Ghi chú cuối trang\n"
    )

    document = read_text(text, rules)

    assert rows(document) == [
        ["TT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Thời hạn"],
        ["I", "Hạ tầng số", "", ""],
        ["1", "Rà soát\nquy chế | quy trình", "Văn phòng Sở", "Quý I/2026"],
        ["", "Tổng kết", "Văn phòng Sở", ""],
    ]
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert [row.place.line for row in table.rows] == [2, 3, 4, 6]
    assert texts(document) == ["PHỤ LỤC", "Ghi chú cuối trang"]


def test_tabs_without_headers_of_a_plan_are_spaces(rules: IntakeRules) -> None:
    text = "UBND TỈNH\tCỘNG HÒA\tVIỆT NAM\nSỞ NỘI VỤ\tĐộc lập\tTự do\n1.\tMục đích\t3\n"

    document = read_text(text, rules)

    assert not any(isinstance(block, Table) for block in document.blocks)


def test_a_row_broken_in_the_middle_is_one_row(rules: IntakeRules) -> None:
    document = read_text("| TT | Việc |\n| 1 | Rà soát\nquy chế |\n| 2 | Tổng kết |\n", rules)

    assert rows(document) == [["TT", "Việc"], ["1", "Rà soát quy chế"], ["2", "Tổng kết"]]


def test_numbers_of_pages_inside_a_table_are_no_rows(rules: IntakeRules) -> None:
    text = "| TT | Việc |\n| 1 | A |\n| (trang 9) | |\n| 2 | B |\n| 10 | |\n| - 11 - | |\n| 3 | |\n"

    document = read_text(text, rules)

    assert rows(document) == [["TT", "Việc"], ["1", "A"], ["2", "B"], ["3", ""]]
    assert document.furniture == ("(trang 9)", "10", "- 11 -")


def test_headings_and_bold_type_of_converters_are_understood(rules: IntakeRules) -> None:
    document = read_text("## Phụ lục\n**I. MỤC ĐÍCH**\n", rules)

    assert document.blocks == (
        Heading(text="Phụ lục", level=2, place=Place(line=1)),
        Paragraph(text="I. MỤC ĐÍCH", place=Place(line=2)),
    )


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x0c"])
def test_two_million_lines_are_refused_before_they_are_read(end: str, rules: IntakeRules) -> None:
    file = InputFile(name=NAME, data=f"a{end}".encode() * 2_000_000)
    started = time.process_time()

    with pytest.raises(BadInput) as caught:
        read(file, rules)

    # A tenth of a second on an idle machine.
    assert time.process_time() - started < 5
    assert "dòng" in caught.value.faults[0].problem


def test_a_row_with_thousands_of_cells_is_refused_with_its_line(rules: IntakeRules) -> None:
    with pytest.raises(BadInput) as caught:
        read_text("| a | b |\n|" + "x|" * 5000 + "\n", rules)

    assert [fault.place for fault in caught.value.faults] == ["dòng 2"]


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(["|", " ", "a", "\n", "\f", "[TABLE]", "[/TABLE]", "---", "**", "9", "\\"])
        | st.sampled_from(["\t", "TT\tNhiệm vụ\tThời hạn\n"])
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


@pytest.mark.parametrize(
    ("pattern", "tables"),
    [
        ("01-*.txt", [(2, 3), (1, 2), (16, 6)]),
        ("08-*.txt", [(148, 6)]),
        ("28-*.txt", [(9, 6)]),
        ("33-*.txt", [(29, 7)]),
    ],
)
def test_tables_of_real_plans_are_whole(
    samples: Path, rules: IntakeRules, pattern: str, tables: list[tuple[int, int]]
) -> None:
    (path,) = (samples / "plans").glob(pattern)

    document = read(InputFile(name=path.name, data=path.read_bytes()), rules)

    found = [block for block in document.blocks if isinstance(block, Table)]
    assert [(len(block.rows), len(block.rows[0].cells)) for block in found] == tables


def test_the_page_number_inside_a_real_table_is_dropped(samples: Path, rules: IntakeRules) -> None:
    (path,) = (samples / "plans").glob("28-*.txt")

    document = read(InputFile(name=path.name, data=path.read_bytes()), rules)

    assert document.furniture == ("(trang 9)",)
