"""Drafts of reports: kept while somebody writes, shown to nobody else, gone when it is sent."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from dondoc.web.forms import posted
from dondoc.web.rendering import render
from dondoc.web.tasks.acting import REPORT, keep_draft, scene
from dondoc.web.tasks.addresses import act_path
from dondoc.web.visit import SignedIn
from engine.commands import drafts
from engine.errors import Unknown

router = APIRouter()


@router.post("/nhiem-vu/{plan}/{code}/{words}/nhap")
def keep(
    visit: SignedIn, plan: str, code: str, words: str, form: Annotated[FormData, Depends(posted)]
) -> Response:
    """Keep what is typed so far; a page that asks in the background gets one line back."""
    thay = form.get("thay")
    met = scene(visit, f"{plan}/{code}", words, thay=thay if isinstance(thay, str) else "")
    if not met.keeps_drafts:
        raise Unknown(what="trigger", name=words)
    if form.get("buoc") == "forget":
        subject = f"task:{met.page['id']}"
        with visit.write() as tx:
            drafts.discard(tx, visit.who.person.id, subject=subject, form=REPORT)
    else:
        keep_draft(met, form)
    if "hx-request" in visit.request.headers:
        return render(visit, "tasks/report_draft.html", at=visit.now)
    where = act_path(met.address, met.one.trigger, thay=met.thay)
    return RedirectResponse(where, HTTPStatus.SEE_OTHER)
