"""Every way a command can end badly, as words on standard error and an exit code; no traceback."""

import os
import smtplib
import socket
import sys
import tempfile
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import typer

from dondoc.words import explain, explain_usage
from engine.errors import BadInput, Conflict, DondocError, Refused, Unknown
from engine.ids import new_id
from engine.plaintext import clean

# sysexits.h, as product documentation promises them.
FINDINGS = 1
USAGE = 2
UNREACHABLE = 69
BROKEN = 70
TRY_AGAIN = 75
NOT_ALLOWED = 77
BAD_CONFIGURATION = 78

#: How the two databases say that our tables are not there, or not all.
NO_TABLES = ("no such table", "no such column", "UndefinedTable", "UndefinedColumn")

#: How PostgreSQL says that a role may not do what was asked of it.
_NO_RIGHTS = "InsufficientPrivilege"

#: How SQLite says that the file it was given is none of its own, or not whole.
_DAMAGED = ("file is not a database", "database disk image is malformed")

#: How they say that somebody else is writing.
_BUSY = ("database is locked", "could not serialize access", "deadlock detected", "lock timeout")


def language(environ: Mapping[str, str]) -> str:
    """Return the language of words for people, `vi` unless DONDOC_LANG asks for English."""
    return "en" if environ.get("DONDOC_LANG", "").lower().startswith("en") else "vi"


def report(error: Exception, *, environ: Mapping[str, str]) -> int:
    """Tell the person on standard error what happened and return the exit code for it."""
    if environ.get("DONDOC_DEBUG") == "1":
        traceback.print_exception(error)
    spoken = language(environ)
    if isinstance(error, DondocError):
        tell(explain(error, language=spoken))
        return exit_code(error)
    if isinstance(error, typer.TyperException):
        return _usage(error, spoken=spoken)
    if isinstance(error, typer.Abort):
        tell("Interrupted." if spoken == "en" else "Đã dừng theo yêu cầu.")
        return FINDINGS
    if _NO_RIGHTS in str(error):
        tell(_NO_ROLE[spoken].format(detail=_first_line(error)))
        return BAD_CONFIGURATION
    if type(error).__name__ == "DatabaseError" and any(one in str(error) for one in _DAMAGED):
        tell(_NO_DATABASE[spoken].format(detail=_first_line(error)))
        return UNREACHABLE
    if isinstance(error, UnicodeEncodeError):
        # An argument may hold any bytes, and no database keeps these; nothing was written.
        tell(_NO_TEXT[spoken])
        return USAGE
    return _otherwise(error, spoken=spoken)


def _otherwise(error: Exception, *, spoken: str) -> int:
    """Tell of a trouble that is nobody's mistake: outside this program, or in it."""
    code = _outside(error)
    if code is not None:
        tell(_OUTSIDE[spoken][code].format(detail=_first_line(error)))
        return code
    tell(_UNEXPECTED[spoken].format(detail=_first_line(error), where=_keep(error)))
    return BROKEN


def exit_code(error: DondocError) -> int:
    """Return the exit code of an error of the engine."""
    match error:
        case BadInput():
            return BAD_CONFIGURATION
        case Refused() | Unknown():
            return NOT_ALLOWED
        case Conflict():
            return TRY_AGAIN
        case _:
            return BROKEN


_OUTSIDE: Mapping[str, Mapping[int, str]] = {
    "vi": {
        UNREACHABLE: "Không tới được cơ sở dữ liệu hoặc máy chủ thư: {detail}",
        BAD_CONFIGURATION: "Cơ sở dữ liệu chưa đúng bản, hãy chạy: dondoc db upgrade ({detail})",
        TRY_AGAIN: "Đang có người khác ghi, hãy thử lại sau giây lát: {detail}",
    },
    "en": {
        UNREACHABLE: "The database or the mail server cannot be reached: {detail}",
        BAD_CONFIGURATION: "The database is not up to date, run: dondoc db upgrade ({detail})",
        TRY_AGAIN: "Somebody else is writing, try again in a moment: {detail}",
    },
}

_NO_DATABASE: Mapping[str, str] = {
    "vi": "Tệp cơ sở dữ liệu bị hỏng, hoặc không phải tệp SQLite ({detail}). Kiểm tra "
    "database.url; nếu đúng tệp, hãy ngừng dondoc và khôi phục từ bản sao lưu",
    "en": "The database file is damaged, or is no SQLite file ({detail}). Check "
    "database.url; if it is the right file, stop dondoc and restore it from a backup",
}

_NO_TEXT: Mapping[str, str] = {
    "vi": "Gọi sai: có ký tự không đọc được (không phải UTF-8), hãy gõ lại",
    "en": "Usage error: an argument holds bytes that are no text (UTF-8); type it again",
}

_NO_ROLE: Mapping[str, str] = {
    "vi": "Vai trò trong database.url không có quyền làm việc này; tạo và nâng cấp bảng cần "
    "vai trò sở hữu trong database.owner_url ({detail})",
    "en": "The role of database.url may not do this; creating and upgrading tables needs the "
    "owning role in database.owner_url ({detail})",
}

_UNEXPECTED: Mapping[str, str] = {
    "vi": "Lỗi ngoài dự kiến ({detail}). Hãy gửi tệp này cho quản trị: {where}",
    "en": "Unexpected error ({detail}). Please send this file to the administrator: {where}",
}


def _usage(error: Exception, *, spoken: str) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError" and context is not None:
        sys.stderr.write(context.get_help() + "\n")
        return USAGE
    tell(explain_usage(error, language=spoken))
    if context is not None:
        see = "See" if spoken == "en" else "Xem"
        tell(f"{see}: {context.command_path} --help")
    return USAGE


def _outside(error: Exception) -> int | None:
    """Return the code of a trouble outside this program, None if it is our own."""
    # Loaded only if a command got as far as the database; importing it here would cost more time
    # than the whole of `dondoc --help`.
    if "sqlalchemy" in sys.modules:
        from sqlalchemy.exc import DBAPIError, OperationalError
        from sqlalchemy.exc import TimeoutError as PoolTimeoutError

        if isinstance(error, DBAPIError | PoolTimeoutError):
            return _of_the_database(
                str(error), is_operational=isinstance(error, OperationalError | PoolTimeoutError)
            )
    if "psycopg" in sys.modules:
        from psycopg import OperationalError as NoServerError

        if isinstance(error, NoServerError):
            return UNREACHABLE
    if isinstance(error, smtplib.SMTPException | ConnectionError | socket.gaierror | TimeoutError):
        return UNREACHABLE
    return None


def _of_the_database(said: str, *, is_operational: bool) -> int | None:
    if any(words in said for words in _BUSY):
        return TRY_AGAIN
    if any(words in said for words in NO_TABLES):
        return BAD_CONFIGURATION
    return UNREACHABLE if is_operational else None


def _first_line(error: Exception) -> str:
    first = str(error).strip().splitlines()[:1]
    return clean(f"{type(error).__name__}: {first[0]}" if first else type(error).__name__)


def _keep(error: Exception) -> Path:
    """Write the traceback to a file only its owner can read and return the file."""
    handle, name = tempfile.mkstemp(prefix=f"dondoc-{new_id()[-8:]}-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        traceback.print_exception(error, file=file)
    return Path(name)


def tell(words: str) -> None:
    """Write words on standard error, whatever is in them; errors are never quiet."""
    with suppress(OSError):
        # What was printed before stands before; nobody may be reading it any more.
        sys.stdout.flush()
    sys.stderr.write("\n".join(clean(line) for line in words.split("\n")) + "\n")
