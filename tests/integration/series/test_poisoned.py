"""A series that cannot be opened: somebody is told, and the others are opened all the same."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from engine.commands import series
from engine.commands.series import Ending
from tests.support.checkup import codes as found
from tests.support.checkup import load, one
from tests.support.office import World
from tests.support.reports import ask_for, opened


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A traceback printed with all its values takes longer than the fault it tells of."""
    with capture_logs():
        yield


def test_s52_a_series_that_cannot_be_opened_is_told_and_stops_no_other(world: World) -> None:
    ask_for(world, "month", "quarter")
    _spoil(world, "BC-thang")

    world.now("2014-03-17T07:30")
    world.sweep()

    assert [(each.code, each.task_id) for each in world.alerts()] == [("series_not_opened", None)]
    assert "KH-2014/BC-thang" in world.alerts()[0].message
    assert "2014-Q2" in opened(world)
    assert "2014-03" not in opened(world)


def test_s52_a_series_that_cannot_be_opened_is_found_by_the_doctor(world: World) -> None:
    load(world, 2014, 2015)
    ask_for(world, "month")
    _spoil(world, "BC-thang")
    world.now("2014-02-17T07:30")

    world.sweep()

    assert one(world, "series_not_opened").severity == "error"
    assert "dondoc series edit" in one(world, "series_not_opened").cure


def test_the_alert_of_a_series_is_cleared_once_it_can_be_opened(world: World) -> None:
    load(world, 2014, 2015)
    ask_for(world, "month")
    _spoil(world, "BC-thang")
    world.now("2014-02-17T07:30")
    world.sweep()
    assert "series_not_opened" in found(world)
    _spoil(world, "BC-thang", send_by="cutoff + 2wd")

    world.now("2014-02-18T07:30")
    world.sweep()

    assert "2014-03" in opened(world)
    assert "series_not_opened" not in found(world)
    assert [each.action for each in world.entries("alert:")] == ["alert.cleared"]


def test_the_alert_of_a_series_that_was_ended_is_cleared(world: World) -> None:
    load(world, 2014, 2015)
    ask_for(world, "month")
    _spoil(world, "BC-thang")
    world.now("2014-02-17T07:30")
    world.sweep()
    _spoil(world, "BC-thang", send_by="cutoff")
    wanted = Ending(series="BC-thang", from_on=date(2014, 2, 17), reason="thôi")

    with world.database.begin() as tx:
        series.end(tx, wanted, by=("gd", None), rules=world.rules, at=world.clock.now())
    world.now("2014-02-18T07:30")
    world.sweep()

    assert "series_not_opened" not in found(world)


def _spoil(world: World, code: str, *, send_by: str = "hôm nào đó") -> None:
    """Write a rule that no command would let through, or a sound one."""
    with world.database.begin() as tx:
        row = tx.execute(text("SELECT id, rule FROM series WHERE code = :code"), {"code": code})
        identity, rule = row.one()
        told = rule if isinstance(rule, dict) else json.loads(rule)
        changed = json.dumps({**told, "send_by": send_by})
        tx.execute(
            text("UPDATE series SET rule = :rule WHERE id = :id"),
            {"rule": changed, "id": identity},
        )
