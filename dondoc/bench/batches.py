"""A thousand reports verified by one command, beside the same reads and writes in bulk by hand."""

import json
import sqlite3
import statistics
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from time import perf_counter
from typing import Any, Final, Protocol

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import make_url

from dondoc.bench.crowd import Crowd, crowd
from dondoc.bench.limits import AT_TEXT, READ, written
from dondoc.bench.row import Row, row_of
from dondoc.bench.stage import AT, PLAN, Place, libpq
from engine.commands.batches import perform_all
from engine.commands.request import Request
from engine.database import Database, Rules
from engine.office import Office

#: Share of the limit that must be reached, by database.
MUST_REACH: Final = {"postgresql": 0.4}
#: Who verifies: the head of the monitoring unit.
VERIFIER: Final = "cvp"
SIZE: Final = 1_000
QUICK_ROUNDS: Final = 3
ROUNDS: Final = 10

_REPORTED: Final = """
UPDATE task SET state = 'reported', report_count = 1, reported_at = running_since,
    reported_by_id = assignee_id, reported_for_id = assignee_id WHERE code LIKE 'DO.%'
"""


class Side(Protocol):
    """One way of verifying tasks."""

    def verify(self, codes: Sequence[str]) -> None:
        """Verify all of them, durably."""


def measure(place: Place, quick: bool) -> Row:  # noqa: FBT001 - the signature of a measurement
    """Measure batches of a thousand; both sides in turn."""
    return verified(place, size=SIZE, rounds=QUICK_ROUNDS if quick else ROUNDS)


def verified(place: Place, *, size: int, rounds: int) -> Row:
    """Return the line for batches of a size; the first of each side is not measured."""
    tasks = 2 * size * (rounds + 1)
    with crowd(place, tasks, due=tasks, slots=0) as prepared, sides(prepared) as both:
        report(prepared)
        codes = iter([f"DO.{number}" for number in range(tasks)])
        rates: dict[Side, list[float]] = {side: [] for side in both}
        for _ in range(rounds + 1):
            for side, measured in rates.items():
                batch = [next(codes) for _ in range(size)]
                began = perf_counter()
                side.verify(batch)
                measured.append(size / (perf_counter() - began))
    ours, bare = (statistics.median(rates[side][1:]) for side in both)
    return row_of(
        "batch",
        place.kind,
        rates=(ours, bare),
        unit="transitions/s",
        must_reach=MUST_REACH.get(place.kind),
    )


def report(prepared: Crowd) -> None:
    """Have every task of a crowd be reported by who has it."""
    database = Database(prepared.url)
    with database.begin() as tx:
        tx.execute(text(_REPORTED))
    database.dispose()


@contextmanager
def sides(prepared: Crowd) -> Iterator[tuple[Side, Side]]:
    """Open our side and the limit."""
    bare = SqliteLimit if prepared.kind == "sqlite" else PostgresqlLimit
    with closing(Ours(prepared.url)) as ours, closing(bare(prepared.url)) as limit:
        yield ours, limit


class Ours:
    """The command, as the command line calls it."""

    def __init__(self, url: str) -> None:
        """Open the database as the application does."""
        self._database = Database(url)
        self._rules = Rules(Office())

    def verify(self, codes: Sequence[str]) -> None:
        """Verify tasks by one batch.

        Raises:
            RuntimeError: not all of them could be.
        """
        asked = [Request(actor=VERIFIER, trigger="verify", task=f"{PLAN}/{code}") for code in codes]
        with self._database.begin() as tx:
            answers = perform_all(tx, asked, rules=self._rules, at=AT)
        done = sum(one.outcome is not None for one in answers)
        if done != len(codes):
            raise _left(len(codes) - done)

    def close(self) -> None:
        """Give the connections back."""
        self._database.dispose()


