"""Forged requests: whoever changes something must come from a page of ours (CSRF).

Browsers say where a request comes from (`Sec-Fetch-Site`, and older ones `Origin`); a page of
somebody else cannot make them lie. Programs come with a bearer token and no cookie.
"""

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class OriginGuard:
    """Refuses what would change something and does not come from here."""

    def __init__(self, app: "ASGIApp") -> None:
        """Guard an application."""
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and not _is_ours(scope):
            words = "Yêu cầu không đến từ trang này.\nThis request does not come from this site.\n"
            refusal = PlainTextResponse(words, HTTPStatus.FORBIDDEN)
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_ours(scope: "Scope") -> bool:
    headers = Headers(scope=scope)
    if scope["method"] in SAFE:
        return True
    if scope["path"].startswith("/api/"):
        # No cookie is looked at there: what a browser adds by itself opens nothing.
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin, host = headers.get("origin"), headers.get("host", "")
    return origin is not None and origin.partition("://")[2] == host
