"""Units split, renamed, dissolved, functions handed over; what waits for its day."""

from collections.abc import Mapping

import pytest

from engine import queries
from engine.commands import reorganisations
from engine.commands.shaping import Dissolve, Rename, Split, Transfer
from engine.errors import BadInput, Invalid, Unknown
from engine.filters import Filter
from engine.naming import Names
from engine.reshaping import Allocation, Heir
from tests.support.calendars import day
from tests.support.office import World
from tests.support.reorganising import (
    alerted,
    changes,
    contributing,
    divisions,
    lead,
    members,
    merged,
    organisation,
    reorganise,
    settle,
)

HEIRS = (Heir(code="P4", name="Phòng Bốn", head="tp1"), Heir(code="P5", name="Phòng Năm"))


@pytest.fixture
def office(world: World) -> World:
    """P1 leads T1 and T2, and contributes to T3, which P2 leads."""
    divisions(world)
    world.plan(
        {"code": "T1", "lead": "P1", "assignee": "cv11", "due": "2014-03-31"},
        {"code": "T2", "lead": "P1", "assignee": None, "due": "2014-03-31"},
        {"code": "T3", "lead": "P2", "assignee": "cv21", "due": "2014-03-31",
         "coordinating": ["P1"]},
    )  # fmt: skip
    world.now("2014-03-03T08:00")
    return world


def splitting(given: Mapping[str, Mapping[str, str]], on: str = "2014-03-03") -> Split:
    """Return a split of P1 into P4 and P5."""
    return Split(unit="P1", heirs=HEIRS, decision="13/QĐ", effective_on=day(on),
                 allocation=Allocation(**given))  # fmt: skip


WHOLE: Mapping[str, Mapping[str, str]] = {
    "tasks": {"T1": "P4", "T2": "P5", "T3:P1": "P5"},
    "people": {"tp1": "P4", "pp1": "P5", "cv11": "P4"},
}


def test_s48_a_split_names_everything_that_nobody_allocated_at_once(office: World) -> None:
    with pytest.raises(BadInput) as refused:
        reorganise(office, splitting({"tasks": {"T1": "P4"}, "people": {"tp1": "P4"}}))

    assert sorted(fault.place for fault in refused.value.faults) == [
        "KH-2014/T2", "KH-2014/T3:P1", "cv11", "pp1",
    ]  # fmt: skip
    assert changes(office) == []


def test_s48_a_split_gives_each_heir_what_was_allocated_to_it(office: World) -> None:
    reorganise(office, splitting(WHOLE))

    assert (lead(office, "T1"), lead(office, "T2")) == ("P4", "P5")
    assert contributing(office, "T3") == ["P5"]
    assert members(office, "P4", "2014-03-03") == {"tp1": "unit_head", "cv11": "officer"}
    assert members(office, "P5", "2014-03-03") == {"pp1": "deputy_head"}


def test_a_split_may_allocate_by_assignee(office: World) -> None:
    given = {**WHOLE, "tasks": {"T2": "P5", "T3:P1": "P5"}}

    reorganise(office, splitting(given))

    assert lead(office, "T1") == "P4"


def test_an_allocation_to_a_unit_that_takes_nothing_over_is_refused(office: World) -> None:
    given = {**WHOLE, "people": {**WHOLE["people"], "cv11": "P9", "ghost": "P4"}}

    with pytest.raises(BadInput) as refused:
        reorganise(office, splitting(given))

    assert {fault.place for fault in refused.value.faults} >= {"cv11", "ghost"}


def test_whoever_does_not_come_along_no_longer_does_the_work(office: World) -> None:
    given = {**WHOLE, "tasks": {**WHOLE["tasks"], "T1": "P5"}}

    done = reorganise(office, splitting(given))

    assert office.row("T1").assignee_id is None
    assert any("KH-2014/T1" in warning and "cv11" in warning for warning in done.warnings)


