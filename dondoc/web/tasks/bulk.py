"""One thing done to many tasks: chosen, filled in, looked at before, done, and told of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field, field_validator
from starlette.datastructures import FormData

from dondoc import desk
from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import Form, posted, read_form, typed
from dondoc.web.rendering import render
from dondoc.web.tasks import narrowing
from dondoc.web.tasks.many import Deed, deeds
from dondoc.web.visit import SignedIn, Visit
from engine import listing
from engine.commands.batches import Answer
from engine.commands.request import Request
from engine.errors import Conflict, Invalid, NoteRequired, Refused, Unknown
from engine.views import TaskView

router = APIRouter()

#: More at once is no choice that somebody looked at.
MOST = 500


class Choice(Form):
    """Which tasks, and what is to be done to them.

    Attributes:
        viec: Addresses of tasks that were ticked.
        ban: Versions at which the reader saw them, in the same order; none at the first step.
        tat_ca: Everything that the filter lets through instead.
        loc: The filter string of the list.
        lam: The trigger.
        buoc: `xem` looks at what would happen, `sua` goes back to the fields, `lam` does it.
        due, to, note: What the deed asks for.
        thay: For whom.
    """

    viec: tuple[Annotated[str, Field(max_length=200)], ...] = ()
    ban: tuple[int, ...] = ()
    tat_ca: str = ""
    loc: Annotated[str, Field(max_length=4000)] = ""
    lam: str = ""
    buoc: str = ""
    due: date | None = None
    to: Annotated[str, Field(max_length=64)] = ""
    note: Annotated[str, Field(max_length=2000)] = ""
    thay: Annotated[str, Field(max_length=64)] = ""

    @field_validator("due", mode="before")
    @classmethod
    def _no_date(cls, given: object) -> object:
        return given or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One of the chosen tasks, and what becomes of it; `words` say why where nothing does.

    `told` are codes of the people who are urged, or would be.
    """

    address: str
    task: TaskView | None
    is_done: bool
    words: str
    told: tuple[str, ...] = ()


