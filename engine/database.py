"""The database as a door may hold it: opened, passed to commands, never queried.

`Rules` is the cached rulebook of one database; commands ask it for the rules of their moment.
"""

from engine.store.durability import durability_faults
from engine.store.rulebooks import Rules
from engine.store.session import Database, Transaction

__all__ = ["Database", "Rules", "Transaction", "durability_faults"]
