"""One item of an active plan, given or put in other words: each is a decision of one row."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Response
from pydantic import Field

from dondoc.api.answers import Answer, Posting, once, recorded
from dondoc.api.caller import Call
from dondoc.api.problems import declared
from dondoc.api.shapes import Given, Shape, Task
from dondoc.api.tasks import Address, etag, seen
from dondoc.api.transitions import Precondition, expected_tags, require_fresh
from engine import plan_pages, queries
from engine.commands import single_items
from engine.commands.written_items import LONGEST, NewItem, Rewording, Ruling
from engine.database import Transaction
from engine.errors import BadInput

router = APIRouter(tags=["tasks"])

_Code = Annotated[str, Field(min_length=1, max_length=64)]
_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Words = Annotated[str, Field(min_length=1, max_length=LONGEST)]
#: Units that contribute to one task, or documents that it rests on; more are no list of anybody's.
_MOST = 100


class _Decided(Given):
    """The decision by which an active plan changes."""

    decision: _Code = Field(description="Number of the decision.", examples=["15/QĐ-SCT"])
    decided_on: date = Field(description="Its date; not one still to come.")
    note: Annotated[str, Field(max_length=LONGEST)] | None = Field(
        default=None, description="Why, for the record and the messages."
    )
    on_behalf_of: Annotated[str, Field(min_length=1, max_length=128)] | None = Field(
        default=None, description="Whom the caller stands in for."
    )

    def ruling(self) -> Ruling:
        """Return it as the engine takes it."""
        return Ruling(decision=self.decision, decided_on=self.decided_on, note=self.note)


class NewTask(_Decided):
    """One more task of an active plan; units and people by code or name."""

    plan: _Code = Field(description="Code of the plan.", examples=["KH-2026"])
    title: _Words
    lead: _Name = Field(description="The lead unit.", examples=["VP"])
    kind: Literal["task", "standing"] = Field(
        default="task", description="A standing duty has no date."
    )
    due: date | None = Field(default=None, description="The last day that is still in time.")
    parent: _Code | None = Field(default=None, description="Code of the heading it belongs to.")
    beside: _Code | None = Field(
        default=None, description="Code of an item of the field it belongs to."
    )
    code: _Code | None = Field(default=None, description="Without one it gets the next free one.")
    coordinating: Annotated[list[_Name], Field(max_length=_MOST)] = Field(
        default=[], description="Units that contribute."
    )
    assignee: _Name | None = Field(default=None, description="Somebody of the lead unit.")
    verifier: _Name | None = None
    output: _Words | None = None
    citations: Annotated[list[_Name], Field(max_length=_MOST)] = Field(
        default=[], description="Numbers of the documents it rests on."
    )
    is_urgent: bool = False
    evidence_optional: bool = False

    def item(self) -> NewItem:
        """Return it as the engine takes it."""
        said = self.model_dump(exclude=set(_Decided.model_fields))
        lists = {name: tuple(said[name]) for name in ("coordinating", "citations")}
        return NewItem(**{**said, **lists})


class Reworded(_Decided):
    """Other words for an item of an active plan; what is left out stays."""

    title: _Words | None = None
    output: Annotated[str, Field(max_length=LONGEST)] | None = Field(
        default=None, description="An empty one takes it away."
    )


class Added(Shape):
    """The task that was given; `warnings` hold nothing up."""

    address: str
    plan: str
    code: str
    plan_version: int = Field(description="The version of the plan that it belongs to.")
    people_told: int
    warnings: list[str]


@router.post("/tasks", response_model=Added, status_code=HTTPStatus.CREATED,
             responses=declared(404, 409))  # fmt: skip
def add_task(post: Posting, asked: NewTask) -> Response:
    """Give one more task of an active plan out, by a decision: its people are told at once."""
    call, by = post.call, post.call.by(asked.on_behalf_of or "")
    rules, at = call.app.rules, call.now

    def work(tx: Transaction) -> Answer:
        plan_pages.require_visible(tx, asked.plan, call.people, rules=rules, at=at)
        with _pointed():
            given = single_items.give(
                tx, asked.item(), asked.ruling(), by=by, rules=rules, at=at
            )  # fmt: skip
        warnings = (*given.remarks, *given.adjusted.warnings)
        body = Added(
            address=given.address, plan=given.plan, code=given.code,
            plan_version=given.adjusted.version or 0, people_told=given.adjusted.people_told,
            warnings=[str(one) for one in warnings],
        )  # fmt: skip
        where = f"/api/v1/tasks/{quote(given.plan)}/{quote(given.code)}"
        headers = {"Location": where, **etag(1)}
        return Answer(body=body, status=HTTPStatus.CREATED, headers=headers)

    arguments = {"plan": asked.plan, "title": asked.title, "decision": asked.decision}
    refused = recorded(post, "plan add", arguments, on_behalf_of=asked.on_behalf_of)
    return once(post, work, refused=refused)


@router.patch("/tasks/{plan}/{code}", response_model=Task,
              responses=declared(404, 409, 412, 428))  # fmt: skip
def reword_task(
    post: Posting, address: Address, asked: Reworded, *, if_match: Precondition = None
) -> Response:
    """Put a task in other words, by a decision, at the version that was read.

    Its date, its people and where it stands have transitions of their own.
    """
    call, by = post.call, post.call.by(asked.on_behalf_of or "")
    expected, rules, at = expected_tags(if_match), call.app.rules, call.now

    def work(tx: Transaction) -> Answer:
        one = seen(tx, call, address)
        require_fresh(one.version, expected, one.address)
        wanted = Rewording(
            plan=one.plan_code, code=one.code, title=asked.title, output=asked.output,
            version=one.version,
        )  # fmt: skip
        with _pointed():
            single_items.reword(tx, wanted, asked.ruling(), by=by, rules=rules, at=at)
        return _shown(tx, call, one.address)

    arguments = {"task": address, "title": asked.title or "", "decision": asked.decision}
    refused = recorded(post, "plan reword", arguments, on_behalf_of=asked.on_behalf_of)
    return once(post, work, refused=refused)


def _shown(tx: Transaction, call: Call, address: str) -> Answer:
    page = queries.show_task(tx, address, rules=call.app.rules, at=call.now)
    after = Task.model_validate(page["task"])
    return Answer(body=after, headers=etag(after.version))


@contextmanager
def _pointed() -> Iterator[None]:
    """Have what is wrong with a field said by a pointer into the body."""
    try:
        yield
    except BadInput as error:
        faults = [replace(one, place=f"/{one.place}") for one in error.faults]
        raise BadInput(source=error.source, faults=faults) from error
