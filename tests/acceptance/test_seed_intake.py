"""The real plan of 2023 and its assignment table, read from the files as they were published."""

import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from config.defaults import reading_rules
from engine.draft import DraftItem, DraftPlan, Worksheet
from engine.naming import is_prefix
from workflows.planfile import (
    Follow,
    InputFile,
    IntakeRules,
    as_json,
    class_of,
    intake_rules,
    read_plan,
    read_worksheet,
)

YEAR = 2023


@pytest.fixture(scope="module")
def rules() -> IntakeRules:
    return intake_rules(reading_rules("intake"))


@pytest.fixture(scope="module")
def plan(samples: Path, rules: IntakeRules) -> DraftPlan:
    (file,) = (samples / "plans").glob("00-*.txt")
    return read_plan(
        [InputFile(name=file.name, data=file.read_bytes())],
        code="KH-CCHC-2023",
        year=YEAR,
        rules=rules,
    )


@pytest.fixture(scope="module")
def items(plan: DraftPlan) -> dict[str, DraftItem]:
    return {item.code: item for item in plan.items}


@pytest.fixture(scope="module")
def worksheet(samples: Path, rules: IntakeRules) -> Worksheet:
    file = samples / "seed-2023" / "assignments.csv"
    return read_worksheet(InputFile(name=file.name, data=file.read_bytes()), year=YEAR, rules=rules)


def test_s68_all_seven_fields_61_bullets_and_9_parts_are_found(
    plan: DraftPlan, items: dict[str, DraftItem]
) -> None:
    per_field = Counter(item.section for item in plan.items)

    assert per_field == {
        "II.1": 13, "II.2": 11, "II.3": 9, "II.4": 9, "II.5": 5, "II.6": 18, "II.7": 5,
    }  # fmt: skip
    assert sum(item.parent is None for item in plan.items) == 61
    assert [code for code, item in items.items() if item.parent] == [
        f"II.1.4.{n}" for n in range(1, 10)
    ]
    assert len({item.field for item in plan.items}) == 7
    assert [item.code for item in plan.items if item.kind == "heading"] == ["II.1.4"]


def test_s68_wrapped_lines_are_whole_and_page_number_and_addresses_are_gone(
    items: dict[str, DraftItem],
) -> None:
    titles = [item.title for item in items.values()]

    assert not [title for title in titles if "http" in title or "  " in title]
    assert "2803/KH-UBND" in items["II.3.3"].title
    assert "giao quyền tự chủ, tự chịu" in items["II.5.3"].title
    assert all(title.endswith((".", ";", ":", "...")) for title in titles)
    assert "Thủ tướng Chính phủ triển khai" in items["II.3.9"].title


def test_s68_the_training_task_that_stands_twice_is_the_only_near_duplicate(
    items: dict[str, DraftItem],
) -> None:
    marked = {code: item.near_duplicates for code, item in items.items() if item.near_duplicates}

    assert marked == {"II.6.13": ("II.6.18",), "II.6.18": ("II.6.13",)}


def test_s68_every_item_lacks_a_lead_and_every_task_a_day(items: dict[str, DraftItem]) -> None:
    kinds = {"heading": set(), "standing": {"lead"}, "task": {"lead", "due", "output"}}

    for item in items.values():
        assert kinds[item.kind] <= set(item.missing), item.code


def test_all_33_mentions_of_29_documents_are_found_and_dated(plan: DraftPlan) -> None:
    numbers = [citation.number for citation in plan.citations]

    assert (len(numbers), len(set(numbers))) == (33, 29)
    assert [c.number for c in plan.citations if not (c.date and c.issuer and c.type)] == []


def test_a_second_mention_knows_what_the_first_one_said(items: dict[str, DraftItem]) -> None:
    (decree,) = {c for c in items["II.2.3"].citations if c.number == "61/2018/NĐ-CP"}

    assert (decree.issuer, decree.date) == ("Chính phủ", date(2018, 4, 23))


def test_the_head_names_the_issuer_and_the_title(plan: DraftPlan) -> None:
    assert plan.issuer == "Sở Thông tin và Truyền thông"
    assert plan.title.endswith("Cải cách hành chính năm 2023")


def test_section_four_asks_for_four_reports(plan: DraftPlan) -> None:
    lines = [(line.period, line.recipient) for line in plan.report_lines]

    assert lines == [(p, "Sở Nội vụ") for p in ("month", "quarter", "half_year", "year")]


def test_every_row_of_the_table_finds_its_item_under_the_same_title(
    items: dict[str, DraftItem], worksheet: Worksheet
) -> None:
    rows = {row.code: row for row in worksheet.rows}

    assert rows.keys() == items.keys()
    assert [
        code for code, row in rows.items() if not is_prefix(row.title or "", items[code].title)
    ] == []


