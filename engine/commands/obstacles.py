"""Obstacles: what stands in the way of a task, raised by its unit and answered by a leader."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from engine.clock import require_aware
from engine.commands import requesting, rights
from engine.commands.consequences import Consequence, follow
from engine.commands.effects import Scene
from engine.commands.request import Evidence, Request, check_texts
from engine.commands.requesting import OBSTACLE, Petition
from engine.errors import Invalid, NoteRequired
from engine.organisation import Organisation
from engine.pauses import Pause
from engine.store import requests as store
from engine.store.change import proof_row
from engine.store.rulebooks import Rules
from engine.store.session import Transaction
from engine.store.subjects import OBSTACLE_CATEGORIES
from engine.task import Task

CATEGORIES = OBSTACLE_CATEGORIES
#: A pause is not longer; whoever needs more changes the date.
LONGEST_PAUSE = timedelta(days=366)
_LEADERS = ("director", "deputy_director")


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """An obstacle as somebody raises it.

    Attributes:
        task: Address of the task.
        category: One of `CATEGORIES`.
        reason: What stands in the way, in words.
        wanted: What the leader is asked to do.
        addressee: Code of the leader who is asked; None is the leader in charge.
    """

    task: str
    category: str | None
    reason: str | None
    wanted: str | None = None
    addressee: str | None = None
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "task", "category", "reason", "wanted", "addressee")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer: words, a pause, or both.

    Attributes:
        task: Address of the obstacle, or of the task with only one open.
        pause: First and last day on which the clock of the unit stands still.
    """

    task: str
    answer: str | None
    pause: tuple[date, date] | None = None

    def __post_init__(self) -> None:
        """Refuse what no database keeps."""
        check_texts(self, "task", "answer")


def raise_obstacle(
    tx: Transaction,
    obstacle: Obstacle,
    *,
    by: tuple[str, str | None],
    rules: Rules,
    at: datetime,
) -> str:
    """Raise an obstacle and tell the leader who must answer; return its address.

    The task goes on as before: what is open holds nothing (rule 14).

    Raises:
        Unknown: there is no such task or person.
        TransitionRefused: the task is not assigned and not in progress.
        NotPermitted: neither its assignee nor the head of its lead unit raises it.
        Invalid: the category is none of `CATEGORIES`, or the addressee is no leader.
        NoteRequired: nothing is said of it.
        Conflict: the task moved on in this very moment.
    """
    scene = requesting.met(tx, OBSTACLE, obstacle.task, by=by, rules=rules, at=at)
    organisation = scene.rulebook.organisation
    leader_id = None
    if obstacle.addressee is not None:
        leader_id = _leader(organisation, obstacle.addressee, on=requesting.day_of(None, scene))
    if obstacle.category not in CATEGORIES:
        problem = f"{obstacle.category or 'nothing'} is none of: {', '.join(CATEGORIES)}"
        raise Invalid(field="category", problem=problem)
    reason = (obstacle.reason or "").strip()
    if not reason:
        raise NoteRequired(trigger=OBSTACLE.trigger)
    wanted = (obstacle.wanted or "").strip() or None
    said: dict[str, Any] = {
        "category": obstacle.category,
        "wanted": wanted,
        "addressee": obstacle.addressee,
    }
    if obstacle.evidence:
        said["evidence"] = [{"name": one.name, "sha256": one.sha256} for one in obstacle.evidence]
    petition = Petition(reason=reason, leader_id=leader_id, said=said)
    opened = requesting.ask(tx, OBSTACLE, scene, petition=petition, rules=rules)
    store.insert_obstacle(tx, opened.id, category=obstacle.category, reason=reason, wanted=wanted)
    store.insert_evidence(tx, [_proof(opened, one, scene) for one in obstacle.evidence])
    return opened.address


