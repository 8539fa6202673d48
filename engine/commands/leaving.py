"""Somebody leaves: whatever he answers for goes to somebody else in the same transaction.

Tasks, verifications, requests that wait for his answer, substitutions, charges, the units and the
posts he leads: all of it is found first, and then shown, refused or moved; it never commits.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from engine.audit import Event, append
from engine.clock import require_aware
from engine.commands import feeds, rights, sessions, succession, tokens
from engine.commands.rights import Standpoint, find_person
from engine.commands.succession import Holdings
from engine.errors import Invalid, NotPermitted
from engine.organisation import Organisation, Person
from engine.store import alerts, reorganisations
from engine.store import people as store
from engine.store.rulebooks import Rules, bump
from engine.store.session import Transaction

#: Who may let somebody go (rule 18); who owes nothing is let go by an operator as well.
MAY_LET_GO = ("monitor", "director")

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Somebody who leaves, by code.

    Attributes:
        successor: Code of who takes over; None where there is nothing to take over, or by force.
        is_forced: Leave everything without a successor: tasks to the head of their unit, the rest
            to whoever the rules name next.
        is_dry_run: Only say what would move.
    """

    person: str
    successor: str | None = None
    note: str | None = None
    is_forced: bool = False
    is_dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What went to somebody else, or would; `duties` are kinds with what they are about."""

    person: str
    successor: str | None
    duties: tuple[tuple[str, tuple[str, ...]], ...]
    is_done: bool

    @property
    def count(self) -> int:
        """How many duties there are."""
        return sum(len(what) for _, what in self.duties)


def leave(
    tx: Transaction, leaving: Leaving, *, by: tuple[str, str | None], rules: Rules, at: datetime
) -> Left:
    """Hand over what somebody answers for, end his positions and let him act no more.

    Raises:
        Unknown: one of the codes is nobody's.
        NotPermitted: the actor is neither the head of the monitoring unit nor the director.
        Invalid: he has left already; he answers for something and nobody was named; or who was
            named cannot take all of it over; or a change that waits for its day has him lead.
        Conflict: one of the tasks changed meanwhile.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    organisation, today = rulebook.organisation, rulebook.calendar.local_date(at)
    person = find_person(organisation, leaving.person)
    successor = find_person(organisation, leaving.successor) if leaving.successor else None
    who = _asker(tx, organisation, by, on=today)
    if person.is_disabled:
        raise Invalid(field="code", problem=f"{person.code} đã ngừng hoạt động")
    held = succession.held_by(tx, person, rulebook, today=today)
    _require_heir(leaving, held, successor, organisation, by=by[0], is_in_office=who is not None)
    _require_unawaited(tx, leaving)
    left = Left(
        person=person.code,
        successor=successor.code if successor else None,
        duties=held.named(organisation),
        is_done=not leaving.is_dry_run,
    )
    after = _after(organisation, held, successor, today=today)
    if successor is not None:
        succession.require_able(held, successor, organisation, today=today)
    if leaving.is_dry_run:
        return left
    if who is not None:
        handing = succession.Handing(
            rulebook=replace(rulebook, organisation=after), who=who, at=at, today=today,
            note=leaving.note,
        )  # fmt: skip
        succession.move(tx, held, successor, handing=handing, rules=rules)
        if successor is None and held:
            alerts.raise_alert(tx, _ownerless(left), at=at)
    _end(tx, held, person, successor, today=today, at=at)
    _shut_out(tx, person, by=by[0], at=at)
    append(tx, _event(left, leaving, held, by=by, who=who), at=at)
    bump(tx)
    return left


def _asker(
    tx: Transaction, organisation: Organisation, by: tuple[str, str | None], *, on: date
) -> Standpoint | None:
    """Return who asks; None is who runs the machine, and holds no office that may.

    Raises:
        NotPermitted: he may not.
    """
    if by[0].startswith("operator:"):
        return None
    who = rights.standpoint(organisation, by[0], by[1], on=on)
    is_in_office = bool(rights.roles(organisation, who, None, on=on) & {*MAY_LET_GO})
    if not is_in_office and by[1] is None and rights.runs_the_machine(tx, by[0]):
        return None
    rights.require(organisation, who, None, on=on, what="deactivate", any_of=MAY_LET_GO)
    return who


