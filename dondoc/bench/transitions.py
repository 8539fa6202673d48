"""One durable transition through the public command, measured beside its limit."""

import multiprocessing
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from time import perf_counter
from typing import Final, Literal, TypeAlias

from dondoc.bench.limits import limit
from dondoc.bench.row import Row, row_of
from dondoc.bench.stage import AT, OFFICER, PLAN, Place, Stage
from engine.commands.request import Request
from engine.commands.tasks import perform
from engine.database import Database, Rules
from engine.office import Office

Side: TypeAlias = Literal["ours", "limit"]

#: Share of the limit that must be reached, by database and number of clients.
MUST_REACH: Final = {("postgresql", 1): 0.6, ("postgresql", 4): 0.5, ("sqlite", 1): 0.5}
#: Transitions before anything is measured: connections, prepared statements, caches.
WARM_UP: Final = 40
_WAIT_SECONDS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long to measure: rounds of each side in turn, and transitions per client in a round."""

    rounds: int
    each: int

    def tasks(self, clients: int) -> int:
        """Return how many tasks a measurement uses up."""
        return clients * 2 * (WARM_UP + self.rounds * self.each)


QUICK: Final = Effort(rounds=12, each=40)
FULL: Final = Effort(rounds=30, each=100)


class Client:
    """One client that starts tasks, by either side, each task once."""

    def __init__(self, url: str, codes: Sequence[str]) -> None:
        """Connect twice, and warm both connections up."""
        self._database = Database(url)
        self._rules = Rules(Office())
        self._limit = limit(url)
        self._codes = iter(codes)
        for side in _sides(1):
            self.turn(side, WARM_UP)

    def turn(self, side: Side, count: int) -> tuple[float, float]:
        """Start some tasks and return when that began and ended, by the machine's own counter."""
        codes = [next(self._codes) for _ in range(count)]
        start = self._ours if side == "ours" else self._limit.start
        began = perf_counter()
        for code in codes:
            start(code)
        return began, perf_counter()

    def close(self) -> None:
        """Give the connections back."""
        self._limit.close()
        self._database.dispose()

    def _ours(self, code: str) -> None:
        request = Request(actor=OFFICER, trigger="start", task=f"{PLAN}/{code}")
        with self._database.begin() as tx:
            perform(tx, request, rules=self._rules, at=AT)


def by_one(place: Place, quick: bool) -> Row:  # noqa: FBT001 - the signature of a measurement
    """Measure one client at work."""
    effort = QUICK if quick else FULL
    with place.stage(effort.tasks(1)) as stage:
        return measure(stage, effort)


def by_four(place: Place, quick: bool) -> Row:  # noqa: FBT001 - the same
    """Measure four clients at work together."""
    effort = QUICK if quick else FULL
    with place.stage(effort.tasks(4)) as stage:
        return measure(stage, effort, clients=4)


def measure(stage: Stage, effort: Effort, *, clients: int = 1) -> Row:
    """Measure both sides in turn, A B A B, in one run, and return the line of the table.

    Several clients are processes of their own, as they are in service; they begin each round
    together, and the round lasts until the last of them is done.
    """
    spans = _alone(stage, effort) if clients == 1 else _together(stage, effort, clients)
    done = effort.each * clients
    rates = {
        side: statistics.median(done / seconds for each, seconds in spans if each == side)
        for side in _sides(1)
    }
    return row_of(
        "transition",
        stage.kind,
        rates=(rates["ours"], rates["limit"]),
        unit="transitions/s",
        must_reach=MUST_REACH[stage.kind, clients],
        clients=clients,
    )


def _sides(rounds: int) -> tuple[Side, ...]:
    return ("limit", "ours") * rounds


def _alone(stage: Stage, effort: Effort) -> list[tuple[Side, float]]:
    client = Client(stage.url, stage.codes)
    try:
        turns = [(side, client.turn(side, effort.each)) for side in _sides(effort.rounds)]
    finally:
        client.close()
    return [(side, ended - began) for side, (began, ended) in turns]


def _together(stage: Stage, effort: Effort, clients: int) -> list[tuple[Side, float]]:
    # Spawned, not forked: a forked child would share the parent's sockets.
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(clients, timeout=_WAIT_SECONDS)
    shares = [(stage.url, stage.codes[n::clients], effort) for n in range(clients)]
    with context.Pool(clients, initializer=_share_barrier, initargs=(barrier,)) as pool:
        told = pool.starmap(_client, shares, chunksize=1)
    rounds = zip(*told, strict=True)
    return [
        (side, max(ended for _, ended in spans) - min(began for began, _ in spans))
        for side, spans in zip(_sides(effort.rounds), rounds, strict=True)
    ]


def _share_barrier(barrier: Barrier) -> None:
    global _barrier  # noqa: PLW0603 - a barrier reaches a pool's process by inheritance alone
    _barrier = barrier


_barrier: Barrier


def _client(url: str, codes: Sequence[str], effort: Effort) -> list[tuple[float, float]]:
    client = Client(url, codes)
    spans: list[tuple[float, float]] = []
    try:
        for side in _sides(effort.rounds):
            _barrier.wait()
            spans.append(client.turn(side, effort.each))
    finally:
        client.close()
    return spans
