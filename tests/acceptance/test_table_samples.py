"""Appendices and trackers as they were published: which rows are tasks, and what they say."""

from collections import Counter
from pathlib import Path

import pytest

from config.defaults import reading_rules
from workflows.planfile import InputFile, IntakeRules, intake_rules
from workflows.planfile.readers import read_document
from workflows.planfile.tables import TableRow, TaskTable, coded, read_task_tables


@pytest.fixture(scope="module")
def rules() -> IntakeRules:
    return intake_rules(reading_rules("intake"))


@pytest.fixture
def tables(
    samples: Path, rules: IntakeRules, request: pytest.FixtureRequest
) -> tuple[TaskTable, ...]:
    """The tables of tasks of the plan whose name the test asks for."""
    pattern, year = request.param
    (file,) = samples.glob(pattern)
    document = read_document(InputFile(name=file.name, data=file.read_bytes()), rules=rules)
    return read_task_tables(document, year=year, rules=rules)


@pytest.fixture
def rows(tables: tuple[TaskTable, ...]) -> tuple[TableRow, ...]:
    return coded([row for table in tables for row in table.rows])


def of(pattern: str, *, year: int = 2026) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("tables", [(pattern, year)], indirect=True, ids=[pattern])


def due(row: TableRow) -> list[str]:
    return [day.isoformat() for day in row.deadline.due] if row.deadline else []


def remarks(row: TableRow) -> list[str]:
    return [remark.code for remark in row.remarks]


@pytest.mark.parametrize(
    "tables", [("plans/01-*.txt", 2026), ("plans/01-*.docx", 2026)], indirect=True, ids=str
)
def test_the_appendix_of_fourteen_rows_is_read_from_either_file(rows: tuple[TableRow, ...]) -> None:
    assert [row.code for row in rows] == [str(number) for number in range(1, 15)]
    assert rows[5].leads == ("Sở Công Thương", "Sở Xây dựng")
    assert rows[12].leads == ("Các Sở, ban, ngành", "UBND các xã, phường")
    assert (due(rows[0]), due(rows[1]), due(rows[2])) == (
        ["2026-06-30"], ["2026-05-31"], ["2026-12-31"],
    )  # fmt: skip
    kinds = Counter(row.deadline.kind for row in rows if row.deadline)
    assert kinds == {
        "standing": 5, "recurring": 4, "quarter": 2, "month": 1, "year": 1, "fixed_date": 1,
    }  # fmt: skip
    assert (due(rows[4]), remarks(rows[4])) == (["2029-12-31"], ["year_outside_plan"])


@of("plans/01-*.docx")
def test_the_title_above_the_appendix_is_kept(tables: tuple[TaskTable, ...]) -> None:
    (table,) = tables

    assert table.title.startswith("Phụ lục\n")
    assert table.columns["lead"] == "Sở, ngành chủ trì tham mưu"


@pytest.mark.parametrize(
    "tables",
    [
        (name, 2026)
        for name in (
            "plans/02-*.docx", "plans/02-*.txt", "plans/20-*.txt", "plans/21-*.txt",
            "plans/41-*.txt", "forms/44-nq57-mission_report.xlsx",
            "forms/44-nq57-report_detail_report.xlsx", "forms/44-nq57-report_summary_report.xlsx",
            "forms/44-nq57-document_template.xlsx",
        )
    ],
    indirect=True,
    ids=str,
)  # fmt: skip
def test_report_forms_and_other_tables_are_no_tasks(tables: tuple[TaskTable, ...]) -> None:
    assert tables == ()


@pytest.mark.parametrize(
    "tables", [("plans/03-*.txt", 2026), ("plans/04-*.txt", 2026)], indirect=True, ids=str
)
def test_tasks_of_a_team_are_led_by_who_does_them(rows: tuple[TableRow, ...]) -> None:
    assert [row.code for row in rows] == [str(number) for number in range(1, 10)]
    assert all(row.leads and row.assignee is None and row.deadline is None for row in rows)


