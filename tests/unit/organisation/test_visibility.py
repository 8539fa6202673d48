"""S31: who may see a task, and whom being told of it lets see it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.organisation import Holding, Organisation, Person, Unit
from engine.task import Task
from engine.visibility import may_see

ON = date(2014, 3, 12)


def _unit(code: str, parent: str | None) -> Unit:
    return Unit(id=code, code=code, name=code, parent_id=parent, leader_id=None,
                is_monitor=code == "VP")  # fmt: skip


def _held(person: str, unit: str, kind: str = "officer") -> Holding:
    return Holding(person_id=person, unit_id=unit, kind=kind)


HOLDINGS = (
    _held("gd", "SO", "director"), _held("pgd", "SO", "deputy_director"),
    _held("cvp", "VP", "unit_head"), _held("vp", "VP"), _held("tp", "CNTT", "unit_head"),
    _held("cv", "CNTT"), _held("to", "TO", "unit_head"), _held("tc", "TC", "unit_head"),
    _held("ke", "TC"), _held("ns", "NS", "unit_head"), _held("kt", "NS", "auditor"),
)  # fmt: skip
OFFICE = Organisation(
    units=tuple(
        _unit(code, parent)
        for code, parent in (
            ("SO", None), ("VP", "SO"), ("CNTT", "SO"), ("TO", "CNTT"), ("TC", "SO"), ("NS", "SO")
        )
    ),
    people=tuple(
        Person(id=held.person_id, code=held.person_id, name=held.person_id, email="a@b.vn")
        for held in HOLDINGS
    ),
    holdings=HOLDINGS,
)  # fmt: skip


def seen() -> Task:
    return Task(
        id="t", plan_id="p", plan_code="KH", code="T1", kind="task", title="Việc",
        workflow="plan_task", workflow_version=1, state="assigned", version=1, lead_unit_id="TO",
        assignee_id=None, verifier_id=None, due_on=ON, original_due_on=ON, deadline_version=1,
        arming=1, running_since=None, report_count=0, reported_at=None, reported_by_id=None,
        reported_for_id=None, is_urgent=False, evidence_optional=False, next_at=None,
        coordinating_ids=("TC",),
    )  # fmt: skip


@pytest.mark.parametrize("person", ["to", "tp", "tc", "cvp", "vp", "pgd", "gd", "kt"])
def test_s31_the_organisation_lets_these_see_a_task(person: str) -> None:
    assert may_see(OFFICE, person, seen(), on=ON)


@pytest.mark.parametrize("person", ["cv", "ke", "ns", "nobody"])
def test_s31_everybody_else_sees_it_only_once_he_was_told(person: str) -> None:
    told = frozenset({person})

    assert not may_see(OFFICE, person, seen(), on=ON)
    assert may_see(OFFICE, person, seen(), on=ON, told=told) == (person != "nobody")


@pytest.mark.parametrize("column", ["assignee_id", "verifier_id", "leader_id"])
def test_s31_whoever_a_task_names_sees_it(column: str) -> None:
    named: dict[str, Any] = {column: "ke"}

    assert may_see(OFFICE, "ke", replace(seen(), **named), on=ON)


def test_s31_who_left_sees_nothing_whatever_he_was_told() -> None:
    people = tuple(replace(one, is_disabled=one.id == "to") for one in OFFICE.people)
    gone = replace(OFFICE, people=people)

    assert not may_see(gone, "to", seen(), on=ON, told=frozenset({"to"}))
