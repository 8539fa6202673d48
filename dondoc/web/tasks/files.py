"""Files that people bring as proof, and files that they take away again.

What comes is judged by its bytes; what goes is never shown by the browser, only saved.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, BinaryIO
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Path, Response
from fastapi.responses import StreamingResponse
from starlette.datastructures import FormData, UploadFile

from dondoc.evidence import file_name
from dondoc.mail.words import short_date
from dondoc.media import is_taken, media_type
from dondoc.web.failures import Mistake, Mistakes
from dondoc.web.tasks.deeds import DeedForm
from dondoc.web.visit import SignedIn, Visit
from engine.commands import evidence, looking
from engine.commands.request import Evidence
from engine.errors import BadInput, Unknown
from engine.plaintext import clean

router = APIRouter()

#: Files of one form.
MOST_FILES = 10
_MEGABYTE = 1_000_000
_CHUNK = 256 * 1024
_HEAD = 8192
#: What a file is said to be on its way out; anything else is bytes.
_SAID = frozenset({
    "application/pdf", "image/png", "image/jpeg", "image/gif", "image/tiff", "application/zip",
    "text/plain",
})  # fmt: skip
_BYTES = "application/octet-stream"


def receive(visit: Visit, form: FormData, deed: DeedForm) -> tuple[Evidence, ...]:
    """Return the proof that a form brings, its files kept: a document by its number, then files.

    Raises:
        Mistakes: a file cannot be taken; none is kept then.
    """
    files = sent(form)
    mistakes = list(_mistakes(visit, files))
    if mistakes:
        raise Mistakes(mistakes)
    return (*_numbered(deed), *(_kept(visit, one) for one in files))


def sent(form: FormData) -> list[UploadFile]:
    """Return the files that somebody chose; an input left alone sends one without a name."""
    found = form.getlist("files")
    return [one for one in found if isinstance(one, UploadFile) and one.filename]


def _numbered(deed: DeedForm) -> Iterator[Evidence]:
    if deed.number is not None:
        day = f" ngày {short_date(deed.number_day)}" if deed.number_day is not None else ""
        yield Evidence(name=clean(f"{deed.number}{day}"))


def _mistakes(visit: Visit, files: Sequence[UploadFile]) -> Iterator[Mistake]:
    most = visit.app.settings.web.max_upload_mb
    if len(files) > MOST_FILES:
        words = visit._("Nhiều nhất %(number)s tệp một lần.") % {"number": MOST_FILES}
        yield Mistake(field="files", words=words)
    for one in files:
        name = clean(file_name(one.filename or ""))
        if (one.size or 0) > most * _MEGABYTE:
            words = visit._("%(name)s lớn hơn %(most)s MB.") % {"name": name, "most": most}
            yield Mistake(field="files", words=words)
        elif one.size == 0:
            words = visit._("%(name)s là tệp rỗng.") % {"name": name}
            yield Mistake(field="files", words=words)
        elif not is_taken(_media(one, name), name=name):
            words = visit._(
                "Không nhận %(name)s: nội dung không đúng đuôi tệp, hoặc là loại tệp không nhận. "
                "Hãy gửi PDF, Word, Excel, ảnh, văn bản hoặc ZIP."
            )
            yield Mistake(field="files", words=words % {"name": name})


def _media(one: UploadFile, name: str) -> str:
    one.file.seek(0)
    head = one.file.read(_HEAD)
    one.file.seek(0)
    return media_type(head, name=name)


def _kept(visit: Visit, one: UploadFile) -> Evidence:
    try:
        return visit.app.cabinet.keep_stream(one.file, one.filename or "")
    except BadInput as error:
        words = "; ".join(f"{fault.place}: {fault.problem}" for fault in error.faults)
        raise Mistakes([Mistake(field="files", words=words)]) from error


@router.get("/tep/{evidence_id}")
def download(visit: SignedIn, evidence_id: Annotated[str, Path(max_length=64)]) -> Response:
    """Hand out a file that proves something the reader may see."""
    people = visit.people
    with visit.read() as tx:
        address = looking.address_of_evidence(
            tx, evidence_id, people=people, rules=visit.app.rules, at=visit.now
        )
        kept_as = str(UUID(evidence_id))
        found = next(one for one in evidence.evidence_of(tx, address) if one.id == kept_as)
    if not found.is_kept or found.sha256 is None:
        raise Unknown(what="evidence_file", name=found.name)
    if visit.app.cabinet.standing(found.sha256, found.size_bytes, is_read=False) != "kept":
        raise Unknown(what="evidence_file", name=found.name)
    media = found.media_type if found.media_type in _SAID else _BYTES
    headers = {
        "Content-Disposition": disposition(found.name),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    if found.size_bytes is not None:
        headers["Content-Length"] = str(found.size_bytes)
    content = visit.app.cabinet.open(found.sha256)
    return StreamingResponse(_chunks(content), media_type=media or _BYTES, headers=headers)


def disposition(name: str) -> str:
    """Return the header by which a browser saves a file under a name, and never opens it.

    Source:
        RFC 6266, with the name of RFC 8187 beside a plain one.
    """
    cleaned = file_name(name)
    plain = "".join(one if one.isascii() and one not in '"\\%' else "_" for one in cleaned)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(cleaned, safe='')}"


def _chunks(content: BinaryIO) -> Iterator[Any]:
    with content:
        while chunk := content.read(_CHUNK):
            yield chunk
