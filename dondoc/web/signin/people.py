"""The accounts of everybody, for who runs the machine: links, sessions, administrators."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from dondoc.invitation import address
from dondoc.secretbox import box_of
from dondoc.web.failures import words_of
from dondoc.web.forms import Form, read_form
from dondoc.web.rendering import render, term
from dondoc.web.signin.oidc import CLAIM, CLAIM_LASTS
from dondoc.web.signin.posted import Posted
from dondoc.web.visit import Administrator, Visit, limits
from engine.commands import accounts, identities, links, refusals, sessions, tokens
from engine.commands.accounts import Account
from engine.commands.rights import find_person
from engine.database import Transaction
from engine.errors import Conflict, Refused
from engine.organisation import Organisation, Person

router = APIRouter()
_ALL = "/quan-tri/tai-khoan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Somebody in the list; `link_until` is when a link he did not use yet ends."""

    person: Person
    place: str
    account: Account | None
    link_until: datetime | None

    @property
    def state(self) -> str:
        """`gone`, `in_use`, `invited`, or `none`."""
        if self.person.is_disabled:
            return "gone"
        if self.account is not None and (self.account.password_hash or self.account.signed_in_at):
            return "in_use"
        return "invited" if self.link_until else "none"


class Which(Form):
    """Which key or identity is meant."""

    id: str = ""


class Linking(Form):
    """Who somebody is, as a provider claimed, and signed by us."""

    claim: str
    person: str = ""


@router.get(_ALL)
def everybody(visit: Administrator) -> Response:
    """List everybody with how he signs in."""
    organisation = visit.rulebook.organisation
    with visit.read() as tx:
        found, waiting = accounts.everybody(tx), links.pending(tx, at=visit.now)
    rows = [
        Row(
            person=person,
            place=_place(visit, organisation, person),
            account=found.get(person.id),
            link_until=waiting.get(person.id),
        )
        for person in organisation.people
    ]
    return render(visit, "signin/people.html", rows=rows)


@router.get(_ALL + "/lien-ket")
def claimed(visit: Administrator, ma: str = "") -> Response:
    """Ask which person somebody is, who came from the provider of identities."""
    return _claim_page(visit, ma)


@router.post(_ALL + "/lien-ket")
def link_identity(visit: Administrator, form: Posted) -> Response:
    """Say which person it is."""
    asked = read_form(Linking, form, visit)
    data = box_of(visit.app).unsign(CLAIM, asked.claim, CLAIM_LASTS)
    try:
        with visit.write() as tx:
            identities.link(
                tx, asked.person, claimed=(data["iss"], data["sub"]), by=visit.who.code,
                rules=visit.app.rules, at=visit.now,
            )  # fmt: skip
    except Refused as error:
        _remember(visit, "account link", error, person=asked.person)
        return _claim_page(visit, asked.claim, refusal=words_of(error, visit))
    return RedirectResponse(f"{_ALL}/{asked.person}?xong=lien-ket", 303)


@router.get(_ALL + "/{code}")
def one(visit: Administrator, code: str, xong: str = "") -> Response:
    """Show how somebody signs in, and what can be done about it."""
    return _page(visit, code, done=xong)


@router.post(_ALL + "/{code}/lien-ket")
def invite(visit: Administrator, code: str) -> Response:
    """Make a link by which somebody sets his password, and show it, once."""
    secret = ""

    def make(tx: Transaction) -> None:
        nonlocal secret
        secret = links.invite(tx, code, by=visit.who.code, rules=visit.app.rules, at=visit.now)

    refused = _do(visit, "account invite", code, make)
    return refused or _page(visit, code, link=address(visit.app, secret))


@router.post(_ALL + "/{code}/dang-xuat")
def sign_out(visit: Administrator, code: str) -> Response:
    """End every session of somebody."""
    return _done(visit, "account sign_out", code, lambda tx: accounts.end_sessions(
        tx, code, by=visit.who.code, rules=visit.app.rules, at=visit.now), "dang-xuat",
    )  # fmt: skip


@router.post(_ALL + "/{code}/quan-tri")
def appoint(visit: Administrator, code: str) -> Response:
    """Let somebody run the machine."""
    return _done(visit, "account appoint", code, lambda tx: accounts.appoint(
        tx, code, by=visit.who.code, rules=visit.app.rules, at=visit.now), "quan-tri",
    )  # fmt: skip


