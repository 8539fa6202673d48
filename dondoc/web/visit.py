"""One request as a page sees it: who is there, in which language, at what moment; and its database.

A route asks for `Anyone`, `SignedIn` or `Administrator`; nothing else reads the session cookie.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Request

from dondoc.bootstrap import App
from dondoc.thresholds import limits_of
from dondoc.web.failures import NeedsSignIn
from dondoc.web.language import LANGUAGES, Language, say
from engine.commands import rights, sessions
from engine.commands.sessions import Limits
from engine.commands.sessions import SignedIn as Session
from engine.database import Transaction
from engine.errors import NotPermitted
from engine.organisation import Person
from engine.rulebook import Rulebook

#: Its name keeps a browser from sending it over a plain connection, or from another host.
SECURE_COOKIE = "__Host-dondoc"
#: The same on a plain connection to this machine, where browsers refuse the other name.
PLAIN_COOKIE = "dondoc"
LANGUAGE_COOKIE = "dondoc-lang"
SHORTCUTS_COOKIE = "dondoc-keys"
#: Whoever has a shell on the machine, in the log.
_OPERATOR = "operator:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who is signed in.

    Attributes:
        person: He.
        roles: What he is in the agency today: director, deputy_director, monitor (head of the unit
            that follows the plan), monitoring_unit (a member of it), unit_head, auditor, officer.
        principals: Codes of the people he stands in for today, who can be named as `on_behalf_of`.
        is_administrator: He runs the machine; it gives no right to a task.
        session_id: The session he came by.
        method: How it was opened.
    """

    person: Person
    roles: frozenset[str]
    principals: tuple[str, ...]
    is_administrator: bool
    session_id: str
    method: sessions.Method

    @property
    def code(self) -> str:
        """His code: the actor of what he does."""
        return self.person.code


