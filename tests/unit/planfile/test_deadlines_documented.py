"""The table of phrases in the reference is what the program does."""

from pathlib import Path

import pytest

from workflows.planfile import IntakeRules, read_deadline

PAGE = Path(__file__).parents[3] / "docs/reference/plan-files.md"
YEAR = 2025


def _shown() -> list[tuple[str, str, str]]:
    section = PAGE.read_text("utf-8").split("## Deadline phrases, read")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [(phrase, kind, due) for phrase, kind, due in cells]


@pytest.mark.parametrize(("phrase", "kind", "due"), _shown())
def test_a_phrase_of_the_reference_is_read_as_it_says(
    rules: IntakeRules, phrase: str, kind: str, due: str
) -> None:
    got = read_deadline(phrase, year=YEAR, rules=rules)

    days = ", ".join(day.strftime("%d/%m/%Y") for day in got.due)
    assert (got.kind, days) == (kind, due)
