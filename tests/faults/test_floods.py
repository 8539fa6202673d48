"""Faults 20 and 21: very many tasks due in one minute, and one of them poisoned."""

import time
import tracemalloc
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select, text, update
from structlog.testing import capture_logs

from engine.store import rulebooks
from engine.store.record import notice, task
from engine.store.session import Database
from engine.store.tables import calendar_day
from engine.store.waking import wake_all
from scheduler.sweep import Swept
from tests.support.checkup import codes, examined, load, one, turn
from tests.support.databases import Urls
from tests.support.office import World, local

#: Within two minutes of the slot everything must be in the ledger (G5).
_LIMIT_SECONDS = 120
_MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A traceback printed with all its values takes longer than the fault it tells of."""
    with capture_logs():
        yield


def _planned(world: World, number: int, *, due: str, code: str) -> None:
    world.plan(
        *({"code": f"{code}.{n}", "due": due} for n in range(number)), code=code, activate=True
    )


def _swept(world: World, at: str) -> tuple[Swept, float, int]:
    """Sweep at a local time; return what was done, CPU seconds, and the peak of memory in bytes."""
    world.now(at)
    tracemalloc.start()
    started = time.process_time()
    done = world.sweep()
    seconds = time.process_time() - started
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return done, seconds, peak


def _in_ledger(world: World, rung: str) -> int:
    with world.database.read() as tx:
        wanted = select(func.count()).where(notice.c.rung == rung, notice.c.status == "pending")
        return int(tx.execute(wanted).scalar_one())


def _left_behind(world: World) -> int:
    with world.database.read() as tx:
        wanted = select(func.count()).where(task.c.next_at <= world.clock.now())
        return int(tx.execute(wanted).scalar_one())


@pytest.mark.fault
@pytest.mark.parametrize("number", [5_000, 20_000])
def test_fault_20_all_tasks_of_one_minute_are_in_the_ledger_after_one_sweep(
    world: World, number: int
) -> None:
    _planned(world, 1_000, due="2014-06-05", code="KH-A")
    _planned(world, number, due="2014-07-31", code="KH-B")
    few, _, small = _swept(world, "2014-06-05T07:30")

    many, seconds, large = _swept(world, "2014-07-28T07:30")

    assert few.told == 1_000
    assert (many.judged, many.failed) == (number + 1_000, ())
    assert _in_ledger(world, "remind-3") == number
    assert _left_behind(world) == 0
    assert seconds < _LIMIT_SECONDS
    # Tasks are taken a thousand at a time: twenty times as many need no more memory.
    assert large < 1.5 * small + _MEGABYTE


def test_fault_21_a_calendar_row_that_is_no_day_keeps_nobody_from_being_told(
    world: World, owner: Database
) -> None:
    world.plan(*({"code": f"T{n}", "due": "2014-06-05"} for n in range(5)))
    damaged = "infinity" if owner.dialect == "postgresql" else "2014-06-31"
    with owner.begin() as tx:
        tx.execute(
            text("INSERT INTO calendar_day (day, is_off, name, source, kind) "
                 "VALUES (:day, :off, 'Lễ', 'x', 'office')"),
            {"day": damaged, "off": True},
        )  # fmt: skip
        rulebooks.bump(tx)

    turn(world, at="2014-06-05T07:30")

    assert world.told() == [("2014-06-05", "remind-0", "cv")] * 5
    assert one(world, "calendar_row_unreadable").subject == damaged
    assert not examined(world).is_healthy


def test_fault_21_a_year_without_a_working_day_poisons_the_tasks_of_that_year_alone(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-06-05"}, {"code": "T2", "due": "2015-06-30"})
    first = date(2015, 1, 1)
    with world.database.begin() as tx:
        days = [first + timedelta(days=number) for number in range(365)]
        tx.execute(
            insert(calendar_day),
            [{"day": day, "is_off": True, "name": "x", "source": "x", "kind": "office"}
             for day in days],
        )  # fmt: skip
        rulebooks.bump(tx)
        wake_all(tx, slot=local("2014-06-05T07:30"))

    turn(world, at="2014-06-05T07:30")

    assert world.told() == [("2014-06-05", "remind-0", "cv")]
    assert one(world, "sweep_failed").subject == "KH-2014/T2"
    assert not examined(world).is_healthy
    # Nobody forgets it: it is looked at again in the next slot.
    assert world.row("T2").next_at == local("2014-06-06T07:30")


def test_fault_21_a_poisoned_task_is_in_the_doctor_until_it_is_repaired(world: World) -> None:
    load(world, 2014, 2015)
    world.plan(*({"code": f"T{n}", "due": "2014-06-05"} for n in range(5)))
    turn(world, at="2014-06-02T09:10")
    with world.database.begin() as tx:
        tx.execute(update(task).where(task.c.code == "T3").values(workflow_version=99))
    turn(world, at="2014-06-05T07:30")
    told, poisoned = world.told(), one(world, "sweep_failed")
    with world.database.begin() as tx:
        tx.execute(update(task).where(task.c.code == "T3").values(workflow_version=1))

    turn(world, at="2014-06-06T07:30")

    assert len(told) == 4
    assert poisoned.subject == "KH-2014/T3"
    assert ("2014-06-06", "remind-0", "cv") in world.told("T3")
    assert codes(world) == []


@pytest.fixture
def owner(database_urls: Urls) -> Iterator[Database]:
    """The same database, opened by who may change what the application may not."""
    opened = Database(database_urls.owner_url or database_urls.url)
    yield opened
    opened.dispose()
