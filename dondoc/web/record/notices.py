"""What one was told: the list of one's notices, read and unread, however the mail fared."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from dondoc.web.forms import Form, posted, read_form
from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn, Visit
from engine.commands import inbox, links
from engine.commands.subjects import code_of_task
from engine.commands.urging import URGED
from engine.database import Transaction
from engine.linking import MadeLink

router = APIRouter()
_A_PAGE = 50


class _Seen(Form):
    """Notices that were seen; none named is all."""

    thong_bao: tuple[str, ...] = ()
    thay: str = ""


@router.get("/thong-bao")
def show_notices(visit: SignedIn, chua_doc: str = "", truoc: str = "", thay: str = "") -> Response:
    """Show what one was told, newest first; `chua_doc=1` what is new, `truoc` what is older."""
    with visit.read() as tx:
        found = inbox.listed(
            tx, by=visit.by(thay), only_unread=bool(chua_doc), limit=_A_PAGE + 1,
            before=inbox.place(truoc), rules=visit.app.rules, at=visit.now,
        )  # fmt: skip
        made = [] if truoc or thay else _links(visit, tx)
    page = found[:_A_PAGE]
    older = inbox.place_of(page[-1]) if len(found) > _A_PAGE else ""
    return render(
        visit, "record/notices.html", told=page, older=older, is_unread=bool(chua_doc), thay=thay,
        links=made,
        address_of=lambda one: f"{one.plan}/{code_of_task(one.code)}", kinds=_kinds(visit),
    )  # fmt: skip


@router.post("/thong-bao")
def mark_read(visit: SignedIn, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Remember that notices were seen."""
    seen = read_form(_Seen, form, visit)
    with visit.write() as tx:
        inbox.read(
            tx, seen.thong_bao or None, by=visit.by(seen.thay), rules=visit.app.rules, at=visit.now
        )
    return RedirectResponse("/thong-bao", 303)


def _links(visit: Visit, tx: Transaction) -> list[MadeLink]:
    """Return the links by which others could still set the reader's password."""
    found = links.of_person(tx, visit.who.person.id, at=visit.now)
    return [one for one in found if one.is_good and one.created_by != visit.who.code]


def _kinds(visit: Visit) -> dict[str, str]:
    _ = visit._
    return {
        "reminder": _("Nhắc theo thang"),
        "escalation": _("Báo cáo vượt cấp"),
        "assignment": _("Giao việc"),
        "decision": _("Thay đổi"),
        "alert": _("Cảnh báo"),
        # By what it says, and not by what kind of news it is.
        URGED: _("Lời nhắc"),
    }
