"""Who comes back from an absence is told once what happened in it, task by task; never commits.

Nothing happened: nothing is told. Whoever is away again is told when he comes back from that.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from engine.addressees import complained_about, resolve
from engine.audit import Event, append
from engine.notices import Notice
from engine.organisation import Organisation, Person
from engine.rulebook import Rulebook
from engine.store import delegations as store
from engine.store import ledger
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.task import Task
from engine.telling import News, caused

RUNG = "absence_summary"

_POSITIONS = ("assignee", "unit_head", "verifier", "leader_in_charge", "director")

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Absence:
    """The days, both included, that somebody was away, under one delegation or several."""

    person: Person
    first: date
    last: date
    ids: list[str]


@dataclass(slots=True)
class _Meanwhile:
    """What happened to one task: what was done in his place, what others were told instead."""

    task: Task
    done: list[list[str]] = field(default_factory=list)
    missed: list[list[str]] = field(default_factory=list)


def sum_up(tx: Transaction, *, rules: Rules, at: datetime) -> int:
    """Tell everybody who is back what happened while he was away; return how many are told."""
    rulebook = rules.current(tx)
    by_person: dict[str, list[Any]] = defaultdict(list)
    for row in store.returned(tx, at=at):
        by_person[row.person_id].append(row)
    return sum(_sum_up(tx, rows, rulebook, at=at) for rows in by_person.values())


def _sum_up(tx: Transaction, rows: Sequence[Any], rulebook: Rulebook, *, at: datetime) -> int:
    person = rulebook.organisation.person_by_id[rows[0].person_id]
    again = rulebook.organisation.delegation(person.id, rulebook.calendar.local_date(at))
    later = back_at(rulebook, again.to_on) if again is not None else None
    for row in rows:
        store.sum_up_at(tx, row.id, later)
    if later is not None or person.is_disabled:
        return 0
    absence = _Absence(
        person=person,
        first=min(row.from_on for row in rows),
        last=max(row.to_on for row in rows),
        ids=[row.id for row in rows],
    )
    happened = _happened(tx, absence, rulebook, at=at)
    if not happened:
        return 0
    notices = [each for one in happened for each in _notices(one, absence, rulebook, at=at)]
    ledger.insert_notices(tx, notices, at=at)
    append(tx, _event(absence, happened), at=at)
    return 1


def back_at(rulebook: Rulebook, last: date) -> datetime:
    """Return the slot in which somebody is told of an absence that ends with a day."""
    calendar = rulebook.calendar
    midnight = datetime.combine(last + _ONE_DAY, datetime.min.time(), tzinfo=calendar.zone)
    return calendar.next_slot(midnight.astimezone(UTC))


def _happened(
    tx: Transaction, absence: _Absence, rulebook: Rulebook, *, at: datetime
) -> list[_Meanwhile]:
    calendar = rulebook.calendar
    begin = datetime.combine(absence.first, datetime.min.time(), tzinfo=calendar.zone)
    window = (begin.astimezone(UTC), at)
    deeds = store.deeds_for(tx, absence.person.code, window=window)
    told = store.told_to(tx, _substitutes(absence, rulebook.organisation), window=window)
    found = {
        one.id: _Meanwhile(task=one)
        for one in store.tasks_of(tx, {each.task_id for each in (*deeds, *told)})
    }
    for deed in deeds:
        one = found[deed.task_id]
        day = calendar.local_date(deed.at).isoformat()
        one.done.append([_label(one.task, deed.trigger, rulebook), day, deed.actor])
    for each in told:
        _add_missed(found[each.task_id], each, absence.person.id, rulebook)
    return [one for one in found.values() if one.done or one.missed]


def _add_missed(one: _Meanwhile, told: Any, person_id: str, rulebook: Rulebook) -> None:
    """Add what another was told if it was meant for the absent."""
    day = rulebook.calendar.local_date(told.told_at)
    if not _was_meant(told, one.task, person_id, rulebook, on=day):
        return
    recipient = rulebook.organisation.person_by_id[told.recipient_id].code
    one.missed.append([told.rung, told.kind, day.isoformat(), recipient])


def _was_meant(told: Any, task: Task, person_id: str, rulebook: Rulebook, *, on: date) -> bool:
    everybody = replace(rulebook.organisation, delegations=())
    about = None
    if told.kind == "escalation":
        about = complained_about(everybody, told.ladder, task.answerable, on=on)
    meant = resolve(everybody, told.position, task.answerable, on=on, complained=about)
    return any(one.person_id == person_id for one in meant)


def _substitutes(absence: _Absence, organisation: Organisation) -> Sequence[str]:
    """Return everybody who stood in, through any chain, on some day of an absence."""
    days = (absence.last - absence.first).days + 1
    on = (absence.first + timedelta(days=number) for number in range(days))
    found = {organisation.present(absence.person.id, day) for day in on}
    return sorted(one for one in found - {absence.person.id} if one is not None)


def _label(task: Task, trigger: str, rulebook: Rulebook) -> str:
    arrows = rulebook.machine(task).arrows.values()
    return next((arrow.label for arrow in arrows if arrow.trigger == trigger), trigger)


def _notices(
    one: _Meanwhile, absence: _Absence, rulebook: Rulebook, *, at: datetime
) -> list[Notice]:
    person, today = absence.person.id, rulebook.calendar.local_date(at)
    # Each absence is told of once, whatever version the task has by then.
    occurrence = absence.last.toordinal()
    news = News(rung=RUNG, occurrence=occurrence, at=at, detail=_detail(one, absence))
    told = {person: _position(one.task, person, rulebook, on=today)}
    # It leaves with whatever the slot brings him.
    return caused(one.task, news, told=told, leave={person: at})


def _position(task: Task, person_id: str, rulebook: Rulebook, *, on: date) -> str:
    """Return what somebody is to a task; what he was to it counts no more."""
    for position in _POSITIONS:
        told = resolve(rulebook.organisation, position, task.answerable, on=on)
        if any(one.person_id == person_id for one in told):
            return position
    return "unit_head"


def _detail(one: _Meanwhile, absence: _Absence) -> Mapping[str, Any]:
    return {
        "absence": {
            "from": absence.first.isoformat(),
            "to": absence.last.isoformat(),
            "done": one.done,
            "missed": one.missed,
        }
    }


def _event(absence: _Absence, happened: Sequence[_Meanwhile]) -> Event:
    return Event(
        subject=f"person:{absence.person.id}",
        action="person.summed_up",
        actor="system",
        after={
            "delegations": absence.ids,
            "from": absence.first,
            "to": absence.last,
            "tasks": [one.task.address for one in happened],
        },
    )
