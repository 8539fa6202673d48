"""The sample office: whoever opens its page may be anybody in it, by one click."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

from dondoc.web.forms import Form, read_form
from dondoc.web.rendering import term
from dondoc.web.signin import steps
from dondoc.web.signin.keeping import kept_from
from dondoc.web.signin.paths import own_path
from dondoc.web.signin.posted import Posted
from dondoc.web.signin.ticket import Ticket
from dondoc.web.visit import Anyone, Visit
from engine.commands.rights import find_person
from engine.errors import NotPermitted
from engine.organisation import Organisation

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Somebody to be."""

    code: str
    name: str
    position: str


class Choice(Form):
    """Whom to be."""

    person: str
    tiep: str = ""
    kept: str = ""


@router.post("/dang-nhap/demo")
def be_somebody(visit: Anyone, form: Posted) -> Response:
    """Come in as somebody of the sample office.

    Raises:
        HTTPException: this is no sample office.
        NotPermitted: he has left.
    """
    if not visit.app.is_demo:
        raise HTTPException(404)
    asked = read_form(Choice, form, visit)
    person = find_person(visit.rulebook.organisation, asked.person)
    if person.is_disabled:
        raise NotPermitted(actor=person.code, what="sign_in", who=())
    ticket = Ticket(person_id=person.id, method="demo", mark="", onwards=own_path(asked.tiep))
    return steps.go_on(visit, ticket, person, kept=kept_from(asked.kept))


def offered(visit: Visit) -> Sequence[tuple[str, Sequence[Role]]]:
    """Return whom one may be, unit by unit; nobody outside the sample office."""
    if not visit.app.is_demo:
        return ()
    organisation, on = visit.rulebook.organisation, visit.today
    found = (
        (unit.name, _roles(visit, organisation, unit.id)) for unit in organisation.units
        if unit.stands(on)
    )  # fmt: skip
    return [(name, roles) for name, roles in found if roles]


def _roles(visit: Visit, organisation: Organisation, unit_id: str) -> list[Role]:
    people = organisation.person_by_id
    return [
        Role(
            code=people[held.person_id].code,
            name=people[held.person_id].name,
            position=term(held.kind, visit.language),
        )
        for held in organisation.holdings
        if held.unit_id == unit_id
        and held.covers(visit.today)
        and not people[held.person_id].is_disabled
    ]
