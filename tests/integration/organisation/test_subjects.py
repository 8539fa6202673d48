"""What hangs on tasks travels with them when units change: parts, obstacles, recurring work."""

from collections.abc import Mapping

import pytest
from sqlalchemy import insert, select

from engine.commands import contributions, obstacles, reorganisations
from engine.commands.shaping import Split
from engine.errors import BadInput, Invalid
from engine.ids import new_id
from engine.organisation import Charge
from engine.reshaping import Allocation, Heir
from engine.store import tables
from engine.store.record import plan, task
from engine.store.subjects import series
from tests.support.calendars import day
from tests.support.office import World
from tests.support.reorganising import (
    contributing,
    divisions,
    lead,
    members,
    merged,
    organisation,
    reorganise,
)


@pytest.fixture
def office(world: World) -> World:
    """P1 leads T1; P2 and CNTT were asked for parts of it; T1 has an open obstacle."""
    divisions(world)
    world.plan({"code": "T1", "lead": "P1", "assignee": "cv11", "due": "2014-03-31"})
    world.now("2014-03-03T08:00")
    for unit in ("P2", "CNTT"):
        asking = contributions.Asking(task="T1", unit=unit, due=day("2014-03-14"), what="số liệu")
        with world.database.begin() as tx:
            contributions.ask(tx, asking, by=("tp1", None), rules=world.rules,
                              at=world.clock.now())  # fmt: skip
    raised = obstacles.Obstacle(task="T1", category="funding", reason="chưa có kinh phí")
    with world.database.begin() as tx:
        obstacles.raise_obstacle(tx, raised, by=("cv11", None), rules=world.rules,
                                 at=world.clock.now())  # fmt: skip
    return world


def states(world: World) -> Mapping[str, tuple[str, str]]:
    """Return (state, lead unit) of everything that hangs on a task, by code."""
    units = organisation(world).unit_by_id
    with world.database.read() as tx:
        rows = tx.execute(select(task).where(task.c.parent_id.is_not(None)))
        return {row.code: (row.state, units[row.lead_unit_id].code) for row in rows}


def test_a_part_that_a_unit_would_owe_itself_is_given_up(office: World) -> None:
    reorganise(office, merged("2014-03-03"))

    assert states(office)["T1:P2"] == ("cancelled", "P3")
    assert states(office)["T1:CNTT"] == ("assigned", "CNTT")
    assert contributing(office, "T1") == ["CNTT"]


def test_an_open_part_of_another_task_goes_on_in_the_new_unit(office: World) -> None:
    wanted = merged("2014-03-03", units=("CNTT", "P2"), head="tp", code="P3")

    reorganise(office, wanted)

    assert states(office)["T1:P2"] == ("assigned", "P3")
    assert states(office)["T1:CNTT"] == ("assigned", "P3")
    assert set(contributing(office, "T1")) == {"P3"}


def test_an_obstacle_travels_with_its_task(office: World) -> None:
    reorganise(office, merged("2014-03-03"))

    assert states(office)["T1:vm1"] == ("raised", "P3")
    assert lead(office, "T1") == "P3"


def test_in_a_split_an_obstacle_follows_the_task_it_is_about(office: World) -> None:
    heirs = (Heir(code="P4", name="Phòng Bốn"), Heir(code="P5", name="Phòng Năm"))
    people = {"tp1": "P4", "pp1": "P4", "cv11": "P5"}
    given = Allocation(tasks={"T1": "P5"}, people=people)

    reorganise(office, Split(unit="P1", heirs=heirs, allocation=given,
                             effective_on=day("2014-03-03")))  # fmt: skip

    assert states(office)["T1:vm1"] == ("raised", "P5")
    assert office.row("T1").assignee_id == office.ids["cv11"]


