"""A log to attack: filled with entries, read by an export, and a hand that gets past the guards."""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import insert
from sqlalchemy.engine import make_url

from engine import audit
from engine.audit import files
from engine.audit.anchors import Anchor
from engine.audit.entries import as_row
from engine.audit.offline import verify_file
from engine.audit.seal import seal
from engine.audit.verdict import Verdict
from engine.clock import PinnedClock
from engine.store.record import APPEND_ONLY, audit_entry
from engine.store.session import Database
from scheduler.seal import seal_all
from tests.support.databases import Urls

AT = datetime(2023, 1, 3, 1, 0, tzinfo=UTC)


def event(subject: str, **fields: Any) -> audit.Event:
    """Return an event with Vietnamese words, an empty value and an absent one."""
    told = {
        "action": "note.written",
        "actor": "cntt-cv1",
        "before": {"note": None},
        "after": {"note": "Đã hoàn thành", "tail": ""},
        **fields,
    }
    return audit.Event(subject=subject, **told)


def fill(database: Database, number: int, *, subjects: int = 7, block: int | None = None) -> None:
    """Append entries to some subjects in turn; seal after each `block` of them, where given."""
    heads: dict[str, audit.Head] = {}
    rows: list[dict[str, Any]] = []
    for ordinal in range(number):
        subject = f"note:{ordinal % subjects}"
        at = AT + timedelta(seconds=ordinal, microseconds=ordinal)
        entry = audit.chain(event(subject), at=at, head=heads.get(subject, audit.GENESIS))
        heads[subject] = entry.head
        rows.append(as_row(entry))
        if len(rows) == (block or number):
            _store(database, rows, is_sealed=block is not None)
            rows = []
    _store(database, rows, is_sealed=block is not None)


def _store(database: Database, rows: list[dict[str, Any]], *, is_sealed: bool) -> None:
    if not rows:
        return
    with database.begin() as tx:
        tx.execute(insert(audit_entry), rows)
        if is_sealed:
            seal(tx, at=AT)


def write(database: Database, subject: str, **fields: Any) -> audit.Entry:
    """Append one entry in a transaction of its own."""
    with database.begin() as tx:
        return audit.append(tx, event(subject, **fields), at=AT)


def sealed(database: Database) -> int:
    """Seal everything and return how many entries that was."""
    return seal_all(database, PinnedClock(AT))


def export(database: Database) -> bytes:
    """Return an export as the bytes of its file."""
    target = io.BytesIO()
    files.write(database, target, at=AT)
    return target.getvalue()


def judge(exported: bytes, anchor: Anchor | None = None) -> Verdict:
    """Verify an export."""
    return verify_file(io.BytesIO(exported), anchor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whoever owns the tables: takes the guards away, writes, and puts them back as they were."""

    urls: Urls

    def change(self, *statements: str) -> None:
        """Carry out statements that the guards forbid, and leave no trace of how."""
        if make_url(self.urls.url).get_backend_name() == "sqlite":
            self._change_sqlite(statements)
        else:
            self._change_postgres(statements)

    def leave_open(self, table: str) -> None:
        """Take away one guard of a table for good."""
        if make_url(self.urls.url).get_backend_name() == "sqlite":
            with sqlite(self.urls.url) as connection:
                connection.execute(f"DROP TRIGGER {table}_no_update")
        else:
            with owner(self.urls) as connection:
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_change")

    def _change_sqlite(self, statements: tuple[str, ...]) -> None:
        with sqlite(self.urls.url) as connection:
            found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = dict(found.fetchall())
            for name in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in (*statements, *triggers.values()):
                connection.execute(statement)

    def _change_postgres(self, statements: tuple[str, ...]) -> None:
        with owner(self.urls) as connection:
            for table in APPEND_ONLY:
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for statement in statements:
                connection.execute(statement)
            for table in APPEND_ONLY:
                for kind in ("change", "truncate"):
                    connection.execute(
                        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_{kind}"
                    )


@contextmanager
def sqlite(url: str) -> Iterator[sqlite3.Connection]:
    """Open the file as anybody's own program would, without our settings; commit at the end."""
    connection = sqlite3.connect(make_url(url).database or "", isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def owner(urls: Urls) -> Iterator[psycopg.Connection[Any]]:
    """Get in as the owner of the tables; commit at the end."""
    with role(urls.owner_url or urls.url) as connection:
        yield connection


@contextmanager
def role(url: str) -> Iterator[psycopg.Connection[Any]]:
    """Get into PostgreSQL as the role of a URL; commit each statement."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        yield connection
