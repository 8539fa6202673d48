"""Who holds what on a day, who is in charge of what, and who stands in for whom.

A snapshot of units, people, positions, charges and delegations, kept in memory; it knows no task
beyond the few facts in `Answerable`, and no ladder.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from engine.office import NameWords
from engine.preferences import Watch
from engine.spelling import fold

#: Posts of one person, and the deputies who may be put in charge of one while it is vacant.
_DEPUTIES = {"director": "deputy_director", "unit_head": "deputy_head"}

_Row = TypeVar("_Row")
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerName:
    """What a unit was called until a local day, included; `from_on` None is from the beginning."""

    name: str
    from_on: date | None
    to_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A node of the organisation.

    `valid_from` and `valid_to` are local dates, both included; a unit with a `valid_to` has ended,
    and `heirs` are the codes of those that took over from it.
    """

    id: str
    code: str
    name: str
    parent_id: str | None
    leader_id: str | None
    is_monitor: bool
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    formerly: tuple[FormerName, ...] = ()
    heirs: tuple[str, ...] = ()

    def stands(self, on: date) -> bool:
        """Return whether there is such a unit on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )

    def called(self, on: date) -> str:
        """Return what it is called on a day."""
        return next((one.name for one in self.formerly if on <= one.to_on), self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can act and be told.

    `is_failing` if his address gives mail back; `muted` are the kinds of notices that he wants on
    the list of his notices only, `watches` what he gets a digest of.
    """

    id: str
    code: str
    name: str
    email: str | None
    is_disabled: bool = False
    is_failing: bool = False
    muted: frozenset[str] = frozenset()
    watches: tuple[Watch, ...] = ()

    @property
    def is_reachable(self) -> bool:
        """Whether mail to him may arrive: he is not disabled and has an address that takes mail."""
        return not self.is_disabled and not self.is_failing and bool(self.email)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A position held from a local date to a local date, both included; None is open.

    `is_acting`: of a head or a director, until somebody is appointed, and only while nobody is; of
    a deputy, that he is in charge while there is no head and no director.
    """

    person_id: str
    unit_id: str
    kind: str
    from_on: date | None = None
    to_on: date | None = None
    is_acting: bool = False

    def covers(self, day: date) -> bool:
        """Return whether the position is held on that day."""
        return _covers(self.from_on, self.to_on, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What a leader is in charge of: a unit, a field, or a field of one unit.

    `field` is the beginning of the heading under which a plan has its tasks, "" for all fields.
    """

    leader_id: str
    unit_id: str | None
    field: str = ""
    from_on: date | None = None
    to_on: date | None = None

    def covers(self, day: date) -> bool:
        """Return whether it holds on that day."""
        return _covers(self.from_on, self.to_on, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """A dated substitution, both dates included."""

    id: str
    person_id: str
    substitute_id: str
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadSide:
    """The lead unit of the task that a contribution is for, and the person who does that task."""

    unit_id: str | None
    assignee_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerable:
    """Who answers for one task: the facts that resolving a position needs.

    `lead_side` is who asked for a contribution and accepts it; None for every other subject.
    """

    lead_unit_id: str | None
    assignee_id: str | None
    verifier_id: str | None = None
    coordinating_ids: tuple[str, ...] = ()
    field: str = ""
    leader_id: str | None = None
    lead_side: LeadSide | None = None
    #: Who made the report that waits to be judged, and for whom.
    reported_by_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Everybody, in file order."""

    units: tuple[Unit, ...] = ()
    people: tuple[Person, ...] = ()
    holdings: tuple[Holding, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    charges: tuple[Charge, ...] = ()
    #: The earliest day for which a change is decided; it may have come.
    changes_on: date | None = None
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
    def standing(self) -> tuple[Unit, ...]:
        """The units that have not ended."""
        return tuple(unit for unit in self.units if unit.valid_to is None)

    @property
    def root(self) -> Unit | None:
        """The first unit without a parent: the agency."""
        return next((unit for unit in self.units if unit.parent_id is None), None)

    def holders(self, kind: str, on: date, *, unit_id: str | None = None) -> tuple[str, ...]:
        """Return the people who hold a kind of position on a day, in file order.

        While a post of one person is vacant, those who act in it; without any, a deputy in charge.
        """
        held = [one for one in self._held.get((kind, unit_id), ()) if one.covers(on)]
        if kind not in _DEPUTIES:
            return tuple([one.person_id for one in held])
        appointed = [one.person_id for one in held if not one.is_acting]
        if appointed or held:
            return tuple(appointed or [one.person_id for one in held])
        deputies = self._held.get((_DEPUTIES[kind], unit_id), ())
        return tuple([one.person_id for one in deputies if one.is_acting and one.covers(on)])

    def members(self, unit_id: str, on: date) -> tuple[str, ...]:
        """Return everybody who holds a position in a unit on a day, once each, in file order."""
        held = self._held.get((None, unit_id), ())
        return tuple(dict.fromkeys(one.person_id for one in held if one.covers(on)))

    def head(self, unit_id: str | None, on: date) -> str | None:
        """Return the head of a unit; the first in file order where there are two."""
        return next(iter(self.holders("unit_head", on, unit_id=unit_id)), None) if unit_id else None

    def director(self, on: date) -> str | None:
        """Return the director; while vacant, who acts, then the first deputy of the agency."""
        return next(iter(self.directors(on)), None)

    def directors(self, on: date) -> tuple[str, ...]:
        """Return who holds the director's post; while it is vacant, who takes its place."""
        holders = self.holders("director", on)
        if holders or self.root is None:
            return holders
        return self.holders("deputy_director", on, unit_id=self.root.id)

    def leader_in_charge(self, unit_id: str | None, *, field: str = "", on: date) -> str | None:
        """Return the leader in charge of a unit, or of what it does in a field, on a day.

        The most specific counts: a field of that unit or of the nearest one above it, a field of
        the agency, then the unit or the nearest one above it that has a leader.
        """
        line = self.upwards(unit_id)
        charges = [one for one in self.charges if one.covers(on)] if self.charges else []
        if field and charges:
            in_field = [one for one in charges if is_in_field(field, one.field)]
            for above in (*line, None):
                found = _longest([one for one in in_field if one.unit_id == above])
                if found is not None:
                    return found.leader_id
        for above in line:
            whole = [one for one in charges if one.unit_id == above and not one.field]
            leader = whole[-1].leader_id if whole else self.unit_by_id[above].leader_id
            if leader is not None:
                return leader
        return None

    def leader_of(self, task: Answerable, on: date) -> str | None:
        """Return the leader who must answer for a task: the one named, else who is in charge."""
        if task.leader_id is not None:
            return task.leader_id
        return self.leader_in_charge(task.lead_unit_id, field=task.field, on=on)

    def verifier(self, task: Answerable, on: date) -> str | None:
        """Return who verifies a task: the person named, else the head of the monitoring unit.

        Where the lead unit is the monitoring unit it is that unit's leader in charge, then the
        director, so that nobody verifies the work of his own unit. A contribution is accepted by
        the person who does the task it is for, else by the head of its lead unit.
        """
        if task.lead_side is not None:
            return task.lead_side.assignee_id or self.head(task.lead_side.unit_id, on)
        if task.verifier_id is not None:
            return task.verifier_id
        monitor = self.monitor
        if monitor is None:
            return self.director(on)
        if task.lead_unit_id == monitor.id:
            return self.leader_of(task, on) or self.director(on)
        return self.head(monitor.id, on)

    def verifiers(self, task: Answerable, on: date) -> tuple[str, ...]:
        """Return who may verify a task: the verifier and, where he may not, the next in the line.

        He may not while he, or who stands in for him, made the report that waits; nor is he there
        while the post is vacant.
        """
        first = self.verifier(task, on)
        reporters = frozenset(task.reported_by_ids)
        if first is not None and not reporters & {first, self.present(first, on)}:
            return (first,)
        found: list[str] = []
        for person in self.verifying_line(task, on):
            found.append(person)
            if not reporters & {person, self.present(person, on)}:
                break
        return tuple(found)

    def verifying_line(self, task: Answerable, on: date) -> Iterator[str]:
        """Yield the verifier of a task and, in their order, who takes his place."""
        monitor = self.monitor
        leader = self.leader_in_charge(monitor.id, field=task.field, on=on) if monitor else None
        line = dict.fromkeys([*self.verifying_heads(task, on), leader, *self.directors(on)])
        yield from (one for one in line if one is not None)

    def verifying_heads(self, task: Answerable, on: date) -> Iterator[str | None]:
        """Yield who verifies a task by name or as head of a unit, not as a leader."""
        yield self.verifier(task, on)
        if task.lead_side is not None:
            yield self.head(task.lead_side.unit_id, on)
        monitor = self.monitor
        if monitor is not None and task.lead_unit_id != monitor.id:
            yield self.head(monitor.id, on)

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

    def upwards(self, unit_id: str | None) -> tuple[str, ...]:
        """Return a unit and those above it, the nearest first; a circle ends where it closes."""
        line: list[str] = []
        while unit_id is not None and unit_id not in line:
            line.append(unit_id)
            unit_id = self.unit_by_id[unit_id].parent_id
        return tuple(line)

    def can_be_told(self, person_id: str | None) -> bool:
        """Return whether the person exists and mail to him may arrive."""
        person = self.person_by_id.get(person_id) if person_id else None
        return person is not None and person.is_reachable


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


def _covers(from_on: date | None, to_on: date | None, day: date) -> bool:
    return (from_on is None or from_on <= day) and (to_on is None or day <= to_on)


def is_in_field(heading: str, field: str) -> bool:
    """Return whether a heading of a plan begins with a field, word for word."""
    whole, begin = fold(heading), fold(field)
    return bool(begin) and whole.startswith(begin) and not whole[len(begin) :][:1].isalnum()


def _longest(charges: Sequence[Charge]) -> Charge | None:
    """Return the charge of the narrowest field; of two alike the one said last."""
    return max(reversed(charges), key=lambda one: len(fold(one.field)), default=None)
