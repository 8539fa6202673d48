"""Publishing workflows into a real database."""

import dataclasses
import json

import pytest
from sqlalchemy import select

from engine.clock import PinnedClock
from engine.commands.workflows import install, published
from engine.errors import BadInput
from engine.store.record import audit_entry
from engine.store.rulebooks import revision
from engine.store.session import Database
from engine.workflow import Workflow, digest
from tests.support.shipped import PLAN_TASK


def publish(database: Database, clock: PinnedClock, *workflows: Workflow) -> tuple[Workflow, ...]:
    with database.begin() as tx:
        return install(tx, workflows, at=clock.now(), actor="operator:test")


def test_a_published_workflow_is_read_back_as_it_was(
    database: Database, clock: PinnedClock
) -> None:
    new = publish(database, clock, PLAN_TASK)

    with database.read() as tx:
        assert published(tx) == new == (PLAN_TASK,)


def test_publishing_again_changes_nothing(database: Database, clock: PinnedClock) -> None:
    publish(database, clock, PLAN_TASK)
    with database.read() as tx:
        before = revision(tx), len(tx.execute(select(audit_entry.c.id)).all())

    new = publish(database, clock, PLAN_TASK, PLAN_TASK)

    with database.read() as tx:
        after = revision(tx), len(tx.execute(select(audit_entry.c.id)).all())
    assert new == ()
    assert after == before


def test_a_new_version_stands_beside_the_old_one(database: Database, clock: PinnedClock) -> None:
    second = dataclasses.replace(PLAN_TASK, version=2, triggers=PLAN_TASK.triggers[:-1])
    publish(database, clock, PLAN_TASK)
    with database.read() as tx:
        before = revision(tx)

    new = publish(database, clock, PLAN_TASK, second)

    with database.read() as tx:
        assert published(tx) == (PLAN_TASK, second)
        assert revision(tx) != before
    assert new == (second,)


def test_publishing_is_in_the_audit_record(database: Database, clock: PinnedClock) -> None:
    publish(database, clock, PLAN_TASK)

    with database.read() as tx:
        (entry,) = tx.execute(
            select(audit_entry).where(audit_entry.c.action == "workflow.published")
        ).all()
    body = json.loads(entry.body)
    assert entry.actor == "operator:test"
    assert body["after"] == {"name": "plan_task", "version": 1, "digest": digest(PLAN_TASK)}


def test_a_published_version_is_never_changed(database: Database, clock: PinnedClock) -> None:
    other = dataclasses.replace(PLAN_TASK, triggers=PLAN_TASK.triggers[:-1])
    fresh = dataclasses.replace(PLAN_TASK, name="another")
    publish(database, clock, PLAN_TASK)

    with pytest.raises(BadInput, match=r"plan_task, version.*tăng version lên 2"):
        publish(database, clock, other, fresh)

    with database.read() as tx:
        assert published(tx) == (PLAN_TASK,)


def test_a_state_that_no_task_could_be_in_is_not_published(
    database: Database, clock: PinnedClock
) -> None:
    first, *others = PLAN_TASK.states
    renamed = dataclasses.replace(first, name="waiting")
    odd = dataclasses.replace(PLAN_TASK, name="odd", states=(renamed, *others))

    with pytest.raises(BadInput, match=r"states \(waiting\)"):
        publish(database, clock, odd)
    with database.read() as tx:
        assert published(tx) == ()
