"""A review as a workbook: what a person finds in it, and that it comes back as it went."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from engine.draft import Remark, Source
from engine.review import Proposal, Question, Review
from tests.support.documents.sheets import paragraphs, tables, texts
from workflows.planfile import read_worksheet
from workflows.planfile.matching import normal
from workflows.planfile.readers import InputFile
from workflows.planfile.readers.sheets import read
from workflows.planfile.readers.sheets.values import tidy
from workflows.planfile.rules import IntakeRules
from workflows.planfile.worksheet_cells import CELL_LETTERS, cells_of, columns_of
from workflows.planfile.worksheet_file import worksheet_file

UNITS = [("VP", "Văn phòng Sở"), ("HTQT", "Phòng Hợp tác quốc tế")]
PEOPLE = [("vp-hoa", "Trần Thị Hoa", "VP")]
HEADING = Proposal(
    code="II.1", kind="heading", title="Tham mưu trình ban hành:", section="II", field="",
    action="unchanged", source=Source(),
)  # fmt: skip
TASK = Proposal(
    code="II.1.1", kind="task", title="Quy chế đón tiếp khách nước ngoài", section="II", field="",
    action="unchanged", lead="VP", coordinating=("HTQT", "các phòng liên quan"),
    assignee="vp-hoa", verifier="vp-hoa", deadline_phrase="Trước ngày 15/9/2026",
    deadline_kind="fixed_date", due=(date(2026, 9, 14),), output="Quyết định", decision="keep",
    is_urgent=True, warnings=(Remark(code="no_basis", message="chưa có căn cứ"),),
    source=Source(page=3, table=1, row=7, line=90, passage="7 | Quy chế | 15/9/2026"),
)  # fmt: skip
ASKED = Proposal(
    code="II.2", kind="standing", title="Duy trì trang thông tin", section="II", field="",
    action="unchanged", leads=("VP", "HTQT"), deadline_phrase="Thường xuyên",
    deadline_kind="standing",
    questions=(
        Question(
            code="several_leads", problem="có 2 đơn vị chủ trì", cure="chọn một",
            options=("VP", "HTQT"),
        ),
    ),
    source=Source(file="phu-luc.xlsx", sheet="Bảng 1", row=9),
)  # fmt: skip


def review(*rows: Proposal) -> Review:
    return Review(plan="KH-2026", year=2026, title="Kế hoạch đối ngoại năm 2026", rows=rows)


def written(rules: IntakeRules, *rows: Proposal) -> bytes:
    return worksheet_file(review(*rows), units=UNITS, people=PEOPLE, rules=rules)


def come_back(data: bytes, rules: IntakeRules) -> list[tuple[str, ...]]:
    document = read(InputFile(name="phan-cong.xlsx", data=data), rules)
    return [texts(row) for row in tables(document)[0].rows]


def opened(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data))


def by_header(sheet: Any, row: int) -> Mapping[str, Any]:
    headers = [cell.value for cell in sheet[1]]
    return dict(zip(headers, sheet[row], strict=True))


@pytest.fixture(scope="module")
def book(rules: IntakeRules) -> Any:
    return opened(written(rules, HEADING, TASK, ASKED))


def test_every_column_says_what_is_known_of_the_task(book: Any) -> None:
    values = {header: cell.value for header, cell in by_header(book["Phân công"], 3).items()}

    assert values == {
        "Mã": "II.1.1",
        "Nội dung nhiệm vụ": "Quy chế đón tiếp khách nước ngoài",
        "Loại": "nhiệm vụ",
        "Đơn vị chủ trì": "VP",
        "Đơn vị phối hợp": "HTQT; các phòng liên quan",
        "Người thực hiện": "vp-hoa",
        "Thời gian hoàn thành": "Trước ngày 15/9/2026",
        "Hiểu là": "14/09/2026",
        "Sản phẩm": "Quyết định",
        "Người xác nhận": "vp-hoa",
        "Khẩn": "x",
        "Quyết định": "giữ",
        "Cần quyết định": None,
        "Lưu ý": "chưa có căn cứ",
        "Vị trí": "trang 3, bảng 1, dòng 7",
        "Đoạn gốc": "7 | Quy chế | 15/9/2026",
    }


def test_what_is_asked_stands_in_the_row_with_its_answers_and_is_shaded(book: Any) -> None:
    asked, quiet = by_header(book["Phân công"], 4), by_header(book["Phân công"], 3)

    # In the words of whoever fills the sheet in, not of the command line.
    assert asked["Cần quyết định"].value.startswith("có 2 đơn vị chủ trì: giữ một đơn vị ở cột ")
    assert asked["Cần quyết định"].value.endswith("(VP, HTQT)")
    assert asked["Đơn vị chủ trì"].value == "VP; HTQT"
    assert asked["Hiểu là"].value == "thường xuyên, không có hạn"
    assert asked["Vị trí"].value == "phu-luc.xlsx, trang tính “Bảng 1”, dòng 9"
    assert {cell.fill.fgColor.rgb for cell in asked.values()} == {"FFFFF2CC"}
    assert {cell.fill.patternType for cell in quiet.values()} == {None}


def test_headings_are_bold_and_columns_only_shown_are_grey(book: Any) -> None:
    heading, task = by_header(book["Phân công"], 2), by_header(book["Phân công"], 3)

    assert (heading["Mã"].font.bold, task["Mã"].font.bold) == (True, False)
    assert task["Đoạn gốc"].font.color.rgb == "FF595959"


def test_the_sheet_is_ready_to_be_filled_in_and_printed(book: Any) -> None:
    sheet = book["Phân công"]

    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C2", "A1:P4")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.print_title_rows == "$1:$1"
    assert all(cell.alignment.wrap_text for row in sheet for cell in row)


def test_what_is_typed_into_a_column_stays_a_text(book: Any) -> None:
    formats = {header: c.number_format for header, c in by_header(book["Phân công"], 3).items()}

    shown = {"Hiểu là", "Cần quyết định", "Lưu ý", "Vị trí", "Đoạn gốc"}
    assert {formats[header] for header in formats.keys() - shown} == {"@"}
    assert {formats[header] for header in shown} == {"General"}


def test_lists_to_choose_from_are_visible_and_named(book: Any) -> None:
    sheet = book["Phân công"]
    lists = {
        sheet.cell(1, next(iter(one.sqref.ranges)).min_col).value: one.formula1
        for one in sheet.data_validations.dataValidation
    }
    chosen = {
        name: [cell[0].value for cell in book["Danh mục"][named.attr_text.split("!")[1]]]
        for name, named in book.defined_names.items()
        if name in ("don_vi", "nguoi", "quyet_dinh")
    }

    assert lists == {
        "Loại": "loai_nhiem_vu", "Đơn vị chủ trì": "don_vi", "Người thực hiện": "nguoi",
        "Người xác nhận": "nguoi", "Khẩn": "khan", "Quyết định": "quyet_dinh",
    }  # fmt: skip
    assert chosen["don_vi"] == ["VP", "HTQT"]
    assert chosen["nguoi"] == ["vp-hoa"]
    assert "bỏ" in chosen["quyet_dinh"]
    assert book["Danh mục"].sheet_state == "visible"
    assert [cell.value for cell in book["Danh mục"][3]][:2] == ["HTQT", "Phòng Hợp tác quốc tế"]


def test_the_guide_says_in_five_sentences_what_to_do(rules: IntakeRules) -> None:
    document = read(InputFile(name="x.xlsx", data=written(rules, TASK, ASKED)), rules)

    guide = paragraphs(document)

    assert len(guide) == 6
    assert "2 dòng; 1 dòng tô vàng" in guide[1]
    assert "plan import TỆP --into KH-2026" in guide[5]


def test_the_same_review_gives_the_same_bytes(rules: IntakeRules) -> None:
    data = written(rules, HEADING, TASK, ASKED)

    assert data == written(rules, HEADING, TASK, ASKED)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", core)) == {"2026-01-01T00:00:00Z"}
    assert "KH-2026: Kế hoạch đối ngoại năm 2026" in core


def test_a_plan_without_rows_and_an_office_without_people_give_a_sheet(rules: IntakeRules) -> None:
    data = worksheet_file(review(), units=[], people=[], rules=rules)

    assert [len(row) for row in come_back(data, rules)] == [16]


def test_nothing_in_the_file_is_a_formula_or_a_link(rules: IntakeRules) -> None:
    odd = Proposal(
        code="=1", kind="task", title="http://127.0.0.1/x", section="", field="", action="create",
        output="=cmd|' /C calc'!A0", lead="@SUM(A1)", assignee="-2+3", verifier="+84",
        source=Source(passage="{=1}"),
    )  # fmt: skip
    data = written(rules, odd)

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        names = archive.namelist()

    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert not [name for name in names if "externalLink" in name]
    assert come_back(data, rules)[1][:2] == ("=1", "http://127.0.0.1/x")


def test_a_text_longer_than_a_cell_is_cut_and_not_lost(rules: IntakeRules) -> None:
    long = Proposal(
        code="II.1", kind="task", title="Đ" * (CELL_LETTERS + 9), section="", field="",
        action="create", source=Source(passage="x" * (CELL_LETTERS + 9)),
    )  # fmt: skip

    row = come_back(written(rules, long), rules)[1]

    assert (row[1], row[15]) == ("Đ" * CELL_LETTERS, "x" * CELL_LETTERS)


# What a stored text is: cleaned already, whatever else it may hold; but openpyxl takes x005F_ for
# a part of its own escapes.
TEXTS = st.one_of(
    st.text(
        alphabet=st.characters(
            codec="utf-8",
            exclude_categories=("Cc", "Cf", "Cs", "Cn", "Co", "Zs", "Zl", "Zp", "Mn"),
            exclude_characters="ĐðÐđƉɖ",
        ),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from(
        ["=1+1", "+x", "-2", "@A1", "'", "''x", '"', '="', "1.10", "01", "3/4", "TRUE", "#REF!",
         "1e5", "a\nb\nc", "_x0041_", "&<>]]>", "]]>", "{=A1}", "&P", "\\n", "50%", "a;b", "a,b"]
    ),
).map(tidy).filter(lambda text: text and "x005F_" not in text)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), max_size=4))
def test_every_text_comes_back_as_it_went(
    rules: IntakeRules, rows: list[tuple[str, str, str, str]]
) -> None:
    proposals = [
        Proposal(
            code=code, kind="task", title=title, section="", field="", action="unchanged",
            deadline_phrase=phrase, output=output, source=Source(passage=title),
        )
        for code, title, phrase, output in rows
    ]  # fmt: skip
    columns = [column.key for column in columns_of(rules)]
    expected = [tuple(map(cells_of(row, rules=rules).get, columns)) for row in proposals]

    assert come_back(written(rules, *proposals), rules)[1:] == expected


def test_the_sheet_comes_back_as_the_rows_it_was_made_of(rules: IntakeRules) -> None:
    data = written(rules, HEADING, TASK, ASKED)

    rows = read_worksheet(InputFile(name="phan-cong.xlsx", data=data), year=2026, rules=rules).rows

    assert [(row.row, row.code, row.title) for row in rows] == [
        (number, one.code, one.title) for number, one in enumerate((HEADING, TASK, ASKED), start=2)
    ]
    _, task, asked = rows
    assert (task.kind, task.lead, task.leads) == ("task", "VP", ("VP",))
    assert task.coordinating == TASK.coordinating
    assert (task.assignee, task.verifier, task.output) == ("vp-hoa", "vp-hoa", "Quyết định")
    assert (task.decision, task.urgent) == ("keep", True)
    assert task.deadline is not None
    assert (task.deadline.phrase, task.deadline.due) == (TASK.deadline_phrase, TASK.due)
    assert (asked.kind, asked.leads, asked.decision) == ("standing", ("VP", "HTQT"), None)


@settings(max_examples=40, deadline=None)
@given(titles=st.lists(TEXTS.map("{} việc".format), min_size=1, max_size=4))
def test_no_title_is_taken_for_another_in_a_sheet_that_comes_back(
    rules: IntakeRules, titles: list[str]
) -> None:
    proposals = [
        Proposal(
            code=f"II.{number}", kind="task", title=title, section="", field="", action="unchanged",
            lead="VP", output=title, source=Source(passage=title),
        )
        for number, title in enumerate(titles, start=1)
    ]  # fmt: skip
    file = InputFile(name="phan-cong.xlsx", data=written(rules, *proposals))

    rows = read_worksheet(file, year=2026, rules=rules).rows

    assert [(row.code, normal(row.title or ""), normal(row.output or "")) for row in rows] == [
        (one.code, normal(one.title), normal(one.title)) for one in proposals
    ]
