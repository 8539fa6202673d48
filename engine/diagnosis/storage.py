"""Whether the database is the right one, keeps what it acknowledged, and how large it is."""

from typing import Any

from sqlalchemy import text

from engine import migrations
from engine.diagnosis.findings import Findings
from engine.store import counting, examination, guards, heartbeats
from engine.store.durability import durability_faults
from engine.store.session import WAL_SAFE_SQLITE, Database, Transaction


def is_readable(database: Database, found: Findings) -> bool:
    """Return whether the tables are those of this program; add what is wrong where they are not."""
    with database.read() as tx:
        fault = migrations.structure_fault(guards.revision(tx))
    if fault is None:
        return True
    found.add("database_outdated", "database", fault.problem, cure=fault.cure)
    return False


def examine(database: Database, found: Findings) -> None:
    """Add what would let the database lose a change it has acknowledged, or miscount one."""
    for fault in durability_faults(database):
        found.add("database_not_durable", fault.place, fault.problem, cure=fault.cure)
    with database.read() as tx:
        missing = counting.missing(tx)
    for name in missing:
        words = "bộ đếm của bảng task bị gỡ, tắt hoặc viết lại: số trên trang tổng quan sai dần"
        found.add("counting_missing", name, words, cure="dondoc db upgrade")


def facts(database: Database) -> dict[str, Any]:
    """Return what kind of database this is, its revision, its size and how much is in it."""
    with database.read() as tx:
        known = _sqlite(tx) if database.dialect == "sqlite" else _postgres(tx)
        return {
            "database": {**known, "revision": guards.revision(tx)},
            "counts": examination.counts(tx),
            "beats": {
                one.name: {"at": one.completed_at.isoformat(), "node": one.node}
                for one in heartbeats.beats(tx)
            },
        }


def _sqlite(tx: Transaction) -> dict[str, Any]:
    version = str(tx.exec_driver_sql("SELECT sqlite_version()").scalar_one())
    pages = int(tx.exec_driver_sql("PRAGMA page_count").scalar_one())
    return {
        "kind": "sqlite",
        "version": version,
        "journal": tx.exec_driver_sql("PRAGMA journal_mode").scalar_one(),
        "synchronous": tx.exec_driver_sql("PRAGMA synchronous").scalar_one(),
        # Older ones can corrupt a write-ahead log, which is why they get a rollback journal.
        "has_wal_reset_bug": tuple(map(int, version.split("."))) < WAL_SAFE_SQLITE,
        "size_bytes": pages * int(tx.exec_driver_sql("PRAGMA page_size").scalar_one()),
    }


def _postgres(tx: Transaction) -> dict[str, Any]:
    settings = ("server_version", "fsync", "full_page_writes", "synchronous_commit")
    shown = {name: tx.execute(text(f"SHOW {name}")).scalar_one() for name in settings}
    size = tx.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    return {
        "kind": "postgresql",
        "version": shown.pop("server_version"),
        **shown,
        "size_bytes": int(size),
    }
