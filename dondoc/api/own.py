"""What is the caller's own: what he was told, and the tokens that speak for him."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from dondoc.api.answers import Answer, Posting, once, recorded, shown
from dondoc.api.caller import Reading
from dondoc.api.problems import declared
from dondoc.api.shapes import Given, Listed, Notice, Read, TokenShown
from engine.commands import inbox, tokens
from engine.database import Transaction

router = APIRouter(tags=["own"])

_UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_Behalf = Annotated[str | None, Query(max_length=128)]


class Seeing(Given):
    """Notices that were seen."""

    ids: Annotated[list[Annotated[str, Field(pattern=_UUID)]], Field(max_length=500)] | None = (
        Field(default=None, description="Which; all of them where it is left out.")
    )
    on_behalf_of: Annotated[str, Field(min_length=1, max_length=128)] | None = None


@router.get("/notices", response_model=Listed[Notice], responses=declared(404))
def list_notices(
    call: Reading,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    *,
    unread: bool = False,
    on_behalf_of: _Behalf = None,
) -> Response:
    """Return what the caller was told, the newest first, however the mail fared."""
    by = call.by(on_behalf_of or "")
    with call.read() as tx:
        found = inbox.listed(
            tx, by=by, only_unread=unread, limit=limit, rules=call.app.rules, at=call.now
        )
    return shown(call, Answer(body=Listed(items=[Notice.model_validate(one) for one in found])))


@router.post("/notices/read", response_model=Read, responses=declared(404, 409))
def read_notices(post: Posting, asked: Seeing) -> Response:
    """Remember that the caller saw notices."""
    call, by = post.call, post.call.by(asked.on_behalf_of or "")

    def work(tx: Transaction) -> Answer:
        new = inbox.read(tx, asked.ids, by=by, rules=call.app.rules, at=call.now)
        return Answer(body=Read(read=new))

    refused = recorded(post, "notice read", {}, on_behalf_of=asked.on_behalf_of)
    return once(post, work, refused=refused)


@router.get("/tokens", response_model=Listed[TokenShown], responses=declared())
def list_tokens(call: Reading) -> Response:
    """Return the caller's tokens without their secrets; a page of his account makes them."""
    with call.read() as tx:
        found = tokens.of_person(tx, call.who.person.id)
    return shown(call, Answer(body=Listed(items=[TokenShown.model_validate(one) for one in found])))


@router.delete(
    "/tokens/{token_id}", status_code=HTTPStatus.NO_CONTENT, responses=declared(404, 409)
)
def revoke_token(post: Posting, token_id: Annotated[str, Path(pattern=_UUID)]) -> Response:
    """Revoke a token of the caller's own, even this one; its next call is refused."""
    call = post.call

    def work(tx: Transaction) -> Answer:
        tokens.revoke(tx, token_id.lower(), by=call.who.code, at=call.now)
        return Answer(status=HTTPStatus.NO_CONTENT)

    return once(post, work, refused=recorded(post, "token revoke", {"token": token_id}))
