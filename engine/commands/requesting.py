"""What obstacles and extensions have in common: asked about a task, answered by a leader."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from engine.addressees import hearers
from engine.clock import require_aware
from engine.commands import effects, rights, tasks
from engine.commands.assignment import Occasion
from engine.commands.consequences import Consequence, follow
from engine.commands.effects import Granted, Scene
from engine.commands.request import Request
from engine.commands.subjects import MARK, about, open_subject
from engine.errors import Invalid, NotPermitted, TransitionRefused
from engine.office import Office
from engine.store import alerts, ledger, plans
from engine.store import change as changes
from engine.store import requests as store
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.tasks import Loaded
from engine.task import Task
from engine.telling import News, caused

#: In which states of a task something can be asked, and who may (rules 18 and 19).
STATES = ("assigned", "in_progress")
MAY_ASK = ("assignee", "unit_head")
#: Longest code that the table of tasks has room for.
_LONGEST_CODE = 64
_OPERATOR = "operator:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of request.

    Attributes:
        name: Of the kind, and of its workflow.
        mark: What its codes begin with.
        trigger: What history of the task calls it, with its `label`.
        notice: What the leader is told.
        action: What the record calls it.
        nothing_open: What a task is called of which nothing is asked.
    """

    name: str
    mark: str
    trigger: str
    label: str
    notice: str
    action: str
    nothing_open: str


