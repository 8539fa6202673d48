"""Mail as it was worded: what trial mode caught, and what really left; read by who may."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import HTMLResponse

from dondoc.web.rendering import render
from dondoc.web.visit import SignedIn, Visit
from engine import letterbox
from engine.letterbox import Letter

router = APIRouter()
_A_PAGE = 50
#: The mail of a person as a page of its own: it may look as it does and do nothing.
_SEALED = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


@router.get("/thu")
def show_mail(visit: SignedIn, toi: str = "", truoc: str = "") -> Response:
    """Show messages, newest first: one's own, or all of them to who follows the plan.

    Args:
        visit: Whose page it is.
        toi: Code of a recipient; empty is everybody one may see.
        truoc: Id of the message after which older ones follow.
    """
    with visit.read() as tx:
        found = letterbox.letters(
            tx, readers=_readers(visit), to=toi or None, before=truoc or None, limit=_A_PAGE + 1
        )
    page = found[:_A_PAGE]
    return render(
        visit, "record/mail.html", letters=page, to=toi,
        older=page[-1].id if len(found) > _A_PAGE else "",
    )  # fmt: skip


@router.get("/thu/{letter_id}")
def show_letter(visit: SignedIn, letter_id: str) -> Response:
    """Show one message: its headers and its words."""
    letter = _found(visit, letter_id)
    mail = _parsed(letter)
    body = mail.get_body(("plain",)) if mail is not None else None
    headers = [(name, str(value)) for name, value in mail.items()] if mail is not None else []
    return render(
        visit, "record/letter.html", letter=letter, headers=headers,
        words=body.get_content() if body is not None else "",
    )  # fmt: skip


@router.get("/thu/{letter_id}/nguyen-ban")
def show_as_mail(visit: SignedIn, letter_id: str) -> Response:
    """Show the HTML part of a message as its reader sees it, sealed off from everything."""
    mail = _parsed(_found(visit, letter_id))
    body = mail.get_body(("html",)) if mail is not None else None
    if body is None:
        raise HTTPException(404)
    return HTMLResponse(body.get_content(), headers={"Content-Security-Policy": _SEALED})


def _found(visit: Visit, letter_id: str) -> Letter:
    with visit.read() as tx:
        letter = letterbox.letter(tx, letter_id, readers=_readers(visit))
    if letter is None:
        raise HTTPException(404)
    return letter


def _readers(visit: Visit) -> list[str] | None:
    """Return ids of those whose mail may be read, None for everybody's."""
    viewer = visit.who
    if viewer.is_administrator or "monitoring_unit" in viewer.roles:
        return None
    people = visit.rulebook.organisation.person_by_code
    return [viewer.person.id, *(people[code].id for code in viewer.principals)]


def _parsed(letter: Letter) -> EmailMessage | None:
    if letter.content is None:
        return None
    return message_from_bytes(letter.content, policy=policy.default)
