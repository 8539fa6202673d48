"""Taking a plan in, its first two steps: the file, and what the columns of its tables are.

A file is read by a child process and kept with what was chosen; in the end it becomes a draft
plan, whose rows are settled one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.datastructures import FormData

from dondoc import intake
from dondoc.intake import COLUMNS, FIRST_YEAR, FOLLOW, LAST_YEAR, Chosen, Reading
from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import Form, posted, read_form, typed
from dondoc.web.plans import uploads, wording
from dondoc.web.plans.seeing import recorded, require_importer
from dondoc.web.plans.wording import columns
from dondoc.web.rendering import render
from dondoc.web.shield.turns import own_turn
from dondoc.web.visit import SignedIn, Visit
from engine.commands import plan_imports
from engine.commands.plan_imports import Papers, PlanImport
from engine.draft import DraftPlan
from engine.errors import BadInput, Conflict, Invalid, Unknown
from workflows.planfile import Follow

router = APIRouter()


class _Handed(Form):
    file: Any = None
    appendix: Any = None
    code: str = Field(min_length=1, max_length=64)
    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)


@router.get("/ke-hoach/nhap")
def ask(visit: SignedIn) -> Response:
    """Show the form that takes a file."""
    require_importer(visit)
    return _form(visit)


@router.post("/ke-hoach/nhap")
def take(visit: SignedIn, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Read a file and keep it, or say everything that is wrong with it."""
    require_importer(visit)
    try:
        asked = read_form(_Handed, form, visit)
        papers = uploads.handed_in(form, visit, wants=visit._("Hãy chọn tệp kế hoạch."))
        chosen = Chosen(code=asked.code, year=asked.year, columns={})
        _require_draft(visit, chosen)
        with own_turn(visit.who.code, "import"):
            reading = intake.read(papers, chosen)
        import_id = _keep(visit, papers, chosen, reading)
    except Mistakes as wrong:
        return _form(visit, form=form, mistakes=wrong.mistakes)
    except BadInput as wrong:
        return _form(visit, form=form, faults=intake.faults_of(wrong), source=wrong.source)
    return RedirectResponse(f"/ke-hoach/nhap/{import_id}", 303)


@router.get("/ke-hoach/nhap/{import_id}")
def look(visit: SignedIn, import_id: str) -> Response:
    """Show what was read of a file so far, or lead on to what comes next."""
    found = _found(visit, import_id)
    purpose = found.choices["purpose"]
    if found.state == "done":
        onward = "/ra-soat" if purpose == "plan" else ""
        return RedirectResponse(f"/ke-hoach/{found.plan_code}{onward}", 303)
    if purpose != "plan":
        return RedirectResponse(f"/ke-hoach/nhap/{import_id}/doi", 303)
    return _page(visit, found)


