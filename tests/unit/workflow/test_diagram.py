"""The picture of a workflow."""

import dataclasses
import re

from tests.support.shipped import PLAN_TASK
from workflows.diagram import mermaid


def test_every_arrow_is_drawn_once_with_its_label() -> None:
    drawn = mermaid(PLAN_TASK)

    arrows = re.findall(r"^    (\w+) --> (\w+): .+ \((\w+)\)$", drawn, flags=re.MULTILINE)
    assert arrows == [
        (source, trigger.target or source, trigger.name)
        for trigger in PLAN_TASK.triggers
        for source in trigger.sources
    ]
    assert "    assigned --> in_progress: Nhận việc (start)\n" in drawn


def test_the_beginning_and_the_ends_are_drawn() -> None:
    lines = mermaid(PLAN_TASK).splitlines()

    assert lines[0] == "stateDiagram-v2"
    assert "    [*] --> assigned" in lines
    assert "    verified --> [*]" in lines
    assert "    cancelled --> [*]" in lines
    assert '    state "Được giao" as assigned' in lines


def test_a_label_cannot_break_out_of_the_picture() -> None:
    first, *others = PLAN_TASK.states
    evil = dataclasses.replace(first, label='Xong" as x; y: z')

    drawn = mermaid(dataclasses.replace(PLAN_TASK, states=(evil, *others)))

    assert '    state "Xong#34; as x#59; y#58; z" as assigned\n' in drawn
