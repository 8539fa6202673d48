"""Where a link in a mail leads: what it is about, as it stands now, and what can be done.

Opening it changes nothing. It shows something to nobody but the person it was sent to, or who
stands in for him, once he is signed in.
"""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import RedirectResponse

from dondoc.mail.links import Linked, read
from dondoc.secretbox import box_of
from dondoc.web.rendering import render
from dondoc.web.tasks import wording
from dondoc.web.tasks.addresses import act_path, task_path
from dondoc.web.tasks.page import offer_of
from dondoc.web.visit import SignedIn, Visit
from engine import taskpage
from engine.errors import Invalid

router = APIRouter()


@router.get("/l/{token}")
def land(visit: SignedIn, token: Annotated[str, Path(max_length=1_000)]) -> Response:
    """Show what a link in a mail is about, to the person it was sent to."""
    try:
        linked = read(box_of(visit.app), token)
    except Invalid:
        return render(visit, "tasks/landing_over.html", status=HTTPStatus.NOT_FOUND, whose="")
    if linked.person not in (visit.who.code, *visit.who.principals):
        return render(
            visit, "tasks/landing_over.html", status=HTTPStatus.FORBIDDEN, whose=linked.person
        )
    return _landed(visit, linked)


def _landed(visit: Visit, linked: Linked) -> Response:
    app = visit.app
    with visit.read() as tx:
        page = taskpage.of_task(
            tx, linked.address, people=visit.people, rules=app.rules, at=visit.now
        )
        address = page["task"].address
        offer = offer_of(visit, tx, page, address)
    asked = next((one for one in offer.actions if one.one.trigger == linked.action), None)
    if asked is not None and not asked.is_plain and linked.person == visit.who.code:
        # What the mail asks for can still be done: its form says the rest.
        return RedirectResponse(
            act_path(address, linked.action, thay=asked.thay), HTTPStatus.SEE_OTHER
        )
    latest = page["history"][-1] if page["history"] else None
    is_over = bool(linked.action) and asked is None
    return render(
        visit,
        "tasks/landing.html",
        page=page,
        task=page["task"],
        offer=offer,
        back=task_path(address),
        stands=wording.state(visit, page["task"].state, own=page["state_label"]),
        latest=latest if is_over else None,
        triggers=wording.labels(visit),
    )
