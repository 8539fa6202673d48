"""What a preview of ladders says is what happens once they are in force."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from engine.clock import PinnedClock
from engine.preview import NoticeChange, RungChange
from engine.store.session import Database
from tests.support.databases import SqliteSource
from tests.support.ladders import Telling, applied, foretold, previewed, rungs, set_ladder
from tests.support.office import LADDERS, World, local
from tests.support.post import FakeCourier, relay

DUE = "2014-02-14"
UNIT = LADDERS["unit"]
_UNTIL = "2014-04-18"
_POSITIONS = ("assignee", "lead_unit", "coordinating_units", "unit_head", "leader_in_charge",
              "director", "monitor")  # fmt: skip


def test_a_preview_names_what_comes_goes_and_moves_and_for_whom(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.now("2014-02-10T10:00")
    wanted = [
        *rungs(("remind-3", "-2wd", "assignee"), ("remind-1", "-1wd", "unit_head")), *UNIT[2:3],
    ]  # fmt: skip

    found = previewed(world, "2014-02-24", unit=wanted)

    assert [(one.rung, one.change) for one in found.rungs] == [
        ("remind-3", "moved"), ("remind-1", "added"), ("remind-0", "removed"),
        ("escalate-2", "removed"), ("escalate-3", "removed"),
    ]  # fmt: skip
    assert [(one.to, one.rung, one.change) for one in found.notices] == [
        ("cv", "remind-3", "moved"), ("cv", "remind-0", "removed"),
        ("pgd", "escalate-2", "removed"), ("tp", "remind-1", "added"),
    ]  # fmt: skip
    assert found.notices[0] == NoticeChange(
        change="moved", task="KH-2014/T1", rung="remind-3", occurrence=1, to="cv",
        at_before=local("2014-02-11T07:30"), at_after=local("2014-02-12T07:30"),
    )  # fmt: skip


def test_another_recipient_is_one_who_goes_and_one_who_comes(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.now("2014-02-10T10:00")

    found = previewed(world, DUE, unit=[*rungs(("remind-3", "-3wd", "unit_head")), *UNIT[1:]])

    assert found.rungs == (
        RungChange(ladder="unit", rung="remind-3", change="changed", before=UNIT[0],
                   after=rungs(("remind-3", "-3wd", "unit_head"))[0]),
    )  # fmt: skip
    assert [(one.to, one.change) for one in found.notices] == [("cv", "removed"), ("tp", "added")]


def test_ladders_in_force_and_ladders_nobody_runs_change_nothing(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})

    same = previewed(world, _UNTIL, **LADDERS)
    idle = previewed(world, _UNTIL, leader=rungs(("answer-1", "+1wd", "director")))

    assert (same.changed, same.rungs, same.notices) == ((), (), ())
    assert (idle.changed, idle.notices) == (("leader",), ())
    assert [one.change for one in idle.rungs] == ["added", "removed"]


def test_a_preview_looks_to_the_end_of_the_plans_year_and_writes_nothing(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    before = foretold(world, _UNTIL), len(world.entries(""))

    found = previewed(world, "2014-12-31", unit=UNIT[:2])

    assert found.until == date(2014, 12, 31)
    assert {one.change for one in found.notices} == {"removed"}
    assert (foretold(world, _UNTIL), len(world.entries(""))) == before


def test_tasks_to_whom_nothing_was_left_to_say_are_foretold_as_well(world: World) -> None:
    world.ladder(UNIT[:2])
    world.plan({"code": "T1", "due": DUE})
    world.slots("2014-02-10", "2014-02-17")
    world.now("2014-02-17T10:00")

    found = previewed(world, "2014-02-19", unit=UNIT)

    assert [(one.to, one.rung, one.at_after) for one in found.notices] == [
        ("tp", "escalate-1", local("2014-02-18T07:30"))
    ]


def test_what_was_previewed_is_what_real_sweeps_and_a_real_relay_then_tell(
    world: World, courier: FakeCourier
) -> None:
    world.plan({"code": "T1", "due": DUE}, {"code": "T2", "due": "2014-02-12"})
    world.slots("2014-02-05", "2014-02-14")
    world.now("2014-02-14T10:00")
    wanted = [*UNIT[:2], *rungs(("urge", "+1wd", "assignee"), ("escalate-1", "+1wd", "unit_head"),
                                ("escalate-2", "+2wd", "director"))]  # fmt: skip
    promised = applied(foretold(world, "2014-02-24"), previewed(world, "2014-02-24", unit=wanted))

    set_ladder(world, wanted)

    told = set()
    for day in range(15, 25):
        world.now(f"2014-02-{day}T07:30")
        world.sweep()
        relay(world, courier).turn()
        told |= {
            (row.told_at, row.rung, row.recipient_id)
            for row in world.ledger()
            if row.told_at == local(f"2014-02-{day}T07:30")
        }
    names = {identity: name for name, identity in world.ids.items()}
    assert sorted((at, names[person], rung) for at, rung, person in told) == sorted(
        (at, person, rung) for at, person, _, rung, _ in promised if person is not None
    )


def _rungs(foretold: Counter[Telling]) -> list[tuple[datetime, str | None, str, str, int]]:
    return sorted(one for one in foretold.elements() if one[3] != "assigned")


def _told(world: World, *, since: datetime) -> list[tuple[datetime, str | None, str, str, int]]:
    """Return what sweeps and deliveries made of the ladders from an instant on."""
    names = {identity: name for name, identity in world.ids.items()}
    slot = since.replace(second=0, microsecond=0)
    return sorted(
        (row.told_at, names[row.recipient_id], f"KH-2014/{names[row.task_id]}", row.rung,
         row.occurrence)
        for row in world.ledger()
        if row.is_planned and row.told_at is not None and row.told_at >= slot
    )  # fmt: skip


@st.composite
def _ladder(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for name in draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=5, unique=True)):
        rung: dict[str, Any] = {
            "rung": name,
            "at": f"{draw(st.integers(-5, 6)):+d}{draw(st.sampled_from(['wd', 'd']))}",
            "to": draw(st.lists(st.sampled_from(_POSITIONS), min_size=1, max_size=2, unique=True)),
        }
        if draw(st.integers(0, 3)) == 0:
            rung["repeat"] = f"{draw(st.integers(1, 4))}wd"
        found.append(rung)
    return found


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ladders=st.lists(_ladder(), min_size=2, max_size=3),
    days=st.lists(st.integers(0, 12), min_size=3, max_size=3),
    office=st.fixed_dictionaries(
        {
            "due": st.dates(date(2014, 2, 24), date(2014, 3, 21)),
            "minute": st.sampled_from(["07:00", "07:30", "07:35", "10:00"]),
            "is_lived": st.booleans(),
        }
    ),
)
def test_whatever_the_ladders_what_is_foretold_after_a_change_is_what_its_preview_said(
    sqlite_source: SqliteSource, tmp_path_factory: pytest.TempPathFactory,
    ladders: list[list[dict[str, Any]]], days: list[int], office: dict[str, Any],
) -> None:  # fmt: skip
    database = Database(sqlite_source.migrated(tmp_path_factory.mktemp("office")).url)
    # Durability is proved elsewhere; here it only costs time.
    event.listen(database.engine, "connect", lambda made, _: made.execute("PRAGMA synchronous=OFF"))
    try:
        world = World(database, PinnedClock(local("2014-02-24T07:00"))).open()
        first, *others = ladders
        world.ladder(first)
        world.plan({"code": "T1", "due": office["due"].isoformat()},
                   {"code": "T2", "due": "2014-03-10", "assignee": None})  # fmt: skip
        today = date(2014, 2, 24)
        for wanted, ahead in zip(others, days, strict=False):
            if office["is_lived"]:
                world.live((today + timedelta(days=ahead)).isoformat())
            today += timedelta(days=ahead + 1)
            world.now(f"{today.isoformat()}T{office['minute']}")
            before = foretold(world, _UNTIL)
            change = previewed(world, _UNTIL, unit=wanted)

            set_ladder(world, wanted)

            assert foretold(world, _UNTIL) == applied(before, change)
        promised = foretold(world, _UNTIL)
        began = world.clock.now()

        world.live(_UNTIL)

        assert _told(world, since=began) == _rungs(promised)
    finally:
        database.dispose()
