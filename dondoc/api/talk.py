"""What people say about a task."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from dondoc.api.answers import Answer, Posting, once, recorded, shown
from dondoc.api.caller import Reading
from dondoc.api.problems import declared
from dondoc.api.shapes import Comment, Given, Listed, Made
from dondoc.api.tasks import Address, seen
from engine.commands import comments
from engine.database import Transaction

router = APIRouter(tags=["comments"])


class Saying(Given):
    """What is to be said."""

    words: Annotated[str, Field(min_length=1, max_length=comments.LONGEST)]
    on_behalf_of: Annotated[str, Field(min_length=1, max_length=128)] | None = None


@router.get("/tasks/{plan}/{code}/comments", response_model=Listed[Comment],
            responses=declared(404))  # fmt: skip
def list_comments(call: Reading, address: Address) -> Response:
    """Return what was said about a task, the oldest first."""
    with call.read() as tx:
        found = comments.comments_of(tx, seen(tx, call, address).id)
    return shown(call, Answer(body=Listed(items=[Comment.of(one) for one in found])))


@router.post("/tasks/{plan}/{code}/comments", response_model=Made,
             status_code=HTTPStatus.CREATED, responses=declared(404, 409))  # fmt: skip
def say(post: Posting, address: Address, asked: Saying) -> Response:
    """Say something about a task; nothing said is changed or taken away."""
    call, by = post.call, post.call.by(asked.on_behalf_of or "")

    def work(tx: Transaction) -> Answer:
        said = comments.Said(task=address, words=asked.words)
        made = comments.say(tx, said, by=by, rules=call.app.rules, at=call.now)
        return Answer(body=Made(id=made), status=HTTPStatus.CREATED)

    refused = recorded(post, "comment", {"task": address}, on_behalf_of=asked.on_behalf_of)
    return once(post, work, refused=refused)
