"""The sealer: closes new entries into blocks, and so gives each its number in the whole log."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from engine.audit.blocks import Block, close
from engine.clock import require_aware
from engine.errors import Corrupt
from engine.ids import new_id
from engine.store import audit_log
from engine.store.audit_scan import LEAST
from engine.store.record import audit_block
from engine.store.session import Transaction

#: Entries in one block, so that a block is read, hashed and held in memory in a moment.
MOST_ENTRIES = 10_000
#: How long a transaction may keep an entry to itself, or a machine's clock lag behind another's.
LATE = timedelta(hours=1)
#: In place of `LATE`: the whole log is searched.
EVERYWHERE = timedelta(days=365_000)


def seal(tx: Transaction, *, at: datetime, late: timedelta = LATE) -> Block | None:
    """Close unsealed entries into the next block; None where there is nothing to seal.

    One block a call; call again, in a new transaction, until it returns None.

    Args:
        tx: The transaction; only one sealer at a time gets past its first line.
        at: When this is.
        late: How far behind the newest sealed entry to look for entries that were committed after
            greater ids had been sealed. Zero looks at newer ones only, which costs nothing.

    Raises:
        Corrupt: the blocks that are there contradict each other.
        ValueError: `at` is naive.
    """
    at = require_aware(at)
    audit_log.lock_sealer(tx)
    try:
        return _seal(tx, at=at, late=late)
    except (IntegrityError, TypeError, ValueError) as error:
        message = f"the last block cannot be followed: {error}; run: dondoc audit verify"
        raise Corrupt(message) from error


def _seal(tx: Transaction, *, at: datetime, late: timedelta) -> Block | None:
    last = last_block(tx)
    found = _late_entries(tx, last, late=late)
    newest = last.newest if last else LEAST
    if len(found) < MOST_ENTRIES:
        found += audit_log.newer_entries(tx, than=newest, most=MOST_ENTRIES - len(found))
    if not found:
        return None
    entries = _in_order(found)
    block = close(
        [entry.hash for entry in entries],
        after=last,
        newest=max(entry.id for entry in entries),
        sealed_at=at,
    )
    row = {**block.header(), "hash": block.hash, "entries": [entry.id for entry in entries]}
    tx.execute(insert(audit_block).values(row))
    return block


def last_block(tx: Transaction) -> Block | None:
    """Return the newest block; None where nothing was sealed yet."""
    row = audit_log.last_block(tx)
    return Block(**row._mapping) if row is not None else None


def _late_entries(tx: Transaction, last: Block | None, *, late: timedelta) -> list[Any]:
    if last is None or not late:
        return []
    # The machine's clock may have been set back since: what it writes now is then not newer than
    # what is sealed, however long ago the last block was closed.
    start = min(last.newest, new_id())
    floor = audit_log.earlier(start, by=late)
    return list(audit_log.late_entries(tx, floor=floor, newest=last.newest, most=MOST_ENTRIES))


def _in_order(entries: Sequence[Any]) -> list[Any]:
    """Return entries by id, those of one subject in the order of its chain.

    Machines whose clocks differ give a later entry of a subject the lesser id.
    """
    places = sorted(entries, key=lambda entry: entry.id)
    by_subject: dict[str, list[Any]] = defaultdict(list)
    for entry in sorted(places, key=lambda entry: entry.subject_seq, reverse=True):
        by_subject[entry.subject].append(entry)
    return [by_subject[entry.subject].pop() for entry in places]
