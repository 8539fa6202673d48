"""The page of webhooks: which programs are told what happens, and what came of it."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.datastructures import FormData

from dondoc.hooks import guard_of
from dondoc.secretbox import box_of
from dondoc.statuses import status_of
from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import Form, posted, read_form, typed
from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn, Visit
from engine.commands import refusals, webhooks
from engine.commands.webhooks import ALL, Hooking
from engine.errors import Refused
from engine.secrecy import new_secret

router = APIRouter()

_HERE = "/quan-tri/webhook"


class HookForm(Form):
    """A program that is to be told; without events it is told of everything."""

    url: Annotated[str, Field(min_length=1, max_length=2_000)]
    events: list[Annotated[str, Field(max_length=64)]] = Field(default=[], max_length=100)


@router.get(_HERE)
def show_webhooks(visit: SignedIn, xong: str = "") -> Response:
    """Show every webhook, and the form for another one."""
    return _page(visit, done=xong)


@router.post(_HERE)
def create_webhook(visit: SignedIn, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Have a program told, and show its secret this once."""
    secret = new_secret()
    try:
        asked = read_form(HookForm, form, visit)
        guard_of(visit.app).checked(asked.url)
        hooking = Hooking(
            url=asked.url, events=tuple(asked.events) or (ALL,),
            secret=box_of(visit.app).seal(secret),
        )  # fmt: skip
        with visit.write() as tx:
            webhooks.create(tx, hooking, by=visit.who.code, rules=visit.app.rules, at=visit.now)
    except Mistakes as error:
        return _page(visit, status=422, mistakes=error.mistakes, form=form)
    except Refused as error:
        _record(visit, "webhook create", error)
        wrong = [Mistake(field=getattr(error, "field", ""), words=words_of(error, visit))]
        return _page(visit, status=status_of(error), mistakes=wrong, form=form)
    return _page(visit, secret=secret)


@router.get(_HERE + "/{webhook_id}")
def show_webhook(visit: SignedIn, webhook_id: str) -> Response:
    """Show what one program was told."""
    by, rules, at = visit.who.code, visit.app.rules, visit.now
    with visit.read() as tx:
        hook = webhooks.show(tx, webhook_id, by=by, rules=rules, at=at)
        told = webhooks.deliveries(tx, webhook_id, by=by, rules=rules, at=at)
    return render(visit, "api/webhook.html", hook=hook, told=told)


@router.post(_HERE + "/{webhook_id}/xoa")
def delete_webhook(visit: SignedIn, webhook_id: str) -> Response:
    """Tell a program nothing any more."""
    try:
        with visit.write() as tx:
            webhooks.delete(tx, webhook_id, by=visit.who.code, rules=visit.app.rules, at=visit.now)
    except Refused as error:
        _record(visit, "webhook delete", error)
        raise
    return RedirectResponse(f"{_HERE}?xong=deleted", 303)


@router.post(_HERE + "/{webhook_id}/chay-tiep")
def resume_webhook(visit: SignedIn, webhook_id: str) -> Response:
    """Go on with a webhook that was paused."""
    try:
        with visit.write() as tx:
            webhooks.resume(tx, webhook_id, by=visit.who.code, rules=visit.app.rules, at=visit.now)
    except Refused as error:
        _record(visit, "webhook resume", error)
        raise
    return RedirectResponse(f"{_HERE}/{webhook_id}", 303)


@router.post(_HERE + "/{webhook_id}/gui-lai/{delivery_id}")
def redeliver(visit: SignedIn, webhook_id: str, delivery_id: str) -> Response:
    """Tell one thing once more."""
    try:
        with visit.write() as tx:
            webhooks.redeliver(
                tx, webhook_id, delivery_id, by=visit.who.code, rules=visit.app.rules, at=visit.now
            )
    except Refused as error:
        _record(visit, "webhook redeliver", error)
        raise
    return RedirectResponse(f"{_HERE}/{webhook_id}", 303)


def _page(
    visit: Visit,
    *,
    status: int = 200,
    mistakes: Sequence[Mistake] = (),
    form: FormData | None = None,
    secret: str = "",
    done: str = "",
) -> Response:
    with visit.read() as tx:
        found = webhooks.listed(tx, by=visit.who.code, rules=visit.app.rules, at=visit.now)
    return render(
        visit, "api/webhooks.html", status=status, hooks=found, mistakes=mistakes,
        values=_typed(form), secret=secret, done=done, events=webhooks.EVENTS,
    )  # fmt: skip


def _typed(form: FormData | None) -> Mapping[str, object]:
    """Return what was typed; one event or many are a list."""
    if form is None:
        return {"url": "", "events": []}
    return {"url": typed(form).get("url", ""), "events": form.getlist("events")}


def _record(visit: Visit, command: str, error: Refused) -> None:
    with visit.write() as tx:
        refusals.record_command(
            tx, command, arguments={}, by=visit.by(), refusal=error, at=visit.now
        )
