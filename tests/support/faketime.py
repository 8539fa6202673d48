"""Sets the clock of single processes, while they run; the time that passes stays the real one.

By the preloaded library of the package `libfaketime`, which works on Linux; where it does not, the
test is skipped and says so.
"""

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

_LIBRARY = Path("vendor") / "libfaketime" / "src" / "libfaketime.so.1"
_TRIAL = "import time; print(int(time.time()))"


@dataclass(slots=True)
class Wall:
    """The clock on the wall of some processes.

    Attributes:
        file: Where the library looks up how wrong the clock is.
    """

    file: Path
    offset: timedelta = field(default=timedelta(0), init=False)

    def __post_init__(self) -> None:
        _library_or_skip()
        self.turn(timedelta(0))
        _second_name(self.file).symlink_to(self.file)

    @property
    def environ(self) -> Mapping[str, str]:
        """What a process that lives by this clock is started with."""
        return _environ(self.file)

    def now(self) -> datetime:
        """Return what the clock shows."""
        return datetime.now(UTC) + self.offset

    def set(self, at: datetime) -> None:
        """Set the clock; it goes on from there."""
        self.turn(at - datetime.now(UTC))

    def step(self, by: timedelta) -> None:
        """Set the clock forward, or back."""
        self.turn(self.offset + by)

    def turn(self, offset: timedelta) -> None:
        """Set how far the clock is from the true time."""
        self.offset = offset
        new = self.file.with_suffix(".new")
        new.write_text(f"{offset.total_seconds():+.6f}\n", encoding="ascii")
        # The library may be reading this very moment.
        new.replace(self.file)


def _second_name(file: Path) -> Path:
    """Return where the library looks next; only in the home folder of who asks."""
    return file.parent / ".faketimerc"


def _environ(file: Path) -> Mapping[str, str]:
    # The library builds the file's name in one place for all threads: of two that look it up at
    # the same moment, one may find no name, and would go by the true time. So it is looked up
    # once a second only, and whoever finds no file by its first name finds it by the second.
    return {
        "LD_PRELOAD": str(_library()),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "HOME": str(_second_name(file).parent),
        "FAKETIME_CACHE_DURATION": "0",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }


def _library() -> Path | None:
    # Found, not imported: the package itself patches this process.
    found = importlib.util.find_spec("libfaketime")
    if found is None or not found.submodule_search_locations:
        return None
    return Path(found.submodule_search_locations[0]) / _LIBRARY


def _library_or_skip() -> None:
    problem = _problem()
    if problem:
        pytest.skip(f"the clock of a process cannot be set here: {problem}")


@cache
def _problem() -> str:
    library = _library()
    if library is None or not library.is_file():
        return "libfaketime is not installed"
    environ = {"LD_PRELOAD": str(library), "FAKETIME": "+1000000"}
    tried = subprocess.run(
        [sys.executable, "-c", _TRIAL], env={**os.environ, **environ},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    shown = int(tried.stdout) if tried.stdout.strip().isdigit() else 0
    return "" if shown - time.time() > 900_000 else f"{library} has no effect"
