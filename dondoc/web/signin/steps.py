"""From a password to a session: which page comes next, and the last one, which opens it."""

from dataclasses import replace
from typing import Any

import structlog
from fastapi import Response
from fastapi.responses import RedirectResponse

from dondoc.secretbox import box_of
from dondoc.thresholds import thresholds_of
from dondoc.web.failures import Mistake
from dondoc.web.rendering import render
from dondoc.web.shield.client import client_address
from dondoc.web.signin import cookies
from dondoc.web.signin.choosing import demands
from dondoc.web.signin.factors import enrolment
from dondoc.web.signin.keeping import Kept
from dondoc.web.signin.ticket import (
    Step,
    Ticket,
    mark_of,
    next_step,
    read,
    ready_to_enrol,
    written,
)
from dondoc.web.visit import Visit, limits
from engine.commands import accounts, throttle
from engine.commands.accounts import Account
from engine.commands.sessions import Method, Opening
from engine.commands.throttle import Pace, Wait
from engine.database import Transaction
from engine.organisation import Person

_log = structlog.get_logger(__name__)

_PAGES = {
    "inactive": "signin/inactive.html",
    "code": "signin/code.html",
    "password": "signin/renew.html",
    "enrol": "signin/enrol.html",
}


def held(visit: Visit, text: str, *, at: Step) -> tuple[Ticket, Person, Account] | None:
    """Return a ticket with whose it is; None where it is good no more, or not for that step."""
    ticket = read(visit, text)
    person = visit.rulebook.organisation.person_by_id.get(ticket.person_id) if ticket else None
    if ticket is None or person is None or person.is_disabled:
        return None
    with visit.read() as tx:
        account = accounts.account_of(tx, person.id)
    if account is None or mark_of(account) != ticket.mark:
        return None
    is_there = next_step(visit, ticket, account, at=visit.now) == at
    return (ticket, person, account) if is_there else None


def go_on(
    visit: Visit,
    ticket: Ticket,
    person: Person,
    *,
    kept: Kept | None = None,
    mistakes: tuple[Mistake, ...] = (),
) -> Response:
    """Return the page of the next step, or open a session and lead on."""
    with visit.read() as tx:
        account = accounts.account_of(tx, person.id)
    step = next_step(visit, ticket, account, at=visit.now)
    if step is None:
        return _enter(visit, ticket, person, kept=kept)
    told: dict[str, Any] = {"person": person, "kept": kept, "mistakes": mistakes, "enrolment": None}
    if step == "inactive":
        _log.warning("signin.inactive", person=person.code)
        days = thresholds_of(visit.app.settings).inactive_days
        return render(visit, _PAGES[step], status=403, days=days, **told)
    if step == "enrol":
        ticket = ready_to_enrol(visit, ticket)
        secret = box_of(visit.app).unseal(ticket.sealed)
        told["enrolment"] = enrolment(visit, person, secret)
    asked = list(demands(visit, two_factors=True))
    status = 422 if mistakes else 200
    return render(
        visit, _PAGES[step], status=status, ticket=written(visit, ticket), asked=asked, **told
    )


def slowed(visit: Visit, account: str, *, kept: Kept | None = None) -> Response | None:
    """Count an attempt for an account from where it comes; answer it where it is too early."""
    address = client_address(visit.request, visit.app)
    with visit.write() as tx:
        wait = throttle.attempt(
            tx, account=account, address=address, pace=_pace(visit), at=visit.now
        )
    return _answered(visit, wait, address=address, kept=kept)


def slowed_at_door(
    visit: Visit, login: str, person: Person | None, *, kept: Kept | None
) -> Response | None:
    """Do the same for whoever names an account; strangers have one allowance for an address."""
    address = client_address(visit.request, visit.app)
    account = person.code if person else login.casefold()
    with visit.write() as tx:
        pace = _pace_of(visit, tx, person, address=address)
        wait = throttle.attempt(tx, account=account, address=address, pace=pace, at=visit.now)
    return _answered(visit, wait, address=address, kept=kept)


def _answered(
    visit: Visit, wait: Wait | None, *, address: str, kept: Kept | None
) -> Response | None:
    if wait is None:
        return None
    seconds = max(1, int(wait.length.total_seconds()) + 1)
    minutes = -(-seconds // 60)
    _log.warning("signin.slowed", address=address, seconds=seconds, is_crowd=wait.is_crowd)
    response = render(
        visit, "signin/slowed.html", status=429, minutes=minutes, is_crowd=wait.is_crowd, kept=kept
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def _pace(visit: Visit) -> Pace:
    return thresholds_of(visit.app.settings).pace


def _pace_of(visit: Visit, tx: Transaction, person: Person | None, *, address: str) -> Pace:
    """Return the pace of a person at an address; of a stranger, with what the address may."""
    person_id = person.id if person else None
    if not throttle.is_stranger(tx, person_id, address=address):
        return _pace(visit)
    return replace(_pace(visit), strangers=visit.app.settings.auth.failures_per_address)


def failed(visit: Visit, *, step: str, person: Person | None) -> None:
    """Note in the technical log that somebody was not let in."""
    address = client_address(visit.request, visit.app)
    _log.warning("signin.failed", step=step, person=person.code if person else "", address=address)


def forgiven(visit: Visit, person: Person) -> None:
    """Forget what somebody mistyped: he has shown who he is."""
    address = client_address(visit.request, visit.app)
    with visit.write() as tx:
        throttle.succeed(tx, account=person.code, address=address, pace=_pace(visit), at=visit.now)


def opening(visit: Visit, person: Person, *, method: Method) -> Opening:
    """Return a session as it is asked for from where the visit comes."""
    return Opening(
        person_id=person.id,
        person=person.code,
        method=method,
        address=client_address(visit.request, visit.app),
        agent=visit.request.headers.get("user-agent", ""),
    )


def _enter(visit: Visit, ticket: Ticket, person: Person, *, kept: Kept | None) -> Response:
    app, asked = visit.app, opening(visit, person, method=ticket.method)
    with visit.write() as tx:
        cookies.end_former(tx, visit.request, app)
        pace = _pace_of(visit, tx, person, address=asked.address)
        throttle.succeed(tx, account=person.code, address=asked.address, pace=pace, at=visit.now)
        secret = accounts.sign_in(tx, asked, limits=limits(app), at=visit.now)
    response: Response = RedirectResponse(ticket.onwards, 303)
    if kept is not None:
        response = render(visit, "signin/resend.html", kept=kept, person=person)
    cookies.give(response, app, secret)
    return response
