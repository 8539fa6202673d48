"""What the cells of a row say: who leads, by when, what was decided."""

import pytest

from tests.support.documents.tables import RULES, remarks_of, rows_of, tables_of
from workflows.planfile.tables.roles import split_roles

HEADER = "TT | Nhiệm vụ | Chủ trì | Phối hợp | Sản phẩm | Thời hạn"


@pytest.mark.parametrize(
    ("cell", "leads", "helping"),
    [
        ("Phòng A; Phòng B", ["Phòng A", "Phòng B"], []),
        ("UBND tỉnh chủ trì; Sở Công Thương chuẩn bị", ["UBND tỉnh"], ["Sở Công Thương"]),
        ("Chủ trì: Phòng A; Phối hợp: Phòng B, Phòng C", ["Phòng A"], ["Phòng B", "Phòng C"]),
        ("Phòng A (chủ trì), Phòng B (phối hợp)", ["Phòng A"], ["Phòng B"]),
        ("Phòng A chủ trì, phối hợp với Phòng B và Phòng C", ["Phòng A"], ["Phòng B", "Phòng C"]),
        ("Văn phòng chủ trì phối hợp với các phòng, đơn vị", ["Văn phòng"], ["các phòng, đơn vị"]),
        ("Phòng A phối hợp với Phòng B", ["Phòng A"], ["Phòng B"]),
        ("Đơn vị chủ trì: Phòng A\nĐơn vị phối hợp: Phòng B", ["Phòng A"], ["Phòng B"]),
        ("Phòng A chủ trì, Phòng B, Phòng C phối hợp", ["Phòng A"], ["Phòng B", "Phòng C"]),
        ("Phòng A (đầu mối), các phòng chuyên môn", ["Phòng A", "các phòng chuyên môn"], []),
        ("Ban Chỉ đạo phối hợp liên ngành", ["Ban Chỉ đạo phối hợp liên ngành"], []),
        ("", [], []),
    ],
)
def test_roles_within_one_cell_are_told_apart(
    cell: str, leads: list[str], helping: list[str]
) -> None:
    roles = split_roles(cell, rules=RULES)

    assert (list(roles.leads), list(roles.coordinating)) == (leads, helping)


def test_helpers_named_beside_the_lead_join_those_of_their_own_column() -> None:
    (row,) = rows_of(
        f"{HEADER}\n1 | Việc | Phòng A chủ trì; Phòng B phối hợp | Phòng C; Phòng B | |"
    )

    assert (row.leads, row.coordinating) == (("Phòng A",), ("Phòng B", "Phòng C"))
    assert row.lead_text == "Phòng A chủ trì; Phòng B phối hợp"


@pytest.mark.parametrize("header", ["Cơ quan chủ trì, phối hợp", "Chủ trì/ phối hợp"])
def test_one_column_may_name_who_leads_and_who_helps(header: str) -> None:
    (row,) = rows_of(f"""
        TT | Nhiệm vụ | {header} | Thời hạn
        1 | Việc | Chủ trì: Phòng A; phối hợp: Phòng B | Quý I
    """)

    assert (row.leads, row.coordinating) == (("Phòng A",), ("Phòng B",))


def test_a_lead_merged_over_rows_leads_in_each() -> None:
    rows = rows_of(f"""
        {HEADER}
        1 | Việc một | Phòng A | | | Quý I
        2 | Việc hai | ^ | | | Quý II
    """)

    assert [row.leads for row in rows] == [("Phòng A",), ("Phòng A",)]


@pytest.mark.parametrize("ditto", ["nt", "-nt-", "như trên", '"'])
def test_as_above_takes_what_stands_above_and_says_so(ditto: str) -> None:
    rows = rows_of(f"""
        {HEADER}
        1 | Việc một | Phòng A | Phòng B | Báo cáo | Quý I
        2 | Việc hai | {ditto} | {ditto} | {ditto} | {ditto}
    """)

    assert (rows[1].leads, rows[1].coordinating, rows[1].output) == (
        ("Phòng A",), ("Phòng B",), "Báo cáo",
    )  # fmt: skip
    assert remarks_of(rows[1])[0] == "same_as_above"
    assert rows[0].deadline is not None
    assert rows[1].deadline is not None
    assert (rows[1].deadline.due, rows[1].deadline.phrase) == (rows[0].deadline.due, ditto)


