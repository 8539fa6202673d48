"""Publishing while somebody else writes: nobody's work is lost, and nobody's is done twice."""

import pytest

from engine.commands import tasks, workflows
from engine.commands.request import Request
from engine.errors import Conflict
from tests.support.office import World
from tests.support.queueing import while_open
from tests.support.versions import publication, publish, version

DUE = "2014-02-14"
STARTED = version(2, without="assigned")

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


def test_of_two_who_publish_at_once_the_slower_is_told_to_look_again(world: World) -> None:
    at = world.clock.now()

    raised = while_open(
        world,
        lambda tx: workflows.publish(tx, publication(version(2)), rules=world.rules, at=at),
        lambda: publish(World(world.database, world.clock), version(3)),
    )

    with world.database.read() as tx:
        assert [one.version for one in workflows.published(tx) if one.name == "plan_task"] == [1, 2]
    assert [type(one) for one in raised] == [Conflict]


def test_a_task_that_somebody_moves_in_that_moment_is_taken_as_he_left_it(world: World) -> None:
    world.plan({"code": "T1", "due": DUE}, {"code": "T2", "due": DUE})
    request = Request(actor="cv", trigger="start", task="T1")
    at = world.clock.now()

    raised = while_open(
        world,
        lambda tx: tasks.perform(tx, request, rules=world.rules, at=at),
        lambda: publish(World(world.database, world.clock), STARTED,
                        mapping={"assigned": "in_progress"}),
    )  # fmt: skip

    assert raised == []
    rows = [world.row(code) for code in ("T1", "T2")]
    assert [(row.state, row.workflow_version, row.version) for row in rows] == [
        ("in_progress", 1, 2), ("in_progress", 2, 2),
    ]  # fmt: skip


def test_who_moves_a_task_while_it_comes_over_is_told_to_look_again(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    at = world.clock.now()
    wanted = publication(STARTED, mapping={"assigned": "in_progress"})

    raised = while_open(
        world,
        lambda tx: workflows.publish(tx, wanted, rules=world.rules, at=at),
        lambda: World(world.database, world.clock, ids=world.ids).do("cv", "start", "T1"),
    )

    row = world.row("T1")
    assert [type(one) for one in raised] == [Conflict]
    assert (row.state, row.workflow_version, row.version) == ("in_progress", 2, 2)
