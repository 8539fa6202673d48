"""The sample plan holds what the demonstration tells with it: each kind of item and of phrase."""

from collections import Counter
from pathlib import Path

import pytest

import dondoc.demo
from config.defaults import reading_rules
from engine.draft import DraftPlan, Worksheet
from engine.naming import is_prefix
from workflows.planfile import (
    InputFile,
    IntakeRules,
    class_of,
    intake_rules,
    read_plan,
    read_worksheet,
)

FOLDER = Path(dondoc.demo.__file__).parent


@pytest.fixture(scope="module")
def rules() -> IntakeRules:
    return intake_rules(reading_rules("intake"))


@pytest.fixture(scope="module")
def plan(rules: IntakeRules) -> DraftPlan:
    path = FOLDER / "plan.txt"
    return read_plan(
        [InputFile(name=path.name, data=path.read_bytes())],
        code="KH-CCHC-2025",
        year=2025,
        rules=rules,
    )


@pytest.fixture(scope="module")
def worksheet(rules: IntakeRules) -> Worksheet:
    path = FOLDER / "assignments.csv"
    return read_worksheet(InputFile(name=path.name, data=path.read_bytes()), year=2025, rules=rules)


def test_forty_items_are_found_in_seven_fields(plan: DraftPlan) -> None:
    fields = Counter(item.section for item in plan.items)

    assert len(plan.items) == 40
    assert list(fields) == [f"II.{n}" for n in range(1, 8)]


def test_one_heading_has_four_children(plan: DraftPlan) -> None:
    headings = [item.code for item in plan.items if item.kind == "heading"]
    children = [item.code for item in plan.items if item.parent in headings]

    assert headings == ["II.1.3"]
    assert children == [f"II.1.3.{n}" for n in range(1, 5)]


def test_exactly_one_pair_is_nearly_the_same(plan: DraftPlan) -> None:
    alike = {item.code: item.near_duplicates for item in plan.items if item.near_duplicates}

    assert alike == {"II.4.5": ("II.6.6",), "II.6.6": ("II.4.5",)}


def test_page_numbers_and_addresses_leave_no_trace(plan: DraftPlan) -> None:
    page_numbers = [line for line in _lines() if line.isdigit()]
    addresses = [line for line in _lines() if line.startswith("https://")]

    titles = " ".join(item.title for item in plan.items)

    assert len(page_numbers) == 2
    assert len(addresses) == 3
    assert "https://" not in titles
    assert not any(f" {number} " in titles for number in page_numbers)


def test_a_number_broken_by_the_line_is_whole_again(plan: DraftPlan) -> None:
    assert any(line.endswith("268/KH-") for line in _lines())

    item = next(item for item in plan.items if item.code == "II.7.1")

    assert item.citations[0].number == "268/KH-UBND"
    assert str(item.citations[0].date) == "2024-12-24"


def test_the_closing_section_asks_for_four_reports(plan: DraftPlan) -> None:
    asked = [(line.period, line.recipient) for line in plan.report_lines]

    assert asked == [(p, "Sở Nội vụ") for p in ("month", "quarter", "half_year", "year")]


def test_the_worksheet_names_every_item_by_code_and_title(
    plan: DraftPlan, worksheet: Worksheet
) -> None:
    titles = {item.code: item.title for item in plan.items}

    strangers = [
        row.code for row in worksheet.rows if not is_prefix(row.title or "", titles[row.code])
    ]

    assert [row.code for row in worksheet.rows] == list(titles)
    assert strangers == []


def test_every_class_of_item_is_there_as_often_as_told(
    plan: DraftPlan, worksheet: Worksheet, rules: IntakeRules
) -> None:
    phrases = {row.code: row.deadline for row in worksheet.rows}

    kinds = Counter(
        item.kind
        if item.kind == "heading"
        else class_of(item.title, phrases[item.code], words=rules.classes)
        for item in plan.items
    )

    assert kinds == {"heading": 1, "standing": 14, "recurring": 2, "task": 23}


def test_every_usual_phrase_stands_in_the_worksheet_and_is_read_without_doubt(
    worksheet: Worksheet,
) -> None:
    read = [row.deadline for row in worksheet.rows if row.deadline is not None]

    kinds = {deadline.kind for deadline in read}
    doubtful = [deadline.phrase for deadline in read if deadline.confidence != "auto"]

    assert kinds >= {
        "fixed_date", "month", "quarter", "half_year", "year", "range", "recurring", "standing",
    }  # fmt: skip
    assert doubtful == []
    assert all(day.year == 2025 for deadline in read for day in deadline.due)


def test_one_task_is_urgent_and_the_pair_is_decided(worksheet: Worksheet) -> None:
    urgent = [row.code for row in worksheet.rows if row.urgent]
    decided = {row.code: row.decision for row in worksheet.rows if row.decision}

    assert urgent == ["II.7.1"]
    assert decided == {"II.4.5": "keep", "II.6.6": "drop"}


def _lines() -> list[str]:
    text = (FOLDER / "plan.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines()]
