"""Who is asking, in whose place, and in which roles that makes him stand to a task."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from engine.errors import FourEyes, Invalid, NotPermitted, Unknown
from engine.organisation import Organisation, Person, Unit
from engine.spelling import nearest
from engine.store import accounts
from engine.store.session import Transaction
from engine.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """The actor of a request, and the person whose rights he uses: himself, or who he stands for.

    `delegation_id` names the delegation that makes the second possible; None without one.
    """

    actor: Person
    principal: Person
    delegation_id: str | None = None

    @property
    def on_behalf_of(self) -> str | None:
        """Code of the person acted for, None when one acts for oneself."""
        return None if self.principal is self.actor else self.principal.code

    @property
    def people(self) -> frozenset[str]:
        """Ids of everybody whose eyes these are."""
        return frozenset({self.actor.id, self.principal.id})


#: What happens by itself, because a day has come.
_SYSTEM = Person(id="", code="system", name="hệ thống", email=None)
BY_SYSTEM = Standpoint(actor=_SYSTEM, principal=_SYSTEM)


def find_person(organisation: Organisation, code: str) -> Person:
    """Return a person by code.

    Raises:
        Unknown: nobody has that code.
    """
    found = organisation.person_by_code.get(code)
    if found is None:
        raise Unknown(what="person", name=code, hint=nearest(code, organisation.person_by_code))
    return found


def require_standing(unit: Unit) -> None:
    """Return if a unit has not ended.

    Raises:
        Invalid: it has.
    """
    if unit.valid_to is not None:
        problem = f"{unit.code} đã kết thúc ngày {unit.valid_to:%d/%m/%Y}"
        raise Invalid(field="unit", problem=problem)


def runs_the_machine(tx: Transaction, actor: str) -> bool:
    """Return whether somebody is the operator or an administrator; neither is a role on a task.

    It opens the lists of the office (units, people, the holidays of a year), and nothing else.
    """
    is_machine = actor == _SYSTEM.code or actor.startswith("operator:")
    return is_machine or accounts.is_administrator(tx, actor)


def require_machine(tx: Transaction, actor: str, *, what: str) -> None:
    """Return if somebody runs the machine.

    Raises:
        NotPermitted: he does not.
    """
    if not runs_the_machine(tx, actor):
        raise NotPermitted(actor=actor, what=what, who=("administrator",))


def standpoint(
    organisation: Organisation, actor: str, on_behalf_of: str | None, *, on: date
) -> Standpoint:
    """Return who acts and with whose rights on a local day.

    An actor without a delegation gets a standpoint of his own person; `roles` then gives none,
    because the person acted for lends his rights only through a delegation.

    Raises:
        Unknown: one of the codes is nobody's.
    """
    person = find_person(organisation, actor)
    if on_behalf_of is None or on_behalf_of == actor:
        return Standpoint(actor=person, principal=person)
    principal = find_person(organisation, on_behalf_of)
    made = organisation.may_stand_in(person.id, principal.id, on)
    return Standpoint(
        actor=person, principal=principal, delegation_id=made.id if made is not None else None
    )


def roles(
    organisation: Organisation, who: Standpoint, task: Task | None, *, on: date
) -> frozenset[str]:
    """Return the roles in which a standpoint meets a task (None: the agency as a whole)."""
    return frozenset(_held(organisation, who, task, on=on))


def _held(
    organisation: Organisation, who: Standpoint, task: Task | None, *, on: date
) -> Iterator[str]:
    """Yield the roles, those on the task first: they are what most triggers ask for."""
    if who.actor.is_disabled or (who.on_behalf_of and who.delegation_id is None):
        return
    person = who.principal.id
    if task is not None:
        yield from _of_the_task(organisation, person, task, on)
    yield from _of_the_agency(organisation, person, on)


def require(
    organisation: Organisation,
    who: Standpoint,
    task: Task | None,
    *,
    on: date,
    what: str,
    any_of: tuple[str, ...],
) -> None:
    """Return if the standpoint has one of the roles.

    Raises:
        NotPermitted: it has none of them, or acts for somebody who has not delegated to it.
    """
    if who.on_behalf_of is not None and who.delegation_id is None:
        substitutes = (f"substitute:{who.principal.code}",)
        raise NotPermitted(actor=who.actor.code, what=what, who=substitutes)
    if not any(role in any_of for role in _held(organisation, who, task, on=on)):
        raise NotPermitted(actor=who.actor.code, what=what, who=any_of)


#: Who changes a plan that is active, by a decision.
_ADJUSTERS = ("monitor", "director")


def require_adjuster(
    organisation: Organisation, by: tuple[str, str | None], *, on: date
) -> Standpoint:
    """Return the standpoint of somebody who may change active plans by a decision.

    Raises:
        Unknown: one of the codes is nobody's.
        NotPermitted: he is neither the head of the monitoring unit nor the director, nor acts for
            one of them.
    """
    who = standpoint(organisation, *by, on=on)
    require(organisation, who, None, on=on, what="adjust_plan", any_of=_ADJUSTERS)
    return who


def adjusts_as(
    organisation: Organisation, actor: str, principals: tuple[str, ...], *, on: date
) -> tuple[str, ...]:
    """Return in whose name somebody may change active plans: his own code first, if it is his."""
    return tuple(
        each
        for each in (actor, *principals)
        if roles(organisation, standpoint(organisation, actor, each, on=on), None, on=on)
        & set(_ADJUSTERS)
    )


def in_role(organisation: Organisation, task: Task, role: str, *, on: date) -> tuple[str, ...]:
    """Return the ids of whoever stands in a role to a task; nobody for what is no position."""

    def heads(unit_id: str | None) -> tuple[str, ...]:
        return organisation.holders("unit_head", on, unit_id=unit_id) if unit_id else ()

    answerable, monitor, side = task.answerable, organisation.monitor, task.lead_side
    found: Mapping[str, tuple[str | None, ...]] = {
        "assignee": (task.assignee_id,),
        "unit_head": heads(task.lead_unit_id),
        "reporter": (task.reported_by_id, task.reported_for_id),
        "leader_in_charge": (organisation.leader_of(answerable, on),),
        "verifier": tuple(organisation.verifiers(answerable, on)),
        "monitor": heads(monitor.id if monitor else None),
        "director": tuple(organisation.directors(on)),
        "lead_side": (side.assignee_id, *heads(side.unit_id)) if side else (),
    }
    return tuple(dict.fromkeys(one for one in found.get(role, ()) if one is not None))


def four_eyes(organisation: Organisation, who: Standpoint, reporters: frozenset[str]) -> None:
    """Return if nobody behind this request made the report that it judges (rule 20).

    Args:
        organisation: Everybody.
        who: Who asks, and for whom.
        reporters: Ids of who reported, or was reported for, since the last return.

    Raises:
        FourEyes: the actor, or the person acted for, is one of them.
    """
    same = sorted(reporters & who.people)
    if same:
        raise FourEyes(actor=who.actor.code, reporter=organisation.person_by_id[same[0]].code)


def _of_the_agency(organisation: Organisation, person: str, on: date) -> Iterator[str]:
    if person == organisation.director(on) or person in organisation.holders("director", on):
        yield "director"
    if person in organisation.holders("deputy_director", on):
        yield "deputy_director"
    monitor, audits = organisation.monitor, person in organisation.holders("auditor", on)
    if monitor is not None:
        if person in organisation.holders("unit_head", on, unit_id=monitor.id):
            yield "monitor"
        # Whoever audits only reads, also where he sits among those who follow the plan.
        if person in organisation.members(monitor.id, on) and not audits:
            yield "monitoring_unit"
    if audits:
        yield "auditor"


def _of_the_task(organisation: Organisation, person: str, task: Task, on: date) -> Iterator[str]:
    if person == task.assignee_id:
        yield "assignee"
    unit_id = task.lead_unit_id
    if unit_id is not None and person in organisation.holders("unit_head", on, unit_id=unit_id):
        yield "unit_head"
    if person in (task.reported_by_id, task.reported_for_id):
        yield "reporter"
    answerable = task.answerable
    if person == organisation.leader_of(answerable, on):
        yield "leader_in_charge"
    if person in organisation.verifiers(answerable, on):
        yield "verifier"
    yield from _of_the_lead_side(organisation, person, task, on)


def _of_the_lead_side(
    organisation: Organisation, person: str, task: Task, on: date
) -> Iterator[str]:
    side = task.lead_side
    if side is None:
        return
    heads = organisation.holders("unit_head", on, unit_id=side.unit_id) if side.unit_id else ()
    if person == side.assignee_id or person in heads:
        yield "lead_side"
