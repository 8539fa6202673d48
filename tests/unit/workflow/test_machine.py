"""The compiled table: the arrows of the definition, those alone, and looked up fast."""

import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import machine
from engine.errors import Corrupt, TransitionRefused, Unknown
from tests.support.shipped import PLAN_TASK

TABLE = machine.compile(PLAN_TASK)

ASSIGNED, IN_PROGRESS, REPORTED = "assigned", "in_progress", "reported"
VERIFIED, CANCELLED = "verified", "cancelled"
TOLD = ("assignee", "unit_head")

#: The state table, as the office was promised it: trigger, from, to, who, needs, told.
PROMISED = [
    ("start", [ASSIGNED], IN_PROGRESS, TOLD, (), ()),
    ("report", [IN_PROGRESS], REPORTED, TOLD, ("note", "evidence"), ()),
    ("withdraw", [REPORTED], IN_PROGRESS, ("reporter", "unit_head"), ("note",), ()),
    ("verify", [REPORTED], VERIFIED, ("verifier",), ("four_eyes",), ()),
    ("return", [REPORTED], IN_PROGRESS, ("verifier",), ("note", "due_optional"), TOLD),
    ("cancel", [ASSIGNED, IN_PROGRESS, REPORTED], CANCELLED, ("director",), ("note", "decision"),
     TOLD),
    ("reopen", [VERIFIED, CANCELLED], IN_PROGRESS, ("director",), ("note", "decision"), TOLD),
    ("reassign", [ASSIGNED, IN_PROGRESS], None, ("unit_head", "monitor", "director"), ("to",),
     ("assignee",)),
    ("set_due", [ASSIGNED, IN_PROGRESS], None, ("monitor", "director"), ("due", "note"), TOLD),
]  # fmt: skip
ARROWS = {(source, row[0]) for row in PROMISED for source in row[1]}
STATES = (ASSIGNED, IN_PROGRESS, REPORTED, VERIFIED, CANCELLED)


@pytest.mark.parametrize("row", PROMISED, ids=lambda row: row[0])
def test_each_trigger_does_what_was_promised(
    row: tuple[str, list[str], str | None, tuple[str, ...], tuple[str, ...], tuple[str, ...]],
) -> None:
    trigger, sources, target, who, needs, told = row

    arrows = [TABLE.arrow(source, trigger) for source in sources]

    assert [each.target for each in arrows] == [target or source for source in sources]
    assert {each.is_edit for each in arrows} == {target is None}
    assert {(each.who, each.needs, each.tells) for each in arrows} == {(who, needs, told)}
    assert all((each.notice is not None) == bool(told) for each in arrows)


def test_the_table_holds_no_arrow_beside_the_promised_ones() -> None:
    assert set(TABLE.arrows) == ARROWS


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("trigger", [row[0] for row in PROMISED])
def test_s40_a_jump_outside_the_table_is_refused_and_says_what_is_possible(
    state: str, trigger: str
) -> None:
    if (state, trigger) in ARROWS:
        assert TABLE.arrow(state, trigger).source == state
        return

    with pytest.raises(TransitionRefused) as caught:
        TABLE.arrow(state, trigger)

    assert caught.value.allowed == TABLE.allowed(state)
    assert all((state, each) in ARROWS for each in caught.value.allowed)


@pytest.mark.parametrize(
    "trigger",
    ["to_verified", "is_verified", "may_verify", "trigger", "__class__", "__init__", "arrow", ""],
)
def test_s40_a_name_of_the_program_is_no_trigger(trigger: str) -> None:
    with pytest.raises(Unknown):
        TABLE.arrow(REPORTED, trigger)


@given(state=st.sampled_from(STATES), trigger=st.text())
def test_s40_no_text_whatever_is_a_way_around_the_table(state: str, trigger: str) -> None:
    if (state, trigger) in ARROWS:
        assert TABLE.arrow(state, trigger).trigger == trigger
        return

    with pytest.raises((Unknown, TransitionRefused)):
        TABLE.arrow(state, trigger)


def test_a_misspelt_trigger_is_unknown_with_a_hint() -> None:
    with pytest.raises(Unknown) as caught:
        TABLE.arrow(ASSIGNED, "strat")

    assert caught.value.hint == "start"


def test_what_is_possible_is_listed_in_the_order_of_the_definition() -> None:
    allowed = {state: TABLE.allowed(state) for state in STATES}

    assert allowed == {
        ASSIGNED: ("start", "cancel", "reassign", "set_due"),
        IN_PROGRESS: ("report", "cancel", "reassign", "set_due"),
        REPORTED: ("withdraw", "verify", "return", "cancel"),
        VERIFIED: ("reopen",),
        CANCELLED: ("reopen",),
    }


def test_every_state_names_whose_ladder_runs_in_it() -> None:
    ladders = {state: TABLE.ladder(state) for state in STATES}

    assert ladders == {
        ASSIGNED: "unit",
        IN_PROGRESS: "unit",
        REPORTED: "verifier",
        VERIFIED: None,
        CANCELLED: None,
    }
    assert all(each.ladder == ladders[each.target] for each in TABLE.arrows.values())


def test_only_a_closed_task_is_final() -> None:
    ends = {each.target for each in TABLE.arrows.values() if each.is_final}

    assert ends == {VERIFIED, CANCELLED}


def test_a_stored_state_that_the_workflow_never_had_is_corrupt() -> None:
    with pytest.raises(Corrupt):
        TABLE.arrow("archived", "start")
    with pytest.raises(Corrupt):
        TABLE.ladder("archived")


def test_a_look_up_takes_less_than_a_microsecond() -> None:
    rounds = 20_000

    best = min(timeit.repeat(lambda: TABLE.arrow(REPORTED, "verify"), number=rounds, repeat=5))

    assert best / rounds < 1e-6
