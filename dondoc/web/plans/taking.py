"""Taking a plan in, its first two steps: the file, and what the columns of its tables are.

A file is read by a child process and kept with what was chosen; in the end it becomes a draft
plan, whose rows are settled one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.datastructures import FormData

from dondoc.papers import intake_rules
from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import Form, posted, read_form, typed
from dondoc.web.plans import uploads, wording
from dondoc.web.plans.seeing import recorded, require_importer
from dondoc.web.plans.wording import COLUMNS, columns
from dondoc.web.rendering import render
from dondoc.web.shield.turns import own_turn
from dondoc.web.visit import SignedIn, Visit
from engine import queries
from engine.commands import plan_imports, plans
from engine.commands.plan_imports import Papers, PlanImport, Upload
from engine.draft import DraftPlan
from engine.errors import BadInput, Conflict, Invalid, Unknown
from workflows.planfile import Survey
from workflows.planfile.confinement import read_plan_confined, survey_confined

router = APIRouter()

_FOLLOW = ("auto", "body", "tables", "all")
_FIRST_YEAR, _LAST_YEAR = 2000, 2099


class _Handed(Form):
    file: Any = None
    appendix: Any = None
    code: str = Field(min_length=1, max_length=64)
    year: int = Field(ge=_FIRST_YEAR, le=_LAST_YEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """What is known of the file, beside its bytes."""

    code: str
    year: int
    follow: str = "auto"
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What a file says: its tables, and the plan or why there is none."""

    survey: Survey
    plan: DraftPlan | None = None
    refusal: BadInput | None = None

    def told(self) -> dict[str, Any]:
        """Return it as it is kept beside the file."""
        plan, said = self.plan, self.refusal
        return {
            "tables": [asdict(one) for one in self.survey.tables],
            "faults": uploads.faults_of(said) if said else [],
            "title": plan.title if plan else "",
            "items": len(plan.items) if plan else 0,
            "kinds": _kinds(plan) if plan else {},
            "remarks": [uploads.for_page(one.message) for one in plan.remarks] if plan else [],
        }


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
        chosen = _Chosen(code=asked.code, year=asked.year, columns={})
        _require_draft(visit, chosen)
        with own_turn(visit.who.code, "import"):
            reading = _read(papers, chosen)
        import_id = _keep(visit, papers, chosen, reading)
    except Mistakes as wrong:
        return _form(visit, form=form, mistakes=wrong.mistakes)
    except BadInput as wrong:
        return _form(visit, form=form, faults=uploads.faults_of(wrong), source=wrong.source)
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
            reading = _read(papers, chosen)
        _settle(visit, found, chosen, reading)
        if then == "next" and reading.plan is not None:
            return _import(visit, found, reading.plan)
    except Mistakes as wrong:
        return _page(visit, found, mistakes=wrong.mistakes, values=typed(form))
    except BadInput as wrong:
        return _page(visit, found, faults=uploads.faults_of(wrong))
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


def _read(papers: Papers, chosen: _Chosen) -> _Reading:
    """Read files.

    Raises:
        BadInput: no choice of columns would make them readable.
    """
    rules = intake_rules().with_columns(chosen.columns)
    files = uploads.input_files(papers)
    survey = survey_confined(files, rules=rules)
    try:
        plan = read_plan_confined(
            files,
            code=chosen.code,
            year=chosen.year,
            rules=rules,
            follow=chosen.follow,  # type: ignore[arg-type]  # one of `_FOLLOW`
        )
    except BadInput as refusal:
        if survey.tables and not survey.is_read:
            return _Reading(survey=survey, refusal=refusal)
        raise
    return _Reading(survey=survey, plan=plan)


def _keep(visit: Visit, papers: Papers, chosen: _Chosen, reading: _Reading) -> str:
    """Keep a file that can be read, and return the id of the import.

    Raises:
        BadInput: no plan of that code takes it.
        Mistakes: too much is open.
    """
    rules, at = visit.app.rules, visit.now
    told = {**reading.told(), "against": _against(visit, reading.plan)}
    upload = Upload(
        papers=papers, purpose="plan", plan_code=chosen.code,
        choices={**asdict(chosen), "read": told},
    )  # fmt: skip
    try:
        with recorded(visit, "web import", {"plan": chosen.code}) as tx:
            return plan_imports.begin(tx, upload, actor=visit.who.code, rules=rules, at=at)
    except Invalid as refusal:
        raise Mistakes([Mistake(field="", words=words_of(refusal, visit))]) from refusal


