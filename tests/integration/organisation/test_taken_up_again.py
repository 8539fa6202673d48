"""A closed task that is taken up again after its unit has ended (S41, S48)."""

import json

import pytest

from engine.commands import batches
from engine.commands.request import Request
from engine.commands.shaping import Split
from engine.reshaping import Allocation, Heir
from tests.support.calendars import day
from tests.support.office import World
from tests.support.reorganising import divisions, lead, merged, reorganise

HEIRS = (Heir(code="P4", name="Phòng Bốn", head="tp1"), Heir(code="P5", name="Phòng Năm"))


@pytest.fixture
def office(world: World) -> World:
    """T1 of P1 is verified; P1 has nothing else."""
    divisions(world)
    world.plan({"code": "T1", "lead": "P1", "assignee": "cv11", "due": "2014-03-31"})
    world.now("2014-02-20T09:00")
    world.do("cv11", "start")
    world.do("cv11", "report")
    world.do("cvp", "verify")
    world.now("2014-03-03T08:00")
    return world


def split(office: World, **people: str) -> None:
    """Split P1 into P4 and P5, everybody to P4 but who is named."""
    given = {"tp1": "P4", "pp1": "P4", "cv11": "P4", **people}
    reorganise(office, Split(unit="P1", heirs=HEIRS, allocation=Allocation(people=given),
                             effective_on=day("2014-03-03")))  # fmt: skip


def told(office: World) -> list[tuple[str, bool]]:
    """Return who hears that the task was taken up, and whether as of something lost."""
    names = {identity: name for name, identity in office.ids.items()}
    rows = [row for row in office.ledger() if row.rung == "reopened"]
    return sorted((names[row.recipient_id], bool(row.detail.get("is_lost"))) for row in rows)


def test_s48_a_task_taken_up_after_a_merger_is_led_by_the_heir(office: World) -> None:
    reorganise(office, merged("2014-03-03"))
    office.now("2014-03-04T09:00")

    office.do("gd", "reopen", note="Còn thiếu", decision="9/QĐ")

    entry = json.loads(office.entries(f"task:{office.ids['T1']}")[-1].body)
    assert (lead(office, "T1"), office.row("T1").assignee_id) == ("P3", office.ids["cv11"])
    assert (entry["before"]["lead"], entry["after"]["lead"]) == ("P1", "P3")
    assert told(office) == [("cv11", False), ("tp2", False)]


def test_s48_a_batch_takes_it_up_for_the_heir_too(office: World) -> None:
    reorganise(office, merged("2014-03-03"))
    office.now("2014-03-04T09:00")
    request = Request(actor="gd", trigger="reopen", task="T1", note="Còn thiếu", decision="9/QĐ")

    with office.database.begin() as tx:
        batches.perform_all(tx, [request], rules=office.rules, at=office.clock.now())

    assert lead(office, "T1") == "P3"


@pytest.mark.parametrize("heir", ["P4", "P5"])
def test_s48_of_several_heirs_it_is_that_of_whoever_did_it(office: World, heir: str) -> None:
    split(office, cv11=heir)
    office.now("2014-03-04T09:00")

    office.do("gd", "reopen", note="Còn thiếu", decision="9/QĐ")

    assert lead(office, "T1") == heir


def test_s48_where_nobody_can_say_which_heir_it_stays_for_the_plan_to_be_adjusted(
    office: World,
) -> None:
    split(office)
    office.dismiss("cv11")
    office.now("2014-03-04T09:00")

    office.do("gd", "reopen", note="Còn thiếu", decision="9/QĐ")

    assert lead(office, "T1") == "P1"
