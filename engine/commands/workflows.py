"""Publishing workflows: a version, once published, is what tasks run under for good."""

from collections.abc import Sequence
from datetime import datetime

from engine.audit.entries import Event, append
from engine.errors import BadInput, Fault
from engine.ids import new_id
from engine.store import workflows as stored
from engine.store.rulebooks import bump
from engine.store.session import Transaction
from engine.workflow import Workflow, digest, from_mapping, to_mapping


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


def _publish(tx: Transaction, workflow: Workflow, *, at: datetime, actor: str) -> None:
    identity = new_id()
    facts = {"name": workflow.name, "version": workflow.version, "digest": digest(workflow)}
    stored.add(tx, {"id": identity, "definition": to_mapping(workflow), **facts}, at=at)
    event = Event(
        subject=f"workflow_version:{identity}",
        action="workflow.published",
        actor=actor,
        after=facts,
    )
    append(tx, event, at=at)


def _key(workflow: Workflow) -> tuple[str, int]:
    return workflow.name, workflow.version
