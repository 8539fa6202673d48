"""Who is absent, who stands in for him: said beforehand, shortened, withdrawn."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from dondoc.web.failures import Mistakes
from dondoc.web.forms import Form, posted, read_form, typed
from dondoc.web.office import staff
from dondoc.web.office.doing import attempt, judged
from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn, Visit
from engine.commands import delegations
from engine.commands.delegations import Absence, AbsenceSeen, Delegated, Ending
from engine.database import Transaction
from engine.errors import Conflict, Fault, Refused

router = APIRouter()


class _Absent(Form):
    """An absence; `lam` is `xem` (what falls into it) or `ghi`."""

    nguoi: str
    nguoi_thay: str
    tu: date
    den: date
    thay: str = ""
    lam: str = "xem"


class _Shorter(Form):
    """The last day on which somebody stands in."""

    nguoi: str
    nguoi_thay: str
    den: date
    thay: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """An absence, and whether the reader may shorten it."""

    seen: AbsenceSeen
    may_end: bool


@router.get("/vang-mat")
def show(visit: SignedIn, xong: str = "") -> Response:
    """Show who is or will be absent, and the form for one's own absence."""
    return _page(visit, done=xong)


@router.post("/vang-mat")
def delegate(visit: SignedIn, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Show which deadlines fall into an absence, or record it."""
    values = typed(form)
    try:
        said = read_form(_Absent, form, visit)
    except Mistakes as wrong:
        return _page(visit, wrong=wrong, values=values)
    actor, principal = visit.by(said.thay)
    absence = Absence(
        person=said.nguoi, substitute=said.nguoi_thay, from_on=said.tu, to_on=said.den,
        actor=actor, on_behalf_of=principal,
    )  # fmt: skip
    if said.lam != "ghi":
        try:
            made = _rehearsed(visit, absence)
        except (Refused, Conflict) as wrong:
            return _page(visit, wrong=wrong, values=values)
        return _page(visit, values=values, foreseen=made.warnings, asked=absence)
    refusal = attempt(
        visit, "person delegate",
        lambda tx: delegations.delegate(tx, absence, at=visit.now, rules=visit.app.rules),
        by=(actor, principal), person=said.nguoi, substitute=said.nguoi_thay,
    )  # fmt: skip
    if refusal is not None:
        return _page(visit, wrong=refusal, values=values)
    return RedirectResponse("/vang-mat?xong=ghi", 303)


@router.post("/vang-mat/ket-thuc")
def end(visit: SignedIn, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Let somebody stand in no longer than a day; before the first one it is withdrawn."""
    try:
        said = read_form(_Shorter, form, visit)
    except Mistakes as wrong:
        return _page(visit, wrong=wrong)
    by = visit.by(said.thay)
    ending = Ending(person=said.nguoi, substitute=said.nguoi_thay, last=said.den)
    refusal = attempt(
        visit, "person delegate",
        lambda tx: delegations.end(tx, ending, by=by, at=visit.now, rules=visit.app.rules),
        by=by, person=said.nguoi, substitute=said.nguoi_thay,
    )  # fmt: skip
    if refusal is not None:
        return _page(visit, wrong=refusal)
    return RedirectResponse("/vang-mat?xong=rut", 303)


def _page(
    visit: Visit,
    *,
    wrong: Refused | Conflict | Mistakes | None = None,
    values: Mapping[str, Any] | None = None,
    foreseen: Sequence[Fault] = (),
    asked: Absence | None = None,
    done: str = "",
) -> Response:
    with visit.read() as tx:
        rows = _rows(visit, tx)
        for_whom = [
            one for one in staff.choices(visit)
            if delegations.may_say(tx, one[0], by=visit.who.code, rules=visit.app.rules,
                                   at=visit.now)
        ]  # fmt: skip
    mistakes, status = judged(wrong, visit)
    shown = {"nguoi": visit.who.code, **(values or {})}
    return render(
        visit, "office/absences.html", status=status, mistakes=mistakes, done=done,
        values=defaultdict(str, shown), today=[one for one in rows if one.seen.is_now],
        later=[one for one in rows if not one.seen.is_now], for_whom=for_whom,
        people=staff.choices(visit), foreseen=foreseen, asked=asked,
        yesterday=(visit.today - timedelta(days=1)).isoformat(),
    )  # fmt: skip


def _rows(visit: Visit, tx: Transaction) -> list[_Row]:
    rules, at = visit.app.rules, visit.now
    return [
        _Row(
            seen=one,
            may_end=delegations.may_say(tx, one.person, by=visit.who.code, rules=rules, at=at),
        )
        for one in delegations.listed(tx, on=visit.today, rules=rules)
    ]


def _rehearsed(visit: Visit, absence: Absence) -> Delegated:
    """Return what recording an absence would say; nothing of it is kept."""
    with visit.read() as tx:
        return delegations.delegate(tx, absence, at=visit.now, rules=visit.app.rules)
