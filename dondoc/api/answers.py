"""How a call is answered: a body, its headers; and a call made twice, once (G4)."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from typing import Annotated, NoReturn, TypeAlias, TypeVar

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from dondoc.api.caller import Call, Writing
from dondoc.api.problems import ProblemError, answer, refusal
from engine.commands import refusals, replays
from engine.commands.replays import Asked, Kept, NotAnsweredError
from engine.database import Transaction
from engine.errors import Conflict, Refused

#: Records that a call was refused.
Refusing: TypeAlias = Callable[[Transaction, Refused | Conflict], None]
_JSON = "application/json"
_Made = TypeVar("_Made")

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Makes the call safe to repeat for 24 hours: one effect, the same answer.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered to a call that was granted.

    `kept` is what stands for the key of idempotency, where that is another body.
    """

    body: BaseModel | None = None
    kept: BaseModel | None = None
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


async def fingerprint(request: Request) -> str:
    """Return what makes a call this call: its address, its precondition and its bytes."""
    return digest_of(request, await request.body())


def digest_of(request: Request, content: bytes) -> str:
    """Return what makes a call this call, whose bytes are already at hand."""
    parts = (
        request.method, request.url.path, request.url.query, request.headers.get("if-match", ""),
    )  # fmt: skip
    head = "\n".join(parts).encode(errors="surrogateescape")
    return hashlib.sha256(head + b"\n" + content).hexdigest()


Fingerprint = Annotated[str, Depends(fingerprint)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A call that changes something, and the key under which it may be made again."""

    call: Call
    key: str | None
    digest: str


def posted(call: Writing, digest: Fingerprint, idempotency_key: IdempotencyKey = None) -> Post:
    """Return a call that changes something; its body is JSON, or nothing."""
    return Post(call=call, key=idempotency_key, digest=digest)


Posting = Annotated[Post, Depends(posted)]


def shown(call: Call, granted: Answer) -> Response:
    """Return an answer as a response."""
    body = b"" if granted.body is None else granted.body.model_dump_json().encode()
    response = Response(body, int(granted.status), headers={**call.headers, **granted.headers})
    if body:
        response.headers["Content-Type"] = _JSON
    return response


def once(
    post: Post,
    work: Callable[[Transaction], Answer],
    *,
    refused: Refusing,
) -> Response:
    """Carry a call out in one transaction with the answer that its key stands for.

    Args:
        post: The call.
        work: Does it; what it raises undoes it.
        refused: Records that it was refused, in a transaction of its own.

    Raises:
        ProblemError: the key stands for another call, or for one that is not over.
    """
    call, asked = post.call, _asked(post)
    try:
        with call.write() as tx:
            if asked and (former := _kept(tx, asked, call)):
                return _again(call, former)
            granted = work(tx)
            if asked:
                kept = shown(call, replace(granted, body=granted.kept or granted.body))
                replays.keep(tx, asked, _to_keep(call, kept), at=call.now)
            return shown(call, granted)
    except (Refused, Conflict) as error:
        response = answer(call.request, refusal(call.request, error))
        with call.write() as tx:
            refused(tx, error)
            if asked and not _kept(tx, asked, call):
                replays.keep(tx, asked, _to_keep(call, response), at=call.now)
        return response


def prepared(
    post: Post,
    prepare: Callable[[], _Made],
    work: Callable[[Transaction, _Made], Answer],
    *,
    refused: Refusing,
) -> Response:
    """Carry a call out that has something costly to do before its transaction is opened.

    Args:
        post: The call; one that was answered before is not prepared again.
        prepare: Does what is costly, and writes nothing.
        work: Does the rest, with what was prepared.
        refused: Records that it was refused.

    Raises:
        ProblemError: as `once`.
    """
    asked = _asked(post)
    if asked is not None:
        with post.call.write() as tx:
            former = _kept(tx, asked, post.call)
        if former is not None:
            return _again(post.call, former)
    try:
        made = prepare()
    except (Refused, Conflict) as error:
        return once(post, partial(_refuse, error), refused=refused)
    return once(post, lambda tx: work(tx, made), refused=refused)


def recorded(
    post: Post, command: str, arguments: Mapping[str, str], *, on_behalf_of: str | None = None
) -> Refusing:
    """Return what records the refusal of a call that is about no single task."""

    def record(tx: Transaction, error: Refused | Conflict) -> None:
        by, at = post.call.by(on_behalf_of or ""), post.call.now
        refusals.record_command(tx, command, arguments=arguments, by=by, refusal=error, at=at)

    return record


def _asked(post: Post) -> Asked | None:
    """Return what the key of a call stands for; None where it has none."""
    if not post.key:
        return None
    return Asked(actor=f"token:{post.call.bearer.token_id}", key=post.key, digest=post.digest)


def _refuse(error: Refused | Conflict, tx: Transaction) -> NoReturn:
    del tx
    raise error


def _kept(tx: Transaction, asked: Asked, call: Call) -> Kept | None:
    try:
        return replays.answered(tx, asked, at=call.now)
    except NotAnsweredError as error:
        raise _not_answered(is_taken=error.is_taken) from error


def _not_answered(*, is_taken: bool) -> ProblemError:
    if is_taken:
        words = (
            "Idempotency-Key này đã dùng cho một yêu cầu khác trong 24 giờ qua.",
            "This Idempotency-Key was used for another request within the last 24 hours.",
        )
        return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "key_reused", words)
    words = ("Hãy gọi lại sau giây lát.", "Call again in a moment.")
    return ProblemError(HTTPStatus.CONFLICT, "still_running", words, headers={"Retry-After": "1"})


def _again(call: Call, kept: Kept) -> Response:
    headers = {**call.headers, **kept.headers, "Idempotency-Replayed": "true"}
    return Response(kept.body, kept.status, headers=headers)


def _to_keep(call: Call, response: Response) -> Kept:
    """Return an answer without what was true of its moment alone."""
    passing = {name.lower() for name in call.headers} | {"content-length"}
    headers = {name: value for name, value in response.headers.items() if name not in passing}
    return Kept(status=response.status_code, headers=headers, body=bytes(response.body))
