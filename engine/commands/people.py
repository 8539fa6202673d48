"""People and their positions; an import is whole or nothing.

It never commits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from engine.clock import require_aware
from engine.commands import rights
from engine.commands.tally import Tally
from engine.errors import BadInput, Conflict, Fault, Invalid
from engine.naming import find_unit, suggest_unit
from engine.organisation import Organisation
from engine.roster import Imported, PeopleSheet, PersonEntry
from engine.secrecy import digest
from engine.spelling import did_you_mean
from engine.store import people as store
from engine.store.rulebooks import bump, load_organisation
from engine.store.session import Transaction

_ONE_DAY = timedelta(days=1)
#: Nothing is held against a new address.
_FRESH: Mapping[str, Any] = {"bounces": 0, "failing_since": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSeen:
    """A person as a list shows him, with the position he holds on the day asked for."""

    code: str
    name: str
    unit: str | None
    position: str | None
    email: str | None
    disabled: bool
    acting: bool = False


def import_people(tx: Transaction, sheet: PeopleSheet, *, at: datetime, actor: str) -> Imported:
    """Create and change people as a file lists them; people it does not name stay as they are.

    Raises:
        NotPermitted: the actor does not run the machine.
        BadInput: a row is wrong or names an unknown unit; every fault is named, nothing is written.
    """
    rights.require_machine(tx, actor, what="import_people")
    organisation = load_organisation(tx)
    entries = [_with_unit_code(entry, organisation) for entry in sheet.entries]
    faults = [*sheet.faults, *_person_faults(entries, organisation)]
    if faults:
        raise BadInput(source=sheet.source, faults=faults)
    tally = Tally(at=require_aware(at).astimezone(UTC), actor=actor, cause=sheet.source)
    known = {code: found.id for code, found in organisation.person_by_code.items()}
    positions = store.positions_of(tx, list(known.values()))
    _, first_ordinal = store.next_ordinals(tx)
    for index, entry in enumerate(entries):
        if entry.code in known:
            _change_person(tx, entry, organisation, positions=positions, tally=tally)
        else:
            _create_person(tx, entry, organisation, ordinal=first_ordinal + index, tally=tally)
    if tally.created or tally.updated:
        bump(tx)
    return tally.result(_person_warnings(load_organisation(tx), tally.unchanged + tally.updated))


def seen_as(organisation: Organisation, code: str) -> str:
    """Return a short text that changes with whatever is stored of a person and his positions."""
    person = organisation.person_by_code[code]
    held = sorted(repr(each) for each in organisation.holdings if each.person_id == person.id)
    return digest("\n".join([repr(person), *held]))[:16]


def change_person(
    tx: Transaction, entry: PersonEntry, *, seen: str, at: datetime, actor: str
) -> Imported:
    """Change one person as somebody filled in a form about him.

    Args:
        tx: The transaction.
        entry: As he is to be.
        seen: `seen_as` of what the form showed; empty where that is not known.
        at: Now.
        actor: Who changes him.

    Raises:
        NotPermitted: the actor does not run the machine.
        BadInput: the unit is unknown.
        Conflict: somebody else changed him since.
    """
    store.lock_person(tx, entry.code)
    found = seen_as(load_organisation(tx), entry.code)
    if seen and seen != found:
        raise Conflict(what=f"person {entry.code}", expected="entry as read", found="newer entry")
    sheet = PeopleSheet(source="person", entries=(entry,))
    return import_people(tx, sheet, at=at, actor=actor)


def add_person(tx: Transaction, entry: PersonEntry, *, at: datetime, actor: str) -> Imported:
    """Create one person.

    Raises:
        Invalid: the code is taken.
        BadInput: the unit is unknown.
    """
    if entry.code in load_organisation(tx).person_by_code:
        raise Invalid(field="code", problem=f"mã {entry.code} đã có người dùng")
    sheet = PeopleSheet(source="person add", entries=(entry,))
    return import_people(tx, sheet, at=at, actor=actor)


def listed(tx: Transaction, *, on: date) -> list[PersonSeen]:
    """Return everybody in file order, the disabled included."""
    organisation = load_organisation(tx)
    held = {one.person_id: one for one in organisation.holdings if one.covers(on)}
    return [
        PersonSeen(
            code=person.code,
            name=person.name,
            unit=organisation.unit_by_id[held[person.id].unit_id].code
            if person.id in held
            else None,
            position=held[person.id].kind if person.id in held else None,
            email=person.email,
            disabled=person.is_disabled,
            acting=person.id in held and held[person.id].is_acting,
        )
        for person in organisation.people
    ]


def _with_unit_code(entry: PersonEntry, organisation: Organisation) -> PersonEntry:
    """Return the entry with the code of the unit it names, unchanged where none has that name."""
    found = organisation.unit_by_code.get(entry.unit) or find_unit(organisation, entry.unit)
    return entry if found is None else replace(entry, unit=found.code)


def _person_faults(entries: Iterable[PersonEntry], organisation: Organisation) -> Iterator[Fault]:
    units = organisation.unit_by_code
    for entry in entries:
        if entry.code == "system" or entry.code.startswith("operator:"):
            # The record names by such a word what no person did.
            yield Fault(place=entry.place, problem=f"mã {entry.code!r} dành riêng cho nhật ký",
                        cure="chọn mã khác")  # fmt: skip
        ended = units[entry.unit].valid_to if entry.unit in units else None
        is_over = ended is not None and (entry.to_on is None or entry.to_on > ended)
        if entry.unit in units and not is_over:
            continue
        problem = f"không có đơn vị {entry.unit!r}"
        if ended is not None:
            problem = f"{entry.unit} đã kết thúc ngày {ended:%d/%m/%Y}"
        near = suggest_unit(organisation, entry.unit)
        cure = f"có phải ý là {near!r}?" if near else did_you_mean(entry.unit, units)
        yield Fault(place=entry.place, problem=problem, cure=cure)


def _create_person(
    tx: Transaction, entry: PersonEntry, organisation: Organisation, *, ordinal: int, tally: Tally
) -> None:
    values = {"code": entry.code, "name": entry.name, "email": entry.email, "ordinal": ordinal}
    identity = store.add_person(tx, values)
    store.add_position(tx, identity, _position(entry, organisation))
    tally.created.append(entry.code)
    after = {"code": entry.code, "name": entry.name, "email": entry.email,
             "position": _shown_position(entry)}  # fmt: skip
    tally.record(tx, f"person:{identity}", "person.created", after=after)
    for unit_id in store.bind_leader(tx, identity, code=entry.code):
        tally.record(tx, f"unit:{unit_id}", "unit.leader_bound", after={"leader": entry.code})


def _change_person(
    tx: Transaction,
    entry: PersonEntry,
    organisation: Organisation,
    *,
    positions: Mapping[str, Sequence[Any]],
    tally: Tally,
) -> None:
    person = organisation.person_by_code[entry.code]
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, old, new in (
        ("name", person.name, entry.name),
        ("email", person.email, entry.email),
    ):
        if old != new:
            before[name], after[name] = old, new
    if after:
        store.change_person(tx, person.id, {**after, **(_FRESH if "email" in after else {})})
    held = positions.get(person.id, ())
    wanted = _position(entry, organisation)
    if not any(_facts(row) == wanted for row in held):
        before["positions"] = [_shown_row(row, organisation) for row in held]
        after["position"] = _shown_position(entry)
        _replace_position(tx, person.id, wanted, held=held)
    if not after:
        tally.unchanged.append(entry.code)
        return
    tally.updated.append(entry.code)
    tally.record(tx, f"person:{person.id}", "person.changed", before=before, after=after)


def _replace_position(
    tx: Transaction, person_id: str, wanted: dict[str, Any], *, held: Sequence[Any]
) -> None:
    """Store a position: with a first day it ends those before it, without one it corrects them."""
    from_on = wanted["from_on"]
    current = held[-1] if held else None
    if current is not None and (from_on is None or current.from_on == from_on):
        store.change_position(tx, current.id, wanted)
        return
    for row in held:
        starts_before = row.from_on is None or row.from_on < from_on
        if starts_before and (row.to_on is None or row.to_on >= from_on):
            store.change_position(tx, row.id, {"to_on": from_on - _ONE_DAY})
    store.add_position(tx, person_id, wanted)


def _position(entry: PersonEntry, organisation: Organisation) -> dict[str, Any]:
    return {"unit_id": organisation.unit_by_code[entry.unit].id, "kind": entry.position,
            "from_on": entry.from_on, "to_on": entry.to_on,
            "is_acting": entry.is_acting}  # fmt: skip


def _facts(row: Any) -> dict[str, Any]:
    return {"unit_id": row.unit_id, "kind": row.kind, "from_on": row.from_on,
            "to_on": row.to_on, "is_acting": row.is_acting}  # fmt: skip


def _shown_position(entry: PersonEntry) -> dict[str, Any]:
    shown = {"unit": entry.unit, "kind": entry.position, "from": entry.from_on, "to": entry.to_on}
    return {**shown, "acting": True} if entry.is_acting else shown


def _shown_row(row: Any, organisation: Organisation) -> dict[str, Any]:
    shown = {"unit": organisation.unit_by_id[row.unit_id].code, "kind": row.kind,
             "from": row.from_on, "to": row.to_on}  # fmt: skip
    return {**shown, "acting": True} if row.is_acting else shown


def _person_warnings(organisation: Organisation, named: Sequence[str]) -> Iterator[str]:
    heads: dict[str, list[str]] = {}
    for held in organisation.holdings:
        if held.kind == "unit_head" and held.to_on is None and not held.is_acting:
            heads.setdefault(held.unit_id, []).append(
                organisation.person_by_id[held.person_id].code
            )
    for unit_id, codes in heads.items():
        if len(codes) > 1:
            unit = organisation.unit_by_id[unit_id]
            yield f"{unit.code} có {len(codes)} trưởng: {', '.join(codes)}; thư gửi {codes[0]}"
    silent = [one.code for one in organisation.people if not one.email and not one.is_disabled]
    if silent:
        yield f"chưa có địa chỉ thư: {', '.join(silent)}"
    gone = [code for code in named if organisation.person_by_code[code].is_disabled]
    if gone:
        yield f"đã ngừng hoạt động, có trong tệp: {', '.join(gone)}"
