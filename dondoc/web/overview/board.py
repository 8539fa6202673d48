"""The director's dashboard: numbers of a plan, each of them the door to its list."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Response

from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn
from engine import dashboard
from engine.dashboard import View
from engine.filters import Filter

router = APIRouter()

#: Makes the address of a list: the plan and the unit of the dashboard, narrowed further.
Link = Callable[..., str]


@router.get("/tong-quan")
def board(
    visit: SignedIn,
    plan: Annotated[str, Query(alias="ke-hoach", max_length=64)] = "",
    unit: Annotated[str, Query(alias="don-vi", max_length=64)] = "",
) -> Response:
    """Show how a plan stands, in the agency or in one unit of it."""
    with visit.read() as tx:
        view = dashboard.choose(
            tx,
            plan or None,
            unit or None,
            person_id=visit.who.person.id,
            rules=visit.app.rules,
            at=visit.now,
        )
        if view is None:
            return render(visit, "overview/nothing.html")
        numbers = dashboard.read(tx, view, rules=visit.app.rules, at=visit.now)
    return render(
        visit,
        "overview/board.html",
        view=view,
        board=numbers,
        link=_links(view),
    )


def _links(view: View) -> Link:
    kept = {"plan": view.plan.code, "unit": view.unit.code if view.unit else None}

    def link(**narrowed: str | bool | None) -> str:
        wanted = Filter(**{**kept, **narrowed})  # type: ignore[arg-type]  # keys of a filter
        return f"/nhiem-vu?{wanted.as_query()}"

    return link
