"""Other words for an item of an active plan: a decision of one row; dates and reminders stay."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import posted, read_form, typed
from dondoc.web.plans.seeing import recorded, rehearsed, require_adjuster
from dondoc.web.plans.written import Decided, Words, blank_decision, said_beside
from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn, Visit
from engine import taskpage
from engine.commands import single_items
from engine.commands.written_items import Rewording
from engine.errors import Conflict, Invalid, NotPermitted, Unknown

router = APIRouter()


class _Rewording(Decided):
    title: Words = ""
    output: Words = ""


@router.get("/nhiem-vu/{plan}/{code}/sua")
def ask(visit: SignedIn, plan: str, code: str) -> Response:
    """Show the form for other words of an item."""
    page = _page(visit, plan, code)
    require_adjuster(visit)
    return _form(visit, page)


@router.post("/nhiem-vu/{plan}/{code}/sua")
def take(
    visit: SignedIn, plan: str, code: str, form: Annotated[FormData, Depends(posted)]
) -> Response:
    """Put an item in other words."""
    page = _page(visit, plan, code)
    values = typed(form)
    try:
        asked = read_form(_Rewording, form, visit)
        with said_beside(asked, visit):
            _reword(visit, page, asked)
    except Mistakes as wrong:
        return _form(visit, page, values=values, mistakes=wrong.mistakes, status=422)
    except NotPermitted as refusal:
        mistake = Mistake(field="", words=words_of(refusal, visit))
        return _form(visit, page, values=values, mistakes=[mistake], status=403)
    except Conflict:
        fresh = _page(visit, plan, code)
        return _form(visit, fresh, values=values, status=409, seen=asked.version)
    return RedirectResponse(f"/nhiem-vu/{quote(plan)}/{quote(code)}?xong=reword", 303)


def _reword(visit: Visit, page: Mapping[str, Any], asked: _Rewording) -> None:
    """Write the other words, or find out everything that is wrong with them.

    Raises:
        Mistakes: they are no others.
    """
    task = page["task"]
    wanted = Rewording(
        plan=task.plan, code=task.code, title=asked.title, output=asked.output,
        version=asked.version if task.state else None,
    )  # fmt: skip
    ruling, by = asked.ruling(visit, version=None), visit.by(asked.thay)
    if asked.decided_on is None:
        with rehearsed(visit) as (tx, rules):
            single_items.reword(tx, wanted, ruling, by=by, rules=rules, at=visit.now)
        return
    arguments = {"task": task.address, "title": asked.title, "decision": asked.decision}
    with recorded(visit, "plan reword", arguments, on_behalf_of=asked.thay) as tx:
        done = single_items.reword(tx, wanted, ruling, by=by, rules=visit.app.rules, at=visit.now)
    if done.version is None:
        words = visit._("Chưa có chữ nào khác so với nội dung hiện nay.")
        raise Mistakes([Mistake(field="title", words=words)])


def _page(visit: Visit, plan: str, code: str) -> Mapping[str, Any]:
    """Return an item of a plan as somebody may see it.

    Raises:
        Unknown: there is none, he may not see it, or it is something that hangs on one.
    """
    with visit.read() as tx:
        page = taskpage.of_task(
            tx, f"{plan}/{code}", people=visit.people, rules=visit.app.rules, at=visit.now
        )
    if not single_items.is_item(page["kind"]):
        raise Unknown(what="item", name=code)
    return page


def _form(
    visit: Visit,
    page: Mapping[str, Any],
    *,
    values: Mapping[str, Any] | None = None,
    mistakes: Sequence[Mistake] = (),
    status: int = HTTPStatus.OK,
    seen: int | None = None,
) -> Response:
    task = page["task"]
    if page["plan_state"] != "active":
        raise Invalid(field="plan", problem=f"{task.plan} is {page['plan_state']}, not active")
    events: Sequence[Mapping[str, Any]] | None = None
    if seen is not None:
        with visit.read() as tx:
            events = taskpage.events_since(tx, task.address, seen)
    return render(
        visit, "plans/reword.html", status=status, page=page, task=task, mistakes=mistakes,
        events=events, values=values or _held(visit, page),
    )  # fmt: skip


def _held(visit: Visit, page: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "title": page["task"].title, "output": page["output"] or "",
        **blank_decision(visit),
    }  # fmt: skip
