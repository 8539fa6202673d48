"""Extensions: more time for a task, asked for by its unit and granted or refused by a leader."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from engine.clock import require_aware
from engine.commands import requesting, rights
from engine.commands.consequences import Consequence, described, follow
from engine.commands.effects import Granted, Scene
from engine.commands.request import Request, check_due, check_texts
from engine.commands.requesting import EXTENSION, Petition
from engine.errors import Invalid, NotPermitted
from engine.rulebook import Rulebook
from engine.store import requests as store
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.tasks import Loaded
from engine.task import Task, is_late, overdue_working_days

#: What history calls a date that was granted, and what its people are told.
EXTENDED = "extended"
_DIRECTOR = ("director",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for more time.

    Attributes:
        task: Address of the task.
        due: The date asked for; it must be there.
        reason: Why.
    """

    task: str
    due: date | None
    reason: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "task", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision about a request for more time.

    Attributes:
        task: Address of the extension, or of the task.
        granted: Whether there is more time.
        note: Why.
        due: The date granted, where it is another than the one asked for.
    """

    task: str
    granted: bool
    note: str | None = None
    due: date | None = None

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "task", "note")


def ask(
    tx: Transaction, wish: Asked, *, by: tuple[str, str | None], rules: Rules, at: datetime
) -> str:
    """Ask for more time and tell the leader who must decide; return the request's address.

    Nothing changes for the task until then (rule 14). How late it is by now is kept.

    Raises:
        Unknown: there is no such task or person.
        TransitionRefused: the task is not assigned and not in progress.
        NotPermitted: neither its assignee nor the head of its lead unit asks.
        Invalid: the date is missing or no later than the present one, or a request is open.
        Conflict: the task moved on in this very moment.
    """
    scene = requesting.met(tx, EXTENSION, wish.task, by=by, rules=rules, at=at)
    task, rulebook = scene.loaded.task, scene.rulebook
    present = _present_due(task, rulebook)
    due = _asked_date(wish.due, present)
    require_none_open(tx, task)
    number = store.asked_so_far(tx, task.id, EXTENSION.name) + 1
    overdue = _overdue(task, rulebook, today=requesting.day_of(None, scene))
    reason = (wish.reason or "").strip()
    said = {"due_asked": due, "overdue_working_days": overdue}
    petition = Petition(reason=reason or None, leader_id=_decider(tx, scene, rules), said=said)
    opened = requesting.ask(tx, EXTENSION, scene, petition=petition, rules=rules)
    store.insert_extension(
        tx, opened.id, number=number, reason=reason, due_from=task.due_on, due_asked=due,
        overdue_days=overdue,
    )  # fmt: skip
    return opened.address


def require_none_open(tx: Transaction, task: Task) -> None:
    """Return if no request for more time waits for a decision about a task.

    Raises:
        Invalid: one does.
    """
    still_open = store.open_codes(tx, task.id, EXTENSION.name)
    if still_open:
        raise Invalid(field="task", problem=f"{still_open[0]} is still open")


def require_decider(
    tx: Transaction, request: Request, loaded: Loaded, *, rules: Rules, at: datetime
) -> None:
    """Return if nobody but those whom the workflow names decides on a request, or he is the one.

    Raises:
        TransitionRefused: it has been decided.
        NotPermitted: so much was granted before that only the director decides.
    """
    rulebook = rules.at(tx, loaded.revision)
    arrow = rulebook.machine(loaded.task).arrow(loaded.task.state or "", request.trigger)
    about = requesting.task_of(tx, loaded.task).task
    if not set(_DIRECTOR) & set(arrow.who) or not _is_for_the_director(tx, about, rules):
        return
    organisation, today = rulebook.organisation, rulebook.calendar.local_date(at)
    who = rights.standpoint(organisation, request.actor, request.on_behalf_of, on=today)
    rights.require(organisation, who, loaded.task, on=today, what=request.trigger, any_of=_DIRECTOR)


def decide(
    tx: Transaction,
    decision: Decision,
    *,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> str:
    """Grant more time, or refuse it; return the request's address.

    Granted, the task has the new date, and its ladder starts anew. Refused, nothing changes.

    Raises:
        Unknown: there is no such task, request or person.
        TransitionRefused: no request waits for a decision.
        NotPermitted: neither the leader in charge nor the director decides; from some number of
            extensions on anybody but the director.
        Invalid: the date granted lies before the present one.
        Conflict: somebody decided in this very moment.
    """
    weighed = _weighed(tx, decision, by=by, rules=rules, at=at)
    if weighed.extended is not None:
        # The task before its request, in the order in which whoever ends the task locks them.
        follow(tx, weighed.extended, weighed.consequence, rules=rules)
    requesting.close(tx, weighed.granted, scene=weighed.scene, rules=rules)
    asked = weighed.scene.loaded.task
    store.answer_extension(tx, asked.id, answer=decision.note, due_granted=weighed.consequence.due)
    return asked.address


def foreseen(
    tx: Transaction,
    decision: Decision,
    *,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> tuple[Granted, Rulebook] | None:
    """Return what granting more time would change of the task, by which rules; nothing is written.

    None where nothing is granted.

    Raises:
        Refused: as `decide`.
    """
    weighed = _weighed(tx, decision, by=by, rules=rules, at=at)
    if weighed.extended is None:
        return None
    return described(weighed.extended, weighed.consequence), weighed.scene.rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """A decision that may be carried out.

    Attributes:
        scene: What it met of the request.
        granted: What it changes of that.
        extended: What it met of the task; None where there is no more time.
        consequence: What follows for the task.
    """

    scene: Scene
    granted: Granted
    extended: Scene | None
    consequence: Consequence


def _weighed(
    tx: Transaction,
    decision: Decision,
    *,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> _Weighed:
    at = require_aware(at).astimezone(UTC)
    trigger = "approve" if decision.granted else "refuse"
    request = Request(
        actor=by[0], on_behalf_of=by[1], trigger=trigger, task=decision.task, note=decision.note
    )
    loaded = requesting.the_open_one(tx, EXTENSION, request, rules=rules, at=at)
    asked, about = loaded.task, requesting.task_of(tx, loaded.task)
    scene, granted = _judged(tx, request, loaded, about.task, rules=rules, at=at)
    due = _granted_date(tx, decision, asked, about.task, scene.rulebook)
    consequence = Consequence(
        trigger=EXTENDED,
        label="Gia hạn",
        note=request.note,
        due=due,
        tells=("assignee", "unit_head"),
        notice=EXTENDED,
    )
    extended = replace(scene, loaded=about, said={"extension": asked.code})
    return _Weighed(
        scene=scene,
        granted=granted,
        extended=extended if due is not None else None,
        consequence=consequence,
    )


def withdraw(
    tx: Transaction, address: str, *, by: tuple[str, str | None], rules: Rules, at: datetime
) -> str:
    """Take a request back that nobody has decided yet; return its address.

    Raises:
        Refused: in the order of rule 20.
        Conflict: it was decided in this very moment.
    """
    return requesting.take_back(tx, EXTENSION, address, by=by, rules=rules, at=at)


def _present_due(task: Task, rulebook: Rulebook) -> date:
    effective = rulebook.effective_due(task)
    if task.due_on is None or effective is None:
        raise Invalid(field="due", problem="a standing task has no due date")
    return max(task.due_on, effective)


def _asked_date(due: date | None, present: date) -> date:
    if due is None:
        raise Invalid(field="due", problem=f"{EXTENSION.trigger} needs a date")
    check_due(due)
    if due <= present:
        problem = f"{due.isoformat()} is no later than {present.isoformat()}"
        raise Invalid(field="due", problem=problem)
    return due


def _overdue(task: Task, rulebook: Rulebook, *, today: date) -> int:
    effective = rulebook.effective_due(task)
    if not is_late(effective, today):
        return 0
    return overdue_working_days(effective, today, rulebook.calendar_of(task.lead_unit_id))


def _is_for_the_director(tx: Transaction, task: Task, rules: Rules) -> bool:
    return store.granted_so_far(tx, task.id) + 1 >= rules.office.director_from


def _decider(tx: Transaction, scene: Scene, rules: Rules) -> str | None:
    """Return who must decide; None is the leader in charge."""
    if not _is_for_the_director(tx, scene.loaded.task, rules):
        return None
    return scene.rulebook.organisation.director(requesting.day_of(None, scene))


def _judged(
    tx: Transaction, request: Request, loaded: Loaded, about: Task, *, rules: Rules, at: datetime
) -> tuple[Scene, Granted]:
    """Return what a decision met and changes; from some number on only the director decides."""
    is_for_the_director = _is_for_the_director(tx, about, rules)
    try:
        scene, granted = requesting.judged(tx, request, loaded, rules=rules, at=at)
    except NotPermitted as refusal:
        if is_for_the_director and "director" in refusal.who:
            raise NotPermitted(actor=refusal.actor, what=refusal.what, who=_DIRECTOR) from None
        raise
    if is_for_the_director:
        rights.require(
            scene.rulebook.organisation, scene.who, loaded.task,
            on=requesting.day_of(None, scene), what=request.trigger, any_of=_DIRECTOR,
        )  # fmt: skip
    return scene, granted


def _granted_date(
    tx: Transaction, decision: Decision, asked: Task, about: Task, rulebook: Rulebook
) -> date | None:
    """Return the date to grant; None where none is."""
    if not decision.granted:
        if decision.due is not None:
            raise Invalid(field="due", problem="refuse takes no date")
        return None
    (stored,) = store.by_ids(tx, [asked.id])
    due: date = decision.due or stored.says["due_asked"]
    present = _present_due(about, rulebook)
    check_due(due)
    if due < present:
        problem = f"{due.isoformat()} is earlier than {present.isoformat()}"
        raise Invalid(field="due", problem=problem)
    return due
