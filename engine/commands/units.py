"""Units of the agency: imported as a whole or not at all; it never commits."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from engine.clock import require_aware
from engine.commands import rights
from engine.commands.tally import Tally
from engine.errors import BadInput, Fault
from engine.organisation import Organisation
from engine.roster import Imported, UnitEntry, UnitSheet
from engine.spelling import did_you_mean
from engine.store import people as store
from engine.store.rulebooks import bump, load_organisation
from engine.store.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSeen:
    """A unit as a list shows it: codes in place of keys."""

    code: str
    name: str
    parent: str | None
    leader: str | None
    monitor: bool
    aliases: list[str]
    valid_from: date | None = None
    valid_to: date | None = None


def import_units(tx: Transaction, sheet: UnitSheet, *, at: datetime, actor: str) -> Imported:
    """Create and change units as a file lists them; units it does not name stay as they are.

    A leader nobody knows yet is kept by code and bound when that person is imported.

    Raises:
        NotPermitted: the actor does not run the machine.
        BadInput: a row is wrong, a parent unknown, the parents form a circle, or the agency would
            not have exactly one monitoring unit; every fault is named, nothing is written.
    """
    rights.require_machine(tx, actor, what="import_units")
    organisation = load_organisation(tx)
    faults = [*sheet.faults, *_unit_faults(sheet, organisation)]
    if faults:
        raise BadInput(source=sheet.source, faults=faults)
    tally = Tally(at=require_aware(at).astimezone(UTC), actor=actor, cause=sheet.source)
    leaders = store.leader_codes(tx)
    ids = {code: unit.id for code, unit in organisation.unit_by_code.items()}
    known = {code: _unit_facts(organisation, code, leaders[code]) for code in ids}
    _create_missing(tx, sheet.entries, organisation, ids)
    # Whoever stops being the monitoring unit before whoever becomes it, for the unique index.
    for entry in sheet.entries:
        if entry.code in known and not entry.is_monitor:
            store.change_unit(tx, ids[entry.code], {"is_monitor": False})
    for entry in sheet.entries:
        before, after = known.get(entry.code), _wanted_unit(entry)
        unit = organisation.unit_by_code.get(entry.code)
        is_dated = unit is not None and entry.from_on not in (None, unit.valid_from)
        if before == after and not is_dated:
            tally.unchanged.append(entry.code)
            continue
        store.change_unit(tx, ids[entry.code], _unit_columns(entry, organisation, ids))
        (tally.updated if before else tally.created).append(entry.code)
        action = "unit.changed" if before else "unit.created"
        tally.record(tx, f"unit:{ids[entry.code]}", action, before=before, after=after)
    if tally.created or tally.updated:
        bump(tx)
    return tally.result(_unit_warnings(sheet.entries, organisation))


def _create_missing(
    tx: Transaction,
    entries: Sequence[UnitEntry],
    organisation: Organisation,
    ids: dict[str, str],
) -> None:
    """Insert the units that are not stored yet, parents first, and add their ids to `ids`."""
    first, _ = store.next_ordinals(tx)
    ordinals = {entry.code: first + number for number, entry in enumerate(entries)}
    for entry in _parents_first(entries, ids):
        if entry.code not in ids:
            values = _unit_columns(entry, organisation, ids) | {"is_monitor": False}
            ids[entry.code] = store.add_unit(tx, values | {"ordinal": ordinals[entry.code]})


def listed(tx: Transaction, *, on: date | None = None) -> list[UnitSeen]:
    """Return the units of a local day, or those that stand, by their names then, in file order.

    A leader not imported yet is shown by his code.
    """
    organisation = load_organisation(tx)
    leaders = store.leader_codes(tx)
    return [
        UnitSeen(
            **_unit_facts(organisation, unit.code, leaders[unit.code], on=on),
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
        )
        for unit in organisation.units
        if (unit.stands(on) if on else unit.valid_to is None)
    ]


def _unit_faults(sheet: UnitSheet, organisation: Organisation) -> Iterator[Fault]:
    named = {entry.code: entry for entry in sheet.entries}
    known = {*organisation.unit_by_code, *named}
    ended = {unit.code: unit.valid_to for unit in organisation.units if unit.valid_to is not None}
    for entry in sheet.entries:
        for code in (entry.code, entry.parent):
            if code in ended:
                problem = f"{code} đã kết thúc ngày {ended[code]:%d/%m/%Y}"
                yield Fault(place=entry.place, problem=problem,
                            cure="dùng mã của đơn vị tiếp nhận")  # fmt: skip
        if entry.parent is not None and entry.parent not in known:
            problem = f"không có đơn vị cấp trên {entry.parent!r}"
            yield Fault(place=entry.place, problem=problem, cure=did_you_mean(entry.parent, known))
    yield from _circles(sheet.entries, organisation)
    monitors = {code for code, unit in organisation.unit_by_code.items()
                if unit.is_monitor and code not in named}  # fmt: skip
    monitors |= {code for code, entry in named.items() if entry.is_monitor}
    # A file with faults of its own may have lost the row that carries the mark.
    if not monitors and not sheet.faults:
        yield Fault(place="cột Theo dõi", problem="không đơn vị nào theo dõi kế hoạch",
                    cure="đánh dấu x cho một đơn vị")  # fmt: skip
    elsewhere = sorted(monitors - named.keys())
    if elsewhere and len(monitors) > 1:
        yield Fault(place="cột Theo dõi", problem=f"{', '.join(elsewhere)} đang là đơn vị theo dõi",
                    cure="đưa đơn vị ấy vào tệp và bỏ dấu x")  # fmt: skip


def _circles(entries: Sequence[UnitEntry], organisation: Organisation) -> Iterator[Fault]:
    by_id = organisation.unit_by_id
    parents = {
        unit.code: by_id[unit.parent_id].code if unit.parent_id else None
        for unit in organisation.units
    } | {entry.code: entry.parent for entry in entries}
    for entry in entries:
        path = [entry.code]
        while (above := parents.get(path[-1])) is not None and above not in path:
            path.append(above)
        if above == entry.code and len(path) > 1:
            way = " → ".join([*path, above])
            yield Fault(place=entry.place, problem=f"trực thuộc vòng tròn: {way}",
                        cure="một đơn vị trong vòng phải trực thuộc cấp trên khác")  # fmt: skip


def _parents_first(entries: Sequence[UnitEntry], ids: Mapping[str, str]) -> list[UnitEntry]:
    """Return the entries so that a parent stands before its children, otherwise in file order."""
    placed = set(ids)
    waiting, ordered = list(entries), []
    while waiting:
        ready = [one for one in waiting if one.parent is None or one.parent in placed]
        ordered += ready
        placed |= {one.code for one in ready}
        waiting = [one for one in waiting if one.code not in placed]
    return ordered


def _unit_columns(
    entry: UnitEntry, organisation: Organisation, ids: Mapping[str, str]
) -> dict[str, Any]:
    leader = organisation.person_by_code.get(entry.leader) if entry.leader else None
    return {
        "code": entry.code,
        "name": entry.name,
        "parent_id": ids[entry.parent] if entry.parent else None,
        "leader_id": leader.id if leader is not None else None,
        "leader_code": entry.leader if leader is None else None,
        "is_monitor": entry.is_monitor,
        "aliases": list(entry.aliases),
        **({"valid_from": entry.from_on} if entry.from_on else {}),
    }


def _wanted_unit(entry: UnitEntry) -> dict[str, Any]:
    return {"code": entry.code, "name": entry.name, "parent": entry.parent,
            "leader": entry.leader, "monitor": entry.is_monitor,
            "aliases": list(entry.aliases)}  # fmt: skip


def _unit_facts(
    organisation: Organisation, code: str, leader: str | None, *, on: date | None = None
) -> dict[str, Any]:
    unit = organisation.unit_by_code[code]
    name = unit.called(on) if on else unit.name
    parent = organisation.unit_by_id[unit.parent_id].code if unit.parent_id else None
    return {"code": code, "name": name, "parent": parent, "leader": leader,
            "monitor": unit.is_monitor, "aliases": list(unit.aliases)}  # fmt: skip


def _unit_warnings(entries: Sequence[UnitEntry], organisation: Organisation) -> Iterator[str]:
    named = {entry.code for entry in entries}
    roots = [entry.code for entry in entries if entry.parent is None] + [
        unit.code
        for unit in organisation.standing
        if unit.parent_id is None and unit.code not in named
    ]
    if len(roots) > 1:
        yield f"{len(roots)} đơn vị không trực thuộc ai: {', '.join(roots)}"
    names = Counter(name.casefold() for one in entries for name in {one.name, *one.aliases})
    for name in sorted(name for name, times in names.items() if times > 1):
        yield f"nhiều đơn vị cùng mang tên {name!r}; kế hoạch ghi tên này sẽ không rõ là đơn vị nào"
