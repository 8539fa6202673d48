"""Changing a plan by a file: a decision about an active one, a table that fills a draft in.

The file is read, what it would do is shown, and only then is it carried out, by the same command.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.datastructures import FormData

from dondoc.intake import fault_of, faults_of, input_files
from dondoc.papers import intake_rules, read_decision
from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import Form, posted, read_form, typed
from dondoc.web.plans import uploads, wording
from dondoc.web.plans.seeing import ADJUSTERS, IMPORTERS, recorded, rehearsed, see
from dondoc.web.rendering import render
from dondoc.web.shield.turns import own_turn
from dondoc.web.visit import SignedIn, Visit
from engine import plan_pages
from engine.adjustment import Adjustment
from engine.commands import adjustments, plan_imports, plans, worksheets
from engine.commands.plan_imports import Papers, PlanImport, Upload
from engine.database import Rules, Transaction
from engine.draft import Worksheet
from engine.errors import BadInput, Conflict, Fault, Invalid, NotPermitted, Undecided
from workflows.planfile.confinement import read_worksheet_confined

router = APIRouter()


class _Decision(Form):
    file: Any = None
    appendix: Any = None
    decision: str = Field(min_length=1, max_length=64)
    decided_on: date
    absent: str = ""
    note: str = Field(default="", max_length=2000)


class _Table(Form):
    file: Any = None
    appendix: Any = None


class _Go(Form):
    thay: str = ""


class _Blocked(Exception):
    """Rows that cannot be carried out as they are."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = [fault_of(one) for one in faults]


@router.get("/ke-hoach/{code}/dieu-chinh")
def ask(visit: SignedIn, code: str) -> Response:
    """Show the form for the file of a decision, or of a table where the plan is a draft."""
    return _form(visit, code)


