"""A plan as an office gets it, in Word, Excel or both: looked at, settled, sent round."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest

from tests.support.documents import sheets, word
from tests.support.terminal import Answer, Terminal

CODE = "KH-CDS-2023"
HEADER = (
    "TT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời gian hoàn thành",
    "Sản phẩm",
)  # fmt: skip
ROWS = (
    ("I", "Hạ tầng số", "", "", "", ""),
    ("1", "Xây dựng Kế hoạch chuyển đổi số năm 2023 của Sở", "VP", "P. CNTT", "Quy II",
     "Kế hoạch"),
    ("2", "Rà soát cơ sở dữ liệu thương mại của tỉnh", "Phòng Công nghệ; Văn phòng Sở", "",
     "Truoc 30/6", "Báo cáo"),
    ("II", "Dữ liệu số", "", "", "", ""),
    ("3", "Cập nhật cơ sở dữ liệu doanh nghiệp", "Phong Cong nghe", "Các phòng, đơn vị",
     "Thuong xuyen", ""),
    ("4", "Tập huấn kỹ năng số cho công chức", "Sở Nội vụ", "VPS", "Thang 6", "Lớp tập huấn"),
    ("5", "Đánh giá mức độ trưởng thành số", "P. CNTT", "", "Cuối năm", "Báo cáo"),
)  # fmt: skip


def _document(rows: Sequence[Sequence[str]] = ROWS) -> bytes:
    return word.document("KẾ HOẠCH", "Chuyển đổi số năm 2023", "Phụ lục", word.table(HEADER, *rows))


def _import(dondoc: Terminal, data: bytes, *more: str, name: str = "ke-hoach.docx") -> Answer:
    (dondoc.folder / name).write_bytes(data)
    return dondoc("plan", "import", name, "--year", "2023", "--code", CODE, *more)


@pytest.fixture
def imported(office: Terminal) -> Terminal:
    """The plan taken in from a Word document."""
    assert _import(office, _document(), "--as", "cvp").code == 1
    return office


def _decide(dondoc: Terminal, item: str, *words: str) -> Answer:
    return dondoc("plan", "decide", CODE, item, *words, "--as", "cvp")


def _settled(dondoc: Terminal) -> None:
    for item, *words in (
        ("2", "lead", "CNTT"), ("3", "lead", "CNTT"), ("4", "lead", "VP"),
        ("5", "due", "15/12/2023"),
    ):  # fmt: skip
        assert _decide(dondoc, item, *words).code == 0


def _items(dondoc: Terminal) -> dict[str, Any]:
    return {one["code"]: one for one in dondoc("plan", "show", CODE, "--json").json["items"]}


def test_s67_cells_as_they_are_found_become_dates_duties_and_questions_never_guesses(
    office: Terminal,
) -> None:
    answer = _import(office, _document(), "--dry-run", "--json")

    items = {one["code"]: one for one in answer.json["items"]}
    deadlines = {code: (one["deadline"] or {}).get("due") for code, one in items.items()}
    asked = {code: [q["code"] for q in one["questions"]] for code, one in items.items()}
    assert answer.code == 1
    assert deadlines == {
        "1": ["2023-06-30"], "2": ["2023-06-29"], "3": [], "4": ["2023-06-30"], "5": [],
    }  # fmt: skip
    assert items["3"]["kind"] == "standing"
    assert asked == {
        "1": [], "2": ["several_leads"], "3": ["lead_unknown"], "4": ["lead_outside"],
        "5": ["date_unresolved"],
    }  # fmt: skip
    assert items["2"]["leads"] == ["Phòng Công nghệ", "Văn phòng Sở"]
    assert items["2"]["questions"][0]["options"] == ["CNTT", "VP"]
    assert items["3"]["questions"][0]["options"] == ["CNTT"]


def test_every_row_shows_what_becomes_of_it_and_where_it_stands(office: Terminal) -> None:
    answer = _import(office, _document(), "--dry-run")

    assert "Cần quyết định (4):" in answer.out
    assert "  ? 2  Rà soát cơ sở dữ liệu thương mại của tỉnh: có 2 đơn vị chủ trì" in answer.out
    assert "Tạo mới (1):" in answer.out
    assert "phối hợp CNTT; 30/06/2023 [bảng 1, dòng 3]" in answer.out
    assert "Nếu nhập thật: tạo mới 5, thay đổi 0, không đổi 0; còn 4 mục" in answer.err
    assert office("plan", "list", "--json").json["plans"] == []


def test_the_answer_for_programs_has_the_documented_shape(office: Terminal) -> None:
    answer = _import(office, _document(), "--dry-run", "--json").json

    item = answer["items"][0]
    assert {"code", "year", "title", "issuer", "number", "date", "citations", "report_lines",
            "signer", "bases", "targets", "remarks"} <= set(answer["plan"])  # fmt: skip
    assert {"code", "parent", "section", "field", "kind", "title", "missing", "near_duplicates",
            "lead", "leads", "coordinating", "deadline", "output", "citations", "source",
            "warnings", "action", "changes", "questions"} <= set(item)  # fmt: skip
    assert set(item["deadline"]) == {"phrase", "kind", "due", "confidence"}
    assert (item["source"]["table"], item["source"]["row"]) == (1, 3)
    assert "Xây dựng Kế hoạch chuyển đổi số" in item["source"]["passage"]
    assert set(answer["summary"]) == {"create", "update", "unchanged", "needs_decision"}
    assert answer["absent"] == []


def test_s66_the_same_workbook_twice_and_then_with_one_date_changed(office: Terminal) -> None:
    rows = [list(one) for one in ROWS]
    first = sheets.workbook(HEADER, *rows).data
    created = _import(office, first, "--as", "cvp", "--json", name="a.xlsx").json["summary"]
    again = _import(office, first, "--as", "cvp", "--json", name="a.xlsx").json["summary"]
    rows[1][4] = "Quý III"

    changed = _import(office, sheets.workbook(HEADER, *rows).data, "--as", "cvp", name="a.xlsx")

    assert (created["create"], created["unchanged"]) == (5, 0)
    assert (again["create"], again["update"], again["unchanged"]) == (0, 0, 5)
    assert "Thay đổi (1):" in changed.out
    told = changed.out.partition("[trang tính “Nhiệm vụ”, bảng 1, dòng 3]\n")[2].splitlines()
    assert told == ["      thời hạn ghi: Quy II → Quý III", "      hạn: 30/06/2023 → 30/09/2023"]


def test_rows_that_do_not_change_are_shown_where_everything_is_asked_for(
    imported: Terminal,
) -> None:
    _settled(imported)

    quiet = _import(imported, _document(), "--as", "cvp")
    whole = _import(imported, _document(), "--as", "cvp", "--all")

    assert "Không đổi" not in quiet.out
    assert "Không đổi (5):" in whole.out
    assert (quiet.code, whole.code) == (0, 0)


def test_an_appendix_in_a_file_of_its_own_joins_its_plan(office: Terminal) -> None:
    body = (
        "KẾ HOẠCH\nCải cách hành chính năm 2023\nII. NHIỆM VỤ\n1. Cải cách thể chế\n"
        "- Rà soát văn bản quy phạm pháp luật do tỉnh ban hành.\n"
        "- Xây dựng Quy chế tiếp công dân của Sở.\n"
    )
    rows = (
        ("1", "Rà soát văn bản quy phạm pháp luật do tỉnh ban hành", "VP", "", "Quý I", "Báo cáo"),
        ("2", "Xây dựng Quy chế tiếp công dân của Sở", "CNTT", "", "30/9/2023", "Quy chế"),
    )
    office.write("than.txt", body)
    (office.folder / "phu-luc.xlsx").write_bytes(sheets.workbook(HEADER, *rows).data)

    answer = office(
        "plan", "import", "than.txt", "--appendix", "phu-luc.xlsx", "--year", "2023", "--code",
        CODE, "--as", "cvp", "--json",
    )  # fmt: skip

    found = {one["code"]: (one["lead"], one["deadline"]["due"]) for one in answer.json["items"]}
    assert found == {
        "II.1.1": ("VP", ["2023-03-31"]), "II.1.2": ("CNTT", ["2023-09-30"]),
    }  # fmt: skip
    assert answer.code == 0


def test_a_worksheet_goes_out_is_filled_in_and_comes_back(imported: Terminal) -> None:
    out = imported("plan", "export", CODE, "-o", "bang.xlsx", "--as", "cvp")
    untouched = _back(imported)
    book = openpyxl.load_workbook(imported.folder / "bang.xlsx")
    _fill(book.worksheets[0], {
        "2": {"Đơn vị chủ trì": "CNTT", "Người thực hiện": "cv", "Khẩn": "x"},
        "3": {"Đơn vị chủ trì": "CNTT", "Đơn vị phối hợp": "VP"},
        "4": {"Đơn vị chủ trì": "VP", "Sản phẩm": "Kế hoạch tập huấn", "Người xác nhận": "gd"},
        "5": {"Thời gian hoàn thành": "15/12/2023", "Loại": "nhiệm vụ"},
    })  # fmt: skip
    book.save(imported.folder / "bang.xlsx")

    filled = _back(imported)
    again = _back(imported)

    assert (out.code, "5 dòng, 4 dòng còn phải quyết định" in out.err) == (0, True)
    assert untouched.json["summary"] == {
        "create": 0, "update": 0, "unchanged": 5, "needs_decision": 4,
    }  # fmt: skip
    assert filled.json["summary"] == {
        "create": 0, "update": 4, "unchanged": 1, "needs_decision": 0,
    }  # fmt: skip
    assert again.json["summary"]["update"] == 0
    items = _items(imported)
    assert (items["2"]["lead"], items["2"]["assignee"]) == ("CNTT", "cv")
    assert items["3"]["coordinating"] == ["VP"]
    assert (items["4"]["output"], items["4"]["verifier"]) == ("Kế hoạch tập huấn", "gd")
    assert items["5"]["deadline"]["due"] == ["2023-12-15"]
    changes = {one["code"]: one["changes"] for one in filled.json["rows"]}
    assert {"field": "is_urgent", "old": None, "new": "true"} in changes["2"]
    assert imported("plan", "activate", CODE, "--as", "cvp").code == 0


def _back(dondoc: Terminal) -> Answer:
    return dondoc("plan", "import", "bang.xlsx", "--into", CODE, "--as", "cvp", "--json")


def _fill(sheet: Any, cells: dict[str, dict[str, str]]) -> None:
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        code = sheet.cell(row, columns["Mã"]).value
        for header, text in cells.get(str(code), {}).items():
            sheet.cell(row, columns[header]).value = text


def test_an_export_overwrites_nothing_unless_told_to_and_is_recorded(imported: Terminal) -> None:
    imported.write("bang.xlsx", "của người khác")
    refused = imported("plan", "export", CODE, "-o", "bang.xlsx", "--as", "cvp")
    kept = (imported.folder / "bang.xlsx").read_text("utf-8-sig")

    forced = imported("plan", "export", CODE, "-o", "bang.xlsx", "--as", "cvp", "--force")

    assert (refused.code, kept, forced.code) == (2, "của người khác", 0)
    assert (imported.folder / "bang.xlsx").read_bytes().startswith(b"PK")
    assert not list(imported.folder.glob(".bang*"))
    imported("audit", "export", "-o", "log.jsonl")
    assert (imported.folder / "log.jsonl").read_text("utf-8").count("plan.exported") == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("-o", "bang.csv", "--as", "cvp"), 2, "chỉ xuất được bảng .xlsx"),
        (("-o", "bang.xlsx", "--as", "cv"), 77, "không được xuất kế hoạch"),
        (("-o", "bang.xlsx"), 77, "xuất kế hoạch"),
        (("-o", "khong-co/bang.xlsx", "--as", "cvp"), 78, "không ghi được"),
    ],
)
def test_an_export_that_cannot_be_is_refused_and_leaves_no_file(
    imported: Terminal, words: tuple[str, ...], code: int, said: str
) -> None:
    answer = imported("plan", "export", CODE, *words)

    assert (answer.code, said in answer.err) == (code, True)
    assert not [one for one in imported.folder.iterdir() if "bang" in one.name]


@pytest.mark.parametrize("more", [("--code", "X"), ("--year", "2023"), ("--appendix", "b.xlsx")])
def test_what_belongs_to_a_new_plan_is_refused_beside_into(
    imported: Terminal, more: tuple[str, ...]
) -> None:
    answer = imported("plan", "import", "ke-hoach.docx", "--into", CODE, *more)

    assert answer.code == 2
    assert "--into" in answer.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("2", "lead", "CNT"), 77, "CNTT"),
        (("2", "lead", "Sở Nội vụ"), 77, "Không có đơn vị nào"),
        (("1", "assignee", "cv"), 77, "cv không thuộc đơn vị chủ trì"),
        (("1", "verifier", "ai-do"), 77, "Không có người nào"),
        (("1", "output"), 77, "output TEXT"),
        (("1", "due", "31/02/2023"), 2, "không phải ngày"),
    ],
)
def test_a_decision_that_means_nothing_is_refused_with_what_would_do(
    imported: Terminal, words: tuple[str, ...], code: int, said: str
) -> None:
    before = _items(imported)

    answer = _decide(imported, *words)

    assert (answer.code, said in answer.err) == (code, True), answer.err
    assert _items(imported) == before


def test_who_leads_who_does_it_and_what_comes_of_it_can_be_decided(imported: Terminal) -> None:
    _settled(imported)
    codes = [
        _decide(imported, "5", *words).code
        for words in (("assignee", "cv"), ("verifier", "gd"), ("output", "Báo cáo đánh giá"))
    ]

    item = _items(imported)["5"]
    assert codes == [0, 0, 0]
    assert (item["assignee"], item["verifier"], item["output"]) == ("cv", "gd", "Báo cáo đánh giá")
    assert _items(imported)["2"]["coordinating"] == ["Văn phòng Sở"]


def test_nothing_is_reminded_from_a_date_that_nobody_has_confirmed(office: Terminal) -> None:
    row = ("1", "Đánh giá mức độ trưởng thành số", "CNTT", "", "Dự kiến tháng 01/2023", "Báo cáo")
    _import(office, _document([row]), "--as", "cvp")
    refused = office("plan", "activate", CODE, "--as", "cvp")
    silent = [
        office("sweep", "--json", DONDOC_NOW=f"2023-{day}T07:30").code
        for day in ("01-31", "02-01", "02-08")
    ]
    kept = list((office.folder / "var" / "mail").glob("*.eml"))
    unforeseen = office("forecast", "--until", "2023-02-03", "--json").json["notices"]
    _decide(office, "1", "due", "31/01/2023")

    activated = office("plan", "activate", CODE, "--as", "cvp")

    coming = office("forecast", "--until", "2023-02-03", "--json").json["notices"]
    assert (refused.code, "chưa ai xác nhận" in refused.err) == (77, True)
    assert (silent, kept) == ([0, 0, 0], [])
    assert activated.code == 0
    assert unforeseen == []
    assert {"remind-0", "escalate-1"} <= {one["rung"] for one in coming}


def test_a_table_between_imports_of_its_document_is_not_undone(imported: Terminal) -> None:
    _settled(imported)
    imported.write("bang.csv", "Mã,Nội dung nhiệm vụ,Thời gian hoàn thành\n1,Xây dựng,15/5/2023\n")
    imported("plan", "import", "bang.csv", "--into", CODE, "--as", "cvp")

    again = _import(imported, _document(), "--as", "cvp", "--json")

    assert again.json["summary"]["unchanged"] == 5
    assert _items(imported)["1"]["deadline"]["due"] == ["2023-05-15"]


def test_a_row_that_vanished_from_the_document_is_named_and_stays(imported: Terminal) -> None:
    shorter = _import(imported, _document(ROWS[:-1]), "--as", "cvp")

    assert "Có trong kế hoạch, không có trong tệp (giữ nguyên)" in shorter.out or (
        "? 5  Đánh giá mức độ trưởng thành số" in shorter.out
    )
    assert "5" in _items(imported)


def test_an_active_plan_shows_its_changes_and_sends_them_to_an_adjustment(
    imported: Terminal,
) -> None:
    _settled(imported)
    assert imported("plan", "activate", CODE, "--as", "cvp").code == 0
    rows = [list(one) for one in ROWS]
    rows[1][5] = "Quyết định"

    seen = _import(imported, _document(rows), "--dry-run")
    refused = _import(imported, _document(rows), "--as", "cvp")

    assert (seen.code, "sản phẩm: Kế hoạch → Quyết định" in seen.out) == (0, True)
    assert (refused.code, "plan adjust" in refused.err) == (78, True)


def test_the_head_of_the_document_is_shown_with_the_plan(office: Terminal) -> None:
    data = word.document(
        "KẾ HOẠCH", "Chuyển đổi số năm 2023",
        "Căn cứ Nghị quyết số 52-NQ/TW ngày 27/9/2019 của Bộ Chính trị;",
        "Phụ lục", word.table(HEADER, *ROWS),
    )  # fmt: skip
    _import(office, data, "--as", "cvp")

    shown = office("plan", "show", CODE)

    assert "Căn cứ Nghị quyết số 52-NQ/TW ngày 27/9/2019 của Bộ Chính trị;" in shown.out
    assert office("plan", "show", CODE, "--json").json["plan"]["bases"] == [
        "Căn cứ Nghị quyết số 52-NQ/TW ngày 27/9/2019 của Bộ Chính trị;"
    ]


def test_the_exported_workbook_opens_with_lists_of_units_and_people(imported: Terminal) -> None:
    imported("plan", "export", CODE, "-o", "bang.xlsx", "--as", "cvp")

    book = openpyxl.load_workbook(io.BytesIO((imported.folder / "bang.xlsx").read_bytes()))
    lists = {cell.value for row in book.worksheets[1].iter_rows() for cell in row}
    assert {"CNTT", "Phòng Công nghệ", "cv", "Vũ Văn Viên"} <= lists
