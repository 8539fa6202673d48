"""How far the sweep is behind the instants of the rungs when two thousand fall due every second.

In an office all rungs of a day share one instant; spread over seconds they show how long each of
them waits. The limit is the interval at which the sweep looks.
"""

import statistics
import time
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text

from dondoc.bench.crowd import Crowd, crowd, kept
from dondoc.bench.row import Row
from dondoc.bench.stage import Place
from engine.clock import PinnedClock
from engine.database import Database, Rules
from engine.office import Office
from scheduler.sweep import Sweep

PER_SECOND: Final = 2_000
POLL: Final = timedelta(milliseconds=50)
#: What the slowest hundredth may wait.
MOST: Final = timedelta(seconds=1)
SECONDS: Final = 10
QUICK_SECONDS: Final = 3


def measure(place: Place, quick: bool) -> Row:  # noqa: FBT001 - the signature of a measurement
    """Measure some seconds of it."""
    return behind(place, seconds=QUICK_SECONDS if quick else SECONDS)


def behind(place: Place, *, seconds: int, per_second: int = PER_SECOND) -> Row:
    """Return the line for a flow of so many rungs a second."""
    tasks = per_second * seconds
    with crowd(place, tasks, due=tasks, slots=1) as prepared:
        database = Database(prepared.url)
        try:
            instants = _spread(database, prepared, per_second=per_second)
            lags = sorted(_lags(database, instants))
        finally:
            database.dispose()
    p50, p99 = statistics.median(lags), lags[len(lags) * 99 // 100]
    poll = POLL.total_seconds()
    return Row(
        path="lag",
        database=place.kind,
        rate=round(p99, 4),
        limit_rate=poll,
        ratio=round(poll / p99, 3),
        unit="s",
        must_reach=poll / MOST.total_seconds(),
        note=f"p99; p50 {p50:.3f} s; {per_second} rungs/s",
    )


def _spread(database: Database, prepared: Crowd, *, per_second: int) -> list[datetime]:
    """Give the tasks of the first slot an instant each, one after the other, and return them."""
    (slot,) = prepared.slots
    # The first falls due when everything is ready to look.
    instants = [
        slot + timedelta(seconds=1 + number / per_second) for number in range(prepared.tasks)
    ]
    with database.begin() as tx:
        tx.execute(text("UPDATE task SET next_at = NULL WHERE code NOT LIKE 'DO.%'"))
        tx.execute(
            text("UPDATE task SET next_at = :at WHERE code = :code"),
            [{"at": kept(tx, at), "code": f"DO.{number}"} for number, at in enumerate(instants)],
        )
    return instants


def _lags(database: Database, instants: Sequence[datetime]) -> list[float]:
    """Sweep until everything is told and return how long each task waited, in seconds."""
    clock = PinnedClock(instants[0] - timedelta(seconds=1), ticking=True)
    sweep = Sweep(database, clock, Rules(Office()), node="bench")
    sweep.turn()
    lags: list[float] = []
    while len(lags) < len(instants):
        began = clock.now()
        done = sweep.turn().judged
        ended = clock.now()
        # Whatever is due is taken in the order of the instants, and committed by now.
        served = instants[len(lags) : len(lags) + done]
        lags += [(ended - at).total_seconds() for at in served]
        time.sleep(max(0.0, (POLL - (ended - began)).total_seconds()))
        if not done and bisect_right(instants, began) > len(lags):
            message = "tasks are due, and the sweep finds none"
            raise RuntimeError(message)
    return lags
