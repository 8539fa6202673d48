"""Who stands in for whom, from a day to a day; it never commits.

What was recorded stays: a substitution that has begun is only shortened.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from engine import absences
from engine.audit import Event, append
from engine.clock import require_aware
from engine.commands import returns, rights
from engine.commands.rights import Standpoint, find_person
from engine.commands.subjects import MARK
from engine.errors import Fault, Invalid, NotPermitted, Unknown
from engine.organisation import Organisation, Person
from engine.rulebook import Rulebook
from engine.store import delegations as store
from engine.store import tasks as store_tasks
from engine.store.rulebooks import Rules, bump
from engine.store.session import Transaction

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Who stands in for whom, from a local date to a local date, both included.

    Attributes:
        actor: Code of the person who says so.
        on_behalf_of: Code of the person a substitute acts for.
    """

    person: str
    substitute: str
    from_on: date
    to_on: date
    actor: str
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegated:
    """A delegation that was recorded; `warnings` hold nothing up."""

    id: str
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A delegation that is to end earlier.

    Attributes:
        person: Code of who is or will be absent.
        substitute: Code of who stands in for him.
        last: The last day on which he does; yesterday is the earliest.
    """

    person: str
    substitute: str
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """A delegation as it stands after it was shortened; no `to_on` where it never began."""

    id: str
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceSeen:
    """A delegation as a list shows it."""

    id: str
    person: str
    substitute: str
    from_on: date
    to_on: date
    is_now: bool


def delegate(tx: Transaction, absence: Absence, *, at: datetime, rules: Rules) -> Delegated:
    """Record who stands in for whom, and say what falls into the absence.

    Raises:
        Unknown: one of the codes is nobody's.
        NotPermitted: the actor is neither the person, nor his head, nor the head of the
            monitoring unit (rule 18).
        Invalid: the dates are turned round or past, or the substitute cannot act.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    organisation, today = rulebook.organisation, rulebook.calendar.local_date(at)
    person, who = _asker(
        rulebook, absence.person, by=(absence.actor, absence.on_behalf_of), today=today
    )
    substitute = find_person(organisation, absence.substitute)
    _require_permission(organisation, person, who, on=today)
    _check(absence, person, substitute, today=today)
    dates = (absence.from_on, absence.to_on)
    pair, back_at = (person.id, substitute.id), returns.back_at(rulebook, absence.to_on)
    made = store.add(tx, pair, dates=dates, back_at=back_at, at=at)
    after = {"delegation": made, "substitute": substitute.code, "from": absence.from_on,
             "to": absence.to_on}  # fmt: skip
    append(tx, _event(person, who, action="person.delegated", after=after), at=at)
    bump(tx)
    return Delegated(id=made, warnings=tuple(_warnings(tx, absence, person, rules=rules)))


