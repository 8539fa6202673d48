"""One's own account: who one is here, what one chose, who stands in; a page to begin from."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from dondoc.web.forms import Form, read_form
from dondoc.web.rendering import render, term
from dondoc.web.signin import cookies
from dondoc.web.signin.posted import Posted
from dondoc.web.visit import SHORTCUTS_COOKIE, SignedIn, Visit
from engine.commands import preferences
from engine.commands.preferences import Mailing, Watching

router = APIRouter()

_A_YEAR = 365 * 24 * 3600
_OFTEN: dict[str, Literal["day", "week"] | None] = {"day": "day", "week": "week", "off": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A position one holds, as the page shows it."""

    words: str
    unit: str
    to_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """Somebody who stands in for one, or for whom one does."""

    name: str
    from_on: date
    to_on: date
    is_for_me: bool


class Keys(Form):
    """Whether keys do things."""

    shortcuts: Literal["on", "off"] = "off"


class Mail(Form):
    """Whether reminders come by mail too."""

    reminder: Literal["on", "off"] = "off"


class Watched(Form):
    """A unit or a plan, and how often one hears of it."""

    of: Literal["unit", "plan"]
    subject: str
    every: Literal["day", "week", "off"]


@router.get("/tai-khoan")
def account(visit: SignedIn, xong: str = "") -> Response:
    """Show who one is here and what one chose."""
    with visit.read() as tx:
        choices = preferences.chosen(tx, visit.who.code, rules=visit.app.rules)
    return render(
        visit,
        "signin/account.html",
        done=_done(visit, xong),
        posts=_posts(visit),
        stand_ins=_stand_ins(visit),
        is_reminded="reminder" not in choices.muted,
        watches=choices.watches,
        units=[
            (one.code, one.name)
            for one in visit.rulebook.organisation.units
            if one.stands(visit.today)
        ],
    )


@router.post("/tai-khoan/phim-tat")
def choose_keys(visit: SignedIn, form: Posted) -> Response:
    """Keep whether keys do things in this browser."""
    asked = read_form(Keys, form, visit)
    response = RedirectResponse("/tai-khoan?xong=phim-tat", 303)
    response.set_cookie(
        SHORTCUTS_COOKIE, asked.shortcuts, max_age=_A_YEAR, path="/", httponly=True,
        samesite="lax", secure=cookies.is_https(visit.app),
    )  # fmt: skip
    return response


@router.post("/tai-khoan/thu")
def choose_mail(visit: SignedIn, form: Posted) -> Response:
    """Keep whether reminders come by mail too."""
    asked, who = read_form(Mail, form, visit), visit.who.code
    mailing = Mailing(person=who, kind="reminder", is_on=asked.reminder == "on", actor=who)
    with visit.write() as tx:
        preferences.prefer(tx, mailing, rules=visit.app.rules, at=visit.now)
    return RedirectResponse("/tai-khoan?xong=thu", 303)


@router.post("/tai-khoan/theo-doi")
def choose_watched(visit: SignedIn, form: Posted) -> Response:
    """Keep what one gets a digest of, and how often."""
    asked, who = read_form(Watched, form, visit), visit.who.code
    watching = Watching(
        person=who, of=asked.of, code=asked.subject, every=_OFTEN[asked.every], actor=who
    )
    with visit.write() as tx:
        preferences.watch(tx, watching, rules=visit.app.rules, at=visit.now)
    return RedirectResponse("/tai-khoan?xong=theo-doi", 303)


def _done(visit: Visit, code: str) -> str:
    _ = visit._
    return {
        "phim-tat": _("Đã ghi lựa chọn phím tắt của trình duyệt này."),
        "thu": _("Đã ghi lựa chọn về thư nhắc việc."),
        "theo-doi": _("Đã ghi lựa chọn theo dõi."),
    }.get(code, "")


def _posts(visit: Visit) -> list[Post]:
    organisation = visit.rulebook.organisation
    return [
        Post(
            words=term(held.kind, visit.language),
            unit=organisation.unit_by_id[held.unit_id].name,
            to_on=held.to_on,
        )
        for held in organisation.holdings
        if held.person_id == visit.who.person.id and held.covers(visit.today)
    ]


def _stand_ins(visit: Visit) -> list[StandIn]:
    """Return who stands in for whom, as far as it is about whoever is signed in, from today on."""
    organisation, me = visit.rulebook.organisation, visit.who.person.id
    names = {one.id: one.name for one in organisation.people}
    return [
        StandIn(
            name=names[made.substitute_id if made.person_id == me else made.person_id],
            from_on=made.from_on,
            to_on=made.to_on,
            is_for_me=made.person_id == me,
        )
        for made in organisation.delegations
        if me in (made.person_id, made.substitute_id) and made.to_on >= visit.today
    ]
