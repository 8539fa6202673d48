"""What nobody foresaw, answered by a problem that says nothing but by what to find it."""

from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from starlette.requests import Request

from dondoc.api import problems

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = structlog.get_logger(__name__)


class Breaking:
    """Stands around the routes of the API."""

    def __init__(self, app: "ASGIApp") -> None:
        """Stand around an application."""
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass a call on, and answer it where nothing else did."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def sending(message: "Message") -> None:
            nonlocal has_begun
            has_begun = has_begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            if has_begun:
                raise
            _log.exception("api.broken", path=scope["path"], error=repr(error))
            request = Request(scope, receive)
            answer = problems.of_status(request, HTTPStatus.INTERNAL_SERVER_ERROR)
            await answer(scope, receive, send)
