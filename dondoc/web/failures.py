"""Every way a request for a page can end badly, as a page: what happened, where, what helps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from dondoc.api import problems
from dondoc.statuses import status_of
from dondoc.words import explain
from engine.errors import DondocError

if TYPE_CHECKING:
    from dondoc.web.visit import Visit

#: What is answered without asking the database who is there.
_BEFORE_ANYBODY = frozenset({408, 413, 429, 431, 503})
#: When somebody may try again whom a busy database has turned away.
_AGAIN_SECONDS = 5

_log = structlog.get_logger(__name__)


class NeedsSignIn(Exception):
    """Nobody is signed in, and the page is for somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing to correct in a form.

    Attributes:
        field: The input it is about; "" for the whole form.
        words: What is wrong.
        label: What the input is called where the words alone do not tell, among others, which.
    """

    field: str
    words: str
    label: str = ""


class Mistakes(Exception):
    """A form that cannot be taken as it is; everything wrong with it at once."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(each.words for each in mistakes))
        self.mistakes = tuple(mistakes)


def install(web: FastAPI) -> None:
    """Have every failure of a page answered by a page."""
    web.add_exception_handler(NeedsSignIn, _sign_in_first)
    web.add_exception_handler(Mistakes, _mistaken)
    web.add_exception_handler(DondocError, _refused)
    web.add_exception_handler(HTTPException, _http)
    web.add_exception_handler(RequestValidationError, _unreadable)
    web.add_exception_handler(OperationalError, _unreachable)
    web.add_exception_handler(PoolTimeoutError, _unreachable)


def words_of(error: DondocError, visit: "Visit") -> str:
    """Return what the engine refused, in the language of the visit."""
    return explain(error, language=visit.language, door="web")


def is_for_programs(request: Request) -> bool:
    """Return whether a program asks, which wants a problem document and no page."""
    return request.url.path.startswith("/api/")


async def _sign_in_first(request: Request, _error: Exception) -> Response:
    if request.method in ("GET", "HEAD"):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/dang-nhap?tiep={quote(wanted)}", HTTPStatus.SEE_OTHER)
    from dondoc.web.signin.expired import keep_form

    return await keep_form(request)


def _mistaken(request: Request, error: Exception) -> Response:
    # Of a form that none of our pages posts so; the others show their page again.
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(_visit(request), status, words=str(error), code="invalid")


async def broken(request: Request, _error: Exception) -> Response:
    """Return the page for what nobody foresaw; it says nothing but by what to find it."""
    return turned_away(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def turned_away(
    request: Request, status: HTTPStatus, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a page for whom nobody has looked up who he is, or a program's problem document."""
    from dondoc.web.visit import Visit

    if is_for_programs(request):
        return problems.of_status(request, status, headers=headers)
    visit = Visit(request, request.app.state.dondoc, None)
    return _page(visit, status, words="", code="", headers=headers)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, DondocError)  # noqa: S101 - the handler is registered for it
    status = status_of(error)
    visit = _visit(request)
    return _page(visit, status, words=words_of(error, visit), code=error.code)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the same
    headers = dict(error.headers or {})
    if error.status_code in _BEFORE_ANYBODY or is_for_programs(request):
        return turned_away(request, HTTPStatus(error.status_code), headers=headers)
    return _page(_visit(request), error.status_code, words="", code="", headers=headers)


def _unreadable(request: Request, _error: Exception) -> Response:
    return _page(_visit(request), HTTPStatus.UNPROCESSABLE_ENTITY, words="", code="invalid")


def _unreachable(request: Request, error: Exception) -> Response:
    # Locked, full, or away: nothing was written, and a moment later it may be.
    _log.warning("web.database_unreachable", error=repr(error).splitlines()[0])
    again = {"Retry-After": str(_AGAIN_SECONDS)}
    return turned_away(request, HTTPStatus.SERVICE_UNAVAILABLE, headers=again)


def _visit(request: Request) -> "Visit":
    from dondoc.web.visit import Visit, anyone

    try:
        return anyone(request)
    except Exception:  # noqa: BLE001 - the database may be what is broken; the page must come
        return Visit(request, request.app.state.dondoc, None)


def _page(
    visit: "Visit", status: int, *, words: str, code: str, headers: Mapping[str, str] | None = None
) -> Response:
    from dondoc.web.rendering import render

    response = render(visit, "failure.html", status=status, words=words, code=code)
    response.headers.update(headers or {})
    return response
