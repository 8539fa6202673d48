"""Ruled tables of a PDF: their grid, what is merged, what stands in a cell, table by table."""

import pytest

from tests.support.documents.pdf import (
    box,
    cell_at,
    lines,
    pdf,
    table,
    text,
)
from workflows.planfile.blocks import Document, Paragraph, Place, Table
from workflows.planfile.readers.pdf import read
from workflows.planfile.rules import IntakeRules

HEADER = ("TT", "Nội dung nhiệm vụ", "Đơn vị chủ trì")
WIDTHS = (40, 200, 150)


def tables(document: Document) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row.cells] for row in block.rows]
        for block in document.blocks
        if isinstance(block, Table)
    ]


def merged(document: Document) -> list[list[bool]]:
    (block,) = (block for block in document.blocks if isinstance(block, Table))
    return [[cell.is_merged for cell in row.cells] for row in block.rows]


def test_every_cell_is_read_and_every_row_knows_its_place(rules: IntakeRules) -> None:
    document = read(pdf("q Q", table(HEADER, ("1", "Rà soát", ""), widths=WIDTHS)), rules)

    assert tables(document) == [[[*HEADER], ["1", "Rà soát", ""]]]
    (block,) = document.blocks
    assert isinstance(block, Table)
    assert block.place == Place(page=2, table=1)
    assert [row.place for row in block.rows] == [
        Place(page=2, table=1, row=1),
        Place(page=2, table=1, row=2),
    ]


def test_a_group_row_merged_across_repeats_its_text(rules: IntakeRules) -> None:
    drawn = table(HEADER, ("I", "Hạ tầng số", None), ("1", "Rà soát", "Sở"), widths=WIDTHS)

    document = read(pdf(drawn), rules)

    assert tables(document)[0][1] == ["I", "Hạ tầng số", "Hạ tầng số"]
    assert merged(document)[1] == [False, False, True]


def test_a_cell_merged_downwards_repeats_its_text(rules: IntakeRules) -> None:
    drawn = (
        cell_at((60, 100, 200, 120), "Việc một")
        + cell_at((60, 120, 200, 140), "Việc hai")
        + cell_at((200, 100, 320, 140), "Văn phòng Sở")
    )

    document = read(pdf(drawn), rules)

    assert tables(document) == [[["Việc một", "Văn phòng Sở"], ["Việc hai", "Văn phòng Sở"]]]
    assert merged(document) == [[False, False], [False, True]]


def test_a_line_broken_at_the_width_of_a_cell_is_one_line(rules: IntakeRules) -> None:
    # 24 letters are 144 points wide; the cell has room for 142.
    row = ("Trung tâm Thông tin và\nThống kê khoa học", "Phòng A;\nPhòng B")

    document = read(pdf(table(row, ("1", "2"), widths=(150, 300), height=40)), rules)

    assert tables(document)[0][0] == [
        "Trung tâm Thông tin và Thống kê khoa học",
        "Phòng A;\nPhòng B",
    ]


def test_a_broken_symbol_is_mended(rules: IntakeRules) -> None:
    row = ("Kế hoạch số 412/KH-\nUBND", "Sở")

    document = read(pdf(table(row, ("1", "2"), widths=(122, 100), height=40)), rules)

    assert tables(document)[0][0][0] == "Kế hoạch số 412/KH-UBND"


def test_centred_lines_of_a_cell_stay_lines_where_they_had_room(rules: IntakeRules) -> None:
    drawn = (
        box(60, 100, 300, 180)
        + text("PHÓ GIÁM ĐỐC", at=(144, 120))
        + text("Trịnh Hoài Nam", at=(138, 160))
        + cell_at((300, 100, 500, 180), "Ghi chú")
    )

    document = read(pdf(drawn), rules)

    assert tables(document) == [[["PHÓ GIÁM ĐỐC\nTrịnh Hoài Nam", "Ghi chú"]]]


def test_a_table_over_two_pages_is_one_table_a_page(rules: IntakeRules) -> None:
    first = table(HEADER, ("1", "Rà soát", "Sở"), widths=WIDTHS, top=760)
    second = table(("2", "Tổng kết", "Sở"), widths=WIDTHS, top=60)

    document = read(pdf(first, second), rules)

    assert tables(document) == [[[*HEADER], ["1", "Rà soát", "Sở"]], [["2", "Tổng kết", "Sở"]]]
    assert [block.place for block in document.blocks] == [
        Place(page=1, table=1),
        Place(page=2, table=2),
    ]


