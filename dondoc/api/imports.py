"""Plans on their way in: a file is read, its columns are named, and it becomes a draft.

Each step is that of the pages, by the same commands; what was begun there can be ended here.
"""

import hashlib
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, Path, Request, Response, UploadFile
from pydantic import Field

from dondoc import intake
from dondoc.api.answers import (
    Answer,
    IdempotencyKey,
    Post,
    Posting,
    digest_of,
    once,
    prepared,
    recorded,
    shown,
)
from dondoc.api.caller import Call, Reading, Writing
from dondoc.api.drafts import Code, Review
from dondoc.api.problems import ProblemError, declared
from dondoc.api.shapes import Given, Instant, Listed, Shape
from dondoc.intake import COLUMNS, FIRST_YEAR, LAST_YEAR, Chosen
from dondoc.intake import Reading as Said
from dondoc.web.shield.turns import own_turn
from engine.commands import plan_imports, plans
from engine.commands.intake import require_monitoring_unit
from engine.commands.plan_imports import Papers, PlanImport
from engine.database import Transaction
from engine.draft import DraftPlan
from engine.errors import Conflict, Invalid, Unknown

router = APIRouter(tags=["plans"])

_UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_Id = Annotated[str, Path(pattern=_UUID)]
_Column = Annotated[str, Field(json_schema_extra={"enum": list(COLUMNS)})]
_MB = 1_000_000


class Column(Shape):
    """A column of a table: what it was taken for, and how surely, in %."""

    header: str
    key: str = Field(description='"" where nobody knows.')
    fit: int
    samples: list[str]


class Table(Shape):
    """A table of the file; tasks are read from it, or might be."""

    file: str
    title: str
    page: int | None
    sheet: str | None
    row: int | None
    rows: int
    is_read: bool
    columns: list[Column]


class Fault(Shape):
    """One thing that keeps the file from being read."""

    place: str
    problem: str
    cure: str


class Import(Shape):
    """A file that was handed in, and what was read of it."""

    id: str
    plan: str
    year: int
    state: Literal["open", "done", "given_up"]
    file: str
    appendix: str | None
    created_at: Instant
    follow: str = Field(description="Which parts of the document are followed.")
    columns: dict[str, str] = Field(description="What was said of its columns, by header.")
    title: str
    items: int
    kinds: dict[str, int]
    tables: list[Table]
    faults: list[Fault] = Field(description="Until there is none, nothing can be committed.")
    remarks: list[str]
    against: dict[str, Any] = Field(
        description="What it would change of the draft of that code; empty where there is none."
    )


class Naming(Given):
    """What is said of a file; what is not named stays as it was."""

    columns: dict[str, _Column] = Field(
        default={}, max_length=1_000, examples=[{"Cơ quan chủ trì": "lead"}]
    )
    follow: Literal["auto", "body", "tables", "all"] | None = None


class Committed(Shape):
    """What became of the rows of a file."""

    plan: str
    create: int
    update: int
    unchanged: int
    needs_decision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What came with a form."""

    file: UploadFile
    appendix: UploadFile | None
    year: int


def _sent(
    *,
    file: Annotated[UploadFile, File(description="The plan: .docx, .xlsx, .pdf, .csv, .txt, .md")],
    appendix: Annotated[UploadFile | None, File(description="A table of its own file.")] = None,
    year: Annotated[int, Form(ge=FIRST_YEAR, le=LAST_YEAR, description="Of dates without one.")],
) -> _Sent:
    return _Sent(file=file, appendix=appendix, year=year)


@router.get("/plans/{code}/imports", response_model=Listed[Import], responses=declared(404))
def list_imports(call: Reading, code: Code) -> Response:
    """Return what the caller has handed in for a plan and not ended, the newest first."""
    with call.read() as tx:
        found = plan_imports.open_of(tx, call.who.person.id)
    mine = [_shown(one) for one in found if one.plan_code == code and _is_of_a_plan(one)]
    return shown(call, Answer(body=Listed(items=mine)))


@router.post("/plans/{code}/imports", response_model=Import, status_code=HTTPStatus.CREATED,
             summary="Hand In Plan", responses=declared(404, 409, 413))  # fmt: skip
def hand_in(
    request: Request,
    call: Writing,
    code: Code,
    sent: Annotated[_Sent, Depends(_sent)],
    *,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Hand a plan in: it is read and kept; no plan changes until it is committed."""
    papers = _papers(call, sent)
    chosen = Chosen(code=code, year=sent.year, columns={})
    rules, at, actor = call.app.rules, call.now, call.who.code

    def prepare() -> tuple[Said, dict[str, Any]]:
        require_monitoring_unit(call.rulebook, actor, what="import_plan", at=at)
        with call.read() as tx:
            intake.require_draft(tx, chosen)
        return _read(call, papers, chosen)

    def work(tx: Transaction, read: tuple[Said, dict[str, Any]]) -> Answer:
        upload = intake.upload(papers, chosen, read[0], against=read[1])
        made = plan_imports.begin(tx, upload, actor=actor, rules=rules, at=at)
        found = plan_imports.get(tx, made, person_id=call.who.person.id)
        where = {"Location": f"/api/v1/imports/{made}"}
        return Answer(body=_shown(found), status=HTTPStatus.CREATED, headers=where)

    parts = (sent.year, *((name, hashlib.sha256(data).digest()) for name, data in papers.files))
    post = Post(
        call=call, key=idempotency_key, digest=digest_of(request, repr(parts).encode())
    )  # fmt: skip
    return prepared(post, prepare, work, refused=recorded(post, "web import", {"plan": code}))


