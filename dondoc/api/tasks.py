"""Tasks: lists of them by the filter string of every other door, and one of them."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, Field, RootModel

from dondoc.api.answers import Answer, shown
from dondoc.api.caller import Call, Reading
from dondoc.api.paging import (
    Counted,
    CursorText,
    Fields,
    Limit,
    fields_of,
    filter_of,
    next_link,
    read_cursor,
    sign_cursor,
)
from dondoc.api.problems import declared
from dondoc.api.shapes import Happening, Listed, Paged, Task, TaskPage, picked
from engine import listing, queries
from engine.commands import looking
from engine.database import Transaction
from engine.filters import DUE, KINDS, SORTS, STATUSES, read_filter
from engine.listing import Viewpoint
from engine.task import Task as Row

router = APIRouter(tags=["tasks"])


def _address(
    plan: Annotated[str, Path(max_length=64, description="Code of the plan.")],
    code: Annotated[str, Path(max_length=64, description="Code of the task in its plan.")],
) -> str:
    return f"{plan}/{code}"


#: The task that a path names.
Address = Annotated[str, Depends(_address)]
Text = Annotated[str | None, Field(max_length=200)]


class _Whatever(RootModel[Any]):
    """JSON that is put together already."""


def _known(*values: str) -> Any:
    return Field(json_schema_extra={"enum": list(values)})


class _Query(BaseModel):
    """What a list may be asked: a filter, in the words of pages, and how much of it."""

    status: Annotated[str | None, _known(*STATUSES)] = None
    unit: Text = None
    assignee: Text = None
    verifier: Text = None
    leader: Text = None
    escalated: Text = None
    field: Text = None
    plan: Text = None
    due: Annotated[str | None, Field(examples=[*DUE, "2026-06-01..2026-06-30"])] = None
    q: Text = None
    obstacle: Annotated[str | None, _known("open")] = None
    extension: Annotated[str | None, _known("open")] = None
    urgent: Annotated[str | None, _known("yes")] = None
    kind: Annotated[str | None, _known(*KINDS)] = None
    sort: Annotated[str | None, _known(*SORTS)] = None
    limit: Limit = 50
    cursor: CursorText = None
    count: Counted = False
    fields: Fields = None


@router.get("/tasks", response_model=Paged[Task], responses=declared(404))
def list_tasks(request: Request, call: Reading, asked: Annotated[_Query, Query()]) -> Response:
    """List the tasks that the caller may see; the filter is that of the page of tasks."""
    wanted = read_filter(filter_of(request), today=call.today)
    chosen, of = fields_of(asked.fields, Task), wanted.as_query()
    after = listing.read_cursor(read_cursor(call, asked.cursor, of=of)) if asked.cursor else None
    viewer = Viewpoint(person_ids=call.people)
    rules, at = call.app.rules, call.now
    with call.read() as tx:
        found = listing.page(tx, wanted, viewer, rules=rules, at=at, limit=asked.limit, after=after)
        total = listing.count(tx, wanted, viewer, rules=rules, at=at) if asked.count else None
    cut = sign_cursor(call, found.next.text(), of=of) if found.next else None
    body: dict[str, Any] = {
        "items": [picked(Task.model_validate(one), chosen) for one in found.items],
        "next": cut,
    }
    if total is not None:
        body |= {"count": total.number, "is_more": total.is_more}
    return shown(call, Answer(body=_Whatever(body), headers=next_link(call, cut)))


@router.get("/tasks/{plan}/{code}", response_model=TaskPage, responses=declared(404))
def show_task(call: Reading, address: Address, fields: Fields = None) -> Response:
    """Return one task with what belongs to it; its version is the `ETag`."""
    chosen = fields_of(fields, TaskPage)
    with call.read() as tx:
        one = seen(tx, call, address)
        page = queries.show_task(tx, one.address, rules=call.app.rules, at=call.now)
    view = page.pop("task")
    known: Mapping[str, Any] = {**page, **Task.model_validate(view).model_dump()}
    body = picked(TaskPage.model_validate({"field": "", **known}), chosen)
    return shown(call, Answer(body=_Whatever(body), headers=etag(view.version)))


@router.get("/tasks/{plan}/{code}/events", response_model=Listed[Happening],
            responses=declared(404))  # fmt: skip
def list_events(call: Reading, address: Address) -> Response:
    """Return the history of a task, the oldest first."""
    with call.read() as tx:
        one = seen(tx, call, address)
        page = queries.show_task(tx, one.address, rules=call.app.rules, at=call.now)
    body = Listed(items=[Happening.model_validate(row) for row in page["history"]])
    return shown(call, Answer(body=body, headers=etag(one.version)))


def seen(tx: Transaction, call: Call, address: str) -> Row:
    """Return the task that an address names, if the caller may see it.

    Raises:
        Unknown: he may not, or there is none.
    """
    found = looking.find(tx, address, people=call.people, rules=call.app.rules, at=call.now)
    return found.task


def etag(version: int) -> Mapping[str, str]:
    """Return the header that says which version is shown."""
    return {"ETag": f'"{version}"'}
