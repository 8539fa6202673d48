"""What every command does the same way: help, slips of the pen, errors, exit codes, speed."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from dondoc.cli import failure, output
from dondoc.cli.main import hoist
from dondoc.cli.verbs import VERBS
from dondoc.words import explain
from engine import errors
from engine.errors import DondocError, Fault
from tests.support.postgres import APP, Server
from tests.support.terminal import Terminal

ROOT = Path(__file__).resolve().parents[3]


def kinds(root: type[DondocError] = DondocError) -> list[type[DondocError]]:
    return [root, *(found for child in root.__subclasses__() for found in kinds(child))]


RAISED: list[tuple[DondocError, int]] = [
    (errors.Unknown(what="task", name="II.9", hint="II.1"), 77),
    (errors.TransitionRefused(trigger="verify", state="assigned", allowed=("start",)), 77),
    (errors.NotPermitted(actor="cv", what="verify", who=("verifier",)), 77),
    (errors.FourEyes(actor="cvp", reporter="cvp"), 77),
    (errors.Invalid(field="due", problem="a standing task has no due date"), 77),
    (errors.NoteRequired(trigger="return"), 77),
    (errors.EvidenceRequired(missing="số văn bản"), 77),
    (errors.ChildrenOpen(code="II.1.4", open_children=("II.1.4.1",)), 77),
    (errors.Undecided(plan="KH", faults=[Fault(place="II.1", problem="thiếu hạn")]), 77),
    (errors.StatesInUse(workflow="plan_task", version=2, states=[("reported", 12)]), 77),
    (errors.BadInput(source="x.csv", faults=[Fault(place="dòng 2", problem="trống")]), 78),
    (errors.Conflict(what="II.1", expected="version 1", found="version 2"), 75),
    (errors.AlreadyRunning(database="dondoc.db", process="12"), 75),
    (errors.Corrupt("chain broken"), 70),
]


def test_every_kind_of_error_has_its_sentence_in_vietnamese_and_its_code() -> None:
    tested = {type(error) for error, _ in RAISED}

    # Those of the engine: a door that adds a kind of its own reports it itself.
    ours = {kind for kind in kinds() if kind.__module__ == "engine.errors"}
    roots = {DondocError, errors.Refused}
    assert tested == ours - roots
    for error, code in RAISED:
        assert failure.exit_code(error) == code
        assert explain(error, language="vi") != explain(error, language="en") == str(error)


def test_help_needs_less_than_three_tenths_of_a_second() -> None:
    command = [sys.executable, "-m", "dondoc.cli.main", "--help"]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    spent = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, env=environ, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # The time of the processor, not of the clock: neighbours on the machine cost nothing.
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    assert all(verb.name in done.stdout.decode() for verb in VERBS)
    assert min(spent) < 0.3


@pytest.mark.parametrize(("encoding", "shown"), [("ascii", "hằng quý"), ("cp1252", "h\\u1eb1ng")])
def test_a_terminal_without_vietnamese_letters_is_answered_all_the_same(
    encoding: str, shown: str
) -> None:
    command = [sys.executable, "-m", "dondoc.cli.main", "plan", "deadline", "hằng quý"]
    environ = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding}

    done = subprocess.run(
        [*command, "--year", "2023"], capture_output=True, env=environ, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert shown in done.stdout.decode(encoding if encoding != "ascii" else "utf-8")


def test_help_loads_no_command_and_no_database() -> None:
    script = (
        "import sys; from dondoc.cli.main import run; run(['--help']);"
        "print([m for m in ('sqlalchemy', 'pydantic', 'structlog', 'holidays', 'rich')"
        " if m in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, cwd=ROOT, text=True
    )

    assert done.stdout.splitlines()[-1] == "[]"


def test_a_slip_of_the_pen_is_answered_with_the_word_that_was_meant(dondoc: Terminal) -> None:
    noun = dondoc("calender")
    verb = dondoc("calendar", "shwo")
    option = dondoc("calendar", "show", "2023", "--jsno")

    assert (noun.code, verb.code, option.code) == (2, 2, 2)
    assert "'calendar'" in noun.err
    assert "'show'" in verb.err
    assert "--jsno" in option.err
    assert "Xem: dondoc calendar show --help" in option.err


def test_a_missing_argument_is_named(dondoc: Terminal) -> None:
    answer = dondoc("unit", "import")

    assert answer.code == 2
    assert "thiếu 'TỆP'" in answer.err


def test_an_unexpected_error_is_one_line_with_a_file_and_never_a_traceback(
    dondoc: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        message = "nobody thought of this"
        raise RuntimeError(message)

    monkeypatch.setattr("config.sources.load_settings", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    answer = dondoc("config", "check")

    assert answer.code == 70
    assert "Traceback" not in answer.err
    [line] = answer.err.splitlines()
    kept = Path(line.rsplit(": ", 1)[1])
    assert "nobody thought of this" in kept.read_text()
    assert "Traceback" in dondoc("config", "check", DONDOC_DEBUG="1").err


def test_errors_are_told_in_english_when_asked(dondoc: Terminal) -> None:
    answer = dondoc("calender", DONDOC_LANG="en")

    assert answer.err.startswith("Usage error")


def test_a_hostile_name_cannot_command_the_terminal(dondoc: Terminal) -> None:
    answer = dondoc("unit", "import", "\x1b]0;owned\x07.csv")

    assert answer.code == 78
    assert "\x1b" not in answer.err


def test_options_of_every_command_may_stand_anywhere() -> None:
    moved = hoist(["plan", "list", "--quiet", "--config", "a.toml", "--", "-q"])

    assert moved == ["--quiet", "--config", "a.toml", "plan", "list", "--", "-q"]


def test_columns_line_up_under_letters_of_two_code_points(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output.columns(("MÃ", "TÊN"), [("a\u0301b", "x"), ("abcd", "y\x1b[31m"), (None, "z")])

    assert capsys.readouterr().out.splitlines() == [
        "MÃ    TÊN",
        "a\u0301b    x",
        "abcd  y\\u001b[31m",
        "      z",
    ]


def test_quiet_leaves_only_data_and_errors(office: Terminal) -> None:
    quiet = office("unit", "import", "units.csv", "--quiet")

    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_the_version_is_told(dondoc: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _: "9.9")

    assert dondoc("--version").out == "dondoc 9.9\n"


@pytest.mark.parametrize(
    "wanted", ["abc", "status=oberdue", "due=2023-02-30", "due=today&due=today"]
)
def test_a_filter_that_is_none_is_a_wrong_argument(installed: Terminal, wanted: str) -> None:
    answer = installed("task", "list", wanted)

    assert answer.code == 2
    assert "Gọi sai: giá trị của" in answer.err


@pytest.mark.postgres
def test_a_role_that_may_not_make_tables_is_told_which_setting_is_missing(
    dondoc: Terminal, postgres_server: Server
) -> None:
    database = f"without_owner_{os.getpid()}"
    postgres_server.create(database)
    url = postgres_server.url(database, role=APP)

    answer = dondoc("db", "upgrade", DONDOC_DATABASE__URL=url)

    assert answer.code == 78
    assert "database.owner_url" in answer.err
