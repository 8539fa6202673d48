"""A documentation page as a terminal session: its `console` blocks, run in this process.

Understood is what the pages use: `dondoc`, `dondoc ... > FILE`, `export`, `mkdir`, `cd`,
`echo ... > FILE`, `cat > FILE <<'END'`, and `|| echo "... $?"` after a command that is meant to be
refused. Whatever else stands in a block fails, so that no page shows a command nobody has tried.
"""

import contextlib
import io
import logging
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import structlog

from dondoc.cli.main import run

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_HERE = re.compile(r"cat > (\S+) <<'END'")
_REFUSED = re.compile(r"^(.*?) \|\| echo \"(.*)\"$")
#: Done, or done with findings; a page says so where anything else is meant.
_FINE = (0, 1)


@dataclass(slots=True, kw_only=True)
class Step:
    """One command of a page, the text it is given and the lines it is said to print."""

    command: str
    given: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)


def steps(page: Path) -> list[Step]:
    """Return the commands of a page in order."""
    found: list[Step] = []
    for block in _BLOCK.findall(page.read_text("utf-8")):
        given = False
        for line in block.splitlines():
            if given:
                given = line != "END"
                found[-1].given += [line] if given else []
            elif line.startswith("$ "):
                found.append(Step(command=line[2:]))
                given = line.endswith("<<'END'")
            else:
                found[-1].shown.append(line)
    return found


def play(page: Path, folder: Path, *, skip: tuple[str, ...] = ()) -> list[str]:
    """Run a page in a folder and return what does not hold, one line a failure.

    Args:
        page: The page.
        folder: Where the session begins.
        skip: Beginnings of commands that are tried elsewhere.
    """
    wrong = []
    with _session(folder):
        for step in steps(page):
            if step.command.startswith(skip):
                continue
            code, printed = _run(step)
            if code not in _FINE:
                wrong.append(f"{page.name}: {step.command!r} ended with {code}: {printed}")
            lines = printed.splitlines()
            wrong += [
                f"{page.name}: {step.command!r} does not print {line!r}, but {printed}"
                for line in step.shown
                if not any(fits(line, one) for one in lines)
            ]
    return wrong


def fits(shown: str, printed: str) -> bool:
    """Compare two lines; `...` in what a page shows stands for anything."""
    pattern = ".*".join(re.escape(part) for part in shown.split("..."))
    return re.fullmatch(pattern, printed.rstrip()) is not None


@contextlib.contextmanager
def _session(folder: Path) -> Iterator[None]:
    """Keep the folder, the environment and the log of the tests out of the session's reach."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        with mock.patch.dict(os.environ), contextlib.chdir(folder):
            yield
    finally:
        root.handlers[:], root.level = handlers, level
        structlog.reset_defaults()


def _run(step: Step) -> tuple[int, str]:
    here = _HERE.fullmatch(step.command)
    if here is not None:
        Path(here[1]).write_text("\n".join(step.given) + "\n", encoding="utf-8")
        return 0, ""
    refused = _REFUSED.match(step.command)
    if refused is not None:
        code, printed = _word(refused[1])
        if code == 0:
            return 1, f"{printed}\nnot refused"
        return 0, f"{printed}\n{refused[2].replace('$?', str(code))}"
    return _word(step.command)


def _word(command: str) -> tuple[int, str]:
    words = shlex.split(command)
    match words:
        case ["dondoc", *arguments, ">", name]:
            code, printed = _dondoc(arguments)
            Path(name).write_text(printed, encoding="utf-8")
            return code, ""
        case ["dondoc", *arguments]:
            return _dondoc(arguments)
        case ["export", setting]:
            name, _, value = setting.partition("=")
            os.environ[name] = value
        case ["mkdir", name]:
            Path(name).mkdir()
        case ["cd", name]:
            os.chdir(name)
        case ["echo", text, ">", name]:
            Path(name).write_text(text + "\n", encoding="utf-8")
        case _:
            return 127, "a command that the tests do not know"
    return 0, ""


def _dondoc(arguments: list[str]) -> tuple[int, str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = run(arguments)
    return code, out.getvalue()
