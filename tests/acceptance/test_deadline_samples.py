"""Deadline phrases of real plans: what people agreed on, however the phrase was typed."""

import csv
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from config.defaults import reading_rules
from engine.draft import Deadline
from workflows.planfile import IntakeRules, contradictions, intake_rules, read_deadline

Row = dict[str, str]


@pytest.fixture(scope="module")
def rules() -> IntakeRules:
    return intake_rules(reading_rules("intake"))


@pytest.fixture(scope="module")
def rows(samples: Path) -> list[Row]:
    with (samples / "deadline-phrases.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def read(row: Row, rules: IntakeRules, *, typed: Callable[[str], str] = str) -> Deadline:
    return read_deadline(typed(row["phrase"]), year=int(row["year"]), rules=rules)


def is_right(row: Row, got: Deadline) -> bool:
    days = ";".join(day.isoformat() for day in got.due)
    return got.kind == row["kind"] and row["due_iso"] in ("", days)


def without_accents(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")


def test_every_collected_phrase_has_the_kind_and_the_days_people_agreed_on(
    rows: list[Row], rules: IntakeRules
) -> None:
    wrong = [row["phrase"] for row in rows if not is_right(row, read(row, rules))]

    assert len(rows) == 149
    assert wrong == []


@pytest.mark.parametrize(
    "typed",
    [str.upper, lambda text: unicodedata.normalize("NFD", text), lambda t: t.replace(" ", "  ")],
    ids=["capitals", "decomposed", "wide spaces"],
)
def test_capitals_decomposed_letters_and_spaces_change_no_reading(
    rows: list[Row], rules: IntakeRules, typed: Callable[[str], str]
) -> None:
    wrong = [row["phrase"] for row in rows if not is_right(row, read(row, rules, typed=typed))]

    assert wrong == []


def test_s67_without_accents_nearly_all_is_read_and_nothing_is_wrongly_believed(
    rows: list[Row], rules: IntakeRules
) -> None:
    answers = [(row, read(row, rules, typed=without_accents)) for row in rows]

    wrong = [(row["phrase"], got) for row, got in answers if not is_right(row, got)]
    assert len(wrong) <= 0.03 * len(rows)
    assert [phrase for phrase, got in wrong if got.confidence == "auto"] == []


def test_no_phrase_of_a_plan_of_its_year_contradicts_itself(
    rows: list[Row], rules: IntakeRules
) -> None:
    found = {
        row["phrase"]: [
            remark.code
            for remark in contradictions(
                read(row, rules), phrase=row["phrase"], year=int(row["year"]), rules=rules
            )
        ]
        for row in rows
    }

    # Dates years away are asked about; nothing else is to be said of phrases that people wrote.
    assert {code for codes in found.values() for code in codes} <= {"year_outside_plan"}


def test_s67_the_output_that_names_another_day_than_its_column_is_pointed_out(
    samples: Path, rules: IntakeRules
) -> None:
    (file,) = (samples / "plans").glob("33-*.txt")
    lines = [line for line in file.read_text("utf-8").splitlines() if "15/12/2026" in line]
    (cells,) = [line.strip("| ").split(" | ") for line in lines if line.startswith("| 28 ")]
    output, phrase = cells[-2:]

    deadline = read_deadline(phrase, year=2026, rules=rules)
    found = contradictions(deadline, phrase=phrase, output=output, year=2026, rules=rules)

    assert [remark.code for remark in found] == ["deadline_contradicts_output"]
    assert "30/11/2026" in found[0].message
    assert "15/12/2026" in found[0].message
