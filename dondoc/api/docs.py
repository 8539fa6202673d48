"""The page on which the API is read and tried out; everything on it comes from here."""

from fastapi import APIRouter, Response

from dondoc.web.rendering import render
from dondoc.web.shield.headers import POLICY
from dondoc.web.visit import SignedIn

router = APIRouter()

#: Its style sheet holds its arrows as images of its own.
_POLICY = POLICY.replace("img-src 'self'", "img-src 'self' data:")


@router.get("/api/docs")
def docs(visit: SignedIn) -> Response:
    """Show what programs can do here."""
    response = render(visit, "api/docs.html")
    response.headers["Content-Security-Policy"] = _POLICY
    return response
