"""The rooms of the web application, in the order in which their routes are tried."""

from collections.abc import Sequence

from fastapi import APIRouter

from dondoc.web import health, metrics
from dondoc.web.overview import board
from dondoc.web.record import help as guide
from dondoc.web.record import mail, notices
from dondoc.web.signin import demo, entrance
from dondoc.web.tasks import exports, lists, mine, saved

ROOMS: Sequence[APIRouter] = (
    health.router,
    metrics.router,
    entrance.router,
    demo.router,
    mine.router,
    lists.router,
    exports.router,
    saved.router,
    board.router,
    notices.router,
    mail.router,
    guide.router,
)
