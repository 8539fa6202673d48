"""The web application: what stands before every route, the pages room by room, and the API."""

from importlib.resources import files
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from dondoc.api import app as api
from dondoc.api import docs, ical, pages
from dondoc.bootstrap import App
from dondoc.web import failures
from dondoc.web.metrics import Meter
from dondoc.web.rooms import ROOMS
from dondoc.web.shield.headers import SafeHeaders
from dondoc.web.shield.limits import Limits
from dondoc.web.shield.log import RequestLog
from dondoc.web.shield.origin import OriginGuard


def create(app: App, *, sweeps: bool = False) -> FastAPI:
    """Return the web application of an office; it serves pages, and the API below /api/v1.

    Args:
        app: The office.
        sweeps: Whether this process reminds people as well, and is unhealthy where it does not.
    """
    web = FastAPI(
        title="dondoc", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    web.state.dondoc = app
    web.state.sweeps = sweeps
    web.state.meter = Meter(app)
    failures.install(web)
    for room in ROOMS:
        web.include_router(room, include_in_schema=False)
    static = files("dondoc.web").joinpath("static")
    web.include_router(docs.router, include_in_schema=False)
    web.include_router(ical.router, include_in_schema=False)
    web.include_router(pages.router, include_in_schema=False)
    web.state.api = api.create(app)
    web.mount("/api/v1", web.state.api, name="api")
    web.mount("/static", StaticFiles(directory=str(static)), name="static")

    @web.get("/", include_in_schema=False)
    def home() -> RedirectResponse:
        return RedirectResponse("/viec-cua-toi", 303)

    # Last added is outermost.
    web.add_middleware(OriginGuard)
    largest = app.settings.web.max_upload_mb * 1_000_000
    web.add_middleware(Limits, largest_upload=largest)
    web.add_middleware(TrustedHostMiddleware, allowed_hosts=_hosts(app), www_redirect=False)
    web.add_middleware(RequestLog, meter=web.state.meter)
    web.add_middleware(SafeHeaders, is_https=app.settings.web.base_url.startswith("https:"))
    return web


def _hosts(app: App) -> list[str]:
    """Return the names by which the application may be asked for."""
    named = urlsplit(app.settings.web.base_url).hostname
    own = app.settings.web.host
    return [*dict.fromkeys(["localhost", "127.0.0.1", "[::1]", own, *([named] if named else [])])]
