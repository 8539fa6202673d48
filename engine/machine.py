"""The state machine: a workflow compiled into one table that requests are looked up in.

It knows which arrows exist and what each asks for. It does not know who is asking: rights, needs
and four eyes are checked by the commands. The only module that knows `transitions`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from transitions import Machine

from engine.errors import Corrupt, TransitionRefused, Unknown
from engine.spelling import nearest
from engine.workflow import LadderName, State, Trigger, Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """One trigger out of one state.

    Attributes:
        trigger: Name of the trigger.
        label: What people read.
        source: State it starts from.
        target: State it ends in; the source itself for an edit.
        who: Roles, any one of which is enough.
        needs: What the request must bring.
        tells: Positions told that it happened, resolved after the change.
        notice: What they are told; None exactly where `tells` is empty.
        ladder: Ladder of the target state.
        is_edit: The state stays, and its ladder with it.
        is_final: The target closes the subject.
    """

    trigger: str
    label: str
    source: str
    target: str
    who: tuple[str, ...]
    needs: tuple[str, ...]
    tells: tuple[str, ...]
    notice: str | None
    ladder: LadderName | None
    is_edit: bool
    is_final: bool


def following(
    trigger: str,
    label: str,
    state: str,
    *,
    ladder: LadderName | None,
    told: tuple[tuple[str, ...], str] | None = None,
) -> Arrow:
    """Return an edit that no workflow names, because it follows from something else.

    Args:
        trigger: What history calls it.
        label: The same for people.
        state: Where the subject stands and stays.
        ladder: The ladder of that state.
        told: The positions told, and what they are told; None tells nobody.
    """
    return Arrow(
        trigger=trigger, label=label, source=state, target=state, who=(), needs=(),
        tells=told[0] if told else (), notice=told[1] if told else None, ladder=ladder,
        is_edit=True, is_final=False,
    )  # fmt: skip


def ending(
    trigger: str,
    label: str,
    state: str,
    *,
    target: str,
    told: tuple[tuple[str, ...], str] | None = None,
) -> Arrow:
    """Return an arrow to an end that no workflow names; its arguments are those of `following`."""
    arrow = following(trigger, label, state, ladder=None, told=told)
    return replace(arrow, target=target, is_edit=False, is_final=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Every arrow of one workflow, by state and trigger; safe to share between threads.

    `triggers` holds each name once; all three keep the order of the definition.
    """

    workflow: Workflow
    arrows: Mapping[tuple[str, str], Arrow]
    states: Mapping[str, State]
    triggers: tuple[str, ...]

    def arrow(self, state: str, trigger: str) -> Arrow:
        """Return the arrow that the trigger has out of the state.

        Args:
            state: As stored.
            trigger: As requested; looked up and nothing else, so any string is safe.

        Raises:
            Unknown: the workflow has no such trigger.
            TransitionRefused: it has, but not out of this state.
            Corrupt: the stored state is none of the workflow's.
        """
        found = self.arrows.get((state, trigger))
        if found is None:
            raise self._refusal(state, trigger)
        return found

    def allowed(self, state: str) -> tuple[str, ...]:
        """Return the triggers out of a state, in the order of the definition."""
        return tuple(trigger for source, trigger in self.arrows if source == state)

    def ladder(self, state: str) -> LadderName | None:
        """Return the ladder that runs in a state, None where nobody is urged.

        Raises:
            Corrupt: the stored state is none of the workflow's.
        """
        found = self.states.get(state)
        if found is None:
            raise self._corrupt(state)
        return found.ladder

    def _refusal(self, state: str, trigger: str) -> Unknown | TransitionRefused | Corrupt:
        if trigger not in self.triggers:
            return Unknown(what="trigger", name=trigger, hint=nearest(trigger, self.triggers))
        if state not in self.states:
            return self._corrupt(state)
        return TransitionRefused(trigger=trigger, state=state, allowed=self.allowed(state))

    def _corrupt(self, state: str) -> Corrupt:
        name = f"{self.workflow.name}/{self.workflow.version}"
        return Corrupt(f"stored state {state!r} is none of workflow {name}")


def compile(workflow: Workflow) -> Table:  # noqa: A001  # read as `machine.compile`, like re's
    """Return the table of a workflow.

    The arrows are read back out of a `transitions.Machine`, whose rules of construction are thereby
    ours; the machine itself is dropped, because asking it costs a hundred times a table look-up.
    """
    machine = Machine(
        # No model: one kept on a shared Machine is never let go.
        model=None,
        states=[state.name for state in workflow.states],
        transitions=[_declaration(trigger) for trigger in workflow.triggers],
        initial=workflow.initial,
        # Otherwise every state adds a trigger to_<state> that jumps there from anywhere.
        auto_transitions=False,
    )
    states = {state.name: state for state in workflow.states}
    triggers = {(source, each.name): each for each in workflow.triggers for source in each.sources}
    arrows = {
        (source, name): _arrow(
            triggers[source, name], source, target=states[transition.dest or source]
        )
        for name, event in machine.events.items()
        for source, transitions in event.transitions.items()
        for transition in transitions
    }
    return Table(workflow=workflow, arrows=arrows, states=states, triggers=tuple(machine.events))


def _declaration(trigger: Trigger) -> dict[str, object]:
    # `transitions` takes a tuple of sources for one state with an odd name, hence the list.
    return {
        "trigger": trigger.name,
        "source": list(trigger.sources),
        "dest": trigger.target,
    }


def _arrow(trigger: Trigger, source: str, *, target: State) -> Arrow:
    return Arrow(
        trigger=trigger.name,
        label=trigger.label,
        source=source,
        target=target.name,
        who=trigger.who,
        needs=trigger.needs,
        tells=trigger.tells,
        notice=trigger.notice,
        ladder=target.ladder,
        is_edit=trigger.target is None,
        is_final=target.final,
    )
