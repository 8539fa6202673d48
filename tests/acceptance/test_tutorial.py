"""The tutorial works as printed: its commands run, and what it shows of their output is true."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
BASH = shutil.which("bash") or "/bin/bash"
_SESSION = re.compile(r"```console\n(.*?)```", re.DOTALL)
#: Played elsewhere: the sample year, which takes longer than all the rest together.
_NOT_HERE = ("scripts/demo", ". .venv/bin/activate", "dondoc simulate ")
#: A plan with rows to decide is imported with exit code 1; anything else ends the session.
_STOP = """trap 'case "$?:$BASH_COMMAND" in "1:dondoc plan import"*) ;; *) exit 1 ;; esac' ERR"""
#: What the two languages may call differently.
_WORDS = {"mã thoát": "exit code", "co-quan": "my-office"}


def test_the_tutorial_runs_as_printed(tmp_path: Path) -> None:
    commands, shown = _session(DOCS / "tutorial.md")
    script = "\n".join([_STOP, *(line for line in commands if not line.startswith(_NOT_HERE))])

    done = subprocess.run(
        [BASH, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )

    printed = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout
    assert [line for line in shown if line not in printed] == []
    assert list((tmp_path / "my-office").rglob("*.eml"))


def test_both_languages_tell_the_same_session() -> None:
    english, shown = _session(DOCS / "tutorial.md")

    vietnamese, told = _session(DOCS / "vi/tutorial.md")

    assert [_in_english(line) for line in vietnamese] == english
    assert [_in_english(line) for line in told] == shown


def _session(page: Path) -> tuple[list[str], list[str]]:
    """Return the commands of a page, here-documents included, and the output it shows."""
    commands: list[str] = []
    shown: list[str] = []
    inside_document = False
    for block in _SESSION.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            if inside_document:
                commands.append(line)
                inside_document = line != "END"
            elif line.startswith("$ "):
                commands.append(line.removeprefix("$ "))
                inside_document = line.endswith("<<'END'")
            else:
                shown.append(line)
    return commands, shown


def _in_english(line: str) -> str:
    for vietnamese, english in _WORDS.items():
        line = line.replace(vietnamese, english)
    return line