@router.post("/ke-hoach/nhap/{import_id}/cot")
def settle(visit: SignedIn, import_id: str, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Read the file again as somebody says it is to be read, and go on."""
    found = _found(visit, import_id)
    if found.choices["purpose"] != "plan":
        raise Unknown(what="import", name=import_id)
    then = form.get("then")
    try:
        chosen = _choose(found, form, visit)
        with visit.read() as tx:
            papers = plan_imports.papers_of(tx, found)
        with own_turn(visit.who.code, "import"):
            reading = intake.read(papers, chosen)
        _settle(visit, found, chosen, reading)
        if then == "next" and reading.plan is not None:
            return _import(visit, found, reading.plan)
    except Mistakes as wrong:
        return _page(visit, found, mistakes=wrong.mistakes, values=typed(form))
    except BadInput as wrong:
        return _page(visit, found, faults=intake.faults_of(wrong))
    where = "/ke-hoach?xong=giu-lai" if then == "later" else f"/ke-hoach/nhap/{import_id}"
    return RedirectResponse(where, 303)


@router.post("/ke-hoach/nhap/{import_id}/bo")
def give_up(visit: SignedIn, import_id: str) -> Response:
    """Forget a file of which nothing comes."""
    _found(visit, import_id)
    with recorded(visit, "web import give-up", {"import": import_id}) as tx:
        plan_imports.give_up(
            tx, import_id, actor=visit.who.code, rules=visit.app.rules, at=visit.now
        )
    return RedirectResponse("/ke-hoach?xong=bo", 303)


def _found(visit: Visit, import_id: str) -> PlanImport:
    with visit.read() as tx:
        return plan_imports.get(tx, import_id, person_id=visit.who.person.id)


def _keep(visit: Visit, papers: Papers, chosen: Chosen, reading: Reading) -> str:
    """Keep a file that can be read, and return the id of the import.

    Raises:
        BadInput: no plan of that code takes it.
        Mistakes: too much is open.
    """
    rules, at = visit.app.rules, visit.now
    upload = intake.upload(papers, chosen, reading, against=_against(visit, reading))
    try:
        with recorded(visit, "web import", {"plan": chosen.code}) as tx:
            return plan_imports.begin(tx, upload, actor=visit.who.code, rules=rules, at=at)
    except Invalid as refusal:
        raise Mistakes([Mistake(field="", words=words_of(refusal, visit))]) from refusal


def _against(visit: Visit, reading: Reading) -> dict[str, Any]:
    with visit.read() as tx:
        return intake.compared(tx, reading.plan, rules=visit.app.rules, at=visit.now)


def _require_draft(visit: Visit, chosen: Chosen) -> None:
    """Return if there is no plan of that code, or a draft of that year.

    Raises:
        Mistakes: there is another one.
    """
    try:
        with visit.read() as tx:
            intake.require_draft(tx, chosen)
    except Invalid as refusal:
        raise Mistakes([Mistake(field=refusal.field, words=words_of(refusal, visit))]) from refusal


def _choose(found: PlanImport, form: FormData, visit: Visit) -> Chosen:
    """Return what somebody says of the file.

    Raises:
        Mistakes: one column was named twice, or there is none of that name.
    """
    said = {name: str(form[name]) for name in form}
    chosen = dict(found.choices["columns"])
    named = []
    wrong = []
    fields = {}
    for number, column in intake.headers(found.choices["read"]["tables"]):
        field = fields[column["header"]] = f"c{number}"
        key = said.get(field, column["key"])
        if key not in COLUMNS:
            wrong.append(Mistake(field=field, words=visit._("Giá trị này không dùng được.")))
            continue
        if key != column["key"]:
            chosen[column["header"]] = key or "other"
        named.append((column, key))
    for header, key in intake.named_twice(named):
        words = visit._("Hai cột cùng là “%s”; chọn một.") % columns(visit)[key]
        wrong.append(Mistake(field=fields[header], words=words))
    if wrong:
        raise Mistakes(wrong)
    follow: Follow = next((one for one in FOLLOW if one == said.get("follow")), "auto")
    return replace(intake.chosen_of(found), columns=chosen, follow=follow)


def _settle(visit: Visit, found: PlanImport, chosen: Chosen, reading: Reading) -> None:
    kept = intake.choices_again(chosen, reading, against=_against(visit, reading))
    with recorded(visit, "web import columns", {"import": found.id}) as tx:
        plan_imports.settle(
            tx, found.id, kept, actor=visit.who.code, rules=visit.app.rules, at=visit.now
        )


def _import(visit: Visit, found: PlanImport, plan: DraftPlan) -> Response:
    rules, at, actor = visit.app.rules, visit.now, visit.who.code
    with recorded(visit, "plan import", {"plan": plan.code, "file": found.name}) as tx:
        intake.carry_in(tx, found, plan, actor=actor, rules=rules, at=at)
    return RedirectResponse(f"/ke-hoach/{plan.code}/ra-soat", 303)


def _form(
    visit: Visit,
    *,
    form: FormData | None = None,
    mistakes: Sequence[Mistake] = (),
    faults: Sequence[Mapping[str, str]] = (),
    source: str = "",
) -> Response:
    with visit.read() as tx:
        begun = plan_imports.open_of(tx, visit.who.person.id)
    values = typed(form) if form is not None else {"year": str(visit.today.year)}
    return render(
        visit, "plans/file.html", status=422 if mistakes or faults else 200, values=values,
        mistakes=mistakes, faults=faults, source=source, begun=begun, most=plan_imports.MOST_OPEN,
        endings=uploads.ENDINGS, most_mb=visit.app.settings.web.max_upload_mb,
    )  # fmt: skip


def _page(
    visit: Visit,
    found: PlanImport,
    *,
    mistakes: Sequence[Mistake] = (),
    faults: Sequence[Mapping[str, str]] = (),
    values: Mapping[str, Any] | None = None,
) -> Response:
    if found.state != "open":
        raise Conflict(what="import", expected="open", found=found.state)
    tables = found.choices["read"]["tables"]
    named = intake.headers(tables)
    return render(
        visit, "plans/columns.html", status=422 if mistakes or faults else 200, found=found,
        read=found.choices["read"], faults=faults or found.choices["read"]["faults"],
        headers=named, columns=[[each for each in named if each[1]["table"] == number]
                                for number in range(len(tables))],
        names=columns(visit),
        mistakes=mistakes, values=values or {}, follow=found.choices["follow"],
        changes=wording.shown_again(found.choices["read"]["against"].get("changes", ()), visit),
    )  # fmt: skip
