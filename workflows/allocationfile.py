"""The file that says who gets what when a unit is split or dissolved: bytes in, an allocation out.

Tables `units` (name, head, leader, parent of each unit that takes over), `tasks`, `fields`,
`people` and `children` (of a unit), each with the code of the unit that gets it.
"""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import BadInput, Fault
from engine.reshaping import Allocation, Heir
from engine.spelling import did_you_mean

_TABLES = {"tasks": "tasks", "fields": "fields", "people": "people", "children": "units"}
_OF_UNIT = ("name", "head", "leader", "parent")


def read_allocation(data: bytes, name: str) -> tuple[tuple[Heir, ...], Allocation]:
    """Return the units that take over, in the order of the file, and what each of them gets.

    Raises:
        BadInput: it is no TOML in UTF-8, or says something that has no meaning here; every fault
            is named.
    """
    try:
        content = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        fault = Fault(place="tệp", problem=f"không đọc được ({error})",
                      cure="viết theo mẫu TOML trong hướng dẫn, mã UTF-8")  # fmt: skip
        raise BadInput(source=name, faults=[fault]) from error
    faults = list(_faults(content))
    if faults:
        raise BadInput(source=name, faults=faults)
    heirs = tuple(Heir(code=code, **said) for code, said in content.get("units", {}).items())
    given = {field: content.get(table, {}) for table, field in _TABLES.items()}
    return heirs, Allocation(**given)


def _faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    known = ("units", *_TABLES)
    for table, rows in content.items():
        if table not in known:
            yield Fault(place=table, problem="không có mục này", cure=did_you_mean(table, known))
        elif not isinstance(rows, dict):
            yield Fault(place=table, problem="phải là một bảng", cure=f"viết [{table}]")
        elif table == "units":
            yield from _unit_faults(rows)
        else:
            yield from _row_faults(table, rows)


def _unit_faults(units: Mapping[str, Any]) -> Iterator[Fault]:
    for code, said in units.items():
        place = f"units.{code}"
        if not isinstance(said, dict):
            yield Fault(place=place, problem="phải là một bảng", cure=f"viết [units.{code}]")
            continue
        for field, value in said.items():
            if field not in _OF_UNIT:
                cure = did_you_mean(field, _OF_UNIT)
                yield Fault(place=f"{place}.{field}", problem="không có mục này", cure=cure)
            elif not _is_text(value):
                yield Fault(place=f"{place}.{field}", problem="phải là chữ trong nháy kép")


def _row_faults(table: str, rows: Mapping[str, Any]) -> Iterator[Fault]:
    for name, unit in rows.items():
        if not _is_text(unit):
            cure = 'viết "tên" = "MÃ ĐƠN VỊ"; tên có dấu chấm phải để trong nháy kép'
            yield Fault(place=f"{table}.{name}", problem="phải là mã đơn vị nhận", cure=cure)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
