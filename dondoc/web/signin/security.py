"""How one signs in: password, second factor, the browsers that are signed in now."""

from collections.abc import Sequence
from datetime import timedelta

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from dondoc.secretbox import box_of
from dondoc.web.failures import Mistake, Mistakes
from dondoc.web.forms import Form, read_form
from dondoc.web.rendering import render
from dondoc.web.signin import cookies, steps
from dondoc.web.signin.choosing import Typed, chosen, demands, has_two_factors, passwords_of
from dondoc.web.signin.factors import enrolment, new_secret, step_of, telephone_time
from dondoc.web.signin.line import Turn, later, too_many
from dondoc.web.signin.posted import Posted
from dondoc.web.visit import SignedIn, Visit, limits
from engine.commands import accounts, links, sessions
from engine.commands.accounts import Account
from engine.database import Transaction
from engine.ids import is_id

router = APIRouter()
_HERE = "/tai-khoan/bao-mat"
_ENROLMENT = "enrolment"
_LASTS = timedelta(minutes=15)


class Change(Form):
    """A new password, and the one it takes the place of."""

    current: Typed = ""
    password: Typed = ""
    again: Typed = ""


class Proof(Form):
    """The password, once more."""

    current: Typed = ""


class FirstCode(Form):
    """The first code of a second factor that is being set up; whose and which, signed."""

    ticket: str = ""
    code: str = ""


class Ending(Form):
    """Which session is to end; "" is every one but this."""

    session: str = ""


@router.get("/tai-khoan/bao-mat")
def security(visit: SignedIn, xong: str = "") -> Response:
    """Show how one signs in, and where one is signed in."""
    return _page(visit, done=xong)


@router.post("/tai-khoan/mat-khau")
def change_password(visit: SignedIn, form: Posted, turn: Turn) -> Response:
    """Take a new password; every other browser is signed out."""
    asked, person = read_form(Change, form, visit), visit.who.person
    if not turn:
        return later(_page(visit, mistakes=too_many(visit)))
    try:
        account = _proven(visit, asked.current)
        password_hash = chosen(visit, asked.password, asked.again, person=person, account=account)
    except Mistakes as error:
        return _page(visit, mistakes=error.mistakes)
    except _SlowedError as error:
        return error.response
    with visit.write() as tx:
        accounts.set_password(tx, person, password_hash=password_hash, by=person.code, at=visit.now)
        return _anew(visit, tx, f"{_HERE}?xong=mat-khau")


@router.post("/tai-khoan/hai-lop")
def begin_second_factor(visit: SignedIn, form: Posted, turn: Turn) -> Response:
    """Show a secret to take over into a telephone; nothing is in force yet."""
    asked = read_form(Proof, form, visit)
    if not turn:
        return later(_page(visit, mistakes=too_many(visit)))
    try:
        account = _proven(visit, asked.current, field="proof")
    except Mistakes as error:
        return _page(visit, mistakes=error.mistakes)
    except _SlowedError as error:
        return error.response
    if account.totp_secret is not None:
        return RedirectResponse(_HERE, 303)
    return _enrolment(visit, box_of(visit.app).seal(new_secret()))


@router.post("/tai-khoan/hai-lop/xac-nhan")
def confirm_second_factor(visit: SignedIn, form: Posted) -> Response:
    """Ask for codes from now on, once the first one is right."""
    asked, person = read_form(FirstCode, form, visit), visit.who.person
    slowed = steps.slowed(visit, person.code)
    if slowed is not None:
        return slowed
    whose, sealed = box_of(visit.app).unsign(_ENROLMENT, asked.ticket, _LASTS)
    if whose != person.id:
        return RedirectResponse(_HERE, 303)
    secret = box_of(visit.app).unseal(sealed)
    step = step_of(asked.code, secret, at=telephone_time(visit))
    if step is None:
        words = visit._("Mã chưa đúng hoặc đã dùng; hãy chờ mã mới rồi thử lại.")
        return _enrolment(visit, sealed, mistakes=(Mistake(field="code", words=words),))
    with visit.write() as tx:
        accounts.set_second_factor(
            tx, person, sealed=sealed, step=step, by=person.code, at=visit.now
        )
        return _anew(visit, tx, f"{_HERE}?xong=hai-lop")


