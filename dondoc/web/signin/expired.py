"""A session that ended while somebody was filling in a form: he signs in, and nothing is lost."""

from http import HTTPStatus

from fastapi import Request, Response

from dondoc.web.forms import posted
from dondoc.web.rendering import render
from dondoc.web.visit import Visit


async def keep_form(request: Request) -> Response:
    """Ask to sign in, on a page that holds what was posted and can post it again."""
    form = await posted(request)
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    visit = Visit(request, request.app.state.dondoc, None)
    return render(visit, "signin/expired.html", status=HTTPStatus.UNAUTHORIZED, fields=fields)
