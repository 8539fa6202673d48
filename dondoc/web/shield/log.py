"""Every request gets a number, a line in the technical log, and an answer, whatever happens.

The line says which page was asked for and how that ended. It never holds what was posted, nor what
stands behind the question mark, nor the part of an address that opens something by itself.
"""

import re
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import TYPE_CHECKING

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request

from dondoc.web.failures import broken
from dondoc.web.metrics import Meter
from dondoc.web.shield.client import client_address
from engine.ids import new_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Addresses that hold a secret: links of mails, calendars, the first sign-in.
_SECRET = re.compile(r"^/(l|ical|thiet-lap)/.+$", re.DOTALL)
#: Asked for every few seconds by machines, or by every page.
_DULL = ("/static/", "/healthz", "/readyz", "/metrics")

_log = structlog.get_logger(__name__)


def masked(path: str) -> str:
    """Return the path of a request as it may stand in a log."""
    return _SECRET.sub(r"/\1/***", path)


class RequestLog:
    """Numbers requests, counts them, and answers where nothing else did."""

    def __init__(self, app: "ASGIApp", *, meter: Meter) -> None:
        """Stand before an application."""
        self._app = app
        self._meter = meter

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        answer = _Answer(send, request_id)
        started = perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, answer)
            except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
                await self._despair(scope, receive, answer, error)
            self._note(scope, answer.status, perf_counter() - started)

    async def _despair(
        self, scope: "Scope", receive: "Receive", answer: "_Answer", error: Exception
    ) -> None:
        _log.error("web.broken", path=masked(scope["path"]), error=repr(error), exc_info=error)
        if answer.status:
            # Half of an answer is on its way: cutting it short is all that can be done.
            raise error
        page = await broken(Request(scope, receive), error)
        await page(scope, receive, answer)

    def _note(self, scope: "Scope", status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "") or "(none)"
        method = scope["method"] if scope["method"] in _METHODS else "(other)"
        self._meter.count(method=method, route=route, status=status, seconds=seconds)
        write = _log.debug if scope["path"].startswith(_DULL) else _log.info
        request = Request(scope)
        write(
            "web.request",
            method=method,
            path=masked(scope["path"]),
            route=route,
            status=int(status),
            ms=round(seconds * 1000),
            client=client_address(request, request.app.state.dondoc),
        )


#: Whatever else somebody calls his method is not counted by that name.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class _Answer:
    """What is sent, with the number of the request; knows whether it has begun."""

    def __init__(self, send: Callable[["Message"], Awaitable[None]], request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0

    async def __call__(self, message: "Message") -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)["X-Request-Id"] = self._request_id
        await self._send(message)