def _require_heir(
    leaving: Leaving,
    held: Holdings,
    successor: Person | None,
    organisation: Organisation,
    *,
    by: str,
    is_in_office: bool,
) -> None:
    if not held:
        return
    if not (is_in_office or leaving.is_dry_run):
        actor = "operator" if by.startswith("operator:") else by
        raise NotPermitted(actor=actor, what="deactivate", who=MAY_LET_GO)
    if successor is None:
        if not (leaving.is_forced or leaving.is_dry_run):
            still = held.in_words(organisation)
            problem = f"{held.person.code} còn {still}; nêu người nhận thay"
            raise Invalid(field="successor", problem=problem)
        return
    if successor.id == held.person.id:
        raise Invalid(field="successor", problem="không thể nhận thay cho chính mình")
    if successor.is_disabled:
        raise Invalid(field="successor", problem=f"{successor.code} đã ngừng hoạt động")


def _require_unawaited(tx: Transaction, leaving: Leaving) -> None:
    """Return if no change of the organisation waits in which somebody is to lead a unit."""
    if leaving.is_forced:
        return
    for one in reorganisations.planned(tx):
        heirs = [heir["code"] for heir in one.content["heirs"]
                 if leaving.person in (heir["head"], heir["leader"])]  # fmt: skip
        if heirs:
            problem = (
                f"{leaving.person} được chọn đứng đầu hoặc phụ trách {', '.join(heirs)} từ "
                f"{one.effective_on:%d/%m/%Y} ({one.id[-8:]}); rút lại (unit withdraw) và quyết "
                "định lại trước"
            )
            raise Invalid(field="person", problem=problem)


def _after(
    organisation: Organisation, held: Holdings, successor: Person | None, *, today: date
) -> Organisation:
    """Return everybody as they will be: the person gone, his posts held by who takes over."""
    gone = held.person.id
    posts = tuple(
        replace(one, person_id=successor.id, from_on=today, to_on=None)
        for one in held.posts
        if successor is not None
    )
    heir = successor.id if successor else None
    return replace(
        organisation,
        people=tuple(
            replace(one, is_disabled=True) if one.id == gone else one for one in organisation.people
        ),
        holdings=(*(one for one in organisation.holdings if one.person_id != gone), *posts),
        units=tuple(
            replace(one, leader_id=heir) if one.leader_id == gone else one
            for one in organisation.units
        ),
    )


def _end(
    tx: Transaction,
    held: Holdings,
    person: Person,
    successor: Person | None,
    *,
    today: date,
    at: datetime,
) -> None:
    store.change_person(tx, person.id, {"disabled_at": at})
    store.end_positions(tx, person.id, last=today - _ONE_DAY)
    if successor is not None:
        for one in held.posts:
            values = {"unit_id": one.unit_id, "kind": one.kind, "from_on": today, "to_on": None,
                      "is_acting": one.is_acting}  # fmt: skip
            store.add_position(tx, successor.id, values)


def _shut_out(tx: Transaction, person: Person, *, by: str, at: datetime) -> None:
    """End whatever lets somebody in: sessions, tokens, calendar addresses (G18)."""
    sessions.end(tx, person_id=person.id, by=by, at=at)
    tokens.revoke_all(tx, person_id=person.id, by=by, at=at)
    feeds.revoke_feed(tx, person_id=person.id, by=by, at=at)


def _event(
    left: Left,
    leaving: Leaving,
    held: Holdings,
    *,
    by: tuple[str, str | None],
    who: Standpoint | None,
) -> Event:
    moved: dict[str, Any] = {kind: list(what) for kind, what in left.duties}
    after = {"disabled": True, "successor": left.successor, "forced": leaving.is_forced, **moved}
    return Event(
        subject=f"person:{held.person.id}",
        action="person.disabled",
        actor=by[0],
        on_behalf_of=by[1],
        delegation=who.delegation_id if who else None,
        cause=leaving.note,
        before={"disabled": False, "positions": list(held.positions)},
        after=after,
    )


def _ownerless(left: Left) -> alerts.Alert:
    return alerts.Alert(
        code="left_without_successor",
        message=f"{left.person} thôi làm việc mà không có người nhận thay {left.count} việc; "
        "trưởng đơn vị và lãnh đạo phụ trách đang giữ, hãy giao lại",
        key=f"left_without_successor:{left.person}",
    )
