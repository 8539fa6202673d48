"""Periodic reports: which the plan asks for, how each stands, and what its window holds."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from dondoc.web.rendering import render
from dondoc.web.tasks.addresses import act_path, task_path
from dondoc.web.visit import SignedIn, Visit
from engine import periodic, possibilities, queries
from engine.filters import Filter
from engine.report_lines import in_words

router = APIRouter()

#: Whom the page offers to urge a whole unit; others urge on the page of each task.
_URGING = frozenset({"monitor", "director"})


@router.get("/bao-cao")
def listed(
    visit: SignedIn, plan: Annotated[str, Query(alias="ke-hoach", max_length=64)] = ""
) -> Response:
    """Show the periodic reports of a plan: those opened by their dates, then what is to come."""
    with visit.read() as tx:
        found = periodic.reports(
            tx, plan or None, people=visit.people, rules=visit.app.rules, at=visit.now
        )
    if found is None:
        return render(visit, "overview/no_reports.html")
    lines = [
        {**one, "when": _send_by(visit, one["send_by"]) if one["send_by"] else ""}
        for one in found.lines
    ]
    return render(visit, "overview/reports.html", found=found, lines=lines)


@router.get("/bao-cao/{plan}/{code}")
def shown(visit: SignedIn, plan: str, code: str) -> Response:
    """Show one periodic report: its dates, the figures of its window, what is missing, history."""
    rules = visit.app.rules
    with visit.read() as tx:
        one = periodic.report(tx, plan, code, people=visit.people, rules=rules, at=visit.now)
        tallies = periodic.window(tx, plan, one["from"], one["figures_to"], rules=rules)
        known = queries.show_task(tx, one["address"], rules=rules, at=visit.now)
        can = possibilities.possible(tx, one["address"], by=visit.by(), rules=rules, at=visit.now)
    return render(
        visit,
        "overview/report.html",
        one=one,
        tallies=tallies,
        missing=[each for each in tallies if each.unreported],
        parts_owed=known["contributions"],
        history=known["history"],
        acts=[
            (act_path(one["address"], each.trigger), each)
            for each in can
            if each.trigger in ("submit", "waive", "reopen") and each.is_allowed
        ],
        task=task_path(one["address"]),
        link=_links(one),
        open_due=_open_due(one),
        may_urge=bool(visit.who.roles & _URGING),
    )


def _links(one: dict[str, Any]) -> Any:
    """Return what makes the address of the list of tasks of a unit that are due in the window."""

    def link(unit: str) -> str:
        due = (one["from"], one["figures_to"])
        return f"/nhiem-vu?{Filter(plan=one['plan'], unit=unit, due=due).as_query()}"

    return link


def _open_due(one: dict[str, Any]) -> Any:
    """Return what makes the filter of the tasks of a unit that are due in the window and open."""

    def wanted(unit: str) -> str:
        due = (one["from"], one["figures_to"])
        return Filter(plan=one["plan"], unit=unit, due=due, status="open").as_query()

    return wanted


def _send_by(visit: Visit, rule: str) -> str:
    """Return a rule in words; English readers get it as it is written."""
    return in_words(rule) if visit.language == "vi" else rule
