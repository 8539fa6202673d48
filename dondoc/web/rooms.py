"""The rooms of the web application, in the order in which their routes are tried."""

from collections.abc import Sequence

from fastapi import APIRouter

from dondoc.web import health, metrics
from dondoc.web.tasks import mine

ROOMS: Sequence[APIRouter] = (
    health.router,
    metrics.router,
    mine.router,
)
