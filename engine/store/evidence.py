"""Evidence as rows: what was named, what of it is kept, and what took its place since."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from engine.store.record import evidence, plan, task
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


def _once(tx: Transaction, statement: Select[Any]) -> list[Kept]:
    found: dict[str, Kept] = {}
    for digest, size, name, plan_code, code in tx.execute(statement):
        found.setdefault(
            digest,
            Kept(sha256=digest, size_bytes=size, name=name, address=f"{plan_code}/{code}"),
        )
    return list(found.values())