@router.post("/tai-khoan/hai-lop/bo")
def drop_second_factor(visit: SignedIn, form: Posted, turn: Turn) -> Response:
    """Ask for no codes any more; not for who runs the machine."""
    asked, person = read_form(Proof, form, visit), visit.who.person
    if not turn:
        return later(_page(visit, mistakes=too_many(visit)))
    try:
        _proven(visit, asked.current, field="proof")
    except Mistakes as error:
        return _page(visit, mistakes=error.mistakes)
    except _SlowedError as error:
        return error.response
    with visit.write() as tx:
        accounts.drop_second_factor(tx, person, by=person.code, at=visit.now)
        return _anew(visit, tx, f"{_HERE}?xong=bo-hai-lop")


@router.post("/tai-khoan/phien")
def end_session(visit: SignedIn, form: Posted) -> Response:
    """End one session of one's own, or every other."""
    asked, who = read_form(Ending, form, visit), visit.who
    with visit.write() as tx:
        if is_id(asked.session):
            sessions.end(
                tx, person_id=who.person.id, by=who.code, at=visit.now, session_id=asked.session
            )
        elif not asked.session:
            sessions.end_others(
                tx, person_id=who.person.id, but=who.session_id, by=who.code, at=visit.now
            )
    return RedirectResponse(f"{_HERE}?xong=phien", 303)


class _SlowedError(Exception):
    """Too many wrong passwords were given from here."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def _proven(visit: Visit, current: str, *, field: str = "current") -> Account:
    """Return the account of whoever knows its password: a session left open is not enough.

    Raises:
        Mistakes: the password is not right, or there is none.
        _SlowedError: it is too early to try again.
    """
    slowed = steps.slowed(visit, visit.who.code)
    if slowed is not None:
        raise _SlowedError(slowed)
    with visit.read() as tx:
        account = accounts.account_of(tx, visit.who.person.id)
    kept = account.password_hash if account else None
    is_right, _ = passwords_of(visit.request.app).check(current, kept)
    if account is None or not is_right:
        steps.failed(visit, step="proof", person=visit.who.person)
        words = visit._("Mật khẩu hiện nay chưa đúng.")
        raise Mistakes([Mistake(field=field, words=words)])
    steps.forgiven(visit, visit.who.person)
    return account


def _anew(visit: Visit, tx: Transaction, onwards: str) -> Response:
    """Lead on with a new session in the place of the one that ended with what changed."""
    asked = steps.opening(visit, visit.who.person, method=visit.who.method)
    secret = sessions.open_session(tx, asked, limits=limits(visit.app), at=visit.now)
    response = RedirectResponse(onwards, 303)
    cookies.give(response, visit.app, secret)
    return response


def _page(visit: Visit, *, mistakes: Sequence[Mistake] = (), done: str = "") -> Response:
    who = visit.who
    with visit.read() as tx:
        account = accounts.account_of(tx, who.person.id)
        open_ones = sessions.of_person(tx, who.person.id, limits=limits(visit.app), at=visit.now)
        made = links.of_person(tx, who.person.id, at=visit.now)
    return render(
        visit,
        "signin/security.html",
        status=422 if mistakes else 200,
        done=_done(visit, done),
        mistakes=mistakes,
        has_password=account is not None and account.password_hash is not None,
        changed_at=account.password_changed_at if account else None,
        has_codes=account is not None and account.totp_secret is not None,
        sessions=open_ones,
        links=made,
        asked=list(demands(visit, two_factors=has_two_factors(account))),
    )


def _enrolment(visit: Visit, sealed: str, *, mistakes: Sequence[Mistake] = ()) -> Response:
    box = box_of(visit.app)
    shown = enrolment(visit, visit.who.person, box.unseal(sealed))
    return render(
        visit, "signin/second_factor.html", status=422 if mistakes else 200, enrolment=shown,
        ticket=box.sign(_ENROLMENT, [visit.who.person.id, sealed]), mistakes=mistakes,
    )  # fmt: skip


def _done(visit: Visit, code: str) -> str:
    _ = visit._
    return {
        "mat-khau": _("Đã đổi mật khẩu; các máy khác đã đăng xuất."),
        "hai-lop": _("Đã bật đăng nhập hai lớp; các máy khác đã đăng xuất."),
        "bo-hai-lop": _("Đã tắt đăng nhập hai lớp."),
        "phien": _("Đã đăng xuất máy đó."),
    }.get(code, "")
