"""What a workflow is: the states a subject can be in, and what people can do to it in each.

It moves nothing: `machine` compiles a workflow into the table that requests are looked up in. What
a definition may say is in `workflow_rules`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from engine.errors import BadInput
from engine.workflow_rules import faults_of

LadderName: TypeAlias = Literal["unit", "verifier", "leader"]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state a subject can be in.

    Attributes:
        name: Stored, never renamed.
        label: What people read; Vietnamese, one line.
        ladder: Whose ladder runs while the subject is here; None: nobody is urged.
        final: The subject is closed here; a final state may still have arrows (reopening).
    """

    name: str
    label: str
    ladder: LadderName | None
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """Something a person can do to a subject; its words are those of `workflow_rules`.

    Attributes:
        name: What a request asks for, and what history records.
        label: What people read; Vietnamese, one line.
        sources: States it can be done in; at least one.
        target: State it leads to; None is an edit, the state stays.
        who: Roles, any one of which is enough; at least one.
        needs: What the request must bring.
        tells: Positions told that it happened, resolved after the change.
        notice: What they are told; None exactly where `tells` is empty.
    """

    name: str
    label: str
    sources: tuple[str, ...]
    target: str | None
    who: tuple[str, ...]
    needs: tuple[str, ...]
    tells: tuple[str, ...]
    notice: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A whole definition; states and triggers keep the order of their file."""

    name: str
    version: int
    subject: str
    initial: str
    states: tuple[State, ...]
    triggers: tuple[Trigger, ...]


def from_mapping(mapping: Mapping[str, Any], *, source: str) -> Workflow:
    """Return the workflow that a mapping describes: a parsed file, or a stored definition.

    Args:
        mapping: As `to_mapping` gives it; docs/reference/workflows.md names every key.
        source: What to call the input in a refusal, a file name for instance.

    Raises:
        BadInput: something is wrong; every fault is named, with its place and its cure.
    """
    faults = faults_of(mapping)
    if faults:
        raise BadInput(source=source, faults=faults)
    return Workflow(
        name=mapping["name"],
        version=mapping["version"],
        subject=mapping["subject"],
        initial=mapping["initial"],
        states=tuple(_state(each) for each in mapping["states"]),
        triggers=tuple(_trigger(each) for each in mapping["triggers"]),
    )


def to_mapping(workflow: Workflow) -> dict[str, Any]:
    """Return the workflow as plain JSON values; `from_mapping` gives back an equal workflow."""
    return {
        "name": workflow.name,
        "version": workflow.version,
        "subject": workflow.subject,
        "initial": workflow.initial,
        "states": [_state_mapping(state) for state in workflow.states],
        "triggers": [_trigger_mapping(trigger) for trigger in workflow.triggers],
    }


def digest(workflow: Workflow) -> str:
    """Return the SHA-256 of the definition, in hex; comments and layout of a file do not count."""
    text = json.dumps(
        to_mapping(workflow), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _state(values: Mapping[str, Any]) -> State:
    return State(
        name=values["name"],
        label=values["label"],
        ladder=values.get("ladder"),
        final=values.get("final", False),
    )


def _trigger(values: Mapping[str, Any]) -> Trigger:
    return Trigger(
        name=values["name"],
        label=values["label"],
        sources=tuple(values["from"]),
        target=values.get("to"),
        who=tuple(values["who"]),
        needs=tuple(values.get("needs", ())),
        tells=tuple(values.get("tells", ())),
        notice=values.get("notice"),
    )


def _state_mapping(state: State) -> dict[str, Any]:
    mapping: dict[str, Any] = {"name": state.name, "label": state.label, "final": state.final}
    if state.ladder is not None:
        mapping["ladder"] = state.ladder
    return mapping


def _trigger_mapping(trigger: Trigger) -> dict[str, Any]:
    mapping: dict[str, Any] = {
        "name": trigger.name,
        "label": trigger.label,
        "from": list(trigger.sources),
        "who": list(trigger.who),
        "needs": list(trigger.needs),
        "tells": list(trigger.tells),
    }
    if trigger.target is None:
        mapping["edit"] = True
    else:
        mapping["to"] = trigger.target
    if trigger.notice is not None:
        mapping["notice"] = trigger.notice
    return mapping
