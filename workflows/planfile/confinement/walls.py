"""What a process may still do once it reads a stranger's file; called by the child on itself.

Each wall stands on its own: where a system lacks one, the others hold. None needs root.
"""

import ctypes
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress

#: `nobody` of every Unix.
_NOBODY = 65534
#: Standard streams, and some for the modules that a library loads late.
_DESCRIPTORS = 16

# Linux, <sched.h> and <sys/prctl.h>.
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_SIGKILL = 9

#: What no reader does; only the interpreter is watched so, native code by the other walls.
_FORBIDDEN = (
    "socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system",
    "os.remove", "os.rename", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.kill", "pty.",
    "ctypes.dlopen", "shutil.", "webbrowser.", "urllib.", "smtplib.", "ftplib.", "http.",
)  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


def stand(*, memory_bytes: int, cpu_seconds: int) -> None:
    """Put up every wall that this system has around the calling process, for good."""
    _leave_the_network()
    _leave_root()
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, _DESCRIPTORS)
    _limit(resource.RLIMIT_NPROC, 0)
    # The soft limit kills with a signal of its own, by which the parent knows what happened.
    _limit(resource.RLIMIT_CPU, cpu_seconds, hard=cpu_seconds + 1)
    _limit(resource.RLIMIT_AS, memory_bytes)
    sys.addaudithook(_refuse)


def _leave_the_network() -> None:
    # An unprivileged process may have a network of its own, an empty one, as root of a namespace
    # of its own.
    for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET):
        if _libc("unshare", flags) == 0:
            return


def _leave_root() -> None:
    if os.geteuid() != 0:
        return
    steps: tuple[Callable[[], None], ...] = (
        lambda: os.setgroups([]),
        lambda: os.setresgid(_NOBODY, _NOBODY, _NOBODY),
        lambda: os.setresuid(_NOBODY, _NOBODY, _NOBODY),
    )
    for step in steps:
        with suppress(OSError):
            step()


def _limit(what: int, soft: int, *, hard: int | None = None) -> None:
    # macOS refuses some of them, and nobody may raise what an administrator set lower.
    _, ceiling = resource.getrlimit(what)
    wanted = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        wanted, soft = min(wanted, ceiling), min(soft, ceiling)
    with suppress(OSError, ValueError):
        resource.setrlimit(what, (soft, wanted))


def _prctl(option: int, value: int) -> None:
    _libc("prctl", option, value, 0, 0, 0)


def _libc(name: str, *arguments: int) -> int:
    with suppress(OSError, AttributeError):
        answer: int = getattr(ctypes.CDLL(None), name)(*arguments)
        return answer
    return -1


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        flags = arguments[2]
        if isinstance(flags, int) and flags & _WRITING:
            raise PermissionError(event)
    elif event.startswith(_FORBIDDEN):
        raise PermissionError(event)
