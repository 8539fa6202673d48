"""The units of the agency: as a tree, one by one, and what of them is to change."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import BeforeValidator
from starlette.datastructures import FormData

from dondoc.web.failures import Mistakes
from dondoc.web.forms import Form, posted, read_form, typed
from dondoc.web.office import staff
from dondoc.web.office.doing import attempt, judged
from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn, Visit
from engine import dashboard
from engine.commands import charges, reorganisations
from engine.commands.charges import Charging
from engine.commands.reorganisations import MAY_CHANGE
from engine.database import Transaction
from engine.errors import Conflict, Refused, Unknown
from engine.organisation import Unit
from engine.spelling import nearest

router = APIRouter()
_ALL = "/quan-tri/don-vi"

#: A day that may be left out.
MaybeDay = Annotated[date | None, BeforeValidator(lambda value: value or None)]


class _Withdrawn(Form):
    """A change that is not to be after all."""

    so: str
    ly_do: str = ""
    thay: str = ""


class _Charged(Form):
    """What a leader is in charge of in a unit; `lam` is `giao`, or `thoi` to end it."""

    lanh_dao: str
    linh_vuc: str = ""
    tu: MaybeDay = None
    den: MaybeDay = None
    can_cu: str = ""
    thay: str = ""
    lam: str = "giao"


@router.get(_ALL)
def tree(visit: SignedIn, xong: str = "") -> Response:
    """Show the units of today, who leads them, and what is decided for later."""
    return _tree(visit, done=xong)


@router.post(_ALL + "/rut")
def withdraw(visit: SignedIn, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Take back a change that waits for its day."""
    said = read_form(_Withdrawn, form, visit)
    by = visit.by(said.thay)
    refusal = attempt(
        visit, "unit withdraw",
        lambda tx: reorganisations.withdraw(
            tx, said.so, note=said.ly_do, by=by, rules=visit.app.rules, at=visit.now
        ),
        by=by, change=said.so,
    )  # fmt: skip
    return RedirectResponse(f"{_ALL}?xong=rut", 303) if refusal is None else _tree(visit, refusal)


@router.get(_ALL + "/{code}")
def one(visit: SignedIn, code: str, xong: str = "") -> Response:
    """Show a unit: who works in it, who answers for it, what it was called."""
    return _page(visit, code, done=xong)


@router.post(_ALL + "/{code}/phu-trach")
def charge(visit: SignedIn, code: str, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Give a leader charge of a unit, or of a field of it; or end that."""
    _found(visit, code)
    try:
        said = read_form(_Charged, form, visit)
    except Mistakes as wrong:
        return _page(visit, code, wrong=wrong, values=typed(form))
    by, rules, at = visit.by(said.thay), visit.app.rules, visit.now
    wanted = Charging(
        leader=said.lanh_dao, unit=code, field=said.linh_vuc, from_on=said.tu,
        to_on=None if said.lam == "thoi" else said.den, source=said.can_cu,
    )  # fmt: skip

    def carry_out(tx: Transaction) -> None:
        if said.lam == "thoi":
            last = said.den or visit.today - timedelta(days=1)
            charges.discharge(tx, wanted, last=last, by=by, rules=rules, at=at)
        else:
            charges.charge(tx, wanted, by=by, rules=rules, at=at)

    refusal = attempt(visit, "person charge", carry_out, by=by, leader=said.lanh_dao, unit=code)
    if refusal is not None:
        return _page(visit, code, wrong=refusal, values=typed(form))
    return RedirectResponse(f"{_ALL}/{code}?xong=phu-trach", 303)


def _page(
    visit: Visit,
    code: str,
    *,
    wrong: Refused | Conflict | Mistakes | None = None,
    values: Mapping[str, Any] | None = None,
    done: str = "",
) -> Response:
    unit = _found(visit, code)
    organisation, today = visit.rulebook.organisation, visit.today
    with visit.read() as tx:
        known = charges.listed(tx, on=today, rules=visit.app.rules)
    # What the list of units says of its leader stands above already.
    led = [one for one in known if one.unit == code and (one.field or one.source or one.from_on)]
    above = organisation.unit_by_id.get(unit.parent_id or "")
    mistakes, status = judged(wrong, visit)
    return render(
        visit, "office/unit.html", status=status, unit=unit, above=above, charges=led,
        row=next((each for each in staff.tree(visit) if each.unit.id == unit.id), None),
        people=staff.members(visit, unit), open_tasks=_open(visit)[unit.code],
        below=[each for each in organisation.standing if each.parent_id == unit.id],
        has_own_calendar=unit.id in visit.rulebook.variations, may_change=may_change(visit),
        mistakes=mistakes, values=defaultdict(str, values or {}), done=done,
        leaders=staff.choices(visit, leaders=True),
    )  # fmt: skip


def may_change(visit: Visit) -> bool:
    """Return whether somebody may rearrange units, himself or for whom he stands in."""
    return bool(visit.who.roles & set(MAY_CHANGE)) or bool(visit.who.principals)


def _tree(visit: Visit, wrong: Refused | Conflict | None = None, *, done: str = "") -> Response:
    rows = staff.tree(visit)
    with visit.read() as tx:
        changes = reorganisations.listed(tx)
    mistakes, status = judged(wrong, visit)
    return render(
        visit, "office/units.html", status=status, rows=rows, mistakes=mistakes, done=done,
        open_tasks=_open(visit), may_change=may_change(visit),
        waiting=[each for each in changes if each.state == "planned"],
        past=[each for each in changes if each.state != "planned"],
    )  # fmt: skip


def _open(visit: Visit) -> dict[str, int]:
    """Return by code how many open tasks each unit leads, of those that the reader may see."""
    with visit.read() as tx:
        return dashboard.open_by_unit(tx, visit.people, rules=visit.app.rules, at=visit.now)


def _found(visit: Visit, code: str) -> Unit:
    known = visit.rulebook.organisation.unit_by_code
    if code not in known:
        raise Unknown(what="unit", name=code, hint=nearest(code, known))
    return known[code]
