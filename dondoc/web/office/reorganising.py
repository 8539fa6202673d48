"""Units merged, split, renamed, dissolved, functions handed over: seen first, then decided."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.datastructures import FormData

from dondoc.web.failures import Mistakes
from dondoc.web.forms import Form, posted, read_form, typed
from dondoc.web.office import allotting, staff
from dondoc.web.office.doing import attempt, judged
from dondoc.web.office.units import may_change
from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn, Visit
from engine.commands import reorganisations
from engine.commands.reorganisations import MAY_CHANGE, Reorganised
from engine.commands.shaping import Dissolve, Merge, Rename, Split, Transfer, Wish
from engine.database import Transaction
from engine.errors import BadInput, Conflict, NotPermitted, Refused, Unknown
from engine.reshaping import Allocation, Heir
from workflows.allocationfile import read_allocation

router = APIRouter(prefix="/quan-tri/don-vi/sap-xep")

KINDS: Final = ("merge", "split", "rename", "dissolve", "transfer")
#: Rows of a preview that a person reads; the rest is counted.
_SHOWN = 200


class _Wanted(Form):
    """A change of the organisation; each kind uses what it needs, and the engine asks for it."""

    loai: str
    ngay: date
    quyet_dinh: str = Field(min_length=1, max_length=128)
    ghi_chu: str = Field(default="", max_length=2000)
    thay: str = ""
    lam: str = "xem"
    don_vi: tuple[str, ...] = ()
    ma: str = ""
    ten: str = ""
    truong: str = ""
    phu_trach: str = ""
    tren: str = ""
    nhan: tuple[str, ...] = ()
    theo_doi: str = ""
    phan_giao: str = ""
    linh_vuc: str = ""
    viec: str = ""
    nguoi: tuple[str, ...] = ()
    moi_ma: tuple[str, ...] = ()
    moi_ten: tuple[str, ...] = ()
    moi_truong: tuple[str, ...] = ()
    giao: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """The one unit that is changed."""
        return self.don_vi[0] if self.don_vi else ""

    @property
    def heir(self) -> str:
        """The one unit that takes over."""
        return self.nhan[0] if self.nhan else ""


@router.get("")
def ask(visit: SignedIn, loai: str = "merge", don_vi: str = "") -> Response:
    """Show the form of a kind of change."""
    return _page(visit, loai, values={"don_vi": don_vi})


@router.post("")
def decide(visit: SignedIn, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Show what a change would move and who is told, or decide it."""
    values, kind = typed(form), str(form.get("loai") or "")
    try:
        said = read_form(_Wanted, form, visit)
        wish = _wish(said)
    except (Mistakes, BadInput) as wrong:
        return _page(visit, kind, wrong=wrong, values=values)
    by, rules, at = visit.by(said.thay), visit.app.rules, visit.now
    does: Callable[..., Reorganised] = getattr(reorganisations, said.loai)

    def carry_out(tx: Transaction) -> Reorganised:
        return does(tx, wish, by=by, rules=rules, at=at)

    if said.lam != "ghi":
        try:
            # What is only read is rolled back: a preview is the change itself, never kept.
            with visit.read() as tx:
                found = carry_out(tx)
        except (Refused, Conflict) as wrong:
            return _page(visit, kind, wrong=wrong, values=values)
        return _page(visit, kind, values=values, found=found)
    refusal = attempt(visit, f"unit {said.loai}", carry_out, by=by, decision=said.quyet_dinh)
    if refusal is not None:
        return _page(visit, kind, wrong=refusal, values=values)
    return RedirectResponse("/quan-tri/don-vi?xong=sap-xep", 303)


def _wish(said: _Wanted) -> Wish:
    """Return what is wanted.

    Raises:
        Unknown: there is no such kind of change.
        BadInput: the allocation cannot be read.
    """
    common: dict[str, Any] = {
        "effective_on": said.ngay, "decision": said.quyet_dinh, "note": said.ghi_chu,
    }  # fmt: skip
    match said.loai:
        case "merge":
            return Merge(units=said.don_vi, code=said.ma, name=said.ten, head=said.truong or None,
                         leader=said.phu_trach or None, parent=said.tren or None,
                         **common)  # fmt: skip
        case "split":
            heirs, given = _parted(said)
            return Split(unit=said.unit, heirs=heirs, allocation=given,
                         follows=said.theo_doi or None, **common)  # fmt: skip
        case "rename":
            return Rename(unit=said.unit, name=said.ten, **common)
        case "dissolve":
            _, given = _parted(said)
            return Dissolve(unit=said.unit, heirs=said.nhan, allocation=given,
                            follows=said.theo_doi or None, **common)  # fmt: skip
        case "transfer":
            return Transfer(unit=said.unit, to=said.heir, fields=_lines(said.linh_vuc),
                            tasks=_lines(said.viec), people=said.nguoi, **common)  # fmt: skip
    raise Unknown(what="change", name=said.loai)


def _parted(said: _Wanted) -> tuple[tuple[Heir, ...], Allocation]:
    """Return who takes over and what each of them gets: by the table that was written, or chosen.

    Raises:
        BadInput: the table cannot be read, or a new unit has no code.
    """
    if said.phan_giao:
        return read_allocation(said.phan_giao.encode(), allotting.SOURCE)
    heirs = allotting.heirs_of(said.moi_ma, said.moi_ten, said.moi_truong)
    numbered = said.moi_ma if said.loai == "split" else ()
    return tuple(heirs), allotting.allocation_of(said.giao, numbered)


def _page(
    visit: Visit,
    kind: str,
    *,
    wrong: Refused | Conflict | Mistakes | None = None,
    values: Mapping[str, Any] | None = None,
    found: Reorganised | None = None,
) -> Response:
    if not may_change(visit):
        raise NotPermitted(actor=visit.who.code, what="unit_change", who=MAY_CHANGE)
    if kind not in KINDS:
        raise Unknown(what="change", name=kind)
    mistakes, status = judged(wrong, visit)
    shown = defaultdict(str, values or {})
    unit = next(iter(_all(shown["don_vi"])), "") if kind in ("split", "dissolve") else ""
    return render(
        visit, "office/reorganise.html", status=status, kind=kind, kinds=KINDS, values=shown,
        chosen={name: _all(shown[name]) for name in ("don_vi", "nhan", "nguoi")},
        mistakes=mistakes, found=found, moved=found.moved[:_SHOWN] if found else (),
        units=staff.unit_choices(visit), people=staff.choices(visit),
        leaders=staff.choices(visit, leaders=True), heirs=allotting.heirs_typed(shown, unit),
        shares=allotting.shares(visit, unit)[:_SHOWN], given=allotting.several(shown["giao"]),
    )  # fmt: skip


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _all(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    return list(value) if isinstance(value, list) else []
