"""What an import of the organisation leaves in the record, and in what it touches."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from engine.clock import PinnedClock
from engine.commands.delegations import Absence, delegate
from engine.commands.people import import_people
from engine.commands.units import import_units
from engine.errors import BadInput, Fault
from engine.roster import PeopleSheet, PersonEntry, UnitEntry, UnitSheet
from engine.store.people import unbound_leaders
from engine.store.record import audit_entry
from engine.store.rulebooks import revision
from engine.store.session import Database
from tests.support.office import World, local

SO = UnitEntry(place="dòng 2", code="SO", name="Sở", leader="gd")
VP = UnitEntry(place="dòng 3", code="VP", name="Văn phòng", parent="SO", is_monitor=True)
GD = PersonEntry(place="dòng 2", code="gd", name="Giám", unit="SO", position="director")


def units(database: Database, clock: PinnedClock, *entries: UnitEntry, **sheet: Any) -> Any:
    with database.begin() as tx:
        found = UnitSheet(source="units.csv", entries=entries, **sheet)
        return import_units(tx, found, at=clock.now(), actor="operator:test")


def people(database: Database, clock: PinnedClock, *entries: PersonEntry) -> Any:
    with database.begin() as tx:
        sheet = PeopleSheet(source="people.csv", entries=entries)
        return import_people(tx, sheet, at=clock.now(), actor="operator:test")


def record(database: Database) -> list[dict[str, Any]]:
    with database.read() as tx:
        rows = tx.execute(select(audit_entry.c.body).order_by(audit_entry.c.id))
        return [json.loads(body) for body in rows.scalars()]


def test_every_changed_object_has_an_entry_naming_the_file(
    database: Database, clock: PinnedClock
) -> None:
    units(database, clock, SO, VP)
    people(database, clock, GD)
    units(database, clock, SO, VP)

    entries = record(database)

    assert [(one["action"], one["cause"]) for one in entries] == [
        ("unit.created", "units.csv"),
        ("unit.created", "units.csv"),
        ("person.created", "people.csv"),
        ("unit.leader_bound", "people.csv"),
    ]
    assert {one["actor"] for one in entries} == {"operator:test"}


def test_a_change_is_recorded_with_before_and_after(database: Database, clock: PinnedClock) -> None:
    units(database, clock, SO, VP)

    units(database, clock, UnitEntry(place="dòng 2", code="SO", name="Sở Mới", leader="gd"), VP)

    last = record(database)[-1]
    assert last["action"] == "unit.changed"
    assert (last["before"]["name"], last["after"]["name"]) == ("Sở", "Sở Mới")


def test_a_leader_nobody_knows_is_named_until_he_comes(
    database: Database, clock: PinnedClock
) -> None:
    units(database, clock, SO, VP)
    with database.read() as tx:
        waiting = unbound_leaders(tx)

    people(database, clock, GD)

    assert waiting == {"SO": "gd"}
    with database.read() as tx:
        assert unbound_leaders(tx) == {}


def test_g2_a_refused_import_writes_nothing_at_all(database: Database, clock: PinnedClock) -> None:
    stranger = UnitEntry(place="dòng 4", code="X", name="X", parent="KHONG")

    with pytest.raises(BadInput) as caught:
        units(database, clock, SO, VP, stranger, faults=(Fault(place="dòng 5", problem="sai"),))

    assert [fault.place for fault in caught.value.faults] == ["dòng 5", "dòng 4"]
    assert record(database) == []


@pytest.mark.parametrize("code", ["system", "operator:root"])
def test_nobody_has_a_code_by_which_the_record_names_what_no_person_did(
    database: Database, clock: PinnedClock, code: str
) -> None:
    units(database, clock, SO, VP)

    with pytest.raises(BadInput) as refused:
        people(database, clock, replace(GD, code=code))

    assert [(one.place, code in one.problem) for one in refused.value.faults] == [("dòng 2", True)]


def test_an_import_that_changes_nothing_makes_no_rulebook_stale(
    database: Database, clock: PinnedClock
) -> None:
    units(database, clock, SO, VP)
    with database.read() as tx:
        before = revision(tx)

    units(database, clock, VP, SO)

    with database.read() as tx:
        assert revision(tx) == before


def test_children_may_stand_before_their_parents(database: Database, clock: PinnedClock) -> None:
    done = units(database, clock, VP, SO)

    assert done.created == ("VP", "SO")


def test_a_delegation_is_recorded_on_the_person_replaced(database: Database) -> None:
    world = World(database, PinnedClock(local("2014-01-15T08:00"))).open()
    absence = Absence(
        person="tp",
        substitute="cv",
        from_on=local("2014-01-20T08:00").date(),
        to_on=local("2014-01-24T08:00").date(),
        actor="cvp",
    )

    with database.begin() as tx:
        made = delegate(tx, absence, at=world.clock.now(), rules=world.rules)

    last = record(database)[-1]
    assert (last["action"], last["actor"]) == ("person.delegated", "cvp")
    assert last["subject"] == f"person:{world.ids['tp']}"
    assert last["after"] == {
        "delegation": made.id,
        "from": "2014-01-20",
        "substitute": "cv",
        "to": "2014-01-24",
    }
