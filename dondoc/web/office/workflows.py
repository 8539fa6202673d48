"""Workflows on screen: drawn, listed arrow by arrow, and a new version published from a file."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData, UploadFile

from dondoc.statuses import status_of
from dondoc.web.failures import Mistake, words_of
from dondoc.web.forms import posted
from dondoc.web.office.picture import picture
from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn, Visit
from engine.changeover import Wishes
from engine.commands import refusals, workflows
from engine.commands.workflows import Publication
from engine.errors import BadInput, Conflict, Refused, Unknown
from engine.spelling import nearest
from engine.workflow import Workflow
from workflows.registry import parse

router = APIRouter(prefix="/quan-tri/quy-trinh")
#: A definition is some kilobytes.
_MOST_BYTES = 200_000


@router.get("")
def show_all(visit: SignedIn) -> Response:
    """List the workflows in force."""
    with visit.read() as tx:
        published = workflows.published(tx)
    newest: dict[str, Workflow] = {}
    for one in published:
        if one.name not in newest or newest[one.name].version < one.version:
            newest[one.name] = one
    return render(
        visit, "office/workflows.html", workflows=list(newest.values()), about=_about(visit)
    )


@router.get("/{name}")
def show(visit: SignedIn, name: str, ban: int | None = None) -> Response:
    """Show one workflow as a picture and as a table; `ban` is its version, by default the last."""
    same = _versions(visit, name)
    one = next((each for each in same if each.version == ban), None) if ban else same[0]
    if one is None:
        raise Unknown(what="workflow", name=f"{name} {ban}")
    return _page(visit, one, versions=same)


@router.post("/{name}")
def publish(visit: SignedIn, name: str, form: Annotated[FormData, Depends(posted)]) -> Response:
    """Try a new version out, or publish it (`viec=ban-hanh`)."""
    same = _versions(visit, name)
    text = _text(form)
    shown = {"text": text, "note": str(form.get("note", "")), "fates": _fates(form),
             "migrate": bool(form.get("migrate"))}  # fmt: skip
    try:
        wanted = _publication(visit, name, text, form)
        if form.get("viec") == "ban-hanh":
            with visit.write() as tx:
                workflows.publish(tx, wanted, rules=visit.app.rules, at=visit.now)
            return RedirectResponse(f"/quan-tri/quy-trinh/{name}", 303)
        with visit.read() as tx:
            found = workflows.prospect(tx, wanted, rules=visit.app.rules)
    except (Refused, Conflict) as refusal:
        return _refused(visit, same, refusal, shown=shown)
    return _page(visit, same[0], versions=same, prospect=found, **shown)


def _page(visit: Visit, one: Workflow, *, versions: Sequence[Workflow], **shown: Any) -> Response:
    """Return the page of a workflow.

    Args:
        visit: Whose page it is.
        one: The version that is drawn.
        versions: All of them, the newest first.
        shown: What a publication would do, what was typed, what is wrong with it.
    """
    empty: dict[str, Any] = {"prospect": None, "text": "", "note": "", "migrate": False,
                             "fates": {}, "mistakes": ()}  # fmt: skip
    told = {**empty, **shown}
    told.setdefault("status", 422 if told["mistakes"] else 200)
    return render(
        visit, "office/workflow.html", workflow=one, versions=versions, picture=picture(one),
        about=_about(visit), needs=_needs(visit),
        may_publish=bool(visit.who.roles & {"monitor", "director"}), **told,
    )  # fmt: skip


def _refused(
    visit: Visit, same: Sequence[Workflow], refusal: Refused | Conflict, *, shown: dict[str, Any]
) -> Response:
    if isinstance(refusal, BadInput):
        mistakes = [Mistake(field="text", words=str(one)) for one in refusal.faults]
        return _page(visit, same[0], versions=same, mistakes=mistakes, **shown)
    with visit.write() as tx:
        refusals.record_command(
            tx, "workflow publish", arguments={"workflow": same[0].name}, by=visit.by(),
            refusal=refusal, at=visit.now,
        )  # fmt: skip
    mistakes = [Mistake(field="", words=words_of(refusal, visit))]
    status = status_of(refusal)
    return _page(visit, same[0], versions=same, mistakes=mistakes, status=status, **shown)


def _publication(visit: Visit, name: str, text: str, form: FormData) -> Publication:
    """Return what the form asks for.

    Raises:
        BadInput: the definition is wrong.
        Unknown: it is that of another workflow.
    """
    found = parse(text.encode(), source=f"{name}.toml")
    if found.name != name:
        raise Unknown(what="workflow", name=found.name, hint=name)
    fates = _fates(form)
    return Publication(
        workflow=found,
        source=f"{name}.toml",
        wishes=Wishes(
            mapping={state: to for state, to in fates.items() if to != "="},
            keep=frozenset(state for state, to in fates.items() if to == "="),
            migrate=bool(form.get("migrate")),
        ),
        actor=visit.who.code,
        note=str(form.get("note", "")) or None,
    )


def _fates(form: FormData) -> dict[str, str]:
    """Return what is to become of tasks by their state: another state, or `=` to stay."""
    return {
        key.removeprefix("trang-thai-"): str(value)
        for key, value in form.items()
        if key.startswith("trang-thai-") and value
    }


def _text(form: FormData) -> str:
    """Return the definition: the file if one was chosen, else what was typed."""
    file = form.get("tep")
    if isinstance(file, UploadFile) and file.filename:
        return file.file.read(_MOST_BYTES).decode("utf-8", "replace")
    return str(form.get("text", ""))[:_MOST_BYTES]


def _versions(visit: Visit, name: str) -> list[Workflow]:
    """Return the published versions of a workflow, the newest first.

    Raises:
        Unknown: there is none of that name.
    """
    with visit.read() as tx:
        published = workflows.published(tx)
    same = sorted((one for one in published if one.name == name), key=lambda one: -one.version)
    if not same:
        raise Unknown(what="workflow", name=name, hint=nearest(name, {o.name for o in published}))
    return same


def _about(visit: Visit) -> dict[str, str]:
    """Return what each workflow is for."""
    _ = visit._
    return {
        "plan_task": _("Nhiệm vụ của kế hoạch"),
        "contribution": _("Phần phối hợp"),
        "obstacle": _("Vướng mắc"),
        "extension": _("Xin gia hạn"),
        "periodic_report": _("Báo cáo định kỳ"),
    }


def _needs(visit: Visit) -> dict[str, str]:
    """Return what must come with a deed, in words."""
    _ = visit._
    return {
        "note": _("ghi chú, lý do"),
        "evidence": _("minh chứng"),
        "four_eyes": _("không phải người đã báo cáo"),
        "due": _("hạn mới"),
        "due_optional": _("hạn mới nếu muốn"),
        "decision": _("số quyết định"),
        "assignee": _("người thực hiện mới"),
        "to": _("người thực hiện mới"),
        "promise": _("ngày hẹn"),
    }
