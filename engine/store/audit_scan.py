"""Reading the whole log, as verification does: the driver's own statements and rows.

One conversion of one column would cost as much as the hash of the body. `body` comes as the bytes
that were hashed; a key is an id as the driver writes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from engine.store.session import Transaction

#: Less than any id of ours.
LEAST = "00000000-0000-0000-0000-000000000000"


class Stored(NamedTuple):
    """An entry with all of its columns; `at` is canonical text, as in the body."""

    key: str
    subject: str
    subject_seq: int
    prev: str
    hash: str
    at: str
    action: str
    actor: str
    body: bytes


class TaskHead(NamedTuple):
    """A task, with hash and body of the entry it points to; None where there is none."""

    id: str
    state: str | None
    due_on: str | None
    assignee_id: str | None
    audit_hash: str
    hash: str | None
    body: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statements:
    """What is asked, in the words of one database.

    `ORDER BY` names the table: a bare id would be the text in the answer, which no index sorts.
    """

    columns: str
    page: str
    one: str
    subject: str
    tasks: str


_SQLITE = _Statements(
    columns=(
        "SELECT id, subject, subject_seq, prev, hash, replace(at, ' ', 'T') || 'Z', action, "
        "actor, coalesce(CAST(body AS BLOB), x'') FROM audit_entry "
    ),
    page="WHERE id > ? ORDER BY audit_entry.id LIMIT ?",
    one="WHERE id = ?",
    subject="WHERE subject = ? ORDER BY subject_seq",
    tasks="""
SELECT substr(t.id, 1, 8) || '-' || substr(t.id, 9, 4) || '-' || substr(t.id, 13, 4) || '-'
  || substr(t.id, 17, 4) || '-' || substr(t.id, 21),
  t.state, t.due_on, t.assignee_id, t.audit_hash, e.hash, CAST(e.body AS BLOB)
FROM task t LEFT JOIN audit_entry e ON e.subject_seq = t.audit_seq AND e.subject = 'task:'
  || substr(t.id, 1, 8) || '-' || substr(t.id, 9, 4) || '-' || substr(t.id, 13, 4) || '-'
  || substr(t.id, 17, 4) || '-' || substr(t.id, 21)
WHERE t.id > ? ORDER BY t.id LIMIT ?""",
)

_POSTGRES = _Statements(
    columns=(
        "SELECT id::text, subject, subject_seq, prev, hash, "
        """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), action, """
        "actor, coalesce(convert_to(body, 'UTF8'), '') FROM audit_entry "
    ),
    page="WHERE id > %s ORDER BY audit_entry.id LIMIT %s",
    one="WHERE id = %s",
    subject="WHERE subject = %s ORDER BY subject_seq",
    tasks="""
SELECT t.id::text, t.state, t.due_on::text, t.assignee_id::text, t.audit_hash, e.hash,
  convert_to(e.body, 'UTF8')
FROM task t LEFT JOIN LATERAL (
  -- OFFSET 0: looked up for each task, or the whole log would be read for every thousand of them.
  SELECT hash, body FROM audit_entry
  WHERE subject_seq = t.audit_seq AND subject = 'task:' || t.id::text OFFSET 0
) e ON true
WHERE t.id > %s ORDER BY t.id LIMIT %s""",
)

_WORDS = {"sqlite": _SQLITE, "postgresql": _POSTGRES}


def entries_after(tx: Transaction, key: str, *, most: int) -> Sequence[Stored]:
    """Return entries with a greater key, in the order of their keys.

    The rows are plain tuples with the fields of `Stored`: naming them all would take too long.
    """
    words = _WORDS[tx.dialect.name]
    return cast("Sequence[Stored]", _fetch(tx, words.columns + words.page, (key, most)))


def entry_at(tx: Transaction, key: str) -> Stored | None:
    """Return one entry by its key."""
    words = _WORDS[tx.dialect.name]
    found = _fetch(tx, words.columns + words.one, (key,))
    return Stored._make(found[0]) if found else None


def entries_of(tx: Transaction, subject: str) -> list[Stored]:
    """Return every entry of one subject, oldest first."""
    words = _WORDS[tx.dialect.name]
    return [*map(Stored._make, _fetch(tx, words.columns + words.subject, (subject,)))]


def tasks_after(tx: Transaction, key: str, *, most: int) -> list[TaskHead]:
    """Return tasks with a greater key, in the order of their keys."""
    return [*map(TaskHead._make, _fetch(tx, _WORDS[tx.dialect.name].tasks, (key, most)))]


def keys(dialect: str, ids: Sequence[str]) -> list[str]:
    """Return ids as the driver writes them: SQLite keeps them without the dashes."""
    if dialect != "sqlite" or not ids:
        return list(ids)
    return "\n".join(ids).replace("-", "").split("\n")


def _fetch(tx: Transaction, statement: str, values: tuple[Any, ...]) -> Sequence[Any]:
    driver: Any = tx.connection.driver_connection
    # In binary the bytes of a body come from PostgreSQL as they are, not as hexadecimal text.
    cursor = driver.cursor() if tx.dialect.name == "sqlite" else driver.cursor(binary=True)
    try:
        cursor.execute(statement, values)
        rows: Sequence[Any] = cursor.fetchall()
        return rows
    finally:
        cursor.close()
