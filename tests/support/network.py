"""Keeps the tests on this machine: no address but loopback, no name but localhost."""

import ipaddress
import socket
import sys

_GUARDED = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"}


class OutsideNetworkError(RuntimeError):
    """A test tried to reach another machine."""


def stay_on_this_machine() -> None:
    """Refuse, until the process ends, whatever Python sends to another machine."""
    # An audit hook and not a patched class: asyncio, the standard library and extensions in C that
    # use Python's sockets all pass here. libpq does not; the tests give it sockets in the file
    # system only.
    sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _GUARDED:
        return
    if event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        channel, address = arguments[0], arguments[1]
        if getattr(channel, "family", None) == socket.AF_UNIX:
            return
        host = address[0] if isinstance(address, tuple) else None
    if not _is_here(host):
        message = f"a test may not reach {host!r}; only this machine"
        raise OutsideNetworkError(message)


def _is_here(host: object) -> bool:
    if host in {None, "", b"", "localhost", b"localhost", "0.0.0.0", "::"}:  # noqa: S104  # asked for by listeners
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return text == socket.gethostname()