@router.get("/imports/{import_id}", response_model=Import, responses=declared(404))
def show_import(call: Reading, import_id: _Id) -> Response:
    """Return one import of the caller's own: its tables, and what keeps it from being read."""
    return shown(call, Answer(body=_shown(_found(call, import_id))))


@router.get("/imports/{import_id}/rows", response_model=Review, summary="List Import Rows",
            responses=declared(404, 409))  # fmt: skip
def list_rows(call: Reading, import_id: _Id) -> Response:
    """Return what committing would do, row by row, with what would be asked; the file is read."""
    found = _found(call, import_id)
    _require_open(found)
    require_monitoring_unit(call.rulebook, call.who.code, what="import_plan", at=call.now)
    with call.read() as tx:
        papers = plan_imports.papers_of(tx, found)
    with own_turn(call.who.code, "import"):
        plan = _readable(intake.read(papers, intake.chosen_of(found)))
    with call.read() as tx:
        done = plans.preview_plan(tx, plan, rules=call.app.rules, at=call.now)
    return shown(call, Answer(body=Review.model_validate(done.review)))


@router.patch("/imports/{import_id}", response_model=Import, summary="Name Columns",
              responses=declared(404, 409))  # fmt: skip
def say(post: Posting, import_id: _Id, asked: Naming) -> Response:
    """Say what the columns of a file are, and which parts to follow; it is read again."""
    call, name = post.call, import_id.lower()

    def prepare() -> dict[str, Any]:
        found = _found(call, name)
        _require_open(found)
        require_monitoring_unit(call.rulebook, call.who.code, what="import_plan", at=call.now)
        chosen = _chosen(found, asked)
        with call.read() as tx:
            papers = plan_imports.papers_of(tx, found)
        reading, against = _read(call, papers, chosen)
        return intake.choices_again(chosen, reading, against=against)

    def work(tx: Transaction, kept: dict[str, Any]) -> Answer:
        plan_imports.settle(
            tx, name, kept, actor=call.who.code, rules=call.app.rules, at=call.now
        )  # fmt: skip
        return Answer(body=_shown(plan_imports.get(tx, name, person_id=call.who.person.id)))

    refused = recorded(post, "web import columns", {"import": name})
    return prepared(post, prepare, work, refused=refused)


@router.post("/imports/{import_id}/commit", response_model=Committed,
             status_code=HTTPStatus.CREATED, summary="Commit Import",
             responses=declared(404, 409))  # fmt: skip
def commit(post: Posting, import_id: _Id) -> Response:
    """Make the draft of it, or bring the draft up to it; what is open is settled in the draft."""
    call, name = post.call, import_id.lower()
    rules, at, actor = call.app.rules, call.now, call.who.code

    def prepare() -> tuple[PlanImport, Said]:
        found = _found(call, name)
        _require_open(found)
        require_monitoring_unit(call.rulebook, actor, what="import_plan", at=at)
        with call.read() as tx:
            papers = plan_imports.papers_of(tx, found)
        with own_turn(actor, "import"):
            return found, intake.read(papers, intake.chosen_of(found))

    def work(tx: Transaction, read: tuple[PlanImport, Said]) -> Answer:
        found, plan = read[0], _readable(read[1])
        now = plan_imports.get(tx, name, person_id=call.who.person.id)
        if intake.chosen_of(now) != intake.chosen_of(found):
            raise Conflict(what="import", expected="unchanged", found="changed")
        done = intake.carry_in(tx, found, plan, actor=actor, rules=rules, at=at)
        where = {"Location": f"/api/v1/plans/{quote(plan.code)}/review"}
        body = Committed(plan=plan.code, **done.summary)
        return Answer(body=body, status=HTTPStatus.CREATED, headers=where)

    refused = recorded(post, "plan import", {"import": name})
    return prepared(post, prepare, work, refused=refused)


