"""The table of phrases in the reference, in either language, is what the program does."""

from pathlib import Path

import pytest

from workflows.planfile import IntakeRules, read_deadline

DOCS = Path(__file__).parents[3] / "docs"
PAGES = {
    "reference/plan-files.md": "## Deadline phrases, read",
    "vi/reference/plan-files.md": "## Cụm từ thời hạn, đã đọc",
}
YEAR = 2025


def _shown(page: str) -> list[tuple[str, str, str]]:
    section = (DOCS / page).read_text("utf-8").split(f"{PAGES[page]}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [(phrase, kind, due) for phrase, kind, due in cells]


@pytest.mark.parametrize(
    ("phrase", "kind", "due"), [shown for page in PAGES for shown in _shown(page)]
)
def test_a_phrase_of_the_reference_is_read_as_it_says(
    rules: IntakeRules, phrase: str, kind: str, due: str
) -> None:
    got = read_deadline(phrase, year=YEAR, rules=rules)

    days = ", ".join(day.strftime("%d/%m/%Y") for day in got.due)
    assert (got.kind, days) == (kind, due)
