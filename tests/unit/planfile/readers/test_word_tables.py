"""Tables of a Word document as grids: merged cells, ragged rows, tables within tables."""

import time
from collections.abc import Callable

import pytest

from engine.errors import BadInput
from tests.support.documents import word as doc
from tests.support.documents.word import Xml, below, cell, paragraph, row, table, top
from workflows.planfile.blocks import Document, Place, Table
from workflows.planfile.readers import InputFile, word
from workflows.planfile.rules import IntakeRules

Read = Callable[..., Document]


@pytest.fixture
def read(rules: IntakeRules) -> Read:
    def read_document(*body: str) -> Document:
        return word.read(InputFile(name="ke-hoach.docx", data=doc.document(*body)), rules)

    return read_document


def grid(document: Document, *, number: int = 1) -> list[list[str]]:
    """Return the texts of a table; covered cells in brackets."""
    tables = [block for block in document.blocks if isinstance(block, Table)]
    return [
        [f"[{one.text}]" if one.is_merged else one.text for one in line.cells]
        for line in tables[number - 1].rows
    ]


def test_cells_merged_to_the_right_and_downwards_repeat_their_text(read: Read) -> None:
    document = read(
        table(
            row(top("TT"), top("Nội dung"), cell("Đơn vị", span=2)),
            row(below(), below(), "Chủ trì", "Phối hợp"),
            row(cell("I. Thể chế", span=4)),
            row("1", "Rà soát", top("P. KH-TC"), "VP"),
            row("2", "Công bố", below(), ""),
        )
    )

    assert grid(document) == [
        ["TT", "Nội dung", "Đơn vị", "[Đơn vị]"],
        ["[TT]", "[Nội dung]", "Chủ trì", "Phối hợp"],
        ["I. Thể chế", "[I. Thể chế]", "[I. Thể chế]", "[I. Thể chế]"],
        ["1", "Rà soát", "P. KH-TC", "VP"],
        ["2", "Công bố", "[P. KH-TC]", ""],
    ]


def test_cells_of_old_files_merged_to_the_right_repeat_their_text(read: Read) -> None:
    start, on = ('<w:hMerge w:val="restart"/>', "<w:hMerge/>")

    document = read(table(row(cell("Đơn vị", properties=start), cell(properties=on)), ["a", "b"]))

    assert grid(document) == [["Đơn vị", "[Đơn vị]"], ["a", "b"]]


def test_a_merged_cell_without_a_beginning_keeps_its_text(read: Read) -> None:
    lost = cell("a", properties="<w:vMerge/>")

    assert grid(read(table(row(lost, "b"), row(below(), "c")))) == [["a", "b"], ["[a]", "c"]]


