"""The director's dashboard: numbers of a plan, each of them the door to its list."""

from collections.abc import Callable
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Query, Response
from markupsafe import Markup, escape

from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn
from engine import dashboard
from engine.commands import urging
from engine.dashboard import View
from engine.filters import Filter

router = APIRouter()

#: Makes the address of a list: the plan and the unit of the dashboard, narrowed further.
Link = Callable[..., Markup]
#: A page has some hundreds of them.
_MOST_ADDRESSES = 4_096


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
        urgeable = urging.urgeable(
            tx, [one.task.address for one in numbers.longest], by=visit.by(""),
            rules=visit.app.rules, at=visit.now,
        )  # fmt: skip
    return render(
        visit,
        "overview/board.html",
        view=view,
        board=numbers,
        link=_links(view),
        urgeable=urgeable,
    )


def _links(view: View) -> Link:
    kept = {"plan": view.plan.code, "unit": view.unit.code if view.unit else None}

    def link(**narrowed: str | bool | None) -> Markup:
        return _address(tuple({**kept, **narrowed}.items()))

    return link


@lru_cache(maxsize=_MOST_ADDRESSES)
def _address(narrowed: tuple[tuple[str, str | bool | None], ...]) -> Markup:
    """Return an address as it stands in a page; a plan's are the same for whoever looks."""
    wanted = Filter(**dict(narrowed))  # type: ignore[arg-type]  # keys of a filter
    return escape(f"/nhiem-vu?{wanted.as_query()}")
