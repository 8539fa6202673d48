"""Answering an escalation: a note and a promised day, which hold back what stands above (rule 12).

Who may is told by the ledger, not by a workflow: whoever a rung of the task has reached.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from engine import ladder
from engine.addressees import ADMINISTRATOR, complained_about, resolve
from engine.clock import require_aware
from engine.commands import rights
from engine.commands.consequences import Consequence, follow
from engine.commands.effects import Scene
from engine.commands.rights import Standpoint
from engine.commands.tasks import find
from engine.errors import Conflict, Invalid, NoteRequired, NotPermitted, TransitionRefused
from engine.holds import Hold
from engine.office import Office
from engine.rulebook import Rulebook
from engine.store import ledger
from engine.store import tasks as store
from engine.store.ledger import Heard
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.tasks import Loaded
from engine.task import Task
from engine.telling import Past, addressed

#: What history and the record call it.
TRIGGER = "acknowledged"

#: Whoever needs longer asks for another date; a promise is no way around that.
_LONGEST = timedelta(days=366)
#: Hear of every answer, whether they were told by a rung or not.
_ALWAYS = ("assignee", "unit_head")


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """An answer to what a ladder told.

    Attributes:
        task: Address, `PLAN/CODE` or a bare code.
        note: What is being done about it.
        promise: The local day through which whoever stands above is asked to wait.
        expected_version: The version the asker saw; None skips the comparison.
    """

    task: str
    note: str | None = None
    promise: date | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What an answer did."""

    address: str
    version: int
    hold: Hold