def test_ragged_rows_keep_their_place_in_the_grid(read: Read) -> None:
    shifted = row("b", "c", properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>')

    document = read(table(["1", "2", "3", "4"], shifted, ["x"]))

    assert grid(document) == [
        ["1", "2", "3", "4"],
        ["", "b", "c", ""],
        ["x", "", "", ""],
    ]


def test_borders_that_no_row_uses_and_those_drawn_twice_make_no_column(read: Read) -> None:
    document = read(
        table(
            row(cell("TT"), cell("Nội dung", span=2), cell("Thời gian", span=2)),
            row(cell("1", span=2), cell("Rà soát"), cell("Quý I", span=2)),
            widths=[600, 20, 5000, 900, 900],
        )
    )

    assert grid(document) == [["TT", "Nội dung", "Thời gian"], ["1", "Rà soát", "Quý I"]]


def test_a_narrow_column_with_cells_of_its_own_stays(read: Read) -> None:
    document = read(table(["a", "b", "c"], ["d", "e", "f"], widths=[600, 20, 5000]))

    assert grid(document) == [["a", "b", "c"], ["d", "e", "f"]]


def test_columns_of_unknown_width_are_not_joined(read: Read) -> None:
    document = read(
        table(
            row(cell("a"), cell("b", span=2)), row(cell("c", span=2), cell("d")), widths=[0, 0, 0]
        )
    )

    assert grid(document) == [["a", "b", "[b]"], ["c", "[c]", "d"]]


def test_lines_of_a_cell_are_kept_apart_and_empty_ones_dropped(read: Read) -> None:
    document = read(table([cell("Sở Xây dựng;", "", paragraph("Sở Y tế,\nSở\tNội vụ"))]))

    assert grid(document) == [["Sở Xây dựng;\nSở Y tế,\nSở Nội vụ"]]


def test_rows_know_their_place_and_empty_ones_at_the_end_are_gone(read: Read) -> None:
    document = read("Mở đầu", table(["a"], [""], ["b"], [" "], [""]))

    (block,) = [one for one in document.blocks if isinstance(one, Table)]
    assert block.place == Place(table=1)
    assert [one.place for one in block.rows] == [Place(table=1, row=n) for n in (1, 2, 3)]
    assert [one.is_empty for one in block.rows] == [False, True, False]


def test_a_table_without_any_text_is_no_block_and_not_counted(read: Read) -> None:
    document = read(table(["", ""]), table(["a"]))

    assert [block.place for block in document.blocks] == [Place(table=1)]


def test_a_table_within_a_cell_is_text_of_the_cell_and_said(read: Read) -> None:
    inner = table(["Quý I", "10%"], ["Quý II", ""])

    document = read(table(["1", cell("Giải ngân", inner, "theo quý")]))

    (note,) = document.notes
    assert grid(document) == [["1", "Giải ngân\nQuý I | 10%\nQuý II\ntheo quý"]]
    assert (note.code, note.place) == ("nested_table", Place(table=1, row=1))


def test_a_table_that_only_frames_the_document_is_looked_through(read: Read) -> None:
    document = read(table([cell("KẾ HOẠCH", table(["TT", "Nội dung"]), "Nơi nhận")]))

    assert [type(block).__name__ for block in document.blocks] == [
        "Paragraph",
        "Table",
        "Paragraph",
    ]
    assert document.notes == ()


def test_rows_and_cells_in_controls_are_read_and_hidden_rows_said(read: Read) -> None:
    wrap = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"

    document = read(
        table(
            Xml(wrap.format(row("1", "Rà soát"))),
            Xml(row("2", Xml(wrap.format(cell("Công bố"))))),
            row("3", "ẩn", properties="<w:hidden/>"),
        )
    )

    assert grid(document) == [["1", "Rà soát"], ["2", "Công bố"]]
    assert [note.code for note in document.notes] == ["hidden_text"]


def test_a_cell_that_was_deleted_moves_the_next_up(read: Read) -> None:
    document = read(table(row(cell("a", properties="<w:cellDel/>"), "b"), ["c", "d"]))

    assert grid(document) == [["b", ""], ["c", "d"]]


def test_the_letterhead_stays_a_table(read: Read) -> None:
    document = read(
        table(["UBND TỈNH\nSỞ NỘI VỤ\nSố: 12/KH-SNV", "CỘNG HÒA XÃ HỘI\nĐộc lập - Tự do"])
    )

    assert grid(document) == [
        ["UBND TỈNH\nSỞ NỘI VỤ\nSố: 12/KH-SNV", "CỘNG HÒA XÃ HỘI\nĐộc lập - Tự do"]
    ]


@pytest.mark.parametrize(("rows", "columns"), [(1, 101), (3, 5000)])
def test_a_table_that_is_too_wide_is_refused_by_its_number(
    rules: IntakeRules, rows: int, columns: int
) -> None:
    data = doc.document(table(["a"]), table(*[["x"] * columns] * rows))

    with pytest.raises(BadInput) as caught:
        word.read(InputFile(name="ke-hoach.docx", data=data), rules)

    (fault,) = caught.value.faults
    assert caught.value.source == "ke-hoach.docx"
    assert (fault.place, "cột" in fault.problem) == ("bảng 2", True)


def test_a_table_that_is_too_long_is_refused_by_its_number(rules: IntakeRules) -> None:
    limits = rules.limits.model_copy(update={"table_rows": 10})
    few = rules.model_copy(update={"limits": limits})

    with pytest.raises(BadInput) as caught:
        word.read(InputFile(name="a.docx", data=doc.document(table(*[["x"]] * 11))), few)

    assert "11 dòng" in caught.value.faults[0].problem


@pytest.mark.parametrize("span", ["999999999", "-5", "x", "0", "9" * 50])
def test_a_senseless_span_costs_nothing(read: Read, span: str) -> None:
    wide = cell("a", properties=f'<w:gridSpan w:val="{span}"/>')

    assert grid(read(table(row(wide, "b"), ["c"])))[1] == ["c", ""]


def test_tables_deep_within_each_other_in_a_text_box_are_read_once(rules: IntakeRules) -> None:
    inner = paragraph("MẬT")
    for _ in range(25):
        inner = table([cell(inner)])

    data = doc.document(paragraph("Kế hoạch", doc.text_box(inner)))
    document = word.read(InputFile(name="a.docx", data=data), rules)

    assert document.furniture == ("MẬT",)


def test_two_thousand_rows_and_two_hundred_pages_are_read_in_seconds(read: Read) -> None:
    long = "Rà soát, trình Giám đốc Sở ban hành quy chế tiếp nhận và trả kết quả. " * 3
    body = [paragraph(long) for _ in range(200 * 14)]
    rows = [
        [str(n), long, "Phòng Chuyển đổi số", "Văn phòng", "Quý II/2024", "Quyết định"]
        for n in range(2000)
    ]

    began = time.process_time()
    document = read(*body, table(*rows))
    took = time.process_time() - began

    assert len(grid(document)) == 2000
    assert took < 20