def test_in_a_split_an_open_part_has_to_be_allocated(office: World) -> None:
    heirs = (Heir(code="P4", name="Phòng Bốn"), Heir(code="P5", name="Phòng Năm"))
    given = Allocation(people={"tp2": "P4", "pp2": "P4", "cv21": "P5"})

    with pytest.raises(BadInput) as refused:
        reorganise(office, Split(unit="P2", heirs=heirs, allocation=given,
                                 effective_on=day("2014-03-03")))  # fmt: skip

    assert {fault.place for fault in refused.value.faults} == {"KH-2014/T1:P2"}


def test_recurring_work_is_led_by_the_new_unit_from_then_on(office: World) -> None:
    with office.database.begin() as tx:
        plan_id = tx.execute(select(plan.c.id)).scalar_one()
        tx.execute(
            insert(series).values(
                id=new_id(), plan_id=plan_id, code="T9", number=1, title="Báo cáo tháng",
                rule={}, lead_unit_id=office.ids["P1"], state="active",
                created_at=office.clock.now(),
            )
        )  # fmt: skip

    done = reorganise(office, merged("2014-03-03"))

    with office.database.read() as tx:
        unit = tx.execute(select(series.c.lead_unit_id)).scalar_one()
    assert organisation(office).unit_by_id[unit].code == "P3"
    assert [one.name for one in done.moved if one.what == "series"] == ["KH-2014/T9"]


def test_a_leader_stays_in_charge_of_a_field_in_the_new_unit(office: World) -> None:
    office.insert(
        tables.charge, id=new_id(), leader_id=office.ids["gd"], unit_id=office.ids["P1"],
        field="Chính quyền số", source="5/TB", created_at=office.clock.now(),
    )  # fmt: skip

    reorganise(office, merged("2014-03-10"))
    office.now("2014-03-10T00:00")
    with office.database.begin() as tx:
        reorganisations.settle(tx, rules=office.rules, at=office.clock.now())

    held = organisation(office)
    new = held.unit_by_code["P3"].id
    assert (
        held.leader_in_charge(new, field="Chính quyền số", on=day("2014-03-10"))
        == (office.ids["gd"])
    )
    assert held.leader_in_charge(new, on=day("2014-03-10")) == office.ids["pgd"]
    assert [_days(one) for one in held.charges] == [
        (None, day("2014-03-09")), (day("2014-03-10"), None),
    ]  # fmt: skip


def _days(one: Charge) -> tuple[object, object]:
    return one.from_on, one.to_on


def test_who_acts_in_a_post_goes_on_acting_in_it(office: World) -> None:
    office.person("qt", "CNTT", "officer")
    office.insert(
        tables.position, id=new_id(), person_id=office.ids["qt"], unit_id=office.ids["P2"],
        kind="deputy_head", is_acting=True,
    )  # fmt: skip

    reorganise(office, merged("2014-03-03"))

    held = [one for one in organisation(office).holdings
            if one.person_id == office.ids["qt"] and one.kind == "deputy_head"]  # fmt: skip
    assert [one.is_acting for one in held] == [True, True]
    assert members(office, "P3", "2014-03-03")["qt"] == "deputy_head"


def test_a_closed_plan_keeps_its_units(office: World) -> None:
    office.plan({"code": "A1", "lead": "P1", "assignee": None, "due": "2014-12-31"}, code="KH-A")
    with office.database.begin() as tx:
        tx.execute(plan.update().where(plan.c.code == "KH-A").values(state="closed"))

    reorganise(office, merged("2014-03-03"))

    assert (lead(office, "A1"), lead(office, "T1")) == ("P1", "P3")


def test_a_unit_that_has_ended_is_asked_for_nothing(office: World) -> None:
    reorganise(office, merged("2014-03-03"))
    asking = contributions.Asking(task="T1", unit="P2", due=day("2014-03-14"), what="số liệu")

    with pytest.raises(Invalid, match="P2 ended"), office.database.begin() as tx:
        contributions.ask(tx, asking, by=("tp2", None), rules=office.rules, at=office.clock.now())
