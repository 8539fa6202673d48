"""Ladders on screen: drawn on an axis of days, edited row by row, tried out before they hold."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from dondoc.statuses import status_of
from dondoc.web.failures import Mistake, words_of
from dondoc.web.forms import posted
from dondoc.web.office.doing import attempt
from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn, Visit
from engine.commands import policy
from engine.errors import Conflict, Fault
from engine.ladder import Ladder
from engine.ladder_form import LadderVersion, ladder_from_mapping
from engine.ladder_rules import faults_of, oddities_of
from engine.workflow_rules import LADDERS, POSITIONS

router = APIRouter(prefix="/quan-tri/thang-nhac")
#: Rows that are offered to be filled in beside those there are.
_EMPTY = 3
_MOST = 40
_MOST_DIGITS = 9
_NUMBERED = re.compile(r"\[(\d+)\]")
#: As much of a preview is listed; the rest is counted.
_LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A rung on the axis: how many days from the date, and how far up its name stands."""

    name: str
    days: int
    unit: str
    is_after: bool
    x: int
    y: int


@router.get("")
def show(visit: SignedIn) -> Response:
    """Show the ladders in force."""
    with visit.read() as tx:
        found = policy.ladders_in_force(tx)
    return render(
        visit, "office/ladders.html", ladders=found, marks=marks, may_edit=_may_edit(visit),
        words=_words(visit),
    )  # fmt: skip


@router.get("/{name}")
def edit(visit: SignedIn, name: str) -> Response:
    """Show the form of one ladder."""
    _known(name)
    with visit.read() as tx:
        (found,) = policy.ladders_in_force(tx, name)
    return _form(visit, found, rungs=[dict(one) for one in found.rungs])


