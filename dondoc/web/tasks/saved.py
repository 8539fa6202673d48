"""Lists that somebody saved under a name of his own."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.datastructures import FormData

from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import Form, posted, read_form, typed
from dondoc.web.rendering import render
from dondoc.web.tasks import narrowing
from dondoc.web.visit import SignedIn, Visit
from engine.commands import saved_filters
from engine.errors import Invalid

router = APIRouter()

_PAGE = "/bo-loc"


class Saving(Form):
    """A list, and what it is to be called."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    query: Annotated[str, Field(max_length=2000)] = ""


class Forgetting(Form):
    """Which saved list goes."""

    id: Annotated[str, Field(max_length=64)]


@router.get(_PAGE)
def saved(visit: SignedIn) -> Response:
    """Show the lists that somebody saved."""
    return _show(visit)


@router.post(_PAGE)
def save(visit: SignedIn, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Save a list under a name, and go back to it."""
    try:
        given = read_form(Saving, form, visit)
        with visit.write() as tx:
            saved_filters.save(
                tx, visit.who.person.id, given.name, query=given.query, today=visit.today,
                at=visit.now,
            )  # fmt: skip
    except Mistakes as error:
        return _show(visit, 422, mistakes=error.mistakes, values=typed(form))
    except Invalid as error:
        mistake = Mistake(field="name", words=words_of(error, visit))
        return _show(visit, 422, mistakes=(mistake,), values=typed(form))
    return RedirectResponse(f"/nhiem-vu?{given.query or 'sort=plan'}", 303)


@router.post(f"{_PAGE}/xoa")
def forget(visit: SignedIn, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Remove a saved list."""
    given = read_form(Forgetting, form, visit)
    with visit.write() as tx:
        saved_filters.forget(tx, visit.who.person.id, given.id)
    return RedirectResponse(f"{_PAGE}?xong=da-xoa", 303)


def _show(visit: Visit, status: int = 200, **more: Any) -> Response:
    with visit.read() as tx:
        found = saved_filters.of(tx, visit.who.person.id)
    lines = [(one, narrowing.chips(narrowing.read(visit, one.query), visit)) for one in found]
    return render(
        visit, "tasks/list_saved.html", status=status, lines=lines,
        **{"mistakes": (), "values": {}, **more},
    )  # fmt: skip