@router.delete("/imports/{import_id}", status_code=HTTPStatus.NO_CONTENT,
               summary="Give Up Import", responses=declared(404, 409))  # fmt: skip
def give_up(post: Posting, import_id: _Id) -> Response:
    """Give an import up; its file is forgotten."""
    call, name = post.call, import_id.lower()

    def work(tx: Transaction) -> Answer:
        found = plan_imports.get(tx, name, person_id=call.who.person.id)
        _require_plan(found)
        plan_imports.give_up(tx, name, actor=call.who.code, rules=call.app.rules, at=call.now)
        return Answer(status=HTTPStatus.NO_CONTENT)

    return once(post, work, refused=recorded(post, "web import give-up", {"import": name}))


def _papers(call: Call, sent: _Sent) -> Papers:
    most_mb = call.app.settings.web.max_upload_mb
    given = [("file", sent.file), ("appendix", sent.appendix)]
    return Papers(
        files=tuple(_bytes(one, name, most_mb) for name, one in given if one is not None)
    )  # fmt: skip


def _bytes(file: UploadFile, field: str, most_mb: int) -> tuple[str, bytes]:
    name = intake.file_name(file.filename or "")
    most = intake.most_of(name, most_mb=most_mb)
    data = file.file.read(most + 1)
    if len(data) > most:
        words = (f"{name}: lớn quá {most // _MB} MB.", f"{name}: more than {most // _MB} MB.")
        raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", words)
    if not data:
        raise Invalid(field=field, problem="tệp rỗng")
    return name, data


def _read(call: Call, papers: Papers, chosen: Chosen) -> tuple[Said, dict[str, Any]]:
    """Return what files say, and what that would do to the draft of that code."""
    with own_turn(call.who.code, "import"):
        reading = intake.read(papers, chosen)
    with call.read() as tx:
        return reading, intake.compared(tx, reading.plan, rules=call.app.rules, at=call.now)


def _readable(reading: Said) -> DraftPlan:
    """Return the plan that was read.

    Raises:
        BadInput: what keeps it from being one.
    """
    if reading.plan is None:
        assert reading.refusal is not None  # noqa: S101 - one of the two is there
        raise reading.refusal
    return reading.plan


def _found(call: Call, import_id: str) -> PlanImport:
    with call.read() as tx:
        found = plan_imports.get(tx, import_id.lower(), person_id=call.who.person.id)
    _require_plan(found)
    return found


def _require_plan(found: PlanImport) -> None:
    """Return if a file is one of a new plan, and not of a decision or a table."""
    if not _is_of_a_plan(found):
        raise Unknown(what="import", name=found.id)


def _is_of_a_plan(found: PlanImport) -> bool:
    return bool(found.choices["purpose"] == "plan")


def _require_open(found: PlanImport) -> None:
    if found.state != "open":
        raise Conflict(what="import", expected="open", found=found.state)


def _chosen(found: PlanImport, asked: Naming) -> Chosen:
    """Return what is said of a file now.

    Raises:
        Invalid: it has no such header, or two columns of a table are said to be the same.
    """
    seen = [column for _, column in intake.headers(found.choices["read"]["tables"])]
    known = {column["header"] for column in seen}
    for header, key in asked.columns.items():
        if header not in known or key not in COLUMNS:
            words = ", ".join(COLUMNS[1:]) if header in known else ", ".join(sorted(known))
            wrong = key if header in known else header
            raise Invalid(field=f"columns/{header}", problem=f"{wrong} is none of: {words}")
    named = [(one, asked.columns.get(one["header"], one["key"])) for one in seen]
    for header, key in intake.named_twice(named):
        raise Invalid(field=f"columns/{header}", problem=f"{key} is there already")
    chosen = intake.chosen_of(found)
    columns = {**chosen.columns, **{name: key or "other" for name, key in asked.columns.items()}}
    return replace(chosen, columns=columns, follow=asked.follow or chosen.follow)


def _shown(found: PlanImport) -> Import:
    choices = found.choices
    return Import(
        id=found.id, plan=choices["code"], year=choices["year"],
        state=found.state,  # type: ignore[arg-type]  # one of them, the table says so
        file=found.name, appendix=found.appendix_name, created_at=found.created_at,
        follow=choices["follow"], columns=choices["columns"], **choices["read"],
    )  # fmt: skip
