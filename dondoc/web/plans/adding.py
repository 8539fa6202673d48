"""One more item of an active plan, given on a form: a decision of one row, seen before it is made.

What it would do is found by doing it and taking it back; the form carries everything from step to
step, so that nothing is kept of what nobody confirmed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.datastructures import FormData

from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import posted, read_form, typed
from dondoc.web.plans.seeing import recorded, rehearsed, require_adjuster, see
from dondoc.web.plans.written import Day, Decided, Short, Words, blank_decision, said_beside, since
from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn, Visit
from engine import plan_pages, taskpage
from engine.commands import single_items
from engine.commands.single_items import Given
from engine.commands.written_items import NewItem
from engine.database import Rules, Transaction
from engine.errors import Conflict, Invalid, NotPermitted
from engine.forecast import Foretold

router = APIRouter()


class _Adding(Decided):
    buoc: str = ""
    place: Short = ""
    code: Short = ""
    title: Words = ""
    kind: Short = "task"
    due: Day = None
    output: Words = ""
    lead: Short = ""
    coordinating: list[str] = Field(default_factory=list)
    assignee: Short = ""
    verifier: Short = ""
    citations: Words = ""
    urgent: str = ""
    evidence_optional: str = ""

    def needed(self) -> tuple[str, ...]:
        """Return the fields that have to be filled in."""
        due = () if self.kind == "standing" else ("due",)
        return ("title", *due, "lead", "decision", "decided_on")

    def item(self, plan: str) -> NewItem:
        """Return the item as the engine takes it."""
        kind, _, place = self.place.partition(":")
        return NewItem(
            plan=plan,
            title=self.title,
            lead=self.lead,
            kind=self.kind,
            due=self.due,
            parent=place if kind == "in" else None,
            beside=place if kind == "by" else None,
            code=self.code or None,
            coordinating=tuple(self.coordinating),
            assignee=self.assignee or None,
            verifier=self.verifier or None,
            output=self.output or None,
            citations=tuple(one.strip() for one in self.citations.splitlines() if one.strip()),
            is_urgent=bool(self.urgent),
            evidence_optional=bool(self.evidence_optional),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Foreseen:
    """What giving it would do: who is told now, and whom the ladder tells later."""

    given: Given
    told: Sequence[Mapping[str, Any]]
    ahead: Sequence[Foretold]


@router.get("/ke-hoach/{code}/giao-them")
def ask(visit: SignedIn, code: str) -> Response:
    """Show the form for one more item of an active plan."""
    see(visit, code)
    require_adjuster(visit)
    return _form(visit, code)


@router.post("/ke-hoach/{code}/giao-them")
def take(visit: SignedIn, code: str, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Show what an item would do, show its form again, or give it."""
    see(visit, code)
    values = _typed(form)
    try:
        asked = read_form(_Adding, form, visit)
        if asked.buoc == "sua":
            return _form(visit, code, values=values)
        with said_beside(asked, visit):
            if asked.buoc == "giao" and asked.decided_on is not None:
                return _give(visit, code, asked)
            foreseen = _foresee(visit, code, asked)
    except Mistakes as wrong:
        return _form(visit, code, values=values, mistakes=wrong.mistakes, status=422)
    except NotPermitted as refusal:
        mistake = Mistake(field="", words=words_of(refusal, visit))
        return _form(visit, code, values=values, mistakes=[mistake], status=403)
    except Conflict:
        return _form(visit, code, values=values, status=409)
    return render(
        visit, "plans/add_preview.html", code=code, asked=asked, foreseen=foreseen, values=values,
    )  # fmt: skip


def _give(visit: Visit, code: str, asked: _Adding) -> Response:
    arguments = {"plan": code, "title": asked.title, "decision": asked.decision}
    with recorded(visit, "plan add", arguments, on_behalf_of=asked.thay) as tx:
        given = _given(tx, visit, code, asked, rules=visit.app.rules)
    return RedirectResponse(f"/nhiem-vu/{quote(code)}/{quote(given.code)}?xong=assign", 303)


def _given(tx: Transaction, visit: Visit, code: str, asked: _Adding, *, rules: Rules) -> Given:
    ruling = asked.ruling(visit, version=asked.version)
    by, at = visit.by(asked.thay), visit.now
    return single_items.give(tx, asked.item(code), ruling, by=by, rules=rules, at=at)


def _foresee(visit: Visit, code: str, asked: _Adding) -> _Foreseen:
    """Give the item and take that back."""
    with rehearsed(visit) as (tx, rules):
        known = plan_pages.notices_of(tx, code, at=visit.now)
        given = _given(tx, visit, code, asked, rules=rules)
        told = plan_pages.told(tx, code, at=visit.now, rules=rules, besides=known)
        page = taskpage.of_task(tx, given.address, people=visit.people, rules=rules, at=visit.now)
        return _Foreseen(given=given, told=told, ahead=page["ahead"])


def _typed(form: FormData) -> dict[str, Any]:
    """Return what was typed; the units that contribute are a list, however few."""
    units = [one for one in form.getlist("coordinating") if isinstance(one, str)]
    return {**typed(form), "coordinating": units}


def _form(
    visit: Visit,
    code: str,
    *,
    values: Mapping[str, Any] | None = None,
    mistakes: Sequence[Mistake] = (),
    status: int = HTTPStatus.OK,
) -> Response:
    rules, at = visit.app.rules, visit.now
    with visit.read() as tx:
        plan = plan_pages.one_plan(tx, code, visit.people, rules=rules, at=at)
        places = single_items.places_of(tx, code, rules=rules)
    if plan.state != "active":
        raise Invalid(field="plan", problem=f"{code} is {plan.state}, not active")
    seen = str((values or {}).get("version", ""))
    is_stale = status == HTTPStatus.CONFLICT and seen.isdecimal()
    blank = {**blank_decision(visit), "coordinating": []}
    return render(
        visit, "plans/add.html", status=status, plan=plan, mistakes=mistakes,
        values=values or blank, places=places, by_unit=_by_unit(visit),
        since=since(visit, code, int(seen)) if is_stale else None,
    )  # fmt: skip


def _by_unit(visit: Visit) -> Sequence[tuple[str, str, Sequence[tuple[str, str]]]]:
    """Return code, name and people of each unit that stands."""
    organisation, today = visit.rulebook.organisation, visit.today
    people = organisation.person_by_id
    return [
        (
            unit.code,
            unit.name,
            [(people[one].code, people[one].name) for one in organisation.members(unit.id, today)
             if not people[one].is_disabled],
        )
        for unit in organisation.standing
    ]  # fmt: skip