def test_a_row_cut_by_the_end_of_a_page_is_read_though_no_line_is_below_it(
    rules: IntakeRules,
) -> None:
    header = table(HEADER, widths=WIDTHS, top=760)
    edges = (60, 100, 300, 450)
    sides = "".join(f"{x} 62 m {x} 22 l S\n" for x in edges)
    written = text("1", at=(64, 793)) + text("Phòng", at=(304, 793)) + text("Rà", at=(104, 807))

    document = read(pdf(header + sides + written), rules)

    assert tables(document) == [[[*HEADER], ["1", "Rà", "Phòng"]]]


def test_a_cell_without_a_border_keeps_its_text(rules: IntakeRules) -> None:
    drawn = (
        cell_at((60, 100, 160, 120), "1")
        + cell_at((160, 100, 260, 120), "Rà soát")
        + cell_at((260, 100, 360, 140), "Sở")
        + cell_at((60, 120, 160, 140), "2")
        + text("Tổng kết", at=(164, 133))
    )

    document = read(pdf(drawn), rules)

    assert tables(document) == [[["1", "Rà soát", "Sở"], ["2", "Tổng kết", "Sở"]]]


@pytest.mark.parametrize(
    "drawn",
    [
        box(60, 80, 540, 160) + lines("KẾ HOẠCH"),
        lines("KẾ HOẠCH") + "85 740 m 200 740 l S\n",
        lines("KẾ HOẠCH") + box(40, 40, 560, 800),
    ],
    ids=["frame", "underlined", "border-of-the-page"],
)
def test_a_frame_or_a_line_is_no_table(drawn: str, rules: IntakeRules) -> None:
    document = read(pdf(drawn), rules)

    (block,) = document.blocks
    assert isinstance(block, Paragraph)
    assert block.text == "KẾ HOẠCH"


def test_an_empty_grid_is_nothing(rules: IntakeRules) -> None:
    document = read(pdf(lines("KẾ HOẠCH") + table(("", ""), widths=(90, 90), top=300)), rules)

    assert tables(document) == []


def test_empty_rows_at_the_end_are_gone(rules: IntakeRules) -> None:
    document = read(pdf(table(HEADER, ("", "", ""), ("", "", ""), widths=WIDTHS)), rules)

    assert tables(document) == [[[*HEADER]]]


def test_lines_drawn_piece_by_piece_are_one_table(rules: IntakeRules) -> None:
    # As word processors print them: every border of every cell a thin filled area of its own.
    drawn = ""
    for row, (number, title) in enumerate((("TT", "Nội dung"), ("1", "Rà soát"))):
        for column, written in enumerate((number, title)):
            left, top = 60 + column * 100, 100 + row * 20
            for bounds in (
                (left, top, left + 100, top + 0.5),
                (left, top + 20, left + 100, top + 20.5),
                (left, top + 0.5, left + 0.5, top + 20),
                (left + 100, top + 0.5, left + 100.5, top + 20),
            ):
                drawn += box(*bounds, how="f")
            drawn += text(written, at=(left + 5, top + 14))

    document = read(pdf(drawn), rules)

    assert tables(document) == [[["TT", "Nội dung"], ["1", "Rà soát"]]]


def test_a_table_without_lines_at_its_sides_is_whole(rules: IntakeRules) -> None:
    drawn = "".join(f"60 {842 - y} m 360 {842 - y} l S\n" for y in (100, 120, 140))
    drawn += "200 742 m 200 702 l S\n"
    for number, row in enumerate((("Việc", "Sở"), ("Rà soát", "Văn phòng"))):
        for left, written in zip((64, 204), row, strict=True):
            drawn += text(written, at=(left, 114 + number * 20))

    document = read(pdf(drawn), rules)

    assert tables(document) == [[["Việc", "Sở"], ["Rà soát", "Văn phòng"]]]


def test_underlined_lines_above_a_table_draw_no_column_into_it(rules: IntakeRules) -> None:
    underlined = "".join(f"60 {842 - y} m 180 {842 - y} l S\n" for y in (60, 75, 90))
    drawn = table(HEADER, ("1", "Rà soát", "Sở"), widths=WIDTHS, top=200)

    document = read(pdf(underlined + drawn), rules)

    assert tables(document) == [[[*HEADER], ["1", "Rà soát", "Sở"]]]


def test_a_table_that_nobody_drew_is_named(rules: IntakeRules) -> None:
    headers = ("TT", "Nội dung", "Chủ trì", "Thời hạn")
    drawn = "".join(text(word, at=(85 + at * 110, 300)) for at, word in enumerate(headers))

    document = read(pdf(lines("PHỤ LỤC") + drawn), rules)

    (note,) = document.notes
    assert (note.code, note.place) == ("table_without_lines", Place(page=1, line=2))
    assert "TT, Nội dung, Chủ trì, Thời hạn" in note.message
