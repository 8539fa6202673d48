"""The audit record, for tokens that reach it and people who may read it; reading is kept."""

import threading
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from dondoc import reading
from dondoc.api.answers import Answer, Fingerprint, IdempotencyKey, Post, once, recorded, shown
from dondoc.api.caller import Auditing, Call
from dondoc.api.paging import CursorText, Limit, next_link, read_cursor, sign_cursor
from dondoc.api.problems import ProblemError, declared
from dondoc.api.shapes import Instant, Paged, Shape
from engine import auditlog
from engine.audit.verify import verify
from engine.auditlog import Line, Wanted
from engine.database import Transaction
from scheduler.seal import seal_all

router = APIRouter(tags=["record"])

#: Reading the whole log takes a processor for a while; one such look at a time is enough.
_looking = threading.Lock()


class Entry(Shape):
    """One entry of the record; `number` is its place in the whole log once it is sealed."""

    id: str
    number: int | None
    at: Instant
    actor: str
    on_behalf_of: str | None
    action: str
    kind: str
    label: str
    cause: str | None
    before: dict[str, Any]
    after: dict[str, Any]
    hash: str
    prev: str


class Verdict(Shape):
    """What came of computing the whole chain anew."""

    is_clean: bool
    entries: int
    blocks: int
    head: str
    findings: list[str]
    more: int = Field(description="Findings that are not listed.")


class _Query(BaseModel):
    """What the record may be narrowed to; days are local, both included."""

    first: Annotated[date | None, Field(alias="from")] = None
    last: Annotated[date | None, Field(alias="to")] = None
    actor: Annotated[str | None, Field(max_length=128)] = None
    action: Annotated[str | None, Field(max_length=64, examples=["task.moved"])] = None
    subject: Annotated[str | None, Field(max_length=200, examples=["task:KH/1"])] = None
    dates: Annotated[bool, Field(description="Only what changed a due date.")] = False
    limit: Limit = 50
    cursor: CursorText = None


@router.get("/audit-entries", response_model=Paged[Entry], responses=declared(404))
def list_entries(call: Auditing, asked: Annotated[_Query, Query()]) -> Response:
    """Return entries of the record, the newest first."""
    _enter(call)
    wanted = Wanted(
        first=asked.first, last=asked.last, actor=asked.actor or None, action=asked.action or None,
        subject=asked.subject or None, only_dates=asked.dates,
    )  # fmt: skip
    of, before = repr(wanted), None
    if asked.cursor is not None:
        before = read_cursor(call, asked.cursor, of=of)
    with call.read() as tx:
        found = auditlog.lines(
            tx, wanted, zone=call.app.office.zone, before=before, limit=asked.limit + 1
        )
    page = found[: asked.limit]
    cut = sign_cursor(call, page[-1].id, of=of) if len(found) > asked.limit else None
    body = Paged(items=[_entry(one) for one in page], next=cut)
    return shown(call, Answer(body=body, headers=next_link(call, cut)))


@router.post("/audit/verify", response_model=Verdict, responses=declared(409, 503))
def verify_record(
    call: Auditing, digest: Fingerprint, idempotency_key: IdempotencyKey = None
) -> Response:
    """Compute the whole chain anew; that it was done is kept."""
    _require(call)
    if not _looking.acquire(blocking=False):
        words = ("Đang có một lần kiểm tra khác.", "The record is being verified already.")
        headers = {"Retry-After": "30"}
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "busy", words, headers=headers)
    try:
        seal_all(call.app.database, call.app.clock)
        verdict = verify(call.app.database)
    finally:
        _looking.release()

    def work(tx: Transaction) -> Answer:
        auditlog.keep_verdict(tx, verdict, actor=call.who.code, at=call.now)
        findings = [str(one) for one in verdict.findings]
        return Answer(
            body=Verdict(
                is_clean=verdict.is_clean, entries=verdict.entries, blocks=verdict.blocks,
                head=verdict.head, findings=findings, more=verdict.more,
            )
        )  # fmt: skip

    post = Post(call=call, key=idempotency_key, digest=digest)
    return once(post, work, refused=recorded(post, "audit verify", {}))


def _entry(one: Line) -> Entry:
    return Entry(**{name: getattr(one, name) for name in Entry.model_fields})


def _require(call: Call) -> None:
    with call.read() as tx:
        auditlog.require_reader(
            tx, call.who.code, is_administrator=False, rules=call.app.rules, at=call.now
        )


def _enter(call: Call) -> None:
    """Let a reader in, and keep once a day that he was here."""
    _require(call)
    reading.keep(call.app, call.who.code, at=call.now)
