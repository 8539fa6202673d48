"""A turn of the sweep over many tasks of which some are due, beside the same claim and insert."""

import json
import sqlite3
import statistics
import uuid
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any, Final, Protocol

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import make_url

from dondoc.bench.crowd import Crowd, crowd, kept
from dondoc.bench.limits import BODY, COLUMNS, HASH
from dondoc.bench.row import Row, row_of
from dondoc.bench.stage import Place, libpq
from engine.clock import PinnedClock
from engine.database import Database, Rules
from engine.office import Office
from scheduler.sweep import BATCH, Sweep

#: Share of the limit that must be reached, by database.
MUST_REACH: Final = {"postgresql": 0.3}
#: The least that a million tasks may leave of the rate with a hundred thousand.
MUST_STAY: Final = 0.8
DUE: Final = 20_000
#: Slots lived through by each side.
ROUNDS: Final = 2
#: Where a task that was served is out of the way.
_FAR: Final = timedelta(days=400)


def among_100k(place: Place, quick: bool) -> Row:  # noqa: FBT001 - the signature of a measurement
    """Measure with a hundred thousand tasks, or briefly with ten thousand."""
    return swept(place, tasks=10_000, due=2_000) if quick else swept(place, tasks=100_000)


def among_a_million(place: Place, quick: bool) -> Row:  # noqa: ARG001, FBT001 - the same
    """Measure with a million tasks."""
    return swept(place, tasks=1_000_000)


def flat(place: Place, quick: bool) -> Row:  # noqa: ARG001, FBT001 - the same
    """Measure what a million tasks leave of the rate with a hundred thousand."""
    return flattened(place, few=100_000, many=1_000_000)


def flattened(place: Place, *, few: int, many: int, due: int = DUE) -> Row:
    """Return the line of our rate with many tasks beside that with few; the first slot warms up."""
    slots = ROUNDS + 1
    with (
        crowd(place, few, due=due, slots=slots) as small,
        crowd(place, many, due=due, slots=slots) as large,
        closing(Ours(small.url)) as among_few,
        closing(Ours(large.url)) as among_many,
    ):
        rounds = [
            (
                _rate(among_few, small, small.slots[number]),
                _rate(among_many, large, large.slots[number]),
            )
            for number in range(slots)
        ]
    with_few, with_many = (statistics.median(rates) for rates in zip(*rounds[1:], strict=True))
    return row_of(
        "sweep-flat",
        place.kind,
        rates=(with_many, with_few),
        unit="due tasks/s",
        must_reach=MUST_STAY,
    )


def swept(place: Place, *, tasks: int, due: int = DUE) -> Row:
    """Return the line for so many tasks; both sides live through a slot in turn."""
    with (
        crowd(place, tasks, due=due, slots=2 * ROUNDS) as prepared,
        closing(Ours(prepared.url)) as ours,
        closing(bare(prepared)) as limit,
    ):
        rates: dict[Side, list[float]] = {limit: [], ours: []}
        for number, slot in enumerate(prepared.slots):
            side = (limit, ours)[number % 2]
            rates[side].append(_rate(side, prepared, slot))
    return row_of(
        _path(tasks),
        place.kind,
        rates=(statistics.median(rates[ours]), statistics.median(rates[limit])),
        unit="due tasks/s",
        must_reach=MUST_REACH.get(place.kind),
    )


def _rate(side: "Side", prepared: Crowd, slot: datetime) -> float:
    """Return how many due tasks a second one side worked off in one slot."""
    side.before(slot)
    began = perf_counter()
    done = side.turn(slot)
    ended = perf_counter()
    _put_away(prepared.url, slot)
    return done / (ended - began)


def _path(tasks: int) -> str:
    return f"sweep-{tasks // 1_000}k".replace("000k", "m")


def _put_away(url: str, slot: datetime) -> None:
    """Have no task that was served come up again: each slot is to find as many as the first."""
    database = Database(url)
    with database.begin() as tx:
        tx.execute(
            text(
                "UPDATE task SET next_at = :far WHERE next_at IS NOT NULL AND id IN "
                "(SELECT task_id FROM notice WHERE status = 'pending' AND leave_at = :slot)"
            ),
            {"far": kept(tx, slot + _FAR), "slot": kept(tx, slot)},
        )
    database.dispose()


class Side(Protocol):
    """One way of working off a slot."""

    def before(self, slot: datetime) -> None:
        """Do what is not measured."""

    def turn(self, slot: datetime) -> int:
        """Tell whom the slot owes something, durably; return how many tasks were due."""

    def close(self) -> None:
        """Give the connections back."""


class Ours:
    """The sweep, as `dondoc run` wakes it."""

    def __init__(self, url: str) -> None:
        """Open the database as the application does."""
        self._database = Database(url)
        self._rules = Rules(Office())

    def before(self, slot: datetime) -> None:
        """Have been awake a minute ago, so that the slot follows no outage."""
        self._sweep(slot - timedelta(minutes=1)).idle()

    def turn(self, slot: datetime) -> int:
        """Do one turn."""
        done = self._sweep(slot).turn()
        if done.failed or done.told < done.judged:
            message = f"{done.judged} tasks were due and {done.told} people told"
            raise RuntimeError(message)
        return done.judged

    def close(self) -> None:
        """Give the connections back."""
        self._database.dispose()

    def _sweep(self, at: datetime) -> Sweep:
        return Sweep(self._database, PinnedClock(at), self._rules, node="bench")


