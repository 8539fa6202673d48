"""Fault 48: every odd and malicious file we know of, handed to the command that imports plans.

Whatever it is, the answer is a sentence with a cure, or a bounded import; nothing is written,
nobody is called, and the process that asked stays as small as it was.
"""

import contextlib
import io
import json
import multiprocessing
import os
import resource
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.defaults import reading_rules
from dondoc.cli.main import run
from tests.support.calling import listening
from tests.support.corpus import KINDS, Specimen, make_corpus
from tests.support.premises import Premises
from workflows.planfile import IntakeRules

pytestmark = pytest.mark.fault

BAD_CONFIGURATION = 78
_UNFORESEEN = ("Traceback", "Lỗi ngoài dự kiến", "chưa đọc được (", "trả lời không đúng")
#: Of the process that asks; a plan of thousands of items that was read is as large as it is.
_GROWTH_KB = {True: 50_000, False: 200_000}
_LIMITS = IntakeRules.from_mapping(reading_rules("intake")).limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the command said of one file, and what that cost."""

    code: int
    out: str
    err: str
    seconds: float
    growth_kb: int


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an office without a plan, in which commands are called."""
    folder = tmp_path / "office"
    folder.mkdir()
    premises = Premises(folder, {})
    premises.dondoc("init")
    monkeypatch.chdir(folder)
    return folder


def hand_in(specimen: Specimen) -> Answer:
    words = ["plan", "import", str(specimen.path), "--year", "2026", "--code", "KH", "--dry-run"]
    out, err = io.StringIO(), io.StringIO()
    before, start = resident_kb(), time.monotonic()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([*words, "--json"])
    seconds, growth = time.monotonic() - start, resident_kb() - before
    return Answer(
        code=code, out=out.getvalue(), err=err.getvalue(), seconds=seconds, growth_kb=growth
    )


def resident_kb() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def largest_child_bytes() -> int:
    """Return what the largest child of this process ever took."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def hand_in_all(specimens: Sequence[Specimen]) -> tuple[dict[str, tuple[str, ...]], int]:
    """Return what is wrong, by file, and what the largest child took that read one of them."""
    wrong = {
        specimen.path.name: (*found, answer.err[-300:])
        for specimen in specimens
        if (found := [*complaints(specimen, answer := hand_in(specimen))])
    }
    return wrong, largest_child_bytes()


def elsewhere(specimens: Sequence[Specimen]) -> tuple[dict[str, tuple[str, ...]], int]:
    """Hand them in from a new process: a child counts as no smaller than what started it."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as new:
        return new.submit(hand_in_all, specimens).result()


def complaints(specimen: Specimen, answer: Answer) -> Iterator[str]:
    """Yield whatever should not be so."""
    if any(words in answer.err for words in _UNFORESEEN):
        yield "unforeseen"
    if answer.seconds > _LIMITS.child_wall_seconds + 5:
        yield f"took {answer.seconds:.0f} s"
    if answer.growth_kb > _GROWTH_KB[answer.code == BAD_CONFIGURATION]:
        yield f"grew by {answer.growth_kb} kB"
    if answer.code == BAD_CONFIGURATION:
        yield from _wrongly_refused(specimen, answer.err)
    elif answer.code in (0, 1):
        yield from _wrongly_read(specimen, answer.out)
    else:
        yield f"ended with {answer.code}"


def _wrongly_refused(specimen: Specimen, said: str) -> Iterator[str]:
    if specimen.refused is None:
        yield "refused"
    elif not any(part in said for part in specimen.refused.split("|")):
        yield "refused for another reason"


def _wrongly_read(specimen: Specimen, printed: str) -> Iterator[str]:
    titles = [item["title"] for item in json.loads(printed)["items"]]
    if specimen.refused:
        yield f"read: {titles[:3]}"
    if any(not any(part in title for title in titles) for part in specimen.reads):
        yield f"misread: {titles[:3]}"
    if len(titles) > _LIMITS.items:
        yield "more than anybody follows"


@pytest.mark.parametrize("kind", KINDS)
def test_fault_48_no_odd_file_costs_more_than_its_refusal(
    office: Path, tmp_path: Path, kind: str
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    with listening() as (port, callers):
        specimens = make_corpus(corpus, port=port, kinds=[kind])
        before = {path: path.stat().st_mtime_ns for path in office.rglob("*")}
        wrong, largest = elsewhere(specimens)

    assert wrong == {}
    assert callers == []
    assert {path: path.stat().st_mtime_ns for path in office.rglob("*")}.keys() == before.keys()
    assert sorted(path for path in corpus.rglob("*") if path.is_file()) == sorted(
        specimen.path for specimen in specimens
    )
    assert largest <= _LIMITS.child_memory_bytes


@pytest.mark.parametrize("name", ["bomb.docx", "bomb.xlsx", "many-large.docx"])
def test_fault_48_a_bomb_handed_to_a_real_process_leaves_no_plan(
    office: Path, tmp_path: Path, name: str
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    bomb = next(one for one in make_corpus(corpus, kinds=["archives"]) if one.path.name == name)
    premises = Premises(office, {})

    answer = premises.ask("plan", "import", str(bomb.path), "--year", "2026", "--code", "KH",
                          "--as", "vp-hoa")  # fmt: skip

    assert answer.returncode == BAD_CONFIGURATION
    assert "Traceback" not in answer.stderr
    assert json.loads(premises.dondoc("plan", "list", "--json"))["plans"] == []
