"""Evidence of a task: listed, brought, put in the place of other evidence, and read."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory, mkdtemp
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Path, Request, Response, UploadFile
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from dondoc.api.answers import Answer, IdempotencyKey, Post, digest_of, once, recorded, shown
from dondoc.api.caller import Call, Reading, Writing
from dondoc.api.problems import declared
from dondoc.api.shapes import File as Shown
from dondoc.api.shapes import Listed, Moved
from dondoc.api.tasks import Address, etag, seen
from dondoc.evidence import file_name
from engine.commands import evidence, looking
from engine.commands.evidence import Bringing, Proof
from engine.commands.request import Evidence
from engine.database import Transaction
from engine.errors import Invalid, Unknown

router = APIRouter(tags=["files"])

_Text = Annotated[str | None, Form(max_length=300)]
#: What a browser is allowed to make of a file somebody else has brought: nothing.
_INERT = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
_UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What came with a form; a file, or a number."""

    file: UploadFile | None
    number: str | None
    replaces: str | None
    reason: str | None
    on_behalf_of: str | None


def _sent(
    *,
    file: Annotated[UploadFile | None, File(description="The file.")] = None,
    number: Annotated[
        str | None, Form(max_length=300, description="Or the number of a document.")
    ] = None,
    replaces: _Text = None,
    reason: Annotated[str | None, Form(max_length=2_000)] = None,
    on_behalf_of: Annotated[str | None, Form(max_length=128)] = None,
) -> _Sent:
    return _Sent(file=file, number=number, replaces=replaces, reason=reason,
                 on_behalf_of=on_behalf_of)  # fmt: skip


@router.get("/tasks/{plan}/{code}/files", response_model=Listed[Shown],
            responses=declared(404))  # fmt: skip
def list_files(call: Reading, address: Address) -> Response:
    """Return the evidence of a task in the order in which it came, what was replaced included."""
    with call.read() as tx:
        one = seen(tx, call, address)
        found = evidence.evidence_of(tx, one.address)
    body = Listed(items=[Shown.of(each) for each in found])
    return shown(call, Answer(body=body, headers=etag(one.version)))


@router.post("/tasks/{plan}/{code}/files", response_model=Moved, status_code=HTTPStatus.CREATED,
             responses=declared(404, 409, 413))  # fmt: skip
def bring(
    request: Request,
    call: Writing,
    address: Address,
    sent: Annotated[_Sent, Depends(_sent)],
    *,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Bring a file or the number of a document; `replaces` names what it takes the place of."""
    by = call.by(sent.on_behalf_of or "")
    with call.read() as tx:
        address = seen(tx, call, address).address
    brought = _kept(call, sent.file) if sent.file is not None else _named(sent.number)
    asked = Bringing(task=address, evidence=brought, replaces=sent.replaces, reason=sent.reason)

    def work(tx: Transaction) -> Answer:
        done = evidence.bring(tx, asked, by=by, rules=call.app.rules, at=call.now)
        moved = Moved(address=done.address, trigger=done.trigger, from_state=done.from_state,
                      to_state=done.to_state, version=done.version, due=done.due_on)  # fmt: skip
        return Answer(body=moved, status=HTTPStatus.CREATED, headers=etag(done.version))

    parts = (brought.name, brought.sha256, sent.replaces, sent.reason, sent.on_behalf_of)
    content = hashlib.sha256(repr(parts).encode()).digest()
    post = Post(call=call, key=idempotency_key, digest=digest_of(request, content))
    arguments = {"task": address, "name": brought.name}
    refused = recorded(post, "evidence add", arguments, on_behalf_of=sent.on_behalf_of)
    return once(post, work, refused=refused)


@router.get(
    "/files/{file_id}",
    response_class=FileResponse,
    responses={**declared(404), 200: {"content": {"*/*": {}}, "description": "The file."}},
)
def download(call: Reading, file_id: Annotated[str, Path(pattern=_UUID)]) -> Response:
    """Return a file that is kept; whoever may see its task may read it."""
    with call.read() as tx:
        address = looking.address_of_evidence(
            tx, file_id, people=call.people, rules=call.app.rules, at=call.now
        )
        found = _the_kept(evidence.evidence_of(tx, address), file_id)
    folder = FilePath(mkdtemp(prefix="dondoc-"))
    target = folder / "content"
    try:
        call.app.cabinet.copy(found.sha256 or "", target)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(
        target,
        media_type=found.media_type or "application/octet-stream",
        filename=file_name(found.name),
        headers={**call.headers, **_INERT},
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )


def _the_kept(proofs: list[Proof], file_id: str) -> Proof:
    found = next((one for one in proofs if one.id == file_id.lower()), None)
    if found is None or not found.is_kept:
        raise Unknown(what="evidence_file", name=file_id)
    return found


def _named(number: str | None) -> Evidence:
    if not (number or "").strip():
        raise Invalid(field="number", problem="gửi tệp (file), hoặc số ký hiệu văn bản (number)")
    return Evidence(name=(number or "").strip())


def _kept(call: Call, file: UploadFile) -> Evidence:
    with _on_disk(file) as path:
        return call.app.cabinet.keep(path)


@contextmanager
def _on_disk(file: UploadFile) -> Iterator[FilePath]:
    """Have an upload lie where it can be read by its name, as long as the block lasts."""
    with TemporaryDirectory(prefix="dondoc-") as folder:
        path = FilePath(folder) / file_name(file.filename or "")
        with path.open("wb") as written:
            shutil.copyfileobj(file.file, written)
        yield path