def test_a_date_taken_from_above_is_held_against_its_own_output() -> None:
    rows = rows_of(f"""
        {HEADER}
        1 | Việc một | Phòng A | | Báo cáo | 30/6/2026
        2 | Việc hai | Phòng A | | Trình trước ngày 15/3/2026 | nt
    """)

    assert [remarks_of(row) for row in rows] == [[], ["deadline_contradicts_output"]]
    assert rows[1].deadline is not None
    assert rows[1].deadline.confidence == "confirm"


@pytest.mark.parametrize("cell", ["-", "–", "/", "...", "_"])
def test_a_stroke_in_a_cell_says_nothing(cell: str) -> None:
    (row,) = rows_of(f"{HEADER}\n1 | Việc | {cell} | {cell} | {cell} | {cell}")

    assert (row.lead_text, row.leads, row.coordinating, row.output, row.deadline) == (
        None, (), (), None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "kind", "due"),
    [
        ("6/2026", "month", ["2026-06-30"]),
        ("2026", "year", ["2026-12-31"]),
        ("Quý II - Quý III", "range", ["2026-09-30"]),
        ("30/6/2026; 30/11/2026", "milestones", ["2026-06-30", "2026-11-30"]),
        ("30/6/2026 // 30/11/2026", "milestones", ["2026-06-30", "2026-11-30"]),
        ("Thường xuyên", "standing", []),
        ("Hằng quý", "recurring", ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]),
        ("20 ngày sau khi tỉnh ban hành", "event_relative", []),
    ],
)
def test_every_kind_of_time_is_read_in_a_cell(cell: str, kind: str, due: list[str]) -> None:
    (row,) = rows_of(f"{HEADER}\n1 | Việc | Phòng A | | | {cell}")

    assert row.deadline is not None
    assert (row.deadline.kind, [day.isoformat() for day in row.deadline.due]) == (kind, due)


def test_a_date_in_the_output_that_disagrees_needs_a_person() -> None:
    (row,) = rows_of(
        f"{HEADER}\n1 | Giải ngân | Phòng A | | Đạt 85% trước ngày 15/12/2026 | 30/11/2026"
    )

    assert row.deadline is not None
    assert (row.deadline.phrase, row.deadline.confidence) == ("30/11/2026", "confirm")
    assert remarks_of(row) == ["deadline_contradicts_output"]
    assert "15/12/2026" in row.remarks[0].message


def test_a_year_far_from_the_plan_is_told_unless_the_title_spans_it() -> None:
    far = "TT | Nhiệm vụ | Chủ trì | Thời hạn\n1 | Việc | Phòng A | 30/6/2029"

    (told,) = rows_of(far)
    (spanned,) = rows_of(f"> PHỤ LỤC NHIỆM VỤ GIAI ĐOẠN 2026 - 2030\n{far}")

    assert (remarks_of(told), remarks_of(spanned)) == (["year_outside_plan"], [])


def test_what_was_decided_is_read_and_what_nobody_understands_is_told() -> None:
    rows = rows_of("""
        Mã | Nhiệm vụ | Chủ trì | Khẩn | Quyết định
        1 | Việc một | A | x | bỏ
        2 | Việc hai | A |   | để sau
    """)

    assert [(row.urgent, row.decision, remarks_of(row)) for row in rows] == [
        (True, "drop", []), (None, None, ["decision_unknown"]),
    ]  # fmt: skip


def test_targets_and_notes_are_kept_with_the_row() -> None:
    (row,) = rows_of("""
        TT | Nhiệm vụ | Chỉ tiêu | Chủ trì | Căn cứ | Lãnh đạo phụ trách
        1 | Số hoá hồ sơ | 100% hồ sơ | Phòng A | Nghị định số 45/2020/NĐ-CP | Lê Văn An
    """)

    assert row.target == "100% hồ sơ"
    assert dict(row.other) == {
        "Căn cứ": "Nghị định số 45/2020/NĐ-CP",
        "Lãnh đạo phụ trách": "Lê Văn An",
    }


def test_soft_breaks_within_a_title_are_spaces() -> None:
    (row,) = rows_of(
        f"{HEADER}\n1 | Kế hoạch số 12/KH- // UBND về // chuyển đổi số | A | | | Quý I"
    )

    assert row.title == "Kế hoạch số 12/KH-UBND về chuyển đổi số"


def test_a_code_twice_in_one_column_is_refused_with_both_places() -> None:
    from engine.errors import BadInput

    with pytest.raises(BadInput) as caught:
        tables_of("Mã | Nhiệm vụ | Chủ trì\nII.1 | Việc một | A\nII.1 | Việc hai | B")

    (fault,) = caught.value.faults
    assert (fault.place, "II.1" in fault.problem) == ("dòng 2 và dòng 3", True)
