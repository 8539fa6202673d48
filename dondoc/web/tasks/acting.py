"""Doing something to a task: the form of a trigger, what it would change, and carrying it out."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from dondoc.statuses import status_of
from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import posted, read_form, typed
from dondoc.web.rendering import render
from dondoc.web.tasks import deeds, files, partly, wording
from dondoc.web.tasks.addresses import act_path, task_path, trigger_of
from dondoc.web.tasks.deeds import Deed, DeedForm
from dondoc.web.tasks.fields import fields
from dondoc.web.visit import SignedIn, Visit
from engine import requests, taskpage
from engine.commands import drafts, refusals
from engine.commands.drafts import Draft
from engine.errors import (
    Conflict,
    EvidenceRequired,
    Invalid,
    NoteRequired,
    Refused,
    TransitionRefused,
    Unknown,
)
from engine.forecast import Foretold
from engine.possibilities import EXTEND, Possibility, possible

router = APIRouter()

#: Which form drafts are kept of.
REPORT = "report"
#: What the form of a request for time is told where it comes from a report of a part.
_PARTLY = "bao-cao"
#: Fields of a form that a draft keeps.
DRAFTED = ("note", "extent", "left", "left_due", "number", "number_day")
#: What an engine's field is called in a form.
_INPUTS = {"evidence": "files", "pause": "pause_from", "reason": "note", "task": "", "urge": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Somebody before the form of a trigger.

    Attributes:
        page: The page of what it is about.
        one: The trigger, and whether he may.
        thay: Code of whom he acts for; "" for himself.
        draft: What he typed before, where drafts are kept.
        said: What is asked, where it is about a request.
    """

    visit: Visit
    page: Mapping[str, Any]
    one: Possibility
    thay: str
    draft: Draft | None = None
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Of what it is about."""
        return str(self.page["task"].address)

    @property
    def label(self) -> str:
        """What the trigger is called."""
        return wording.label(
            self.visit, self.one.trigger, kind=self.page["kind"], own=self.one.label
        )

    @property
    def back(self) -> str:
        """The page to go back to: that of the task, for what hangs on one."""
        about = self.page["about"]
        if self.page["kind"] in ("obstacle", "extension") and about is not None:
            return str(about["address"])
        return self.address

    def deed(self, asked: DeedForm) -> Deed:
        """Return what a form asks to be done."""
        return Deed(
            address=self.address, kind=self.page["kind"], trigger=self.one.trigger, form=asked
        )

    @property
    def keeps_drafts(self) -> bool:
        """Whether it is a form that people write for long."""
        return {"note", "evidence"} <= set(self.one.needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a form shows beside its fields: what was typed, what is wrong, what would change.

    `is_rest` where it asks for time for what is left of a report.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY
    foreseen: Mapping[str, Any] | None = None
    is_rest: bool = False


def scene(visit: Visit, address: str, words: str, *, thay: str = "") -> Scene:
    """Return the form of a trigger as somebody meets it.

    Raises:
        Unknown: there is no such task, trigger or person, or he may not see the task.
    """
    app, trigger = visit.app, trigger_of(words)
    with visit.read() as tx:
        page = taskpage.of_task(tx, address, people=visit.people, rules=app.rules, at=visit.now)
        found = possible(tx, page["task"].address, by=visit.by(thay), rules=app.rules, at=visit.now)
        one = next((each for each in found if each.trigger == trigger), None)
        if one is None:
            raise Unknown(what="trigger", name=trigger)
        draft = drafts.draft_of(tx, visit.who.person.id, subject=f"task:{page['id']}", form=REPORT)
        kind, here = page["kind"], page["task"].address
        is_asked = kind in ("obstacle", "extension")
        said = requests.show_request(tx, here, kind=kind, rules=app.rules) if is_asked else []
    made = Scene(visit=visit, page=page, one=one, thay=thay, said=said[0] if said else {})
    return replace(made, draft=draft) if made.keeps_drafts or trigger == EXTEND else made


@router.get("/nhiem-vu/{plan}/{code}/{words}")
def form(
    visit: SignedIn, plan: str, code: str, words: str, thay: str = "", tu: str = ""
) -> Response:
    """Show the form of a trigger, or why it cannot be pulled; `tu` is the form one comes from."""
    met = scene(visit, f"{plan}/{code}", words, thay=thay)
    if met.one.refusal is not None:
        return _locked(met, met.one.refusal)
    return _form(met, _begun(met, is_rest=tu == _PARTLY))


def _begun(met: Scene, *, is_rest: bool) -> Shown:
    """Return what a form shows before anything is typed; `is_rest` where a part is done."""
    kept = met.draft.content if met.draft is not None else {}
    if met.keeps_drafts:
        return Shown(values=dict(kept))
    if met.one.trigger == EXTEND:
        return Shown(values=partly.asked(kept), is_rest=True) if is_rest and kept else Shown()
    if met.page["kind"] != "extension" or "due_optional" not in met.one.needs:
        return Shown()
    # Who grants time sees what comes of it before he presses anything.
    asked = DeedForm(version=met.page["task"].version, thay=met.thay)
    with suppress(Refused):
        return Shown(foreseen=_foreseen(met, met.deed(asked)))
    return Shown()


@router.post("/nhiem-vu/{plan}/{code}/{words}")
def act(
    visit: SignedIn, plan: str, code: str, words: str, form: Annotated[FormData, Depends(posted)]
) -> Response:
    """Carry a trigger out, or say what it would change."""
    thay = form.get("thay")
    met = scene(visit, f"{plan}/{code}", words, thay=thay if isinstance(thay, str) else "")
    try:
        asked = read_form(DeedForm, form, visit)
    except Mistakes as mistakes:
        return _form(met, Shown(values=typed(form), mistakes=mistakes.mistakes))
    deed = met.deed(asked)
    shown = Shown(values=typed(form))
    if asked.version != met.page["task"].version:
        return _stale(met, deed, shown)
    if met.one.refusal is not None:
        _record(visit, deed, met.one.refusal)
        return _locked(met, met.one.refusal)
    if missing := _missing(met, asked, form):
        return _form(met, replace(shown, mistakes=missing))
    if asked.extent == "part" and met.keeps_drafts:
        return _partly(met, form, shown)
    if asked.buoc == "preview":
        return _preview(met, deed, shown)
    return _done(met, deed, form, shown=shown)


def _done(met: Scene, deed: Deed, form: FormData, *, shown: Shown) -> Response:
    """Carry a deed out and lead back to the page; show the form again where it is refused."""
    try:
        _carry_out(met, deed, form)
    except Mistakes as mistakes:
        return _form(met, replace(shown, mistakes=mistakes.mistakes))
    except Conflict:
        fresh = scene(met.visit, met.address, met.one.trigger, thay=met.thay)
        return _conflict(fresh, deed.form.version, shown)
    except Refused as refusal:
        mistakes_ = (_mistake(met.visit, refusal),)
        return _form(met, replace(shown, mistakes=mistakes_, status=status_of(refusal)))
    return RedirectResponse(task_path(met.back, xong=met.one.trigger), HTTPStatus.SEE_OTHER)


def _carry_out(met: Scene, deed: Deed, form: FormData) -> None:
    visit = met.visit
    proof = files.receive(visit, form, deed.form)
    deeds.carry_out(visit, replace(deed, evidence=proof))
    if met.keeps_drafts:
        with visit.write() as tx:
            drafts.discard(tx, visit.who.person.id, subject=f"task:{met.page['id']}", form=REPORT)


def _missing(met: Scene, asked: DeedForm, form: FormData) -> tuple[Mistake, ...]:
    """Return everything that is still to be filled in, at once."""
    _ = met.visit._
    found = [
        Mistake(field=one.name, words=_("Hãy điền chỗ này."), label=one.label)
        for one in fields(met.visit, met.one, met.page)
        if one.is_required and not getattr(asked, one.name)
    ]
    is_part = asked.extent == "part"
    needs_proof = "evidence" in met.one.needs and not met.page["evidence_optional"]
    if needs_proof and not is_part and asked.number is None and not files.sent(form):
        found.append(Mistake(field="number", words=_("Hãy ghi số văn bản hoặc chọn tệp.")))
    if is_part and asked.left is None:
        found.append(Mistake(field="left", words=_("Hãy ghi việc còn lại.")))
    return tuple(found)


def _partly(met: Scene, form: FormData, shown: Shown) -> Response:
    """Keep a report of a part, and lead to the request for time that says what is left."""
    visit = met.visit
    asking = scene(visit, met.address, EXTEND, thay=met.thay)
    if asking.one.refusal is not None:
        why = visit._("Chưa xin gia hạn được: %s") % wording.why_not(visit, asking.one)
        return _form(met, replace(shown, mistakes=(Mistake(field="extent", words=why),)))
    # Whoever comes back to his report has the rest done as well.
    keep_draft(met, form, but=("extent",))
    where = act_path(met.address, EXTEND, tu=_PARTLY, thay=met.thay)
    return RedirectResponse(where, HTTPStatus.SEE_OTHER)


def keep_draft(met: Scene, form: FormData, *, but: tuple[str, ...] = ()) -> None:
    """Keep what is typed so far, but for some fields."""
    visit = met.visit
    typed_in = {name: form.get(name) for name in DRAFTED if name not in but}
    content = {name: one for name, one in typed_in.items() if isinstance(one, str) and one}
    with visit.write() as tx:
        drafts.keep(
            tx, visit.who.person.id, subject=f"task:{met.page['id']}", form=REPORT,
            content=content, at=visit.now,
        )  # fmt: skip


def _form(met: Scene, shown: Shown) -> Response:
    visit = met.visit
    has_mistakes = bool(shown.mistakes)
    return render(
        visit,
        "tasks/act.html",
        status=shown.status if has_mistakes else HTTPStatus.OK,
        **_values(met),
        fields=fields(visit, met.one, met.page),
        values=shown.values,
        mistakes=shown.mistakes,
        foreseen=shown.foreseen,
        rung=partial(_rung, visit),
        draft=met.draft,
        keeps_drafts=met.keeps_drafts,
        can_preview={"due", "due_optional", "to"} & set(met.one.needs)
        and met.one.trigger in met.page["triggers"],
        is_rest=shown.is_rest,
    )


def _rung(visit: Visit, one: Foretold) -> str:
    return wording.rung(
        visit, kind=one.kind, name=one.rung, occurrence=one.occurrence, position=one.position
    )


def _values(met: Scene) -> dict[str, Any]:
    visit = met.visit
    return {
        "page": met.page,
        "said": met.said,
        "task": met.page["task"],
        "one": met.one,
        "label": met.label,
        "thay": met.thay,
        "back": task_path(met.back),
        "here": act_path(met.address, met.one.trigger),
        "stands": wording.state(
            visit, met.page["task"].state, own=met.page["state_label"]
        ),
    }  # fmt: skip


def _preview(met: Scene, deed: Deed, shown: Shown) -> Response:
    visit = met.visit
    try:
        foreseen = _foreseen(met, deed)
    except Refused as refusal:
        mistake = _mistake(visit, refusal)
        return _form(met, replace(shown, mistakes=(mistake,), status=status_of(refusal)))
    return _form(met, replace(shown, foreseen=foreseen))


def _foreseen(met: Scene, deed: Deed) -> Mapping[str, Any]:
    """Return what a deed would change.

    Raises:
        Refused: as the deed itself.
    """
    visit, rules = met.visit, met.visit.app.rules
    with visit.read() as tx:
        if deed.kind == "extension":
            by, decision = visit.by(met.thay), deeds.decision_of(deed)
            return taskpage.foreseen_extension(tx, decision, by=by, rules=rules, at=visit.now)
        return taskpage.foreseen(tx, deed.request(visit), rules=rules, at=visit.now)


def _locked(met: Scene, refusal: Refused) -> Response:
    """Return the page that says why nothing can be done here, and who did what meanwhile."""
    visit = met.visit
    latest = met.page["history"][-1] if met.page["history"] else None
    return render(
        visit,
        "tasks/act_locked.html",
        status=status_of(refusal),
        **_values(met),
        why=wording.refused(visit, refusal, who=met.one.who),
        latest=latest if isinstance(refusal, TransitionRefused) else None,
        triggers=wording.labels(visit),
    )


def _stale(met: Scene, deed: Deed, shown: Shown) -> Response:
    conflict = Conflict(
        what=met.address,
        expected=f"version {deed.form.version}",
        found=f"version {met.page['task'].version}, {met.page['task'].state}",
    )
    _record(met.visit, deed, conflict)
    return _conflict(met, deed.form.version, shown)


def _conflict(met: Scene, version: int, shown: Shown) -> Response:
    """Return what changed since a version, beside what was typed."""
    visit = met.visit
    with visit.read() as tx:
        events = taskpage.events_since(tx, met.address, version)
    return render(
        visit,
        "tasks/act_conflict.html",
        status=HTTPStatus.CONFLICT,
        **_values(met),
        events=events,
        fields=[] if met.one.refusal else fields(visit, met.one, met.page),
        values=shown.values,
        mistakes=(),
        why=wording.why_not(visit, met.one),
        triggers=wording.labels(visit),
    )


def _record(visit: Visit, deed: Deed, refusal: Refused | Conflict) -> None:
    with visit.write() as tx:
        refusals.record(tx, deed.request(visit), refusal, at=visit.now)


def _mistake(visit: Visit, refusal: Refused) -> Mistake:
    words = words_of(refusal, visit)
    if isinstance(refusal, Invalid):
        name = refusal.field
        return Mistake(field=_INPUTS.get(name, name), words=words)
    if isinstance(refusal, NoteRequired):
        return Mistake(field="note", words=words)
    return Mistake(field="files" if isinstance(refusal, EvidenceRequired) else "", words=words)
