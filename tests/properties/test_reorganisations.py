"""However units are merged, split, dissolved and rearranged: nothing open is without an owner."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.addressees import resolve
from engine.clock import PinnedClock
from engine.commands.shaping import Dissolve, Merge, Rename, Split, Transfer, Wish
from engine.reshaping import Allocation, Heir
from engine.store import tasks
from engine.store.session import Database
from tests.support.databases import SqliteSource
from tests.support.office import World, local
from tests.support.reorganising import divisions, organisation, reorganise
from tests.support.town import careless

CODES = ("T1", "T2", "T3", "T4")
_KINDS = st.sampled_from(["merge", "split", "rename", "dissolve", "transfer"])


@st.composite
def steps(draw: st.DrawFn) -> list[tuple[str, int, int, bool]]:
    """What happens one after the other: the kind, two numbers that choose units, and when."""
    step = st.tuples(_KINDS, st.integers(0, 50), st.integers(0, 50), st.booleans())
    return draw(st.lists(step, min_size=1, max_size=6))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=steps())
def test_s48_whatever_is_reorganised_every_open_task_has_a_living_unit_and_somebody_to_tell(
    sqlite_source: SqliteSource,
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[str, int, int, bool]],
) -> None:
    folder = tmp_path_factory.mktemp("office")
    database = careless(Database(sqlite_source.migrated(folder).url))
    world = _office(database)
    before = {code: _kept(world, code) for code in CODES}
    people = _placed(world)

    found = [fault for number, step in enumerate(steps) for fault in _lived(world, step, number)]

    database.dispose()
    assert found == []
    assert {code: _kept(world, code) for code in CODES} == before
    assert _placed(world) == people


def _office(database: Database) -> World:
    world = divisions(World(database, PinnedClock(local("2014-01-15T08:00"))).open())
    world.plan(
        {"code": "T1", "lead": "P1", "assignee": "cv11", "due": "2014-03-31"},
        {"code": "T2", "lead": "P2", "assignee": "cv21", "due": "2014-03-31",
         "coordinating": ["P1", "CNTT"]},
        {"code": "T3", "lead": "CNTT", "assignee": "cv", "due": "2014-03-31"},
        {"code": "T4", "lead": "VP", "assignee": None, "due": "2014-03-31"},
    )  # fmt: skip
    return world


def _lived(world: World, step: tuple[str, int, int, bool], number: int) -> list[str]:
    """Do one thing, at once or for the next midnight, and live through that."""
    kind, one, other, is_later = step
    today = world.clock.now().astimezone(world.rules.office.zone).date()
    on = today + timedelta(days=1) if is_later else today
    wanted = _wanted(world, kind, one, other, number, on=on)
    if wanted is None:
        return []
    reorganise(world, wanted, by="gd")
    found = _faults(world, today)
    world.now(f"{(today + timedelta(days=1)).isoformat()}T00:00")
    world.sweep()
    return [*found, *_faults(world, today + timedelta(days=1))]


def _wanted(world: World, kind: str, one: int, other: int, number: int, *, on: date) -> Wish | None:
    units = [unit for unit in organisation(world).standing if unit.parent_id is not None]
    units = [unit for unit in units if unit.valid_from is None or unit.valid_from < on]
    if not units:
        return None
    first, second = units[one % len(units)], units[other % len(units)]
    new = f"N{number}"
    match kind:
        case "rename":
            return Rename(unit=first.code, name=f"Phòng {new}", effective_on=on)
        case "split":
            return _split(world, first, new, one, on=on)
        case _ if first == second:
            return None
        case "merge":
            return Merge(units=(first.code, second.code), code=new, name=f"Phòng {new}",
                         leader="pgd", parent="SO", effective_on=on)  # fmt: skip
        case "dissolve":
            return Dissolve(unit=first.code, heirs=(second.code,), effective_on=on)
        case _:
            named = [code for code in CODES if world.row(code).lead_unit_id == first.id]
            return Transfer(unit=first.code, to=second.code, tasks=tuple(named),
                            people=(), effective_on=on) if named else None  # fmt: skip


def _split(world: World, unit: Any, new: str, turn: int, *, on: date) -> Split:
    codes = (f"{new}a", f"{new}b")
    held = organisation(world)
    there = [one for one in held.holdings if one.unit_id == unit.id]
    there = [one for one in there if one.to_on is None or one.to_on >= on]
    members = sorted({held.person_by_id[one.person_id].code for one in there})
    with world.database.read() as tx:
        shared = tasks.coordinating_units(tx, [world.row(code).id for code in CODES])
    named = [code for code in CODES if world.row(code).lead_unit_id == unit.id]
    parts = [
        f"{code}:{unit.code}" for code in CODES if unit.id in shared.get(world.row(code).id, ())
    ]
    return Split(
        unit=unit.code,
        heirs=tuple(Heir(code=code, name=f"Phòng {code}") for code in codes),
        follows=codes[0],
        allocation=Allocation(
            tasks={name: codes[(turn + n) % 2] for n, name in enumerate([*named, *parts])},
            people={name: codes[(turn + n) % 2] for n, name in enumerate(members)},
        ),
        effective_on=on,
    )


def _faults(world: World, on: date) -> list[str]:
    held = organisation(world)
    found = []
    for code in CODES:
        row = world.row(code)
        unit = held.unit_by_id[row.lead_unit_id]
        with world.database.read() as tx:
            task = tasks.load(tx, f"KH-2014/{code}")[0].task
        if not unit.stands(on):
            found.append(f"{on} {code}: {unit.code} has ended")
        if resolve(held, "unit_head", task.answerable, on=on)[0].person_id is None:
            found.append(f"{on} {code}: nobody answers")
        if unit.id in task.coordinating_ids:
            found.append(f"{on} {code}: {unit.code} contributes to itself")
    if held.monitor is None or not held.monitor.stands(on):
        found.append(f"{on}: nobody follows the plan")
    return found


def _kept(world: World, code: str) -> tuple[Any, ...]:
    """Return what no change of the organisation may touch."""
    row = world.row(code)
    return row.state, row.due_on, row.arming, row.deadline_version, row.running_since


def _placed(world: World) -> set[str]:
    """Return everybody who holds a position in a unit of today."""
    held = organisation(world)
    today = world.clock.now().astimezone(world.rules.office.zone).date()
    standing = {unit.id for unit in held.standing}
    return {
        held.person_by_id[one.person_id].code
        for one in held.holdings
        if one.covers(today) and one.unit_id in standing
    }
