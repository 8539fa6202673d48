"""Every way a call can end badly, as a problem document (RFC 9457) in the caller's language."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from dondoc.bootstrap import App
from dondoc.statuses import status_of
from dondoc.web.language import Language
from dondoc.words import explain
from engine.errors import BadInput, DondocError, Invalid, TransitionRefused, Undecided

MEDIA = "application/problem+json"
_log = structlog.get_logger(__name__)

#: Code of a problem: its title in Vietnamese and in English.
TITLES: Mapping[str, tuple[str, str]] = {
    "unknown": ("Không tìm thấy", "Not found"),
    "transition_refused": ("Trạng thái này không cho phép", "Not possible in this state"),
    "not_permitted": ("Không có quyền", "Not permitted"),
    "four_eyes": ("Phải là người khác", "Somebody else must judge"),
    "invalid": ("Giá trị không dùng được", "Not a usable value"),
    "note_required": ("Thiếu lý do", "A note is needed"),
    "evidence_required": ("Thiếu minh chứng", "Evidence is needed"),
    "children_open": ("Còn việc bên trong chưa xong", "Something inside is still open"),
    "undecided": ("Còn chỗ chưa quyết định", "Something is not decided"),
    "states_in_use": ("Trạng thái đang được dùng", "States are in use"),
    "bad_input": ("Dữ liệu có chỗ sai", "Something in the data is wrong"),
    "conflict": ("Vừa có người thay đổi", "Somebody was faster"),
    "corrupt": ("Dữ liệu lưu trữ mâu thuẫn", "The stored record contradicts itself"),
    "unauthorized": ("Chưa biết ai gọi", "No valid token"),
    "scope_missing": ("Khóa không đủ phạm vi", "The token lacks a scope"),
    "rate_limited": ("Gọi quá dày", "Too many requests"),
    "precondition_required": ("Thiếu If-Match", "If-Match is missing"),
    "stale": ("Bản đã cũ", "The version is stale"),
    "key_reused": ("Khóa lặp đã dùng cho yêu cầu khác", "The key stands for another request"),
    "still_running": ("Yêu cầu này còn đang chạy", "The same request is still running"),
    "not_found": ("Không có địa chỉ này", "No such address"),
    "method_not_allowed": ("Không dùng được phương thức này", "Method not allowed"),
    "too_large": ("Quá lớn", "Too large"),
    "not_acceptable": ("Không hiểu yêu cầu", "The request cannot be read"),
    "busy": ("Hiện chưa phục vụ được", "Not available at the moment"),
    "broken": ("Phía chúng tôi có lỗi", "Something broke on our side"),
}
_BY_STATUS = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limited",
    HTTPStatus.SERVICE_UNAVAILABLE: "busy",
    HTTPStatus.INTERNAL_SERVER_ERROR: "broken",
}
_AGAIN_SECONDS = 5


class Pointed(BaseModel):
    """One thing that is wrong with a request."""

    pointer: str = Field(description="JSON pointer into the body, or the name of a parameter.")
    message: str


class Problem(BaseModel):
    """Why a call was not granted (RFC 9457)."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="Address of a page about this kind of problem.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="What was called.")
    code: str = Field(description="The kind of problem, for programs.")
    errors: list[Pointed] | None = None
    allowed: list[str] | None = Field(
        default=None, description="Triggers that would have been possible."
    )


class ProblemError(Exception):
    """A call that is not granted, for a reason of HTTP and not of the engine.

    Attributes:
        status: What HTTP says.
        code: One of `TITLES`.
        words: What happened, in Vietnamese and in English.
        headers: Of the answer.
    """

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        words: tuple[str, str],
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(words[1])
        self.status, self.code, self.words = status, code, words
        self.headers = dict(headers or {})


def install(api: FastAPI) -> None:
    """Have every failure of a call answered by a problem document."""
    api.add_exception_handler(ProblemError, _stated)
    api.add_exception_handler(DondocError, _refused)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(RequestValidationError, _unreadable)
    api.add_exception_handler(OperationalError, _unreachable)
    api.add_exception_handler(PoolTimeoutError, _unreachable)


