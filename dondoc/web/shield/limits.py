"""How much one request may ask of us: bytes, headers, patience. Judged before anybody is let in."""

import asyncio
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING

from fastapi import HTTPException
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.requests import Request

from dondoc.web.failures import turned_away

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: A form without a file, or a document of the API.
LARGEST_FORM = 1_000_000
#: What stands around the files of a form.
_MARGIN = 1_000_000
_MOST_HEADERS = 100
#: A line to an office may be slow; whoever is slower than this only wants to hold us up.
_SLOWEST_BYTES_A_SECOND = 4_000
_LONGEST_SILENCE_SECONDS = 20.0
_HEAD_START_SECONDS = 30.0


class Limits:
    """Refuses requests that are too large, and does not wait for those that never end."""

    def __init__(self, app: "ASGIApp", *, largest_upload: int) -> None:
        """Stand before an application.

        Args:
            app: It.
            largest_upload: Bytes of the largest file that may be uploaded.
        """
        self._app = app
        self._largest_upload = largest_upload

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass a request on, or turn it away before a byte of it is read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        most = self._most(headers)
        status = _refusal(scope, headers, most=most)
        if status is not None:
            answer = turned_away(Request(scope, receive), status)
            # What was announced is not read: the connection cannot be used again.
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)
            return
        await self._app(scope, _Measured(receive, most=most), send)

    def _most(self, headers: Headers) -> int:
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        return self._largest_upload + _MARGIN if kind == "multipart/form-data" else LARGEST_FORM


def _refusal(scope: "Scope", headers: Headers, *, most: int) -> HTTPStatus | None:
    if len(scope["headers"]) > _MOST_HEADERS:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    # No text in a database holds it, so no address of ours does.
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        return HTTPStatus.BAD_REQUEST
    if _is_in_another_code(headers):
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    announced = headers.get("content-length", "0")
    if not (announced.isascii() and announced.isdigit()):
        return HTTPStatus.BAD_REQUEST
    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if int(announced) > most else None


def _is_in_another_code(headers: Headers) -> bool:
    """Return whether a form comes in another code than UTF-8.

    Whoever sends it would choose by what its fields are decoded: some codes take a minute for what
    another one does at once, and some make what is no text.
    """
    kind, said = parse_options_header(headers.get("content-type"))
    charset = said.get(b"charset", b"utf-8").lower()
    return kind == b"multipart/form-data" and charset not in (b"utf-8", b"utf8")


class _Measured:
    """The body of a request, as long as it is neither too large nor too slow."""

    def __init__(self, receive: "Receive", *, most: int) -> None:
        self._receive = receive
        self._most = most
        self._bytes = 0
        self._since: float | None = None
        self._is_whole = False

    async def __call__(self) -> "Message":
        if self._is_whole:
            # From now on the server only says that somebody has gone.
            return await self._receive()
        message = await self._next()
        if message["type"] == "http.request":
            self._bytes += len(message.get("body", b""))
            self._is_whole = not message.get("more_body", False)
            self._judge()
        return message

    async def _next(self) -> "Message":
        self._since = self._since or monotonic()
        try:
            return await asyncio.wait_for(self._receive(), _LONGEST_SILENCE_SECONDS)
        except TimeoutError as error:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from error

    def _judge(self) -> None:
        if self._bytes > self._most:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        patience = _HEAD_START_SECONDS + self._bytes / _SLOWEST_BYTES_A_SECOND
        if self._since is not None and monotonic() - self._since > patience:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT)
