"""Everything one person answers for, found whole, judged, and moved to another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from engine.audit import Event, append
from engine.commands import consequences, effects, returns
from engine.commands.consequences import Consequence
from engine.commands.rights import Standpoint
from engine.errors import Invalid
from engine.notices import Notice
from engine.organisation import Holding, Organisation, Person
from engine.rulebook import Rulebook
from engine.store import delegations, duties, ledger, tasks
from engine.store.duties import Series
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.tasks import Loaded
from engine.task import Task

#: What a task names somebody as: the column, what it is called, who is told, in this order.
_ROLES = {
    "assignee_id": ("tasks", "assignee"),
    "verifier_id": ("verifications", "verifier"),
    "leader_id": ("requests", "leader_in_charge"),
}
#: Duties as people call them, in the order in which they are said.
WORDS = {
    "tasks": "nhiệm vụ được giao",
    "verifications": "việc chờ xác nhận",
    "requests": "đề nghị chờ trả lời",
    "series": "việc định kỳ",
    "substitutions": "lần làm thay người vắng",
    "charges": "lĩnh vực, đơn vị được phân công phụ trách",
    "units": "đơn vị phụ trách",
    "posts": "chức vụ đứng đầu",
}
_LEADING = ("director", "unit_head")
_ONE_DAY = timedelta(days=1)
_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a person answers for.

    Attributes:
        loaded: Tasks and other subjects that name him and are not closed.
        posts: Positions at the head of something that nobody else holds beside him.
        positions: Every position he holds, for the record.
    """

    person: Person
    loaded: tuple[Loaded, ...] = ()
    series: tuple[Series, ...] = ()
    delegations: tuple[Any, ...] = ()
    charges: tuple[Any, ...] = ()
    units: tuple[str, ...] = ()
    posts: tuple[Holding, ...] = ()
    positions: tuple[Mapping[str, Any], ...] = ()

    def __bool__(self) -> bool:
        """Return whether there is anything to hand over."""
        parts = (self.loaded, self.series, self.delegations, self.charges, self.units, self.posts)
        return any(parts)

    def as_(self, column: str) -> list[Task]:
        """Return the tasks that name him in a column."""
        found = (one.task for one in self.loaded)
        return [one for one in found if getattr(one, column) == self.person.id]

    def named(self, organisation: Organisation) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return each kind of duty he has with what it is about, as people know it."""
        people, units = organisation.person_by_id, organisation.unit_by_id
        by_kind: dict[str, Sequence[str]] = {
            name: [one.address for one in self.as_(column)] for column, (name, _) in _ROLES.items()
        }
        by_kind |= {
            "series": [one.code for one in self.series],
            "substitutions": [people[one.person_id].code for one in self.delegations],
            "charges": [_charge(one, organisation) for one in self.charges],
            "units": list(self.units),
            "posts": [units[one.unit_id].code for one in self.posts],
        }
        return tuple((kind, tuple(by_kind[kind])) for kind in WORDS if by_kind[kind])

    def in_words(self, organisation: Organisation) -> str:
        """Return all of it in one sentence, the first of each kind by name."""
        return "; ".join(
            f"{len(what)} {WORDS[kind]} ({_few(what)})" for kind, what in self.named(organisation)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """By whom, when and why something is handed over; the rules are those of afterwards."""

    rulebook: Rulebook
    who: Standpoint
    at: datetime
    today: date
    note: str | None


def held_by(tx: Transaction, person: Person, rulebook: Rulebook, *, today: date) -> Holdings:
    """Return everything a person answers for, with his tasks kept for this writer."""
    organisation = rulebook.organisation
    found = tasks.load_all(tx, duties.addresses(tx, person.id))
    loaded = (one for each in found.values() for one in each)
    held = [one for one in organisation.holdings if one.person_id == person.id]
    return Holdings(
        person=person,
        loaded=tuple(one for one in loaded if _is_open(one.task, rulebook)),
        series=tuple(duties.series_of(tx, person.id)),
        delegations=tuple(delegations.to_person(tx, person.id, since=today)),
        charges=tuple(duties.charges_of(tx, person.id, since=today)),
        units=tuple(one.code for one in organisation.standing if one.leader_id == person.id),
        posts=tuple(one for one in held if _is_alone(one, organisation, today=today)),
        positions=tuple(_shown(one, organisation) for one in held if _lasts(one, today=today)),
    )


def require_able(
    held: Holdings, successor: Person, organisation: Organisation, *, today: date
) -> None:
    """Return if somebody can take everything over.

    Args:
        held: What is handed over.
        successor: Who is to take it over.
        organisation: Everybody as they are: who is to lead a unit belongs to it already.
        today: The local day.

    Raises:
        Invalid: he cannot; everything he cannot do is named.
    """
    outside = [
        one.address
        for one in held.as_("assignee_id")
        if successor.id not in organisation.members(one.lead_unit_id or "", today)
    ]
    strange = [
        organisation.unit_by_id[one.unit_id].code
        for one in held.posts
        if successor.id not in organisation.members(one.unit_id, today)
    ]
    reported = [
        one.address
        for one in held.as_("verifier_id")
        if successor.id in one.answerable.reported_by_ids
    ]
    themselves = [one for one in held.delegations if one.person_id == successor.id]
    problems = [
        *([f"không thuộc đơn vị chủ trì của {_few(outside)}"] if outside else []),
        *([f"không thuộc {_few(strange)} mà người đi đứng đầu"] if strange else []),
        *([f"chính là người báo cáo {_few(reported)}"] if reported else []),
        *(["đang được người này làm thay"] if themselves else []),
    ]
    if problems:
        problem = f"{successor.code} không nhận thay được: {'; '.join(problems)}"
        raise Invalid(field="successor", problem=problem)


def move(
    tx: Transaction, held: Holdings, successor: Person | None, *, handing: Handing, rules: Rules
) -> None:
    """Hand everything over, each task with its history and entry; the successor is told once.

    Raises:
        Conflict: a task changed meanwhile.
    """
    heir = successor.id if successor else None
    gone, today = held.person.id, handing.today
    for one in held.loaded:
        _move_task(tx, one, held.person, successor, handing=handing, rules=rules)
    duties.hand_series(tx, held.series, gone, heir)
    duties.hand_drafts(tx, gone, heir)
    duties.hand_units(tx, gone, heir)
    for row in held.charges:
        duties.end_charge(tx, row, last=today - _ONE_DAY)
        if heir is not None:
            values = {"leader_id": heir, "unit_id": row.unit_id, "field": row.field,
                      "from_on": max(row.from_on or today, today), "to_on": row.to_on,
                      "source": row.source, "created_at": handing.at}  # fmt: skip
            duties.add_charge(tx, values)
    _move_delegations(tx, held, heir, handing=handing)
    _move_notices(tx, held.person, heir, handing=handing)


def _move_task(
    tx: Transaction,
    loaded: Loaded,
    person: Person,
    successor: Person | None,
    *,
    handing: Handing,
    rules: Rules,
) -> None:
    named = [column for column in _ROLES if getattr(loaded.task, column) == person.id]
    heir = successor.id if successor else None
    is_told = successor is not None or "assignee_id" in named
    position = _ROLES[named[0]][1] if successor is not None else "unit_head"
    consequence = Consequence(
        trigger="handed_over",
        label="Bàn giao",
        note=handing.note,
        people=dict.fromkeys(named, heir),
        tells=(position,) if is_told else (),
        notice="reassigned" if is_told else None,
        detail={"handed_from": person.code},
        said={"handed_from": person.code, "handed_to": successor.code if successor else None,
              "handed_as": [_ROLES[column][1] for column in named]},
    )  # fmt: skip
    scene = effects.Scene(loaded=loaded, rulebook=handing.rulebook, who=handing.who, at=handing.at)
    consequences.follow(tx, scene, consequence, rules=rules)


def _move_delegations(
    tx: Transaction, held: Holdings, heir: str | None, *, handing: Handing
) -> None:
    last = handing.today - _ONE_DAY
    own = delegations.of_person(tx, held.person.id, since=handing.today)
    delegations.end(tx, own, last=last)
    slot = handing.rulebook.next_slot(handing.at)
    for row in held.delegations:
        # Whoever he stood in for is told of his days too: once back, or at once where nobody
        # stands in any more.
        back_at = returns.back_at(handing.rulebook, row.to_on) if heir is not None else slot
        delegations.end(tx, [row], last=last, back_at=back_at)
        after: dict[str, Any] = {"delegation": row.id, "to": last}
        if heir is not None:
            dates, pair = (max(row.from_on, handing.today), row.to_on), (row.person_id, heir)
            made = delegations.add(tx, pair, dates=dates, back_at=back_at, at=handing.at)
            substitute = handing.rulebook.organisation.person_by_id[heir].code
            after = {"delegation": made, "substitute": substitute, "from": dates[0],
                     "to": dates[1]}  # fmt: skip
        _record_substitution(tx, row, after, handing=handing)


def _record_substitution(
    tx: Transaction, row: Any, after: Mapping[str, Any], *, handing: Handing
) -> None:
    """Record that somebody else, or nobody, stands in for a person from today."""
    gone = handing.rulebook.organisation.person_by_id[row.substitute_id].code
    event = Event(
        subject=f"person:{row.person_id}",
        action="person.delegated" if "substitute" in after else "person.delegation_ended",
        actor=handing.who.actor.code,
        on_behalf_of=handing.who.on_behalf_of,
        delegation=handing.who.delegation_id,
        cause=handing.note,
        before={"delegation": row.id, "substitute": gone, "from": row.from_on, "to": row.to_on},
        after=after,
    )
    append(tx, event, at=handing.at)


def _move_notices(tx: Transaction, person: Person, heir: str | None, *, handing: Handing) -> None:
    """Take back what he was not told; who takes over is owed it (rule 13)."""
    rows = duties.withdraw_notices(tx, person.id, reason=f"{person.code} left")
    names = [each.name for each in fields(Notice)]
    if heir is not None:
        own = {"recipient_id": heir, "status": "pending", "superseded_by": None, "reason": None}
        ledger.insert_notices(
            tx,
            [Notice(**{**{name: getattr(row, name) for name in names}, **own}) for row in rows],
            at=handing.at,
        )
    slot = handing.rulebook.next_slot(handing.at)
    duties.look_again(tx, sorted({row.task_id for row in rows}), slot=slot)


def _is_open(task: Task, rulebook: Rulebook) -> bool:
    return task.state is not None and not rulebook.machine(task).states[task.state].final


def _is_alone(one: Holding, organisation: Organisation, *, today: date) -> bool:
    if one.kind not in _LEADING or not one.covers(today):
        return False
    unit_id = one.unit_id if one.kind == "unit_head" else None
    return organisation.holders(one.kind, today, unit_id=unit_id) == (one.person_id,)


def _lasts(one: Holding, *, today: date) -> bool:
    return one.to_on is None or one.to_on >= today


def _shown(one: Holding, organisation: Organisation) -> dict[str, Any]:
    return {"unit": organisation.unit_by_id[one.unit_id].code, "kind": one.kind,
            "from": one.from_on, "to": one.to_on}  # fmt: skip


def _charge(row: Any, organisation: Organisation) -> str:
    unit = organisation.unit_by_id[row.unit_id].code if row.unit_id else None
    return " – ".join(part for part in (unit, row.field) if part)


def _few(names: Sequence[str]) -> str:
    more = f" và {len(names) - _NAMED} nữa" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