def language_of(request: Request) -> Language:
    """Return the language a caller asks for: Vietnamese, unless he would rather have English."""
    for part in request.headers.get("accept-language", "").split(","):
        wanted = part.partition(";")[0].strip().lower()[:2]
        if wanted in ("vi", "en"):
            return "vi" if wanted == "vi" else "en"
    return "vi"


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how a route says in OpenAPI that it may answer with a problem.

    What every route may answer is among it: no token, no scope, too many, unreadable.
    """
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA: schema}}
        for status in sorted({400, 401, 403, 422, 429, *statuses})
    }


def refusal(request: Request, error: DondocError) -> Problem:
    """Return what is answered to a call that the engine refuses."""
    language = language_of(request)
    return Problem(
        **_frame(request, error.code, status_of(error)),
        detail=explain(error, language=language),
        errors=_pointed(error, language),
        allowed=list(error.allowed) if isinstance(error, TransitionRefused) else None,
    )


def answer(
    request: Request, problem: Problem, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a problem as a response."""
    told = {
        "Content-Language": language_of(request),
        **getattr(request.state, "told", {}),
        **(headers or {}),
    }
    body = problem.model_dump_json(exclude_none=True)
    return Response(body, problem.status, media_type=MEDIA, headers=told)


def of_status(
    request: Request, status: HTTPStatus, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the problem for a call of which no more is known than what HTTP says."""
    code = _BY_STATUS.get(
        status, "broken" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "not_acceptable"
    )
    detail = TITLES[code][language_of(request) == "en"]
    return answer(request, Problem(**_frame(request, code, status), detail=detail), headers=headers)


def _frame(request: Request, code: str, status: HTTPStatus) -> dict[str, Any]:
    app: App = request.app.state.dondoc
    title = TITLES.get(code, TITLES["broken"])[language_of(request) == "en"]
    return {
        "type": f"{app.settings.web.base_url}/loi/{code}",
        "title": title,
        "status": int(status),
        "instance": request.url.path,
        "code": code,
    }


def _pointed(error: DondocError, language: Language) -> list[Pointed] | None:
    if isinstance(error, Invalid):
        return [Pointed(pointer=f"/{error.field}", message=explain(error, language=language))]
    if isinstance(error, BadInput | Undecided):
        return [Pointed(pointer=one.place, message=str(one)) for one in error.faults]
    return None


async def _stated(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101 - the handler is registered for it
    words = error.words[language_of(request) == "en"]
    problem = Problem(**_frame(request, error.code, error.status), detail=words)
    return answer(request, problem, headers=error.headers)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, DondocError)  # noqa: S101 - the same
    return answer(request, refusal(request, error))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the same
    return of_status(request, HTTPStatus(error.status_code), headers=error.headers)


async def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - the same
    status, is_english = HTTPStatus.UNPROCESSABLE_ENTITY, language_of(request) == "en"
    found = [_where(one) for one in error.errors()]
    words = ("Có chỗ trong yêu cầu không đọc được.", "Something in the request cannot be read.")
    problem = Problem(**_frame(request, "invalid", status), detail=words[is_english], errors=found)
    return answer(request, problem)


def _where(found: Mapping[str, Any]) -> Pointed:
    origin, *place = found["loc"]
    if origin == "body":
        pointer = "".join(f"/{_escaped(str(one))}" for one in place)
    else:
        pointer = ".".join(str(one) for one in place)
    return Pointed(pointer=pointer, message=str(found["msg"]))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


async def _unreachable(request: Request, error: Exception) -> Response:
    # Locked, full, or away: nothing was written, and a moment later it may be.
    _log.warning("api.database_unreachable", error=repr(error).splitlines()[0])
    again = {"Retry-After": str(_AGAIN_SECONDS)}
    return of_status(request, HTTPStatus.SERVICE_UNAVAILABLE, headers=again)
