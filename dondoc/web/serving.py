"""Serving the pages: one listening socket, nobody waited for without end, and a calm farewell."""

import ipaddress
import socket
import threading
from asyncio import TimerHandle
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import uvicorn
from anyio import to_thread
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from dondoc.bootstrap import App
from engine.errors import BadInput, Fault
from engine.oserrors import os_words

if TYPE_CHECKING:
    import asyncio

    from starlette.types import ASGIApp

#: As many requests are worked on at once as the pool of the database has connections to give.
_THREADS = 12
#: More people than any office has; whoever comes beyond is told to come again.
_MOST_CONNECTIONS = 1_000
#: A browser sends its request at once; whoever dribbles wants to hold the line.
_HEAD_SECONDS = 15
#: Bytes of a request line and its headers.
_LARGEST_HEAD = 32_768
_KEEP_ALIVE_SECONDS = 15
#: How long requests that are being answered are given when the process is told to end.
FAREWELL = timedelta(seconds=15)
_ANY = ("0.0.0.0", "::")  # noqa: S104 - recognised, not listened on


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 is any free one.

    Raises:
        BadInput: somebody else listens there, or this machine has no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        problem = (
            f"không nghe được ở đó ({os_words(error) if isinstance(error, OSError) else error})"
        )
        cure = "chọn cổng khác: --port, hoặc web.port trong cấu hình; đang có dondoc khác chạy?"
        fault = Fault(place=f"{host}:{port}", problem=problem, cure=cure)
        raise BadInput(source="web", faults=[fault]) from error


def listen_near(host: str, port: int) -> socket.socket:
    """Return a socket that listens on a port, or on any free one where that is taken."""
    try:
        return listen(host, port)
    except BadInput:
        return listen(host, 0)


def with_address(app: App, listener: socket.socket) -> App:
    """Return the application knowing by which address it is found, where no setting says so."""
    if app.settings.web.base_url:
        return app
    host, port = listener.getsockname()[:2]
    if host in _ANY:
        host = "127.0.0.1"
    named = f"[{host}]" if ":" in host else host
    chosen = {"base_url": f"http://{named}:{port}", "host": host, "port": port}
    web = app.settings.web.model_copy(update=chosen)
    return replace(app, settings=app.settings.model_copy(update={"web": web}))


class Serving:
    """A server in a thread of its own, which ends when it is told to."""

    def __init__(self, web: "ASGIApp", listener: socket.socket, stop: threading.Event) -> None:
        """Prepare to serve an application on a socket that listens, until `stop` is set."""
        self.has_failed = False
        self._listener = listener
        self._stop = stop
        self._server = _Server(_configured(web), stop)
        # A thread begins with an empty context; what holds here, that the clock is pinned for
        # instance, holds for every request.
        context = copy_context()
        self._thread = threading.Thread(
            target=context.run, args=(self._run,), name="web", daemon=True
        )

    def start(self) -> None:
        """Begin to serve; requests that came before are answered now."""
        self._thread.start()

    def wait(self) -> None:
        """Wait until every request that was there is answered, but not for ever."""
        self._thread.join(FAREWELL.total_seconds() + 2)
        self._listener.close()

    def _run(self) -> None:
        try:
            self._server.run([self._listener])
        finally:
            # Whoever runs beside the pages is not to go on without them, unnoticed.
            self.has_failed = not self._stop.is_set()
            self._stop.set()


@contextmanager
def served(
    web: "ASGIApp", listener: socket.socket, stop: threading.Event | None = None
) -> Iterator[Serving]:
    """Serve an application while the block lasts; it may end sooner, when `stop` is set."""
    end = stop or threading.Event()
    serving = Serving(web, listener, end)
    serving.start()
    try:
        yield serving
    finally:
        end.set()
        serving.wait()


def is_this_machine(address: str | None) -> bool:
    """Return whether an address of a client is one of this machine alone."""
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


def _configured(web: "ASGIApp") -> uvicorn.Config:
    return uvicorn.Config(
        web,
        http=_Patient,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        # Whom to believe about the client's address is a setting of ours.
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=int(FAREWELL.total_seconds()),
        h11_max_incomplete_event_size=_LARGEST_HEAD,
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, stop: threading.Event) -> None:
        super().__init__(config)
        self._stop = stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        to_thread.current_default_thread_limiter().total_tokens = _THREADS
        await super().startup(sockets)

    async def on_tick(self, counter: int) -> bool:
        return self._stop.is_set() or await super().on_tick(counter)


class _Patient(H11Protocol):
    """Waits for the head of a request, but not for ever."""

    _waiting: TimerHandle | None = None

    def connection_made(self, transport: "asyncio.Transport") -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_answering():
            self._be_calm()
        elif not self.transport.is_closing():
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._be_calm()
        super().connection_lost(exc)

    def _wait(self) -> None:
        # What has begun to wait goes on: a byte now and then buys no time.
        if self._waiting is None:
            self._waiting = self.loop.call_later(_HEAD_SECONDS, self._give_up)

    def _be_calm(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if not self._is_answering():
            self.transport.close()

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete
