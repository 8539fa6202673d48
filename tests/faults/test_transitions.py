"""Faults 1, 3 and 5: what is left of a transition when its process dies, or its right is taken."""

import random
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.audit.entries import digest
from engine.commands import effects
from engine.errors import Conflict, NotPermitted
from engine.store.record import audit_entry, history, notice, task
from tests.support import crashing
from tests.support.office import World

KILLS = 30


def counts(world: World, code: str) -> dict[str, int]:
    """Return how much is stored of a task: version, history, entries and notices of events."""
    identity = world.ids[code]
    with world.database.read() as tx:
        return {
            "version": tx.execute(select(task.c.version).where(task.c.id == identity)).scalar_one(),
            "history": _count(tx, history.c.task_id == identity),
            "audit": _count(tx, audit_entry.c.subject == f"task:{identity}"),
            "told": _count(
                tx, (notice.c.task_id == identity) & notice.c.rung.in_(("returned", "due_set"))
            ),
        }


def _count(tx: Any, where: Any) -> int:
    number: int = tx.execute(select(func.count()).where(where)).scalar_one()
    return number


def test_g2_fault_3_a_transition_that_dies_at_any_point_is_whole_or_nothing(
    world: World, backend: str
) -> None:
    points = crashing.POINTS[backend]
    codes = [f"T{number}" for number, _ in enumerate(points)]
    world.plan(*({"code": code, "due": "2014-06-30"} for code in codes))
    for code in codes:
        world.do("cv", "start", code)
        world.do("cv", "report", code)
    nothing = {"version": 3, "history": 3, "audit": 3, "told": 0}
    everything = {"version": 4, "history": 4, "audit": 4, "told": 2}

    exits, found = {}, {}
    for code, point in zip(codes, points, strict=True):
        child = crashing.start(crashing.return_and_die, world.database.url, code, point)
        child.join(timeout=60)
        exits[point], found[point] = child.exitcode, counts(world, code)

    assert exits == dict.fromkeys(points, crashing.DEAD)
    assert found == {point: everything if point == "committed" else nothing for point in points}
    # Nobody stands in the way of the next one.
    world.do("cvp", "return", codes[0], note="thiếu")
    assert counts(world, codes[0]) == everything


@pytest.mark.fault
def test_g1_fault_1_what_was_acknowledged_survives_thirty_kills(
    world: World, tmp_path: Path
) -> None:
    world.plan({"code": "T1", "due": "2014-06-30"})
    log, chance = tmp_path / "acknowledged", random.Random(1)

    for _ in range(KILLS):
        before = log.stat().st_size if log.exists() else 0
        child = crashing.start(crashing.write_for_ever, world.database.url, "T1", str(log))
        give_up = time.monotonic() + 60
        while (not log.exists() or log.stat().st_size == before) and time.monotonic() < give_up:
            time.sleep(0.002)
        time.sleep(chance.random() / 20)
        child.kill()
        child.join()
    # On a server the last commit may still be under way.
    time.sleep(0.3)

    acknowledged = [int(line) for line in log.read_text().splitlines()]
    stored = counts(world, "T1")
    versions = [row.version for row in world.history()]
    entries = world.entries("task:")
    assert len(acknowledged) >= KILLS
    assert set(acknowledged) <= set(versions)
    assert len(versions) - 1 - len(acknowledged) <= KILLS
    assert versions == list(range(1, stored["version"] + 1))
    assert stored == {"version": len(versions), "history": len(versions), "audit": len(versions),
                      "told": 2 * (len(versions) - 1)}  # fmt: skip
    assert [one.prev for one in entries[1:]] == [one.hash for one in entries[:-1]]
    assert all(digest(one.body) == one.hash for one in entries)
    assert world.row().audit_hash == entries[-1].hash


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_fault_5_a_right_taken_between_the_judgement_and_the_write_is_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.plan({"code": "T1", "due": "2014-06-30"})
    judged = effects.describe

    def while_somebody_dismisses_him(*args: Any, **kwargs: Any) -> Any:
        world.dismiss("tp")
        return judged(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(effects, "describe", while_somebody_dismisses_him)
        with pytest.raises(Conflict):
            world.do("tp", "start")

    assert counts(world, "T1") == {"version": 1, "history": 1, "audit": 1, "told": 0}
    with pytest.raises(NotPermitted):
        world.do("tp", "start")
