"""Reviewing a draft: each row with what is asked of it, and what stands in the file beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.datastructures import FormData

from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import Form, posted, read_form, typed
from dondoc.web.plans import wording
from dondoc.web.plans.seeing import may_import, recorded, require_importer, require_whole
from dondoc.web.rendering import render, term
from dondoc.web.visit import SignedIn, Visit
from engine.commands import decisions, reviews
from engine.commands.decisions import Decision
from engine.errors import Invalid, Unknown
from engine.review import Proposal, Question, Review

router = APIRouter()

#: Rows of one page.
_ROWS = 50
_TABS = ("asked", "ready", "dropped", "all")


class _Row(Form):
    """Everything that can be said of one row; what is empty is left as it is."""

    decision: str = ""
    kind: str = ""
    due: str = Field(default="", max_length=400)
    lead: str = ""
    assignee: str = ""
    verifier: str = ""
    output: str = Field(default="", max_length=2000)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What one press of a button decides: of an item, which choice, which value."""

    item: str
    choice: str
    value: str = ""


@router.get("/ke-hoach/{code}/ra-soat")
def show(visit: SignedIn, code: str) -> Response:
    """Show the rows of a draft, those first of which something is asked."""
    return _page(visit, code)


@router.post("/ke-hoach/{code}/ra-soat")
def decide(visit: SignedIn, code: str, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Settle one row by a button beside it, or all that are ticked."""
    require_importer(visit)
    review = _review(visit, code)
    try:
        wanted = _wanted(review, form, visit)
        _carry_out(visit, code, wanted)
    except Mistakes as wrong:
        return _page(visit, code, mistakes=wrong.mistakes)
    except (Invalid, Unknown) as refusal:
        return _page(visit, code, mistakes=[Mistake(field="", words=words_of(refusal, visit))])
    back = f"/ke-hoach/{quote(code)}/ra-soat?tab={_tab(str(form.get('tab', '')))}"
    return RedirectResponse(f"{back}&xong={len({one.item for one in wanted})}", 303)


@router.get("/ke-hoach/{code}/ra-soat/{item}")
def edit(visit: SignedIn, code: str, item: str) -> Response:
    """Show one row with everything that can be said of it."""
    require_importer(visit)
    return _row_page(visit, _review(visit, code), item)


@router.post("/ke-hoach/{code}/ra-soat/{item}")
def save(
    visit: SignedIn, code: str, item: str, form: Annotated[FormData, Depends(posted)]
) -> Response:
    """Settle one row as it was filled in."""
    require_importer(visit)
    review = _review(visit, code)
    try:
        said = read_form(_Row, form, visit)
        _carry_out(visit, code, _filled_in(said, _row(review, item), visit))
    except Mistakes as wrong:
        return _row_page(visit, review, item, mistakes=wrong.mistakes, values=typed(form))
    except (Invalid, Unknown) as refusal:
        field = getattr(refusal, "field", "")
        mistake = Mistake(field=field if field in _Row.model_fields else "",
                          words=words_of(refusal, visit))  # fmt: skip
        return _row_page(visit, review, item, mistakes=[mistake], values=typed(form))
    return RedirectResponse(f"/ke-hoach/{quote(code)}/ra-soat?tab=asked&xong=1", 303)


def _review(visit: Visit, code: str) -> Review:
    require_whole(visit, code, what="review_plan")
    with visit.read() as tx:
        return reviews.review_plan(tx, code, rules=visit.app.rules, at=visit.now)


def _row(review: Review, item: str) -> Proposal:
    found = next((row for row in review.rows if row.code == item), None)
    if found is None:
        raise Unknown(what="item", name=item)
    return found


def _carry_out(visit: Visit, code: str, wanted: Iterable[_Answer]) -> None:
    """Decide everything or nothing."""
    with recorded(visit, "plan decide", {"plan": code}) as tx:
        made = [
            Decision(plan=code, item=one.item, choice=one.choice, value=_value(one, visit))
            for one in wanted
        ]
        decisions.decide_all(
            tx, code, made, actor=visit.who.code, rules=visit.app.rules, at=visit.now
        )


def _value(one: _Answer, visit: Visit) -> decisions.Value:
    if one.choice != "due":
        return one.value or None
    return _days(one.value, visit)


def _days(text: str, visit: Visit) -> tuple[date, ...]:
    """Return the days that somebody wrote: `30/6/2026, 31/12/2026`, or as the machine does.

    Raises:
        Mistakes: one of them is none.
    """
    days = []
    for part in filter(None, (one.strip() for one in text.replace(";", ",").split(","))):
        try:
            if "-" in part:
                days.append(date.fromisoformat(part))
            else:
                day, month, year = (int(one) for one in part.split("/"))
                days.append(date(year, month, day))
        except ValueError as error:
            words = visit._("“%s” không phải một ngày; viết như 30/6/2026.") % part
            raise Mistakes([Mistake(field="due", words=words)]) from error
    if not days:
        raise Mistakes([Mistake(field="due", words=visit._("Hãy điền chỗ này."))])
    return tuple(days)


def _wanted(review: Review, form: FormData, visit: Visit) -> list[_Answer]:
    """Return what a form of the list decides.

    Raises:
        Mistakes: nothing is ticked, or nothing that is ticked can be accepted as it is.
    """
    pressed = form.get("answer")
    if isinstance(pressed, str) and pressed:
        item, _, rest = pressed.partition("\t")
        choice, _, value = rest.partition("\t")
        return [_Answer(item=item, choice=choice, value=value), *_other_side(review, item, choice)]
    ticked = {str(one) for one in form.getlist("item")}
    rows = [row for row in review.rows if row.code in ticked]
    if not rows:
        raise Mistakes([Mistake(field="", words=visit._("Hãy chọn ít nhất một dòng."))])
    match form.get("with"):
        case "drop":
            return [_Answer(item=row.code, choice="drop") for row in rows]
        case "lead":
            unit = str(form.get("unit", ""))
            return [_Answer(item=row.code, choice="lead", value=unit) for row in rows
                    if row.kind != "heading"]  # fmt: skip
        case _:
            found = [one for row in rows for one in _accepted(row)]
    if not found:
        words = visit._("Các dòng đã chọn cần đồng chí sửa từng dòng; không có gì để nhận sẵn.")
        raise Mistakes([Mistake(field="", words=words)])
    return list(dict.fromkeys(found))


def _other_side(review: Review, item: str, choice: str) -> list[_Answer]:
    """Return that the likeness is kept too, where both are: one without the other settles none."""
    if choice != "keep":
        return []
    return [_Answer(item=code, choice="keep") for code in _alike(review, item)]


def _alike(review: Review, item: str) -> list[str]:
    marked = f"gần trùng với {item},"
    asked = [one.problem for row in review.rows if row.code == item for one in row.questions]
    return [
        row.code
        for row in review.rows
        if any(one.problem.startswith(marked) for one in row.questions)
        or any(one.startswith(f"gần trùng với {row.code},") for one in asked)
    ]


def _accepted(row: Proposal) -> list[_Answer]:
    """Return the answers to a row that say yes to what was understood; none where it is doubtful.

    Where several units would do, somebody has to look.
    """
    found = []
    for one in row.questions:
        if one.code == "near_duplicate":
            found.append(_Answer(item=row.code, choice="keep"))
        elif len(one.options) == 1:
            choice, value = _plainly(one)
            found.append(_Answer(item=row.code, choice=choice, value=value))
    return found


def _plainly(question: Question) -> tuple[str, str]:
    option = question.options[0]
    if option.startswith("class "):
        return "class", option.removeprefix("class ")
    return wording.decided_by(question), option


def _filled_in(said: _Row, row: Proposal, visit: Visit) -> list[_Answer]:
    """Return what was said of a row and is not so already."""
    asked = bool(row.questions)
    found = []
    if said.decision in ("keep", "drop") and said.decision != row.decision:
        found.append(_Answer(item=row.code, choice=said.decision))
    if said.lead and said.lead != row.lead:
        found.append(_Answer(item=row.code, choice="lead", value=said.lead))
    if said.kind and said.kind != row.kind:
        found.append(_Answer(item=row.code, choice="class", value=said.kind))
    if said.due and (asked or _days(said.due, visit) != row.due) and said.kind != "standing":
        found.append(_Answer(item=row.code, choice="due", value=said.due))
    for choice in ("assignee", "verifier", "output"):
        value = getattr(said, choice)
        if value and value != getattr(row, choice):
            found.append(_Answer(item=row.code, choice=choice, value=value))
    return found


def _tab(asked: str) -> str:
    return asked if asked in _TABS else "asked"


def _page(visit: Visit, code: str, *, mistakes: Sequence[Mistake] = ()) -> Response:
    review = _review(visit, code)
    asked = visit.request.query_params
    groups = _groups(review)
    tab = _tab(asked.get("tab", "asked" if groups["asked"] else "ready"))
    page = max(1, int(asked["trang"]) if asked.get("trang", "").isdecimal() else 1)
    rows = groups[tab]
    return render(
        visit, "plans/review.html", status=422 if mistakes else 200, review=review, tab=tab,
        counts={name: len(ones) for name, ones in groups.items()}, page=page,
        pages=-(-len(rows) // _ROWS), mistakes=mistakes, done=asked.get("xong", ""),
        rows=[_shown(row, visit) for row in rows[(page - 1) * _ROWS : page * _ROWS]],
        units=visit.rulebook.organisation.standing,
        may_decide=may_import(visit) and review.is_draft,
    )  # fmt: skip


def _groups(review: Review) -> Mapping[str, Sequence[Proposal]]:
    return {
        "asked": [row for row in review.rows if row.questions],
        "ready": [row for row in review.rows if not row.questions and row.decision != "drop"],
        "dropped": [row for row in review.rows if row.decision == "drop"],
        "all": review.rows,
    }


def _shown(row: Proposal, visit: Visit) -> dict[str, Any]:
    told = " ".join(one.problem for one in row.questions)
    return {
        "row": row,
        "where": wording.where(row.source, visit),
        "lead": visit.unit_name(row.lead),
        "due": wording.days(row.due, visit) if row.due and row.kind != "standing" else "",
        "questions": [(one, wording.answers(one, visit)) for one in row.questions],
        "remarks": [one for one in row.warnings if one.message not in told
                    and one.code not in ("no_output", "no_basis", "near_duplicate")],
        "lacks": [one.code for one in row.warnings if one.code in ("no_output", "no_basis")],
    }  # fmt: skip


def _row_page(
    visit: Visit,
    review: Review,
    item: str,
    *,
    mistakes: Sequence[Mistake] = (),
    values: Mapping[str, Any] | None = None,
) -> Response:
    row = _row(review, item)
    organisation = visit.rulebook.organisation
    held = {
        "decision": row.decision if row.decision in ("keep", "drop") else "",
        "kind": row.kind, "lead": row.lead or "", "output": row.output or "",
        "due": ", ".join(f"{day:%d/%m/%Y}" for day in row.due),
        "assignee": row.assignee or "", "verifier": row.verifier or "", **(values or {}),
    }  # fmt: skip
    nobody = ("", visit._("Chưa chọn"))
    return render(
        visit, "plans/row.html", status=422 if mistakes else 200, review=review,
        shown=_shown(row, visit), row=row, values=held, mistakes=mistakes,
        people=[nobody, *((one.code, one.name) for one in organisation.people
                          if not one.is_disabled)],
        units=[nobody, *((one.code, one.name) for one in organisation.standing)],
        kinds=[(kind, term(kind, visit.language).capitalize()) for kind in decisions.KINDS],
    )  # fmt: skip
