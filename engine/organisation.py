"""Who holds what on a day, who stands in for whom, and who is therefore told.

A snapshot of units, people, positions and delegations, kept in memory; it knows no task beyond
the few facts in `Answerable`, and no ladder. Positions are resolved in the order

    assignee -> unit_head -> leader_in_charge -> director -> monitor -> administrator

where a vacancy, a disabled person, a missing address or an unavailable substitute moves one on.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from engine.office import NameWords

#: The order in which a position that cannot be told is replaced by the next.
_CHAIN = ("assignee", "unit_head", "leader_in_charge", "director", "monitor")

ADMINISTRATOR = "administrator"

_Row = TypeVar("_Row")
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A node of the organisation."""

    id: str
    code: str
    name: str
    parent_id: str | None
    leader_id: str | None
    is_monitor: bool
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can act and be told."""

    id: str
    code: str
    name: str
    email: str | None
    is_disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A position held from a local date to a local date, both included; None is open."""

    person_id: str
    unit_id: str
    kind: str
    from_on: date | None = None
    to_on: date | None = None

    def covers(self, day: date) -> bool:
        """Return whether the position is held on that day."""
        return (self.from_on is None or self.from_on <= day) and (
            self.to_on is None or day <= self.to_on
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """A dated substitution, both dates included."""

    id: str
    person_id: str
    substitute_id: str
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerable:
    """Who answers for one task: the facts that resolving a position needs."""

    lead_unit_id: str | None
    assignee_id: str | None
    verifier_id: str | None = None
    coordinating_ids: tuple[str, ...] = ()
    field: str = ""
    leader_id: str | None = None


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody to be told, and the position in which he is; no person is the administrator."""

    person_id: str | None
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Everybody, in file order."""

    units: tuple[Unit, ...] = ()
    people: tuple[Person, ...] = ()
    holdings: tuple[Holding, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    names: NameWords = field(default_factory=NameWords, compare=False)
    unit_by_id: dict[str, Unit] = field(init=False, repr=False, compare=False)
    unit_by_code: dict[str, Unit] = field(init=False, repr=False, compare=False)
    person_by_id: dict[str, Person] = field(init=False, repr=False, compare=False)
    person_by_code: dict[str, Person] = field(init=False, repr=False, compare=False)
    _held: dict[tuple[str | None, str | None], tuple[Holding, ...]] = field(
        init=False, repr=False, compare=False
    )
    _delegated: dict[str, tuple[Delegation, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index by id and code, and put holdings in the file order of their holders."""
        put = object.__setattr__
        put(self, "unit_by_id", {unit.id: unit for unit in self.units})
        put(self, "unit_by_code", {unit.code: unit for unit in self.units})
        put(self, "person_by_id", {person.id: person for person in self.people})
        put(self, "person_by_code", {person.code: person for person in self.people})
        rank = {person.id: index for index, person in enumerate(self.people)}
        ordered = sorted(self.holdings, key=lambda held: rank.get(held.person_id, len(rank)))
        put(self, "holdings", tuple(ordered))
        put(self, "_held", _grouped(self.holdings, _places))
        put(self, "_delegated", _grouped(self.delegations, lambda made: (made.person_id,)))

    @property
    def monitor(self) -> Unit | None:
        """The unit that follows the plan."""
        return next((unit for unit in self.units if unit.is_monitor), None)

    @property
    def root(self) -> Unit | None:
        """The first unit without a parent: the agency."""
        return next((unit for unit in self.units if unit.parent_id is None), None)

    def holders(self, kind: str, on: date, *, unit_id: str | None = None) -> tuple[str, ...]:
        """Return the people who hold a kind of position on a day, in file order."""
        held = self._held.get((kind, unit_id), ())
        return tuple(one.person_id for one in held if one.covers(on))

    def members(self, unit_id: str, on: date) -> tuple[str, ...]:
        """Return everybody who holds a position in a unit on a day, once each, in file order."""
        held = self._held.get((None, unit_id), ())
        return tuple(dict.fromkeys(one.person_id for one in held if one.covers(on)))

    def head(self, unit_id: str | None, on: date) -> str | None:
        """Return the head of a unit; the first in file order where there are two."""
        return next(iter(self.holders("unit_head", on, unit_id=unit_id)), None) if unit_id else None

    def director(self, on: date) -> str | None:
        """Return the director; while vacant, the first deputy director of the root unit."""
        director = next(iter(self.holders("director", on)), None)
        if director is not None or self.root is None:
            return director
        return next(iter(self.holders("deputy_director", on, unit_id=self.root.id)), None)

    def leader_in_charge(self, unit_id: str | None) -> str | None:
        """Return the leader named on a unit, else on its nearest parent that names one."""
        seen: set[str] = set()
        while unit_id is not None and unit_id not in seen:
            seen.add(unit_id)
            unit = self.unit_by_id[unit_id]
            if unit.leader_id is not None:
                return unit.leader_id
            unit_id = unit.parent_id
        return None

    def verifier(self, task: Answerable, on: date) -> str | None:
        """Return who verifies a task: the person named, else the head of the monitoring unit.

        Where the lead unit is the monitoring unit it is that unit's leader in charge, then the
        director, so that nobody verifies the work of his own unit.
        """
        if task.verifier_id is not None:
            return task.verifier_id
        monitor = self.monitor
        if monitor is None:
            return self.director(on)
        if task.lead_unit_id == monitor.id:
            return self.leader_in_charge(monitor.id) or self.director(on)
        return self.head(monitor.id, on)

    def delegation(self, person_id: str, on: date) -> Delegation | None:
        """Return the delegation of a person in force on a day; the one made last wins."""
        found = None
        for made in self._delegated.get(person_id, ()):
            if made.from_on <= on <= made.to_on:
                found = made
        return found

    def present(self, person_id: str, on: date) -> str | None:
        """Return the person, or who stands in for him through any chain; None if it is a circle."""
        seen = {person_id}
        while (made := self.delegation(person_id, on)) is not None:
            person_id = made.substitute_id
            if person_id in seen:
                return None
            seen.add(person_id)
        return person_id

    def may_stand_in(self, substitute_id: str, person_id: str, on: date) -> Delegation | None:
        """Return the delegation under which somebody acts for a person on a day, if there is one.

        A chain counts: who stands in for the substitute acts under the last link.
        """
        seen = {person_id}
        while (made := self.delegation(person_id, on)) is not None:
            person_id = made.substitute_id
            if person_id == substitute_id:
                return made
            if person_id in seen:
                return None
            seen.add(person_id)
        return None

    def can_be_told(self, person_id: str | None) -> bool:
        """Return whether the person exists, is not disabled and has an address."""
        person = self.person_by_id.get(person_id) if person_id else None
        return person is not None and not person.is_disabled and bool(person.email)


def _places(held: Holding) -> tuple[tuple[str | None, str | None], ...]:
    """Return everything a holding is looked up by: kind and unit, kind alone, unit alone."""
    return ((held.kind, held.unit_id), (held.kind, None), (None, held.unit_id))


def _grouped(
    rows: Iterable[_Row], keys: Callable[[_Row], Iterable[_Key]]
) -> dict[_Key, tuple[_Row, ...]]:
    """Return rows by each of their keys, in their order."""
    found: dict[_Key, list[_Row]] = {}
    for row in rows:
        for key in keys(row):
            found.setdefault(key, []).append(row)
    return {key: tuple(each) for key, each in found.items()}


def resolve(
    organisation: Organisation,
    position: str,
    task: Answerable,
    *,
    on: date,
    complained: str | None = None,
    excluded: frozenset[str] = frozenset(),
) -> tuple[Addressee, ...]:
    """Return who is told when a rung names a position.

    Args:
        organisation: Everybody.
        position: A word of the ladder's `to`.
        task: Who answers for the task.
        on: The local day of the slot.
        complained: The person complained about, for escalations only: an escalation that would
            reach him goes to the next position; the director's own delay reaches the director.
        excluded: People who cannot be reached, although they have an address.

    Returns:
        At least one addressee, each person once; a single administrator where the chain ends.

    Source:
        docs/reference/rules.md, rule 17
    """
    search = _Search(organisation, task, on, complained, excluded)
    if complained is not None and complained == organisation.director(on):
        told = search.person(complained)
        return (Addressee(told, "director" if told else ADMINISTRATOR),)
    if position == "lead_unit":
        members = search.lead_unit()
        if members:
            return tuple(Addressee(person, "lead_unit") for person in members)
        return (search.climb("unit_head", task.lead_unit_id),)
    if position == "coordinating_units":
        found = (search.climb("unit_head", unit_id) for unit_id in task.coordinating_ids)
        return tuple({one.person_id: one for one in found}.values())
    if position == "verifier":
        return (search.verifier(),)
    return (search.climb(position, task.lead_unit_id),)


def complained_about(
    organisation: Organisation, ladder: str, task: Answerable, *, on: date
) -> str | None:
    """Return the person whose delay a ladder's escalations report."""
    if ladder == "verifier":
        return organisation.verifier(task, on)
    if ladder == "leader":
        return organisation.leader_in_charge(task.lead_unit_id) or organisation.director(on)
    return task.assignee_id or organisation.head(task.lead_unit_id, on)


@dataclass(frozen=True, slots=True)
class _Search:
    organisation: Organisation
    task: Answerable
    on: date
    complained: str | None
    excluded: frozenset[str]

    def person(self, person_id: str | None) -> str | None:
        """Return who is really told for a person, or None when nobody can be."""
        if person_id is None:
            return None
        present = self.organisation.present(person_id, self.on)
        if present is None or present in self.excluded:
            return None
        return present if self.organisation.can_be_told(present) else None

    def lead_unit(self) -> tuple[str, ...]:
        if self.task.lead_unit_id is None:
            return ()
        members = self.organisation.members(self.task.lead_unit_id, self.on)
        told = (self.person(member) for member in members)
        return tuple(dict.fromkeys(one for one in told if one and one != self.complained))

    def verifier(self) -> Addressee:
        monitor = self.organisation.monitor
        for person in self._verifiers(monitor):
            told = self.person(person)
            if told is not None and told != self.complained:
                return Addressee(told, "verifier")
        return self.climb("leader_in_charge", monitor.id if monitor else None)

    def _verifiers(self, monitor: Unit | None) -> Iterator[str | None]:
        yield self.organisation.verifier(self.task, self.on)
        if monitor is not None and self.task.lead_unit_id != monitor.id:
            yield self.organisation.head(monitor.id, self.on)

    def climb(self, position: str, unit_id: str | None) -> Addressee:
        for step in _CHAIN[_CHAIN.index(position) :]:
            for candidate in self._candidates(step, unit_id):
                told = self.person(candidate)
                if told is not None and told != self.complained:
                    return Addressee(told, step)
        return Addressee(None, ADMINISTRATOR)

    def _candidates(self, position: str, unit_id: str | None) -> Iterable[str | None]:
        organisation = self.organisation
        match position:
            case "assignee":
                return (self.task.assignee_id,)
            case "unit_head":
                return organisation.holders("unit_head", self.on, unit_id=unit_id)
            case "leader_in_charge":
                return (organisation.leader_in_charge(unit_id),)
            case "director":
                return self._directors()
            case _:
                monitor = organisation.monitor
                return (organisation.head(monitor.id, self.on) if monitor else None,)

    def _directors(self) -> tuple[str, ...]:
        organisation = self.organisation
        holders = organisation.holders("director", self.on)
        if holders or organisation.root is None:
            return holders
        return organisation.holders("deputy_director", self.on, unit_id=organisation.root.id)
