"""A reader that has fallen into a stranger's hands: it does what the file asks for.

Imported into the child in place of the reader of plain texts; what it could not do it says in a
refusal, as a reader would.
"""

import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from engine.errors import BadInput, Fault
from workflows.planfile.blocks import Document
from workflows.planfile.readers import InputFile, plain
from workflows.planfile.rules import IntakeRules

#: Opened before the walls stood, as a library has that has its native part loaded.
_LIBC = ctypes.CDLL(None)


def read(file: InputFile, rules: IntakeRules) -> Document:
    """Do what the first line of the file says, with the rest of the line."""
    verb, _, value = file.data.decode().strip().partition(" ")
    _tell(_DEEDS[verb](value))


def _tell(done: str) -> NoReturn:
    raise BadInput(source="compromised", faults=[Fault(place="tệp", problem=done)])


def _tried(deed: Callable[[], object]) -> str:
    try:
        return f"done: {deed()}"
    except (OSError, PermissionError) as error:
        return f"not done: {type(error).__name__}"


def _eat(_: str) -> str:
    hoard = []
    while True:
        hoard.append(bytearray(10_000_000))


def _spin(_: str) -> str:
    while True:
        pass


def _sleep(_: str) -> str:
    # A child that is not busy: only the parent's watch ends it.
    while True:
        time.sleep(1)


def _connect(port: str) -> str:
    return _tried(lambda: socket.socket().connect(("127.0.0.1", int(port))))


def _connect_natively(port: str) -> str:
    descriptor = _LIBC.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    address = int(socket.AF_INET).to_bytes(2, sys.byteorder) + int(port).to_bytes(2, "big")
    address += bytes([127, 0, 0, 1]) + bytes(8)
    is_refused: int = _LIBC.connect(descriptor, address, len(address))
    return "not done" if is_refused else "done"


def _write(path: str) -> str:
    return _tried(lambda: Path(path).write_text("x", encoding="utf-8"))


def _write_natively(path: str) -> str:
    descriptor = _LIBC.open(path.encode(), os.O_WRONLY | os.O_CREAT, 0o600)
    return "not done" if _LIBC.write(descriptor, b"x", 1) < 1 else "done"


def _read(path: str) -> str:
    return _tried(lambda: Path(path).read_text("utf-8"))


def _fork(_: str) -> str:
    return "not done" if _LIBC.fork() < 0 else "done"


def _run(_: str) -> str:
    return _tried(lambda: subprocess.run(["/bin/true"], check=False))


def _look(_: str) -> str:
    cores = resource.getrlimit(resource.RLIMIT_CORE)[1]
    held = []
    for number in range(3, 64):
        with suppress(OSError):
            os.fstat(number)
            held.append(number)
    return f"{Path.cwd()} {sorted(os.environ)} {held} {cores} {os.getuid() == 0}"


def _babble(_: str) -> str:
    while True:
        os.write(1, b"x" * 65_536)


def _lie(answer: str) -> str:
    os.write(1, answer.encode() + b"\n")
    os._exit(0)


def _die(_: str) -> str:
    _LIBC.kill(os.getpid(), int(signal.SIGSEGV))
    return ""


def _abort(_: str) -> str:
    _LIBC.abort()
    return ""


def _stumble(value: str) -> str:
    raise KeyError(value)


def _swallow(_: str) -> str:
    # Left by a reader that closed its side and stayed.
    os.close(1)
    while True:
        time.sleep(1)


_DEEDS: dict[str, Callable[[str], str]] = {
    "abort": _abort,
    "babble": _babble,
    "connect": _connect,
    "connect_natively": _connect_natively,
    "die": _die,
    "eat": _eat,
    "fork": _fork,
    "lie": _lie,
    "look": _look,
    "read": _read,
    "run": _run,
    "sleep": _sleep,
    "spin": _spin,
    "stumble": _stumble,
    "swallow": _swallow,
    "write": _write,
    "write_natively": _write_natively,
}

plain.read = read
