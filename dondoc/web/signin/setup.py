"""One-time links: whoever comes by one chooses his password; the first one sets the office up.

Opening a link uses nothing up: programs that look at mail open every address they find.
"""

from fastapi import APIRouter, Response

from dondoc.web.failures import Mistake, Mistakes, words_of
from dondoc.web.forms import Form, read_form, typed
from dondoc.web.rendering import render
from dondoc.web.signin import steps
from dondoc.web.signin.choosing import Typed, chosen, demands
from dondoc.web.signin.line import Turn, later, too_many
from dondoc.web.signin.paths import HOME
from dondoc.web.signin.posted import Posted
from dondoc.web.signin.ticket import Ticket, mark_of
from dondoc.web.visit import Anyone, Visit
from engine.commands import accounts, links
from engine.commands.accounts import Account, NewPerson
from engine.commands.links import Link
from engine.errors import Invalid, Unknown
from engine.organisation import Person

router = APIRouter()

#: Where the first administrator goes on to.
_BEGINNING = "/bat-dau"


class NewPassword(Form):
    """A password; for a set-up also who one is, somebody known or somebody new."""

    password: Typed = ""
    again: Typed = ""
    who: str = ""
    code: str = ""
    name: str = ""
    email: str = ""


@router.get("/thiet-lap/{secret}")
def open_link(visit: Anyone, secret: str) -> Response:
    """Show what a link is for."""
    found = _found(visit, secret)
    return _gone(visit) if found is None else _page(visit, secret, *found)


@router.post("/thiet-lap/{secret}")
def use_link(visit: Anyone, secret: str, form: Posted, turn: Turn) -> Response:
    """Take the password, and lead on to what else is asked."""
    found = _found(visit, secret)
    if found is None:
        return _gone(visit)
    if not turn:
        return later(_page(visit, secret, *found, mistakes=too_many(visit), values=typed(form)))
    try:
        asked = read_form(NewPassword, form, visit)
        person = found[1] or _who(visit, asked)
        # Whoever comes by a link begins anew: there is nothing to compare with.
        password_hash = chosen(visit, asked.password, asked.again, person=person, account=None)
        person, account = _take(visit, secret, asked, person=found[1], password_hash=password_hash)
    except Mistakes as error:
        return _page(visit, secret, *found, mistakes=error.mistakes, values=typed(form))
    except Unknown:
        return _gone(visit)
    onwards = _BEGINNING if found[0].purpose == "setup" else HOME
    ticket = Ticket(person_id=person.id, method="link", mark=mark_of(account), onwards=onwards)
    return steps.go_on(visit, ticket, person)


def _found(visit: Visit, secret: str) -> tuple[Link, Person | None] | None:
    with visit.read() as tx:
        link = links.look(tx, secret, at=visit.now)
    if link is None or link.person_id is None:
        return None if link is None else (link, None)
    person = visit.rulebook.organisation.person_by_id.get(link.person_id)
    return None if person is None or person.is_disabled else (link, person)


def _take(
    visit: Visit, secret: str, asked: NewPassword, *, person: Person | None, password_hash: str
) -> tuple[Person, Account | None]:
    """Use the link up, in one transaction with the person it makes."""
    rules = visit.app.rules
    try:
        with visit.write() as tx:
            if person is None and asked.who:
                person = rules.current(tx).organisation.person_by_code[asked.who]
            elif person is None:
                new = NewPerson(code=asked.code, name=asked.name, email=asked.email)
                person = accounts.add_person(tx, new, by=asked.code, rules=rules, at=visit.now)
            links.use(tx, secret, person=person, password_hash=password_hash, at=visit.now)
            return person, accounts.account_of(tx, person.id)
    except Invalid as error:
        mistake = Mistake(field=error.field, words=words_of(error, visit).partition(": ")[2])
        raise Mistakes([mistake]) from error


def _who(visit: Visit, asked: NewPassword) -> Person:
    """Return who is meant, before he is stored.

    Raises:
        Mistakes: nobody was chosen, or who was chosen is not there.
    """
    _ = visit._
    if asked.who:
        person = visit.rulebook.organisation.person_by_code.get(asked.who)
        if person is None or person.is_disabled:
            raise Mistakes([Mistake(field="who", words=_("Hãy chọn một người trong danh sách."))])
        return person
    empty = [name for name in ("code", "name") if not getattr(asked, name)]
    if empty:
        words = _("Hãy chọn một người, hoặc điền chỗ này.")
        raise Mistakes([Mistake(field=name, words=words) for name in empty])
    return Person(id="", code=asked.code, name=asked.name, email=asked.email)


def _page(
    visit: Visit,
    secret: str,
    link: Link,
    person: Person | None,
    *,
    mistakes: tuple[Mistake, ...] = (),
    values: dict[str, str] | None = None,
) -> Response:
    people = visit.rulebook.organisation.people if link.purpose == "setup" else ()
    return render(
        visit,
        "signin/setup.html",
        status=422 if mistakes else 200,
        secret=secret,
        link=link,
        person=person,
        people=[("", visit._("Người mới, điền bên dưới")),
                *((one.code, f"{one.name} ({one.code})") for one in people if not one.is_disabled)],
        asked=list(demands(visit, two_factors=False)),
        mistakes=mistakes,
        values={**dict.fromkeys(NewPassword.model_fields, ""), **(values or {})},
    )  # fmt: skip


def _gone(visit: Visit) -> Response:
    return render(visit, "signin/gone.html", status=404)
