"""What the database itself refuses: changing a row of a table that may only grow.

Triggers stand on both databases. On PostgreSQL the application's role is also denied the rights,
when the tables belong to another role; see `docs/reference/guarantees.md`, G16.
"""

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import inspect, text

from engine.store.doors import account
from engine.store.record import APPEND_ONLY, audit_entry
from engine.store.session import Transaction
from engine.store.subjects import series

#: The revision of the tables that this program works with, as the newest migration has it: known
#: without reading the migrations, since every command asks.
NEWEST = "0009"

_SQLITE = """\
CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""

_POSTGRES_FUNCTION = """\
BEGIN RAISE EXCEPTION USING
  MESSAGE = TG_TABLE_NAME || ' is append-only', ERRCODE = 'restrict_violation'; END"""

# ALWAYS: a session in replica mode, where ordinary triggers sleep, is refused as well.
_POSTGRES = (
    """\
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    """\
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
)

#: Of every module that holds tables, whichever of them was read first.
_OURS = frozenset(
    name for one in (account, series, audit_entry) for name in one.metadata.tables
) | {"alembic_version"}

_CURE = "đặt database.owner_url là một tài khoản khác rồi chạy: dondoc db upgrade"

_RIGHTS = text(
    "SELECT pg_has_role(tableowner, 'MEMBER') AS owns, "
    "has_table_privilege(quote_ident(tablename), 'UPDATE, DELETE, TRUNCATE') AS changes "
    "FROM pg_tables WHERE schemaname = 'public' AND tablename = :table"
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


def revision(tx: Transaction) -> str:
    """Return the revision the tables are at; empty where no migration made them."""
    if not inspect(tx).has_table("alembic_version"):
        return ""
    return str(tx.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def grant(tx: Transaction, *, role: str) -> None:
    """Give the application's role what it works with; only the owner of the tables can.

    Nothing may empty a table, and nothing may change or remove a row that only grows.
    """
    quote = tx.dialect.identifier_preparer.quote_identifier
    name = quote(role)
    tx.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {name}")
    # For tables that somebody makes by hand: the least. `upgrade` widens its own.
    tx.exec_driver_sql(
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {name}"
    )
    for table in sorted(_OURS.intersection(inspect(tx).get_table_names())):
        rights = "SELECT, INSERT, UPDATE, DELETE"
        if table in APPEND_ONLY:
            rights = "SELECT, INSERT"
        elif table == "alembic_version":
            rights = "SELECT"
        tx.exec_driver_sql(f"REVOKE ALL ON {quote(table)} FROM PUBLIC, {name}")
        tx.exec_driver_sql(f"GRANT {rights} ON {quote(table)} TO {name}")


def weaknesses(tx: Transaction) -> list[str]:
    """Return how far the connected role could get past the guards, for the administrator."""
    if tx.dialect.name != "postgresql":
        return []
    role = tx.execute(
        text("SELECT current_user AS name, rolsuper FROM pg_roles WHERE rolname = current_user")
    ).one()
    if role.rolsuper:
        return [f"{role.name!r} là quản trị tối cao của PostgreSQL nên sửa được nhật ký; {_CURE}"]
    rights = {table: tx.execute(_RIGHTS, {"table": table}).one() for table in APPEND_ONLY}
    owned = [table for table, right in rights.items() if right.owns]
    changed = [table for table, right in rights.items() if right.changes and not right.owns]
    found = []
    if owned:
        tables = ", ".join(owned)
        found.append(f"bảng {tables} thuộc về {role.name!r} nên khóa có thể bị gỡ; {_CURE}")
    if changed:
        found.append(f"{role.name!r} được quyền sửa, xóa bảng {', '.join(changed)}; {_CURE}")
    return found


def foreign_tables(tx: Transaction) -> dict[str, list[str]]:
    """Return those of our tables that the connected role could not migrate, by their owner."""
    if tx.dialect.name != "postgresql":
        return {}
    statement = (
        "SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public' "
        "AND NOT pg_has_role(tableowner, 'USAGE') ORDER BY tablename"
    )
    found: dict[str, list[str]] = {}
    for row in tx.execute(text(statement)):
        if row.tablename in _OURS:
            found.setdefault(row.tableowner, []).append(row.tablename)
    return found


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
        statement = "SELECT name, sql AS state FROM sqlite_master WHERE type = 'trigger'"
    else:
        statement = (
            "SELECT t.tgname AS name, "
            "concat_ws(' ', c.relname, t.tgtype, t.tgenabled, p.prosrc) AS state "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"
        )
    return {row.name: row.state for row in tx.execute(text(statement))}


def _sqlite_triggers(tables: Sequence[str]) -> dict[str, str]:
    return {
        f"{table}_no_{event.lower()}": _SQLITE.format(table=table, verb=event.lower(), event=event)
        for table in tables
        for event in ("UPDATE", "DELETE")
    }