@of("plans/08-*.txt", year=2025)
def test_the_hundred_and_forty_rows_of_a_resolution_stand_in_their_seven_groups(
    rows: tuple[TableRow, ...],
) -> None:
    assert [row.code for row in rows] == [str(number) for number in range(1, 141)]
    assert Counter(row.group[0].mark for row in rows) == {
        "I": 13, "II": 29, "III": 34, "IV": 12, "V": 28, "VI": 15, "VII": 9,
    }  # fmt: skip
    assert rows[1].leads == ("VTV", "VOV", "TTXVN", "các địa phương")
    assert rows[2].leads == ("Các bộ, ngành, địa phương",)
    assert due(rows[0]) == ["2025-06-30"]
    assert [row.number for row in rows if row.deadline is None] == ["42"]


@of("plans/28-*.txt")
def test_a_retyped_appendix_whose_numbers_begin_anew_loses_no_row(
    rows: tuple[TableRow, ...],
) -> None:
    assert [row.code for row in rows] == ["1", "2", "3", "4", "III.1", "III-2.1", "III-2.2"]
    assert [remarks(row) for row in rows[4:]] == [[], ["group_missing"], []]
    assert all(row.output is None for row in rows)
    assert rows[0].other["Cấp ban hành/phê duyệt"] == "Chủ tịch UBND tỉnh"
    assert rows[0].coordinating == ("Các sở, ban, ngành", "UBND các huyện, thị xã, thành phố")


@of("plans/33-*.txt")
def test_the_plan_of_a_hundred_days_has_28_rows_and_one_contradiction(
    rows: tuple[TableRow, ...],
) -> None:
    by_code = {row.code: row for row in rows}

    assert len(by_code) == 28
    contradicted = [
        code for code, row in by_code.items() if "deadline_contradicts_output" in remarks(row)
    ]
    assert contradicted == ["28"]
    remark = by_code["28"].remarks[0]
    assert "15/12/2026" in remark.message
    assert due(by_code["28"]) == ["2026-11-30"]
    assert by_code["28"].deadline is not None
    assert by_code["28"].deadline.confidence == "confirm"


@of("plans/33-*.txt")
def test_groups_named_in_a_column_are_those_that_were_named_in_full(
    rows: tuple[TableRow, ...],
) -> None:
    groups = {row.group[-1].mark: row.group[-1].title for row in rows}

    assert list(groups) == ["I", "II", "III", "IV", "VI", "VII", "VIII", "IX", "X"]
    assert groups["II"] == "Hạ tầng số"
    assert Counter(row.group[-1].mark for row in rows)["VIII"] == 4
    assert rows[2].leads == ("Văn phòng Đảng uỷ",)
    assert rows[3].leads == ("Trung tâm Dịch vụ, Sự nghiệp công",)


@of("plans/35-*.xlsx")
def test_a_tracker_is_read_sheet_by_sheet_below_its_header_of_two_rows(
    tables: tuple[TaskTable, ...],
) -> None:
    assert [(table.place.sheet, len(table.rows)) for table in tables] == [
        ("NQ can xu ly", 178), ("QD UBND can xu ly", 273), ("QD CT.UBND", 1),
        ("NQ HDND da xu ly", 55), ("QD UBND da xu ly", 57),
    ]  # fmt: skip
    first = tables[0]
    assert first.columns["deadline"] == "Ngày dự kiến trình ban hành"
    assert [row.number for row in first.rows[:4]] == ["1", "2", "3", "4"]
    assert first.rows[0].other["Hình thức xử lý / Thay thế"] == "2"
    assert "column_ignored" in [remark.code for remark in first.remarks]
    done = {table.place.sheet for table in tables if "done_in_group" in remarks(table.rows[0])}
    assert done == {"NQ HDND da xu ly", "QD UBND da xu ly"}


@of("forms/44-nq57-mission-template.xlsx")
def test_a_form_with_an_example_gives_the_example(rows: tuple[TableRow, ...]) -> None:
    (row,) = rows

    assert row.deadline is not None
    assert (row.deadline.kind, row.leads, due(row)) == ("range", ("PA01",), ["2026-08-15"])
