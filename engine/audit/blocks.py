"""A block: the seal over a run of entries, bound to the block before it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.audit import merkle
from engine.audit.entries import canonical

#: Domain prefix: see `engine.audit.entries`.
_DOMAIN = b"dondoc-audit-block/1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block without the list of its entries.

    Attributes:
        number: From 1, without gaps.
        first_seq: Number, from 1, of its first entry in the whole log.
        count: How many entries it seals.
        root: Merkle tree hash over their hashes, in hex.
        prev: Hash of the block before it.
        newest: The greatest entry id sealed so far.
        sealed_at: When it was closed.
        hash: Hash over all of the above.
    """

    number: int
    first_seq: int
    count: int
    root: str
    prev: str
    newest: str
    sealed_at: datetime
    hash: str

    @property
    def last_seq(self) -> int:
        """Number of its last entry in the whole log."""
        return self.first_seq + self.count - 1

    def header(self) -> dict[str, Any]:
        """Return what the hash is taken over."""
        return {
            "count": self.count,
            "first_seq": self.first_seq,
            "newest": self.newest,
            "number": self.number,
            "prev": self.prev,
            "root": self.root,
            "sealed_at": self.sealed_at,
        }


#: What the first block follows.
NO_BLOCK = "0" * 64


def close(hashes: Sequence[str], *, after: Block | None, newest: str, sealed_at: datetime) -> Block:
    """Return the block that seals these entry hashes after another block."""
    draft = Block(
        number=after.number + 1 if after else 1,
        first_seq=after.last_seq + 1 if after else 1,
        count=len(hashes),
        root=merkle.root(hashes),
        prev=after.hash if after else NO_BLOCK,
        newest=max(newest, after.newest) if after else newest,
        sealed_at=sealed_at,
        hash="",
    )
    return Block(**draft.header(), hash=digest(draft))


def digest(block: Block) -> str:
    """Return the hash that the block must have, in hex."""
    return hashlib.sha256(_DOMAIN + canonical(block.header()).encode()).hexdigest()