class Visit:
    """One request, put together once; routes get it as an argument."""

    def __init__(
        self,
        request: Request,
        app: App,
        viewer: Viewer | None,
        rulebook: Rulebook | None = None,
    ) -> None:
        """Begin a visit at the present instant of the application's clock.

        Args:
            request: The request.
            app: The application.
            viewer: Who is signed in.
            rulebook: The rules, where they were read to find out who is there.
        """
        self.request = request
        self.app = app
        self.viewer = viewer
        self.now: datetime = app.clock.now()
        self.language: Language = _language(request)
        if rulebook is not None:
            self.rulebook = rulebook

    @property
    def request_id(self) -> str:
        """By what this request is found in the technical log; "" where nobody gave it a name."""
        return getattr(self.request.state, "request_id", "")

    @property
    def shortcuts(self) -> str:
        """Whether keys do things, `on` or `off`; a person may turn them off."""
        return self.request.cookies.get(SHORTCUTS_COOKIE, "on")

    def _(self, words: str) -> str:
        """Return words in the language of the visit; write them as a literal, in Vietnamese."""
        return say(self.language, words)

    @property
    def who(self) -> Viewer:
        """Who is signed in; only for routes that ask for `SignedIn`."""
        if self.viewer is None:
            raise NeedsSignIn
        return self.viewer

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Ids of the reader, first, and of those he stands in for: whose eyes these are."""
        known = self.rulebook.organisation.person_by_code
        return (self.who.person.id, *(known[code].id for code in self.who.principals))

    @cached_property
    def adjusts_as(self) -> tuple[str, ...]:
        """In whose name, by code, he may change active plans; his own first, empty if in none."""
        principals = self.who.principals
        organisation = self.rulebook.organisation
        return rights.adjusts_as(organisation, self.who.code, principals, on=self.today)

    def by(self, on_behalf_of: str = "") -> tuple[str, str | None]:
        """Return who acts, and for whom, as commands take it."""
        return self.who.code, on_behalf_of or None

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rules of the moment."""
        with self.read() as tx:
            return self.app.rules.current(tx)

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.app.office.zone).date()

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a reading transaction."""
        return self.app.database.read()

    def write(self) -> AbstractContextManager[Transaction]:
        """Open a writing transaction; it commits when the block ends well."""
        return self.app.database.begin()

    def person_name(self, code: str | None) -> str:
        """Return the name of a person by code, of an operator as one; others stay as they are."""
        if code is not None and code.startswith(_OPERATOR):
            what = self._("người vận hành máy")
            return f"{what} {code.removeprefix(_OPERATOR)}"
        found = self.rulebook.organisation.person_by_code.get(code or "")
        return found.name if found else code or ""

    def unit_name(self, code: str | None) -> str:
        """Return the name of a unit by code; what is no code stays as it is."""
        found = self.rulebook.organisation.unit_by_code.get(code or "")
        return found.name if found else code or ""


def cookie_name(app: App) -> str:
    """Return the name of the session cookie."""
    return SECURE_COOKIE if app.settings.web.base_url.startswith("https:") else PLAIN_COOKIE


def limits(app: App) -> Limits:
    """Return how long sessions last."""
    return limits_of(app.settings)


def anyone(request: Request) -> Visit:
    """Return the visit of whoever is there."""
    app: App = request.app.state.dondoc
    secret = request.cookies.get(cookie_name(app))
    viewer, rulebook = _viewer(app, secret) if secret else (None, None)
    return Visit(request, app, viewer, rulebook)


def signed_in(request: Request) -> Visit:
    """Return the visit of somebody who is signed in.

    Raises:
        NeedsSignIn: nobody is.
    """
    visit = anyone(request)
    if visit.viewer is None:
        raise NeedsSignIn
    return visit


def administrator(request: Request) -> Visit:
    """Return the visit of an administrator.

    Raises:
        NeedsSignIn: nobody is signed in.
        NotPermitted: somebody else is.
    """
    visit = signed_in(request)
    if not visit.who.is_administrator:
        raise NotPermitted(actor=visit.who.code, what="administer", who=("administrator",))
    return visit


Anyone = Annotated[Visit, Depends(anyone)]
SignedIn = Annotated[Visit, Depends(signed_in)]
Administrator = Annotated[Visit, Depends(administrator)]


def _viewer(app: App, secret: str) -> tuple[Viewer | None, Rulebook | None]:
    """Return who comes by a session, and the rules by which he is somebody."""
    at = app.clock.now()
    with app.database.read() as tx:
        found = sessions.resume(tx, secret, limits=limits(app), at=at)
        if found is None:
            return None, None
        rulebook = app.rules.current(tx)
    person = rulebook.organisation.person_by_id.get(found.person_id)
    if person is None or person.is_disabled:
        return None, None
    if found.is_to_touch:
        with app.database.begin() as tx:
            sessions.touch(tx, found.id, at=at)
    return viewer_of(rulebook, person, found, on=rulebook.calendar.local_date(at)), rulebook


def viewer_of(rulebook: Rulebook, person: Person, found: Session, *, on: date) -> Viewer:
    """Return a person as he is on a day."""
    organisation = rulebook.organisation
    absent = dict.fromkeys(made.person_id for made in organisation.delegations)
    principals = tuple(
        organisation.person_by_id[each].code
        for each in absent
        if each != person.id and organisation.may_stand_in(person.id, each, on)
    )
    return Viewer(
        person=person,
        roles=frozenset(_roles(rulebook, person.id, on)),
        principals=principals,
        is_administrator=found.is_administrator,
        session_id=found.id,
        method=found.method,
    )


def _roles(rulebook: Rulebook, person_id: str, on: date) -> Iterator[str]:
    organisation = rulebook.organisation
    held: dict[str, Sequence[str]] = {
        "director": organisation.directors(on),
        "unit_head": [
            person
            for unit in organisation.standing
            for person in organisation.holders("unit_head", on, unit_id=unit.id)
        ],
    }
    for kind in ("deputy_director", "deputy_head", "officer", "auditor"):
        held[kind] = organisation.holders(kind, on)
    monitor = organisation.monitor
    if monitor is not None:
        held["monitor"] = organisation.holders("unit_head", on, unit_id=monitor.id)
        held["monitoring_unit"] = [
            each for each in organisation.members(monitor.id, on) if each not in held["auditor"]
        ]
    yield from (role for role, people in held.items() if person_id in people)


def _language(request: Request) -> Language:
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return next((each for each in LANGUAGES if each == chosen), "vi")
