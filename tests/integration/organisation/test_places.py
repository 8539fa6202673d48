"""Where units stand after a change, who leads them, and what a change names in vain (S48)."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.commands import charges, preferences, series_changes
from engine.commands.shaping import Dissolve, Merge, Split, Transfer, Wish
from engine.commands.unit_calendars import UnitCalendarEdit, set_unit_calendar
from engine.errors import Invalid
from engine.reshaping import Allocation, Heir
from tests.support.calendars import day
from tests.support.office import World
from tests.support.reorganising import (
    changes,
    divisions,
    merged,
    organisation,
    reorganise,
)

TODAY = day("2014-03-03")


@pytest.fixture
def office(world: World) -> World:
    """P1, with a team TO1 below it, and P2."""
    divisions(world)
    world.unit("TO1", parent="P1")
    world.now("2014-03-03T08:00")
    return world


def above(office: World, code: str) -> str | None:
    """Return the code of the unit above another."""
    units = organisation(office)
    parent = units.unit_by_code[code].parent_id
    return units.unit_by_id[parent].code if parent else None


@pytest.mark.parametrize(
    "wanted",
    [
        Merge(units=("P1", "TO1"), code="TO1", name="Phòng Mới", head="tp1", leader="pgd",
              effective_on=TODAY),
        Dissolve(unit="P1", heirs=("TO1",), effective_on=TODAY),
    ],
)  # fmt: skip
def test_s48_a_team_that_takes_its_division_over_comes_in_its_place(
    office: World, wanted: Wish
) -> None:
    reorganise(office, wanted)

    assert above(office, "TO1") == "SO"


def test_s48_an_old_unit_that_others_join_gets_the_parent_that_was_named(office: World) -> None:
    reorganise(office, merged("2014-03-03", code="P1", parent="CNTT"))

    assert above(office, "P1") == "CNTT"


@pytest.mark.parametrize("parent", ["P1", "TO1"])
def test_s48_no_unit_comes_under_one_that_ends_or_follows_it(office: World, parent: str) -> None:
    with pytest.raises(Invalid, match="parent"):
        reorganise(office, merged("2014-03-03", parent=parent))

    assert changes(office) == []


@pytest.mark.parametrize("leader", ["cv21", "gone"])
def test_s48_who_leads_no_agency_is_no_leader_in_charge(office: World, leader: str) -> None:
    office.person("gone", "SO", "deputy_director")
    office.amend("gone", disabled_at=office.clock.now())

    with pytest.raises(Invalid, match="leader"):
        reorganise(office, merged("2014-03-03", leader=leader))

    assert changes(office) == []


@pytest.mark.parametrize("follows", ["P2", "ZZ"])
def test_s48_only_an_heir_follows_the_plan_after_a_split(office: World, follows: str) -> None:
    heirs = (Heir(code="VP"), Heir(code="V5", name="Tổ theo dõi"))
    wanted = Split(unit="VP", heirs=heirs, follows=follows, effective_on=TODAY,
                   allocation=Allocation(people={"cvp": "VP"}))  # fmt: skip

    with pytest.raises(Invalid, match="follows"):
        reorganise(office, wanted)

    assert changes(office) == []


def test_s48_who_heads_both_units_heads_the_one_they_become_once(office: World) -> None:
    office.appoint("tp1", "P2", "unit_head")

    reorganise(office, merged("2014-03-03", code="P1", head="tp1"))

    held = organisation(office)
    posts = [
        one.kind
        for one in held.holdings
        if one.person_id == office.ids["tp1"] and one.covers(TODAY)
    ]
    assert posts == ["unit_head"]


def test_s48_a_transfer_says_what_it_names_in_vain(office: World) -> None:
    wanted = Transfer(unit="P1", to="P2", people=("cvp",), fields=("Không có",),
                      effective_on=TODAY)  # fmt: skip

    done = reorganise(office, wanted)

    assert done.moved == ()
    assert ["cvp" in done.warnings[0], "Không có" in done.warnings[1]] == [True, True]


def _charge(tx: Any, office: World) -> None:
    wanted = charges.Charging(leader="pgd", unit="P1", source="QĐ 3")
    charges.charge(tx, wanted, by=("gd", None), rules=office.rules, at=office.clock.now())


def _watch(tx: Any, office: World) -> None:
    asked = preferences.Watching(person="gd", of="unit", code="P1", every="day", actor="gd")
    preferences.watch(tx, asked, rules=office.rules, at=office.clock.now())


def _work_on_saturdays(tx: Any, office: World) -> None:
    edit = UnitCalendarEdit(unit="P1", weekend=frozenset({6}), source="QĐ 3", by=("gd", None))
    set_unit_calendar(tx, edit, rules=office.rules, at=office.clock.now())


def _lead_a_series(tx: Any, office: World) -> None:
    series_changes.unit_of(office.rules.current(tx), "P1")


@pytest.mark.parametrize("deed", [_charge, _watch, _work_on_saturdays, _lead_a_series])
def test_s48_a_unit_that_has_ended_is_given_nothing_new(
    office: World, deed: Callable[[Any, World], None]
) -> None:
    reorganise(office, merged("2014-03-03"))

    with pytest.raises(Invalid, match="P1 đã kết thúc"), office.database.begin() as tx:
        deed(tx, office)
