"""Whatever is done to a workflow file, it is taken whole or refused with places."""

import copy
import random
from collections.abc import Callable
from importlib import resources
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine import machine
from engine.errors import BadInput
from engine.workflow import Workflow, from_mapping, to_mapping
from tests.support.shipped import PLAN_TASK
from workflows.diagram import mermaid
from workflows.registry import parse

FILE = resources.files("workflows").joinpath("plan_task.toml").read_bytes()
DEFINITION = to_mapping(PLAN_TASK)

#: Words that mean something somewhere in a definition: the likeliest slips put them elsewhere.
WORDS = [
    "assigned", "in_progress", "verified", "unit", "assignee", "note", "due", "returned", "start",
    "name", "from", "to", "", "verfied", "__class__",
]  # fmt: skip
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), max_size=4),
    st.dictionaries(st.sampled_from(WORDS), st.sampled_from(WORDS), max_size=3),
)


@given(data=st.data())
def test_a_definition_with_values_swapped_is_taken_whole_or_refused_with_places(
    data: st.DataObject,
) -> None:
    mapping = copy.deepcopy(DEFINITION)
    for _ in range(data.draw(st.integers(1, 4))):
        _spoil(mapping, data)

    outcome = _outcome(lambda: from_mapping(mapping, source="spoilt"))

    assert _is_whole(outcome) if isinstance(outcome, Workflow) else _is_pointed(outcome)


@given(content=st.binary(max_size=300))
def test_bytes_at_random_are_refused_in_words(content: bytes) -> None:
    outcome = _outcome(lambda: parse(content, source="random"))

    assert _is_whole(outcome) if isinstance(outcome, Workflow) else _is_pointed(outcome)


@given(seed=st.integers(0, 2**32), cuts=st.integers(1, 6))
def test_the_shipped_file_with_bytes_changed_is_taken_whole_or_refused_with_places(
    seed: int, cuts: int
) -> None:
    chance = random.Random(seed)
    content = bytearray(FILE)
    for _ in range(cuts):
        start = chance.randrange(len(content))
        content[start : start + chance.randrange(12)] = chance.choice(WORDS).encode()

    outcome = _outcome(lambda: parse(bytes(content), source="spoilt"))

    assert _is_whole(outcome) if isinstance(outcome, Workflow) else _is_pointed(outcome)


def _spoil(mapping: dict[str, Any], data: st.DataObject) -> None:
    section = data.draw(st.sampled_from([mapping, *_tables(mapping)]))
    if not section:
        return
    key = data.draw(st.sampled_from(sorted(section)))
    match data.draw(st.sampled_from(["drop", "rename", "replace"])):
        case "drop":
            del section[key]
        case "rename":
            section[data.draw(st.text(max_size=8))] = section.pop(key)
        case _:
            section[key] = data.draw(VALUES)


def _tables(mapping: dict[str, Any]) -> list[dict[str, Any]]:
    lists = [mapping.get("states"), mapping.get("triggers")]
    return [each for some in lists if isinstance(some, list) for each in some if type(each) is dict]


def _outcome(take: Callable[[], Workflow]) -> Workflow | BadInput:
    try:
        return take()
    except BadInput as refused:
        return refused


def _is_pointed(refused: BadInput) -> bool:
    """Return whether every fault has one line, a place and a problem."""
    lines = str(refused).splitlines()
    return len(lines) == 1 + len(refused.faults) and all(
        fault.place and fault.problem for fault in refused.faults
    )


def _is_whole(workflow: Workflow) -> bool:
    """Return whether a definition that was taken works: it compiles, ends, goes round, draws."""
    table = machine.compile(workflow)
    names = {state.name for state in workflow.states}
    ends = {state.name for state in workflow.states if state.final}
    return (
        _reached(table, workflow.initial) == names
        and all(_reached(table, name) & ends for name in names)
        and set(table.arrows)
        == {(s, each.name) for each in workflow.triggers for s in each.sources}
        and from_mapping(to_mapping(workflow), source="again") == workflow
        and mermaid(workflow).startswith("stateDiagram-v2\n")
    )


def _reached(table: machine.Table, start: str) -> set[str]:
    reached, news = {start}, {start}
    while news:
        news = {each.target for each in table.arrows.values() if each.source in news} - reached
        reached |= news
    return reached
