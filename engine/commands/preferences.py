"""What somebody chooses for himself: which notices come by mail too, and what he watches."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from engine import audit, preferences
from engine.clock import require_aware
from engine.commands import rights
from engine.commands.rights import find_person
from engine.errors import Invalid, NotPermitted, Unknown
from engine.organisation import Organisation, Person
from engine.preferences import Every, Watch
from engine.spelling import nearest
from engine.store import people, plans
from engine.store.rulebooks import Rules, bump
from engine.store.session import Transaction

#: Who may end a digest beside the person who gets it.
MAY_END = ("monitor", "monitoring_unit")

__all__ = ["Choices", "Mailing", "Watch", "Watching", "chosen", "prefer", "watch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person has chosen: kinds that come without mail, and what he watches."""

    muted: tuple[str, ...]
    watches: tuple[Watch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """Whether notices of a kind come to a person by mail too; the actor is that person."""

    person: str
    kind: str
    is_on: bool
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """How often a person gets a digest of a unit or a plan, None for no more; the actor is he."""

    person: str
    of: Literal["unit", "plan"]
    code: str
    every: Every | None
    actor: str


def chosen(tx: Transaction, code: str, *, rules: Rules) -> Choices:
    """Return what a person has chosen.

    Raises:
        Unknown: nobody has that code.
    """
    person = find_person(rules.current(tx).organisation, code)
    return _choices(people.preferences_of(tx, person.id))


def prefer(tx: Transaction, asked: Mailing, *, rules: Rules, at: datetime) -> Choices:
    """Have notices of a kind come by mail too, or on the list of notices alone.

    Raises:
        Unknown: nobody has that code.
        NotPermitted: the actor is somebody else.
        Invalid: no such kind, or one that nobody may have without mail.
    """
    kind = asked.kind
    person = _himself(rules.current(tx).organisation, asked.person, asked.actor, "person_prefer")
    if kind in preferences.MANDATORY and not asked.is_on:
        problem = (
            f"{kind} ({preferences.MANDATORY[kind]}) bắt buộc gửi thư, không tắt được; tắt được: "
            f"{', '.join(preferences.OPTIONAL)}"
        )
        raise Invalid(field="mail", problem=problem)
    kinds = (*preferences.OPTIONAL, *preferences.MANDATORY)
    if kind not in kinds:
        problem = f"không có loại thông báo {kind!r}; có: {', '.join(kinds)}"
        raise Invalid(field="mail", problem=problem)
    held = people.preferences_of(tx, person.id)
    wanted = preferences.with_mail(held, kind, is_on=asked.is_on)
    return _keep(tx, person, wanted, held=held, actor=asked.actor, at=at)


def watch(tx: Transaction, asked: Watching, *, rules: Rules, at: datetime) -> Choices:
    """Have a person get a digest of a unit or a plan, so often or no more.

    Whoever wants no more of it may answer the mail, so the monitoring unit may end it too.

    Raises:
        Unknown: nobody has that code, or there is no such unit or plan.
        NotPermitted: the actor is somebody else.
        Invalid: the unit has ended.
    """
    rulebook, code = rules.current(tx), asked.code
    organisation, on = rulebook.organisation, rulebook.calendar.local_date(at)
    if asked.every is None and asked.actor != asked.person:
        who = rights.standpoint(organisation, asked.actor, None, on=on)
        rights.require(organisation, who, None, on=on, what="person_watch", any_of=MAY_END)
        person = rights.find_person(organisation, asked.person)
    else:
        person = _himself(organisation, asked.person, asked.actor, "person_watch")
    if asked.of == "unit" and code not in organisation.unit_by_code:
        raise Unknown(what="unit", name=code, hint=nearest(code, organisation.unit_by_code))
    if asked.of == "unit" and asked.every is not None:
        rights.require_standing(organisation.unit_by_code[code])
    if asked.of == "plan" and plans.find(tx, code) is None:
        raise Unknown(what="plan", name=code)
    held = people.preferences_of(tx, person.id)
    wanted = preferences.with_watch(held, of=asked.of, code=code, every=asked.every)
    return _keep(tx, person, wanted, held=held, actor=asked.actor, at=at)


def _himself(organisation: Organisation, code: str, actor: str, what: str) -> Person:
    person, who = find_person(organisation, code), find_person(organisation, actor)
    if who is not person or who.is_disabled:
        raise NotPermitted(actor=who.code, what=what, who=(person.code,))
    return person


def _keep(
    tx: Transaction,
    person: Person,
    wanted: dict[str, Any],
    *,
    held: dict[str, Any],
    actor: str,
    at: datetime,
) -> Choices:
    if wanted != held:
        people.change_person(tx, person.id, {"preferences": wanted})
        bump(tx)
        event = audit.Event(
            subject=f"person:{person.id}",
            action="person.preferred",
            actor=actor,
            before=held,
            after=wanted,
        )
        audit.append(tx, event, at=require_aware(at).astimezone(UTC))
    return _choices(wanted)


def _choices(held: dict[str, Any]) -> Choices:
    return Choices(muted=tuple(sorted(preferences.muted(held))), watches=preferences.watches(held))
