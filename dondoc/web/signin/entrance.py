"""Signing in and out: password, code, whatever else is asked; and the language of a browser."""

from dataclasses import replace
from typing import Literal

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from dondoc.secretbox import box_of
from dondoc.web.failures import Mistake, Mistakes
from dondoc.web.forms import Form, read_form, typed
from dondoc.web.rendering import render
from dondoc.web.signin import cookies, steps
from dondoc.web.signin.choosing import Typed, chosen, passwords_of
from dondoc.web.signin.demo import offered
from dondoc.web.signin.factors import step_of, telephone_time
from dondoc.web.signin.keeping import Kept, kept_from
from dondoc.web.signin.line import Turn, later, too_many
from dondoc.web.signin.paths import HOME, own_path
from dondoc.web.signin.posted import Posted
from dondoc.web.signin.ticket import Ticket, mark_of
from dondoc.web.visit import LANGUAGE_COOKIE, Anyone, Visit
from engine.commands import accounts, sessions
from engine.commands.accounts import Account
from engine.organisation import Person

router = APIRouter()

_A_YEAR = 365 * 24 * 3600


class SignIn(Form):
    """Who one is, by code or address, and the password."""

    login: str = ""
    password: Typed = ""
    tiep: str = ""
    kept: str = ""


class Code(Form):
    """A code of the second factor, with how far one had come."""

    ticket: str = ""
    code: str = ""
    kept: str = ""


class Renewal(Form):
    """A new password, with how far one had come."""

    ticket: str = ""
    password: Typed = ""
    again: Typed = ""
    kept: str = ""


class LanguageChoice(Form):
    """A language, and the page to see in it."""

    lang: Literal["vi", "en"] = "vi"
    tiep: str = ""


@router.get("/dang-nhap")
def entrance(visit: Anyone, tiep: str = "") -> Response:
    """Show where to sign in."""
    if visit.viewer is not None:
        return RedirectResponse(own_path(tiep), 303)
    return door(visit, onwards=own_path(tiep))


@router.post("/dang-nhap")
def sign_in(visit: Anyone, form: Posted, turn: Turn) -> Response:
    """Let somebody in by his password, or on to what else is asked."""
    asked = read_form(SignIn, form, visit)
    kept, onwards = kept_from(asked.kept), own_path(asked.tiep)
    if "password" not in visit.app.settings.auth.methods or visit.app.is_demo:
        return door(visit, onwards=onwards, kept=kept)
    if not turn:
        shown = door(
            visit, onwards=onwards, kept=kept, mistakes=too_many(visit), values=typed(form)
        )
        return later(shown)
    person = accounts.who_is(visit.rulebook.organisation, asked.login)
    slowed = steps.slowed_at_door(visit, asked.login, person, kept=kept)
    if slowed is not None:
        return slowed
    account = _recognised(visit, person, asked.password)
    if person is None or account is None:
        steps.failed(visit, step="password", person=person)
        words = visit._("Mã hoặc mật khẩu chưa đúng.")
        mistakes = (Mistake(field="login", words=words),)
        return door(visit, onwards=onwards, kept=kept, mistakes=mistakes, values=typed(form))
    ticket = Ticket(person_id=person.id, method="password", mark=mark_of(account), onwards=onwards)
    return steps.go_on(visit, ticket, person, kept=kept)


@router.post("/dang-nhap/ma")
def second_factor(visit: Anyone, form: Posted) -> Response:
    """Take a code."""
    asked = read_form(Code, form, visit)
    held, kept = steps.held(visit, asked.ticket, at="code"), kept_from(asked.kept)
    if held is None:
        return _too_late(visit, kept)
    ticket, person, account = held
    slowed = steps.slowed(visit, person.code, kept=kept)
    if slowed is not None:
        return slowed
    if _is_right(visit, person, account, asked.code):
        return steps.go_on(visit, ticket.past("code"), person, kept=kept)
    steps.failed(visit, step="code", person=person)
    return steps.go_on(visit, ticket, person, kept=kept, mistakes=(_wrong_code(visit),))


@router.post("/dang-nhap/mat-khau")
def renew_password(visit: Anyone, form: Posted, turn: Turn) -> Response:
    """Take a new password in the place of one that has served its time."""
    asked = read_form(Renewal, form, visit)
    held, kept = steps.held(visit, asked.ticket, at="password"), kept_from(asked.kept)
    if held is None:
        return _too_late(visit, kept)
    ticket, person, account = held
    if not turn:
        return later(steps.go_on(visit, ticket, person, kept=kept, mistakes=too_many(visit)))
    try:
        password_hash = chosen(visit, asked.password, asked.again, person=person, account=account)
    except Mistakes as error:
        return steps.go_on(visit, ticket, person, kept=kept, mistakes=error.mistakes)
    with visit.write() as tx:
        accounts.set_password(tx, person, password_hash=password_hash, by=person.code, at=visit.now)
        renewed = accounts.account_of(tx, person.id)
    return steps.go_on(visit, replace(ticket, mark=mark_of(renewed)), person, kept=kept)


