"""Assignment tables: separators, headers, ragged rows, words of cells."""

from datetime import date

import pytest

from engine.draft import Worksheet
from engine.errors import BadInput, Fault
from workflows.planfile import InputFile, IntakeRules, read_plan, read_worksheet

HEADER = (
    "Mã,Nội dung nhiệm vụ,Đơn vị chủ trì,Đơn vị phối hợp,Người thực hiện,"
    "Thời gian hoàn thành,Sản phẩm,Khẩn,Quyết định\n"
)
ROW = "II.1.1,Rà soát văn bản,Văn phòng Sở,,vp-hoa,Quý II/2023,Báo cáo,,\n"


def sheet(text: str, rules: IntakeRules, *, name: str = "bang.csv") -> Worksheet:
    return read_worksheet(
        InputFile(name=name, data=text.encode("utf-8-sig")), year=2023, rules=rules
    )


def faults(text: str, rules: IntakeRules) -> tuple[Fault, ...]:
    with pytest.raises(BadInput) as caught:
        sheet(text, rules)
    return caught.value.faults


def test_a_row_is_read_column_by_column(rules: IntakeRules) -> None:
    text = HEADER + (
        'II.1.1,Rà soát văn bản,Văn phòng Sở,"Phòng A; Phòng B",vp-hoa,Trước ngày 15/9/2023,'
        '"Quyết định,\nphụ lục",x,giữ\n'
    )

    (row,) = sheet(text, rules).rows

    assert (row.row, row.code, row.title) == (2, "II.1.1", "Rà soát văn bản")
    assert (row.lead, row.coordinating, row.assignee) == (
        "Văn phòng Sở", ("Phòng A", "Phòng B"), "vp-hoa",
    )  # fmt: skip
    assert row.deadline is not None
    assert row.deadline.due == (date(2023, 9, 14),)
    assert (row.kind, row.output) == ("task", "Quyết định,\nphụ lục")
    assert (row.urgent, row.decision) == (True, "keep")


def test_empty_cells_say_nothing(rules: IntakeRules) -> None:
    (row,) = sheet(HEADER + "II.1.1,,,,,,,,\n", rules).rows

    assert (row.title, row.lead, row.deadline, row.output, row.kind, row.decision) == (None,) * 6
    assert (row.coordinating, row.urgent) == ((), None)


@pytest.mark.parametrize(
    "table",
    [
        (HEADER + ROW).replace(",", ";"),
        (HEADER + ROW).replace(",", "\t"),
        "|" + (HEADER + ROW).replace(",", "|").replace("\n", "|\n|").rstrip("|"),
        "Phụ lục\n(Kèm theo Kế hoạch số 1/KH)\n" + HEADER + "(1),(2),(3),(4),(5),(6),(7),(8),(9)\n"
        + ROW,
        HEADER.upper() + ROW,
        HEADER.replace("Đơn vị chủ trì", "Don vi chu tri").replace("Mã", " Mã ") + ROW,
        HEADER.replace("Đơn vị chủ trì", "Đơn vị chủ tri") + ROW,
        HEADER.replace("Thời gian hoàn thành", "Thời hạn") + ROW,
        HEADER + ROW + ",,,,,,,,\n" * 900,
        HEADER + ",Lĩnh vực thể chế,,,,,,,\n" + ROW,
    ],
    ids=[
        "semicolons", "tabs", "bars", "title above", "capitals", "no diacritics", "a slip",
        "synonym", "empty rows", "group row",
    ],
)  # fmt: skip
def test_the_same_table_is_read_in_every_shape_it_comes_in(rules: IntakeRules, table: str) -> None:
    (row,) = sheet(table, rules).rows

    assert (row.code, row.lead, row.output) == ("II.1.1", "Văn phòng Sở", "Báo cáo")


@pytest.mark.parametrize(
    "header",
    ["Mã,Họ tên,Đơn vị,Chức vụ\n", "Mã,Tên đơn vị,Trực thuộc\n", "a,b,c\n", "Mã,Nội dung\n"],
    ids=["people", "units", "strangers", "nothing to fill in"],
)
def test_wrong_columns_are_answered_with_the_columns_wanted(
    rules: IntakeRules, header: str
) -> None:
    found = faults(header + "1,2,3,4\n", rules)

    assert all("Đơn vị chủ trì" in fault.cure for fault in found)


