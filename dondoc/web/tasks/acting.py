"""Doing something to a task: the form of a trigger, what it would change, and carrying it out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from dondoc.statuses import status_of
from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import posted, read_form, typed
from dondoc.web.rendering import render
from dondoc.web.tasks import deeds, files, wording
from dondoc.web.tasks.addresses import act_path, task_path, trigger_of
from dondoc.web.tasks.deeds import Deed, DeedForm
from dondoc.web.tasks.fields import fields
from dondoc.web.visit import SignedIn, Visit
from engine import taskpage
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
from engine.possibilities import Possibility, possible

router = APIRouter()

#: Which form drafts are kept of.
REPORT = "report"
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
    """

    visit: Visit
    page: Mapping[str, Any]
    one: Possibility
    thay: str
    draft: Draft | None = None

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

    @property
    def keeps_drafts(self) -> bool:
        """Whether it is a form that people write for long."""
        return {"note", "evidence"} <= set(self.one.needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a form shows beside its fields: what was typed, what is wrong, what would change."""

    values: Mapping[str, Any] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY
    foreseen: Mapping[str, Any] | None = None


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
    made = Scene(visit=visit, page=page, one=one, thay=thay)
    return replace(made, draft=draft) if made.keeps_drafts else made


@router.get("/nhiem-vu/{plan}/{code}/{words}")
def form(visit: SignedIn, plan: str, code: str, words: str, thay: str = "") -> Response:
    """Show the form of a trigger, or why it cannot be pulled."""
    met = scene(visit, f"{plan}/{code}", words, thay=thay)
    if met.one.refusal is not None:
        return _locked(met, met.one.refusal)
    values = dict(met.draft.content) if met.draft is not None else {}
    return _form(met, Shown(values=values))


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
    deed = Deed(address=met.address, kind=met.page["kind"], trigger=met.one.trigger, form=asked)
    shown = Shown(values=typed(form))
    if asked.version != met.page["task"].version:
        return _stale(met, deed, shown)
    if met.one.refusal is not None:
        _record(visit, deed, met.one.refusal)
        return _locked(met, met.one.refusal)
    if missing := _missing(met, asked, form):
        return _form(met, replace(shown, mistakes=missing))
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
    whole = replace(deed, evidence=proof, form=_whole(deed.form))
    deeds.carry_out(visit, whole)
    if met.keeps_drafts:
        with visit.write() as tx:
            drafts.discard(tx, visit.who.person.id, subject=f"task:{met.page['id']}", form=REPORT)


def _missing(met: Scene, asked: DeedForm, form: FormData) -> tuple[Mistake, ...]:
    """Return everything that is still to be filled in, at once."""
    _ = met.visit._
    found = [
        Mistake(field=one.name, words=_("Hãy điền chỗ này."))
        for one in fields(met.visit, met.one, met.page)
        if one.is_required and not getattr(asked, one.name)
    ]
    needs_proof = "evidence" in met.one.needs and not met.page["evidence_optional"]
    if needs_proof and asked.number is None and not files.sent(form):
        found.append(Mistake(field="number", words=_("Hãy ghi số văn bản hoặc chọn tệp.")))
    if asked.extent == "part" and asked.left is None:
        found.append(Mistake(field="left", words=_("Hãy ghi việc còn lại.")))
    return tuple(found)


def _whole(form: DeedForm) -> DeedForm:
    """Return a form whose note says what is left, where it is about a part of the work."""
    if form.extent != "part":
        return form
    # In Vietnamese whatever the reader's language: it goes into the record, for everybody.
    rest = f"Hoàn thành một phần; còn lại: {form.left}"
    if form.left_due is not None:
        rest += f" Đề nghị hạn {form.left_due:%d/%m/%Y}."
    note = f"{form.note}\n\n{rest}" if form.note else None
    return form.model_copy(update={"note": note})


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
        draft=met.draft,
        keeps_drafts=met.keeps_drafts,
        can_preview={"due", "due_optional", "to"} & set(met.one.needs)
        and met.one.trigger in met.page["triggers"]
        and met.page["kind"] != "extension",
    )


def _values(met: Scene) -> dict[str, Any]:
    visit = met.visit
    return {
        "page": met.page,
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
    visit, app = met.visit, met.visit.app
    try:
        with visit.read() as tx:
            foreseen = taskpage.foreseen(tx, deed.request(visit), rules=app.rules, at=visit.now)
    except Refused as refusal:
        mistake = _mistake(visit, refusal)
        return _form(met, replace(shown, mistakes=(mistake,), status=status_of(refusal)))
    return _form(met, replace(shown, foreseen=foreseen))


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
