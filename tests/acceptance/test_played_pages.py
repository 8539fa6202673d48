"""The tutorial and the how-to pages work as printed: every command is run, every line compared."""

import email.policy
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.console import fits, play, steps
from tests.support.pages import DOCS

PAGES = sorted(page.name for page in (DOCS / "howto").glob("*.md") if page.name != "README.md")
PLAYED = [name for name in PAGES if steps(DOCS / "howto" / name)]
#: Played by the tests of the demonstration.
ELSEWHERE = ("scripts/demo", ". .venv/bin/activate", "dondoc simulate dondoc/demo")
#: What the two languages call differently in a block of code.
WORDS = {"mã thoát": "exit code", "co-quan": "my-office"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """The office that the tutorial leaves behind, and what of the tutorial did not hold."""

    office: Path
    wrong: list[str]


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("tutorial")
    wrong = play(DOCS / "tutorial.md", folder, skip=ELSEWHERE)
    return Played(office=folder / "my-office", wrong=wrong)


def test_the_tutorial_works_as_printed(tutorial: Played) -> None:
    messages = list(tutorial.office.rglob("*.eml"))

    assert tutorial.wrong == []
    assert messages


def test_the_message_shown_in_the_reference_is_the_one_that_leaves(tutorial: Played) -> None:
    shown = _block((DOCS / "reference" / "messages.md").read_text("utf-8"), kind="text")
    (kept,) = tutorial.office.rglob("*-vp-hoa-reminder-*.eml")

    sent = email.message_from_bytes(kept.read_bytes(), policy=email.policy.default)

    text = sent.get_body(("plain",))
    assert text is not None
    printed = [str(sent["Subject"]), "", *text.get_content().splitlines()]
    assert [line for line in zip(shown, printed, strict=True) if not fits(*line)] == []


@pytest.mark.parametrize("name", PLAYED)
def test_a_page_works_as_printed_in_the_office_of_the_tutorial(
    name: str, tutorial: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "my-office"
    shutil.copytree(tutorial.office, folder)
    monkeypatch.setenv("DONDOC_NOW", "2025-03-27T09:00")

    wrong = play(DOCS / "howto" / name, folder)

    assert wrong == []


@pytest.mark.parametrize("name", ["tutorial.md", *(f"howto/{name}" for name in PAGES)])
def test_both_languages_show_the_same_commands(name: str) -> None:
    english = _code(DOCS / name)

    vietnamese = _code(DOCS / "vi" / name)

    assert vietnamese == english


def _code(page: Path) -> list[str]:
    """Return the lines of a page's code blocks without remarks, in the words of the English one."""
    lines: list[str] = []
    is_code = False
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("```"):
            is_code = not is_code
        if is_code:
            told = line.split("  #")[0].rstrip()
            for vietnamese, english in WORDS.items():
                told = told.replace(vietnamese, english)
            lines.append(told)
    return lines


def _block(page: str, *, kind: str) -> list[str]:
    """Return the lines of the first block of a kind."""
    return page.split(f"```{kind}\n")[1].split("\n```", maxsplit=1)[0].splitlines()
