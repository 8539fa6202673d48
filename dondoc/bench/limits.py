"""The least that one transition can cost: the same read and writes, and nothing else.

The drivers are used as their manuals say, in one transaction, with statements and values made
beforehand as far as they can be. No rule is judged and nothing is hashed.
"""

import sqlite3
import uuid
from collections.abc import Mapping
from typing import Any, Final, Protocol

import psycopg
from sqlalchemy.engine import make_url

from dondoc.bench.stage import AT, OFFICER, PLAN, libpq
from engine.errors import Conflict

HASH: Final = "f" * 64
#: As long as the canonical body of a real entry.
BODY: Final = "x" * 520
AT_TEXT: Final = AT.strftime("%Y-%m-%d %H:%M:%S.%f")

COLUMNS: Final = """
    task.id, task.plan_id, plan.code, task.code, task.kind, task.title, task.workflow,
    task.workflow_version, task.state, task.version, task.lead_unit_id, task.assignee_id,
    task.verifier_id, task.due_on, task.original_due_on, task.deadline_version, task.arming,
    task.running_since, task.report_count, task.reported_at, task.reported_by_id,
    task.reported_for_id, task.is_urgent, task.evidence_optional, task.next_at, plan.state,
    task.audit_seq, task.audit_hash,
    (SELECT number FROM revision WHERE name = 'rules')
"""
READ: Final = f"SELECT {COLUMNS} FROM task JOIN plan ON plan.id = task.plan_id WHERE "

_SQLITE_READ: Final = READ + "task.code = ? AND plan.code = ?"
_SQLITE_MOVE: Final = """
UPDATE task SET state = 'in_progress', version = version + 1, changed_at = :at,
    assignee_id = :assignee, due_on = :due, deadline_version = :deadline_version,
    arming = :arming, running_since = :running, report_count = 0, reported_at = NULL,
    reported_by_id = NULL, reported_for_id = NULL, next_at = :next, audit_seq = :seq,
    audit_hash = :hash
WHERE id = :task AND version = :version AND state = 'assigned' AND audit_hash = :prev
  AND COALESCE((SELECT number FROM revision WHERE name = 'rules'), 0) = :revision
"""
_SQLITE_REMEMBER: Final = """
INSERT INTO history (id, task_id, version, at, "trigger", from_state, to_state, actor, due_from,
                     due_to)
VALUES (:history, :task, :version + 1, :at, 'start', 'assigned', 'in_progress', :actor, :due, :due)
"""
_SQLITE_ENTER: Final = """
INSERT INTO audit_entry (id, subject, subject_seq, prev, hash, at, action, actor, body)
VALUES (:entry, :subject, :seq, :prev, :hash, :at, 'task.moved', :actor, :body)
"""

_POSTGRESQL_READ: Final = READ + "task.code = %s AND plan.code = %s"
_POSTGRESQL_WRITE: Final = """
WITH moved AS (
    UPDATE task SET state = 'in_progress', version = version + 1, changed_at = %(at)s,
        assignee_id = %(assignee)s, due_on = %(due)s, deadline_version = %(deadline_version)s,
        arming = %(arming)s, running_since = %(running)s, report_count = 0, reported_at = NULL,
        reported_by_id = NULL, reported_for_id = NULL, next_at = %(next)s, audit_seq = %(seq)s,
        audit_hash = %(hash)s
    WHERE id = %(task)s AND version = %(version)s AND state = 'assigned' AND audit_hash = %(prev)s
      AND COALESCE((SELECT number FROM revision WHERE name = 'rules'), 0) = %(revision)s
    RETURNING id, version
), remembered AS (
    INSERT INTO history (id, task_id, version, at, trigger, from_state, to_state, actor, due_from,
                         due_to)
    SELECT %(history)s::uuid, id, version, %(at)s::timestamptz, 'start', 'assigned',
           'in_progress', %(actor)s::text, %(due)s::date, %(due)s::date
    FROM moved
), entered AS (
    INSERT INTO audit_entry (id, subject, subject_seq, prev, hash, at, action, actor, body)
    SELECT %(entry)s::uuid, %(subject)s::text, %(seq)s::int, %(prev)s::text, %(hash)s::text,
           %(at)s::timestamptz, 'task.moved', %(actor)s::text, %(body)s::text
    FROM moved
)
SELECT count(*) FROM moved
"""


class Limit(Protocol):
    """One client of one database that starts tasks in the barest way."""

    def start(self, code: str) -> None:
        """Start one assigned task, or raise Conflict where it is assigned no more."""

    def close(self) -> None:
        """Give the connection back."""


class SqliteLimit:
    """The limit through the standard library's sqlite3."""

    def __init__(self, url: str) -> None:
        """Open the file under the same guarantees as the application: every commit is synced."""
        self._connection = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
            self._connection.execute(f"PRAGMA {pragma}")

    def start(self, code: str) -> None:
        """Start one assigned task."""
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        values = _values(
            execute(_SQLITE_READ, (code, PLAN)).fetchone(),
            at=AT_TEXT,
            new=lambda: uuid.uuid4().hex,
        )
        if execute(_SQLITE_MOVE, values).rowcount != 1:
            execute("ROLLBACK")
            raise _unmoved(code)
        execute(_SQLITE_REMEMBER, values)
        execute(_SQLITE_ENTER, values)
        execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class PostgresqlLimit:
    """The limit through psycopg: one SELECT, one statement that writes everything."""

    def __init__(self, url: str) -> None:
        """Connect; statements are prepared by the driver as they repeat."""
        self._connection = psycopg.connect(libpq(url))
        self._cursor = self._connection.cursor()

    def start(self, code: str) -> None:
        """Start one assigned task."""
        self._cursor.execute(_POSTGRESQL_READ, (code, PLAN))
        row = self._cursor.fetchone()
        self._cursor.execute(_POSTGRESQL_WRITE, _values(row, at=AT, new=uuid.uuid4))
        moved = self._cursor.fetchone()
        self._connection.commit()
        if moved != (1,):
            raise _unmoved(code)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def limit(url: str) -> Limit:
    """Return a client of the barest kind for a database."""
    return SqliteLimit(url) if url.startswith("sqlite") else PostgresqlLimit(url)


def _unmoved(code: str) -> Conflict:
    # A statement that finds nothing to do is fast, and would make a limit nobody can reach.
    return Conflict(what=code, expected="assigned", found="another state")


def _values(row: Any, *, at: object, new: Any) -> Mapping[str, Any]:
    return written(row, new=new) | {"next": row[24], "at": at, "actor": OFFICER}


def written(row: Any, *, new: Any) -> dict[str, Any]:
    """Return what any change of a task writes, from a row of `READ`; `new` makes ids."""
    return {
        "task": row[0],
        "version": row[9],
        "assignee": row[11],
        "due": row[13],
        "deadline_version": row[15],
        "arming": row[16],
        "running": row[17],
        "seq": row[26] + 1,
        "prev": row[27],
        "hash": HASH,
        "revision": row[28],
        "history": new(),
        "entry": new(),
        "subject": f"task:{row[0]}",
        "body": BODY,
    }
