"""S31: a list lets through exactly what its reader may see, whatever the organisation is."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from engine.clock import PinnedClock
from engine.organisation import Organisation
from engine.store import tasks
from engine.store.record import task
from engine.store.session import Database
from engine.store.visible import visible_to
from engine.visibility import may_see
from tests.support.made_up import CHARGES, drawn_tasks, insert_rows, known
from tests.support.office import World
from tests.support.strategies import DAYS, PEOPLE, organisations

_AT = datetime(2014, 1, 2, tzinfo=UTC)


@pytest.fixture
def world(database: Database) -> World:
    """A small office in a database of each kind."""
    return World(database=database, clock=PinnedClock(_AT)).open()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(organisation=organisations(), rows=drawn_tasks(), charges=CHARGES, on=DAYS)
def test_s31_a_list_lets_through_what_its_reader_may_see_and_nothing_else(
    world: World, organisation: Organisation, rows: list[dict[str, Any]],
    charges: list[tuple[str, str | None, str]], on: date,
) -> None:  # fmt: skip
    office = known(organisation, charges, world.ids)
    with world.database.begin() as tx, tx.begin_nested() as kept:
        told = insert_rows(tx, rows, world.ids)

        seen = {
            code: set(
                tx.execute(
                    select(task.c.code).where(visible_to(tx, office, [world.ids[code]], on=on))
                ).scalars()
            )
            for code in PEOPLE
        }

        found = tasks.from_rows(tx, tx.execute(tasks.select_tasks()).all())
        kept.rollback()
    assert seen == {
        code: {
            one.code
            for one in found
            if may_see(office, world.ids[code], one, on=on, told=told[one.code])
        }
        for code in PEOPLE
    }
