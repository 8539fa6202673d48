"""The people of the agency: who works where, what somebody holds, and letting him go."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.datastructures import FormData

from dondoc.papers import organisation_words
from dondoc.web.failures import Mistakes
from dondoc.web.forms import Form, posted, read_form, typed
from dondoc.web.office import staff
from dondoc.web.office.doing import attempt, judged
from dondoc.web.rendering import render
from dondoc.web.visit import Administrator, SignedIn, Visit
from engine.commands import charges, delegations, people
from engine.commands.leaving import MAY_LET_GO, Leaving, Left, leave
from engine.commands.rights import find_person
from engine.database import Transaction
from engine.errors import BadInput, Conflict, Refused
from engine.organisation import Person
from workflows.orgfile import read_person

router = APIRouter()
_ALL: Final = "/quan-tri/nguoi-dung"
POSITIONS = ("director", "deputy_director", "unit_head", "deputy_head", "officer", "auditor")


class _Entry(Form):
    """Somebody as the list is to have him; without a day his position is corrected."""

    ma: str = ""
    ten: str
    don_vi: str
    chuc_vu: str
    thu: str = ""
    tu: str = ""
    den: str = ""
    quyen: str = ""
    ban: str = ""


class _Leaving(Form):
    """Somebody who is to leave; `lam` is `xem` or `ghi`."""

    nguoi_nhan: str = ""
    ly_do: str = Field(default="", max_length=2000)
    bo_trong: str = ""
    thay: str = ""
    lam: str = "xem"


@router.get(_ALL)
def everybody(visit: SignedIn, q: str = "", tat_ca: str = "", xong: str = "") -> Response:
    """Show who works here, or whoever some words find."""
    rows = staff.people(visit, words=q, every=bool(tat_ca))
    return render(visit, "office/people.html", rows=rows, q=q, every=bool(tat_ca), done=xong)


@router.get(_ALL + "/them")
def ask_new(visit: Administrator) -> Response:
    """Show the form for somebody new."""
    return _entry_page(visit, None)


@router.post(_ALL + "/them")
def add(visit: Administrator, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Take somebody into the list."""
    return _keep(visit, None, form)


@router.get(_ALL + "/{code}")
def one(visit: SignedIn, code: str, xong: str = "") -> Response:
    """Show somebody: his positions, his address, who stands in for him, what he holds."""
    return _page(visit, code, done=xong)


@router.get(_ALL + "/{code}/sua")
def ask_change(visit: Administrator, code: str) -> Response:
    """Show the form that corrects somebody's entry."""
    return _entry_page(visit, find_person(visit.rulebook.organisation, code))


@router.post(_ALL + "/{code}/sua")
def change(
    visit: Administrator, code: str, form: Annotated[FormData, Depends(posted)]
) -> Response:  # fmt: skip
    """Correct somebody's entry."""
    return _keep(visit, find_person(visit.rulebook.organisation, code), form)


@router.get(_ALL + "/{code}/thoi-viec")
def ask_leave(visit: SignedIn, code: str) -> Response:
    """Show what somebody holds, and ask who takes it over."""
    return _leave_page(visit, code)


