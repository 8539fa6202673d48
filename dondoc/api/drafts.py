"""Drafts of plans: their rows with what is asked of each, settling them, and having them begin."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Response
from pydantic import Field

from dondoc import intake
from dondoc.api.answers import Answer, Posting, once, recorded, shown
from dondoc.api.caller import Reading
from dondoc.api.problems import declared
from dondoc.api.shapes import Given, Shape
from engine import plan_pages
from engine.commands import decisions, reviews
from engine.commands.decisions import Decision
from engine.database import Transaction
from engine.errors import NotPermitted

router = APIRouter(tags=["plans"])

Code = Annotated[
    str, Path(min_length=1, max_length=64, description="Code of the plan.")
]  # fmt: skip
_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Choice = Literal["keep", "drop", "class", "due", "lead", "assignee", "verifier", "output"]
_MOST = 100


class Change(Shape):
    """One field, as it is stored and as the file says it."""

    field: str
    old: str | None
    new: str | None


class Question(Shape):
    """What has to be decided of a row before the plan can begin."""

    code: str = Field(description="Stable; `docs/reference/intake-codes.md` explains each.")
    problem: str
    cure: str
    options: list[str] = Field(description="Answers that would do, the likeliest first.")


class Remark(Shape):
    """What was noticed of a row, or of the document."""

    code: str
    message: str


class Place(Shape):
    """Where something stands in the file; what its format does not count is null."""

    file: str | None
    page: int | None
    sheet: str | None
    table: int | None
    row: int | None
    paragraph: int | None
    line: int | None
    passage: str


class Row(Shape):
    """One row: what would become of it, what is asked, and where that stands in the file."""

    code: str
    action: str = Field(description="`create`, `update`, `unchanged`, or `absent` from the file.")
    kind: str
    title: str
    section: str
    field: str
    lead: str | None
    leads: list[str] = Field(description="Names between which somebody has to choose.")
    coordinating: list[str]
    assignee: str | None
    verifier: str | None
    deadline_phrase: str | None
    due: list[date]
    output: str | None
    decision: str | None
    is_urgent: bool
    changes: list[Change]
    questions: list[Question]
    warnings: list[Remark]
    near_duplicates: list[str] = Field(description="Codes of rows that read alike.")
    source: Place


class Review(Shape):
    """All rows, in the order of the document."""

    plan: str
    year: int
    title: str
    is_draft: bool = Field(description="Only a draft has anything to settle.")
    summary: dict[str, int] = Field(
        description="Rows by what becomes of them, and how many wait for a decision."
    )
    remarks: list[Remark]
    items: list[Row] = Field(validation_alias="rows")


class Settling(Given):
    """What is decided of one row."""

    item: _Name = Field(description="Code of the row.", examples=["II.2"])
    choice: _Choice
    value: Annotated[str, Field(min_length=1, max_length=2_000)] | None = Field(
        default=None,
        description="A kind, a code, or words; not for `keep`, `drop` and `due`.",
        examples=["CNTT"],
    )
    due: Annotated[list[date], Field(min_length=1, max_length=400)] | None = Field(
        default=None, description="The days of `due`.", examples=[["2026-06-30"]]
    )


class Settlings(Given):
    """Decisions that are taken together, or not at all."""

    decisions: Annotated[list[Settling], Field(min_length=1, max_length=_MOST)]


class Settled(Shape):
    """What is left to decide."""

    plan: str
    decided: int
    needs_decision: int


class Beginning(Given):
    """That a plan is to begin."""

    on_behalf_of: Annotated[str, Field(min_length=1, max_length=128)] | None = Field(
        default=None, description="Whom the caller stands in for."
    )


class Begun(Shape):
    """What was given out; `warnings` hold nothing up."""

    plan: str
    assigned: int
    people_told: int
    warnings: list[str]


@router.get("/plans/{code}/review", response_model=Review, responses=declared(404))
def show_review(call: Reading, code: Code) -> Response:
    """Return every row of a plan with what is asked of it; for those who see the whole plan."""
    rules, at = call.app.rules, call.now
    with call.read() as tx:
        if not plan_pages.require_visible(tx, code, call.people, rules=rules, at=at):
            who = ("monitoring_unit", "director", "deputy_director", "auditor")
            raise NotPermitted(actor=call.who.code, what="review_plan", who=who)
        found = reviews.review_plan(tx, code, rules=rules, at=at)
    return shown(call, Answer(body=Review.model_validate(found)))


@router.post("/plans/{code}/decisions", response_model=Settled, summary="Settle Rows",
             responses=declared(404, 409))  # fmt: skip
def settle(post: Posting, code: Code, asked: Settlings) -> Response:
    """Settle rows of a draft, all of them or none; of two that read alike both are to be kept."""
    call = post.call
    rules, at, actor = call.app.rules, call.now, call.who.code

    def work(tx: Transaction) -> Answer:
        made = [_decision(code, one) for one in asked.decisions]
        decisions.decide_all(tx, code, made, actor=actor, rules=rules, at=at)
        left = reviews.review_plan(tx, code, rules=rules, at=at).summary["needs_decision"]
        decided = len({one.item for one in asked.decisions})
        return Answer(body=Settled(plan=code, decided=decided, needs_decision=left))

    return once(post, work, refused=recorded(post, "plan decide", {"plan": code}))


@router.post("/plans/{code}/activation", response_model=Begun, status_code=HTTPStatus.CREATED,
             summary="Activate Plan", responses=declared(404, 409))  # fmt: skip
def begin(post: Posting, code: Code, asked: Beginning) -> Response:
    """Give the work of a draft out: its people are told. Refused, every row that waits is named."""
    call, by = post.call, post.call.by(asked.on_behalf_of or "")
    rules, at = call.app.rules, call.now

    def work(tx: Transaction) -> Answer:
        plan_pages.require_visible(tx, code, call.people, rules=rules, at=at)
        done = intake.activate(
            tx, code, by=by, operator=call.app.operator, rules=rules, at=at
        )  # fmt: skip
        body = Begun(
            plan=code, assigned=done.assigned, people_told=done.people_told,
            warnings=[str(one) for one in done.warnings],
        )  # fmt: skip
        where = {"Location": f"/api/v1/plans/{quote(code)}"}
        return Answer(body=body, status=HTTPStatus.CREATED, headers=where)

    refused = recorded(post, "plan activate", {"plan": code}, on_behalf_of=asked.on_behalf_of)
    return once(post, work, refused=refused)


def _decision(plan: str, one: Settling) -> Decision:
    value = tuple(one.due) if one.due is not None else one.value
    return Decision(plan=plan, item=one.item, choice=one.choice, value=value)
