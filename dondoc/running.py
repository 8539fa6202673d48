"""One `run` for one SQLite file: whoever starts a second one is told, and nothing happens."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.database import Database
from engine.errors import AlreadyRunning, BadInput, Fault
from engine.oserrors import os_words

_LONGEST_NOTE = 64


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """Be the only `run` on this database while the block lasts; several may share PostgreSQL.

    The lock lies beside the file, belongs to the process and ends with it, however it ends; the
    file that carries it stays, since taking it away would let two processes hold a lock each.

    Raises:
        AlreadyRunning: another `run` holds it.
        BadInput: there is no place for a lock beside the database.
    """
    file = database.engine.url.database if database.dialect == "sqlite" else None
    if not file or file == ":memory:":
        yield
        return
    lock = _opened(Path(file))
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(lock, _LONGEST_NOTE, 0).decode("ascii", "replace").strip()
            raise AlreadyRunning(database=file, process=holder) from error
        _note(lock)
        yield
    finally:
        os.close(lock)


def _opened(database: Path) -> int:
    """Open the file of the lock, made with the rights of the database where there is none."""
    # Two names of one file are one database.
    path = Path(f"{database.resolve()}.run-lock")
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        with suppress(FileNotFoundError):
            return os.open(path, flags)
        lock = os.open(path, flags | os.O_CREAT, 0o600)
        os.fchmod(lock, stat.S_IMODE(database.stat().st_mode) & 0o666)
    except OSError as error:
        problem = f"không đặt được khóa cạnh cơ sở dữ liệu ({os_words(error)})"
        fault = Fault(place=str(path), problem=problem, cure="kiểm tra thư mục và quyền ghi")
        raise BadInput(source="database.url", faults=[fault]) from error
    return lock


def _note(lock: int) -> None:
    """Leave our number, for whoever comes second."""
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