def answer(
    tx: Transaction, given: Answer, *, by: tuple[str, str | None], rules: Rules, at: datetime
) -> str:
    """Answer an obstacle, with a pause of the unit's clock if wanted; return its address.

    Raises:
        Unknown: there is no such task, obstacle or person.
        TransitionRefused: no obstacle waits for an answer.
        NotPermitted: neither the leader asked nor the director answers.
        Invalid: the pause cannot be, or the task has several open obstacles.
        NoteRequired: neither words nor a pause.
        Conflict: somebody answered in this very moment.
    """
    at = require_aware(at).astimezone(UTC)
    words = (given.answer or "").strip() or None
    request = Request(
        actor=by[0], on_behalf_of=by[1], trigger="answer", task=given.task, note=words
    )
    loaded = requesting.the_open_one(tx, OBSTACLE, request, rules=rules, at=at)
    scene, granted = requesting.judged(tx, request, loaded, rules=rules, at=at)
    asked = loaded.task
    about = requesting.task_of(tx, asked)
    if given.pause is not None:
        raised_on = requesting.day_of(asked.running_since, scene)
        _check_pause(given.pause, about.task, raised_on=raised_on)
    elif words is None:
        raise NoteRequired(trigger="answer")
    if given.pause is not None:
        # The task before its obstacle, in the order in which whoever ends the task locks them.
        paused = replace(scene, loaded=about, said={"obstacle": asked.code})
        _pause(tx, paused, given.pause, granted_by=asked.code, rules=rules)
    requesting.close(tx, granted, scene=scene, rules=rules)
    first, last = given.pause or (None, None)
    store.answer_obstacle(tx, asked.id, answer=words, pause_from=first, pause_to=last)
    return asked.address


def withdraw(
    tx: Transaction, address: str, *, by: tuple[str, str | None], rules: Rules, at: datetime
) -> str:
    """Take an obstacle back that nobody has answered yet; return its address.

    Raises:
        Refused: in the order of rule 20.
        Conflict: it was answered in this very moment.
    """
    return requesting.take_back(tx, OBSTACLE, address, by=by, rules=rules, at=at)


def _leader(organisation: Organisation, code: str, *, on: date) -> str:
    person = rights.find_person(organisation, code)
    if not any(person.id in organisation.holders(kind, on) for kind in _LEADERS):
        raise Invalid(field="addressee", problem=f"{code} is no leader of the agency")
    return person.id


def _proof(opened: Task, one: Evidence, scene: Scene) -> dict[str, Any]:
    by = scene.who.actor.code
    return proof_row(one, task_id=opened.id, version=opened.version, at=scene.at, by=by)


def _check_pause(pause: tuple[date, date], about: Task, *, raised_on: date) -> None:
    first, last = pause
    if about.due_on is None:
        raise Invalid(field="pause", problem="a task without a due date has no clock")
    if last < first:
        problem = f"{first.isoformat()} to {last.isoformat()} ends before it begins"
        raise Invalid(field="pause", problem=problem)
    if last - first > LONGEST_PAUSE:
        raise Invalid(field="pause", problem=f"is longer than {LONGEST_PAUSE.days} days")
    if first < raised_on:
        # What was lost before anybody said so is a matter of the date, not of the clock.
        problem = f"{first.isoformat()} lies before the obstacle was raised"
        raise Invalid(field="pause", problem=problem)


def _pause(
    tx: Transaction,
    scene: Scene,
    pause: tuple[date, date],
    *,
    granted_by: str,
    rules: Rules,
) -> None:
    one = scene.loaded.task
    first, last = pause
    granted = Pause(
        from_on=first, to_on=last, deadline_version=one.deadline_version, granted_by=granted_by
    )
    consequence = Consequence(
        trigger="paused",
        label="Tạm dừng tính hạn",
        note=f"{first:%d/%m/%Y} - {last:%d/%m/%Y}",
        pauses=(*one.pauses, granted),
    )
    follow(tx, scene, consequence, rules=rules)
