"""Units and people as a file lists them, before they are compared with what is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.errors import Fault

PositionKind = Literal[
    "director", "deputy_director", "unit_head", "deputy_head", "officer", "auditor"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEntry:
    """One unit of a file.

    Attributes:
        place: What a person can point at, "dòng 3".
        parent: Code of the parent unit, None for the agency itself.
        leader: Code of the leader in charge; he may be imported later.
        from_on: The local day from which there is such a unit; None says nothing of it.
    """

    place: str
    code: str
    name: str
    from_on: date | None = None
    parent: str | None = None
    leader: str | None = None
    aliases: tuple[str, ...] = ()
    is_monitor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEntry:
    """One person of a file and the position he holds; without dates it is held from the start.

    `is_acting` if he holds it until somebody is appointed, or is the deputy in charge meanwhile.
    """

    place: str
    code: str
    name: str
    unit: str
    position: PositionKind
    email: str | None = None
    from_on: date | None = None
    to_on: date | None = None
    is_acting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSheet:
    """The units of a file in its order, and what is wrong with its rows; codes are unique."""

    source: str
    entries: Sequence[UnitEntry]
    faults: Sequence[Fault] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleSheet:
    """The people of a file in its order, and what is wrong with its rows; codes are unique."""

    source: str
    entries: Sequence[PersonEntry]
    faults: Sequence[Fault] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did: codes in file order, and what a person should look at."""

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
