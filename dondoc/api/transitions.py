"""Transitions of a task as a resource: what can be done now, why not the rest, and doing it."""

import re
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from dondoc.api.answers import Answer, Posting, once, shown
from dondoc.api.caller import Call, Reading
from dondoc.api.deeds import Deed, Pull
from dondoc.api.problems import ProblemError, declared
from dondoc.api.shapes import Listed, Moved, Reason, Transition
from dondoc.api.tasks import Address, etag, seen
from dondoc.words import explain
from engine import possibilities
from engine.commands import refusals
from engine.commands.request import Request
from engine.database import Transaction
from engine.errors import Conflict, Refused
from engine.possibilities import Possibility

router = APIRouter(tags=["transitions"])

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
Precondition = Annotated[
    str | None,
    Header(alias="If-Match", max_length=200, description='The `ETag` that was read; `"7"`.'),
]


@router.get("/tasks/{plan}/{code}/transitions", response_model=Listed[Transition],
            responses=declared(404))  # fmt: skip
def list_transitions(
    call: Reading,
    address: Address,
    on_behalf_of: Annotated[str | None, Query(max_length=128)] = None,
) -> Response:
    """Return everything that can be done to a task, and why the caller may not do the rest."""
    with call.read() as tx:
        one = seen(tx, call, address)
        found = possibilities.possible(
            tx, one.address, by=call.by(on_behalf_of or ""), rules=call.app.rules, at=call.now
        )
    body = Listed(items=[_shown(one, call) for one in found])
    return shown(call, Answer(body=body, headers=etag(one.version)))


@router.post(
    "/tasks/{plan}/{code}/transitions", response_model=Moved, status_code=HTTPStatus.CREATED,
    responses=declared(404, 409, 412, 428),
)  # fmt: skip
def pull(
    post: Posting, address: Address, asked: Pull, *, if_match: Precondition = None
) -> Response:
    """Do something to a task, at the version that was read."""
    call = post.call
    expected = expected_tags(if_match)

    def work(tx: Transaction) -> Answer:
        one = seen(tx, call, address)
        require_fresh(one.version, expected, one.address)
        moved = Deed(call=call, tx=tx, task=one, pull=asked).do()
        return Answer(body=moved, status=HTTPStatus.CREATED, headers=etag(moved.version))

    def refused(tx: Transaction, error: Refused | Conflict) -> None:
        actor, on_behalf_of = call.by(asked.on_behalf_of or "")
        request = Request(
            actor=actor, trigger=asked.trigger, task=address, on_behalf_of=on_behalf_of,
            note=asked.comment, decision=asked.decision, due=asked.due, to=asked.to,
        )  # fmt: skip
        refusals.record(tx, request, error, at=call.now)

    return once(post, work, refused=refused)


def _shown(one: Possibility, call: Call) -> Transition:
    reason = None
    if one.refusal is not None:
        detail = explain(one.refusal, language=call.language)
        reason = Reason(code=one.refusal.code, detail=detail)
    return Transition(
        trigger=one.trigger,
        label=one.label,
        needs=list(one.needs),
        leads_to=one.leads_to,
        is_allowed=one.is_allowed,
        reason=reason,
    )


def expected_tags(if_match: str | None) -> frozenset[str] | None:
    """Return the tags of which one must be the present one; None where any will do.

    Raises:
        ProblemError: nothing is said, or nothing that can be read.
    """
    if if_match is None:
        words = (
            "Gửi If-Match với ETag đã đọc, để không ghi đè thay đổi của người khác.",
            "Send If-Match with the ETag that was read, so that nobody's change is overwritten.",
        )
        raise ProblemError(HTTPStatus.PRECONDITION_REQUIRED, "precondition_required", words)
    if if_match.strip() == "*":
        return None
    tags = [_TAG.fullmatch(one.strip()) for one in if_match.split(",")]
    if not all(tags):
        words = ('If-Match phải là ETag trong ngoặc kép: "7"', 'If-Match is a quoted ETag: "7"')
        raise ProblemError(HTTPStatus.BAD_REQUEST, "not_acceptable", words)
    # A weak tag never matches here (RFC 9110, 13.1.1).
    return frozenset(one[2] for one in tags if one is not None and one[1] is None)


def require_fresh(version: int, expected: frozenset[str] | None, address: str) -> None:
    """Return if a task is at a version that the caller has read.

    Raises:
        ProblemError: it is at another one.
    """
    if expected is None or str(version) in expected:
        return
    words = (
        f"{address} nay là phiên bản {version}; hãy đọc lại rồi quyết định.",
        f"{address} is at version {version} by now; read it again and decide.",
    )
    raise ProblemError(HTTPStatus.PRECONDITION_FAILED, "stale", words, headers=etag(version))
