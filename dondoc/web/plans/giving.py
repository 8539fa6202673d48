"""Giving the work of a plan out: who will be told what and when, seen before it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from dondoc import intake
from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import Form, posted, read_form, typed
from dondoc.web.plans.seeing import ACTIVATORS, IMPORTERS, recorded, see
from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn, Visit
from engine import plan_pages, plan_versions
from engine.commands.activation import Activated
from engine.database import Rules, Transaction
from engine.errors import Fault, Invalid, NotPermitted, Undecided

router = APIRouter()


class _Go(Form):
    thay: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Foreseen:
    """What an activation would do, or everything that keeps it from being done."""

    done: Activated | None = None
    told: Sequence[Mapping[str, Any]] = ()
    faults: Sequence[Fault] = ()


@router.get("/ke-hoach/{code}/giao-viec")
def show(visit: SignedIn, code: str) -> Response:
    """Show what activating a draft would do, and whether the reader may."""
    return _page(visit, code)


@router.post("/ke-hoach/{code}/giao-viec")
def activate(visit: SignedIn, code: str, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Activate a draft: its work is given out, its people are told."""
    see(visit, code)
    try:
        behalf = read_form(_Go, form, visit).thay
        arguments = {"plan": code}
        with recorded(visit, "plan activate", arguments, on_behalf_of=behalf) as tx:
            _activate(tx, code, visit, by=visit.by(behalf), rules=visit.app.rules)
    except Mistakes as wrong:
        return _page(visit, code, mistakes=wrong.mistakes, values=typed(form), status=422)
    except Undecided:
        return _page(visit, code, status=422)
    except (Invalid, NotPermitted) as refusal:
        mistake = Mistake(field="", words=words_of(refusal, visit))
        status = 403 if isinstance(refusal, NotPermitted) else 422
        return _page(visit, code, mistakes=[mistake], values=typed(form), status=status)
    return RedirectResponse(f"/ke-hoach/{quote(code)}?xong=giao", 303)


def _activate(
    tx: Transaction, code: str, visit: Visit, *, by: tuple[str, str | None], rules: Rules
) -> Activated:
    return intake.activate(tx, code, by=by, operator=visit.app.operator, rules=rules, at=visit.now)


def _foresee(visit: Visit, code: str) -> _Foreseen:
    """Work out what an activation would do, in the name of somebody who may."""
    rules = visit.app.rules
    with visit.read() as tx:
        try:
            found = intake.foresee(tx, code, actor=_somebody(visit), rules=rules, at=visit.now)
        except Undecided as error:
            return _Foreseen(faults=error.faults)
        told = plan_pages.foretold(found.notices, rules.current(tx).organisation)
    return _Foreseen(done=found.done, told=told)


def _somebody(visit: Visit) -> str:
    """Return who may activate plans: the reader, else the head of the monitoring unit."""
    if visit.who.roles & ACTIVATORS:
        return visit.who.code
    organisation, today = visit.rulebook.organisation, visit.today
    heads = [organisation.head(organisation.monitor.id, today)] if organisation.monitor else []
    found = next(filter(None, [*heads, *organisation.directors(today)]), None)
    return organisation.person_by_id[found].code if found else visit.who.code


def _page(
    visit: Visit,
    code: str,
    *,
    mistakes: Sequence[Mistake] = (),
    values: Mapping[str, Any] | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    if not see(visit, code):
        raise NotPermitted(actor=visit.who.code, what="activate_plan", who=sorted(ACTIVATORS))
    with visit.read() as tx:
        plan = plan_pages.one_plan(tx, code, visit.people, rules=visit.app.rules, at=visit.now)
        imported = plan_versions.list_versions(tx, code)
    if plan.state != "draft":
        return RedirectResponse(f"/ke-hoach/{quote(code)}", 303)
    foreseen = _foresee(visit, code)
    return render(
        visit, "plans/giving.html", status=status,
        plan=plan, foreseen=foreseen, mistakes=mistakes, values=values or {},
        warnings=_in_short(foreseen.done.warnings if foreseen.done else ()),
        importer=imported[0]["by"] if imported else "",
        may_activate=may_activate(visit), may_decide=bool(visit.who.roles & IMPORTERS),
    )  # fmt: skip


def may_activate(visit: Visit) -> bool:
    """Return whether somebody may activate plans, himself or in the place of another."""
    return bool(visit.who.roles & ACTIVATORS or visit.who.principals)


def _in_short(warnings: Sequence[Fault]) -> list[tuple[str, str, list[str]]]:
    """Return each warning once: problem, cure, and the items it is about."""
    places: dict[tuple[str, str], list[str]] = {}
    for one in warnings:
        places.setdefault((one.problem, one.cure), []).append(one.place)
    return [(problem, cure, ones) for (problem, cure), ones in places.items()]
