"""The database's life: made, brought up to date, and judged. Going back is not offered.

A downgrade would have to drop what an auditor may still ask for; the way back is a backup.
"""

import os
import warnings
from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect, text
from sqlalchemy.engine import make_url

from engine.errors import BadInput, Fault
from engine.oserrors import os_words
from engine.store import counters, counting, doors, guards, record, subjects
from engine.store.session import Database, Transaction

#: Any number, as long as no other lock of ours has it: two upgrades at once run one by one.
_LOCK = 5_641_901
#: How long a migration waits for a table in use before it gives up and changes nothing.
_LOCK_WAIT = "10s"


def upgrade(url: str, owner_url: str | None = None) -> None:
    """Bring the database to the newest tables, wholly or not at all.

    Triggers that keep the counters are put back where somebody took them off.

    Args:
        url: How the application gets in.
        owner_url: How the owner of the tables gets in, where that is another role (PostgreSQL);
            the application's role is then given the rights it needs and no others.

    Raises:
        BadInput: the folder of a SQLite file is missing, the database is newer than this program,
            or its tables belong to a role other than `owner_url`'s.
    """
    if make_url(url).get_backend_name() == "sqlite":
        _make_private_file(url)
    database = Database(owner_url or url, checks_keys=False)
    try:
        with database.begin() as tx:
            _wait_for_turn(tx)
            _refuse_unknown(tx)
            was_newest = guards.revision(tx) == newest()
            command.upgrade(_config(tx), "head")
            if was_newest:
                # What brings an older database up to date has just put them there.
                counters.mend(tx)
            _check_keys(tx)
            _grant(tx, url=url, owner_url=owner_url)
    finally:
        database.dispose()


def current(url: str) -> str | None:
    """Return the revision the database is at; None where it has no tables of ours."""
    database = Database(url)
    try:
        with database.read() as tx:
            return guards.revision(tx) or None
    finally:
        database.dispose()


def tables(url: str) -> frozenset[str]:
    """Return the names of all tables in the database, whoever made them."""
    database = Database(url)
    try:
        with database.read() as tx:
            return frozenset(inspect(tx).get_table_names())
    finally:
        database.dispose()


def newest() -> str:
    """Return the revision this program works with."""
    head = _scripts().get_current_head()
    assert head is not None  # noqa: S101  # the wheel carries the versions
    return head


def structure_fault(found: str) -> Fault | None:
    """Return what is wrong with tables of a revision; None if they are those of this program."""
    if found == newest():
        return None
    if found and found not in _known():
        return _newer(found)
    words = f"cấu trúc ở bản {found!r}" if found else "chưa có bảng nào"
    problem = f"{words}, chương trình này cần bản {newest()!r}"
    return Fault(place="alembic_version", problem=problem, cure="dondoc db upgrade")


def require_ours(database: Database) -> None:
    """Return if the tables are those of this program.

    Raises:
        BadInput: they are older or newer, or there are none.
    """
    with database.read() as tx:
        fault = structure_fault(guards.revision(tx))
    if fault is not None:
        raise BadInput(source="database", faults=[fault])


def check(url: str) -> list[str]:
    """Return what is wrong with the database, in sentences for its administrator; empty is well."""
    database = Database(url)
    try:
        with database.read() as tx:
            found = guards.revision(tx)
            if not found:
                return ["cơ sở dữ liệu chưa có bảng nào; chạy: dondoc db upgrade"]
            if found != newest():
                return [_stale(found)]
            return [
                *_differences(tx),
                *_missing_guards(tx),
                *_missing_counting(tx),
                *guards.weaknesses(tx),
            ]
    finally:
        database.dispose()


def _config(tx: Transaction | None) -> Config:
    config = Config(attributes={"connection": tx})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def _make_private_file(url: str) -> None:
    """Make the file readable by its owner alone; SQLite would let everybody read it."""
    path = Path(make_url(url).database or "")
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        problem = f"không tạo được tệp cơ sở dữ liệu ({os_words(error)})"
        fault = Fault(place=str(path), problem=problem, cure="kiểm tra thư mục và quyền ghi")
        raise BadInput(source="database.url", faults=[fault]) from error