def test_one_of_the_heirs_may_be_the_unit_itself(office: World) -> None:
    heirs = (Heir(code="P1"), Heir(code="P5", name="Phòng Năm"))
    given = Allocation(
        tasks={"T1": "P1", "T2": "P5", "T3:P1": "P1"},
        people={"tp1": "P1", "cv11": "P1", "pp1": "P5"},
    )

    done = reorganise(office, Split(unit="P1", heirs=heirs, allocation=given, decision="13/QĐ",
                                    effective_on=day("2014-03-03")))  # fmt: skip

    assert done.ended == ()
    assert (lead(office, "T1"), lead(office, "T2")) == ("P1", "P5")
    assert members(office, "P1", "2014-03-03") == {"tp1": "unit_head", "cv11": "officer"}


def test_s48_a_renamed_unit_keeps_its_code_and_each_day_its_name(office: World) -> None:
    reorganise(office, Rename(unit="P1", name="Phòng Số hóa", decision="14/QĐ",
                              effective_on=day("2014-03-03")))  # fmt: skip

    unit = organisation(office).unit_by_code["P1"]
    assert lead(office, "T1") == "P1"
    assert [unit.called(day(on)) for on in ("2014-03-02", "2014-03-03")] == [
        "Đơn vị P1", "Phòng Số hóa",
    ]  # fmt: skip
    assert Names(organisation(office)).unit("Đơn vị P1") == unit


def test_a_unit_renamed_twice_knows_all_its_names(office: World) -> None:
    reorganise(office, Rename(unit="P1", name="Phòng Hai tên", effective_on=day("2014-02-03")))

    reorganise(office, Rename(unit="P1", name="Phòng Ba tên", effective_on=day("2014-03-03")))

    unit = organisation(office).unit_by_code["P1"]
    assert [unit.called(day(on)) for on in ("2014-02-02", "2014-02-03", "2014-03-03")] == [
        "Đơn vị P1", "Phòng Hai tên", "Phòng Ba tên",
    ]  # fmt: skip


def test_s48_a_dissolved_unit_leaves_everything_to_its_only_heir(office: World) -> None:
    done = reorganise(office, Dissolve(unit="P1", heirs=("P2",), decision="15/QĐ",
                                       effective_on=day("2014-03-03")))  # fmt: skip

    assert done.ended == ("P1",)
    assert (lead(office, "T1"), lead(office, "T2")) == ("P2", "P2")
    assert contributing(office, "T3") == []
    assert members(office, "P2", "2014-03-03")["tp1"] == "officer"
    assert members(office, "P2", "2014-03-03")["tp2"] == "unit_head"


def test_a_unit_with_open_work_is_not_dissolved_without_an_heir(office: World) -> None:
    with pytest.raises(BadInput) as refused:
        reorganise(office, Dissolve(unit="P1", effective_on=day("2014-03-03")))

    assert "KH-2014/T1" in {fault.place for fault in refused.value.faults}


def test_a_unit_without_work_may_simply_end(office: World) -> None:
    done = reorganise(office, Dissolve(unit="CNTT", effective_on=day("2014-03-03")))

    assert organisation(office).unit_by_code["CNTT"].valid_to == day("2014-03-02")
    assert any("cv" in warning for warning in done.warnings)


def test_s48_a_function_goes_to_a_living_unit_with_the_people_named(office: World) -> None:
    wanted = Transfer(unit="P1", to="P2", tasks=("T1",), people=("cv11",),
                      effective_on=day("2014-03-03"))  # fmt: skip

    done = reorganise(office, wanted)

    assert done.ended == ()
    assert (lead(office, "T1"), lead(office, "T2")) == ("P2", "P1")
    assert office.row("T1").assignee_id == office.ids["cv11"]
    assert "cv11" in members(office, "P2", "2014-03-03")
    assert "tp1" in members(office, "P1", "2014-03-03")


def test_the_agency_itself_cannot_end(office: World) -> None:
    with pytest.raises(Invalid, match="SO"):
        reorganise(office, Dissolve(unit="SO", heirs=("P1",), effective_on=day("2014-03-03")))


