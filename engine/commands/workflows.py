"""Publishing workflows: a version, once published, is never changed.

Tasks keep the version under which they were assigned, unless whoever publishes a new one moves
them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from engine import machine
from engine.audit.entries import Event, append
from engine.changeover import Difference, Outcome, Wishes, differences, outcomes, require_decided
from engine.clock import require_aware
from engine.commands import rights
from engine.commands.changeovers import Changeover, bring_over
from engine.commands.rights import Standpoint
from engine.errors import BadInput, Conflict, Fault, Unknown
from engine.ids import new_id
from engine.rulebook import Rulebook
from engine.spelling import nearest
from engine.store import changeovers
from engine.store import workflows as stored
from engine.store.rulebooks import Rules, bump
from engine.store.session import Transaction
from engine.workflow import Workflow, digest, from_mapping, to_mapping
from engine.workflow_rules import faults_of

#: Who may publish a version (rule 18).
MAY_PUBLISH = ("monitor", "director")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A new version of a workflow, as somebody of the office wants it.

    Attributes:
        workflow: The definition.
        source: What to call the file in a refusal.
        wishes: What is to become of running tasks.
        actor: Code of the person who publishes; empty where he only looks.
        on_behalf_of: Code of the person a substitute acts for.
        note: Why, in words.
    """

    workflow: Workflow
    source: str
    wishes: Wishes
    actor: str = ""
    on_behalf_of: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What a publication does, or would do.

    Attributes:
        previous: The newest version published before it, or it itself where it is published.
        is_new: Whether this version is not published yet.
        changes: What it changes of the previous version.
        outcomes: What becomes of the tasks of other versions, by where they are.
        moved: How many tasks came over; 0 where nothing was done yet.
    """

    workflow: Workflow
    previous: int
    is_new: bool
    changes: tuple[Difference, ...]
    outcomes: tuple[Outcome, ...]
    moved: int = 0


def install(
    tx: Transaction, workflows: Sequence[Workflow], *, at: datetime, actor: str
) -> tuple[Workflow, ...]:
    """Publish the versions that are not published yet and return them.

    Raises:
        BadInput: a version is published with another content, or has a state that its subject's
            table does not take; nothing of it all is published.
    """
    known = stored.digests(tx)
    faults = [fault for each in workflows for fault in _faults(each, known.get(_key(each)))]
    if faults:
        raise BadInput(source="workflow", faults=faults)
    new = tuple({_key(each): each for each in workflows if _key(each) not in known}.values())
    for workflow in new:
        _publish(tx, workflow, at=at, actor=actor)
    if new:
        bump(tx)
    return new


def prospect(tx: Transaction, wanted: Publication, *, rules: Rules) -> Prospect:
    """Return what a publication would do; nothing is written.

    Raises:
        Unknown: no workflow of that name is published, or a wish names a state that is none.
        Invalid: a state is both mapped and kept, or tasks would be closed or reopened by moving.
        BadInput: the version is published with another content, or is not the newest, or has a
            state that its subject's table does not take, or moves another kind of subject.
    """
    return _prospect(tx, wanted, rules.current(tx))


def publish(tx: Transaction, wanted: Publication, *, rules: Rules, at: datetime) -> Prospect:
    """Publish a version and move the tasks that are to come over to it, as one.

    One that is published already is not published again; its wishes are carried out all the same.

    Raises:
        Unknown: as `prospect`; or the actor, or the person acted for, is nobody.
        NotPermitted: he is neither the head of the monitoring unit nor the director.
        Invalid: as `prospect`.
        BadInput: as `prospect`.
        StatesInUse: the version lacks states in which tasks are, and no wish says what of them.
        Conflict: somebody else published, or moved one of the tasks, in this very moment.
    """
    at = require_aware(at).astimezone(UTC)
    rulebook = rules.current(tx)
    today = rulebook.calendar.local_date(at)
    who = rights.standpoint(rulebook.organisation, wanted.actor, wanted.on_behalf_of, on=today)
    rights.require(
        rulebook.organisation, who, None, on=today, what="publish_workflow", any_of=MAY_PUBLISH
    )
    found = _prospect(tx, wanted, rulebook)
    if found.is_new:
        require_decided(wanted.workflow, found.outcomes)
        _store(tx, found, wanted, who, revision=rulebook.revision, at=at)
        bump(tx)
    change = Changeover(
        workflow=wanted.workflow.name,
        version=wanted.workflow.version,
        rulebook=_with(rulebook, wanted.workflow),
        who=who,
        note=wanted.note,
        at=at,
    )
    return replace(found, moved=bring_over(tx, change, found.outcomes))


def published(tx: Transaction) -> tuple[Workflow, ...]:
    """Return every published version, ordered by name and version."""
    return tuple(
        from_mapping(each, source=f"workflow_version {each['name']}/{each['version']}")
        for each in stored.definitions(tx)
    )


def unstorable(workflow: Workflow) -> tuple[Fault, ...]:
    """Return a fault for each state that the table of the workflow's subject does not take."""
    taken = stored.STORABLE_STATES.get(workflow.subject)
    if taken is None:
        return ()
    return tuple(
        Fault(
            place=f"states ({state.name})",
            problem=f"{workflow.subject} không lưu được trạng thái này",
            cure=f"dùng: {', '.join(taken)}",
        )
        for state in workflow.states
        if state.name not in taken
    )


