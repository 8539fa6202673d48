"""Many changes of many tasks, each table written by one statement; each change whole or not at all.

What is written is what `engine.store.change` writes, column for column; a conformance test holds
the two together.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert

from engine.store import change as single
from engine.store import ledger
from engine.store.change import Change
from engine.store.driver import execute, execute_many
from engine.store.record import evidence as evidence_table
from engine.store.rows import as_columns, unnested
from engine.store.session import Transaction


def write_all(tx: Transaction, changes: Sequence[Change]) -> frozenset[str]:
    """Carry changes out and return the ids of the tasks that moved.

    Where somebody was faster the task does not move, and nothing of its change is written.

    Args:
        tx: The transaction.
        changes: At most one for each task; all of one instant.
    """
    if not changes:
        return frozenset()
    rows = [single.values(one) for one in changes]
    if tx.dialect.name == "postgresql":
        moved = _write_postgresql(tx, rows)
    else:
        moved = _write_sqlite(tx, rows)
    done = [one for one in changes if one.task_id in moved]
    if done:
        notices = [notice for one in done for notice in one.notices]
        ledger.insert_notices(tx, notices, at=done[0].at)
        proof = [single.evidence_row(one, each) for one in done for each in one.evidence]
        if proof:
            tx.execute(insert(evidence_table), proof)
    return moved


_POSTGRESQL = f"""
WITH given AS MATERIALIZED (
    SELECT * FROM {unnested(single.TYPES)}
), moved AS (
    UPDATE task SET
        state = given.to_state, version = task.version + 1, changed_at = given.at,
        assignee_id = given.assignee_id, due_on = given.due_on,
        deadline_version = given.deadline_version, arming = given.arming,
        running_since = given.running_since, report_count = given.report_count,
        reported_at = given.reported_at, reported_by_id = given.reported_by_id,
        reported_for_id = given.reported_for_id, next_at = given.next_at,
        audit_seq = given.subject_seq, audit_hash = given.hash
    FROM given
    WHERE task.id = given.task_id AND task.version = given.version
      AND task.state = given.from_state AND task.audit_hash = given.prev
      AND COALESCE((SELECT number FROM revision WHERE name = 'rules'), 0) = given.revision
    RETURNING task.id
), remembered AS (
    INSERT INTO history (id, task_id, version, at, trigger, from_state, to_state, actor,
                         on_behalf_of, note, decision, due_from, due_to)
    SELECT history_id, task_id, version + 1, at, trigger, from_state, to_state, actor,
           on_behalf_of, note, decision, due_from, due_on
    FROM given JOIN moved ON moved.id = given.task_id
), entered AS (
    INSERT INTO audit_entry (id, subject, subject_seq, prev, hash, at, action, actor, body)
    SELECT entry_id, subject, subject_seq, prev, hash, at, action, actor, body
    FROM given JOIN moved ON moved.id = given.task_id
)
SELECT id FROM moved
"""  # noqa: S608 - put together from the names and types above

_SQLITE_STANDING = """
SELECT id, audit_hash FROM task WHERE id IN (SELECT value FROM json_each(:ids))
"""


def _write_postgresql(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    moved = execute(tx, _POSTGRESQL, as_columns(rows, single.TYPES)).fetchall()
    return frozenset(task_id for (task_id,) in moved)


def _write_sqlite(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    kept = [single.as_sqlite(row) for row in rows]
    if execute_many(tx, single.SQLITE_MOVE, kept).rowcount != len(kept):
        # Only where the tasks were read in another transaction: this one kept everybody out.
        standing = _standing(tx, [row["task_id"] for row in kept])
        kept = [row for row in kept if standing.get(row["task_id"]) == row["hash"]]
    execute_many(tx, single.SQLITE_REMEMBER, kept)
    execute_many(tx, single.SQLITE_ENTER, kept)
    moved = {row["task_id"] for row in kept}
    return frozenset(row["task_id"] for row in rows if row["task_id"].replace("-", "") in moved)


def _standing(tx: Transaction, task_ids: Sequence[str]) -> Mapping[str, str]:
    """Return the head of each task's chain; no two entries share a hash."""
    return dict(execute(tx, _SQLITE_STANDING, {"ids": json.dumps(task_ids)}).fetchall())