@router.post(_ALL + "/{code}/thoi-quan-tri")
def dismiss(visit: Administrator, code: str) -> Response:
    """Let somebody run the machine no more."""
    return _done(visit, "account dismiss", code, lambda tx: accounts.dismiss(
        tx, code, by=visit.who.code, rules=visit.app.rules, at=visit.now), "thoi-quan-tri",
    )  # fmt: skip


@router.post(_ALL + "/{code}/khoa")
def revoke_key(visit: Administrator, code: str, form: Posted) -> Response:
    """End a key of somebody."""
    asked = read_form(Which, form, visit)
    return _done(visit, "account revoke_key", code, lambda tx: tokens.revoke(
        tx, asked.id, by=visit.who.code, at=visit.now), "khoa",
    )  # fmt: skip


@router.post(_ALL + "/{code}/bo-lien-ket")
def unlink(visit: Administrator, code: str, form: Posted) -> Response:
    """Let an identity mean nobody any more."""
    asked = read_form(Which, form, visit)
    return _done(visit, "account unlink", code, lambda tx: identities.unlink(
        tx, code, asked.id, by=visit.who.code, rules=visit.app.rules, at=visit.now), "bo-lien-ket",
    )  # fmt: skip


def _done(
    visit: Visit, command: str, code: str, deed: Callable[[Transaction], object], done: str
) -> Response:
    refused = _do(visit, command, code, deed)
    if refused is not None:
        return refused
    is_me = code == visit.who.code
    return RedirectResponse(_ALL if is_me else f"{_ALL}/{code}?xong={done}", 303)


def _do(
    visit: Visit, command: str, code: str, deed: Callable[[Transaction], object]
) -> Response | None:
    """Do something in a transaction; answer with the page again where it is refused."""
    find_person(visit.rulebook.organisation, code)
    try:
        with visit.write() as tx:
            deed(tx)
    except (Refused, Conflict) as error:
        _remember(visit, command, error, person=code)
        return _page(visit, code, refusal=words_of(error, visit))
    return None


def _remember(visit: Visit, command: str, error: Refused | Conflict, *, person: str) -> None:
    with visit.write() as tx:
        refusals.record_command(
            tx, command, arguments={"person": person}, by=visit.by(), refusal=error, at=visit.now
        )


def _page(
    visit: Visit, code: str, *, done: str = "", link: str = "", refusal: str = ""
) -> Response:
    person = find_person(visit.rulebook.organisation, code)
    with visit.read() as tx:
        account = accounts.account_of(tx, person.id)
        told = {
            "sessions": sessions.of_person(tx, person.id, limits=limits(visit.app), at=visit.now),
            "keys": tokens.of_person(tx, person.id),
            "identities": [each for each in identities.listed(tx) if each.person_id == person.id],
        }
        link_until = links.pending(tx, at=visit.now).get(person.id)
    place = _place(visit, visit.rulebook.organisation, person)
    row = Row(person=person, place=place, account=account, link_until=link_until)
    return render(
        visit, "signin/person.html", status=422 if refusal else 200, row=row, link=link,
        refusal=refusal, done=_words(visit, done), **told,
    )  # fmt: skip


def _claim_page(visit: Visit, claim: str, *, refusal: str = "") -> Response:
    data = box_of(visit.app).unsign(CLAIM, claim, CLAIM_LASTS)
    people = [
        (each.code, f"{each.name} ({each.code})")
        for each in visit.rulebook.organisation.people
        if not each.is_disabled
    ]
    return render(
        visit, "signin/claim.html", status=422 if refusal else 200, claim=claim,
        data={"name": "", "email": "", **data},
        people=people, refusal=refusal,
    )  # fmt: skip


def _place(visit: Visit, organisation: Organisation, person: Person) -> str:
    held = next(
        (
            each
            for each in organisation.holdings
            if each.person_id == person.id and each.covers(visit.today)
        ),
        None,
    )
    if held is None:
        return ""
    unit = organisation.unit_by_id[held.unit_id].name
    return f"{term(held.kind, visit.language)}, {unit}"


def _words(visit: Visit, code: str) -> str:
    _ = visit._
    return {
        "dang-xuat": _("Đã đăng xuất mọi máy của người này."),
        "quan-tri": _("Đã thêm quản trị; lần đăng nhập sau người này cài hai lớp."),
        "thoi-quan-tri": _("Đã thôi quản trị."),
        "khoa": _("Đã thu hồi khóa."),
        "lien-ket": _("Đã liên kết; người này đăng nhập được bằng tài khoản đó."),
        "bo-lien-ket": _("Đã bỏ liên kết."),
    }.get(code, "")
