"""What differs between two versions, and what becomes of the tasks of the older one."""

import dataclasses

import pytest

from engine.changeover import Crowd, Difference, Outcome, Wishes, differences, outcomes
from engine.changeover import require_decided as decided
from engine.errors import Invalid, StatesInUse, Unknown
from tests.support.shipped import PLAN_TASK
from tests.support.versions import version

OLD = {1: PLAN_TASK}
NEW = version(2, without="assigned")
WAITING = Crowd(version=1, state="assigned", count=12)
WORKING = Crowd(version=1, state="in_progress", count=3)
DONE = Crowd(version=1, state="verified", count=5)


def fates(*crowds: Crowd, **wishes: object) -> list[tuple[str, str | None]]:
    wanted = Wishes(**{"mapping": {}, **wishes})  # type: ignore[arg-type]
    return [(one.fate, one.to) for one in outcomes(NEW, OLD, crowds, wanted)]


def test_versions_that_are_the_same_differ_in_nothing() -> None:
    assert differences(PLAN_TASK, version(2)) == ()


def test_what_came_what_went_and_what_changed_is_named_with_what_it_was() -> None:
    first, *others = NEW.triggers
    after = dataclasses.replace(
        NEW, triggers=(dataclasses.replace(first, who=("assignee",)), *others)
    )

    found = differences(PLAN_TASK, after)

    assert Difference(
        part="initial", name="initial", change="changed",
        details=(("initial", "assigned", "in_progress"),),
    ) in found  # fmt: skip
    assert Difference(part="state", name="assigned", change="removed") in found
    assert Difference(part="trigger", name="start", change="removed") in found
    assert Difference(
        part="trigger", name="report", change="changed",
        details=(("who", ["assignee", "unit_head"], ["assignee"]),),
    ) in found  # fmt: skip
    assert [one.change for one in differences(after, PLAN_TASK) if one.name == "assigned"] == [
        "added"
    ]


def test_a_trigger_that_stands_there_twice_is_compared_as_a_whole() -> None:
    cancel = next(one for one in PLAN_TASK.triggers if one.name == "cancel")
    rest = tuple(one for one in PLAN_TASK.triggers if one.name != "cancel")
    parts = [dataclasses.replace(cancel, sources=(name,)) for name in ("assigned", "in_progress")]

    (found,) = differences(PLAN_TASK, version(2, triggers=(*rest, *parts)))

    assert [key for key, _, _ in found.details] == ["arrows"]
    assert len(found.details[0][2]) == 2


def test_tasks_whose_state_the_new_version_has_finish_under_theirs() -> None:
    assert fates(WORKING, DONE) == [("stays", None), ("stays", None)]


def test_s39_tasks_whose_state_it_lacks_wait_for_a_decision() -> None:
    assert fates(WAITING) == [("undecided", None)]


def test_s39_a_state_can_be_mapped_or_kept() -> None:
    assert fates(WAITING, mapping={"assigned": "in_progress"}) == [("moved", "in_progress")]
    assert fates(WAITING, keep=frozenset({"assigned"})) == [("kept", None)]


def test_migrating_moves_open_tasks_alone_and_those_kept_not() -> None:
    assert fates(WAITING, WORKING, DONE, migrate=True) == [
        ("undecided", None), ("moved", "in_progress"), ("stays", None),
    ]  # fmt: skip
    assert fates(WORKING, migrate=True, keep=frozenset({"in_progress"})) == [("kept", None)]


@pytest.mark.parametrize(
    ("crowd", "target", "said"),
    [
        (WAITING, "cancelled", "cannot be closed by moving assigned to cancelled"),
        (DONE, "in_progress", "cannot be reopened by moving verified to in_progress"),
        (DONE, "cancelled", "cannot be closed by moving verified to cancelled"),
    ],
)
def test_nobody_closes_or_reopens_tasks_by_a_mapping(crowd: Crowd, target: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        fates(crowd, mapping={crowd.state: target})


def test_a_mapping_of_nobody_changes_nothing_and_a_closed_state_maps_to_a_closed_one() -> None:
    assert fates(WORKING, mapping={"assigned": "verified"}) == [("stays", None)]
    assert fates(DONE, mapping={"verified": "verified"}) == [("moved", "verified")]


def test_a_closed_state_that_is_no_more_maps_to_another_one() -> None:
    stopped = Crowd(version=1, state="cancelled", count=2)
    wanted = Wishes(mapping={"cancelled": "verified"})

    (found,) = outcomes(version(2, without="cancelled"), OLD, [stopped], wanted)

    assert (found.fate, found.to) == ("moved", "verified")


@pytest.mark.parametrize(
    "wishes",
    [
        {"mapping": {"asigned": "in_progress"}},
        {"mapping": {"assigned": "in_progres"}},
        {"mapping": {"in_progress": "assigned"}},
        {"keep": frozenset({"waiting"})},
    ],
)
def test_a_wish_about_a_state_that_is_none_is_refused(wishes: dict[str, object]) -> None:
    with pytest.raises(Unknown, match="no state is called"):
        fates(WAITING, **wishes)


def test_a_state_is_mapped_or_kept_and_not_both() -> None:
    with pytest.raises(Invalid, match="assigned is both mapped and kept"):
        fates(WAITING, mapping={"assigned": "in_progress"}, keep=frozenset({"assigned"}))


def test_s39_the_refusal_names_every_state_with_how_many_tasks_are_in_it() -> None:
    crowds = (WAITING, Crowd(version=2, state="assigned", count=2), WORKING)
    found = [Outcome(crowd=one, fate="undecided") for one in crowds]

    with pytest.raises(StatesInUse) as refusal:
        decided(NEW, found)

    assert refusal.value.states == (("assigned", 14), ("in_progress", 3))
    assert "assigned (14), in_progress (3)" in str(refusal.value)
