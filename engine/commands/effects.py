"""What a granted request changes: state, dates, ladders, and whom it tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from engine import audit, ladder
from engine.addressees import hearers, resolve
from engine.audit.columns import STANDING
from engine.commands.request import Request
from engine.commands.rights import Standpoint
from engine.ladder import DueRung
from engine.machine import Arrow
from engine.notices import Notice
from engine.office import Office
from engine.review import FieldChange
from engine.rulebook import Rulebook
from engine.store import alerts, ledger
from engine.store.change import Change, Standing
from engine.store.session import Transaction
from engine.store.tasks import Loaded
from engine.task import Task
from engine.telling import News, caused

#: Fields shown in the audit entry when a change touches them.
_SHOWN = ("state", "assignee_id", "due_on", "deadline_version", "arming", "report_count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a request met: the task as read, the rules of that moment, and who asks.

    `said` is what the record states of it beside where the task stands.
    """

    loaded: Loaded
    rulebook: Rulebook
    who: Standpoint
    at: datetime
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """What a request changes of what the plan says, beside where the task stands.

    Attributes:
        task: The task with its new words and people; where it stands is as it was.
        before: Fields of the plan as they were, for the record.
        after: The same fields as they are now.
        told: What changes, in words, for the people concerned.
        decided_on: Date of the decision that changes it.
    """

    task: Task
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    told: tuple[FieldChange, ...] = ()
    decided_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A request that may be carried out: the task as it was, and all that changes.

    `detail` is what its notices say beside who did it, why, and the dates.
    """

    task: Task
    arrow: Arrow
    change: Change
    rewrite: Rewrite | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    has_open_parts: bool = False
    has_open_requests: bool = False

    @property
    def is_dated(self) -> bool:
        """Whether it sets a new date."""
        return self.change.standing.deadline_version != self.task.deadline_version


def describe(
    request: Request, arrow: Arrow, scene: Scene, *, rewrite: Rewrite | None = None
) -> Granted:
    """Return everything a granted request writes, but for the notices it causes.

    The columns that a `rewrite` changes are written by who asks for it.
    """
    task = scene.loaded.task
    moved = _move(request, arrow, rewrite.task if rewrite else task, scene)
    standing = _standing(moved, next_at=_next_at(arrow, task, moved, scene))
    change = Change(
        task_id=task.id,
        version=task.version,
        state=arrow.source,
        revision=scene.loaded.revision,
        at=scene.at,
        standing=standing,
        trigger=arrow.trigger,
        actor=scene.who.actor.code,
        on_behalf_of=scene.who.on_behalf_of,
        note=request.note,
        decision=request.decision,
        due_from=task.due_on,
        entry=_entry(request, arrow, scene, standing, rewrite),
        notices=withdrawn(task, moved, scene.rulebook, reason=arrow.trigger, at=scene.at),
        evidence=request.evidence,
    )
    return Granted(
        task=task,
        arrow=arrow,
        change=change,
        rewrite=rewrite,
        has_open_parts=scene.loaded.has_open_parts,
        has_open_requests=scene.loaded.has_open_requests,
    )


def after(granted: Granted) -> Task:
    """Return the task with the date and the ladder that a granted request leaves it with."""
    standing = granted.change.standing
    return replace(
        granted.task,
        state=standing.state,
        assignee_id=standing.assignee_id,
        due_on=standing.due_on,
        running_since=standing.running_since,
        reported_at=standing.reported_at,
    )


def _move(request: Request, arrow: Arrow, task: Task, scene: Scene) -> Task:
    """Return the task as it will stand, except for its timer."""
    moved: dict[str, Any] = {"state": arrow.target}
    if arrow.trigger == "report":
        moved |= {
            "report_count": task.report_count + 1,
            "reported_at": scene.at,
            "reported_by_id": scene.who.actor.id,
            "reported_for_id": scene.who.principal.id,
        }
    if request.to is not None and "to" in arrow.needs:
        moved["assignee_id"] = scene.rulebook.organisation.person_by_code[request.to].id
    if request.due is not None:
        moved |= {"due_on": request.due, "deadline_version": task.deadline_version + 1}
    if request.due is not None or is_reopening(arrow, scene.rulebook, task):
        moved |= {"arming": task.arming + 1, "running_since": scene.at}
    elif _comes_back(arrow, scene.rulebook, task):
        # Rule 15: the ladder goes on, on the same date; only what falls due from now is reminded.
        moved["running_since"] = scene.at
    return replace(task, **moved)


def is_reopening(arrow: Arrow, rulebook: Rulebook, task: Task) -> bool:
    """Return whether an arrow takes up a task that was closed."""
    return rulebook.machine(task).states[arrow.source].final and not arrow.is_final


def _comes_back(arrow: Arrow, rulebook: Rulebook, task: Task) -> bool:
    source = rulebook.machine(task).states[arrow.source]
    return arrow.ladder == "unit" and source.ladder != "unit"


def _next_at(arrow: Arrow, task: Task, moved: Task, scene: Scene) -> datetime | None:
    calendar, run = scene.rulebook.calendar, scene.rulebook.run(moved)
    if run is None:
        return None
    if moved.arming == task.arming and moved.report_count == task.report_count:
        if not _comes_back(arrow, scene.rulebook, task):
            return task.next_at
        # What was told before the report is in the ledger, which this path does not read: the
        # sweep of the next slot does, and sets the true instant.
        return ladder.next_slot(run, calendar, not_before=scene.at)
    return ladder.first(run, calendar, not_before=scene.at)


def withdrawn(
    task: Task, moved: Task, rulebook: Rulebook, *, reason: str, at: datetime
) -> tuple[Notice, ...]:
    """Return, for the record, rungs that waited for the next slot and will not be told now.

    Args:
        task: The task as it stood.
        moved: The same task as it stands now.
        rulebook: The rules of the moment, with the workflows of both.
        reason: What was done to it.
        at: When.
    """
    run, after = rulebook.run(task), rulebook.run(moved)
    if run is None or (after is not None and (after.ladder, after.base) == (run.ladder, run.base)):
        return ()
    return tuple(
        _superseded(one, task, rulebook, reason=reason)
        for one in ladder.waiting(run, rulebook.calendar, at=at)
    )


def _superseded(one: DueRung, task: Task, rulebook: Rulebook, *, reason: str) -> Notice:
    return Notice(
        task_id=task.id,
        ladder=rulebook.ladder_of(task) or "",
        deadline_version=task.deadline_version,
        arming=rulebook.arming(task),
        rung=one.rung.name,
        occurrence=one.occurrence,
        recipient_id=None,
        kind=one.kind,
        position=one.rung.to[0],
        leave_at=None,
        is_planned=True,
        status="superseded",
        superseded_by=reason,
        reason=reason,
    )


def _standing(task: Task, *, next_at: datetime | None) -> Standing:
    return Standing(
        state=task.state,
        assignee_id=task.assignee_id,
        due_on=task.due_on,
        deadline_version=task.deadline_version,
        arming=task.arming,
        running_since=task.running_since,
        report_count=task.report_count,
        reported_at=task.reported_at,
        reported_by_id=task.reported_by_id,
        reported_for_id=task.reported_for_id,
        next_at=next_at,
    )


def _entry(
    request: Request,
    arrow: Arrow,
    scene: Scene,
    standing: Standing,
    rewrite: Rewrite | None,
) -> audit.Entry:
    task = scene.loaded.task
    before = {name: getattr(task, name) for name in _SHOWN}
    after = {name: getattr(standing, name) for name in _SHOWN}
    changed = [name for name in _SHOWN if before[name] != after[name]]
    # Where the task stands now is said whole each time, so that verification can hold the table
    # of tasks against the newest entry alone.
    after_shown: dict[str, Any] = {**(rewrite.after if rewrite else {}), **scene.said}
    after_shown |= {name: after[name] for name in {*changed, *STANDING}}
    after_shown["trigger"] = arrow.trigger
    after_shown["version"] = task.version + 1
    if request.decision:
        after_shown["decision"] = request.decision
    if request.evidence:
        after_shown["evidence"] = [
            {"name": one.name, "sha256": one.sha256} for one in request.evidence
        ]
    event = audit.Event(
        subject=f"task:{task.id}",
        action="task.edited" if arrow.is_edit else "task.moved",
        actor=scene.who.actor.code,
        on_behalf_of=scene.who.on_behalf_of,
        delegation=scene.who.delegation_id,
        cause=request.note,
        before={
            "code": task.address,
            **(rewrite.before if rewrite else {}),
            **{name: before[name] for name in changed},
        },
        after=after_shown,
    )
    head = audit.Head(scene.loaded.audit_seq, scene.loaded.audit_hash)
    return audit.chain(event, at=scene.at, head=head)


def with_notices(
    tx: Transaction,
    granted: Sequence[Granted],
    rulebook: Rulebook,
    *,
    office: Office,
    at: datetime,
) -> list[Change]:
    """Return the changes, in their order, with the notices that their arrows cause.

    When a notice leaves is asked once for all of them: those made at one instant to one person
    leave together anyway.
    """
    today = rulebook.calendar.local_date(at)
    hear = [told(one, rulebook, today=today) for one in granted]
    lost = [_lost(one, rulebook, today=today) for one in granted]
    for one, each in zip(granted, hear, strict=True):
        if one.arrow.tells and not each:
            alerts.raise_alert(tx, _unheard(one), at=at)
    people = {person for each in (*hear, *lost) for person in each}
    leave: Mapping[str, datetime] = {}
    if people:
        leave = ledger.leave_times(tx, people, at=at, office=office, rulebook=rulebook)
    changes = []
    for one, each, gone in zip(granted, hear, lost, strict=True):
        notices = (
            *one.change.notices,
            *_caused(one, told=each, leave=leave),
            *_caused(one, told=gone, leave=leave, is_lost=True),
        )
        changes.append(replace(one.change, notices=notices) if each or gone else one.change)
    return changes


def _unheard(granted: Granted) -> alerts.Alert:
    """Return the alert for a decision of which nobody can be told."""
    task, change = granted.task, granted.change
    rung = granted.arrow.notice or granted.arrow.trigger
    key = f"{task.id}:{change.standing.arming}:{rung}:{change.version + 1}"
    return alerts.unheard(task.address, rung, key=key, task_id=task.id)


def _caused(
    granted: Granted,
    *,
    told: Mapping[str, str],
    leave: Mapping[str, datetime],
    is_lost: bool = False,
) -> list[Notice]:
    """Return what people are told; `is_lost` if the task is theirs no more."""
    if not told:
        return []
    arrow, change = granted.arrow, granted.change
    stands = change.standing
    task = replace(granted.task, deadline_version=stands.deadline_version, arming=stands.arming)
    news = News(
        rung=arrow.notice or arrow.trigger,
        occurrence=change.version + 1,
        at=change.at,
        kind="assignment" if arrow.notice == "reassigned" else "decision",
        detail={
            **_detail(change),
            **_rewritten(granted),
            **granted.detail,
            **({"is_lost": True} if is_lost else {}),
        },
        is_urgent=task.is_urgent,
    )
    return caused(task, news, told=told, leave=leave)


def told(granted: Granted, rulebook: Rulebook, *, today: date) -> dict[str, str]:
    """Return the people an arrow tells, each once, with the position each is told in."""
    if not granted.arrow.tells:
        return {}
    task = granted.rewrite.task if granted.rewrite else granted.task
    answerable = replace(task.answerable, assignee_id=granted.change.standing.assignee_id)
    return hearers(rulebook.organisation, granted.arrow.tells, answerable, on=today)


def _lost(granted: Granted, rulebook: Rulebook, *, today: date) -> dict[str, str]:
    """Return the people a rewritten task is taken from, with the position each had in it."""
    if granted.rewrite is None:
        return {}
    old, new = granted.task.answerable, granted.rewrite.task.answerable
    positions = []
    if old.assignee_id and old.assignee_id != new.assignee_id:
        positions.append("assignee")
    if old.lead_unit_id and old.lead_unit_id != new.lead_unit_id:
        positions.append("unit_head")
    still = told(granted, rulebook, today=today)
    return {
        one.person_id: one.position
        for position in positions
        for one in resolve(rulebook.organisation, position, old, on=today)
        if one.person_id and one.person_id not in still and one.position == position
    }


def _rewritten(granted: Granted) -> dict[str, Any]:
    rewrite = granted.rewrite
    if rewrite is None:
        return {}
    return {
        "changes": [[one.field, one.old, one.new] for one in rewrite.told],
        "decided_on": rewrite.decided_on.isoformat() if rewrite.decided_on else None,
    }


def _detail(change: Change) -> dict[str, Any]:
    due_to = change.standing.due_on
    return {
        "actor": change.actor,
        "note": change.note,
        "decision": change.decision,
        "due_from": change.due_from.isoformat() if change.due_from else None,
        "due_to": due_to.isoformat() if due_to else None,
    }
