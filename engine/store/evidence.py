"""Evidence as rows: what was named, what of it is kept, and what took its place since."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from engine.store.record import audit_entry, evidence, plan, task
from engine.store.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One piece of evidence of a task; `replaced_by` is the id of what took its place."""

    id: str
    version: int
    name: str
    sha256: str | None
    size_bytes: int | None
    is_kept: bool
    media_type: str | None
    added_at: datetime | None
    added_by: str | None
    replaces_id: str | None
    reason: str | None
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that some record says is kept, and one of the tasks that it proves."""

    sha256: str
    size_bytes: int | None
    name: str
    address: str


_SUBJECT = "task:"
_PROOF = tuple(evidence.c[name] for name in Proof.__slots__ if name != "replaced_by")
_KEPT = (
    select(evidence.c.sha256, evidence.c.size_bytes, evidence.c.name, plan.c.code, task.c.code)
    .join(task, task.c.id == evidence.c.task_id)
    .join(plan, plan.c.id == task.c.plan_id)
    .where(evidence.c.is_kept.is_(True), evidence.c.sha256.is_not(None))
    .order_by(evidence.c.id.desc())
)


def proofs(tx: Transaction, task_id: str) -> list[Proof]:
    """Return the evidence of a task in the order in which it came, what was replaced included."""
    rows = tx.execute(
        select(*_PROOF).where(evidence.c.task_id == task_id).order_by(evidence.c.id)
    ).all()
    after = {row.replaces_id: row.id for row in rows if row.replaces_id is not None}
    return [Proof(**row._mapping, replaced_by=after.get(row.id)) for row in rows]


def kept(tx: Transaction) -> list[Kept]:
    """Return every file that is kept, each once, the newest first."""
    return _once(tx, _KEPT)


def kept_like(tx: Transaction, prefix: str) -> list[Kept]:
    """Return the files that are kept under digests that begin so, each once."""
    return _once(tx, _KEPT.where(evidence.c.sha256.startswith(prefix, autoescape=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Strayed:
    """Evidence of which table and record tell different things.

    `is_recorded` if the record has it and the table lacks it; else the table alone has it.
    """

    address: str
    name: str
    sha256: str | None
    is_recorded: bool


def strayed(tx: Transaction) -> list[Strayed]:
    """Return evidence that was changed, added or taken away behind the back of the record."""
    addresses = {
        row.id: f"{row.plan}/{row.code}"
        for row in tx.execute(select(task.c.id, task.c.code, plan.c.code.label("plan")).join(plan))
    }
    rows = tx.execute(select(evidence.c.task_id, evidence.c.name, evidence.c.sha256))
    there = Counter((row.task_id, row.name, row.sha256) for row in rows)
    recorded = Counter(_recorded(tx))
    found = [(one, True) for one in (recorded - there).elements()]
    found += [(one, False) for one in (there - recorded).elements()]
    return [
        Strayed(
            address=addresses.get(task_id, task_id), name=name, sha256=digest, is_recorded=known
        )
        for (task_id, name, digest), known in found
    ]


def _recorded(tx: Transaction) -> Iterator[tuple[str, str, str | None]]:
    bodies = tx.execute(
        select(audit_entry.c.subject, audit_entry.c.body).where(
            audit_entry.c.subject.startswith(_SUBJECT), audit_entry.c.body.contains('"evidence":')
        )
    )
    for subject, body in bodies:
        after = json.loads(body).get("after") or {}
        for one in after.get("evidence") or ():
            yield subject.removeprefix(_SUBJECT), one["name"], one["sha256"]


def _once(tx: Transaction, statement: Select[Any]) -> list[Kept]:
    found: dict[str, Kept] = {}
    for digest, size, name, plan_code, code in tx.execute(statement):
        found.setdefault(
            digest,
            Kept(sha256=digest, size_bytes=size, name=name, address=f"{plan_code}/{code}"),
        )
    return list(found.values())
