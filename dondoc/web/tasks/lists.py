"""The list of tasks: narrowed by its address, a page at a time; as a table, a calendar or bars."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from dondoc.web.failures import words_of
from dondoc.web.rendering import render
from dondoc.web.tasks import bars, choices, narrowing
from dondoc.web.tasks.many import deeds
from dondoc.web.tasks.narrowing import Asked
from dondoc.web.visit import SignedIn, Visit
from engine import listing, queries
from engine.commands import saved_filters
from engine.errors import Invalid, Unknown
from engine.filters import ME, Filter
from engine.listing import Page

router = APIRouter()

#: Lines of a page.
LINES = 50
#: Tasks that a month or a picture holds; more would be no picture.
MOST_DRAWN = 300
#: What the menu leads to.
AT_FIRST = Filter(status="open", sort="due")


@router.get("/nhiem-vu")
def tasks(visit: SignedIn) -> Response:
    """Show the list of tasks."""
    if not visit.request.url.query:
        return RedirectResponse(f"/nhiem-vu?{AT_FIRST.as_query()}", 303)
    found = narrowing.asked(visit)
    if not (found.wrong or found.is_canonical):
        return RedirectResponse(f"/nhiem-vu?{found.query or 'sort=plan'}", 303)
    shown = _page(visit, found, limit=LINES)
    return _render(visit, "tasks/list.html", shown, view="bang", deeds=deeds(visit))


@router.get("/nhiem-vu/lich")
def month(visit: SignedIn) -> Response:
    """Show the same tasks in the month in which they are due."""
    found = narrowing.asked(visit)
    first = _month(found.beside.get("thang", ""), today=visit.today)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    within = _within(found, first, last)
    shown = _page(visit, within, limit=MOST_DRAWN)
    days: dict[date, list[Any]] = {}
    for one in shown["page"].items:
        days.setdefault(one.due, []).append(one)
    begin = first - timedelta(days=first.weekday())
    weeks = [
        [begin + timedelta(days=7 * week + day) for day in range(7)]
        for week in range(((last - begin).days // 7) + 1)
    ]
    around = {
        name: found.with_beside(thang=f"{day:%Y-%m}")
        for name, day in (
            ("before", first - timedelta(days=1)),
            ("after", last + timedelta(days=1)),
        )
    }
    return _render(
        visit, "tasks/list_month.html", {**shown, "found": found}, view="lich", first=first,
        weeks=weeks, days=days, around=around,
    )  # fmt: skip


@router.get("/nhiem-vu/tien-do")
def progress(visit: SignedIn) -> Response:
    """Show the same tasks as bars, from the day they were given to the day they are due."""
    found = narrowing.asked(visit)
    shown = _page(visit, found, limit=MOST_DRAWN)
    with visit.read() as tx:
        begun = listing.begun(tx, shown["page"].items, rules=visit.app.rules)
    return _render(
        visit, "tasks/list_progress.html", shown, view="tien-do",
        picture=bars.drawn(shown["page"].items, begun, today=visit.today),
    )  # fmt: skip


def _page(visit: Visit, found: Asked, *, limit: int) -> dict[str, Any]:
    """Return the lines that were asked for, or what is wrong with the asking."""
    wrong, number, page = found.wrong, None, Page(items=[], next=None)
    viewer, rules, at = narrowing.viewpoint(visit), visit.app.rules, visit.now
    try:
        with visit.read() as tx:
            if not wrong:
                page = listing.page(
                    tx, found.wanted, viewer, rules=rules, at=at, limit=limit, after=found.after()
                )
                if "dem" in found.beside:
                    number = listing.count(tx, found.wanted, viewer, rules=rules, at=at)
    except (Unknown, Invalid) as error:
        wrong = words_of(error, visit)
    return {"found": found, "wrong": wrong, "page": page, "number": number}


def _render(visit: Visit, template: str, shown: dict[str, Any], **more: Any) -> Response:
    found: Asked = shown["found"]
    return render(
        visit,
        template,
        status=422 if shown["wrong"] else 200,
        chips=narrowing.chips(found, visit),
        choices=choices,
        offered=_offered(visit),
        **shown,
        **more,
    )


def _offered(visit: Visit) -> Mapping[str, Any]:
    """Return what the form offers to choose from."""
    organisation = visit.rulebook.organisation
    with visit.read() as tx:
        plans = queries.plan_codes(tx)
        fields = listing.fields(tx)
        saved = saved_filters.of(tx, visit.who.person.id)
        adding = queries.active_plans(tx) if visit.adjusts_as else []
    return {
        "plans": [(code, code) for code in plans],
        "fields": [(words, words) for words in fields],
        "units": [(one.code, one.name) for one in organisation.units],
        "people": [(ME, visit._("tôi")), *((one.code, one.name) for one in organisation.people)],
        "saved": saved,
        "adding": adding,
    }


def _within(found: Asked, first: date, last: date) -> Asked:
    """Return what is asked for, of a month alone."""
    begin, end = found.wanted.due or (first, last)
    due = (max(begin, first), min(end, last))
    return replace(found, wanted=replace(found.wanted, due=due, due_words=None))


def _month(text: str, *, today: date) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