def acknowledge(
    tx: Transaction,
    asked: Acknowledged,
    *,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> Answered:
    """Keep an answer with its promise: what stands above whoever gave it waits through that day.

    Args:
        tx: The caller's transaction; the caller commits it.
        asked: The task, the note and the promise.
        by: Who answers, and on whose behalf.
        rules: The cached rulebook.
        at: The instant of the answer.

    Raises:
        Refused: the first that applies of unknown, transition_refused (nobody waits for the unit
            in that state), not_permitted (no rung of this arming has reached him), invalid (no
            promise, one in the past, one more than a year away, or one for himself that is later
            than the office lets him), note_required.
        Conflict: the task is not at the version the asker saw, or changed meanwhile.
    """
    at = require_aware(at).astimezone(UTC)
    loaded = find(tx, asked.task)
    rulebook = rules.at(tx, loaded.revision)
    loaded = replace(loaded, task=_whole(tx, loaded.task))
    who = _standpoint(loaded, asked, by, rulebook, at=at)
    task = loaded.task
    heard = ledger.heard(tx, task.id, ladder="unit", arming=task.arming)
    _require_told(who, heard)
    today = rulebook.calendar.local_date(at)
    rung = _rung(tx, task, who, heard, rulebook, on=today)
    latest = _latest_own(task, rulebook, rules.office) if rung is None else None
    hold = Hold(
        through=_promised(asked, today=today, latest=latest),
        rung=rung,
        arming=task.arming,
        by=who.actor.code,
        note=_note(asked),
        on=today,
    )
    tells = tuple(_told_of_it(task, who, heard, rulebook, on=today))
    consequence = Consequence(
        trigger=TRIGGER,
        label="Trả lời, hẹn ngày",
        note=hold.note,
        tells=tells,
        notice=TRIGGER if tells else None,
        holds=(*task.holds, hold),
        detail={"promise": hold.through.isoformat()},
    )
    scene = Scene(loaded=loaded, rulebook=rulebook, who=who, at=at)
    follow(tx, scene, consequence, rules=rules)
    return Answered(address=task.address, version=task.version + 1, hold=hold)


def require_answerable(
    tx: Transaction,
    loaded: Loaded,
    *,
    by: tuple[str, str | None],
    rulebook: Rulebook,
    at: datetime,
) -> None:
    """Return if somebody may answer now, whatever he promises.

    Raises:
        TransitionRefused: nobody waits for the unit in that state.
        NotPermitted: no rung of this arming has reached him.
    """
    asked = Acknowledged(task=loaded.task.address)
    who = _standpoint(loaded, asked, by, rulebook, at=at)
    task = loaded.task
    _require_told(who, ledger.heard(tx, task.id, ladder="unit", arming=task.arming))


def _whole(tx: Transaction, task: Task) -> Task:
    units = store.coordinating_units(tx, [task.id])
    return replace(task, coordinating_ids=units[task.id]) if units else task


def _standpoint(
    loaded: Loaded,
    asked: Acknowledged,
    by: tuple[str, str | None],
    rulebook: Rulebook,
    *,
    at: datetime,
) -> Standpoint:
    """Return who asks, or raise the first refusal that needs no ledger (rule 20)."""
    actor, on_behalf_of = by
    task, today = loaded.task, rulebook.calendar.local_date(at)
    is_operator = actor.startswith("operator:")
    if not is_operator:
        who = rights.standpoint(rulebook.organisation, actor, on_behalf_of, on=today)
    if asked.expected_version not in (None, task.version):
        raise Conflict(
            what=task.address,
            expected=f"version {asked.expected_version}",
            found=f"version {task.version}, {task.state}",
        )
    if loaded.plan_state != "active" or rulebook.ladder_of(task) != "unit":
        state = task.state or ("heading" if task.kind == "heading" else loaded.plan_state)
        is_live = loaded.plan_state == "active" and task.state is not None
        allowed = rulebook.machine(task).allowed(state) if is_live else ()
        raise TransitionRefused(trigger="acknowledge", state=state, allowed=allowed)
    if is_operator:
        raise NotPermitted(actor=actor, what="acknowledge", who=("a person, by --as",))
    return who


def _require_told(who: Standpoint, heard: Sequence[Heard]) -> None:
    if who.on_behalf_of is not None and who.delegation_id is None:
        substitutes = (f"substitute:{who.principal.code}",)
        raise NotPermitted(actor=who.actor.code, what="acknowledge", who=substitutes)
    is_told = any(one.recipient_id in who.people and one.is_told for one in heard)
    if who.actor.is_disabled or not is_told:
        raise NotPermitted(actor=who.actor.code, what="acknowledge", who=("who was told",))


def _promised(asked: Acknowledged, *, today: date, latest: date | None) -> date:
    if asked.promise is None:
        raise Invalid(field="promise", problem="acknowledge needs the day promised")
    if asked.promise < today:
        raise Invalid(field="promise", problem=f"{asked.promise.isoformat()} is past")
    if asked.promise > today + _LONGEST:
        problem = f"{asked.promise.isoformat()} is no believable date"
        raise Invalid(field="promise", problem=problem)
    if latest is not None and asked.promise > latest:
        problem = f"{asked.promise.isoformat()} is later than one may promise for oneself, "
        raise Invalid(field="promise", problem=problem + latest.isoformat())
    return asked.promise


def _latest_own(task: Task, rulebook: Rulebook, office: Office) -> date | None:
    """Return the last day that somebody may promise who heard no escalation and would hear none.

    Nobody may keep his own delay from everybody above him for as long as he likes.
    """
    due = rulebook.effective_due(task)
    if due is None:
        return None
    return rulebook.calendar_of(task.lead_unit_id).shift(due, office.own_promise)


def _note(asked: Acknowledged) -> str:
    if not (asked.note or "").strip():
        raise NoteRequired(trigger="acknowledge")
    return asked.note or ""


def _rung(
    tx: Transaction,
    task: Task,
    who: Standpoint,
    heard: Sequence[Heard],
    rulebook: Rulebook,
    *,
    on: date,
) -> str | None:
    """Return the highest escalation that reached whoever answers, or would reach him today."""
    calendar = rulebook.calendar
    armings = {task.id: ("unit", task.arming)}
    past: Past = ledger.facts(tx, armings, calendar=calendar)[task.id]
    run = rulebook.run(task, past.marks)
    if run is None:
        return None
    reached = {one.rung for one in heard if one.recipient_id in who.people}
    highest = None
    for rung in ladder.escalations(addressed(run, task), calendar):
        if rung.name in reached or _would_reach(who, rung.to, task, rulebook, on=on):
            highest = rung.name
    return highest


def _would_reach(
    who: Standpoint, positions: Sequence[str], task: Task, rulebook: Rulebook, *, on: date
) -> bool:
    organisation, answerable = rulebook.organisation, task.answerable
    complained = complained_about(organisation, "unit", answerable, on=on)
    return any(
        addressee.person_id in who.people
        for position in positions
        for addressee in resolve(organisation, position, answerable, on=on, complained=complained)
    )


def _told_of_it(
    task: Task, who: Standpoint, heard: Sequence[Heard], rulebook: Rulebook, *, on: date
) -> Iterator[str]:
    """Yield the positions that hear of the answer: those of the work, and those who complained.

    Whoever was told nothing yet is told nothing by this either: that is what it is for.
    """
    above = (one.position for one in heard if one.kind == "escalation" and one.is_told)
    for position in dict.fromkeys((*_ALWAYS, *above)):
        if position == ADMINISTRATOR:
            continue
        told = resolve(rulebook.organisation, position, task.answerable, on=on)
        people = {one.person_id for one in told}
        # A position that nobody holds passes on to the next, who may know nothing yet.
        is_held = all(one.position == position for one in told)
        if is_held and None not in people and not people & who.people:
            yield position
