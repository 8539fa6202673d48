"""What the columns of a file were taken for, and how it reads once somebody says otherwise."""

import pytest

from config.defaults import reading_rules
from engine.errors import BadInput
from workflows.planfile import InputFile, IntakeRules, intake_rules, read_plan, survey_files

STRANGE = (
    "TT,Việc phải làm,Ai làm,Xong trước,Ghi chú\n"
    "1,Xây dựng kế hoạch,CNTT,31/3/2014,gấp\n"
    "2,Tập huấn nghiệp vụ,VP,30/6/2014,\n"
)
NAMED = {"Việc phải làm": "task", "Ai làm": "lead", "Xong trước": "deadline"}


@pytest.fixture(scope="module")
def rules() -> IntakeRules:
    """The words that are shipped."""
    return intake_rules(reading_rules("intake"))


def table(text: str) -> InputFile:
    return InputFile(name="bang.csv", data=text.encode())


def test_a_table_with_strange_headers_is_seen_and_not_read(rules: IntakeRules) -> None:
    found = survey_files([table(STRANGE)], rules=rules)

    (one,) = found.tables
    assert not found.is_read
    assert [(column.header, column.key) for column in one.columns] == [
        ("TT", "number"), ("Việc phải làm", ""), ("Ai làm", ""), ("Xong trước", ""),
        ("Ghi chú", "other"),
    ]  # fmt: skip
    assert one.columns[1].samples == ("Xây dựng kế hoạch", "Tập huấn nghiệp vụ")


def test_columns_that_somebody_named_are_read_as_he_says(rules: IntakeRules) -> None:
    told = rules.with_columns(NAMED)

    plan = read_plan([table(STRANGE)], code="KH", year=2014, rules=told)

    assert survey_files([table(STRANGE)], rules=told).is_read
    assert [(one.title, one.lead) for one in plan.items] == [
        ("Xây dựng kế hoạch", "CNTT"), ("Tập huấn nghiệp vụ", "VP"),
    ]  # fmt: skip


def test_a_column_that_is_not_to_be_used_is_not_used(rules: IntakeRules) -> None:
    plain = STRANGE.replace("Việc phải làm,Ai làm,Xong trước", "Nhiệm vụ,Chủ trì,Thời hạn")

    plan = read_plan(
        [table(plain)], code="KH", year=2014, rules=rules.with_columns({"Thời hạn": "other"})
    )

    assert [one.deadline for one in plan.items] == [None, None]


def test_how_surely_a_column_was_taken_for_something_is_said(rules: IntakeRules) -> None:
    near = STRANGE.replace("Việc phải làm,Ai làm,Xong trước", "Nhiệm vụ,Đơn vị chủ chì,Thời hạn")

    (one,) = survey_files([table(near)], rules=rules).tables

    fits = {column.key: column.fit for column in one.columns}
    assert fits["task"] == fits["deadline"] == 100
    assert 80 <= fits["lead"] < 100


def test_a_header_of_two_rows_can_be_named(rules: IntakeRules) -> None:
    text = (
        "| TT | Việc phải làm | Ai làm | Mốc | |\n|---|---|---|---|---|\n"
        "| | | | Từ | Tới |\n| 1 | Xây dựng kế hoạch | CNTT | 1/2/2014 | 31/3/2014 |\n"
    )
    file = InputFile(name="bang.md", data=text.encode())
    headers = [one.header for one in survey_files([file], rules=rules).tables[0].columns]
    told = rules.with_columns({**NAMED, next(one for one in headers if "Tới" in one): "deadline"})

    plan = read_plan([file], code="KH", year=2014, rules=told)

    assert [str(day) for day in plan.items[0].deadline.due] == ["2014-03-31"]  # type: ignore[union-attr]


def test_a_column_that_nobody_knows_cannot_be_named(rules: IntakeRules) -> None:
    with pytest.raises(BadInput, match="colour"):
        rules.with_columns({"Màu": "colour"})
