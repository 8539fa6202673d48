"""Who may do what in which state: the table of the office, cell by cell, read by a person.

The table below is the promise. It is written out and not computed, so that a change of the
workflow that nobody meant shows as a changed cell.
"""

from typing import Any

import pytest
from sqlalchemy import update

from engine.commands import tasks
from engine.commands.request import Request
from engine.errors import Conflict, Refused
from engine.store.change import Evidence
from engine.store.record import task as task_table
from tests.support.calendars import day
from tests.support.office import World

#: y allowed, n not_permitted, t transition_refused, 4 four_eyes.
#: cv is assignee and reporter, cv2 his colleague, tp their head, pgd the leader in charge; cvp is
#: head of the monitoring unit and so the verifier, vt his officer; gdt heads another unit;
#: operator is who runs the machine.
PEOPLE = ("cv", "cv2", "tp", "pgd", "gd", "cvp", "vt", "gdt", "operator:root")
TABLE = {
    "assigned": """
        start     y n y n n n n n n
        report    t t t t t t t t t
        withdraw  t t t t t t t t t
        verify    t t t t t t t t t
        return    t t t t t t t t t
        cancel    n n n n y n n n n
        reopen    t t t t t t t t t
        reassign  n n y n y y n n n
        set_due   n n n n y y n n n""",
    "in_progress": """
        start     t t t t t t t t t
        report    y n y n n n n n n
        withdraw  t t t t t t t t t
        verify    t t t t t t t t t
        return    t t t t t t t t t
        cancel    n n n n y n n n n
        reopen    t t t t t t t t t
        reassign  n n y n y y n n n
        set_due   n n n n y y n n n""",
    "reported": """
        start     t t t t t t t t t
        report    t t t t t t t t t
        withdraw  y n y n n n n n n
        verify    n n n n n y n n n
        return    n n n n n y n n n
        cancel    n n n n y n n n n
        reopen    t t t t t t t t t
        reassign  t t t t t t t t t
        set_due   t t t t t t t t t""",
    "verified": """
        start     t t t t t t t t t
        report    t t t t t t t t t
        withdraw  t t t t t t t t t
        verify    t t t t t t t t t
        return    t t t t t t t t t
        cancel    t t t t t t t t t
        reopen    n n n n y n n n n
        reassign  t t t t t t t t t
        set_due   t t t t t t t t t""",
    "cancelled": """
        start     t t t t t t t t t
        report    t t t t t t t t t
        withdraw  t t t t t t t t t
        verify    t t t t t t t t t
        return    t t t t t t t t t
        cancel    t t t t t t t t t
        reopen    n n n n y n n n n
        reassign  t t t t t t t t t
        set_due   t t t t t t t t t""",
}
#: A standing duty is assigned and may be started; it is never reported and has no date.
STANDING = {
    "assigned": """
        start     y n y n n n n n n
        report    t t t t t t t t t
        cancel    n n n n y n n n n
        reassign  n n y n y y n n n
        set_due   n n n n i i n n n""",
    "in_progress": """
        start     t t t t t t t t t
        report    t t t t t t t t t
        cancel    n n n n y n n n n
        reassign  n n y n y y n n n
        set_due   n n n n i i n n n""",
}
LETTERS = {"not_permitted": "n", "transition_refused": "t", "four_eyes": "4", "invalid": "i"}
BRINGS: dict[str, dict[str, Any]] = {
    "report": {"note": "xong", "evidence": (Evidence(name="12/TTr"),)},
    "withdraw": {"note": "nhầm"},
    "return": {"note": "thiếu"},
    "cancel": {"note": "dừng", "decision": "15/QĐ-STTTT"},
    "reopen": {"note": "làm lại", "decision": "16/QĐ-STTTT"},
    "reassign": {"to": "cv2"},
    "set_due": {"note": "lùi", "due": day("2014-03-31")},
}


@pytest.fixture
def staffed(world: World) -> World:
    """The office with everybody that the table names."""
    world.unit("TT")
    world.person("vt", "VP")
    world.person("gdt", "TT", "unit_head")
    world.plan({"code": "T1", "due": "2014-02-07"}, {"code": "S1"})
    return world


def bring(world: World, state: str) -> None:
    """Take T1 to a state by the triggers that lead there."""
    if state == "assigned":
        return
    world.do("cv", "start")
    if state in ("reported", "verified"):
        world.do("cv", "report")
    if state == "verified":
        world.do("cvp", "verify")
    if state == "cancelled":
        world.do("gd", "cancel", **BRINGS["cancel"])


def letter(world: World, person: str, trigger: str, code: str) -> str:
    """Return what comes of one request; nothing of it is kept."""
    request = Request(actor=person, trigger=trigger, task=code, **BRINGS.get(trigger, {}))
    with world.database.engine.connect() as tx, tx.begin() as transaction:
        try:
            tasks.perform(tx, request, rules=world.rules, at=world.clock.now())
        except (Refused, Conflict) as refusal:
            return LETTERS.get(refusal.code, refusal.code)
        finally:
            transaction.rollback()
    return "y"


def asked(world: World, expected: str, code: str) -> dict[str, str]:
    """Return the table as it is, by trigger, for the triggers that the expected one names."""
    triggers = [line.split()[0] for line in expected.split("\n") if line.strip()]
    return {
        trigger: " ".join(letter(world, person, trigger, code) for person in PEOPLE)
        for trigger in triggers
    }


def promised(expected: str) -> dict[str, str]:
    lines = [line.split(maxsplit=1) for line in expected.split("\n") if line.strip()]
    return {trigger: cells.strip() for trigger, cells in lines}


@pytest.mark.parametrize("state", list(TABLE))
def test_s40_every_trigger_in_every_state_is_answered_to_everybody_as_promised(
    staffed: World, state: str
) -> None:
    bring(staffed, state)

    found = asked(staffed, TABLE[state], "T1")

    assert found == promised(TABLE[state])
    assert staffed.row().state == state


@pytest.mark.parametrize("state", list(STANDING))
def test_a_standing_duty_may_be_started_but_never_reported_or_dated(
    staffed: World, state: str
) -> None:
    if state == "in_progress":
        staffed.do("cv", "start", "S1")

    found = asked(staffed, STANDING[state], "S1")

    assert found == promised(STANDING[state])
    assert staffed.row("S1").next_at is None


def test_a_verifier_named_on_the_task_takes_the_place_of_the_monitors_head(
    staffed: World,
) -> None:
    bring(staffed, "reported")
    with staffed.database.begin() as tx:
        tx.execute(
            update(task_table)
            .where(task_table.c.code == "T1")
            .values(verifier_id=staffed.ids["gdt"])
        )

    found = asked(staffed, "verify\nreturn", "T1")

    assert found == {"verify": "n n n n n n n y n", "return": "n n n n n n n y n"}


@pytest.mark.parametrize("trigger", ["start", "report", "verify", "set_due", "cancel"])
def test_s40_a_task_of_a_plan_that_is_only_a_draft_cannot_be_moved(
    world: World, trigger: str
) -> None:
    world.plan({"code": "T9", "due": "2014-02-07"}, code="KH-NHÁP", activate=False)

    assert letter(world, "gd", trigger, "KH-NHÁP/T9") == "t"
    assert world.row("T9").version == 0
