"""One plan: what it is, how its units stand, its items as a tree; export and close."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from dondoc.papers import intake_rules, worksheet_of
from dondoc.web.failures import Mistake, words_of
from dondoc.web.forms import posted
from dondoc.web.plans.seeing import (
    ACTIVATORS,
    ADJUSTERS,
    may_import,
    recorded,
    require_importer,
    see,
)
from dondoc.web.rendering import render
from dondoc.web.shield.turns import own_turn
from dondoc.web.visit import SignedIn, Visit
from engine import plan_pages
from engine.commands import activation, reviews
from engine.errors import Invalid, NotPermitted
from engine.listing import Viewpoint
from engine.plan_pages import MOST_ITEMS

router = APIRouter()

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/ke-hoach/{code}")
def show(visit: SignedIn, code: str) -> Response:
    """Show a plan as the reader may see it."""
    return _page(visit, code)


@router.post("/ke-hoach/{code}/ket-thuc")
def close(visit: SignedIn, code: str, form: Annotated[FormData, Depends(posted)]) -> Response:
    """End a plan: nobody is urged about it any more."""
    see(visit, code)
    if form.get("sure") != "yes":
        words = visit._("Hãy đánh dấu vào ô xác nhận trước khi kết thúc kế hoạch.")
        return _page(visit, code, mistakes=[Mistake(field="sure", words=words)])
    try:
        with recorded(visit, "plan close", {"plan": code}) as tx:
            activation.close(tx, code, actor=visit.who.code, rules=visit.app.rules, at=visit.now)
    except (Invalid, NotPermitted) as refusal:
        mistake = Mistake(field="", words=words_of(refusal, visit))
        status = 403 if isinstance(refusal, NotPermitted) else 422
        return _page(visit, code, mistakes=[mistake], status=status)
    return RedirectResponse(f"/ke-hoach/{quote(code)}?xong=ket-thuc", 303)


@router.post("/ke-hoach/{code}/bang-phan-cong")
def export(visit: SignedIn, code: str) -> Response:
    """Give a plan out as the table that an office fills in."""
    require_importer(visit)
    see(visit, code)
    name = f"{code}.xlsx"
    turn = own_turn(visit.who.code, "export")
    with turn, recorded(visit, "plan export", {"plan": code}) as tx:
        review = reviews.export_plan(
            tx, code, file=name, actor=visit.who.code, rules=visit.app.rules, at=visit.now
        )
        data = worksheet_of(
            review, visit.rulebook.organisation, on=visit.today, rules=intake_rules()
        )
    kept = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "_"
                   for sign in name)  # fmt: skip
    disposition = f"attachment; filename=\"{kept}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": "sandbox"}
    return Response(data, media_type=_XLSX, headers=headers)


def _page(
    visit: Visit, code: str, *, mistakes: Sequence[Mistake] = (), status: int = 422
) -> Response:
    is_whole = see(visit, code)
    rules, at = visit.app.rules, visit.now
    with visit.read() as tx:
        about = plan_pages.about(tx, code)
        items = plan_pages.items_of(
            tx, code, Viewpoint(person_ids=visit.people), rules=rules, at=at
        )
        line = plan_pages.one_plan(tx, code, visit.people, rules=rules, at=at)
    roles = visit.who.roles
    return render(
        visit, "plans/plan.html", status=status if mistakes else 200, plan=line, about=about,
        shares=plan_pages.shares(items), nodes=plan_pages.tree(items), is_whole=is_whole,
        is_cut=len(items) >= MOST_ITEMS, mistakes=mistakes, may_import=may_import(visit),
        may_close=bool(roles & ACTIVATORS), may_adjust=bool(roles & ADJUSTERS),
        done=visit.request.query_params.get("xong", ""),
    )  # fmt: skip
