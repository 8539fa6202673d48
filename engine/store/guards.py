"""What the database itself refuses: changing a row of a table that may only grow.

Triggers stand on both databases. On PostgreSQL the application's role is also denied the rights,
when the tables belong to another role; see `docs/reference/guarantees.md`, G16.
"""

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import text

from engine.store.record import APPEND_ONLY
from engine.store.session import Transaction

_SQLITE = """\
CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""

_POSTGRES_FUNCTION = """\
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END"""

# ALWAYS: a session in replica mode, where ordinary triggers sleep, is refused as well.
_POSTGRES = (
    "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
)


def protect(tx: Transaction, tables: Sequence[str]) -> None:
    """Put the triggers on tables that have none yet; for migrations."""
    if tx.dialect.name == "sqlite":
        for statement in _sqlite_triggers(tables).values():
            tx.exec_driver_sql(statement)
        return
    tx.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql "
        f"AS $${_POSTGRES_FUNCTION}$$"
    )
    for table in tables:
        for statement in _POSTGRES:
            tx.exec_driver_sql(statement.format(table=table))


def missing(tx: Transaction) -> tuple[str, ...]:
    """Return the triggers that were dropped, switched off or rewritten, by name."""
    found = _found(tx)
    return tuple(sorted(name for name, state in _expected(tx).items() if found.get(name) != state))


def fingerprint(tx: Transaction) -> str:
    """Return the SHA-256 of every trigger as the database has it; it travels in anchors."""
    return hashlib.sha256(json.dumps(_found(tx), sort_keys=True).encode()).hexdigest()


def _expected(tx: Transaction) -> dict[str, str]:
    if tx.dialect.name == "sqlite":
        return _sqlite_triggers(APPEND_ONLY)
    # The bits of pg_trigger.tgtype: row 1, before 2, delete 8, update 16, truncate 32.
    return {
        f"{table}_no_{verb}": f"{table} {bits} A {_POSTGRES_FUNCTION}"
        for table in APPEND_ONLY
        for verb, bits in (("change", 1 + 2 + 8 + 16), ("truncate", 2 + 32))
    }


def _found(tx: Transaction) -> dict[str, str]:
    if tx.dialect.name == "sqlite":
        statement = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        statement = (
            "SELECT t.tgname, concat_ws(' ', c.relname, t.tgtype, t.tgenabled, p.prosrc) "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"
        )
    return {name: state for name, state in tx.execute(text(statement))}


def _sqlite_triggers(tables: Sequence[str]) -> dict[str, str]:
    return {
        f"{table}_no_{event.lower()}": _SQLITE.format(table=table, verb=event.lower(), event=event)
        for table in tables
        for event in ("UPDATE", "DELETE")
    }