def _faults(workflow: Workflow, known: str | None) -> tuple[Fault, ...]:
    if known is None or known == digest(workflow):
        return unstorable(workflow)
    return (
        Fault(
            place=f"{workflow.name}, version",
            problem=f"phiên bản {workflow.version} đã ban hành với nội dung khác",
            cure=f"tăng version lên {workflow.version + 1}",
        ),
    )


def _prospect(tx: Transaction, wanted: Publication, rulebook: Rulebook) -> Prospect:
    new = wanted.workflow
    versions = {
        version: table.workflow
        for (name, version), table in rulebook.machines.items()
        if name == new.name
    }
    if not versions:
        names = {name for name, _ in rulebook.machines}
        raise Unknown(what="workflow", name=new.name, hint=nearest(new.name, names))
    faults = _version_faults(new, versions, is_moving=wanted.wishes.is_moving)
    if faults:
        raise BadInput(source=wanted.source, faults=faults)
    is_new = new.version not in versions
    elsewhere = [one for one in changeovers.crowds(tx, new.name) if one.version != new.version]
    found = outcomes(new, versions, elsewhere, wanted.wishes)
    if not is_new:
        # It was decided when it was published; they finish under their version.
        found = tuple(
            replace(one, fate="stays") if one.fate == "undecided" else one for one in found
        )
    previous = max(versions)
    return Prospect(
        workflow=new,
        previous=previous,
        is_new=is_new,
        changes=differences(versions[previous], new),
        outcomes=found,
    )


def _version_faults(
    new: Workflow, versions: Mapping[int, Workflow], *, is_moving: bool
) -> tuple[Fault, ...]:
    newest = versions[max(versions)]
    known = versions.get(new.version)
    faults = [*faults_of(to_mapping(new)), *unstorable(new)]
    cure = f"tăng version lên {newest.version + 1}"
    if known is not None and digest(known) != digest(new):
        problem = f"phiên bản {new.version} đã ban hành với nội dung khác"
        faults.append(Fault(place=f"{new.name}, version", problem=problem, cure=cure))
    elif new.version < newest.version and (known is None or is_moving):
        problem = f"phiên bản {new.version} cũ hơn phiên bản {newest.version} đã ban hành"
        faults.append(Fault(place=f"{new.name}, version", problem=problem, cure=cure))
    if new.subject != newest.subject:
        problem = f"quy trình {new.name} là của {newest.subject}, không phải {new.subject}"
        cure = f'viết subject = "{newest.subject}", hoặc đổi tên quy trình'
        faults.append(Fault(place="subject", problem=problem, cure=cure))
    return tuple(faults)


def _store(
    tx: Transaction,
    found: Prospect,
    wanted: Publication,
    who: Standpoint,
    *,
    revision: int,
    at: datetime,
) -> None:
    new = found.workflow
    facts = _facts(new)
    if not stored.is_at(tx, revision):
        raise _overtaken(found)
    row = {"id": new_id(), "definition": to_mapping(new), **facts}
    try:
        stored.add(tx, row, at=at)
    except IntegrityError as error:
        raise _overtaken(found) from error
    tasks = [
        {"version": one.crowd.version, "state": one.crowd.state, "count": one.crowd.count,
         "fate": one.fate, "to": one.to}
        for one in found.outcomes
    ]  # fmt: skip
    event = Event(
        subject=f"workflow:{new.name}",
        action="workflow.published",
        actor=who.actor.code,
        on_behalf_of=who.on_behalf_of,
        delegation=who.delegation_id,
        cause=wanted.note,
        before={"version": found.previous},
        after={**facts, "tasks": tasks},
    )
    append(tx, event, at=at)


def _overtaken(found: Prospect) -> Conflict:
    what = f"workflow {found.workflow.name}"
    return Conflict(what=what, expected="rules as read", found="newer rules")


def _with(rulebook: Rulebook, workflow: Workflow) -> Rulebook:
    key = (workflow.name, workflow.version)
    return replace(rulebook, machines={**rulebook.machines, key: machine.compile(workflow)})


def _facts(workflow: Workflow) -> dict[str, Any]:
    return {"name": workflow.name, "version": workflow.version, "digest": digest(workflow)}


def _publish(tx: Transaction, workflow: Workflow, *, at: datetime, actor: str) -> None:
    facts = _facts(workflow)
    stored.add(tx, {"id": new_id(), "definition": to_mapping(workflow), **facts}, at=at)
    event = Event(
        subject=f"workflow:{workflow.name}",
        action="workflow.published",
        actor=actor,
        after=facts,
    )
    append(tx, event, at=at)


def _key(workflow: Workflow) -> tuple[str, int]:
    return workflow.name, workflow.version
