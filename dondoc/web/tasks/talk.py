"""Talk about a task: what somebody writes on its page."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.datastructures import FormData

from dondoc.statuses import status_of
from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import Form, posted, read_form, typed
from dondoc.web.rendering import render
from dondoc.web.tasks.addresses import task_path
from dondoc.web.visit import SignedIn, Visit
from engine.commands import comments, looking, refusals
from engine.commands.comments import LONGEST, Said
from engine.errors import Refused

router = APIRouter()


class TalkForm(Form):
    """What somebody says."""

    words: str = Field(min_length=1, max_length=LONGEST)
    thay: str = Field(default="", max_length=128)


@router.post("/nhiem-vu/{plan}/{code}/trao-doi")
def say(
    visit: SignedIn, plan: str, code: str, form: Annotated[FormData, Depends(posted)]
) -> Response:
    """Keep what somebody says of a task he may see."""
    app = visit.app
    with visit.read() as tx:
        found = looking.find(
            tx, f"{plan}/{code}", people=visit.people, rules=app.rules, at=visit.now
        )
    address = found.task.address
    try:
        talk = read_form(TalkForm, form, visit)
        said = Said(task=address, words=talk.words)
        by = visit.by(talk.thay)
        try:
            with visit.write() as tx:
                comments.say(tx, said, by=by, rules=app.rules, at=visit.now)
        except Refused as refusal:
            with visit.write() as tx:
                refusals.record_command(
                    tx, "task comment", arguments={"task": address}, by=by, refusal=refusal,
                    at=visit.now,
                )  # fmt: skip
            mistake = Mistake(field="words", words=words_of(refusal, visit))
            return _again(visit, address, form, [mistake], status=status_of(refusal))
    except Mistakes as mistakes:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _again(visit, address, form, mistakes.mistakes, status=status)
    return RedirectResponse(f"{task_path(address, xem='talk')}#dien-bien", HTTPStatus.SEE_OTHER)


def _again(
    visit: Visit,
    address: str,
    form: FormData,
    mistakes: Sequence[Mistake],
    *,
    status: int,
) -> Response:
    return render(
        visit,
        "tasks/page_talk.html",
        status=status,
        values=typed(form),
        mistakes=mistakes,
        address=address,
        here=task_path(address),
    )
