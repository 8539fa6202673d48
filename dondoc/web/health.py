"""Whether this process lives, and whether the service as a whole can be relied upon.

Both say no more than codes of `dondoc doctor`, by whose checks they judge: whoever calls them is
often a program that nobody has let in.
"""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from dondoc.bootstrap import App
from engine import diagnosis
from engine.diagnosis import Findings

router = APIRouter()

#: What a process that sweeps is unhealthy for (G14); the mail server's troubles are not its own.
_OF_THE_PROCESS = frozenset({"sweep_never", "sweep_late"})
#: What the service as a whole is not ready for.
_OF_THE_SERVICE = frozenset({
    "database_outdated", "database_unreachable", "sweep_never", "sweep_late", "relay_never",
    "relay_late", "notice_waiting",
})  # fmt: skip


@router.get("/healthz")
def healthz(request: Request) -> JSONResponse:
    """Say whether this process does its work; one that only serves pages does, if it answers."""
    sweeps: bool = request.app.state.sweeps
    return _answer(_codes(request.app.state.dondoc) & _OF_THE_PROCESS if sweeps else frozenset())


@router.get("/readyz")
def readyz(request: Request) -> JSONResponse:
    """Say whether the database, its tables, the sweep and the outbox are as they should be."""
    return _answer(_codes(request.app.state.dondoc) & _OF_THE_SERVICE)


def _answer(codes: frozenset[str]) -> JSONResponse:
    status = HTTPStatus.SERVICE_UNAVAILABLE if codes else HTTPStatus.OK
    return JSONResponse({"ok": not codes, "findings": sorted(codes)}, status)


def _codes(app: App) -> frozenset[str]:
    found = Findings()
    try:
        diagnosis.examine_service(
            app.database,
            rules=app.rules,
            at=app.clock.now(),
            is_paused=app.settings.mail.mode == "paused",
            found=found,
        )
    except SQLAlchemyError:
        return frozenset({"database_unreachable"})
    return frozenset(one.code for one in found.listed if one.severity == "error")