def bare(prepared: Crowd) -> Side:
    """Return the barest way for a database."""
    return (SqliteLimit if prepared.kind == "sqlite" else PostgresqlLimit)(prepared.url)


_READ: Final = f"SELECT {COLUMNS} FROM task JOIN plan ON plan.id = task.plan_id"
_CLAIM: Final = f"""
{_READ} WHERE task.id IN
    (SELECT id FROM task WHERE next_at <= %s ORDER BY next_at LIMIT {BATCH} FOR UPDATE SKIP LOCKED)
"""
_PUT_BACK: Final = "UPDATE task SET next_at = %s WHERE id = ANY(%s::uuid[])"
_NOTICE: Final = """
INSERT INTO notice (id, task_id, ladder, deadline_version, arming, rung, occurrence, recipient_id,
    kind, position, detail, is_urgent, is_planned, created_at, leave_at, status, tries)
"""
_TELL: Final = f"""{_NOTICE}
SELECT id, task_id, 'unit', 1, 1, 'remind-9', occurrence, recipient_id, 'reminder', 'assignee',
    '{{}}', false, true, %(at)s, %(at)s, 'pending', 0
FROM unnest(%(id)b::uuid[], %(task_id)b::uuid[], %(recipient_id)b::uuid[], %(occurrence)b::int[])
    AS given(id, task_id, recipient_id, occurrence)
ON CONFLICT DO NOTHING
"""
_ENTRY: Final = """
INSERT INTO audit_entry (id, subject, subject_seq, prev, hash, at, action, actor, body)
VALUES ({marks})
"""
_LONG: Final = BODY * 100


class PostgresqlLimit:
    """psycopg: one SELECT, an INSERT that unnests, an UPDATE, one entry; a transaction a batch."""

    def __init__(self, url: str) -> None:
        """Connect."""
        self._connection = psycopg.connect(libpq(url))
        self._cursor = self._connection.cursor()

    def before(self, slot: datetime) -> None:
        """Nothing."""

    def turn(self, slot: datetime) -> int:
        """Work batches off until nothing is due."""
        done, execute = 0, self._cursor.execute
        while rows := execute(_CLAIM.encode(), (slot,)).fetchall():
            told = _told(rows, new=uuid.uuid4)
            columns = {name: [one[name] for one in told] for name in _GIVEN}
            execute(_TELL.encode(), columns | {"at": slot})
            execute(_PUT_BACK.encode(), (slot + _FAR, [row[0] for row in rows]))
            execute(_ENTRY.format(marks=", ".join(["%s"] * 9)).encode(), _entry(slot, uuid.uuid4()))
            self._connection.commit()
            done += len(rows)
        self._connection.commit()
        return done

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


_SQLITE_CLAIM: Final = f"""
{_READ} WHERE task.id IN (SELECT id FROM task WHERE next_at <= ? ORDER BY next_at LIMIT {BATCH})
"""
_SQLITE_TELL: Final = f"""{_NOTICE}
VALUES (:id, :task_id, 'unit', 1, 1, 'remind-9', :occurrence, :recipient_id, 'reminder', 'assignee',
    '{{}}', 0, 1, :at, :at, 'pending', 0)
ON CONFLICT DO NOTHING
"""
_SQLITE_PUT_BACK: Final = """
UPDATE task SET next_at = ? WHERE id IN (SELECT value FROM json_each(?))
"""


class SqliteLimit:
    """The standard library's sqlite3, the same statements."""

    def __init__(self, url: str) -> None:
        """Open the file under the same guarantees as the application: every commit is synced."""
        self._connection = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
            self._connection.execute(f"PRAGMA {pragma}")

    def before(self, slot: datetime) -> None:
        """Nothing."""

    def turn(self, slot: datetime) -> int:
        """Work batches off until nothing is due."""
        done, execute, at = 0, self._connection.execute, _text(slot)
        while True:
            execute("BEGIN IMMEDIATE")
            rows = execute(_SQLITE_CLAIM, (at,)).fetchall()
            if rows:
                told = [one | {"at": at} for one in _told(rows, new=lambda: uuid.uuid4().hex)]
                self._connection.executemany(_SQLITE_TELL, told)
                ids = json.dumps([row[0] for row in rows])
                execute(_SQLITE_PUT_BACK, (_text(slot + _FAR), ids))
                execute(_ENTRY.format(marks=", ".join("?" * 9)), _entry(at, uuid.uuid4().hex))
            execute("COMMIT")
            if not rows:
                return done
            done += len(rows)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


_GIVEN: Final = ("id", "task_id", "recipient_id", "occurrence")


def _told(rows: Sequence[Any], *, new: Any) -> list[dict[str, Any]]:
    """Return as many notices as the rungs of the crowd come to: two for each task with help."""
    return [
        {"id": new(), "task_id": row[0], "recipient_id": row[11], "occurrence": occurrence}
        for row in rows
        for occurrence in ((1, 2) if _is_helped(row[3]) else (1,))
    ]


def _is_helped(code: str) -> bool:
    return int(code.removeprefix("DO.")) % 3 == 1


def _entry(at: Any, key: Any) -> tuple[Any, ...]:
    return (key, f"sweep:{key}", 1, "0" * 64, HASH, at, "sweep.told", "system", _LONG)


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")
