"""The export: the whole log as a file of JSON lines that can be judged without the database.

A header, then block by block its entries and the block itself, then a footer that holds the digest
of every byte before it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import IO, Any

from engine.audit.blocks import NO_BLOCK, Block
from engine.audit.entries import encode
from engine.audit.seal import last_block
from engine.audit.stream import Stream
from engine.audit.verify import Progress
from engine.store.session import Database

FORMAT = "dondoc-audit-export/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What went into an export; `sha256` is over the whole file."""

    entries: int
    blocks: int
    head: str
    sha256: str


def write(
    database: Database, target: IO[bytes], *, at: datetime, progress: Progress | None = None
) -> Exported:
    """Write every sealed entry, in the order of their numbers.

    What is missing in the log is missing in the file; to judge it is left to whoever reads it.

    Args:
        database: Where the log is.
        target: Where it goes.
        at: When this is.
        progress: Called now and then.
    """
    with database.read() as tx:
        last = last_block(tx)
    entries, blocks, head = (last.last_seq, last.number, last.hash) if last else (0, 0, NO_BLOCK)
    whole = hashlib.sha256()

    def put(line: dict[str, Any]) -> None:
        encoded = (encode(line) + "\n").encode()
        whole.update(encoded)
        target.write(encoded)

    put({"type": "header", "format": FORMAT, "at": at, "blocks": blocks, "entries": entries})
    for done, lines in _blocks(Stream(database), until=blocks):
        for line in lines:
            put(line)
        if progress is not None:
            progress(done, entries)
    put(
        {
            "type": "footer",
            "blocks": blocks,
            "entries": entries,
            "head": head,
            "sha256": whole.hexdigest(),
        }
    )
    return Exported(entries=entries, blocks=blocks, head=head, sha256=whole.hexdigest())


def _blocks(stream: Stream, *, until: int) -> Iterator[tuple[int, Iterable[dict[str, Any]]]]:
    for block, ids in stream.blocks(until=until):
        yield block.last_seq, _lines(stream, block, ids)


def _lines(stream: Stream, block: Block, ids: list[str]) -> Iterator[dict[str, Any]]:
    for page in stream.pages(block, ids):
        for number, row in zip(count(page.first), page.rows, strict=False):
            if row is None:
                continue
            *_, stored, _, _, _, body = row
            text = body.decode(errors="replace")
            yield {"type": "entry", "number": number, "hash": stored, "body": text}
    yield {"type": "block", **block.header(), "hash": block.hash}