def test_every_fault_of_every_row_is_named_at_once(rules: IntakeRules) -> None:
    text = HEADER + (
        ROW
        + "II.1.2,Việc,Văn phòng,thừa,vp-hoa,Quý I,Báo cáo,,,x\n"
        + "II.1.3,Việc\n"
        + ",Việc,Văn phòng,,,Quý I,,,\n"
        + "II.1.4,Việc,Văn phòng,,,Quý I,,chắc,có lẽ\n"
        + ROW
    )

    found = faults(text, rules)

    assert [fault.place for fault in found] == [
        "dòng 3", "dòng 4", "dòng 5, cột Mã", "dòng 6, cột Quyết định", "dòng 6, cột Khẩn",
        "dòng 2 và dòng 7",
    ]  # fmt: skip
    assert "II.1.1" in found[-1].problem


def test_a_comma_too_many_is_caught_even_where_the_last_cells_are_empty(
    rules: IntakeRules,
) -> None:
    text = HEADER + "II.1.1,Rà soát, sửa đổi,Văn phòng Sở,,vp-hoa,Quý II/2023,Báo cáo,,\n"

    assert [fault.place for fault in faults(text, rules)] == ["dòng 2"]


@pytest.mark.parametrize("tail", ['II.9,"Việc không khép', 'II.9,"Việc"thừa,,,,,,,\n'])
def test_quotes_that_do_not_close_are_named_by_row(rules: IntakeRules, tail: str) -> None:
    (fault,) = faults(HEADER + ROW + tail, rules)

    assert fault.place.startswith("dòng 3")


def test_a_cell_of_half_a_megabyte_is_refused(rules: IntakeRules) -> None:
    (fault,) = faults(HEADER + ROW + '"' + "x" * 500_000 + '"\n', rules)

    assert "một ô dài hơn" in fault.problem


def test_a_table_with_a_header_alone_is_refused(rules: IntakeRules) -> None:
    (fault,) = faults(HEADER, rules)

    assert "không có dòng nào" in fault.problem


def test_a_million_columns_are_answered_in_a_moment(rules: IntakeRules) -> None:
    (fault,) = faults("x," * 1_000_000 + "\n", rules)

    assert (fault.place, "cột, tối đa" in fault.problem) == ("dòng 1", True)


def test_without_a_column_of_lead_units_who_does_it_leads(rules: IntakeRules) -> None:
    (row,) = sheet("Mã,Nhiệm vụ,Người thực hiện\nII.1,Việc,Lê Văn An\n", rules).rows

    assert (row.lead, row.assignee) == ("Lê Văn An", None)


def test_a_ditto_takes_the_deadline_above_and_keeps_its_own_words(rules: IntakeRules) -> None:
    text = HEADER + ROW + ROW.replace("II.1.1", "II.1.2").replace("Quý II/2023", "nt")

    above, below = (row.deadline for row in sheet(text, rules).rows)

    assert above is not None
    assert below is not None
    assert (below.due, below.phrase) == (above.due, "nt")


def test_a_ditto_with_nothing_above_waits_for_a_person(rules: IntakeRules) -> None:
    (row,) = sheet(HEADER + ROW.replace("Quý II/2023", "nt"), rules).rows

    assert row.deadline is not None
    assert (row.deadline.kind, row.deadline.confidence) == ("ditto", "confirm")


@pytest.mark.parametrize(
    ("written", "decision", "kind"),
    [
        ("giữ", "keep", "task"),
        ("BỎ", "drop", "task"),
        ("Thường xuyên", "class standing", "standing"),
        ("định kỳ", "class recurring", "recurring"),
    ],
)
def test_decisions_are_words_with_one_meaning(
    rules: IntakeRules, written: str, decision: str, kind: str
) -> None:
    (row,) = sheet(HEADER + ROW.rstrip("\n") + f"{written}\n", rules).rows

    assert (row.decision, row.kind) == (decision, kind)


def test_a_plan_that_is_only_a_table_becomes_a_plan(rules: IntakeRules) -> None:
    text = HEADER + (
        "II.1.1,Trình ban hành:,Phòng A,,,,,,\n"
        "II.1.1.1,Quy chế họp theo Nghị định số 34/2016/NĐ-CP,Phòng A,,vp-hoa,Quý I/2029,QĐ,x,\n"
        "II.1.2,Tiếp tục rà soát,Phòng A,,,,,,\n"
    )

    plan = read_plan(
        [InputFile(name="bang.csv", data=text.encode())], code="KH", year=2023, rules=rules
    )

    assert [(item.code, item.parent, item.kind) for item in plan.items] == [
        ("II.1.1", None, "heading"),
        ("II.1.1.1", "II.1.1", "task"),
        ("II.1.2", None, "standing"),
    ]
    assert plan.items[1].missing == ("verifier",)
    assert plan.items[1].urgent
    assert [remark.code for remark in plan.items[1].warnings] == ["year_outside_plan"]
