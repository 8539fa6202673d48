"""The pages about workflows say what the program does."""

import re
import tomllib
from pathlib import Path

import pytest

from engine import workflow_rules
from tests.support.shipped import PLAN_TASK
from workflows.diagram import mermaid

ROOT = Path(__file__).parents[3]
LIFECYCLE = (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference" / "workflows.md").read_text(encoding="utf-8")


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head, in plain text."""
    section = page.split(f"\n{heading}\n", 1)[1]
    table = re.search(r"^\|.*?(?=\n\n)", section, flags=re.MULTILINE | re.DOTALL)
    assert table is not None
    lines = table.group().splitlines()[2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def listed(cell: str) -> tuple[str, ...]:
    return () if cell == "-" else tuple(cell.split(", "))


def test_the_picture_in_the_page_is_the_one_that_is_drawn() -> None:
    pictures = re.findall(r"```mermaid\n(.*?)```", LIFECYCLE, flags=re.DOTALL)

    assert pictures == [mermaid(PLAN_TASK)]


def test_the_page_names_every_state_with_its_label_and_ladder() -> None:
    told = [(name, label, ladder) for name, label, _, ladder in rows(LIFECYCLE, "## The states")]

    assert told == [(state.name, state.label, state.ladder or "-") for state in PLAN_TASK.states]


def test_the_page_names_every_trigger_with_all_that_belongs_to_it() -> None:
    told = [
        (name, label, listed(sources), target, listed(who), listed(needs), listed(tells))
        for name, label, sources, target, who, needs, tells in rows(
            LIFECYCLE, "## What can be done"
        )
    ]

    assert told == [
        (t.name, t.label, t.sources, t.target or "(edit)", t.who, t.needs, t.tells)
        for t in PLAN_TASK.triggers
    ]


def test_the_page_shows_the_ladders_that_are_shipped() -> None:
    path = ROOT / "config" / "defaults" / "ladders.toml"
    defaults = tomllib.loads(path.read_text(encoding="utf-8"))

    told = [
        (ladder, rung, day, listed(tells))
        for ladder, _, rung, day, tells in rows(LIFECYCLE, "## What urges it on")
    ]

    assert told == [
        (ladder, each["rung"], _day(each), tuple(each["to"]))
        for ladder in ("unit", "verifier")
        for each in defaults[ladder]
    ]


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("### Roles, for `who`", workflow_rules.ROLES),
        ("### Needs", workflow_rules.NEEDS),
        ("### Notices", workflow_rules.NOTICES),
    ],
)
def test_the_reference_has_a_row_for_every_word(heading: str, words: tuple[str, ...]) -> None:
    named = {row[0] for row in rows(REFERENCE, heading)}

    assert named == set(words)


@pytest.mark.parametrize("word", [*workflow_rules.POSITIONS, *workflow_rules.SUBJECTS])
def test_the_reference_names_every_position_and_subject(word: str) -> None:
    assert f"`{word}`" in REFERENCE


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("## At the top", workflow_rules.KEYS),
        ("## `[[states]]`", workflow_rules.STATE_KEYS),
        ("## `[[triggers]]`", workflow_rules.TRIGGER_KEYS),
    ],
)
def test_the_reference_has_a_row_for_every_key(heading: str, keys: tuple[str, ...]) -> None:
    named = {row[0] for row in rows(REFERENCE, heading)}

    assert named == set(keys) - {"states", "triggers"}


def _day(rung: dict[str, str]) -> str:
    again = f", again every {rung['repeat']}" if "repeat" in rung else ""
    return rung["at"] + again
