"""Lists as files: the same lines as on screen, nothing that runs, and a record of who took them."""

import csv
import io

import pytest
from openpyxl import load_workbook

from dondoc.tables import neutral
from tests.support.web import Site

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1", "＝1", "  =1"]


def _sheet(content: bytes, name: str | None = None) -> list[list[object]]:
    book = load_workbook(io.BytesIO(content))
    sheet = book[name] if name else book.worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def _text(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


def test_a_file_has_the_lines_of_the_list(site: Site) -> None:
    reader = site.as_("cv")

    text = reader.get("/nhiem-vu.csv?status=open&sort=due")
    book = reader.get("/nhiem-vu.xlsx?status=open&sort=due")

    assert text.content.startswith("\ufeff".encode())
    assert [row[0] for row in _text(text.content)] == ["Mã", "T1", "T2", "T3", "T5"]
    assert [row[0] for row in _sheet(book.content)] == ["Mã", "T1", "T2", "T3", "T5"]
    assert "attachment" in book.headers["content-disposition"]


def test_a_sheet_has_real_dates_and_says_of_when_it_is(site: Site) -> None:
    content = site.as_("gd").get("/nhiem-vu.xlsx?sort=due").content

    book = load_workbook(io.BytesIO(content))

    assert book.worksheets[0]["G2"].is_date
    assert book.worksheets[0].freeze_panes == "A2"
    assert book.sheetnames[1] == "Số liệu đến"
    assert "15/01/2014 08:00" in str(_sheet(content, "Số liệu đến")[0][1])


def test_a_semicolon_parts_columns_where_it_is_asked_for(site: Site) -> None:
    content = site.as_("gd").get("/nhiem-vu.csv?sort=due&dau=cham-phay").content

    assert [row[0] for row in _text(content, ";")][1:3] == ["T1", "T4"]


@pytest.mark.parametrize("typed", FORMULAS)
def test_no_spreadsheet_takes_what_somebody_typed_for_a_formula(typed: str) -> None:
    assert neutral(typed) == f"'{typed}"
    assert neutral("Việc 1") == "Việc 1"


def test_a_title_that_is_a_formula_is_a_text_in_the_sheet(site: Site) -> None:
    site.world.plan({"code": "F1", "title": "=HYPERLINK(1)", "due": "2014-02-10"}, code="KH-2")

    content = site.as_("gd").get("/nhiem-vu.xlsx?plan=KH-2").content
    text = site.as_("gd").get("/nhiem-vu.csv?plan=KH-2").content

    cell = load_workbook(io.BytesIO(content)).worksheets[0]["B2"]
    assert cell.data_type == "s"
    assert cell.value == "'=HYPERLINK(1)"
    assert _text(text)[1][1] == "'=HYPERLINK(1)"


def test_whoever_takes_a_list_out_is_in_the_record(site: Site) -> None:
    site.as_("cv").get("/nhiem-vu.csv?status=open")

    (entry,) = site.world.entries("export:")
    assert (entry.action, entry.actor) == ("list.exported", "cv")
    assert '"query":"status=open"' in entry.body.replace(" ", "")


def test_a_filter_that_means_nothing_gives_no_file(site: Site) -> None:
    answer = site.as_("cv").get("/nhiem-vu.csv?status=opne")

    assert answer.status_code == 422
    assert site.world.entries("export:") == []
