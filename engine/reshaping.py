"""What a change of the organisation says: which units end, which take over, and who gets what.

Merging, splitting, renaming, dissolving and handing over a function are one thing: sources, some
of which end; heirs, some of which are new; and an allocation of whatever the sources have.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from engine.spelling import fold

#: Parts the code of a subject from that of the task it is about.
_MARK = ":"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heir:
    """A unit that takes over: a new one where `name` is given and no unit has the code.

    Attributes:
        name: What it is called from the day on; None leaves the name.
        head: Code of its head from the day on; None leaves whoever heads it.
        leader: Code of its leader in charge; None inherits that of the sources.
        parent: Code of its parent; None inherits that of the sources.
    """

    code: str
    name: str | None = None
    head: str | None = None
    leader: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Who gets what, always by the code of the unit that gets it.

    Attributes:
        tasks: By address or code of the task; `T1:CNTT` is what CNTT contributes to T1.
        fields: By heading of the plan.
        people: By code of the person.
        units: By code of a child unit.
    """

    tasks: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def of_task(self, address: str, *, heading: str, assignee: str | None) -> str | None:
        """Return who gets a task: named itself, by what it is about, its field or its assignee."""
        code = address.rpartition("/")[2]
        for name in (address, code, address.partition(_MARK)[0], code.partition(_MARK)[0]):
            if name in self.tasks:
                return self.tasks[name]
        return self.of_field(heading) or self.people.get(assignee or "")

    def of_field(self, heading: str) -> str | None:
        """Return who gets what lies under a heading of the plan."""
        wanted = fold(heading)
        return next((unit for one, unit in self.fields.items() if fold(one) == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reshaping:
    """A change of the organisation, decided for the beginning of a local day.

    Attributes:
        sources: Codes of the units whose work and people are allocated.
        ends: Those of them that end with the day before.
        heirs: The units that take over.
        rest: Code of the unit that gets whatever nobody allocated; None asks for all of it.
        follows: Code of the heir that follows the plan, where the sources do; None is `rest`.
        is_whole: Whether everything the sources have must go somewhere.
    """

    kind: str
    effective_on: date
    decision: str
    note: str = ""
    sources: tuple[str, ...]
    ends: tuple[str, ...] = ()
    heirs: tuple[Heir, ...] = ()
    allocation: Allocation = field(default_factory=Allocation)
    rest: str | None = None
    follows: str | None = None
    is_whole: bool = True

    def as_content(self) -> Mapping[str, Any]:
        """Return it as it is stored."""
        kept = asdict(self)
        return {name: kept[name] for name in _CONTENT}


#: What the columns of a stored change do not say.
_CONTENT = ("sources", "ends", "heirs", "allocation", "rest", "follows", "is_whole")


def reshaping_from(
    content: Mapping[str, Any], *, kind: str, effective_on: date, decision: str, note: str
) -> Reshaping:
    """Return a change from what was stored of it."""
    return Reshaping(
        kind=kind,
        effective_on=effective_on,
        decision=decision,
        note=note,
        sources=tuple(content["sources"]),
        ends=tuple(content["ends"]),
        heirs=tuple(Heir(**one) for one in content["heirs"]),
        allocation=Allocation(**content["allocation"]),
        rest=content["rest"],
        follows=content["follows"],
        is_whole=content["is_whole"],
    )
