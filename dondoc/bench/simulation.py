"""A year of an office played by `dondoc simulate`, beside the half minute that it may take."""

import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Final

from dondoc.bench.row import Row, row_of
from dondoc.bench.stage import Place
from dondoc.bench.year import Size, scenario

#: A thousand tasks through a year in thirty seconds.
LIMIT_RATE: Final = 1_000 / 30
QUICK: Final = Size(tasks=100)
FULL: Final = Size(tasks=1_000)


def measure(place: Place, quick: bool) -> Row:  # noqa: FBT001 - the signature of a measurement
    """Read and play the year once, on the throw-away database that `simulate` makes itself."""
    size = QUICK if quick else FULL
    with tempfile.TemporaryDirectory(prefix="dondoc-bench-") as folder:
        file = Path(folder) / "year.yaml"
        file.write_text(scenario(size), encoding="utf-8")
        began = perf_counter()
        messages = _played(file)
        rate = size.tasks / (perf_counter() - began)
    # A small office sends more messages a task than a large one: its year is for knowledge only.
    must_reach = None if quick else 1.0
    rates = (rate, LIMIT_RATE)
    row = row_of("simulate", place.kind, rates=rates, unit="tasks/s", must_reach=must_reach)
    return replace(row, note=f"{size.tasks} tasks, {messages} messages")


def _played(file: Path) -> int:
    # What simulate stands on is loaded where it is measured: other rows need none of it.
    from config import logs
    from dondoc.simulate.player import play
    from dondoc.simulate.reading import read_scenario

    logs.configure(level="error", form="auto")
    story = play(read_scenario(file))
    if story.refused or not story.audit.is_verified:
        message = f"the year of the measurement went wrong: {story.refused[:1]}"
        raise ValueError(message)
    return len(story.messages)
