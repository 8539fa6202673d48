"""A workflow as a picture: mermaid text that renders wherever Markdown is shown."""

from engine.workflow import State, Trigger, Workflow

#: Mermaid reads these as its own; written as entities they are shown as they are.
_ESCAPED = {ord(each): f"#{ord(each)};" for each in '#;:"<>{}[]'}


def mermaid(workflow: Workflow) -> str:
    """Return a `stateDiagram-v2` of the workflow, one line each, ending in a line break.

    Every state stands with its label, every trigger with its label and name, in the order of the
    definition; an edit is an arrow from a state to itself, an end an arrow to the final dot.
    """
    lines = ["stateDiagram-v2", "    direction LR"]
    lines += [f'    state "{_text(state.label)}" as {state.name}' for state in workflow.states]
    lines.append(f"    [*] --> {workflow.initial}")
    for trigger in workflow.triggers:
        lines += [_arrow(source, trigger) for source in trigger.sources]
    lines += [_end(state) for state in workflow.states if state.final]
    return "\n".join(lines) + "\n"


def _arrow(source: str, trigger: Trigger) -> str:
    target = source if trigger.target is None else trigger.target
    return f"    {source} --> {target}: {_text(trigger.label)} ({trigger.name})"


def _end(state: State) -> str:
    return f"    {state.name} --> [*]"


def _text(label: str) -> str:
    return label.translate(_ESCAPED)