@router.post("/ke-hoach/{code}/dieu-chinh")
def take(visit: SignedIn, code: str, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Read a file and show what it would do."""
    plan = _line(visit, code)
    try:
        papers = uploads.handed_in(form, visit, wants=visit._("Hãy chọn tệp."))
        choices = _choices(form, visit, is_draft=plan.state == "draft")
        with own_turn(visit.who.code, "import"):
            preview = _kept(_preview(visit, code, papers, choices))
        import_id = _keep(visit, code, papers, {**choices, "preview": preview})
    except Mistakes as wrong:
        return _form(visit, code, form=form, mistakes=wrong.mistakes)
    except BadInput as wrong:
        return _form(visit, code, form=form, faults=faults_of(wrong))
    except _Blocked as wrong:
        return _form(visit, code, form=form, faults=wrong.faults)
    except Invalid as refusal:
        mistake = Mistake(field=refusal.field if refusal.field in _Decision.model_fields else "",
                          words=words_of(refusal, visit))  # fmt: skip
        return _form(visit, code, form=form, mistakes=[mistake])
    return RedirectResponse(f"/ke-hoach/nhap/{import_id}/doi", 303)


@router.get("/ke-hoach/nhap/{import_id}/doi")
def look(visit: SignedIn, import_id: str) -> Response:
    """Show what a file that was handed in would do."""
    found = _found(visit, import_id)
    if found.state != "open":
        return RedirectResponse(f"/ke-hoach/{quote(found.plan_code or '')}", 303)
    return _shown(visit, found)


@router.post("/ke-hoach/nhap/{import_id}/doi")
def carry_out(
    visit: SignedIn, import_id: str, form: Annotated[FormData, Depends(posted)]
) -> Response:
    """Carry out what a file says, if it still does what was shown."""
    found = _found(visit, import_id)
    if found.state != "open" or found.choices["purpose"] == "plan":
        raise Conflict(what="import", expected="open", found=found.state)
    code = found.plan_code or ""
    try:
        behalf = read_form(_Go, form, visit).thay
        with visit.read() as tx:
            papers = plan_imports.papers_of(tx, found)
        with own_turn(visit.who.code, "import"):
            preview = _kept(_preview(visit, code, papers, found.choices))
            if preview != found.choices["preview"]:
                return _shown(visit, _settled(visit, found, preview), is_other=True)
            _write(visit, found, papers, behalf=behalf)
    except Mistakes as wrong:
        return _shown(visit, found, mistakes=wrong.mistakes)
    except (BadInput, _Blocked) as wrong:
        return _shown(visit, found, faults=[_plain(one) for one in wrong.faults])
    except (Invalid, NotPermitted) as refusal:
        mistake = Mistake(field="", words=words_of(refusal, visit))
        status = 403 if isinstance(refusal, NotPermitted) else 422
        return _shown(visit, found, mistakes=[mistake], status=status)
    is_table = found.choices["purpose"] == "worksheet"
    where = f"{quote(code)}/ra-soat" if is_table else f"{quote(code)}?xong=doi"
    return RedirectResponse(f"/ke-hoach/{where}", 303)


def _plain(fault: Any) -> Mapping[str, str]:
    return fault if isinstance(fault, dict) else fault_of(fault)


def _line(visit: Visit, code: str) -> plan_pages.PlanLine:
    """Return a plan that may be changed by somebody who may do so, at least prepare it.

    Raises:
        Unknown: he sees nothing of it.
        NotPermitted: he may not.
    """
    see(visit, code)
    if not visit.who.roles & (IMPORTERS | ADJUSTERS):
        who = ("monitor", "monitoring_unit", "director")
        raise NotPermitted(actor=visit.who.code, what="adjust_plan", who=who)
    with visit.read() as tx:
        found = plan_pages.one_plan(tx, code, visit.people, rules=visit.app.rules, at=visit.now)
    if found.state == "closed":
        raise Invalid(field="plan", problem=f"{code} is closed, not active")
    return found


def _found(visit: Visit, import_id: str) -> PlanImport:
    with visit.read() as tx:
        return plan_imports.get(tx, import_id, person_id=visit.who.person.id)


def _choices(form: FormData, visit: Visit, *, is_draft: bool) -> dict[str, Any]:
    if is_draft:
        read_form(_Table, form, visit)
        return {"purpose": "worksheet"}
    said = read_form(_Decision, form, visit)
    return {
        "purpose": "adjustment", "decision": said.decision,
        "decided_on": said.decided_on.isoformat(), "note": said.note,
        "absent": said.absent if said.absent in ("keep", "cancel") else "",
    }  # fmt: skip


def _keep(visit: Visit, code: str, papers: Papers, choices: Mapping[str, Any]) -> str:
    upload = Upload(papers=papers, purpose=choices["purpose"], plan_code=code, choices=choices)
    with recorded(visit, "web import", {"plan": code}) as tx:
        return plan_imports.begin(
            tx, upload, actor=visit.who.code, rules=visit.app.rules, at=visit.now
        )


def _settled(visit: Visit, found: PlanImport, preview: Mapping[str, Any]) -> PlanImport:
    with recorded(visit, "web import preview", {"import": found.id}) as tx:
        plan_imports.settle(
            tx, found.id, {"preview": preview}, actor=visit.who.code, rules=visit.app.rules,
            at=visit.now,
        )  # fmt: skip
    return _found(visit, found.id)


def _preview(visit: Visit, code: str, papers: Papers, choices: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file would do, as plain data.

    Raises:
        BadInput: it cannot be read, or says what the plan does not know.
        _Blocked: rows of it cannot be carried out.
        Invalid: the decision is none.
    """
    if choices["purpose"] == "worksheet":
        sheet = _sheet(visit, code, papers)
        with visit.read() as tx:
            done = worksheets.preview_worksheet(
                tx, sheet, into=code, rules=visit.app.rules, at=visit.now
            )
        rows = [row for row in done.review.rows if row.action == "update"]
        return {
            "changes": [{"code": row.code, "title": row.title, "what": "changed",
                         "fields": [asdict(one) for one in row.changes]} for row in rows],
            "unchanged": done.unchanged, "asked": done.needs_decision,
        }  # fmt: skip
    adjustment = _adjustment(visit, code, papers, choices)
    with rehearsed(visit) as (tx, rules):
        known = plan_pages.notices_of(tx, code, at=visit.now)
        try:
            done_ = _adjust(tx, adjustment, by=(_somebody(visit), None), rules=rules, visit=visit)
        except Undecided as error:
            raise _Blocked(error.faults) from error
        hears = plan_pages.told(tx, code, at=visit.now, rules=rules, besides=known)
    return {
        "changes": [asdict(one) for one in done_.changes],
        "kept": [{"code": one.code, "due_on": one.due_on.isoformat(),
                  "planned_on": one.planned_on.isoformat()} for one in done_.kept],
        "absent": list(done_.absent), "unchanged": done_.unchanged, "version": done_.version,
        "people_told": done_.people_told,
        "told": [{"person": one["person"].code, "codes": list(one["codes"])} for one in hears],
        "warnings": [asdict(one) for one in done_.warnings],
    }  # fmt: skip


def _kept(preview: Mapping[str, Any]) -> dict[str, Any]:
    """Return a preview as the database will give it back, so that two can be compared."""
    same: dict[str, Any] = json.loads(json.dumps(preview))
    return same


def _sheet(visit: Visit, code: str, papers: Papers) -> Worksheet:
    with visit.read() as tx:
        year = plans.year_of(tx, code)
    file = input_files(papers)[0]
    return read_worksheet_confined(file, year=year, rules=intake_rules())


def _adjustment(visit: Visit, code: str, papers: Papers, choices: Mapping[str, Any]) -> Adjustment:
    with visit.read() as tx:
        year = plans.year_of(tx, code)
    stating = read_decision(input_files(papers), code, year=year, rules=intake_rules())
    absent = choices["absent"] or None
    return Adjustment(
        plan=code,
        decision=choices["decision"],
        decided_on=date.fromisoformat(choices["decided_on"]),
        entries=stating.entries,
        is_whole=stating.is_whole or absent is not None,
        absent=absent,
        note=choices["note"] or None,
        source_name=stating.source_name,
        digest=stating.digest,
    )


def _adjust(
    tx: Transaction, adjustment: Adjustment, *, by: tuple[str, str | None], rules: Rules,
    visit: Visit,
) -> adjustments.Adjusted:  # fmt: skip
    return adjustments.adjust(
        tx, adjustment, actor=by[0], on_behalf_of=by[1], rules=rules, at=visit.now
    )


def _somebody(visit: Visit) -> str:
    """Return who may adjust plans: the reader, else the head of the monitoring unit."""
    if visit.who.roles & ADJUSTERS:
        return visit.who.code
    organisation = visit.rulebook.organisation
    head = organisation.monitor and organisation.head(organisation.monitor.id, visit.today)
    return organisation.person_by_id[head].code if head else visit.who.code


def _write(visit: Visit, found: PlanImport, papers: Papers, *, behalf: str) -> None:
    """Carry out a file and end its import, in one transaction."""
    code, rules = found.plan_code or "", visit.app.rules
    if found.choices["purpose"] == "worksheet":
        sheet = _sheet(visit, code, papers)
        with recorded(visit, "plan import", {"plan": code, "file": found.name}) as tx:
            worksheets.merge(tx, sheet, into=code, actor=visit.who.code, rules=rules, at=visit.now)
            _finish(tx, visit, found)
        return
    adjustment = _adjustment(visit, code, papers, found.choices)
    arguments = {"plan": code, "file": found.name, "decision": adjustment.decision}
    with recorded(visit, "plan adjust", arguments, on_behalf_of=behalf) as tx:
        try:
            _adjust(tx, adjustment, by=visit.by(behalf), rules=rules, visit=visit)
        except Undecided as error:
            raise _Blocked(error.faults) from error
        _finish(tx, visit, found)


def _finish(tx: Transaction, visit: Visit, found: PlanImport) -> None:
    plan_imports.finish(
        tx, found.id, plan_code=found.plan_code or "", actor=visit.who.code,
        rules=visit.app.rules, at=visit.now,
    )  # fmt: skip


def _form(
    visit: Visit,
    code: str,
    *,
    form: FormData | None = None,
    mistakes: Sequence[Mistake] = (),
    faults: Sequence[Mapping[str, str]] = (),
) -> Response:
    plan = _line(visit, code)
    return render(
        visit, "plans/change.html", status=422 if mistakes or faults else 200, plan=plan,
        mistakes=mistakes, faults=faults, values=typed(form) if form is not None else {},
        endings=uploads.ENDINGS, most_mb=visit.app.settings.web.max_upload_mb,
    )  # fmt: skip


def _shown(
    visit: Visit,
    found: PlanImport,
    *,
    mistakes: Sequence[Mistake] = (),
    faults: Sequence[Mapping[str, str]] = (),
    is_other: bool = False,
    status: int = 422,
) -> Response:
    preview = found.choices["preview"]
    return render(
        visit, "plans/preview.html", status=status if mistakes or faults or is_other else 200,
        found=found, preview=preview, mistakes=mistakes,
        changes=wording.shown_again(preview["changes"], visit),
        faults=faults, is_other=is_other,
        may_go=bool(visit.who.roles & (ADJUSTERS if found.choices["purpose"] == "adjustment"
                                       else IMPORTERS)) or bool(visit.who.principals),
    )  # fmt: skip
