"""Urging by hand: somebody who follows a task has whoever does it told that it is waited for.

Nothing of the task changes by it, neither its version nor what its ladder owes: it is a notice and
an entry of the record. About one task a person is urged once a local day, whoever asks for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from sqlalchemy import insert

from engine import audit
from engine.addressees import resolve
from engine.audit.entries import as_row
from engine.clock import require_aware
from engine.commands import rights
from engine.commands.request import Outcome, Request
from engine.commands.rights import Standpoint
from engine.commands.tasks import find, the_one
from engine.errors import Conflict, Invalid, NotPermitted, Refused, TransitionRefused
from engine.ids import new_id
from engine.notices import Notice
from engine.rulebook import Rulebook
from engine.store import ledger, urgings
from engine.store.record import PLAN_KINDS, audit_entry
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.tasks import Loaded
from engine.store.urgings import URGED, Urged
from engine.task import Task
from engine.telling import News, caused

__all__ = [
    "LONGEST", "TRIGGER", "URGED", "WHO", "Result", "require_urgeable", "told_of",
    "urge", "urge_each", "urgeable",
]  # fmt: skip

#: What a request asks for, and what the record of a refusal calls it.
TRIGGER = "urge"
#: Who may, the nearest to the task first.
WHO = ("unit_head", "leader_in_charge", "monitor", "director")
#: Characters of a note.
LONGEST = 2_000

#: What became of a request to urge.
Result: TypeAlias = Outcome | Refused | Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class _Granted:
    """A request that may be carried out, unless somebody was urged today already."""

    request: Request
    task: Task
    rulebook: Rulebook
    who: Standpoint
    person: str
    position: str

    @property
    def key(self) -> tuple[str, str]:
        return self.task.id, self.person

    @property
    def note(self) -> str | None:
        return (self.request.note or "").strip() or None


def urge(tx: Transaction, request: Request, *, rules: Rules, at: datetime) -> Outcome:
    """Have whoever does a task told that somebody waits for it.

    Args:
        tx: The caller's transaction; the caller commits it.
        request: Who asks about which task, with a note if he wants; nothing else of it counts.
        rules: The cached rulebook.
        at: The instant of the request.

    Returns:
        What was done; `told` names whoever is told.

    Raises:
        Refused: the first that applies of unknown, transition_refused (nobody works on it in that
            state), not_permitted, invalid (the note is too long; whoever would be told asks
            himself, cannot be reached, or was urged today already).
        Conflict: the task is not at the version the asker saw.
    """
    (result,) = urge_each(tx, [(request, [find(tx, request.task)])], rules=rules, at=at)
    if isinstance(result, Outcome):
        return result
    raise result


def urge_each(
    tx: Transaction,
    asked: Sequence[tuple[Request, Sequence[Loaded]]],
    *,
    rules: Rules,
    at: datetime,
) -> list[Result]:
    """Carry out what can be carried out of some requests; a refusal stops nothing.

    Args:
        tx: The caller's transaction.
        asked: Each request with the tasks found under its address; no task stands there twice.
        rules: The cached rulebook.
        at: The instant of all of them.

    Returns:
        What became of each, in their order.
    """
    at = require_aware(at).astimezone(UTC)
    judged = [_tried(tx, request, found, rules=rules, at=at) for request, found in asked]
    granted = [one for one in judged if isinstance(one, _Granted)]
    earlier = _urged_today(tx, granted, at=at)
    owed = [one for one in granted if one.key not in earlier]
    stored = _write(tx, owed, rules=rules, at=at)
    if len(stored) < len(owed):
        # Somebody was faster by a moment, and has committed since.
        earlier = _urged_today(tx, granted, at=at)
    return [
        _result(one, earlier, stored=stored) if isinstance(one, _Granted) else one for one in judged
    ]


def require_urgeable(
    tx: Transaction,
    loaded: Loaded,
    *,
    by: tuple[str, str | None],
    rulebook: Rulebook,
    at: datetime,
) -> None:
    """Return if somebody may urge now.

    Raises:
        Refused: as `urge`.
    """
    request = Request(actor=by[0], on_behalf_of=by[1], trigger=TRIGGER, task=loaded.task.address)
    granted = _judged(request, loaded, rulebook, at=at)
    earlier = _urged_today(tx, [granted], at=at)
    if granted.key in earlier:
        raise _again(granted, earlier[granted.key])


def told_of(loaded: Loaded, rulebook: Rulebook, *, on: date) -> tuple[str, ...]:
    """Return the code of whoever would be told, as a tuple that is empty where nobody could be."""
    task = loaded.task
    (told,) = resolve(rulebook.organisation, _position(task), task.answerable, on=on)
    people = rulebook.organisation.person_by_id
    return (people[told.person_id].code,) if told.person_id is not None else ()


def urgeable(
    tx: Transaction,
    addresses: Iterable[str],
    *,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> frozenset[str]:
    """Return the addresses of those of some tasks that somebody may urge now; locks nothing."""
    rulebook = rules.current(tx)
    judged = [
        _tried(
            tx,
            Request(actor=by[0], on_behalf_of=by[1], trigger=TRIGGER, task=one.task.address),
            [one],
            rules=rules,
            at=at,
        )
        for one in urgings.live(tx, addresses, revision=rulebook.revision)
    ]
    granted = [one for one in judged if isinstance(one, _Granted)]
    earlier = _urged_today(tx, granted, at=at)
    return frozenset(one.request.task for one in granted if one.key not in earlier)


def _tried(
    tx: Transaction, request: Request, found: Sequence[Loaded], *, rules: Rules, at: datetime
) -> _Granted | Refused | Conflict:
    try:
        loaded = the_one(request.task, found)
        return _judged(request, loaded, rules.at(tx, loaded.revision), at=at)
    except (Refused, Conflict) as refusal:
        if isinstance(refusal, Refused) and found:
            refusal.about = found[0].task.kind
        return refusal


def _judged(request: Request, loaded: Loaded, rulebook: Rulebook, *, at: datetime) -> _Granted:
    """Return what may be done, or raise the first refusal that needs no ledger (rule 20)."""
    task, organisation = loaded.task, rulebook.organisation
    today = rulebook.calendar.local_date(at)
    is_operator = request.actor.startswith("operator:")
    if not is_operator:
        who = rights.standpoint(organisation, request.actor, request.on_behalf_of, on=today)
    if request.expected_version not in (None, task.version):
        raise Conflict(
            what=task.address,
            expected=f"version {request.expected_version}",
            found=f"version {task.version}, {task.state}",
        )
    _require_worked_on(loaded, rulebook)
    if is_operator:
        raise NotPermitted(actor=request.actor, what=TRIGGER, who=("a person, by --as",))
    rights.require(organisation, who, task, on=today, what=TRIGGER, any_of=WHO)
    if len(request.note or "") > LONGEST:
        raise Invalid(field="note", problem=f"is longer than {LONGEST} characters")
    person, position = _recipient(task, who, rulebook, on=today)
    return _Granted(
        request=request, task=task, rulebook=rulebook, who=who, person=person, position=position
    )


def _require_worked_on(loaded: Loaded, rulebook: Rulebook) -> None:
    """Return if it is the lead unit that a task waits for."""
    task = loaded.task
    is_live = loaded.plan_state == "active" and task.state is not None
    is_item = task.kind in PLAN_KINDS and task.kind != "heading"
    if is_live and is_item and rulebook.ladder_of(task) == "unit":
        return
    place = "heading" if task.kind == "heading" else loaded.plan_state
    state = (task.state if is_live else None) or place
    allowed = rulebook.machine(task).allowed(state) if is_live else ()
    raise TransitionRefused(trigger=TRIGGER, state=state, allowed=allowed)


def _recipient(task: Task, who: Standpoint, rulebook: Rulebook, *, on: date) -> tuple[str, str]:
    """Return who is told, and in which position: whoever does it, else the head of its unit."""
    (told,) = resolve(rulebook.organisation, _position(task), task.answerable, on=on)
    if told.person_id is None:
        raise Invalid(field=TRIGGER, problem="nobody who answers for it can be reached")
    if told.person_id in who.people:
        name = rulebook.organisation.person_by_id[told.person_id].name
        raise Invalid(field=TRIGGER, problem=f"whoever is told would be {name}")
    return told.person_id, told.position


def _position(task: Task) -> str:
    return "assignee" if task.assignee_id else "unit_head"


def _urged_today(
    tx: Transaction, granted: Sequence[_Granted], *, at: datetime
) -> Mapping[tuple[str, str], Urged]:
    if not granted:
        return {}
    today = granted[0].rulebook.calendar.local_date(at)
    found = urgings.of_day(tx, (one.task.id for one in granted), day=today)
    return {(one.task_id, one.recipient_id): one for one in found}


def _write(
    tx: Transaction, owed: Sequence[_Granted], *, rules: Rules, at: datetime
) -> frozenset[tuple[str, str]]:
    """Store the notices, and an entry for each that was stored; return their keys."""
    if not owed:
        return frozenset()
    rulebook = owed[-1].rulebook
    people = {one.person for one in owed}
    leave = ledger.leave_times(tx, people, at=at, office=rules.office, rulebook=rulebook)
    notices = [each for one in owed for each in _notices(one, leave=leave, at=at)]
    stored = urgings.add(tx, notices, at=at)
    entries = _entries((one for one in owed if one.key in stored), at=at)
    if entries:
        tx.execute(insert(audit_entry), entries)
    return stored


def _notices(one: _Granted, *, leave: Mapping[str, datetime], at: datetime) -> list[Notice]:
    news = News(
        rung=URGED,
        occurrence=one.rulebook.calendar.local_date(at).toordinal(),
        at=at,
        detail={
            "actor": one.who.actor.code,
            "on_behalf_of": one.who.on_behalf_of,
            "note": one.note,
        },
        is_urgent=one.task.is_urgent,
    )
    # Of no arming: a new date does not make it another day.
    task = replace(one.task, deadline_version=0, arming=0)
    return caused(task, news, told={one.person: one.position}, leave=leave)


def _entries(granted: Iterable[_Granted], *, at: datetime) -> list[dict[str, Any]]:
    found = []
    for one in granted:
        people = one.rulebook.organisation.person_by_id
        event = audit.Event(
            # A subject of its own: the chain of the task belongs to what changes the task.
            subject=f"urging:{new_id()}",
            action="task.urged",
            actor=one.who.actor.code,
            on_behalf_of=one.who.on_behalf_of,
            delegation=one.who.delegation_id,
            cause=one.note,
            before={"task": one.task.address},
            after={"told": people[one.person].code, "position": one.position},
        )
        found.append(as_row(audit.chain(event, at=at, head=audit.GENESIS)))
    return found


def _result(
    one: _Granted,
    earlier: Mapping[tuple[str, str], Urged],
    *,
    stored: frozenset[tuple[str, str]],
) -> Result:
    if one.key not in stored:
        return _again(one, earlier[one.key])
    task = one.task
    return Outcome(
        task_id=task.id,
        address=task.address,
        trigger=TRIGGER,
        from_state=task.state or "",
        to_state=task.state or "",
        version=task.version,
        due_on=task.due_on,
        told=(one.rulebook.organisation.person_by_id[one.person].code,),
    )


def _again(one: _Granted, earlier: Urged) -> Invalid:
    organisation = one.rulebook.organisation
    whom = organisation.person_by_id[one.person].name
    asker = organisation.person_by_code.get(earlier.by)
    at = earlier.at.astimezone(one.rulebook.calendar.zone)
    by = asker.name if asker is not None else earlier.by
    return Invalid(field=TRIGGER, problem=f"{whom} was urged by {by} at {at:%H:%M} today")
