"""Who is told when a rung or an event names a position, and about whom it complains.

Positions are resolved in the order

    assignee -> unit_head -> leader_in_charge -> director -> monitor -> administrator

where a vacancy, a disabled person, a missing address or an unavailable substitute moves one on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from engine.organisation import Answerable, Organisation

#: The order in which a position that cannot be told is replaced by the next.
_CHAIN = ("assignee", "unit_head", "leader_in_charge", "director", "monitor")

ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody to be told, and the position in which he is; no person is the administrator."""

    person_id: str | None
    position: str


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


def hearers(
    organisation: Organisation, positions: Iterable[str], task: Answerable, *, on: date
) -> dict[str, str]:
    """Return the people who hear of an event, each once, with the position each is told in.

    Args:
        organisation: Everybody.
        positions: Who is to hear of it, the first that names somebody counting.
        task: Who answers for the task.
        on: The local day of the event.

    Returns:
        Empty where nobody can be told.
    """
    told: dict[str, str] = {}
    for position in positions:
        for one in resolve(organisation, position, task, on=on):
            if one.person_id is not None:
                told.setdefault(one.person_id, one.position)
    return told


def doers(organisation: Organisation, task: Answerable, *, on: date) -> dict[str, str]:
    """Return who hears what becomes of a task he does: its assignee, if any, and the unit's head.

    As `hearers` does.
    """
    positions = ("assignee", "unit_head") if task.assignee_id else ("unit_head",)
    return hearers(organisation, positions, task, on=on)


def complained_about(
    organisation: Organisation, ladder: str, task: Answerable, *, on: date
) -> str | None:
    """Return the person whose delay a ladder's escalations report."""
    if ladder == "verifier":
        return organisation.verifier(task, on)
    if ladder == "leader":
        return organisation.leader_of(task, on) or organisation.director(on)
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
        """Return who is asked to verify; nobody is asked to judge what he reported himself."""
        reporters = frozenset(self.task.reported_by_ids)
        for person in self.organisation.verifying_heads(self.task, self.on):
            told = self.person(person)
            if told is None or told == self.complained or reporters & {person, told}:
                continue
            return Addressee(told, "verifier")
        monitor = self.organisation.monitor
        return self.climb("leader_in_charge", monitor.id if monitor else None, without=reporters)

    def climb(
        self, position: str, unit_id: str | None, *, without: frozenset[str] = frozenset()
    ) -> Addressee:
        for step in _CHAIN[_CHAIN.index(position) :]:
            for candidate in self._candidates(step, unit_id):
                told = self.person(candidate)
                if told is None or told == self.complained or without & {candidate, told}:
                    continue
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
                return (self._leader(unit_id),)
            case "director":
                return organisation.directors(self.on)
            case _:
                monitor = organisation.monitor
                return (organisation.head(monitor.id, self.on) if monitor else None,)

    def _leader(self, unit_id: str | None) -> str | None:
        if self.task.leader_id is not None:
            return self.task.leader_id
        return self.organisation.leader_in_charge(unit_id, field=self.task.field, on=self.on)