@router.post("/{name}")
def change(visit: SignedIn, name: str, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Try a ladder out, or put it in force (`viec=ap-dung`)."""
    _known(name)
    with visit.read() as tx:
        (found,) = policy.ladders_in_force(tx, name)
    rungs, source = _rungs(form), str(form.get("source", "")).strip()
    seen = _seen(form) or found.version
    mistakes = _mistakes(name, rungs, source, visit)
    if mistakes:
        return _form(visit, found, rungs=rungs, source=source, mistakes=mistakes, seen=seen)
    ladder = ladder_from_mapping(name, rungs)
    if form.get("viec") == "ap-dung":
        return _put_in_force(visit, ladder, rungs=rungs, source=source, seen=seen)
    with visit.read() as tx:
        compare = policy.preview_ladders(tx, {name: ladder}, rules=visit.app.rules, at=visit.now)
    return _form(visit, found, rungs=rungs, source=source, preview=compare(), seen=seen,
                 oddities=oddities_of(ladder))  # fmt: skip


def marks(rungs: Sequence[Mapping[str, Any]]) -> list[Mark]:
    """Return rungs as they stand on an axis 640 wide whose middle is the date."""
    days = [(str(one["rung"]), *_offset(str(one["at"]))) for one in rungs]
    farthest = max([abs(offset) for _, offset, _ in days] or [1]) or 1
    found = []
    for place, (name, offset, unit) in enumerate(sorted(days, key=lambda one: one[1])):
        found.append(
            Mark(
                name=name, days=offset, unit=unit, is_after=offset > 0,
                x=320 + round(270 * offset / farthest),
                y=26 + 18 * (place % 4) if offset else 10,
            )
        )  # fmt: skip
    return found


def _put_in_force(
    visit: Visit,
    ladder: Ladder,
    *,
    rungs: list[dict[str, Any]],
    source: str,
    seen: int,
) -> Response:
    asked = policy.LadderEdit(
        ladders={ladder.name: ladder}, source=source, actor=visit.who.code, note=source,
        seen={ladder.name: seen},
    )  # fmt: skip
    refusal = attempt(
        visit, "policy set",
        lambda tx: policy.set_ladders(tx, asked, rules=visit.app.rules, at=visit.now),
        ladder=ladder.name,
    )  # fmt: skip
    if refusal is not None:
        with visit.read() as tx:
            (newest,) = policy.ladders_in_force(tx, ladder.name)
        newer = [_row(one) for one in newest.rungs] if isinstance(refusal, Conflict) else None
        # What is newer says it all.
        mistakes = [] if newer else [Mistake(field="", words=words_of(refusal, visit))]
        return _form(visit, newest, rungs=rungs, source=source, mistakes=mistakes, newer=newer,
                     status=status_of(refusal))  # fmt: skip
    return RedirectResponse("/quan-tri/thang-nhac", 303)


def _form(
    visit: Visit, found: LadderVersion, *, rungs: Sequence[Mapping[str, Any]], **shown: Any
) -> Response:
    """Return the form of a ladder.

    Args:
        visit: Whose page it is.
        found: The version in force.
        rungs: As they were stored, or typed.
        shown: What the form shows beside them: `source`, `mistakes`, `preview`, `oddities`, the
            version that was `seen`, and a `newer` one.
    """
    told = {"source": "", "mistakes": (), "preview": None, "oddities": (), "newer": None,
            "seen": found.version, **shown}  # fmt: skip
    rows = [*(_row(one) for one in rungs), *({} for _ in range(_EMPTY))]
    told.setdefault("status", 422 if told["mistakes"] else 200)
    return render(
        visit, "office/ladder.html", ladder=found, rows=rows, positions=POSITIONS, most=_LISTED,
        may_edit=_may_edit(visit), words=_words(visit),
        picture=marks([one for one in rungs if _is_whole(one)]), **told,
    )  # fmt: skip


def _row(rung: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rung as the form shows it; what is no offset stays as it was typed."""
    at = str(rung.get("at", ""))
    unit = "d" if at.endswith("d") and not at.endswith("wd") else "wd"
    return {**rung, "days": at.removesuffix(unit), "unit": unit,
            "repeat": str(rung.get("repeat", "")).removesuffix("wd")}  # fmt: skip


def _rungs(form: FormData) -> list[dict[str, Any]]:
    """Return the rows of the form that are not empty, as the stored form has them."""
    found = []
    for number in range(_MOST):
        name = str(form.get(f"rung-{number}", "")).strip()
        days = str(form.get(f"days-{number}", "")).strip()
        to = [str(one) for one in form.getlist(f"to-{number}")]
        repeat = str(form.get(f"repeat-{number}", "")).strip()
        if not (name or days or to or repeat):
            continue
        unit = str(form.get(f"unit-{number}", "wd"))
        sign = "+" if days.isdigit() and int(days) else ""
        rung: dict[str, Any] = {"rung": name, "at": f"{sign}{days}{unit}", "to": to}
        if repeat:
            rung["repeat"] = f"{repeat}wd"
        found.append(rung)
    return found


def _mistakes(name: str, rungs: list[dict[str, Any]], source: str, visit: Visit) -> list[Mistake]:
    found = [Mistake(field=_field(one), words=str(one)) for one in faults_of({name: rungs})]
    if not source:
        words = visit._("Hãy ghi căn cứ: quyết định, kết luận, hoặc lý do đổi.")
        found.append(Mistake(field="source", words=words))
    return found


def _field(fault: Fault) -> str:
    """Return the input that a fault is about."""
    number = _NUMBERED.search(fault.place)
    if number is None:
        return ""
    key = fault.place.rpartition(", ")[2]
    return f"{'days' if key == 'at' else key}-{int(number[1]) - 1}"


def _offset(at: str) -> tuple[int, str]:
    unit = "wd" if at.endswith("wd") else "d"
    return int(at.removesuffix(unit)), unit


def _is_whole(rung: Mapping[str, Any]) -> bool:
    return bool(re.fullmatch(r"[+-]?\d{1,3}(?:wd|d)", str(rung.get("at", "")), re.ASCII))


def _seen(form: FormData) -> int | None:
    """Return the version that the form was made from."""
    said = str(form.get("ban", ""))
    return int(said) if said.isascii() and said.isdigit() and len(said) < _MOST_DIGITS else None


def _known(name: str) -> None:
    if name not in LADDERS:
        raise HTTPException(404)


def _may_edit(visit: Visit) -> bool:
    return bool(visit.who.roles & set(policy.MAY_SET))


def _words(visit: Visit) -> dict[str, tuple[str, str]]:
    """Return what each ladder is called, and from where its days count."""
    _ = visit._
    return {
        "unit": (_("Đơn vị thực hiện"), _("tính từ hạn của nhiệm vụ")),
        "verifier": (_("Người xác nhận"), _("tính từ ngày báo cáo")),
        "leader": (_("Lãnh đạo trả lời"), _("tính từ ngày đề nghị")),
    }
