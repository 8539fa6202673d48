"""Whether the database keeps what it has acknowledged through a crash and a power cut.

Source:
    docs/reference/guarantees.md, G1.
"""

from sqlalchemy import text

from engine.errors import Fault
from engine.store.session import WAL_SAFE_SQLITE, Database, Transaction

#: synchronous = FULL or EXTRA.
_SQLITE_SYNCS = {2, 3}
#: Journals that survive the process; WAL has a condition of its own.
_SQLITE_JOURNALS = {"delete", "truncate", "persist"}

_OLDEST_POSTGRES = 150_000


def durability_faults(database: Database) -> list[Fault]:
    """Return what would let an acknowledged change be lost; a door refuses to start on any."""
    with database.read() as tx:
        return _sqlite_faults(tx) if database.dialect == "sqlite" else _postgres_faults(tx)


def _sqlite_faults(tx: Transaction) -> list[Fault]:
    faults = []
    sync = tx.exec_driver_sql("PRAGMA synchronous").scalar_one()
    if sync not in _SQLITE_SYNCS:
        problem = f"đang là {sync}, có thể mất việc đã ghi khi mất điện"
        faults.append(Fault(place="PRAGMA synchronous", problem=problem, cure="đặt FULL"))
    journal = tx.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    version = tx.exec_driver_sql("SELECT sqlite_version()").scalar_one()
    is_wal_safe = tuple(map(int, version.split("."))) >= WAL_SAFE_SQLITE
    if journal not in _SQLITE_JOURNALS and not (journal == "wal" and is_wal_safe):
        problem = f"đang là {journal!r} với SQLite {version}, có thể hỏng hoặc mất dữ liệu"
        cure = "đóng mọi chương trình đang mở tệp rồi chạy: PRAGMA journal_mode=DELETE"
        faults.append(Fault(place="PRAGMA journal_mode", problem=problem, cure=cure))
    return faults


def _postgres_faults(tx: Transaction) -> list[Fault]:
    faults = []
    version = int(tx.execute(text("SHOW server_version_num")).scalar_one())
    if version < _OLDEST_POSTGRES:
        problem = f"phiên bản {version // 10_000} quá cũ"
        faults.append(Fault(place="PostgreSQL", problem=problem, cure="dùng bản 15 trở lên"))
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        value = tx.execute(text(f"SHOW {setting}")).scalar_one()
        if value == "off":
            problem = "đang tắt, có thể mất việc đã ghi khi máy dừng đột ngột"
            faults.append(Fault(place=setting, problem=problem, cure=f"đặt {setting} = on"))
    return faults
