"""`audit verify` over a long log, beside the hashes of the same bytes in memory."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from time import perf_counter
from typing import Final

from dondoc.bench.row import Row, row_of
from dondoc.bench.stage import AT, OFFICER, Place
from engine import audit
from engine.audit.entries import DOMAIN
from engine.audit.verify import verify
from engine.clock import PinnedClock
from engine.database import Database
from engine.ids import new_id
from scheduler.seal import seal_all

MUST_REACH: Final = 0.15

#: Entries of one subject: what becomes of a task on its way, or of a message and its attempts.
_CHAIN: Final = 5
_TASKS: Final = 50
_PAGE: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long the log is, and how often it is verified."""

    entries: int
    rounds: int


QUICK: Final = Effort(entries=30_000, rounds=3)
FULL: Final = Effort(entries=200_000, rounds=5)


def measure(place: Place, quick: bool) -> Row:  # noqa: FBT001 - the signature of a measurement
    """Verify a log and hash its bodies in turn."""
    effort = QUICK if quick else FULL
    with place.stage(_TASKS) as stage:
        database = Database(stage.url)
        try:
            bodies = _fill(database, effort.entries)
            ours, limit = _rounds(database, bodies, effort.rounds)
        finally:
            database.dispose()
    rates = (statistics.median(ours), statistics.median(limit))
    return row_of("audit-verify", place.kind, rates=rates, unit="entries/s", must_reach=MUST_REACH)


def _rounds(
    database: Database, bodies: Sequence[bytes], rounds: int
) -> tuple[list[float], list[float]]:
    ours, limit = [], []
    for _ in range(rounds):
        began = perf_counter()
        for body in bodies:
            sha256(DOMAIN + body).hexdigest()
        limit.append(len(bodies) / (perf_counter() - began))
        began = perf_counter()
        verdict = verify(database)
        ours.append(verdict.entries / (perf_counter() - began))
        if not verdict.is_clean:
            message = f"the log of the measurement is not sound: {verdict.first}"
            raise ValueError(message)
    return ours, limit


def _fill(database: Database, entries: int) -> list[bytes]:
    """Append entries like those of messages, seal them, and return their bodies."""
    bodies: list[bytes] = []
    while len(bodies) < entries:
        with database.begin() as tx:
            for _ in range(_PAGE // _CHAIN):
                subject = f"message:{new_id()}"
                for attempt in range(_CHAIN):
                    at = AT + timedelta(seconds=len(bodies))
                    made = audit.append(tx, _event(subject, attempt + 1), at=at)
                    bodies.append(made.body.encode())
    seal_all(database, PinnedClock(AT + timedelta(days=30)))
    return bodies


def _event(subject: str, attempt: int) -> audit.Event:
    return audit.Event(
        subject=subject,
        action="message.retried",
        actor="system",
        cause="rcpt: 450 4.2.1 hộp thư bận, thử lại sau",
        after={
            "attempt": attempt,
            "reference": f"<ii-1-4-3.remind-3.{attempt:016x}@do.test>",
            "recipient": OFFICER,
            "address": "can-bo@do.test",
            "kind": "reminder",
            "notices": ["KH-DO/II.1.4.3 unit v1.1 remind-3 #1"],
            "next_try_at": AT + timedelta(minutes=15 * attempt),
        },
    )
