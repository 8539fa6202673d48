"""Connections and transactions: who opens one, owns it and commits it.

A door opens a transaction with `Database.begin()`, hands it to commands, and the `with` block
commits. Commands never commit. On SQLite a writing transaction is BEGIN IMMEDIATE, so that two
writers queue instead of failing half-way.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url

#: SQLite before this version can corrupt a WAL database when several connections write.
WAL_SAFE_SQLITE = (3, 51, 3)
#: How long a SQLite writer waits for another one before it gives up.
_BUSY_SECONDS = 5.0

#: How long to wait for a PostgreSQL that does not answer, or no longer: nobody waits for ever for a
#: network that swallows everything. What the URL says goes before.
_PATIENCE: Mapping[str, int] = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
#: The same, told to the server: a client that vanished, or was stopped in the middle of a
#: transaction, must not hold its locks for ever. Set, and not asked for when connecting: poolers
#: refuse options that they do not know.
_SERVER_PATIENCE = (
    "SET idle_in_transaction_session_timeout = '5min';"
    "SET tcp_keepalives_idle = 30;"
    "SET tcp_keepalives_interval = 10;"
    "SET tcp_keepalives_count = 3"
)

#: What a door opens and a command works in.
Transaction: TypeAlias = Connection


class Database:
    """One database, SQLite or PostgreSQL, and the pool of connections to it."""

    def __init__(self, url: str, *, checks_keys: bool = True) -> None:
        """Prepare the pool; nothing is opened yet.

        Args:
            url: An SQLAlchemy URL, `sqlite:///path` or `postgresql+psycopg://...`.
            checks_keys: SQLite checks foreign keys at once; False is for whoever makes tables anew
                and checks them all at the end.
        """
        self.url = url
        parsed = make_url(url)
        self.dialect = parsed.get_backend_name()
        options: dict[str, Any] = {}
        if self.dialect == "sqlite":
            options["connect_args"] = {"timeout": _BUSY_SECONDS}
        else:
            options["connect_args"] = {
                name: value for name, value in _PATIENCE.items() if name not in parsed.query
            }
        self.engine = create_engine(
            url,
            json_serializer=_json,
            isolation_level=None if self.dialect == "sqlite" else "READ COMMITTED",
            **options,
        )
        if self.dialect == "sqlite":
            event.listen(self.engine, "connect", _prepare_sqlite)
            if not checks_keys:
                event.listen(self.engine, "connect", _leave_keys_unchecked)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine, "connect", _prepare_postgresql)

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """Open a writing transaction; commit on a clean exit, roll back on any error."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Open a reading transaction; it takes no write lock and is rolled back at the end."""
        with self.engine.connect().execution_options(dondoc_read_only=True) as connection:
            yield connection

    def dispose(self) -> None:
        """Close every connection of the pool."""
        self.engine.dispose()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Autocommit at the driver: SQLAlchemy's own BEGIN would be deferred, and two deferred
    # transactions that both read before writing end in "database is locked".
    connection.isolation_level = None
    cursor = connection.cursor()
    version = tuple(map(int, cursor.execute("SELECT sqlite_version()").fetchone()[0].split(".")))
    journal = "WAL" if version >= WAL_SAFE_SQLITE else "DELETE"
    cursor.execute(f"PRAGMA journal_mode={journal}")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # Without this INSERT OR REPLACE deletes the old row past the append-only triggers.
    cursor.execute("PRAGMA recursive_triggers=ON")
    cursor.close()


def _leave_keys_unchecked(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=OFF")


def _prepare_postgresql(connection: Any, _record: object) -> None:
    # Ids are text here. The driver would parse each into an object for us to write out again.
    from psycopg.types.string import TextLoader

    connection.adapters.register_loader("uuid", TextLoader)
    connection.autocommit = True
    connection.execute(_SERVER_PATIENCE)
    connection.autocommit = False


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    begin = "BEGIN" if options.get("dondoc_read_only") else "BEGIN IMMEDIATE"
    connection.exec_driver_sql(begin)
