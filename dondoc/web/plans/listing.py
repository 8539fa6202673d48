"""The list of plans: how each stands, and what was begun and not ended."""

from fastapi import APIRouter, Response

from dondoc.web.plans.seeing import may_import
from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn
from engine import plan_pages
from engine.commands import plan_imports

router = APIRouter()


@router.get("/ke-hoach")
def show(visit: SignedIn) -> Response:
    """Show the plans of which the reader may see anything."""
    rules = visit.app.rules
    with visit.read() as tx:
        found = plan_pages.list_plans(tx, visit.people, rules=rules, at=visit.now)
        begun = plan_imports.open_of(tx, visit.who.person.id) if may_import(visit) else []
    return render(
        visit, "plans/list.html", plans=found, begun=begun, may_import=may_import(visit),
        done=visit.request.query_params.get("xong", ""),
    )  # fmt: skip