OBSTACLE = Kind(
    name="obstacle",
    mark="vm",
    trigger="raise",
    label="Nêu vướng mắc",
    notice="raised",
    action="obstacle.raised",
    nothing_open="without_obstacle",
)
EXTENSION = Kind(
    name="extension",
    mark="gh",
    trigger="extend",
    label="Xin gia hạn",
    notice="requested",
    action="extension.requested",
    nothing_open="without_extension",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Petition:
    """What is asked.

    Attributes:
        reason: Why, in words.
        leader_id: Who must answer; None is the leader in charge.
        said: What the record states of it.
    """

    reason: str | None
    leader_id: str | None = None
    said: Mapping[str, Any] = field(default_factory=dict)


def met(
    tx: Transaction,
    kind: Kind,
    address: str,
    *,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> Scene:
    """Return what somebody meets who asks something about a task.

    Raises:
        Unknown: there is no such task, or no such person.
        TransitionRefused: nothing can be asked about it now.
        NotPermitted: neither its assignee nor the head of its lead unit asks.
    """
    at = require_aware(at).astimezone(UTC)
    loaded = tasks.find(tx, address)
    rulebook = rules.at(tx, loaded.revision)
    today = rulebook.calendar.local_date(at)
    actor, on_behalf_of = by
    is_operator = actor.startswith(_OPERATOR)
    if not is_operator:
        who = rights.standpoint(rulebook.organisation, actor, on_behalf_of, on=today)
    task = loaded.task
    if loaded.plan_state != "active" or task.state not in STATES:
        state = loaded.plan_state if loaded.plan_state != "active" else task.state or task.kind
        allowed = rulebook.machine(task).allowed(task.state) if task.state else ()
        raise TransitionRefused(trigger=kind.trigger, state=state, allowed=allowed)
    if is_operator:
        raise NotPermitted(actor=actor, what=kind.trigger, who=("a person, by --as",))
    rights.require(rulebook.organisation, who, task, on=today, what=kind.trigger, any_of=MAY_ASK)
    return Scene(loaded=loaded, rulebook=rulebook, who=who, at=at)


def ask(tx: Transaction, kind: Kind, scene: Scene, *, petition: Petition, rules: Rules) -> Task:
    """Open a request, remember it with the task, and tell the leader who must answer.

    Raises:
        Invalid: its code would have no room.
        Conflict: the task moved on in this very moment.
    """
    task = scene.loaded.task
    number = store.asked_so_far(tx, task.id, kind.name) + 1
    opening = about(task, kind=kind.name, code=f"{kind.mark}{number}", workflow=kind.name)
    if len(opening.code) > _LONGEST_CODE:
        problem = f"is longer than {_LONGEST_CODE} characters"
        raise Invalid(field="code", problem=problem)
    said = {"request": opening.code, **petition.said}
    consequence = Consequence(trigger=kind.trigger, label=kind.label, note=petition.reason)
    # Written first: whoever comes second finds the task at another version, and asks nothing.
    follow(tx, replace(scene, said=said), consequence, rules=rules)
    occasion = Occasion(
        cause=petition.reason or kind.label,
        rulebook=scene.rulebook,
        who=scene.who,
        at=scene.at,
        trigger=kind.trigger,
        action=kind.action,
        said=petition.said,
    )
    plan = plans.get(tx, task.plan_code)
    opened = open_subject(
        tx, replace(opening, leader_id=petition.leader_id), plan=plan, occasion=occasion
    )
    _tell(tx, kind, opened, office=rules.office, occasion=occasion)
    return opened


def the_open_one(
    tx: Transaction, kind: Kind, request: Request, *, rules: Rules, at: datetime
) -> Loaded:
    """Return the request that an address means: its own, or the only open one about a task.

    Raises:
        Unknown: there is no such task, or no such person.
        TransitionRefused: nothing is asked about that task.
        Invalid: several are; each is named.
    """
    loaded = tasks.find(tx, request.task)
    if loaded.task.kind == kind.name:
        return loaded
    rulebook = rules.at(tx, loaded.revision)
    if not request.actor.startswith(_OPERATOR):
        today = rulebook.calendar.local_date(at)
        rights.standpoint(rulebook.organisation, request.actor, request.on_behalf_of, on=today)
    codes = store.open_codes(tx, loaded.task.id, kind.name)
    if not codes:
        raise TransitionRefused(trigger=request.trigger, state=kind.nothing_open, allowed=())
    first = tasks.find(tx, f"{loaded.task.plan_code}/{codes[0]}")
    if len(codes) > 1:
        # Whoever may not answer is told that, and not which are open.
        tasks.judge(tx, request, first, rulebook=rulebook, at=at)
        raise Invalid(field="task", problem=f"several are open: {', '.join(codes)}")
    return first


def close(tx: Transaction, granted: Granted, *, scene: Scene, rules: Rules) -> None:
    """Write the answer to a request, and tell its people.

    Raises:
        Conflict: somebody answered in this very moment.
    """
    (change,) = effects.with_notices(
        tx, [granted], scene.rulebook, office=rules.office, at=scene.at
    )
    if not changes.write(tx, change):
        raise tasks.conflict(tx, granted.task)


def task_of(tx: Transaction, asked: Task) -> Loaded:
    """Return the task that a request is about."""
    return tasks.find(tx, f"{asked.plan_code}/{asked.code.rpartition(MARK)[0]}")


def take_back(
    tx: Transaction,
    kind: Kind,
    address: str,
    *,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> str:
    """Take a request back that nobody has answered yet; return its address.

    Raises:
        Refused: in the order of rule 20.
        Conflict: it was answered in this very moment.
    """
    at = require_aware(at).astimezone(UTC)
    request = Request(actor=by[0], on_behalf_of=by[1], trigger="take_back", task=address)
    loaded = the_open_one(tx, kind, request, rules=rules, at=at)
    scene, granted = judged(tx, request, loaded, rules=rules, at=at)
    close(tx, granted, scene=scene, rules=rules)
    return loaded.task.address


def judged(
    tx: Transaction, request: Request, loaded: Loaded, *, rules: Rules, at: datetime
) -> tuple[Scene, Granted]:
    """Return what an answer met and what it changes of the request; nothing is written.

    Raises:
        Refused: as any request about a task.
    """
    rulebook = rules.at(tx, loaded.revision)
    granted = tasks.judge(tx, request, loaded, rulebook=rulebook, at=at)
    today = rulebook.calendar.local_date(at)
    who = rights.standpoint(rulebook.organisation, request.actor, request.on_behalf_of, on=today)
    return Scene(loaded=loaded, rulebook=rulebook, who=who, at=at), granted


def day_of(at: datetime | None, scene: Scene) -> date:
    """Return the local day of an instant; of now where there is none."""
    return scene.rulebook.calendar.local_date(at or scene.at)


def _tell(tx: Transaction, kind: Kind, opened: Task, *, office: Office, occasion: Occasion) -> None:
    rulebook, at = occasion.rulebook, occasion.at
    today = rulebook.calendar.local_date(at)
    told = hearers(rulebook.organisation, ("leader_in_charge",), opened.answerable, on=today)
    if not told:
        alert = alerts.unheard(
            opened.address, kind.notice, key=f"{opened.id}:{kind.notice}", task_id=opened.id
        )
        alerts.raise_alert(tx, alert, at=at)
        return
    leave = ledger.leave_times(tx, told, at=at, office=office, rulebook=rulebook)
    news = News(
        rung=kind.notice,
        occurrence=opened.version,
        at=at,
        detail={"actor": occasion.who.actor.code},
        is_urgent=opened.is_urgent,
    )
    ledger.insert_notices(tx, caused(opened, news, told=told, leave=leave), at=at)
