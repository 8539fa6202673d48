"""A new version of the workflow while tasks run under the old one."""

import dataclasses
import json
from datetime import timedelta
from typing import Any

import pytest

from engine import audit
from engine.audit.verify import verify
from engine.commands import activation, workflows
from engine.errors import (
    BadInput,
    Conflict,
    FourEyes,
    NotPermitted,
    StatesInUse,
    TransitionRefused,
    Unknown,
)
from engine.store import changeovers
from engine.store.rulebooks import revision
from engine.store.session import Transaction
from engine.workflow import Workflow
from scheduler.seal import seal_all
from tests.support.ladders import foretold
from tests.support.office import World
from tests.support.shipped import PLAN_TASK
from tests.support.versions import prospect, publish, version

DUE = "2014-02-14"
STARTED = version(2, without="assigned")


@pytest.fixture
def crowd(world: World) -> World:
    """Twelve tasks that were assigned, one that was started, one reported, one verified."""
    world.plan(*({"code": f"T{number}", "due": DUE} for number in range(1, 16)))
    for code in ("T13", "T14", "T15"):
        world.do("cv", "start", code)
    for code in ("T14", "T15"):
        world.do("cv", "report", code)
    world.do("cvp", "verify", "T15")
    return world


def under(world: World, code: str) -> tuple[str | None, int]:
    row = world.row(code)
    return row.state, row.workflow_version


def entries(world: World, code: str) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in world.entries(f"task:{world.ids[code]}")]


def leading(workflow: Workflow, trigger: str, source: str) -> Workflow:
    """Return the workflow with a trigger of the shipped one that begins in another state."""
    found = next(one for one in PLAN_TASK.triggers if one.name == trigger)
    arrow = dataclasses.replace(found, sources=(source,))
    return dataclasses.replace(workflow, triggers=(arrow, *workflow.triggers))


def _versions(tx: Transaction) -> list[int]:
    return [one.version for one in workflows.published(tx) if one.name == PLAN_TASK.name]


def is_whole(world: World) -> bool:
    """Seal the record, and verify it against the table of tasks."""
    seal_all(world.database, world.clock, everywhere=True)
    return verify(world.database).is_clean


def test_s39_a_version_without_a_state_in_use_is_refused_until_something_is_said_of_it(
    crowd: World,
) -> None:
    with crowd.database.read() as tx:
        before = revision(tx)

    with pytest.raises(StatesInUse) as refusal:
        publish(crowd, STARTED)

    with crowd.database.read() as tx:
        assert (revision(tx), _versions(tx)) == (before, [1])
    assert refusal.value.states == (("assigned", 12),)
    assert under(crowd, "T1") == ("assigned", 1)


def test_s39_mapped_tasks_come_over_with_an_entry_each_and_the_record_stays_whole(
    crowd: World,
) -> None:
    crowd.now("2014-01-16T09:00")

    done = publish(crowd, STARTED, mapping={"assigned": "in_progress"}, note="QĐ 9")

    assert (done.is_new, done.moved) == (True, 12)
    assert under(crowd, "T1") == ("in_progress", 2)
    assert under(crowd, "T13") == ("in_progress", 1)
    *_, entry = entries(crowd, "T1")
    assert (entry["action"], entry["actor"], entry["cause"]) == ("task.migrated", "cvp", "QĐ 9")
    assert entry["before"] == {
        "code": "KH-2014/T1", "state": "assigned", "workflow_version": 1,
    }  # fmt: skip
    assert entry["after"]["state"] == "in_progress"
    assert (entry["after"]["workflow_version"], entry["after"]["version"]) == (2, 2)
    last = crowd.history("T1")[-1]
    assert (last.trigger, last.from_state, last.to_state, last.version, last.note) == (
        "migrate", "assigned", "in_progress", 2, "QĐ 9",
    )  # fmt: skip
    assert is_whole(crowd)


def test_s39_kept_tasks_finish_under_their_version_and_new_ones_begin_under_the_new_one(
    crowd: World,
) -> None:
    publish(crowd, STARTED, keep=("assigned",))

    crowd.plan({"code": "N1", "due": DUE}, code="KH-2")

    crowd.do("cv", "start", "T1")
    assert (under(crowd, "T1"), under(crowd, "T2")) == (("in_progress", 1), ("assigned", 1))
    assert under(crowd, "N1") == ("in_progress", 2)
    with pytest.raises(Unknown):
        crowd.do("cv", "start", "N1")
    crowd.do("cv", "report", "N1")
    assert under(crowd, "N1") == ("reported", 2)


def test_s39_migrating_brings_over_every_open_task_and_no_closed_one(crowd: World) -> None:
    done = publish(crowd, STARTED, mapping={"assigned": "in_progress"}, migrate=True)

    assert done.moved == 14
    assert {under(crowd, f"T{n}") for n in range(1, 14)} == {("in_progress", 2)}
    assert under(crowd, "T14") == ("reported", 2)
    assert under(crowd, "T15") == ("verified", 1)
    assert is_whole(crowd)


