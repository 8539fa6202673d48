"""The office as programs see it: units, people, working days; and who is calling."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from dondoc.api.answers import Answer, shown
from dondoc.api.caller import Call, Reading
from dondoc.api.problems import declared
from dondoc.api.shapes import Day, Listed, Me, Person, Position, Unit, Year
from engine.commands import calendars
from engine.errors import Unknown
from engine.organisation import Person as Row
from engine.organisation import Unit as UnitRow

router = APIRouter(tags=["office"])

_Code = Annotated[str, Path(max_length=64)]


@router.get("/units", response_model=Listed[Unit], responses=declared())
def list_units(call: Reading) -> Response:
    """Return every unit, those that have ended included."""
    found = [_unit(call, one) for one in call.rulebook.organisation.units]
    return shown(call, Answer(body=Listed(items=found)))


@router.get("/units/{code}", response_model=Unit, responses=declared(404))
def show_unit(call: Reading, code: _Code) -> Response:
    """Return one unit."""
    found = call.rulebook.organisation.unit_by_code.get(code)
    if found is None:
        raise Unknown(what="unit", name=code)
    return shown(call, Answer(body=_unit(call, found)))


@router.get("/people", response_model=Listed[Person], responses=declared())
def list_people(call: Reading) -> Response:
    """Return everybody with the positions he holds, held or will hold."""
    found = [_person(call, one) for one in call.rulebook.organisation.people]
    return shown(call, Answer(body=Listed(items=found)))


@router.get("/people/{code}", response_model=Person, responses=declared(404))
def show_person(call: Reading, code: _Code) -> Response:
    """Return one person."""
    found = call.rulebook.organisation.person_by_code.get(code)
    if found is None:
        raise Unknown(what="person", name=code)
    return shown(call, Answer(body=_person(call, found)))


@router.get("/calendar/{year}", response_model=Year, responses=declared())
def show_year(call: Reading, year: Annotated[int, Path(ge=2000, le=2100)]) -> Response:
    """Return the days of a year that are no ordinary ones."""
    with call.read() as tx:
        found = calendars.days_of(tx, year)
        is_loaded = calendars.is_loaded(tx, year)
    days = [Day(day=one.day, is_off=one.off, name=one.name, source=one.source) for one in found]
    return shown(call, Answer(body=Year(year=year, is_loaded=is_loaded, days=days)))


@router.get("/me", response_model=Me, responses=declared())
def show_me(call: Reading) -> Response:
    """Return whose token it is, what he may, and how far the token reaches."""
    who = call.who
    known = _person(call, who.person).model_dump()
    body = Me(
        **known,
        roles=sorted(who.roles),
        stands_in_for=list(who.principals),
        scopes=sorted(call.bearer.scopes),
        token=call.bearer.token_id,
    )
    return shown(call, Answer(body=body))


def _unit(call: Call, one: UnitRow) -> Unit:
    organisation, today = call.rulebook.organisation, call.today
    parent = organisation.unit_by_id.get(one.parent_id or "")
    leader = organisation.person_by_id.get(
        organisation.leader_in_charge(one.id, on=today) or ""
    )  # fmt: skip
    heads = organisation.holders("unit_head", today, unit_id=one.id)
    return Unit(
        code=one.code,
        name=one.name,
        parent=parent.code if parent else None,
        is_monitor=one.is_monitor,
        leader=leader.code if leader else None,
        heads=[organisation.person_by_id[person].code for person in heads],
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        heirs=list(one.heirs),
    )


def _person(call: Call, one: Row) -> Person:
    organisation = call.rulebook.organisation
    held = [
        Position(
            unit=organisation.unit_by_id[each.unit_id].code, kind=each.kind,
            from_on=each.from_on, to_on=each.to_on, is_acting=each.is_acting,
        )
        for each in organisation.holdings
        if each.person_id == one.id
    ]  # fmt: skip
    return Person(code=one.code, name=one.name, is_disabled=one.is_disabled, positions=held)