def _wait_for_turn(tx: Transaction) -> None:
    # SQLite needs no lock: its transaction began IMMEDIATE.
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        tx.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'"))


def _check_keys(tx: Transaction) -> None:
    """Check every foreign key of a SQLite database: nobody did while tables were made anew."""
    if tx.dialect.name != "sqlite":
        return
    broken = tx.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        fault = Fault(
            place=tables,
            problem=f"{len(broken)} dòng trỏ đến dòng không còn",
            cure="khôi phục bản sao lưu, rồi chạy lại: dondoc db upgrade",
        )
        raise BadInput(source="database", faults=[fault])


def _refuse_unknown(tx: Transaction) -> None:
    """Refuse a database that another program's version, or another role, has made."""
    faults = [
        Fault(
            place=f"bảng {', '.join(tables)}",
            problem=f"thuộc về {owner!r}, không thuộc tài khoản đang nâng cấp",
            cure=f'quản trị cơ sở dữ liệu chạy: REASSIGN OWNED BY "{owner}" TO <chủ sở hữu>',
        )
        for owner, tables in guards.foreign_tables(tx).items()
    ]
    found = None if faults else guards.revision(tx)
    if found and found not in _known():
        faults.append(_newer(found))
    if faults:
        raise BadInput(source="database", faults=faults)


def _known() -> set[str]:
    return {one.revision for one in _scripts().walk_revisions()}


@cache
def _scripts() -> ScriptDirectory:
    """Return the migrations there are; they come with the program and stay as they are."""
    return ScriptDirectory.from_config(_config(None))


def _newer(revision: str) -> Fault:
    problem = f"cấu trúc bản {revision!r} mới hơn chương trình này"
    cure = "cài bản dondoc mới hơn, hoặc khôi phục bản sao lưu cũ"
    return Fault(place="alembic_version", problem=problem, cure=cure)


def _grant(tx: Transaction, *, url: str, owner_url: str | None) -> None:
    if tx.dialect.name != "postgresql" or owner_url is None:
        return
    application = Database(url)
    try:
        with application.read() as other:
            role = other.execute(text("SELECT current_user")).scalar_one()
    finally:
        application.dispose()
    if role != tx.execute(text("SELECT current_user")).scalar_one():
        guards.grant(tx, role=role)


def _stale(found: str) -> str:
    return f"cấu trúc đang ở bản {found}, chương trình cần bản {newest()}; chạy: dondoc db upgrade"


def comparing(tx: Transaction) -> MigrationContext:
    """Return in what the tables there are compared with those declared for this database."""
    # An index through which SQLite alone looks: on PostgreSQL there is nothing to compare.
    left_out = () if tx.dialect.name == "sqlite" else ("ix_task_folded",)
    compared = {"compare_type": True, "include_object": lambda _, name, *__: name not in left_out}
    return MigrationContext.configure(tx, opts=compared)


def _differences(tx: Transaction) -> list[str]:
    context = comparing(tx)
    with warnings.catch_warnings():
        # An index of words that only PostgreSQL has: on SQLite there is nothing to compare.
        warnings.filterwarnings("ignore", message=".*expression-based index 'ix_task_words'")
        differences = compare_metadata(context, _tables())
    return [f"cấu trúc khác với bản đã biết: {difference}" for difference in differences]


def _missing_guards(tx: Transaction) -> list[str]:
    return [
        f"mất khóa chống sửa {name!r}: có thể đã có người sửa nhật ký; chạy: dondoc audit verify"
        for name in guards.missing(tx)
    ]


def _missing_counting(tx: Transaction) -> list[str]:
    return [
        f"mất bộ đếm {name!r}: số trên trang tổng quan sai dần; chạy: dondoc db upgrade"
        for name in counting.missing(tx)
    ]


def _tables() -> MetaData:
    """Return what every table of ours is declared in; importing a module is what declares its."""
    (declared,) = {each.metadata for each in (doors.account, record.task, subjects.series)}
    return declared
