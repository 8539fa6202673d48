"""The entries of the log in the order of its blocks, read page by page in the order of their ids.

The two orders are the same but for entries that were committed late. Those that the reading passes
before their block comes are kept until then; what is left at the end no block seals.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.audit.blocks import Block
from engine.store import audit_log, audit_scan
from engine.store.audit_scan import LEAST, Stored
from engine.store.session import Database

#: Entries read at a time: few enough to free SQLite within some milliseconds, and to lie near the
#: processor while they are judged.
_PAGE = 500
#: Blocks read at a time.
_BLOCKS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some entries of one block, in the order of the block.

    Attributes:
        first: Number of the first one.
        ids: Their ids, as the block lists them.
        rows: The entries; None where there is none of that id, or where it came before.
    """

    first: int
    ids: list[str]
    rows: Sequence[Stored | None]


@dataclass(slots=True)
class Stream:
    """One reading of the log."""

    database: Database
    _last: str = field(default="", init=False)
    _passed: dict[str, Stored] = field(default_factory=dict, init=False)
    _read: list[Stored] = field(default_factory=list, init=False)
    _read_to: str = field(default="", init=False)

    def __post_init__(self) -> None:
        """Begin before the first entry."""
        self._last = self._read_to = audit_scan.keys(self.database.dialect, [LEAST])[0]

    def blocks(self, *, until: int) -> Iterator[tuple[Block, list[str]]]:
        """Yield each block and the ids it lists, up to a number.

        Raises:
            ValueError: the next block cannot be read; somebody has written into its row.
        """
        number = 0
        while True:
            rows = self._read_blocks(number)
            for row in rows:
                if row.number > until:
                    return
                held = dict(row._mapping)
                ids = held.pop("entries")
                yield Block(**held), ids
            if not rows:
                return
            number = rows[-1].number

    def _read_blocks(self, number: int) -> Sequence[Any]:
        with self.database.read() as tx:
            try:
                return audit_log.blocks_after(tx, number, most=_BLOCKS)
            except ValueError:
                # Everything before the one that cannot be read is still worth reading.
                return audit_log.blocks_after(tx, number, most=1)

    def pages(self, block: Block, ids: list[str]) -> Iterator[Page]:
        """Yield the entries of the next block."""
        for start in range(0, len(ids), _PAGE):
            listed = ids[start : start + _PAGE]
            rows = self._take(audit_scan.keys(self.database.dialect, listed))
            yield Page(first=block.first_seq + start, ids=listed, rows=rows)

    def exists(self, identity: str) -> bool:
        """Return whether the log holds an entry of that id."""
        try:
            uuid.UUID(identity)
        except ValueError:
            return False
        with self.database.read() as tx:
            return audit_scan.entry_at(tx, self._key(identity)) is not None

    def unsealed(self, *, before: str) -> Iterator[Stored]:
        """Yield entries that no block listed, with an id less than one; at the end."""
        limit = self._key(before)
        with self.database.read() as tx:
            for key in self._passed:
                found = audit_scan.entry_at(tx, key) if key < limit else None
                if found is not None:
                    yield found

    def _key(self, identity: str) -> str:
        return audit_scan.keys(self.database.dialect, [identity])[0]

    def _take(self, keys: list[str]) -> Sequence[Stored | None]:
        is_all_new = min(keys) > self._last
        page = self._next(len(keys) if is_all_new else sum(key > self._last for key in keys))
        if [row[0] for row in page] == keys:
            return page
        self._passed.update((row[0], row) for row in page)
        return [self._pick(key) for key in keys]

    def _pick(self, key: str) -> Stored | None:
        while key > self._last:
            page = self._next(_PAGE)
            if not page:
                break
            self._passed.update((row[0], row) for row in page)
        return self._passed.pop(key, None)

    def _next(self, most: int) -> Sequence[Stored]:
        """Return the next entries in the order of their keys; fewer only at the end."""
        while len(self._read) < most:
            page = self._page()
            if not page:
                break
            self._read += page
        taken, self._read = self._read[:most], self._read[most:]
        if taken:
            self._last = taken[-1][0]
        return taken

    def _page(self) -> Sequence[Stored]:
        with self.database.read() as tx:
            page = audit_scan.entries_after(tx, self._read_to, most=_PAGE)
        if page:
            self._read_to = page[-1][0]
        return page
