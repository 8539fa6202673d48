"""The audit log on screen: what happened, who did it, whether the record is whole."""

import tempfile
import threading
from collections.abc import Mapping
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import FileResponse, PlainTextResponse
from starlette.background import BackgroundTask

from dondoc import reading
from dondoc.recorded import ACTIONS
from dondoc.web.record import fields
from dondoc.web.rendering import recorded, render
from dondoc.web.visit import SignedIn, Visit
from engine import auditlog
from engine.audit import acts, anchors, files
from engine.audit.verify import verify
from engine.auditlog import Line
from scheduler.seal import seal_all

router = APIRouter()
_A_PAGE = 50
_PAGING = "before"
#: Reading the whole log takes a processor for a while; one such look at a time is enough.
_looking = threading.Lock()


@router.get("/nhat-ky")
def show_log(visit: SignedIn) -> Response:
    """Show entries by day, the newest first, narrowed by the keys of the address."""
    _enter(visit)
    given = dict(visit.request.query_params)
    before = given.pop(_PAGING, None)
    wanted = auditlog.read_wanted({name: value for name, value in given.items() if value})
    zone = visit.app.office.zone
    with visit.read() as tx:
        found = auditlog.lines(tx, wanted, zone=zone, before=before, limit=_A_PAGE + 1)
        verified = auditlog.last_verdict(tx)
    page = found[:_A_PAGE]
    days = [(day, list(each)) for day, each in groupby(page, key=lambda one: _day(one, visit))]
    return render(
        visit, "record/log.html", days=days, given=given, verified=verified, wanted=wanted,
        why=partial(fields.why, visit), said=partial(fields.said, visit),
        actions=sorted(ACTIONS, key=lambda code: recorded(code, visit.language)),
        older=_address(given, before=page[-1].id) if len(found) > _A_PAGE else "",
        without=lambda name: _address({key: given[key] for key in given if key != name}),
    )  # fmt: skip


@router.get("/nhat-ky/{number}")
def show_entry(visit: SignedIn, number: int) -> Response:
    """Show one entry by its number in the log."""
    _enter(visit)
    with visit.read() as tx:
        found = acts.entry(tx, number)
        line = auditlog.line_of(tx, found)
    return render(
        visit, "record/entry.html", found=found, line=line,
        changes=fields.changes(visit, line), why=fields.why(visit, line),
    )  # fmt: skip


@router.post("/nhat-ky/kiem-tra")
def verify_log(visit: SignedIn) -> Response:
    """Compute the whole chain anew and show what was found; that it was done is kept."""
    _require(visit)
    if not _looking.acquire(blocking=False):
        raise HTTPException(503, headers={"Retry-After": "30"})
    try:
        seal_all(visit.app.database, visit.app.clock)
        verdict = verify(visit.app.database)
    finally:
        _looking.release()
    with visit.write() as tx:
        auditlog.keep_verdict(tx, verdict, actor=visit.who.code, at=visit.now)
    return render(visit, "record/verdict.html", verdict=verdict)


@router.post("/nhat-ky/xuat")
def export_log(visit: SignedIn) -> Response:
    """Send the whole log as a file that can be judged without this program's database."""
    _require(visit)
    seal_all(visit.app.database, visit.app.clock)
    with tempfile.NamedTemporaryFile(prefix="dondoc-audit-", delete=False) as target:
        exported = files.write(visit.app.database, target, at=visit.now)
    with visit.write() as tx:
        acts.record_export(tx, exported, at=visit.now, actor=visit.who.code, where="web")
    path = Path(target.name)
    return FileResponse(
        path, media_type="application/jsonl", filename=f"nhat-ky-{visit.today:%Y%m%d}.jsonl",
        background=BackgroundTask(path.unlink, missing_ok=True),
    )  # fmt: skip


@router.post("/nhat-ky/moc-neo")
def take_anchor(visit: SignedIn) -> Response:
    """Send the present head of the log, to be kept where nobody can change it."""
    _require(visit)
    seal_all(visit.app.database, visit.app.clock)
    with visit.write() as tx:
        taken = acts.take_anchor(tx, at=visit.now, actor=visit.who.code, where="web")
    name = f"moc-neo-{taken.block}.json"
    return PlainTextResponse(
        anchors.write(taken), headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _require(visit: Visit) -> None:
    viewer = visit.who
    with visit.read() as tx:
        auditlog.require_reader(
            tx, viewer.code, is_administrator=viewer.is_administrator, rules=visit.app.rules,
            at=visit.now,
        )  # fmt: skip


def _enter(visit: Visit) -> None:
    """Let a reader in, and keep once a day that he was here."""
    _require(visit)
    reading.keep(visit.app, visit.who.code, at=visit.now)


def _day(one: Line, visit: Visit) -> date:
    return one.at.astimezone(visit.app.office.zone).date()


def _address(given: Mapping[str, Any], *, before: str | None = None) -> str:
    query = urlencode({**given, **({_PAGING: before} if before else {})})
    return f"/nhat-ky?{query}" if query else "/nhat-ky"
