"""The database as a door may hold it: opened, passed to commands, never queried."""

from engine.store.session import Database, Transaction

__all__ = ["Database", "Transaction"]
