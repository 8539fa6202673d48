"""Which ladder a task runs, from which day it counts, and in which arming."""

from dataclasses import replace
from typing import Any

import pytest

from engine import machine
from engine.organisation import Organisation
from engine.rulebook import Rulebook
from engine.task import Task
from tests.support.calendars import C14, day, local
from tests.support.climbing import mark, named, unit
from tests.support.shipped import PLAN_TASK

RULEBOOK = Rulebook(
    revision=1,
    calendar=C14,
    ladders={
        "unit": unit(("remind", "0wd", "assignee")),
        "verifier": named("verifier", ("verify-2", "+2wd", "verifier")),
    },
    machines={("plan_task", 1): machine.compile(PLAN_TASK)},
    organisation=Organisation(),
)
TASK = Task(
    id="t", plan_id="p", plan_code="KH", code="T1", kind="task", title="Việc", workflow="plan_task",
    workflow_version=1, state="assigned", version=1, lead_unit_id=None, assignee_id=None,
    verifier_id=None, due_on=day("2014-01-29"), original_due_on=day("2014-01-29"),
    deadline_version=1, arming=3, running_since=local("2014-01-15T08:00"), report_count=2,
    reported_at=local("2014-01-20T00:30"), reported_by_id=None, reported_for_id=None,
    is_urgent=False, evidence_optional=False, next_at=None,
)  # fmt: skip


@pytest.mark.parametrize("state", ["assigned", "in_progress"])
def test_s20_assigned_and_in_progress_run_the_units_ladder_alike(state: str) -> None:
    going = RULEBOOK.run(replace(TASK, state=state), (mark("remind", "2014-02-06"),))

    assert going is not None
    assert (going.ladder.name, going.base) == ("unit", day("2014-02-06"))
    assert going.since == TASK.running_since
    assert going.marks == (mark("remind", "2014-02-06"),)


def test_s33_a_reported_task_runs_the_verifiers_ladder_from_the_local_day_of_the_report() -> None:
    going = RULEBOOK.run(replace(TASK, state="reported"))

    assert going is not None
    assert (going.ladder.name, going.base) == ("verifier", day("2014-01-20"))
    assert going.since == TASK.reported_at


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "verified"},
        {"state": "cancelled"},
        {"state": None},
        {"kind": "standing", "due_on": None},
        {"running_since": None},
        {"state": "reported", "reported_at": None},
    ],
)
def test_what_is_closed_standing_or_not_begun_runs_no_ladder(changes: dict[str, Any]) -> None:
    assert RULEBOOK.run(replace(TASK, **changes)) is None


def test_a_report_is_an_arming_of_the_verifiers_ladder_and_not_of_the_units() -> None:
    assert RULEBOOK.arming(TASK) == 3
    assert RULEBOOK.arming(replace(TASK, state="reported")) == 2