@router.post(_ALL + "/{code}/thoi-viec")
def let_go(visit: SignedIn, code: str, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Show what would be handed over, or hand it over and let somebody go."""
    said = read_form(_Leaving, form, visit)
    by, values = visit.by(said.thay), typed(form)
    leaving = Leaving(
        person=code, successor=said.nguoi_nhan or None, note=said.ly_do or None,
        is_forced=bool(said.bo_trong), is_dry_run=said.lam != "ghi",
    )  # fmt: skip
    if leaving.is_dry_run:
        try:
            left = _rehearsed(visit, leaving, by=by)
        except (Refused, Conflict) as wrong:
            return _leave_page(visit, code, wrong=wrong, values=values)
        return _leave_page(visit, code, values=values, asked=left)
    refusal = attempt(
        visit, "person disable",
        lambda tx: leave(tx, leaving, by=by, rules=visit.app.rules, at=visit.now),
        by=by, person=code, successor=said.nguoi_nhan,
    )  # fmt: skip
    if refusal is not None:
        return _leave_page(visit, code, wrong=refusal, values=values)
    return RedirectResponse(f"{_ALL}/{code}?xong=thoi-viec", 303)


def _page(visit: Visit, code: str, *, done: str = "") -> Response:
    organisation, today = visit.rulebook.organisation, visit.today
    person = find_person(organisation, code)
    with visit.read() as tx:
        absent = delegations.listed(tx, on=today, rules=visit.app.rules)
        led = charges.listed(tx, on=today, rules=visit.app.rules)
    return render(
        visit, "office/person.html", person=person, done=done,
        places=staff.places_of(organisation, person, on=today),
        absences=[each for each in absent if code in (each.person, each.substitute)],
        charges=[each for each in led if each.leader == code],
        may_let_go=bool(visit.who.roles & set(MAY_LET_GO)) or visit.who.is_administrator,
    )  # fmt: skip


def _entry_page(
    visit: Visit,
    person: Person | None,
    *,
    wrong: Refused | Conflict | Mistakes | None = None,
    values: Mapping[str, Any] | None = None,
    newer: Mapping[str, str] | None = None,
) -> Response:
    mistakes, status = judged(wrong, visit)
    shown = dict(values) if values is not None else _as_stored(visit, person)
    return render(
        visit, "office/person_entry.html", status=status, person=person, mistakes=mistakes,
        values=defaultdict(str, shown), units=staff.unit_choices(visit),
        positions=[(kind, kind) for kind in POSITIONS], posts=_posts_now(visit, person),
        newer=newer,
    )  # fmt: skip


def _as_stored(visit: Visit, person: Person | None) -> dict[str, str]:
    if person is None:
        return {}
    held = _posts_now(visit, person)
    last = held[-1] if held else None
    return {
        "ban": people.seen_as(visit.rulebook.organisation, person.code),
        "ten": person.name,
        "thu": person.email or "",
        "don_vi": last.unit.code if last else "",
        "chuc_vu": last.kind if last else "officer",
        "quyen": "x" if last and last.is_acting else "",
        "tu": last.from_on.isoformat() if last and last.from_on else "",
        "den": last.to_on.isoformat() if last and last.to_on else "",
    }


def _posts_now(visit: Visit, person: Person | None) -> list[staff.Place]:
    if person is None:
        return []
    held = staff.places_of(visit.rulebook.organisation, person, on=visit.today)
    return [each for each in held if each.is_now]


def _keep(visit: Visit, person: Person | None, form: FormData) -> Response:
    try:
        said = read_form(_Entry, form, visit)
        entry = read_person(_fields(said, person), words=organisation_words())
    except (Mistakes, BadInput) as wrong:
        return _entry_page(visit, person, wrong=wrong, values=typed(form))
    actor, at = visit.who.code, visit.now

    def store(tx: Transaction) -> None:
        if person is None:
            people.add_person(tx, entry, at=at, actor=actor)
        else:
            people.change_person(tx, entry, seen=said.ban, at=at, actor=actor)

    what = "person add" if person is None else "person import"
    refusal = attempt(visit, what, store, person=entry.code)
    if isinstance(refusal, Conflict):
        # What was typed stays; whoever presses again has seen what is there now.
        again = Visit(visit.request, visit.app, visit.viewer)
        now = find_person(again.rulebook.organisation, entry.code)
        values = {**typed(form), "ban": _as_stored(again, now)["ban"]}
        return _entry_page(again, now, wrong=refusal, values=values, newer=_as_stored(again, now))
    if refusal is not None:
        return _entry_page(visit, person, wrong=refusal, values=typed(form))
    return RedirectResponse(f"{_ALL}/{entry.code}?xong=ghi", 303)


def _fields(said: _Entry, person: Person | None) -> dict[str, str]:
    return {
        "code": person.code if person is not None else said.ma,
        "name": said.ten,
        "unit": said.don_vi,
        "position": said.chuc_vu,
        "email": said.thu,
        "from": said.tu,
        "to": said.den,
        "acting": "x" if said.quyen else "",
    }


def _leave_page(
    visit: Visit,
    code: str,
    *,
    wrong: Refused | Conflict | None = None,
    values: Mapping[str, Any] | None = None,
    asked: Left | None = None,
) -> Response:
    """Show what somebody holds; `asked` is what was asked for, and could be done."""
    person = find_person(visit.rulebook.organisation, code)
    held = _rehearsed(visit, Leaving(person=code, is_dry_run=True), by=visit.by())
    mistakes, status = judged(wrong, visit)
    is_in_office = bool(visit.who.roles & set(MAY_LET_GO))
    return render(
        visit, "office/leave.html", status=status, person=person, held=held, asked=asked,
        values=defaultdict(str, values or {}), mistakes=mistakes, kinds=_kinds(visit),
        people=[each for each in staff.choices(visit) if each[0] != code],
        names_them=is_in_office,
    )  # fmt: skip


def _kinds(visit: Visit) -> Mapping[str, str]:
    _ = visit._
    return {
        "tasks": _("nhiệm vụ được giao"),
        "verifications": _("việc chờ xác nhận"),
        "requests": _("đề nghị chờ trả lời"),
        "series": _("việc định kỳ"),
        "substitutions": _("lần làm thay người vắng"),
        "charges": _("lĩnh vực, đơn vị được phân công phụ trách"),
        "units": _("đơn vị phụ trách"),
        "posts": _("chức vụ đứng đầu"),
    }


def _rehearsed(visit: Visit, leaving: Leaving, *, by: tuple[str, str | None]) -> Left:
    """Return what would be handed over; nothing of it is kept."""
    with visit.read() as tx:
        return leave(tx, leaving, by=by, rules=visit.app.rules, at=visit.now)
