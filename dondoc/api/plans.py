"""Plans, their items as the document has them, and the periodic reports they ask for."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from dondoc.api.answers import Answer, shown
from dondoc.api.caller import Call, Reading
from dondoc.api.problems import declared
from dondoc.api.shapes import Listed, Plan, PlanItem, PlanPage, Report
from engine import queries, returning
from engine.commands import looking
from engine.database import Transaction
from engine.errors import Unknown

router = APIRouter(tags=["plans"])

#: Who sees the whole plan, and a draft of one.
_WHOLE = frozenset({"director", "deputy_director", "monitoring_unit", "auditor"})
_Code = Annotated[str, Path(max_length=64, description="Code of the plan.")]


@router.get("/plans", response_model=Listed[Plan], responses=declared())
def list_plans(call: Reading) -> Response:
    """Return the plans, the newest year first; drafts are for those who work on them."""
    with call.read() as tx:
        found = _seen(tx, call)
    return shown(call, Answer(body=Listed(items=[Plan.model_validate(one) for one in found])))


@router.get("/plans/{code}", response_model=PlanPage, responses=declared(404))
def show_plan(call: Reading, code: _Code) -> Response:
    """Return one plan with its head, its figures and its periodic reports."""
    with call.read() as tx:
        head = _found(tx, call, code)
        page = queries.show_plan(tx, code, rules=call.app.rules, at=call.now)
    tally = page["tally"] if _sees_all(call) else None
    known: Mapping[str, Any] = {**page["plan"], "items": head["items"]}
    body = PlanPage.model_validate({**known, "tally": tally, "report_lines": page["report_lines"]})
    return shown(call, Answer(body=body))


@router.get("/plans/{code}/items", response_model=Listed[PlanItem], responses=declared(404))
def list_items(call: Reading, code: _Code) -> Response:
    """Return what the caller may see of a plan, in the order of the document."""
    rules, at = call.app.rules, call.now
    with call.read() as tx:
        _found(tx, call, code)
        codes = looking.codes_of_plan(tx, code, people=call.people, rules=rules, at=at)
        items = queries.plan_items(tx, code, rules=rules)
    seen = [PlanItem.model_validate(one) for one in items if one["code"] in codes]
    return shown(call, Answer(body=Listed(items=seen)))


@router.get("/reports", response_model=Listed[Report], responses=declared(404))
def list_reports(
    call: Reading,
    plan: Annotated[str | None, Query(max_length=64)] = None,
    *,
    is_open: Annotated[bool, Query(alias="open", description="Only what is to be sent.")] = False,
) -> Response:
    """Return the periodic reports of a plan, or of all active ones, in the order of their dates."""
    rules, at = call.app.rules, call.now
    found = []
    with call.read() as tx:
        chosen = [_found(tx, call, plan)] if plan is not None else _seen(tx, call)
        for one in chosen:
            code = one["code"]
            codes = looking.codes_of_plan(tx, code, people=call.people, rules=rules, at=at)
            reports = returning.list_reports(tx, code, rules=rules, at=at, is_open=is_open)
            found += [_report(code, each) for each in reports if each["code"] in codes]
    return shown(call, Answer(body=Listed(items=found)))


def _report(plan: str, one: Mapping[str, Any]) -> Report:
    named = {"plan": plan, "first": one["from"], "last": one["to"], "is_late": one["late"]}
    return Report.model_validate({**one, **named})


def _sees_all(call: Call) -> bool:
    return bool(call.who.roles & _WHOLE)


def _seen(tx: Transaction, call: Call) -> list[dict[str, Any]]:
    plans = queries.list_plans(tx)
    return [one for one in plans if one["state"] != "draft" or _sees_all(call)]


def _found(tx: Transaction, call: Call, code: str) -> dict[str, Any]:
    """Return a plan that the caller may see.

    Raises:
        Unknown: there is none of that code.
    """
    found = next((one for one in _seen(tx, call) if one["code"] == code), None)
    if found is None:
        raise Unknown(what="plan", name=code)
    return found
