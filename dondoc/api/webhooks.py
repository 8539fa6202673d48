"""Webhooks as a resource: made, listed, deleted, and what each was told."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from dondoc.api.answers import Answer, Posting, once, recorded, shown
from dondoc.api.caller import Reading
from dondoc.api.problems import declared
from dondoc.api.shapes import Given, Instant, Listed, Shape
from dondoc.hooks import guard_of
from dondoc.secretbox import box_of
from engine.commands import webhooks
from engine.commands.webhooks import Hooking
from engine.database import Transaction
from engine.secrecy import new_secret

router = APIRouter(tags=["webhooks"])

_UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_Id = Annotated[str, Path(pattern=_UUID)]


class Hook(Given):
    """A program that is to be told."""

    url: Annotated[str, Field(min_length=1, max_length=2_000, examples=["https://example.vn/tin"])]
    events: list[Annotated[str, Field(max_length=64)]] = Field(
        default=["*"], min_length=1, max_length=100, examples=[["task.reported"], ["*"]]
    )


class Webhook(Shape):
    """A program that is told what happens."""

    id: str
    url: str
    events: list[str]
    person: str = Field(description="It is told of what this person may see.")
    created_at: Instant
    failing_since: Instant | None
    paused_at: Instant | None
    waiting: int = Field(description="What it was not told yet.")


class NewWebhook(Webhook):
    """A webhook that was made, with the secret that is shown this once."""

    secret: str | None = Field(
        description="The key of the HMAC in `Dondoc-Signature`; null where the call is repeated."
    )


class Delivery(Shape):
    """One thing that a webhook is told, and what came of it."""

    id: str
    entry_id: str
    event: str
    status: str
    tries: int
    created_at: Instant
    next_try_at: Instant | None
    done_at: Instant | None
    code: int | None
    reply: str | None


@router.get("/webhooks", response_model=Listed[Webhook], responses=declared())
def list_webhooks(call: Reading) -> Response:
    """Return every webhook; for those who run the plan or the machine."""
    with call.read() as tx:
        found = webhooks.listed(tx, by=call.who.code, rules=call.app.rules, at=call.now)
    return shown(call, Answer(body=Listed(items=[Webhook.model_validate(one) for one in found])))


@router.post("/webhooks", response_model=NewWebhook, status_code=HTTPStatus.CREATED,
             responses=declared(409))  # fmt: skip
def create_webhook(post: Posting, asked: Hook) -> Response:
    """Have a program told of everything that happens from now on, or of some of it."""
    call, secret = post.call, new_secret()
    rules, at, by = call.app.rules, call.now, call.who.code

    def work(tx: Transaction) -> Answer:
        guard_of(call.app).checked(asked.url)
        hooking = Hooking(
            url=asked.url, events=tuple(asked.events), secret=box_of(call.app).seal(secret)
        )
        made = webhooks.create(tx, hooking, by=by, rules=rules, at=at)
        found = webhooks.show(tx, made, by=by, rules=rules, at=at)
        known = Webhook.model_validate(found).model_dump()
        return Answer(
            body=NewWebhook(**known, secret=secret),
            status=HTTPStatus.CREATED,
            # A secret that lay in the database would be none.
            kept=NewWebhook(**known, secret=None),
        )

    return once(post, work, refused=recorded(post, "webhook create", {"url": asked.url}))


@router.delete("/webhooks/{webhook_id}", status_code=HTTPStatus.NO_CONTENT,
               responses=declared(404, 409))  # fmt: skip
def delete_webhook(post: Posting, webhook_id: _Id) -> Response:
    """Tell a program nothing any more."""
    call = post.call

    def work(tx: Transaction) -> Answer:
        webhooks.delete(tx, webhook_id.lower(), by=call.who.code, rules=call.app.rules, at=call.now)
        return Answer(status=HTTPStatus.NO_CONTENT)

    return once(post, work, refused=recorded(post, "webhook delete", {"webhook": webhook_id}))


@router.get("/webhooks/{webhook_id}/deliveries", response_model=Listed[Delivery],
            responses=declared(404))  # fmt: skip
def list_deliveries(call: Reading, webhook_id: _Id) -> Response:
    """Return the last fifty things that a webhook was told, the newest first."""
    with call.read() as tx:
        found = webhooks.deliveries(
            tx, webhook_id.lower(), by=call.who.code, rules=call.app.rules, at=call.now
        )
    return shown(call, Answer(body=Listed(items=[Delivery.model_validate(one) for one in found])))


@router.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver",
             status_code=HTTPStatus.NO_CONTENT, responses=declared(404, 409))  # fmt: skip
def redeliver(post: Posting, webhook_id: _Id, delivery_id: _Id) -> Response:
    """Tell one thing once more, under the same number."""
    call = post.call

    def work(tx: Transaction) -> Answer:
        webhooks.redeliver(
            tx, webhook_id.lower(), delivery_id.lower(), by=call.who.code, rules=call.app.rules,
            at=call.now,
        )  # fmt: skip
        return Answer(status=HTTPStatus.NO_CONTENT)

    refused = recorded(post, "webhook redeliver", {"delivery": delivery_id})
    return once(post, work, refused=refused)


@router.post("/webhooks/{webhook_id}/resume", status_code=HTTPStatus.NO_CONTENT,
             responses=declared(404, 409))  # fmt: skip
def resume(post: Posting, webhook_id: _Id) -> Response:
    """Go on with a webhook that was paused."""
    call = post.call

    def work(tx: Transaction) -> Answer:
        webhooks.resume(tx, webhook_id.lower(), by=call.who.code, rules=call.app.rules, at=call.now)
        return Answer(status=HTTPStatus.NO_CONTENT)

    return once(post, work, refused=recorded(post, "webhook resume", {"webhook": webhook_id}))
