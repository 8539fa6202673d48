"""Pages agree with each other and with the tree: links, numbers, languages, records."""

import re
import tomllib
from pathlib import Path

import pytest

from dondoc.cli.verbs import VERBS, load
from tests.support.pages import DOCS, REFERENCE, anchors, headings, links, pages, sections
from tests.support.source import PACKAGES, ROOT, files, modules

RULES = [f"Rule {number}" for number in range(1, 22)]
RULES_VI = [f"Quy tắc {number}" for number in range(1, 22)]
#: What this version promises; the other numbers belong to parts that it does not have.
GUARANTEES = [
    "G1",
    "G2",
    "G3",
    "G4",
    "G5",
    "G6",
    "G7",
    "G8",
    "G9",
    "G10",
    "G11",
    "G12",
    "G13",
    "G14",
    "G15",
    "G16",
    "G18",
    "G19",
]
PARTS = ("Context", "Decision", "Consequences", "Alternatives")
DECISIONS = sorted(page for page in (DOCS / "decisions").glob("[0-9]*.md"))
_LONGEST_DECISION = 50
#: Reference pages that users read, and not only those who set the program up.
_IN_BOTH = ("doctor", "intake-codes", "plan-files", "report-lines", "rules", "scenarios")
_MENTION = re.compile(r"\bdocs/[\w./-]*[\w-]\.md\b")
_CODE = re.compile(r"^```(?:console|sh)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    """A page that was renamed leaves its readers nowhere, and nobody tells."""
    dead = []
    for target in links(page):
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            dead.append(target)

    assert dead == []


def test_every_page_that_code_names_exists() -> None:
    """A `Source:` in a docstring is there to be followed."""
    named = {
        (module.place, mention)
        for module in modules(*PACKAGES, "tests")
        for mention in _MENTION.findall(module.text)
    }

    missing = {(place, mention) for place, mention in named if not (ROOT / mention).is_file()}

    assert len(named) > 1
    assert missing == set()


def test_every_page_can_be_found_from_the_first_one() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        waiting += [(page.parent / link.partition("#")[0]).resolve() for link in links(page)]

    assert set(pages()) - seen == set()


@pytest.mark.parametrize(
    ("page", "numbered"), [("reference/rules.md", RULES), ("vi/reference/rules.md", RULES_VI)]
)
def test_the_rules_are_numbered_1_to_21(page: str, numbered: list[str]) -> None:
    """Code, tests and records cite rules by number, so the numbers never change."""
    beginning = numbered[0].rstrip("1")

    found = [heading for heading in headings(DOCS / page) if heading.startswith(beginning)]

    assert found == numbered


def test_every_rule_that_code_cites_is_there() -> None:
    cited = {
        int(number)
        for module in modules(*PACKAGES)
        for number in re.findall(r"\b[Rr]ule (\d+)\b", module.text)
    }

    assert cited
    assert cited <= set(range(1, len(RULES) + 1))


def test_every_guarantee_names_tests_that_are_there() -> None:
    """A promise nobody proves is advertising."""
    tests = {
        name
        for module in modules("tests")
        for name in re.findall(r"(?m)^def (test_\w+)", module.text)
    }
    found = sections(REFERENCE / "guarantees.md")

    unproved = {
        number: pattern
        for number in GUARANTEES
        for pattern in re.findall(r"`(test_\w+?)_?\*`", found[number]) or ["nothing"]
        if not any(name.startswith(f"{pattern}_") for name in tests)
    }

    assert [heading for heading in found if re.fullmatch(r"G\d+", heading)] == GUARANTEES
    assert unproved == {}


def test_every_promise_against_malice_names_tests_that_are_there() -> None:
    """One that was renamed leaves the promise without a proof."""
    there = {
        name
        for module in modules("tests")
        for name in re.findall(r"(?m)^def (test_\w+)", module.text)
    }
    promises = sections(REFERENCE / "guarantees.md")["Against whoever means ill"]

    tests = re.findall(r"`(test_\w+)`", promises)
    folders = re.findall(r"`(tests/[\w/.]+)`", promises)

    assert set(tests) <= there
    assert all((ROOT / name).is_file() for name in folders)
    assert len(tests) > len(folders) > 0


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    numbers = [int(page.name[:4]) for page in DECISIONS]
    listed = set(links(DOCS / "decisions" / "README.md"))

    assert numbers == list(range(1, len(DECISIONS) + 1))
    assert {page.name for page in DECISIONS} <= listed


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.name)
def test_a_decision_is_short_and_whole(page: Path) -> None:
    """What was considered and left out is what will be asked about later."""
    title, *parts = headings(page)

    assert title.startswith(f"{page.name[:4]}. ")
    assert parts == list(PARTS)
    assert len(page.read_text("utf-8").splitlines()) <= _LONGEST_DECISION


def test_pages_for_users_are_there_in_both_languages() -> None:
    """A page in one language only helps half of those whom it is for."""
    vietnamese = {page.relative_to(DOCS / "vi").as_posix() for page in (DOCS / "vi").rglob("*.md")}
    english = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}
    howto = {name for name in english if name.startswith("howto/")}

    reference = {f"reference/{name}.md" for name in _IN_BOTH}
    assert vietnamese == howto | reference | {"tutorial.md"}
    assert vietnamese <= english


def test_pages_show_only_commands_and_options_that_exist() -> None:
    known = {verb.name: load(verb) for verb in VERBS}

    wrong = [
        (page.name, command)
        for page in pages()
        for block in _CODE.findall(page.read_text("utf-8"))
        for command in re.findall(r"\bdondoc ((?:--quiet )?[a-z][^|&\n]*)", block)
        if not _is_known(command, known)
    ]

    assert wrong == []


def test_the_architecture_names_every_module() -> None:
    """Whoever looks for something reads one page instead of a hundred files."""
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    inner = [
        path.relative_to(ROOT).as_posix()
        for path in files()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in PACKAGES
        and path.name != "__init__.py"
        and "versions" not in path.parts
    ]

    missing = [name for name in inner if f"`{name}`" not in page]

    assert missing == []


def test_the_architecture_names_no_module_that_is_gone() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")

    named = re.findall(r"`((?:config|engine|workflows|scheduler|dondoc)/[\w/.]+\.\w+)`", page)

    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_the_changelog_knows_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    latest = headings(ROOT / "CHANGELOG.md")[1]

    assert latest.startswith(f"{version} ")


def _is_known(command: str, known: dict[str, object]) -> bool:
    words = command.removeprefix("--quiet ").split()
    verb = known.get(words[0])
    if verb is None:
        return False
    inner = getattr(verb, "commands", None)
    if inner:
        if len(words) < 2 or words[1] not in inner:
            return len(words) == 2 and words[1] == "--help"
        verb = inner[words[1]]
    options = {option for one in verb.params for option in one.opts}  # type: ignore[attr-defined]
    options |= {"--help", "--quiet", "--config"}
    return all(word in options for word in words if word.startswith("--"))
