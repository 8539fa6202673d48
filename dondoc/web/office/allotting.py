"""Who gets what when a unit is split or dissolved: one choice for each person and each task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from dondoc.web.visit import Visit
from engine.commands import reorganisations
from engine.errors import BadInput, Fault, Unknown
from engine.reshaping import Allocation, Heir

#: New units that the form of a split has room for.
ROOM = 3
#: What is said to be wrong where a choice is.
SOURCE = "phân giao"
_APART = "|"
#: Which table of an allocation names what a unit has; the others are tasks of some kind.
_TABLES = {"person": "people", "children": "units"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One thing that somebody has to get.

    Attributes:
        what: As `Moved` has it.
        name: Its code or address.
        key: What stands for it in a form, before the unit that gets it.
    """

    what: str
    name: str
    key: str


def heirs_typed(values: Mapping[str, Any], unit: str) -> list[tuple[str, str, str]]:
    """Return code, name and head of each new unit as it was typed; two codes to begin with."""
    columns = (several(values[name]) for name in ("moi_ma", "moi_ten", "moi_truong"))
    rows = [(code, name, head) for code, name, head in zip_longest(*columns, fillvalue="")]
    if unit and not any(any(row) for row in rows):
        rows = [(f"{unit}{number}", "", "") for number in (1, 2)]
    return (rows + [("", "", "")] * ROOM)[:ROOM]


def shares(visit: Visit, unit: str) -> list[Share]:
    """Return what a unit has, people first; nothing where there is no such unit."""
    try:
        with visit.read() as tx:
            found = reorganisations.belongings(tx, unit, rules=visit.app.rules, at=visit.now)
    except Unknown:
        return []
    ordered = sorted(found, key=lambda one: one.what != "person")
    return [
        Share(what=one.what, name=one.name, key=f"{one.what}{_APART}{one.name}{_APART}")
        for one in ordered
    ]  # fmt: skip


def heirs_of(codes: Sequence[str], names: Sequence[str], heads: Sequence[str]) -> list[Heir]:
    """Return the new units of a form; rows where nothing is written are none.

    Raises:
        BadInput: one has no code.
    """
    rows = list(zip_longest(codes, names, heads, fillvalue=""))
    faults = [
        Fault(place=f"đơn vị nhận {number}", problem="chưa có mã", cure="ghi mã, hoặc xóa cả dòng")
        for number, (code, *others) in enumerate(rows, start=1)
        if not code and any(others)
    ]
    if faults:
        raise BadInput(source=SOURCE, faults=faults)
    return [
        Heir(code=code, name=name or None, head=head or None) for code, name, head in rows if code
    ]


def allocation_of(given: Sequence[str], numbered: Sequence[str] = ()) -> Allocation:
    """Return what was chosen: `task|KH/T1|CNTT`, or the number of a new unit in its place.

    Raises:
        BadInput: a choice names no unit, or nothing that gets one.
    """
    faults = []
    tables: dict[str, dict[str, str]] = {"tasks": {}, "people": {}, "units": {}}
    for one in filter(None, given):
        what, _, rest = one.partition(_APART)
        name, _, to = rest.rpartition(_APART)
        if numbered and to.isdecimal() and 1 <= int(to) <= len(numbered):
            to = numbered[int(to) - 1]
        if not (name and to):
            faults.append(Fault(place=name or one, problem="nơi nhận chưa có mã", cure="ghi mã"))
        tables[_TABLES.get(what, "tasks")][name] = to
    if faults:
        raise BadInput(source=SOURCE, faults=faults)
    return Allocation(**tables)


def several(value: Any) -> list[str]:
    """Return what was typed in fields of one name, however many there were."""
    return [value] if isinstance(value, str) else list(value)
