"""The how-to pages work as printed, in the office that the tutorial leaves behind."""

import shutil
from pathlib import Path

import pytest

from tests.support.console import play, steps
from tests.support.source import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(page.name for page in (DOCS / "howto").glob("*.md") if page.name != "README.md")
TOGETHER = [name for name in PAGES if steps(DOCS / "howto" / name)]
#: Played by the tests of the demonstration.
ELSEWHERE = ("scripts/demo", ". .venv/bin/activate", "dondoc simulate dondoc/demo")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office after the tutorial."""
    folder = tmp_path_factory.mktemp("tutorial")
    wrong = play(DOCS / "tutorial.md", folder, skip=ELSEWHERE)
    assert wrong == []
    return folder / "my-office"


@pytest.mark.parametrize("name", TOGETHER)
def test_a_page_works_as_printed(
    name: str, office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "my-office"
    shutil.copytree(office, folder)
    monkeypatch.setenv("DONDOC_NOW", "2025-03-27T09:00")

    wrong = play(DOCS / "howto" / name, folder)

    assert wrong == []


@pytest.mark.parametrize("name", PAGES)
def test_both_languages_show_the_same_commands(name: str) -> None:
    english = _code(DOCS / "howto" / name)

    vietnamese = _code(DOCS / "vi" / "howto" / name)

    assert vietnamese == english


def _code(page: Path) -> list[str]:
    """Return the lines of a page's code blocks without remarks and the words of exit codes."""
    lines: list[str] = []
    is_code = False
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("```"):
            is_code = not is_code
        if is_code:
            lines.append(line.split("  #")[0].rstrip().replace("mã thoát", "exit code"))
    return lines