def end(
    tx: Transaction, ending: Ending, *, by: tuple[str, str | None], at: datetime, rules: Rules
) -> Shortened:
    """Let a delegation end earlier than it was said to; before its first day it is withdrawn.

    Raises:
        Unknown: nobody has such a code, or there is no such delegation that is not over.
        NotPermitted: as `delegate`.
        Invalid: the day is past, or no earlier than the one it ends on.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    organisation, today = rulebook.organisation, rulebook.calendar.local_date(at)
    absent, who = _asker(rulebook, ending.person, by=by, today=today)
    other = find_person(organisation, ending.substitute)
    _require_permission(organisation, absent, who, on=today)
    row = _running(tx, ending, absent, other, today=today)
    last = None if ending.last < row.from_on else ending.last
    back_at = max(returns.back_at(rulebook, ending.last), rulebook.calendar.next_slot(at))
    store.end(tx, [row], last=ending.last, back_at=back_at)
    before = {"delegation": row.id, "substitute": other.code, "from": row.from_on, "to": row.to_on}
    after = {"delegation": row.id, "to": last}
    event = _event(absent, who, action="person.delegation_ended", before=before, after=after)
    append(tx, event, at=at)
    bump(tx)
    return Shortened(id=row.id, from_on=row.from_on, to_on=last)


def listed(tx: Transaction, *, on: date, rules: Rules) -> list[AbsenceSeen]:
    """Return the delegations that hold on a day or later, by their first day."""
    people = rules.current(tx).organisation.person_by_id
    return [
        AbsenceSeen(
            id=row.id,
            person=people[row.person_id].code,
            substitute=people[row.substitute_id].code,
            from_on=row.from_on,
            to_on=row.to_on,
            is_now=row.from_on <= on,
        )
        for row in store.since(tx, on)
    ]


def may_say(tx: Transaction, person: str, *, by: str, rules: Rules, at: datetime) -> bool:
    """Return whether somebody may say who stands in for a person.

    Raises:
        Unknown: one of the codes is nobody's.
    """
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(require_aware(at).astimezone(UTC))
    absent, who = _asker(rulebook, person, by=(by, None), today=today)
    return who.actor.id in _may_delegate(rulebook.organisation, absent.id, on=today)


def clashes(tx: Transaction, address: str, *, rules: Rules) -> tuple[Fault, ...]:
    """Return a warning where the deadline of a task falls into an absence (S29)."""
    found = (one.task for one in store_tasks.load(tx, address.split(MARK, 1)[0]))
    return tuple(absences.warnings(found, rules.current(tx)))


def _asker(
    rulebook: Rulebook, person: str, *, by: tuple[str, str | None], today: date
) -> tuple[Person, Standpoint]:
    who = rights.standpoint(rulebook.organisation, by[0], by[1], on=today)
    return find_person(rulebook.organisation, person), who


def _require_permission(
    organisation: Organisation, person: Person, who: Standpoint, *, on: date
) -> None:
    lawful = who.on_behalf_of is None or who.delegation_id is not None
    allowed = _may_delegate(organisation, person.id, on=on)
    if who.actor.is_disabled or not lawful or who.principal.id not in allowed:
        raise NotPermitted(actor=who.actor.code, what="delegate",
                           who=(person.code, "unit_head", "monitor"))  # fmt: skip


def _check(absence: Absence, person: Person, substitute: Person, *, today: date) -> None:
    if person.id == substitute.id:
        raise Invalid(field="substitute", problem="không thể ủy quyền cho chính mình")
    for field, one in (("person", person), ("substitute", substitute)):
        if one.is_disabled:
            raise Invalid(field=field, problem=f"{one.code} đã ngừng hoạt động")
    if absence.from_on > absence.to_on:
        raise Invalid(field="to", problem="ngày kết thúc trước ngày bắt đầu")
    if absence.to_on < today:
        raise Invalid(field="to", problem="thời gian ủy quyền đã qua")


def _running(
    tx: Transaction, ending: Ending, person: Person, substitute: Person, *, today: date
) -> Any:
    rows = store.of_pair(tx, person.id, substitute.id, since=today)
    if not rows:
        raise Unknown(what="delegation", name=f"{ending.person} → {ending.substitute}")
    if ending.last < today - _ONE_DAY:
        raise Invalid(field="end", problem="ngày đã qua; sớm nhất là hôm qua")
    if ending.last >= rows[0].to_on:
        raise Invalid(field="end", problem=f"ủy quyền đã hết vào {rows[0].to_on:%d/%m/%Y}")
    return rows[0]


def _event(person: Person, who: Standpoint, *, action: str, **shown: Any) -> Event:
    if who.delegation_id is not None:
        shown["after"] = {**shown["after"], "under": who.delegation_id}
    return Event(
        subject=f"person:{person.id}",
        action=action,
        actor=who.actor.code,
        on_behalf_of=who.on_behalf_of,
        **shown,
    )


def _warnings(
    tx: Transaction, absence: Absence, person: Person, *, rules: Rules
) -> Iterator[Fault]:
    rulebook = rules.current(tx)
    organisation = rulebook.organisation
    nobody = next(
        (day for day in _days(absence) if not _is_replaced(organisation, person.id, on=day)), None
    )
    if nobody is not None:
        yield Fault(
            place=absence.person,
            problem=f"từ ngày {nobody:%d/%m/%Y} không ai thay được: người làm thay cũng vắng "
            "theo vòng tròn, đã ngừng hoạt động hoặc không có địa chỉ thư",
            cure="chọn người làm thay khác; cho đến lúc đó thư đi lên cấp trên",
        )
    tasks = store.open_tasks(tx, due_from=absence.from_on, due_to=absence.to_on)
    yield from absences.warnings(
        (one for one in tasks if _answers(organisation, one, person.id)), rulebook
    )


def _answers(organisation: Organisation, task: Any, person_id: str) -> bool:
    head = organisation.head(task.lead_unit_id, task.due_on)
    return bool((task.assignee_id or head) == person_id)


def _is_replaced(organisation: Organisation, person_id: str, *, on: date) -> bool:
    return organisation.can_be_told(organisation.present(person_id, on))


def _days(absence: Absence) -> Iterator[date]:
    day = absence.from_on
    while day <= absence.to_on:
        yield day
        day += _ONE_DAY


def _may_delegate(organisation: Organisation, person_id: str, *, on: date) -> frozenset[str]:
    """Return the people who may say who stands in for a person: himself, his head, the monitor.

    The head of somebody in the agency's own leadership is the director.
    """
    allowed = {person_id, organisation.head(organisation.monitor.id, on)
               if organisation.monitor else None}  # fmt: skip
    root = organisation.root
    for held in organisation.holdings:
        if held.person_id == person_id and held.covers(on):
            in_root = root is not None and held.unit_id == root.id
            allowed.add(organisation.director(on) if in_root
                        else organisation.head(held.unit_id, on))  # fmt: skip
    return frozenset(one for one in allowed if one is not None)
