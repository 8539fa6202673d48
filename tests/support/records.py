"""Everything a database holds, as two ways of coming to the same record are compared by it."""

import json
from typing import Any

from sqlalchemy import select

from engine.audit.entries import digest
from engine.store.record import audit_entry, task
from engine.store.session import Transaction
from engine.store.tables import metadata

#: Drawn at random or following from what is; never the same twice.
_DRAWN = {"id", "hash", "prev", "audit_hash"}
#: Whose ids are drawn while commands run; those of the others are what is spoken about.
_GROWING = (
    "history", "audit_entry", "notice", "evidence", "alert", "message", "attempt", "counter",
)  # fmt: skip


def contents(tx: Transaction) -> dict[str, list[str]]:
    """Return the rows of every table without what is drawn at random, in an order of their own."""
    return {
        table.name: sorted(
            json.dumps(_shown(table.name, dict(row._mapping)), default=str, sort_keys=True)
            for row in tx.execute(select(table))
        )
        for table in metadata.sorted_tables
    }


def broken_chains(tx: Transaction) -> list[str]:
    """Return subjects whose entries do not follow from each other, or not up to the task's row."""
    heads: dict[str, tuple[int, str]] = {}
    broken = []
    for row in tx.execute(
        select(audit_entry).order_by(audit_entry.c.subject, audit_entry.c.subject_seq)
    ):
        seq, prev = heads.get(row.subject, (0, "0" * 64))
        if (row.subject_seq, row.prev, row.hash) != (seq + 1, prev, digest(row.body)):
            broken.append(row.subject)
        heads[row.subject] = (row.subject_seq, row.hash)
    rows = tx.execute(select(task.c.id, task.c.audit_seq, task.c.audit_hash))
    stale = [
        f"task:{row.id}"
        for row in rows
        if heads.get(f"task:{row.id}", (0, "0" * 64)) != (row.audit_seq, row.audit_hash)
    ]
    return broken + stale


def _shown(table: str, row: dict[str, Any]) -> dict[str, Any]:
    drawn = _DRAWN if table in _GROWING else _DRAWN - {"id"}
    kept = {name: value for name, value in row.items() if name not in drawn}
    if table == "audit_entry":
        body = json.loads(kept["body"])
        kept["body"] = {name: value for name, value in body.items() if name not in ("id", "prev")}
        kind = kept["subject"].partition(":")[0]
        if kind in ("request", "urging"):
            kept["subject"] = kept["body"]["subject"] = kind
    return kept