def _against(visit: Visit, plan: DraftPlan | None) -> dict[str, Any]:
    """Return what a file would do to the draft that is there already; nothing where there is none.

    Raises:
        BadInput: no plan of that code takes it.
    """
    if plan is None:
        return {}
    with visit.read() as tx:
        review = plans.preview_plan(tx, plan, rules=visit.app.rules, at=visit.now).review
    if all(row.action == "create" for row in review.rows):
        return {}
    changed = [
        {"code": row.code, "title": row.title, "what": "changed",
         "fields": [asdict(one) for one in row.changes]}
        for row in review.rows if row.action == "update"
    ]  # fmt: skip
    return {**review.summary, "changes": changed,
            "gone": [row.code for row in review.rows if row.action == "absent"]}  # fmt: skip


def _require_draft(visit: Visit, chosen: _Chosen) -> None:
    """Return if there is no plan of that code, or a draft of that year.

    Raises:
        Mistakes: there is another one.
    """
    with visit.read() as tx:
        known = {one["code"]: one for one in queries.list_plans(tx)}.get(chosen.code)
    if known is None:
        return
    if known["state"] != "draft":
        words = visit._("Kế hoạch %s đang thực hiện: chỉ thay đổi bằng quyết định điều chỉnh.")
        raise Mistakes([Mistake(field="code", words=words % chosen.code)])
    if known["year"] != chosen.year:
        words = visit._("Dự thảo %(code)s là của năm %(year)s; dùng năm đó, hoặc mã khác.")
        told = {"code": chosen.code, "year": known["year"]}
        raise Mistakes([Mistake(field="year", words=words % told)])


def _choose(found: PlanImport, form: FormData, visit: Visit) -> _Chosen:
    """Return what somebody says of the file.

    Raises:
        Mistakes: one column was named twice, or there is none of that name.
    """
    said = {name: str(form[name]) for name in form}
    taken: dict[str, str] = {}
    chosen = dict(found.choices["columns"])
    wrong = []
    for number, column in headers(found.choices["read"]["tables"]):
        key = said.get(f"c{number}", column["key"])
        if key not in COLUMNS:
            words = visit._("Giá trị này không dùng được.")
            wrong.append(Mistake(field=f"c{number}", words=words))
        if key != column["key"]:
            chosen[column["header"]] = key or "other"
        if (
            key not in ("", "other")
            and taken.setdefault(f"{column['table']}/{key}", column["header"]) != column["header"]
        ):
            words = visit._("Hai cột cùng là “%s”; chọn một.") % columns(visit)[key]
            wrong.append(Mistake(field=f"c{number}", words=words))
    if wrong:
        raise Mistakes(wrong)
    follow = said.get("follow", "auto")
    choices = found.choices
    return _Chosen(
        code=choices["code"], year=choices["year"], columns=chosen,
        follow=follow if follow in _FOLLOW else "auto",
    )  # fmt: skip


def headers(tables: Sequence[Mapping[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """Return every header once, numbered, with its column and the table it is first met in."""
    first: dict[str, dict[str, Any]] = {}
    for number, table in enumerate(tables):
        for column in table["columns"]:
            first.setdefault(column["header"], {**column, "table": number})
    return list(enumerate(first.values()))


def _settle(visit: Visit, found: PlanImport, chosen: _Chosen, reading: _Reading) -> None:
    told = {**reading.told(), "against": _against(visit, reading.plan)}
    kept = {"columns": chosen.columns, "follow": chosen.follow, "read": told}
    with recorded(visit, "web import columns", {"import": found.id}) as tx:
        plan_imports.settle(
            tx, found.id, kept, actor=visit.who.code, rules=visit.app.rules, at=visit.now
        )


def _import(visit: Visit, found: PlanImport, plan: DraftPlan) -> Response:
    rules, at, actor = visit.app.rules, visit.now, visit.who.code
    with recorded(visit, "plan import", {"plan": plan.code, "file": found.name}) as tx:
        plans.import_plan(tx, plan, actor=actor, rules=rules, at=at)
        plan_imports.finish(tx, found.id, plan_code=plan.code, actor=actor, rules=rules, at=at)
    return RedirectResponse(f"/ke-hoach/{plan.code}/ra-soat", 303)


def _kinds(plan: DraftPlan) -> dict[str, int]:
    kinds = [one.kind for one in plan.items]
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


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
    named = headers(tables)
    return render(
        visit, "plans/columns.html", status=422 if mistakes or faults else 200, found=found,
        read=found.choices["read"], faults=faults or found.choices["read"]["faults"],
        headers=named, columns=[[each for each in named if each[1]["table"] == number]
                                for number in range(len(tables))],
        names=columns(visit),
        mistakes=mistakes, values=values or {}, follow=found.choices["follow"],
        changes=wording.shown_again(found.choices["read"]["against"].get("changes", ()), visit),
    )  # fmt: skip
