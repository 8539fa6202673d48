"""The rooms of the web application, in the order in which their routes are tried."""

from collections.abc import Sequence

from fastapi import APIRouter

from dondoc.web import health, metrics
from dondoc.web.office import (
    absences,
    calendar_edits,
    calendars,
    firstrun,
    imports,
    ladders,
    operations,
    reorganising,
    settings,
    start,
    units,
    workflows,
)
from dondoc.web.office import people as staff
from dondoc.web.overview import board, reports
from dondoc.web.plans import (
    adding,
    changing,
    giving,
    listing,
    reviewing,
    rewording,
    taking,
    versions,
)
from dondoc.web.plans import page as plan
from dondoc.web.record import help as guide
from dondoc.web.record import log, mail, notices
from dondoc.web.signin import account, demo, entrance, oidc, people, security, setup, ties
from dondoc.web.tasks import (
    acting,
    bulk,
    exports,
    files,
    landing,
    lists,
    mine,
    page,
    reporting,
    saved,
    talk,
)

ROOMS: Sequence[APIRouter] = (
    health.router,
    metrics.router,
    entrance.router,
    demo.router,
    oidc.router,
    setup.router,
    account.router,
    security.router,
    ties.router,
    people.router,
    mine.router,
    lists.router,
    exports.router,
    bulk.router,
    saved.router,
    board.router,
    reports.router,
    listing.router,
    taking.router,
    changing.router,
    adding.router,
    rewording.router,
    versions.router,
    reviewing.router,
    giving.router,
    plan.router,
    operations.router,
    calendars.router,
    calendar_edits.router,
    reorganising.router,
    units.router,
    staff.router,
    absences.router,
    start.router,
    firstrun.router,
    imports.router,
    ladders.router,
    workflows.router,
    settings.router,
    notices.router,
    log.router,
    mail.router,
    guide.router,
    files.router,
    talk.router,
    reporting.router,
    acting.router,
    page.router,
    landing.router,
)
