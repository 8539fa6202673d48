"""What is forecast is what the sweep then does, if nothing changes."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from engine import queries
from engine.clock import PinnedClock
from engine.store.session import Database
from engine.store.tables import calendar_day
from tests.support.databases import SqliteSource
from tests.support.office import World, local

_PEOPLE = ("gd", "pgd", "cvp", "tp", "cv", "cv2")
_POSITIONS = ("assignee", "lead_unit", "coordinating_units", "unit_head", "leader_in_charge",
              "director", "monitor")  # fmt: skip
_DUE = st.dates(date(2014, 3, 3), date(2014, 4, 4))
_LAST = "2014-04-18"

#: (local day, person, task, rung, occurrence)
Telling = tuple[str, str | None, str, str, int]


def foretold(world: World, until: str) -> list[Telling]:
    """Return what the forecast says of rungs through a day."""
    with world.database.read() as tx:
        found = queries.foretell(
            tx, rules=world.rules, at=world.clock.now(), until=date.fromisoformat(until)
        )
    zone = world.rules.office.zone
    return sorted(
        (one.at.astimezone(zone).date().isoformat(), one.recipient or "", one.task, one.rung,
         one.occurrence)
        for one in found
        if one.kind in ("reminder", "escalation")
    )  # fmt: skip


def happened(world: World, since: str) -> list[Telling]:
    """Return what the sweep told, or could tell nobody, from a day on."""
    names = {identity: name for name, identity in world.ids.items()}
    zone = world.rules.office.zone
    rows = [
        ((row.leave_at or row.created_at).astimezone(zone).date().isoformat(),
         names.get(row.recipient_id, ""), f"KH-2014/{names[row.task_id]}", row.rung,
         row.occurrence)
        for row in world.ledger()
        if row.is_planned and row.status in ("pending", "accepted", "failed")
    ]  # fmt: skip
    return sorted(row for row in rows if row[0] >= since)


@pytest.mark.parametrize(
    ("now", "lived"),
    [
        ("2014-01-15T08:00", None),
        ("2014-01-25T07:30", None),
        ("2014-01-25T07:31", "2014-01-25"),
        ("2014-02-09T12:00", "2014-02-08"),
        ("2014-02-20T10:00", None),
    ],
)
def test_the_forecast_is_what_the_sweep_then_writes(
    world: World, now: str, lived: str | None
) -> None:
    world.plan(
        {"code": "T1", "due": "2014-02-07"},
        {"code": "T2", "due": "2014-02-01", "assignee": "tp"},
        {"code": "T3", "due": "2014-02-10", "assignee": None},
        {"code": "S1"},
    )
    if lived:
        world.slots("2014-01-16", lived)
    world.now(now)
    world.do("cv", "start", "T1")

    promised = foretold(world, "2014-03-14")

    first = world.clock.now().astimezone(world.rules.office.zone).date()
    first += timedelta(days=now > f"{first}T07:30")
    world.slots(first.isoformat(), "2014-03-14")
    assert promised
    assert happened(world, first.isoformat()) == promised


def test_a_reported_task_is_forecast_by_the_verifiers_ladder_and_a_returned_one_by_the_units(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"}, {"code": "T2", "due": "2014-02-07"})
    for code in ("T1", "T2"):
        world.do("cv", "start", code)
        world.do("cv", "report", code)
    world.slots("2014-01-16", "2014-02-13")
    world.now("2014-02-13T10:00")
    world.do("cvp", "return", "T2", note="thiếu")

    promised = foretold(world, "2014-02-28")

    world.slots("2014-02-14", "2014-02-28")
    assert [one[3] for one in promised] == ["escalate-1", "escalate-2", "escalate-3", "escalate-3"]
    assert happened(world, "2014-02-14") == promised


def test_what_waits_in_the_ledger_is_foretold_with_the_hour_at_which_it_leaves(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})

    with world.database.read() as tx:
        found = queries.foretell(
            tx, rules=world.rules, at=world.clock.now(), until=date(2014, 1, 16)
        )

    assert [(one.kind, one.recipient, one.at) for one in found] == [
        ("assignment", "cv", local("2014-01-15T08:10")),
        ("assignment", "tp", local("2014-01-15T08:10")),
    ]


@st.composite
def _ladder(draw: st.DrawFn) -> list[dict[str, Any]]:
    rungs: list[dict[str, Any]] = []
    for index in range(draw(st.integers(1, 5))):
        offset = draw(st.integers(-5, 6))
        to = draw(st.lists(st.sampled_from(_POSITIONS), min_size=1, max_size=2, unique=True))
        rung: dict[str, Any] = {
            "rung": f"rung-{index}", "at": f"{offset:+d}{draw(st.sampled_from(['wd', 'd']))}",
            "to": to,
        }  # fmt: skip
        if draw(st.integers(0, 3)) == 0:
            rung["repeat"] = f"{draw(st.integers(1, 4))}wd"
        rungs.append(rung)
    return rungs


@st.composite
def _office(draw: st.DrawFn) -> dict[str, Any]:
    somebody = st.sampled_from(_PEOPLE)
    return {
        "ladder": draw(_ladder()),
        "off": draw(st.sets(st.dates(date(2014, 3, 1), date(2014, 4, 20)), max_size=6)),
        "silent": draw(st.sets(somebody, max_size=3)),
        "gone": draw(st.sets(somebody, max_size=2)),
        "absent": draw(
            st.lists(st.tuples(somebody, somebody, _DUE, st.integers(0, 9)), max_size=2)
        ),
        "tasks": draw(
            st.lists(
                st.tuples(_DUE, st.sampled_from(["cv", "cv2", "tp", None]), st.booleans()),
                min_size=1, max_size=3,
            )
        ),
    }  # fmt: skip


def _furnish(world: World, office: dict[str, Any]) -> None:
    world.ladder(office["ladder"])
    for off in sorted(office["off"]):
        world.insert(calendar_day, day=off, is_off=True, name="x", source="x", kind="office")
    for person in office["silent"]:
        world.amend(person, email=None)
    world.plan(
        *(
            {"code": f"T{number}", "due": due.isoformat(), "assignee": assignee,
             "coordinating": ["VP"] if helped else []}
            for number, (due, assignee, helped) in enumerate(office["tasks"])
        )
    )  # fmt: skip
    for person in office["gone"]:
        world.dismiss(person)
    for person, substitute, first, days in office["absent"]:
        if person != substitute:
            last = first + timedelta(days=days)
            world.delegate(person, substitute, first=first.isoformat(), last=last.isoformat())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(office=_office(), now=st.dates(date(2014, 2, 24), date(2014, 4, 7)))
def test_whatever_the_office_the_forecast_is_what_the_sweep_then_writes(
    sqlite_source: SqliteSource, tmp_path_factory: pytest.TempPathFactory,
    office: dict[str, Any], now: date,
) -> None:  # fmt: skip
    database = Database(sqlite_source.migrated(tmp_path_factory.mktemp("office")).url)
    # Durability is proved elsewhere; here it only costs time.
    event.listen(database.engine, "connect", lambda made, _: made.execute("PRAGMA synchronous=OFF"))
    try:
        world = World(database, PinnedClock(local("2014-02-24T07:00"))).open()
        _furnish(world, office)
        world.now(f"{now.isoformat()}T07:00")

        promised = foretold(world, _LAST)

        world.live(_LAST)
        assert happened(world, now.isoformat()) == promised
    finally:
        database.dispose()
