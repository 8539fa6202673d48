"""The API as one application: its resources, its problems, its description, its limits."""

from functools import cache, partial
from typing import Any

from fastapi import FastAPI

from dondoc.api import (
    drafts,
    files,
    imports,
    items,
    office,
    own,
    plans,
    problems,
    record,
    talk,
    tasks,
    transitions,
    webhooks,
)
from dondoc.api.breaking import Breaking
from dondoc.api.limits import Meter
from dondoc.api.problems import Problem
from dondoc.bootstrap import App

#: Additive only: nothing that is here is renamed, or goes.
VERSION = "1"
_ABOUT = """
Everything a program may do here, a person may do on a page, under the same rules: a token acts as
the person who made it, within its scopes (`read`, `write`, `audit`).

* **Versions.** `ETag` is the version of a task; what changes it needs it in `If-Match`.
* **Repeating.** Every POST takes an `Idempotency-Key`: one effect and the same answer for 24 hours.
* **Problems** are `application/problem+json`; `code` never changes.
* **Dates** are local days of the office, instants are in UTC.
"""
_TAGS = (
    "tasks", "transitions", "comments", "files", "plans", "office", "own", "webhooks", "record",
)  # fmt: skip
ROUTERS = (
    transitions.router, talk.router, files.router, tasks.router, items.router, plans.router,
    imports.router, drafts.router, office.router, own.router, webhooks.router, record.router,
)  # fmt: skip


def create(app: App, *, meter: Meter | None = None) -> FastAPI:
    """Return the API of an office, to be mounted at /api/v1."""
    api = FastAPI(
        title="dondoc",
        version=VERSION,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
        openapi_tags=[{"name": name} for name in _TAGS],
    )
    api.state.dondoc = app
    api.state.meter = meter or Meter()
    problems.install(api)
    api.add_middleware(Breaking)
    for router in ROUTERS:
        api.include_router(router)
    api.openapi = cache(partial(_described, api))  # type: ignore[method-assign]  # as it documents
    return api


def _described(api: FastAPI) -> dict[str, Any]:
    """Return the description, with the one shape that problems have in all of it."""
    described = FastAPI.openapi(api)
    shapes = described["components"]["schemas"]
    template = "#/components/schemas/{model}"
    problem = Problem.model_json_schema(ref_template=template, mode="serialization")
    shapes.update(problem.pop("$defs", {}))
    shapes["Problem"] = problem
    return described
