"""Units and people as the pages of the office show them: where everybody stands on a day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dondoc.web.visit import Visit
from engine.organisation import Holding, Organisation, Person, Unit
from engine.spelling import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A unit in the tree; `depth` is 0 for the agency itself."""

    unit: Unit
    depth: int
    head: Person | None
    leader: Person | None
    members: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position as a page shows it."""

    unit: Unit
    kind: str
    from_on: date | None
    to_on: date | None
    is_acting: bool
    is_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person in the list; `places` are the positions of the day."""

    person: Person
    places: Sequence[Place]


def tree(visit: Visit) -> list[UnitRow]:
    """Return the units of the day, each before those below it."""
    organisation = visit.rulebook.organisation
    known = {unit.id for unit in organisation.standing}
    below: dict[str | None, list[Unit]] = {}
    for unit in organisation.standing:
        above = unit.parent_id if unit.parent_id in known else None
        below.setdefault(above, []).append(unit)
    return list(_rows(organisation, below, None, depth=0, on=visit.today))


def people(visit: Visit, *, words: str, every: bool) -> list[PersonRow]:
    """Return the people whose name, code or unit holds some words; `every` with those who left."""
    organisation, wanted = visit.rulebook.organisation, plain(words)
    rows = (row_of(organisation, one, on=visit.today) for one in organisation.people)
    return [
        row
        for row in rows
        if (every or not row.person.is_disabled) and (not wanted or wanted in _text(row))
    ]


def members(visit: Visit, unit: Unit) -> list[PersonRow]:
    """Return who holds a position in a unit today, its head first."""
    organisation = visit.rulebook.organisation
    found = [
        row_of(organisation, organisation.person_by_id[one], on=visit.today, unit_id=unit.id)
        for one in organisation.members(unit.id, visit.today)
    ]
    rank = ("director", "deputy_director", "unit_head", "deputy_head")
    order = {kind: number for number, kind in enumerate(rank)}
    return sorted(found, key=lambda row: min(order.get(one.kind, 9) for one in row.places))


def row_of(
    organisation: Organisation, person: Person, *, on: date, unit_id: str | None = None
) -> PersonRow:
    """Return a person with the positions he holds on a day, in a unit or anywhere."""
    held = [one for one in places_of(organisation, person, on=on) if one.is_now]
    return PersonRow(
        person=person, places=[one for one in held if unit_id in (None, one.unit.id)]
    )  # fmt: skip


def places_of(organisation: Organisation, person: Person, *, on: date) -> list[Place]:
    """Return every position of a person, those that are over included."""
    return [
        _place(organisation, one, on=on)
        for one in organisation.holdings
        if one.person_id == person.id
    ]


def choices(visit: Visit, *, leaders: bool = False) -> list[tuple[str, str]]:
    """Return the people who work here as a form offers them, or only those who lead the agency."""
    organisation, on = visit.rulebook.organisation, visit.today
    leading = {
        one for kind in ("director", "deputy_director") for one in organisation.holders(kind, on)
    }
    return [
        (one.code, f"{one.name} ({one.code})")
        for one in organisation.people
        if not one.is_disabled and (not leaders or one.id in leading)
    ]


def unit_choices(visit: Visit) -> list[tuple[str, str]]:
    """Return the units that stand as a form offers them."""
    return [(one.code, f"{one.name} ({one.code})") for one in visit.rulebook.organisation.standing]


def _rows(
    organisation: Organisation,
    below: Mapping[str | None, Sequence[Unit]],
    above: str | None,
    *,
    depth: int,
    on: date,
) -> Iterator[UnitRow]:
    for unit in below.get(above, ()):
        head = organisation.director(on) if unit.parent_id is None else None
        head = head or organisation.head(unit.id, on)
        leader = organisation.leader_in_charge(unit.id, on=on)
        yield UnitRow(
            unit=unit,
            depth=min(depth, 4),
            head=organisation.person_by_id.get(head or ""),
            leader=organisation.person_by_id.get(leader or ""),
            members=len(organisation.members(unit.id, on)),
        )
        yield from _rows(organisation, below, unit.id, depth=depth + 1, on=on)


def _place(organisation: Organisation, held: Holding, *, on: date) -> Place:
    return Place(
        unit=organisation.unit_by_id[held.unit_id],
        kind=held.kind,
        from_on=held.from_on,
        to_on=held.to_on,
        is_acting=held.is_acting,
        is_now=held.covers(on),
    )


def _text(row: PersonRow) -> str:
    units = " ".join(f"{one.unit.code} {one.unit.name}" for one in row.places)
    return plain(f"{row.person.code} {row.person.name} {row.person.email or ''} {units}")