@router.post("/nhiem-vu/chon")
def choose(visit: SignedIn, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Go one step on: fields, a look at what would happen, the deed."""
    try:
        choice = read_form(Choice, form, visit)
        deed = _deed(choice, visit)
        lines = _chosen(choice, visit)
    except Mistakes as error:
        return _show(visit, form, status=422, mistakes=error.mistakes)
    missing = _missing(choice, deed, visit)
    is_asked = bool(choice.buoc) or not deed.asks
    if missing and is_asked and choice.buoc != "sua":
        return _show(visit, form, status=422, deed=deed, lines=_bare(lines), mistakes=missing)
    if choice.buoc == "sua" or not is_asked:
        return _show(visit, form, deed=deed, lines=_bare(lines))
    if choice.buoc == "lam":
        return _do(visit, choice, deed, lines)
    answers = _pull(visit, choice, lines, is_rehearsal=True)
    if deed.asks and any(isinstance(one.refusal, NoteRequired) for one in answers):
        mistake = Mistake(field="note", words=visit._("Hãy ghi lý do."))
        return _show(visit, form, status=422, deed=deed, lines=_bare(lines), mistakes=(mistake,))
    return _show(
        visit, form, deed=deed, lines=_answered(visit, lines, answers), step="xem", due=choice.due
    )


def _deed(choice: Choice, visit: Visit) -> Deed:
    found = next((one for one in deeds(visit) if one.trigger == choice.lam), None)
    if found is None:
        raise Mistakes([Mistake(field="", words=visit._("Hãy chọn việc cần làm."))])
    return found


def _chosen(choice: Choice, visit: Visit) -> Mapping[str, TaskView | None]:
    """Return the chosen tasks by address; None where there is none that the reader may see.

    Raises:
        Mistakes: nothing was chosen, too much was, or the filter is wrong.
    """
    viewer, rules, at = narrowing.viewpoint(visit), visit.app.rules, visit.now
    addresses = list(dict.fromkeys(choice.viec))
    if choice.tat_ca and not choice.buoc:
        found = narrowing.read(visit, choice.loc)
        if found.wrong:
            raise Mistakes([Mistake(field="", words=found.wrong)])
        try:
            with visit.read() as tx:
                page = listing.page(tx, found.wanted, viewer, rules=rules, at=at, limit=MOST + 1)
        except (Invalid, Unknown) as error:
            raise Mistakes([Mistake(field="", words=words_of(error, visit))]) from error
        addresses = [one.address for one in page.items if one.state is not None]
    if not addresses:
        raise Mistakes([Mistake(field="", words=visit._("Hãy chọn ít nhất một nhiệm vụ."))])
    if len(addresses) > MOST:
        words = visit._("Nhiều nhất %(number)d nhiệm vụ một lần; hãy lọc hẹp hơn.")
        raise Mistakes([Mistake(field="", words=words % {"number": MOST})])
    with visit.read() as tx:
        known = listing.chosen(tx, addresses, viewer, rules=rules, at=at)
    return {one: known.get(one) for one in addresses}


def _missing(choice: Choice, deed: Deed, visit: Visit) -> list[Mistake]:
    """Return what the deed asks for and was not filled in; a note may be asked for by a rule."""
    _ = visit._
    found = []
    if "due" in deed.asks and choice.due is None:
        found.append(Mistake(field="due", words=_("Hãy chọn hạn mới.")))
    if "to" in deed.asks and not choice.to:
        found.append(Mistake(field="to", words=_("Hãy chọn người nhận.")))
    return found


def _pull(
    visit: Visit, choice: Choice, lines: Mapping[str, TaskView | None], *, is_rehearsal: bool
) -> Sequence[Answer]:
    actor, on_behalf_of = visit.by(choice.thay)
    versions = dict(zip(choice.viec, choice.ban, strict=False))
    requests = [
        Request(
            trigger=choice.lam, task=address, actor=actor, on_behalf_of=on_behalf_of,
            note=choice.note or None, due=choice.due, to=choice.to or None,
            expected_version=versions.get(address, one.version),
        )
        for address, one in lines.items()
        if one is not None
    ]  # fmt: skip
    pull = desk.rehearse if is_rehearsal else desk.pull_each
    return pull(visit.app.database, requests, rules=visit.app.rules, at=visit.now)


def _do(visit: Visit, choice: Choice, deed: Deed, lines: Mapping[str, TaskView | None]) -> Response:
    answers = _pull(visit, choice, lines, is_rehearsal=False)
    told = _answered(visit, lines, answers)
    done = sum(1 for one in told if one.is_done)
    return render(
        visit, "tasks/bulk_done.html", deed=deed, lines=told, done=done, skipped=len(told) - done,
        loc=choice.loc,
    )  # fmt: skip


def _bare(lines: Mapping[str, TaskView | None]) -> list[Line]:
    return [Line(address=key, task=one, is_done=True, words="") for key, one in lines.items()]


def _answered(
    visit: Visit, lines: Mapping[str, TaskView | None], answers: Sequence[Answer]
) -> list[Line]:
    """Return the chosen tasks with what became, or would become, of each."""
    by_address = {one.request.task: one for one in answers}
    return [_line(visit, address, one, by_address.get(address)) for address, one in lines.items()]


def _line(visit: Visit, address: str, one: TaskView | None, answer: Answer | None) -> Line:
    words = visit._("Không tìm thấy nhiệm vụ này.") if answer is None else ""
    refusal: Refused | Conflict | None = answer.refusal if answer is not None else None
    if refusal is not None:
        words = words_of(refusal, visit)
    told = answer.told if answer is not None else ()
    return Line(address=address, task=one, is_done=not words, words=words, told=told)


def _show(visit: Visit, form: FormData, *, status: int = 200, **shown: Any) -> Response:
    lines: Sequence[Line] = shown.get("lines", ())
    units = {one.task.lead for one in lines if one.task is not None}
    told = {"due": None, "deed": None, "mistakes": (), "step": "", "lines": (), **shown}
    return render(
        visit, "tasks/bulk.html", status=status, values=typed(form), people=_people(visit, units),
        **told,
    )  # fmt: skip


def _people(visit: Visit, units: set[str | None]) -> list[tuple[str, str]]:
    """Return who may be given the tasks: the members of their lead units."""
    organisation = visit.rulebook.organisation
    codes = [unit for unit in units if unit is not None]
    ids = [
        person
        for code in sorted(codes)
        for person in organisation.members(organisation.unit_by_code[code].id, visit.today)
    ]
    found = [organisation.person_by_id[one] for one in dict.fromkeys(ids)]
    return [(one.code, one.name) for one in found if not one.is_disabled]
