"""The database as a door may hold it: opened, passed to commands, never queried.

`Rules` is the cached rulebook of one database; commands ask it for the rules of their moment.
"""

from engine.store import guards
from engine.store.durability import durability_faults
from engine.store.rulebooks import Rules
from engine.store.session import Database, Transaction

__all__ = ["Database", "Rules", "Transaction", "durability_faults", "require_current"]


def require_current(database: Database) -> None:
    """Return if the tables are those of this program; costs one short question.

    Raises:
        BadInput: they are older or newer, or there are none.
    """
    with database.read() as tx:
        if guards.revision(tx) == guards.NEWEST:
            return
    # Loaded only for the words: the library behind it takes longer than most commands.
    from engine.migrations import require_ours

    require_ours(database)
