"""What the doctor says of gaps in the organisation, as far as open tasks depend on them."""

import pytest
from sqlalchemy import update

from engine.store import rulebooks, tables
from tests.support.checkup import codes, one
from tests.support.office import World


def test_a_unit_that_leads_tasks_and_has_no_head_is_named(world: World) -> None:
    world.dismiss("tp")

    found = one(world, "unit_without_head")

    assert found.severity == "warning"
    assert found.subject == "CNTT"
    assert "2 việc" in found.message


def test_a_unit_without_tasks_needs_no_head(world: World) -> None:
    world.unit("TT")

    assert codes(world) == []


@pytest.mark.parametrize("code", ["cv", "tp"])
def test_who_has_tasks_and_no_address_is_named(world: World, code: str) -> None:
    world.amend(code, email=None)

    found = one(world, "person_without_address")

    assert found.subject == code
    assert "không có địa chỉ thư" in found.message


def test_who_left_and_still_has_tasks_is_named(world: World) -> None:
    world.amend("cv", disabled_at=world.clock.now())

    assert "đã ngừng hoạt động" in one(world, "person_without_address").message


def test_who_has_no_tasks_needs_no_address(world: World) -> None:
    world.amend("cv2", email=None)

    assert codes(world) == []


def test_a_substitute_with_an_address_fills_the_gap(world: World) -> None:
    world.amend("cv", email=None)
    world.delegate("cv", "cv2", first="2014-02-01", last="2014-02-28")

    assert codes(world) == []


def test_substitutes_in_a_circle_are_named(world: World) -> None:
    world.delegate("cv", "cv2", first="2014-02-01", last="2014-02-28")
    world.delegate("cv2", "cv", first="2014-02-01", last="2014-02-28")

    assert one(world, "delegation_circle").subject == "cv"


def test_an_agency_without_director_and_deputies_is_named(world: World) -> None:
    world.dismiss("gd")
    with_deputy = codes(world)
    world.dismiss("pgd")

    assert with_deputy == []
    assert "no_director" in codes(world)


def test_a_monitoring_unit_without_head_is_named(world: World) -> None:
    world.dismiss("cvp")

    assert one(world, "no_monitor").subject == "VP"


def test_an_office_that_nobody_follows_is_named(world: World) -> None:
    with world.database.begin() as tx:
        tx.execute(update(tables.unit).values(is_monitor=False))
        rulebooks.bump(tx)

    assert "đơn vị theo dõi" in one(world, "no_monitor").message


def test_a_leader_who_was_never_imported_is_named(world: World) -> None:
    with world.database.begin() as tx:
        chosen = tables.unit.c.code == "CNTT"
        tx.execute(update(tables.unit).where(chosen).values(leader_code="pgd9", leader_id=None))
        rulebooks.bump(tx)

    found = one(world, "leader_unbound")

    assert found.subject == "CNTT"
    assert "pgd9" in found.message


def test_a_head_who_has_tasks_of_his_own_is_named_once(world: World) -> None:
    world.plan({"code": "T8", "due": "2014-09-30", "assignee": "tp"}, code="KH-B")
    world.amend("tp", email=None)

    assert one(world, "person_without_address").subject == "tp"


def test_the_director_heads_the_agency_itself(world: World) -> None:
    world.plan({"code": "T8", "due": "2014-09-30", "lead": "SO", "assignee": "gd"}, code="KH-B")

    assert codes(world) == []