def test_nothing_is_moved_where_nobody_says_so(crowd: World) -> None:
    before = foretold(crowd, "2014-03-14")

    done = publish(crowd, version(2, triggers=PLAN_TASK.triggers[:-1]))

    assert [(one.fate, one.crowd.count) for one in done.outcomes] == [
        ("stays", 12), ("stays", 1), ("stays", 1), ("stays", 1),
    ]  # fmt: skip
    assert done.moved == 0
    assert foretold(crowd, "2014-03-14") == before
    crowd.do("cvp", "set_due", "T1", due=crowd.row("T1").due_on + timedelta(days=3), note="x")
    assert crowd.row("T1").deadline_version == 2


def test_tasks_that_came_over_obey_the_new_version_at_once(crowd: World) -> None:
    publish(crowd, version(2, triggers=PLAN_TASK.triggers[:-1]), migrate=True)

    with pytest.raises(Unknown):
        crowd.do("cvp", "set_due", "T1", due=crowd.row("T1").due_on, note="x")
    crowd.do("cv", "start", "T1")
    assert under(crowd, "T1") == ("in_progress", 2)


def test_tasks_that_were_left_can_come_over_later(crowd: World) -> None:
    publish(crowd, STARTED, keep=("assigned",))

    again = publish(crowd, STARTED)
    later = publish(crowd, STARTED, mapping={"assigned": "in_progress"})
    none = publish(crowd, STARTED, mapping={"assigned": "in_progress"})

    assert [(one.is_new, one.moved) for one in (again, later, none)] == [
        (False, 0), (False, 12), (False, 0),
    ]  # fmt: skip
    assert len(crowd.entries("workflow:plan_task")) == 2


def test_a_move_to_the_same_ladder_leaves_its_timer_and_what_is_foretold(crowd: World) -> None:
    crowd.slots("2014-02-10", "2014-02-11")
    crowd.now("2014-02-11T10:00")
    before, timer = foretold(crowd, "2014-03-14"), crowd.row("T1").next_at

    publish(crowd, STARTED, mapping={"assigned": "in_progress"}, migrate=True)

    assert (foretold(crowd, "2014-03-14"), crowd.row("T1").next_at) == (before, timer)


def test_a_move_to_the_verifiers_ladder_counts_from_that_day(crowd: World) -> None:
    direct = leading(version(2, without="in_progress"), "report", "assigned")
    crowd.now("2014-01-16T09:00")

    publish(crowd, direct, mapping={"in_progress": "reported"})

    row = crowd.row("T13")
    assert (row.state, row.report_count, row.reported_by_id) == ("reported", 1, None)
    crowd.slots("2014-01-17", "2014-01-20")
    assert crowd.told("T13") == [("2014-01-20", "verify-2", "cvp")]
    assert is_whole(crowd)


def test_who_moves_a_task_to_the_verifier_does_not_verify_it_until_somebody_reported(
    crowd: World,
) -> None:
    publish(crowd, STARTED, mapping={"assigned": "reported"})

    with pytest.raises(FourEyes):
        crowd.do("cvp", "verify", "T1")
    crowd.do("tp", "withdraw", "T1", note="chưa có báo cáo")
    crowd.do("cv", "report", "T1")
    crowd.do("cvp", "verify", "T1")

    assert crowd.row("T1").state == "verified"


def test_a_move_back_to_the_units_ladder_goes_on_where_it_was(crowd: World) -> None:
    crowd.slots("2014-02-10", "2014-02-18")
    crowd.now("2014-02-18T10:00")
    before = crowd.row("T14")

    trusting = leading(version(2, without="reported"), "verify", "in_progress")

    publish(crowd, trusting, mapping={"reported": "in_progress"})

    row = crowd.row("T14")
    assert (row.arming, row.report_count) == (before.arming, before.report_count)
    crowd.slots("2014-02-19", "2014-02-21")
    assert crowd.told("T14")[-2:] == [
        ("2014-02-19", "escalate-1", "tp"), ("2014-02-21", "escalate-2", "pgd"),
    ]  # fmt: skip


def test_a_move_to_a_state_that_urges_nobody_stops_the_timer(crowd: World) -> None:
    first, *others = PLAN_TASK.states
    quiet = version(2, states=(first, dataclasses.replace(others[0], ladder=None), *others[1:]))

    publish(crowd, quiet, migrate=True)

    assert crowd.row("T13").next_at is None
    assert crowd.row("T1").next_at is not None
    crowd.live("2014-03-14")
    assert crowd.told("T13") == []
    assert is_whole(crowd)


def test_a_task_that_leaves_a_state_which_urges_nobody_is_urged_again(world: World) -> None:
    first, *others = PLAN_TASK.states
    publish(world, version(2, states=(dataclasses.replace(first, ladder=None), *others)))
    world.plan({"code": "T1", "due": DUE})
    world.slots("2014-02-10", "2014-02-12")
    world.now("2014-02-12T10:00")

    world.do("cv", "start")

    world.slots("2014-02-13", "2014-02-18")
    assert world.told() == [("2014-02-14", "remind-0", "cv"), ("2014-02-18", "escalate-1", "tp")]


