"""Operations: what waits, what failed, what holds mail back, which part last did its work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from dondoc.statuses import status_of
from dondoc.web.failures import words_of
from dondoc.web.forms import Form, posted, read_form
from dondoc.web.office.doing import attempt
from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn, Visit
from engine import diagnosis, prospects
from engine.commands import mail
from engine.diagnosis import Findings, Measures
from engine.errors import Conflict, NotPermitted, Refused
from engine.forecast import Foretold

router = APIRouter(prefix="/quan-tri/van-hanh")
#: Who sees how the service runs, besides administrators.
_SEES = frozenset({"monitoring_unit", "director", "deputy_director", "auditor"})
_FAILED = 50
_FORETOLD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beat:
    """A part of the service and when it ended its last turn."""

    name: str
    ended_at: datetime


class _Said(Form):
    """Why mail is held back, or let go."""

    ly_do: str = ""


class _Retried(Form):
    """The message that is tried again."""

    thu: str


@router.get("")
def show(visit: SignedIn, kham: str = "", xem: str = "") -> Response:
    """Show how the service stands; `kham=1` examines everything, `xem=1` foretells the next day."""
    return _page(visit, is_thorough=bool(kham), foretold=_foretold(visit) if xem else None)


@router.post("/tam-dung")
def pause(visit: SignedIn, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Hold all mail back."""
    said = read_form(_Said, form, visit)
    who, rules = visit.who.code, visit.app.rules
    refusal = attempt(
        visit, "mail pause",
        lambda tx: mail.pause(tx, said.ly_do, actor=who, at=visit.now, rules=rules),
        note=said.ly_do,
    )  # fmt: skip
    return _done(visit, refusal)


@router.post("/gui-tiep")
def resume(visit: SignedIn, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Let mail go again."""
    said = read_form(_Said, form, visit)
    who, rules = visit.who.code, visit.app.rules
    refusal = attempt(
        visit, "mail resume",
        lambda tx: mail.resume(tx, said.ly_do, actor=who, at=visit.now, rules=rules),
        note=said.ly_do,
    )  # fmt: skip
    return _done(visit, refusal)


@router.post("/gui-lai")
def retry(visit: SignedIn, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Have one message tried again in the next turn."""
    asked = read_form(_Retried, form, visit)
    who, rules = visit.who.code, visit.app.rules
    refusal = attempt(
        visit, "mail retry",
        lambda tx: mail.retry(tx, asked.thu, actor=who, at=visit.now, rules=rules),
        message=asked.thu,
    )  # fmt: skip
    return _done(visit, refusal)


def _done(visit: Visit, refusal: Refused | Conflict | None) -> Response:
    """Show the page again, with what was refused on it."""
    if refusal is not None:
        return _page(visit, refused=words_of(refusal, visit), status=status_of(refusal))
    return RedirectResponse("/quan-tri/van-hanh", 303)


def _page(
    visit: Visit,
    *,
    is_thorough: bool = False,
    foretold: Sequence[Foretold] | None = None,
    refused: str = "",
    status: int = 200,
) -> Response:
    _require(visit)
    found, measured = _examined(visit, is_thorough=is_thorough)
    with visit.read() as tx:
        waiting, first, held = mail.waiting(tx, at=visit.now)
        failed = mail.listed(tx, status="failed", limit=_FAILED)
        retried = mail.listed(tx, status="retry", limit=_FAILED)
    return render(
        visit, "office/operations.html", status=status, findings=found.listed,
        is_thorough=is_thorough, waiting=waiting, first=first, held=held, failed=failed,
        retried=retried, measures=measured, foretold=foretold, refused=refused,
        beats=[_Beat(name=name, ended_at=visit.now - timedelta(seconds=ago))
               for name, ago in measured.silent.items()],
        may_act=bool(visit.who.roles & {"monitor", "director"}),
        may_retry=bool(visit.who.roles & {"monitor", "monitoring_unit", "director"}),
    )  # fmt: skip


def _require(visit: Visit) -> None:
    if not (visit.who.is_administrator or visit.who.roles & _SEES):
        raise NotPermitted(
            actor=visit.who.code, what="see_operations", who=("administrator", *sorted(_SEES))
        )


def _examined(visit: Visit, *, is_thorough: bool) -> tuple[Findings, Measures]:
    app, found = visit.app, Findings()
    examine = diagnosis.examine if is_thorough else diagnosis.examine_service
    examine(
        app.database, rules=app.rules, at=visit.now,
        is_paused=app.settings.mail.mode == "paused", found=found,
    )  # fmt: skip
    return found, diagnosis.measures(app.database, at=visit.now)


def _foretold(visit: Visit) -> list[Foretold]:
    """Return what will be told through the next working day."""
    until = visit.rulebook.calendar.on_or_after(visit.today + timedelta(days=1))
    with visit.read() as tx:
        coming = prospects.foretell(tx, rules=visit.app.rules, at=visit.now, until=until)
    return coming[:_FORETOLD]
