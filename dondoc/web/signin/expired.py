"""A session that ended while somebody was filling in a form: he signs in, and nothing is lost."""

from http import HTTPStatus

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from dondoc.web.forms import MOST_FIELDS, MOST_FILES
from dondoc.web.signin.keeping import kept_of
from dondoc.web.visit import Visit


async def keep_form(request: Request) -> Response:
    """Ask to sign in, on a page that holds what was posted; whoever is back posts it on."""
    from dondoc.web.signin.entrance import door

    async with request.form(max_fields=MOST_FIELDS, max_files=MOST_FILES) as form:
        kept = kept_of(request.url.path, form)
    visit = Visit(request, request.app.state.dondoc, None)
    return await run_in_threadpool(door, visit, kept=kept, status=HTTPStatus.UNAUTHORIZED)