@router.post("/dang-nhap/hai-lop")
def enrol(visit: Anyone, form: Posted) -> Response:
    """Take the first code of a new second factor: it is in force from now on."""
    asked = read_form(Code, form, visit)
    held, kept = steps.held(visit, asked.ticket, at="enrol"), kept_from(asked.kept)
    if held is None or not held[0].sealed:
        return _too_late(visit, kept)
    ticket, person, _account = held
    slowed = steps.slowed(visit, person.code, kept=kept)
    if slowed is not None:
        return slowed
    secret = box_of(visit.app).unseal(ticket.sealed)
    step = step_of(asked.code, secret, at=telephone_time(visit))
    if step is None:
        return steps.go_on(visit, ticket, person, kept=kept, mistakes=(_wrong_code(visit),))
    with visit.write() as tx:
        accounts.set_second_factor(
            tx, person, sealed=ticket.sealed, step=step, by=person.code, at=visit.now
        )
    return steps.go_on(visit, ticket.past("code"), person, kept=kept)


@router.post("/dang-xuat")
def sign_out(visit: Anyone) -> Response:
    """End the session; a copy of its cookie opens nothing any more."""
    if visit.viewer is not None:
        with visit.write() as tx:
            sessions.end(
                tx, person_id=visit.who.person.id, by=visit.who.code, at=visit.now,
                session_id=visit.who.session_id,
            )  # fmt: skip
    response = RedirectResponse("/dang-nhap", 303)
    cookies.take(response, visit.app)
    return response


@router.post("/ngon-ngu")
def choose_language(visit: Anyone, form: Posted) -> Response:
    """Keep the language of a browser."""
    asked = read_form(LanguageChoice, form, visit)
    response = RedirectResponse(own_path_or_door(asked.tiep), 303)
    response.set_cookie(
        LANGUAGE_COOKIE, asked.lang, max_age=_A_YEAR, path="/", httponly=True, samesite="lax",
        secure=cookies.is_https(visit.app),
    )  # fmt: skip
    return response


def own_path_or_door(wanted: str) -> str:
    """Return a path of ours; the pages of signing in may be seen in another language as well."""
    if wanted.startswith("/dang-nhap"):
        return "/dang-nhap"
    return wanted if wanted.startswith("/thiet-lap/") else own_path(wanted)


def door(
    visit: Visit,
    *,
    onwards: str = HOME,
    kept: Kept | None = None,
    mistakes: tuple[Mistake, ...] = (),
    values: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Return the page where one signs in."""
    if mistakes:
        status = 401
    return render(
        visit,
        "signin/entrance.html",
        status=status,
        onwards=onwards,
        kept=kept,
        people=offered(visit),
        mistakes=mistakes,
        login=(values or {}).get("login", ""),
        methods=visit.app.settings.auth.methods,
        provider=visit.app.settings.auth.oidc_name,
    )


def _recognised(visit: Visit, person: Person | None, password: str) -> Account | None:
    """Return the account of whoever knows its password; it takes as long where there is none."""
    account = None
    if person is not None and not person.is_disabled:
        with visit.read() as tx:
            account = accounts.account_of(tx, person.id)
    passwords = passwords_of(visit.request.app)
    is_right, renewed = passwords.check(password, account.password_hash if account else None)
    if not is_right or person is None:
        return None
    if renewed:
        with visit.write() as tx:
            accounts.renew_hash(tx, person.id, renewed, at=visit.now)
    return account


def _is_right(visit: Visit, person: Person, account: Account, code: str) -> bool:
    """Return whether a code is right, and take it: it is good once."""
    if account.totp_secret is None:
        return False
    secret = box_of(visit.app).unseal(account.totp_secret)
    step = step_of(code, secret, at=telephone_time(visit))
    if step is None:
        return False
    with visit.write() as tx:
        return accounts.accept_code(tx, person.id, step=step)


def _wrong_code(visit: Visit) -> Mistake:
    words = visit._("Mã chưa đúng hoặc đã dùng; hãy chờ mã mới rồi thử lại.")
    return Mistake(field="code", words=words)


def _too_late(visit: Visit, kept: Kept | None) -> Response:
    words = visit._("Đã quá lâu từ khi bắt đầu; hãy đăng nhập lại từ đầu.")
    return door(visit, kept=kept, mistakes=(Mistake(field="login", words=words),))
