"""Lists of units and of people from a file: every fault at once, then what would change, then in.

Between the two steps the file is in the form itself: nothing of it is kept until it is taken.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData, UploadFile

from dondoc.papers import intake_rules, organisation_words
from dondoc.web.failures import Mistake, Mistakes
from dondoc.web.forms import Form, posted, read_form
from dondoc.web.office.doing import attempt, judged
from dondoc.web.rendering import render
from dondoc.web.visit import Administrator, Visit
from engine.commands import people, units
from engine.database import Transaction
from engine.errors import BadInput, Conflict, Refused
from engine.roster import Imported
from workflows.orgfile import read_people, read_units

router = APIRouter(prefix="/quan-tri/nhap")

Kind = Literal["don-vi", "nguoi-dung"]
#: A list of thousands is far below; the form that carries it holds no more than a megabyte.
_MOST = 600_000
_LONGEST_NAME = 200


class _Handed(Form):
    """A file, or the one of the step before by its name and its bytes."""

    file: Any = None
    ten: str = ""
    du_lieu: str = ""
    lam: str = "xem"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """A file as it was handed in."""

    name: str
    data: bytes

    @property
    def packed(self) -> str:
        """Its bytes as a form carries them."""
        return base64.b64encode(self.data).decode()


@router.get("/{kind}")
def ask(visit: Administrator, kind: Kind) -> Response:
    """Show the form that takes a file."""
    return _page(visit, kind)


@router.post("/{kind}")
def take(
    visit: Administrator, kind: Kind, form: Annotated[FormData, Depends(posted)]
) -> Response:  # fmt: skip
    """Show what a file would change, or take it."""
    try:
        said = read_form(_Handed, form, visit)
        given = _given(said, visit)
        store = _reader(kind, given, visit)
    except (Mistakes, BadInput) as wrong:
        return _page(visit, kind, wrong=wrong)
    if said.lam != "ghi":
        try:
            with visit.read() as tx:
                found = store(tx)
        except (Refused, Conflict) as wrong:
            return _page(visit, kind, wrong=wrong)
        return _page(visit, kind, given=given, found=found)
    what = "unit import" if kind == "don-vi" else "person import"
    refusal = attempt(visit, what, store, file=given.name)
    if refusal is not None:
        return _page(visit, kind, wrong=refusal)
    return RedirectResponse(f"/quan-tri/{kind}?xong=nhap", 303)


def _reader(kind: Kind, given: _Given, visit: Visit) -> Callable[[Transaction], Imported]:
    """Return what takes a file in, in a transaction.

    Raises:
        BadInput: it is no such list at all.
    """
    words, rules = organisation_words(), intake_rules()
    actor, at = visit.who.code, visit.now
    if kind == "don-vi":
        listed = read_units(given.data, given.name, words=words, rules=rules)
        return lambda tx: units.import_units(tx, listed, at=at, actor=actor)
    named = read_people(given.data, given.name, words=words, rules=rules)
    return lambda tx: people.import_people(tx, named, at=at, actor=actor)


def _given(said: _Handed, visit: Visit) -> _Given:
    """Return the file of a form.

    Raises:
        Mistakes: there is none, or too much of it.
    """
    if isinstance(said.file, UploadFile) and said.file.filename:
        name = said.file.filename.replace("\\", "/").rpartition("/")[2].replace("\0", "")
        data = said.file.file.read(_MOST + 1)
        name = name.encode(errors="backslashreplace").decode()[-_LONGEST_NAME:]
    else:
        name, data = said.ten[-_LONGEST_NAME:], _unpacked(said.du_lieu)
    if not data:
        raise Mistakes([Mistake(field="file", words=visit._("Hãy chọn một tệp CSV."))])
    if len(data) > _MOST:
        words = visit._("Tệp lớn quá; một danh sách như vậy không quá 600 KB.")
        raise Mistakes([Mistake(field="file", words=words)])
    return _Given(name=name or "tep.csv", data=data)


def _unpacked(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _page(
    visit: Visit,
    kind: Kind,
    *,
    wrong: Refused | Conflict | Mistakes | None = None,
    given: _Given | None = None,
    found: Imported | None = None,
) -> Response:
    mistakes, status = judged(wrong, visit)
    names = organisation_words().columns["unit" if kind == "don-vi" else "person"]
    return render(
        visit, "office/import.html", status=status, kind=kind, mistakes=mistakes, given=given,
        found=found, columns=[words[0] for words in names.values()],
        needed=[names[one][0] for one in _NEEDED[kind]],
    )  # fmt: skip


_NEEDED = {"don-vi": ("code", "name"), "nguoi-dung": ("code", "name", "unit", "position")}
