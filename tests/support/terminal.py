"""A terminal in which a test calls `dondoc`: its folder, its environment, what it printed."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dondoc.cli.main import run


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """Calls commands in this process; every call is one command line from start to exit code."""

    folder: Path
    patch: pytest.MonkeyPatch
    captured: pytest.CaptureFixture[str]

    def __call__(self, *words: str, **environ: str) -> Answer:
        with self.patch.context() as patch:
            patch.chdir(self.folder)
            for name, value in environ.items():
                patch.setenv(name, value)
            self.captured.readouterr()
            code = run(words)
            printed = self.captured.readouterr()
        return Answer(code=code, out=printed.out, err=printed.err)

    def write(self, name: str, text: str, *, encoding: str = "utf-8-sig") -> str:
        """Write a file into the folder and return its name."""
        (self.folder / name).write_text(text, encoding=encoding)
        return name