def test_standing_tasks_come_over_and_headings_and_closed_plans_do_not(world: World) -> None:
    world.plan({"code": "H1", "heading": True}, {"code": "S1", "parent": "H1"})
    world.plan({"code": "C1", "due": DUE}, code="KH-2")
    with world.database.begin() as tx:
        activation.close(tx, "KH-2", actor="cvp", rules=world.rules, at=world.clock.now())

    done = publish(world, STARTED, mapping={"assigned": "in_progress"})

    assert done.moved == 1
    assert (under(world, "S1"), world.row("S1").next_at) == (("in_progress", 2), None)
    assert (under(world, "H1"), under(world, "C1")) == ((None, 1), ("assigned", 1))


def test_a_prospect_says_what_would_become_of_everybody_and_writes_nothing(crowd: World) -> None:
    found = prospect(crowd, STARTED)

    assert [(one.crowd.state, one.fate) for one in found.outcomes] == [
        ("assigned", "undecided"), ("in_progress", "stays"), ("reported", "stays"),
        ("verified", "stays"),
    ]  # fmt: skip
    assert {one.name for one in found.changes} >= {"initial", "assigned", "start"}
    with crowd.database.read() as tx:
        assert _versions(tx) == [1]


def test_publishing_is_one_entry_with_what_became_of_everybody(crowd: World) -> None:
    publish(crowd, STARTED, mapping={"assigned": "in_progress"}, by="gd")

    body = json.loads(crowd.entries("workflow:plan_task")[-1].body)
    assert (body["action"], body["actor"], body["before"]) == (
        "workflow.published", "gd", {"version": 1},
    )  # fmt: skip
    assert body["after"]["tasks"][0] == {
        "version": 1, "state": "assigned", "count": 12, "fate": "moved", "to": "in_progress",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (version(1, triggers=PLAN_TASK.triggers[:-1]), "nội dung khác; tăng version lên 3"),
        (version(4, subject="report"), "là của task, không phải report"),
        (version(3, without="reported"), "không có đường nào từ 'assigned'"),
    ],
)
def test_a_version_that_could_not_stand_beside_the_others_is_refused(
    world: World, new: Any, said: str
) -> None:
    publish(world, version(2))

    with pytest.raises(BadInput, match=said):
        publish(world, new)


def test_a_version_older_than_the_newest_is_refused_and_one_published_changes_nothing(
    world: World,
) -> None:
    publish(world, version(3))

    with pytest.raises(BadInput, match="cũ hơn phiên bản 3"):
        publish(world, version(2))
    with pytest.raises(BadInput, match="cũ hơn phiên bản 3"):
        publish(world, PLAN_TASK, migrate=True)
    assert publish(world, PLAN_TASK).is_new is False


def test_a_workflow_that_nobody_runs_is_answered_with_the_one_that_was_meant(world: World) -> None:
    with pytest.raises(Unknown, match="did you mean 'plan_task'"):
        publish(world, version(2, name="plan_tsk"))


@pytest.mark.parametrize("who", [{"by": "tp"}, {"by": "cv", "on_behalf_of": "cvp"}])
def test_only_the_monitor_and_the_director_publish(world: World, who: dict[str, str]) -> None:
    with pytest.raises(NotPermitted):
        publish(world, version(2), **who)

    with world.database.read() as tx:
        assert _versions(tx) == [1]


def test_who_had_a_task_open_when_it_came_over_is_told_to_look_again(crowd: World) -> None:
    seen = crowd.row("T13").version
    publish(crowd, version(2), migrate=True)

    with pytest.raises(Conflict):
        crowd.do("cv", "report", "T13", expected_version=seen)


def test_a_task_that_moved_on_meanwhile_is_not_written_over(crowd: World) -> None:
    with crowd.database.begin() as tx:
        (found,) = [
            one for one in changeovers.keep(tx, "plan_task", changeovers.crowds(tx, "plan_task"))
            if one.task.code == "T13"
        ]  # fmt: skip
    crowd.do("cv", "report", "T13")
    after = dataclasses.replace(found.task, version=found.task.version + 1, workflow_version=2)
    event = audit.Event(subject=f"task:{after.id}", action="task.migrated", actor="cvp")
    head = audit.Head(found.audit_seq, found.audit_hash)
    entry = audit.chain(event, at=crowd.clock.now(), head=head)
    move = changeovers.Move(before=found, after=after, entry=entry)
    cause = changeovers.Cause(
        trigger="migrate", actor="cvp", on_behalf_of=None, note=None, at=crowd.clock.now()
    )

    with crowd.database.begin() as tx:
        written = changeovers.write(tx, [move], cause)
        tx.rollback()

    assert (written, under(crowd, "T13")) == (False, ("reported", 1))


def test_a_request_cannot_ask_for_the_move_itself(crowd: World) -> None:
    with pytest.raises((Unknown, TransitionRefused)):
        crowd.do("cvp", "migrate", "T1")
