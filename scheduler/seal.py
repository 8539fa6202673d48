"""Closes new audit entries into blocks, each block in a transaction of its own."""

from dataclasses import KW_ONLY, dataclass, field
from datetime import date, timedelta
from uuid import uuid4

from engine.audit.seal import EVERYWHERE, LATE, MOST_ENTRIES, last_block, seal
from engine.clock import Clock
from engine.database import Database
from engine.store import heartbeats


def seal_all(database: Database, clock: Clock, *, everywhere: bool = False) -> int:
    """Seal whatever is unsealed and return how many entries that was.

    Args:
        database: Where the log is.
        clock: Tells when a block is closed.
        everywhere: Also find entries that were committed long after their neighbours were sealed;
            this reads the whole log.
    """
    late = EVERYWHERE if everywhere else LATE
    sealed = 0
    with database.read() as tx:
        last = last_block(tx)
    newest = last.newest if last else ""
    while True:
        with database.begin() as tx:
            block = seal(tx, at=clock.now(), late=late)
        if block is None:
            return sealed
        sealed += block.count
        if block.count < MOST_ENTRIES:
            return sealed
        if block.newest != newest:
            # It held newer entries too, so no late one is left; looking again would cost as much.
            late = timedelta(0)
        newest = block.newest


@dataclass(slots=True)
class Sealer:
    """Seals turn after turn, and once a day looks for late entries in the whole log.

    A machine whose clock is hours behind writes nothing but late entries; without the daily search
    they would never get a number.
    """

    database: Database
    clock: Clock
    _: KW_ONLY
    node: str = field(default_factory=lambda: uuid4().hex)
    _searched_on: date | None = field(default=None, init=False)

    def turn(self) -> int:
        """Seal what is unsealed and return how many entries that was."""
        today = self.clock.now().date()
        sealed = seal_all(self.database, self.clock, everywhere=today != self._searched_on)
        self._searched_on = today
        with self.database.begin() as tx:
            heartbeats.beat(tx, "seal", at=self.clock.now(), node=self.node)
        return sealed
