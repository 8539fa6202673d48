"""One change of one task, and the two writers that carry it out whole or not at all.

The writers speak the driver's own SQL: this is the path every button press takes, and the
statement builder costs more than the statement. A conformance suite holds them to one behaviour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert

from engine.audit.entries import Entry
from engine.ids import new_id
from engine.notices import Notice
from engine.store import ledger
from engine.store.driver import execute
from engine.store.record import evidence as evidence_table
from engine.store.rows import writer_for_sqlite
from engine.store.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Proof named in a report; digest and size where it is a file.

    `is_kept` if the file itself is kept; `replaces_id` and `reason` where it takes another's place.
    """

    name: str
    sha256: str | None = None
    size_bytes: int | None = None
    is_kept: bool = False
    media_type: str | None = None
    replaces_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The columns of a task that a change may set; every change states all of them."""

    state: str | None
    assignee_id: str | None
    due_on: date | None
    deadline_version: int
    arming: int
    running_since: datetime | None
    report_count: int
    reported_at: datetime | None
    reported_by_id: str | None
    reported_for_id: str | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Everything one command writes about one task.

    `version`, `state` and `revision` are what the command read; if any of them is different by
    now, nothing is written.
    """

    task_id: str
    version: int
    state: str
    revision: int
    at: datetime
    standing: Standing
    trigger: str
    actor: str
    on_behalf_of: str | None
    note: str | None
    decision: str | None
    due_from: date | None
    entry: Entry
    notices: tuple[Notice, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def write(tx: Transaction, change: Change) -> bool:
    """Carry a change out; return False, with nothing written, if somebody was faster."""
    if tx.dialect.name == "postgresql":
        written = execute(tx, _POSTGRESQL, values(change)).fetchone() == (1,)
    else:
        written = _write_sqlite(tx, change)
    if written:
        ledger.insert_notices(tx, change.notices, at=change.at)
        if change.evidence:
            tx.execute(
                insert(evidence_table), [evidence_row(change, one) for one in change.evidence]
            )
    return written


def evidence_row(change: Change, one: Evidence) -> dict[str, Any]:
    """Return proof that a change brings as the columns of its table."""
    return proof_row(
        one, task_id=change.task_id, version=change.version + 1, at=change.at, by=change.actor
    )


def proof_row(
    one: Evidence, *, task_id: str, version: int, at: datetime, by: str
) -> dict[str, Any]:
    """Return proof of a subject as the columns of its table; who brought it is a code."""
    return {
        "id": new_id(),
        "task_id": task_id,
        "version": version,
        "name": one.name,
        "sha256": one.sha256,
        "size_bytes": one.size_bytes,
        "is_kept": one.is_kept,
        "media_type": one.media_type,
        "added_at": at,
        "added_by": by,
        "replaces_id": one.replaces_id,
        "reason": one.reason,
    }


def values(change: Change) -> dict[str, Any]:
    """Return what a change writes but for notices and evidence, by the names in the statements."""
    standing, entry = change.standing, change.entry
    return {
        "task_id": change.task_id,
        "version": change.version,
        "from_state": change.state,
        "revision": change.revision,
        "at": change.at,
        "to_state": standing.state,
        "assignee_id": standing.assignee_id,
        "due_on": standing.due_on,
        "deadline_version": standing.deadline_version,
        "arming": standing.arming,
        "running_since": standing.running_since,
        "report_count": standing.report_count,
        "reported_at": standing.reported_at,
        "reported_by_id": standing.reported_by_id,
        "reported_for_id": standing.reported_for_id,
        "next_at": standing.next_at,
        "history_id": new_id(),
        "trigger": change.trigger,
        "actor": change.actor,
        "on_behalf_of": change.on_behalf_of,
        "note": change.note,
        "decision": change.decision,
        "due_from": change.due_from,
        "entry_id": entry.id,
        "subject": entry.subject,
        "subject_seq": entry.subject_seq,
        "prev": entry.prev,
        "hash": entry.hash,
        "action": entry.action,
        "body": entry.body,
    }


#: The type of each of these values.
TYPES: Mapping[str, str] = {
    "task_id": "uuid", "version": "int", "from_state": "text", "revision": "bigint",
    "at": "timestamptz", "to_state": "text", "assignee_id": "uuid", "due_on": "date",
    "deadline_version": "int", "arming": "int", "running_since": "timestamptz",
    "report_count": "int", "reported_at": "timestamptz", "reported_by_id": "uuid",
    "reported_for_id": "uuid", "next_at": "timestamptz", "history_id": "uuid", "trigger": "text",
    "actor": "text", "on_behalf_of": "text", "note": "text", "decision": "text",
    "due_from": "date", "entry_id": "uuid", "subject": "text", "subject_seq": "int",
    "prev": "text", "hash": "text", "action": "text", "body": "text",
}  # fmt: skip
as_sqlite = writer_for_sqlite(TYPES)

_POSTGRESQL = """
WITH moved AS (
    UPDATE task SET
        state = %(to_state)s, version = version + 1, changed_at = %(at)s,
        assignee_id = %(assignee_id)s, due_on = %(due_on)s,
        deadline_version = %(deadline_version)s, arming = %(arming)s,
        running_since = %(running_since)s, report_count = %(report_count)s,
        reported_at = %(reported_at)s, reported_by_id = %(reported_by_id)s,
        reported_for_id = %(reported_for_id)s, next_at = %(next_at)s,
        audit_seq = %(subject_seq)s, audit_hash = %(hash)s
    WHERE id = %(task_id)s AND version = %(version)s AND state = %(from_state)s
      AND audit_hash = %(prev)s
      AND COALESCE((SELECT number FROM revision WHERE name = 'rules'), 0) = %(revision)s
    RETURNING id, version
), remembered AS (
    INSERT INTO history (id, task_id, version, at, trigger, from_state, to_state, actor,
                         on_behalf_of, note, decision, due_from, due_to)
    SELECT %(history_id)s::uuid, id, version, %(at)s::timestamptz, %(trigger)s::text,
           %(from_state)s::text, %(to_state)s::text, %(actor)s::text, %(on_behalf_of)s::text,
           %(note)s::text, %(decision)s::text, %(due_from)s::date, %(due_on)s::date
    FROM moved
), entered AS (
    INSERT INTO audit_entry (id, subject, subject_seq, prev, hash, at, action, actor, body)
    SELECT %(entry_id)s::uuid, %(subject)s::text, %(subject_seq)s::int, %(prev)s::text,
           %(hash)s::text, %(at)s::timestamptz, %(action)s::text, %(actor)s::text, %(body)s::text
    FROM moved
)
SELECT count(*) FROM moved
"""

SQLITE_MOVE = """
UPDATE task SET
    state = :to_state, version = version + 1, changed_at = :at, assignee_id = :assignee_id,
    due_on = :due_on, deadline_version = :deadline_version, arming = :arming,
    running_since = :running_since, report_count = :report_count, reported_at = :reported_at,
    reported_by_id = :reported_by_id, reported_for_id = :reported_for_id, next_at = :next_at,
    audit_seq = :subject_seq, audit_hash = :hash
WHERE id = :task_id AND version = :version AND state = :from_state AND audit_hash = :prev
  AND COALESCE((SELECT number FROM revision WHERE name = 'rules'), 0) = :revision
"""
SQLITE_REMEMBER = """
INSERT INTO history (id, task_id, version, at, "trigger", from_state, to_state, actor,
                     on_behalf_of, note, decision, due_from, due_to)
VALUES (:history_id, :task_id, :version + 1, :at, :trigger, :from_state, :to_state, :actor,
        :on_behalf_of, :note, :decision, :due_from, :due_on)
"""
SQLITE_ENTER = """
INSERT INTO audit_entry (id, subject, subject_seq, prev, hash, at, action, actor, body)
VALUES (:entry_id, :subject, :subject_seq, :prev, :hash, :at, :action, :actor, :body)
"""


def _write_sqlite(tx: Transaction, change: Change) -> bool:
    kept = as_sqlite(values(change))
    if execute(tx, SQLITE_MOVE, kept).rowcount != 1:
        return False
    execute(tx, SQLITE_REMEMBER, kept)
    execute(tx, SQLITE_ENTER, kept)
    return True
