"""What an import and `plan show` print of the rows of a plan, for whoever has to decide them."""

from collections.abc import Sequence

from tests.support.documents import sheets
from tests.support.terminal import Answer, Terminal

CODE = "KH-CDS-2023"
HEADER = (
    "TT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời gian hoàn thành",
    "Sản phẩm",
)  # fmt: skip


def _import(dondoc: Terminal, *rows: Sequence[str], more: str) -> Answer:
    (dondoc.folder / "a.xlsx").write_bytes(sheets.workbook(HEADER, *rows).data)
    return dondoc("plan", "import", "a.xlsx", "--year", "2023", "--code", CODE, *more.split("="))


def test_a_draft_shows_its_items_with_lead_and_day(office: Terminal) -> None:
    row = ["1", "Rà soát cơ sở dữ liệu thương mại", "VP", "", "Quý II", "Báo cáo"]
    _import(office, row, more="--as=cvp")

    shown = office("plan", "show", CODE).out

    assert "MÃ  CHỦ TRÌ" in shown
    assert "30/06/2023  nhiệm vụ" in shown
    assert "Rà soát cơ sở dữ liệu thương mại" in shown


def test_a_row_with_several_questions_has_a_line_for_each(office: Terminal) -> None:
    rows = [["1", "Việc có hai điều phải hỏi", "Sở Nội vụ", "", "Cuối năm", ""]]

    answer = _import(office, *rows, more="--dry-run")

    first, second, third = answer.out.partition("  ? 1")[2].splitlines()[:3]
    assert first.startswith("  Việc có hai điều phải hỏi [")
    assert second.startswith("      đơn vị chủ trì 'Sở Nội vụ' không thuộc cơ quan")
    assert third.startswith("      thời hạn 'Cuối năm' chưa thành ngày")


def test_an_unknown_lead_unit_of_many_rows_is_named_once_with_the_cure(office: Terminal) -> None:
    rows = [[str(n), f"Việc {word}", "Phòng Hợp tác quốc tế", "", "Quý II", ""]
            for n, word in enumerate(("đón đoàn", "ký kết", "tổng kết"), start=1)]  # fmt: skip

    answer = _import(office, *rows, more="--dry-run")

    assert "  Phòng Hợp tác quốc tế (3 mục)\n" in answer.out
    assert "dondoc unit import" in answer.out


def test_a_weekly_item_is_asked_about_without_listing_all_its_days(office: Terminal) -> None:
    rows = [["1", "Họp giao ban", "VP", "", "Hằng tuần, hằng tháng", ""]]

    answer = _import(office, *rows, more="--dry-run")

    assert " ... 31/12/2023 (" in answer.out
    assert answer.out.count("/2023") == 4
