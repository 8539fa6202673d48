"""What people do with the log: anchor it, export it, look at one entry. The first two are kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from engine.audit.anchors import Anchor
from engine.audit.blocks import NO_BLOCK
from engine.audit.entries import Event, append
from engine.audit.files import Exported
from engine.audit.seal import last_block
from engine.audit.verify import schema
from engine.clock import require_aware
from engine.errors import Unknown
from engine.ids import new_id
from engine.store import audit_log
from engine.store.record import anchor as anchors
from engine.store.session import Transaction

#: As many as a database counts; what lies beyond has never happened.
_NUMBERS = range(1, 2**63)
#: Whatever is done with the log as a whole is one chain.
_LOG = "audit:log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """An entry with its number in the log and the block that seals it."""

    number: int
    block: int
    sealed_at: datetime
    hash: str
    body: str


def take_anchor(tx: Transaction, *, at: datetime, actor: str, where: str) -> Anchor:
    """Keep the present head of the log as an anchor, and that it was taken; return it.

    Args:
        tx: The transaction.
        at: When this is.
        actor: Who takes it.
        where: Where it goes, for whoever has to find it again.
    """
    audit_log.lock_sealer(tx)
    last = last_block(tx)
    anchor = Anchor(
        block=last.number if last else 0,
        hash=last.hash if last else NO_BLOCK,
        entries=last.last_seq if last else 0,
        at=require_aware(at),
        schema=schema(tx),
    )
    held: dict[str, Any] = {"entries": anchor.entries, "where": where}
    row = {"id": new_id(), "at": at, "block_number": anchor.block, "block_hash": anchor.hash}
    tx.execute(insert(anchors).values({**row, **held}))
    after = {"block": anchor.block, "hash": anchor.hash, **held}
    append(tx, Event(subject=_LOG, action="audit.anchored", actor=actor, after=after), at=at)
    return anchor


def record_export(
    tx: Transaction, exported: Exported, *, at: datetime, actor: str, where: str
) -> None:
    """Keep that the log was exported, what of it, and the digest of the file."""
    audit_log.lock_sealer(tx)
    after = {
        "blocks": exported.blocks,
        "entries": exported.entries,
        "head": exported.head,
        "sha256": exported.sha256,
        "where": where,
    }
    append(tx, Event(subject=_LOG, action="audit.exported", actor=actor, after=after), at=at)


def entry(tx: Transaction, number: int) -> Numbered:
    """Return one entry by its number in the log.

    Raises:
        Unknown: no sealed entry has that number, or it is no longer there.
    """
    block = audit_log.block_holding(tx, number) if number in _NUMBERS else None
    row = None
    if block is not None:
        row = audit_log.entry_row(tx, block.entries[number - block.first_seq])
    if block is None or row is None:
        raise Unknown(what="entry", name=str(number))
    return Numbered(
        number=number,
        block=block.number,
        sealed_at=block.sealed_at,
        hash=row.hash,
        body=row.body,
    )
