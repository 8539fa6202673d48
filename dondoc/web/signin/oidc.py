"""Signing in at the provider of identities that an office has: there, back, and whom it means.

What binds the way there to the way back stays in the browser that began, sealed, for minutes, on
these two paths alone.
"""

import json
from datetime import timedelta
from typing import Any

import structlog
from authlib.integrations.base_client import OAuthError
from fastapi import APIRouter, FastAPI, Request, Response
from httpx2 import HTTPError
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from dondoc.bootstrap import App
from dondoc.invitation import origin
from dondoc.secretbox import box_of
from dondoc.web.forms import Form, read_form
from dondoc.web.rendering import render
from dondoc.web.signin import cookies, steps
from dondoc.web.signin.paths import own_path
from dondoc.web.signin.posted import Posted
from dondoc.web.signin.provider import Provider, UntrustedError
from dondoc.web.signin.ticket import Ticket, mark_of
from dondoc.web.visit import Anyone, Visit
from engine.commands import accounts, identities
from engine.errors import Invalid

_log = structlog.get_logger(__name__)

router = APIRouter()

#: What an administrator is handed by whoever came and was not known.
CLAIM, CLAIM_LASTS = "identity-claim", timedelta(days=7)
_COOKIE, _PATH = "dondoc-oidc", "/dang-nhap/oidc"
_PURPOSE, _LASTS = "oidc", timedelta(minutes=10)
_SHOWN = 200
#: Everything by which a provider, or somebody in its place, can be wrong.
_WRONG = (OAuthError, JoseError, HTTPError, UntrustedError, ValueError, KeyError, TypeError,
          RuntimeError)  # fmt: skip


class Start(Form):
    """The page to go on to."""

    tiep: str = ""


@router.post(_PATH)
async def leave(visit: Anyone, form: Posted) -> Response:
    """Send somebody to the provider."""
    _require_chosen(visit.app)
    asked, request = read_form(Start, form, visit), visit.request
    request.scope["session"] = carried = {"onwards": own_path(asked.tiep)}
    try:
        response: Response = await provider_of(request.app).authorize_redirect(
            request, f"{origin(visit.app)}{_PATH}/ve"
        )
    except _WRONG as error:
        return await _failed(visit, error)
    response.status_code = 303
    box = box_of(visit.app)
    response.set_cookie(
        _COOKIE, box.sign(_PURPOSE, box.seal(json.dumps(carried))), path=_PATH, httponly=True,
        max_age=int(_LASTS.total_seconds()), secure=cookies.is_https(visit.app), samesite="lax",
    )  # fmt: skip
    return response


@router.get(_PATH + "/ve")
async def come_back(visit: Anyone) -> Response:
    """Take what the provider says of whoever comes back."""
    _require_chosen(visit.app)
    request = visit.request
    try:
        carried = _carried(visit, request)
        request.scope["session"] = carried
        token = await provider_of(request.app).authorize_access_token(request)
        claims: dict[str, Any] = token["userinfo"]
    except (*_WRONG, Invalid) as error:
        response = await _failed(visit, error)
    else:
        response = await run_in_threadpool(_recognise, visit, claims, carried["onwards"])
    response.delete_cookie(_COOKIE, path=_PATH, httponly=True, samesite="lax")
    return response


def provider_of(web: FastAPI) -> Provider:
    """Return the provider of an application."""
    found: Provider | None = getattr(web.state, "provider", None)
    if found is None:
        transport = getattr(web.state, "provider_transport", None)
        found = web.state.provider = Provider(web.state.dondoc, transport=transport)
    return found


def _require_chosen(app: App) -> None:
    if "oidc" not in app.settings.auth.methods:
        raise HTTPException(404)


def _carried(visit: Visit, request: Request) -> dict[str, Any]:
    """Return what this browser was given when it left; empty where it never did."""
    box, text = box_of(visit.app), request.cookies.get(_COOKIE, "")
    found: dict[str, Any] = json.loads(box.unseal(box.unsign(_PURPOSE, text, _LASTS)))
    return found


def _recognise(visit: Visit, claims: dict[str, Any], onwards: str) -> Response:
    issuer, subject = claims["iss"], claims["sub"]
    with visit.read() as tx:
        person_id = identities.person_of(tx, issuer=issuer, subject=subject)
        account = accounts.account_of(tx, person_id) if person_id else None
    person = visit.rulebook.organisation.person_by_id.get(person_id or "")
    if person is None:
        return _unlinked(visit, claims)
    if person.is_disabled:
        steps.failed(visit, step="oidc", person=person)
        return render(visit, "signin/unlinked.html", status=403, claim="")
    ticket = Ticket(
        person_id=person.id, method="oidc", mark=mark_of(account), onwards=own_path(onwards)
    )
    return steps.go_on(visit, ticket, person)


def _unlinked(visit: Visit, claims: dict[str, Any]) -> Response:
    """Show what to hand an administrator; nobody is made, and nobody found by an address."""
    shown = {
        name: value[:_SHOWN]
        for name in ("name", "email")
        if isinstance(value := claims.get(name), str)
    }
    data = {"iss": claims["iss"], "sub": claims["sub"], **shown}
    claim = box_of(visit.app).sign(CLAIM, data)
    address = f"{origin(visit.app)}/quan-tri/tai-khoan/lien-ket?ma={claim}"
    steps.failed(visit, step="oidc", person=None)
    return render(visit, "signin/unlinked.html", status=403, claim=address)


async def _failed(visit: Visit, error: Exception) -> Response:
    # Whatever it was, what it held is not written down.
    _log.warning("signin.provider", kind=type(error).__name__, reason=_reason(error))
    return await run_in_threadpool(render, visit, "signin/provider_failed.html", status=401)


def _reason(error: Exception) -> str:
    if isinstance(error, UntrustedError):
        return str(error)
    return str(getattr(error, "error", ""))[:_SHOWN]