def test_the_monitoring_unit_ends_only_where_an_heir_follows_the_plan(office: World) -> None:
    wanted = Dissolve(unit="VP", effective_on=day("2014-03-03"))

    with pytest.raises(Invalid, match="follows"):
        reorganise(office, wanted)

    assert changes(office) == []


def test_child_units_belong_to_the_heir(office: World) -> None:
    office.unit("TO1", parent="P1")

    reorganise(office, merged("2014-03-03"))

    units = organisation(office)
    parent = units.unit_by_code["TO1"].parent_id or ""
    assert units.unit_by_id[parent].code == "P3"


def test_drafts_are_led_by_the_heir_too(office: World) -> None:
    office.plan({"code": "D1", "lead": "P1", "assignee": None}, code="KH-2015", activate=False)

    reorganise(office, merged("2014-03-03"))

    assert lead(office, "D1") == "P3"


def test_an_ended_unit_is_no_longer_meant_by_its_name_but_hints_at_its_heir(office: World) -> None:
    reorganise(office, merged("2014-03-03"))

    names = Names(organisation(office))
    assert names.unit("P1") is None
    assert [unit.code for unit in names.near_units("Đơn vị P1")] == ["P3"]


def test_a_filter_still_finds_what_an_ended_unit_did(office: World) -> None:
    office.do("cv11", "start", "T1")
    office.do("cv11", "report", "T1")
    office.do("cvp", "verify", "T1")

    reorganise(office, merged("2014-03-03"))

    with office.database.read() as tx:
        found = queries.list_tasks(tx, Filter(unit="P1"), rules=office.rules,
                                   at=office.clock.now())  # fmt: skip
    assert [one.code for one in found] == ["T1"]


def test_a_change_that_waits_can_be_withdrawn(office: World) -> None:
    done = reorganise(office, merged("2014-04-01"))
    with office.database.begin() as tx:
        reorganisations.withdraw(tx, done.id, note="hoãn", by=("gd", None), rules=office.rules,
                                 at=office.clock.now())  # fmt: skip
    office.now("2014-04-01T00:00")

    carried_out = settle(office)

    assert carried_out == 0
    assert [one.state for one in changes(office)] == ["withdrawn"]
    assert lead(office, "T1") == "P1"


def test_what_waits_for_nobody_cannot_be_withdrawn(office: World) -> None:
    with pytest.raises(Unknown), office.database.begin() as tx:
        reorganisations.withdraw(tx, "0", note="", by=("gd", None), rules=office.rules,
                                 at=office.clock.now())  # fmt: skip


def test_what_appeared_since_and_nobody_allocated_leaves_the_units_as_they_are(
    office: World,
) -> None:
    reorganise(office, splitting(WHOLE, "2014-04-01"))
    office.plan({"code": "T9", "lead": "P1", "assignee": None, "due": "2014-06-30"}, code="KH-9")
    office.now("2014-04-01T00:00")

    office.sweep()

    assert [one.state for one in changes(office)] == ["withdrawn"]
    assert "reorganisation_failed" in alerted(office)
    assert [lead(office, code) for code in ("T1", "T2", "T9")] == ["P1", "P1", "P1"]
    assert organisation(office).changes_on is None


def test_a_dated_change_is_carried_out_before_the_next_one_is_judged(office: World) -> None:
    reorganise(office, merged("2014-03-10"))
    office.now("2014-03-10T08:00")

    reorganise(office, Rename(unit="P3", name="Phòng Mới", effective_on=day("2014-03-11")))

    assert [one.state for one in changes(office)] == ["done", "planned"]


def test_a_press_after_midnight_is_judged_by_the_new_organisation(office: World) -> None:
    reorganise(office, merged("2014-03-10"))
    office.now("2014-03-10T00:00")
    settle(office)

    done = office.do("tp2", "reassign", "T1", to="cv21")

    assert done.trigger == "reassign"