def test_30_rows_become_dates_and_none_of_the_table_is_in_doubt(worksheet: Worksheet) -> None:
    deadlines = [row.deadline for row in worksheet.rows if row.deadline]

    assert {deadline.confidence for deadline in deadlines} == {"auto"}
    assert Counter(bool(deadline.due) for deadline in deadlines) == {True: 30, False: 39}
    assert {deadline.kind for deadline in deadlines if not deadline.due} == {"standing"}


def test_the_decisions_on_the_pair_are_read(worksheet: Worksheet) -> None:
    decided = {row.code: row.decision for row in worksheet.rows if row.decision}

    assert decided == {"II.6.13": "keep", "II.6.18": "keep"}


def test_first_words_agree_with_the_table_on_all_but_four_items(
    items: dict[str, DraftItem], worksheet: Worksheet, rules: IntakeRules
) -> None:
    disagreeing = {
        row.code
        for row in worksheet.rows
        if row.kind and class_of(items[row.code].title, words=rules.classes) != row.kind
    }

    assert disagreeing == {"II.1.3", "II.2.2", "II.6.8", "II.7.2"}


def test_the_whole_plan_is_read_in_well_under_a_second(samples: Path, rules: IntakeRules) -> None:
    (file,) = (samples / "plans").glob("00-*.txt")
    started = time.process_time()

    plan = read_plan(
        [InputFile(name=file.name, data=file.read_bytes())], code="KH", year=YEAR, rules=rules
    )

    assert time.process_time() - started < 2
    assert len(as_json(plan)["items"]) == 70  # type: ignore[arg-type]  # a list by construction


@pytest.mark.parametrize(
    ("pattern", "follow", "count", "issuer"),
    [
        ("01-*.txt", "auto", 14, "Ủy ban nhân dân tỉnh Lào Cai"),
        ("01-*.docx", "auto", 14, "Ủy ban nhân dân tỉnh Lào Cai"),
        ("01-*.docx", "body", 25, "Ủy ban nhân dân tỉnh Lào Cai"),
        ("01-*.docx", "all", 39, "Ủy ban nhân dân tỉnh Lào Cai"),
        ("02-*.txt", "auto", 27, "Sở Công Thương"),
        ("02-*.docx", "auto", 27, "Sở Công Thương"),
    ],
)
def test_plans_of_other_offices_are_read_too(
    samples: Path, rules: IntakeRules, pattern: str, follow: Follow, count: int, issuer: str
) -> None:
    (file,) = (samples / "plans").glob(pattern)
    given = InputFile(name=file.name, data=file.read_bytes())

    plan = read_plan([given], code="KH", year=2026, rules=rules, follow=follow)

    assert (len(plan.items), plan.issuer) == (count, issuer)


@pytest.mark.parametrize("ending", ["txt", "docx"])
def test_the_14_rows_of_an_appendix_say_who_when_and_with_whom(
    samples: Path, rules: IntakeRules, ending: str
) -> None:
    (file,) = (samples / "plans").glob(f"01-*.{ending}")
    given = InputFile(name=file.name, data=file.read_bytes())

    plan = read_plan([given], code="KH", year=2026, rules=rules)
    items = {item.code: item for item in plan.items}

    assert list(items) == [str(n) for n in range(1, 15)]
    assert items["6"].leads == ("Sở Công Thương", "Sở Xây dựng")
    assert items["2"].deadline is not None
    assert items["2"].deadline.due == (date(2026, 5, 31),)
    assert items["5"].deadline is not None
    assert items["5"].deadline.confidence == "confirm"
    assert plan.signer == "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH"
    assert [remark.code for remark in plan.remarks][-1] == "body_not_followed"


@pytest.mark.parametrize("ending", ["txt", "docx"])
def test_assignments_below_the_items_of_a_field_are_those_of_all_its_items(
    samples: Path, rules: IntakeRules, ending: str
) -> None:
    (file,) = (samples / "plans").glob(f"02-*.{ending}")
    given = InputFile(name=file.name, data=file.read_bytes())

    plan = read_plan([given], code="KH", year=2026, rules=rules)

    assert {item.leads for item in plan.items if item.section == "III.1"} == {
        ("Phòng Quản lý Công nghiệp",)
    }
    assert all(item.leads for item in plan.items if item.section.startswith("III."))
    assert len(plan.bases) == 8
    assert plan.signer == "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC"
    assert any(target.text.startswith("100% khu công nghiệp") for target in plan.targets)
