"""How days ended: written once, made up after an absence, and the same as it was seen that day."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from engine import queries, trend
from engine.store import figures as store
from engine.store import gates
from engine.store.doors import day_figure
from engine.store.record import plan
from scheduler.figures import Figures
from tests.support.office import World


@pytest.fixture
def office(world: World) -> World:
    """An office whose plan was activated on 2014-02-10, a Monday."""
    world.now("2014-02-10T08:00")
    world.plan(
        {"code": "T1", "lead": "CNTT", "assignee": "cv", "due": "2014-02-11"},
        {"code": "T2", "lead": "CNTT", "assignee": "cv", "due": "2014-02-12"},
        {"code": "T3", "lead": "VP", "assignee": "cvp", "due": "2014-02-20"},
        {"code": "T4", "lead": "VP", "assignee": "cvp", "standing": True},
    )
    return world


def _close(office: World) -> int:
    return Figures(office.database, office.clock, office.rules).turn()


def _written(office: World) -> dict[tuple[date, str], dict[str, int]]:
    with office.database.read() as tx:
        rows = tx.execute(select(day_figure).order_by(day_figure.c.day)).all()
    return {
        (row.day, row.unit_code): {name: getattr(row, name) for name in store.NUMBERS}
        for row in rows
    }


def _numbers(**known: int) -> dict[str, int]:
    return {name: known.get(name, 0) for name in store.NUMBERS}


def test_a_day_is_written_once_it_is_over(office: World) -> None:
    office.now("2014-02-10T23:59")
    during = _close(office)

    office.now("2014-02-11T00:00")
    after = _close(office)

    assert (during, after) == (0, 1)
    assert _written(office) == {
        (date(2014, 2, 10), "CNTT"): _numbers(open=2),
        (date(2014, 2, 10), "VP"): _numbers(open=1),
    }


def test_days_that_were_missed_are_made_up_as_they_were(office: World) -> None:
    office.now("2014-02-11T09:00")
    office.do("cv", "start")
    office.do("cv", "report")
    office.now("2014-02-13T09:00")
    office.do("cvp", "verify")
    office.do("cv", "start", "T2")
    office.do("cv", "report", "T2")

    office.now("2014-02-16T09:00")
    written = _close(office)

    found = _written(office)
    assert written == 6
    assert [found[date(2014, 2, day), "CNTT"] for day in (10, 11, 12, 13)] == [
        _numbers(open=2),
        _numbers(open=2, reported=1),
        _numbers(open=2, reported=1),
        _numbers(open=1, reported=1, overdue=1, verified=1),
    ]


def test_a_day_as_it_was_written_is_what_the_table_of_the_plan_said_that_evening(
    office: World,
) -> None:
    seen = {}
    for day, deed in ((11, "start"), (12, "report"), (13, "verify"), (14, "reopen")):
        office.now(f"2014-02-{day}T10:00")
        more = {"note": "làm lại", "decision": "1/QĐ"} if deed == "reopen" else {}
        office.do({"verify": "cvp", "reopen": "gd"}.get(deed, "cv"), deed, **more)
        office.now(f"2014-02-{day}T23:00")
        with office.database.read() as tx:
            seen[day] = queries.tally(tx, "KH-2014", rules=office.rules, at=office.clock.now())

    office.now("2014-02-17T09:00")
    _close(office)

    found = _written(office)
    for day, table in seen.items():
        cells, row = table["CNTT"], found[date(2014, 2, day), "CNTT"]
        assert row["overdue"] == cells["open_overdue"]
        assert row["verified"] == cells["completed_on_time"] + cells["completed_late"]
        assert row["verified_late"] == cells["completed_late"]
        assert row["open"] == cells["open_overdue"] + cells["open_within_term"]


def test_what_is_written_stays_and_is_not_written_twice(office: World) -> None:
    office.now("2014-02-14T09:00")
    _close(office)
    before = _written(office)

    with office.database.begin() as tx:
        plan_id = tx.execute(select(plan.c.id)).scalar_one()
        wrong = trend.EndedDay(plan_id=plan_id, day=date(2014, 2, 10), counts={"VP": {"open": 9}})
        trend.write_down(tx, [wrong])

    assert _close(office) == 0
    assert _written(office) == before


def test_several_turns_at_once_write_each_day_once(office: World) -> None:
    office.now("2014-02-14T09:00")
    with office.database.read() as tx:
        days = trend.ended_days(tx, rules=office.rules, at=office.clock.now())

    for _ in range(2):
        with office.database.begin() as tx:
            trend.write_down(tx, days)

    with office.database.read() as tx:
        rows = tx.execute(select(func.count()).select_from(day_figure)).scalar_one()
    assert rows == 4 * 2


def test_a_clock_that_is_doubted_writes_nothing(office: World) -> None:
    office.now("2015-02-14T09:00")

    doubting = Figures(office.database, office.clock, office.rules, is_doubted=lambda: True)

    assert doubting.turn() == 0
    assert _written(office) == {}


def test_nothing_is_written_while_the_gate_of_the_clock_is_closed(office: World) -> None:
    office.now("2014-02-14T09:00")
    with office.database.begin() as tx:
        at = office.clock.now()
        gates.close(tx, gates.CLOCK, reason="x", at=at, opens_at=at + timedelta(minutes=10))

    held = _close(office)
    office.now("2014-02-14T09:11")

    assert held == 0
    assert _close(office) == 4


def test_days_that_a_wrong_clock_took_for_over_are_forgotten(office: World) -> None:
    office.now("2014-09-01T09:00")
    _close(office)

    office.now("2014-02-14T09:00")
    _close(office)

    assert max(day for day, _ in _written(office)) == date(2014, 2, 13)


def test_a_plan_that_nobody_closes_is_written_down_through_the_year_after_its_own(
    office: World,
) -> None:
    office.now("2100-01-01T09:00")

    _close(office)

    assert max(day for day, _ in _written(office)) == date(2015, 12, 31)


def test_a_year_is_made_up_in_steps(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trend, "MOST_DAYS", 3)
    office.now("2014-02-18T09:00")

    written = _close(office)

    assert written == 8
    assert Counter(unit for _, unit in _written(office)) == {"CNTT": 8, "VP": 8}
