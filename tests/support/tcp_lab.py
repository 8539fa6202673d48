"""A line to a database that can be cut in every way a network knows; on loopback, in threads."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url

_CHUNK_BYTES = 65_536


@dataclass(slots=True)
class TcpLab:
    """Passes bytes on between whoever connects and a socket in the file system.

    Attributes:
        target: The socket behind.
    """

    target: Path
    _flows: threading.Event = field(default_factory=threading.Event)
    _closing: threading.Event = field(default_factory=threading.Event)
    _lines: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    def __post_init__(self) -> None:
        self._flows.set()
        self._start(self._accept)

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return int(self._listener.getsockname()[1])

    def url(self, url: str) -> str:
        """Return the URL of a database behind, by way of this line."""
        parsed = make_url(url).set(host="127.0.0.1", port=self.port).difference_update_query(
            ["host", "port"]
        )  # fmt: skip
        return parsed.render_as_string(hide_password=False)

    def stall(self) -> None:
        """Swallow everything, and say nothing: the line looks whole, and no byte comes through."""
        self._flows.clear()

    def heal(self) -> None:
        """Let everything through again, what was held back included."""
        self._flows.set()

    def cut(self) -> None:
        """Drop every line that there is."""
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop listening and drop everything."""
        self._closing.set()
        self._flows.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        # Whoever accepts adds lines; when he is gone there will be no more.
        self._threads[0].join()
        self._listener.close()
        self.cut()
        for thread in self._threads[1:]:
            thread.join()
        for line in self._lines:
            line.close()

    def _start(self, work: Callable[..., None], *arguments: socket.socket) -> None:
        self._threads.append(threading.Thread(target=work, args=arguments, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self._lines.append(near)
            self._flows.wait()
            if self._closing.is_set():
                return
            far = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._lines.append(far)
            try:
                far.connect(str(self.target))
            except OSError:
                near.close()
                continue
            self._start(self._pass_on, near, far)
            self._start(self._pass_on, far, near)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while held := source.recv(_CHUNK_BYTES):
                self._flows.wait()
                target.sendall(held)
        except OSError:
            pass
        finally:
            with contextlib.suppress(OSError):
                target.shutdown(socket.SHUT_RDWR)


@contextmanager
def tcp_lab(url: str) -> Iterator[TcpLab]:
    """Open a line to the PostgreSQL server of a URL."""
    query = make_url(url).query
    lab = TcpLab(Path(str(query["host"])) / f".s.PGSQL.{query['port']}")
    try:
        yield lab
    finally:
        lab.close()