_MOVE: Final = """
UPDATE task SET state = 'verified', version = task.version + 1, changed_at = {at},
    assignee_id = {assignee}, due_on = {due}, deadline_version = {deadline_version},
    arming = {arming}, running_since = {running}, report_count = {report_count},
    reported_at = {reported_at}, reported_by_id = {reported_by}, reported_for_id = {reported_for},
    next_at = NULL, audit_seq = {seq}, audit_hash = {hash}
"""
_GUARD: Final = """
WHERE task.id = {task} AND task.version = {version} AND task.state = 'reported'
  AND task.audit_hash = {prev}
  AND COALESCE((SELECT number FROM revision WHERE name = 'rules'), 0) = {revision}
"""
_KINDS: Final = {
    "task": "uuid", "version": "int", "assignee": "uuid", "due": "date",
    "deadline_version": "int", "arming": "int", "running": "timestamptz", "report_count": "int",
    "reported_at": "timestamptz", "reported_by": "uuid", "reported_for": "uuid", "seq": "int",
    "prev": "text", "hash": "text", "revision": "bigint", "history": "uuid", "entry": "uuid",
    "subject": "text", "body": "text",
}  # fmt: skip
_GIVEN: Final = {name: f"given.{name}" for name in _KINDS} | {"at": "%(at)s"}
_POSTGRESQL: Final = f"""
WITH given AS (
    SELECT * FROM unnest({", ".join(f"%({name})b::{kind}[]" for name, kind in _KINDS.items())})
        AS given({", ".join(_KINDS)})
), moved AS (
    {_MOVE.format(**_GIVEN)} FROM given {_GUARD.format(**_GIVEN)} RETURNING task.id
), remembered AS (
    INSERT INTO history (id, task_id, version, at, trigger, from_state, to_state, actor, due_from,
                         due_to)
    SELECT history, task, version + 1, %(at)s::timestamptz, 'verify', 'reported', 'verified',
           '{VERIFIER}', due, due
    FROM given JOIN moved ON moved.id = given.task
), entered AS (
    INSERT INTO audit_entry (id, subject, subject_seq, prev, hash, at, action, actor, body)
    SELECT entry, subject, seq, prev, hash, %(at)s::timestamptz, 'task.moved', '{VERIFIER}', body
    FROM given JOIN moved ON moved.id = given.task
)
SELECT count(*) FROM moved
"""


class PostgresqlLimit:
    """psycopg: one SELECT, one statement that unnests everything to be written."""

    def __init__(self, url: str) -> None:
        """Connect."""
        self._connection = psycopg.connect(libpq(url))
        self._cursor = self._connection.cursor()

    def verify(self, codes: Sequence[str]) -> None:
        """Verify tasks."""
        find = f"{READ} task.code = ANY(%s) AND plan.code = %s"
        rows = self._cursor.execute(find.encode(), (list(codes), PLAN)).fetchall()
        given: list[dict[str, Any]] = [_values(row, new=uuid.uuid4) for row in rows]
        values = {name: [one[name] for one in given] for name in _KINDS} | {"at": AT}
        moved = self._cursor.execute(_POSTGRESQL.encode(), values).fetchone()
        self._connection.commit()
        if moved != (len(codes),):
            raise _left(len(codes) - (moved or (0,))[0])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


_NAMED: Final = {name: f":{name}" for name in (*_KINDS, "at")}
_SQLITE_MOVE: Final = (_MOVE + _GUARD).format(**_NAMED)
_SQLITE_REMEMBER: Final = f"""
INSERT INTO history (id, task_id, version, at, "trigger", from_state, to_state, actor, due_from,
                     due_to)
VALUES (:history, :task, :version + 1, :at, 'verify', 'reported', 'verified', '{VERIFIER}', :due,
        :due)
"""
_SQLITE_ENTER: Final = f"""
INSERT INTO audit_entry (id, subject, subject_seq, prev, hash, at, action, actor, body)
VALUES (:entry, :subject, :seq, :prev, :hash, :at, 'task.moved', '{VERIFIER}', :body)
"""


class SqliteLimit:
    """The standard library's sqlite3: one SELECT, and one statement a table for all rows."""

    def __init__(self, url: str) -> None:
        """Open the file under the same guarantees as the application: every commit is synced."""
        self._connection = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
            self._connection.execute(f"PRAGMA {pragma}")

    def verify(self, codes: Sequence[str]) -> None:
        """Verify tasks."""
        execute, many = self._connection.execute, self._connection.executemany
        execute("BEGIN IMMEDIATE")
        find = f"{READ} task.code IN (SELECT value FROM json_each(?)) AND plan.code = ?"
        rows = execute(find, (json.dumps(codes), PLAN)).fetchall()
        given = [_values(row, new=lambda: uuid.uuid4().hex) | {"at": AT_TEXT} for row in rows]
        moved = many(_SQLITE_MOVE, given).rowcount
        if moved != len(codes):
            raise _left(len(codes) - moved)
        many(_SQLITE_REMEMBER, given)
        many(_SQLITE_ENTER, given)
        execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _left(number: int) -> RuntimeError:
    # What finds nothing to do is fast, and would measure nothing.
    return RuntimeError(f"{number} tasks of a batch were not verified")


def _values(row: Any, *, new: Any) -> dict[str, Any]:
    report = {
        "report_count": row[18],
        "reported_at": row[19],
        "reported_by": row[20],
        "reported_for": row[21],
    }
    return written(row, new=new) | report
