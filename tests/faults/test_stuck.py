"""Fault 22: a part hangs, or nobody wakes it; the process notices, and ends to be started again."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from engine.clock import SystemClock
from engine.store.record import alert
from engine.store.session import Database
from engine.store.tables import heartbeat
from scheduler import ticker
from scheduler.ticker import Part, StuckError
from tests.support.office import World
from tests.support.premises import ROOT, stop, wait
from tests.support.tcp_lab import tcp_lab

SECOND = timedelta(seconds=1)


def test_fault_22_a_part_that_hangs_is_found_though_the_others_go_on() -> None:
    hangs, turns = threading.Event(), []
    parts = [
        Part(name="sweep", every=SECOND, turn=lambda: turns.append("sweep"), patience=3 * SECOND),
        Part(name="send", every=SECOND, turn=lambda: hangs.wait(30), patience=2 * SECOND),
    ]

    with pytest.raises(StuckError) as stuck:
        ticker.run(parts, threading.Event(), clock=SystemClock())
    hangs.set()

    assert stuck.value.parts == ("send",)
    assert len(turns) >= 2


def test_fault_22_a_long_turn_that_gives_signs_of_life_is_not_stuck() -> None:
    done = threading.Event()

    def long_turn() -> None:
        for _ in range(8):
            ticker.beat()
            time.sleep(0.5)
        done.set()

    part = Part(name="send", every=60 * SECOND, turn=long_turn, patience=2 * SECOND)
    ticker.run([part], done, clock=SystemClock())

    assert done.is_set()


def test_a_part_that_fails_is_woken_again() -> None:
    turns, end = [], threading.Event()

    def fail() -> None:
        turns.append(1)
        if len(turns) == 3:
            end.set()
        message = "away"
        raise ConnectionError(message)

    ticker.run([Part(name="sweep", every=SECOND, turn=fail)], end, clock=SystemClock())

    assert len(turns) >= 3


def test_time_in_which_the_process_was_stopped_makes_nobody_stuck(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(ticker, "elapsed", lambda: now[0])
    vigil = ticker._Vigil([Part(name="sweep", every=60 * SECOND, turn=lambda: None)])
    vigil.look()
    now[0] += 3600

    vigil.look()

    def awake(seconds: int) -> None:
        for _ in range(seconds):
            now[0] += 1
            vigil.look()

    awake(230)
    with pytest.raises(StuckError):
        awake(20)


def test_fault_14_what_was_missed_in_77_years_is_counted_as_one() -> None:
    part = Part(name="send", every=10 * SECOND, turn=lambda: None)
    rhythm = ticker._Rhythm(part)

    following = rhythm.get_next_fire_time(
        datetime(2023, 2, 13, 3, 0, tzinfo=UTC), datetime(2100, 3, 1, 0, 29, 57, tzinfo=UTC)
    )

    assert following == datetime(2100, 3, 1, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(("second", "expected"), [(0, 30), (29.5, 30), (30, 90), (59, 90)])
def test_a_rhythm_with_an_offset_strikes_at_its_second(second: float, expected: int) -> None:
    part = Part(name="seal", every=60 * SECOND, offset=30 * SECOND, turn=lambda: None)
    minute = datetime(2023, 2, 13, 23, 59, tzinfo=UTC)

    struck = ticker._Rhythm(part).get_next_fire_time(minute, minute + second * SECOND)

    assert struck == minute + expected * SECOND


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_nobody_waits_for_ever_for_a_server_that_does_not_answer(database_url: str) -> None:
    with tcp_lab(database_url) as lab:
        lab.stall()
        waiting = Database(lab.url(database_url) + "?connect_timeout=2")

        started = time.monotonic()
        with pytest.raises(OperationalError, match="timeout"), waiting.read():
            pass

    assert time.monotonic() - started < 30


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_server_is_told_not_to_wait_for_ever_for_us(database: Database) -> None:
    shown = ("idle_in_transaction_session_timeout", "connect_timeout")

    with database.read() as tx:
        idle = tx.exec_driver_sql(f"SHOW {shown[0]}").scalar_one()
        asked = tx.connection.dbapi_connection.info.get_parameters()  # type: ignore[union-attr]

    assert idle == "5min"
    assert asked["connect_timeout"] == "10"
    assert asked["tcp_user_timeout"] == "60000"


@contextmanager
def running(*words: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.impatient_run", *words],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def is_swept(database: Database) -> bool:
    with database.read() as tx:
        return "relay" in tx.execute(select(heartbeat.c.name)).scalars().all()


@pytest.mark.fault
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_fault_22_a_process_whose_database_swallows_everything_ends_to_be_started_again(
    world: World, database_url: str, tmp_path: Path
) -> None:
    with tcp_lab(database_url) as lab:
        with running(str(tmp_path), lab.url(database_url), "8") as process:
            wait(lambda: is_swept(world.database))
            lab.stall()
            code = process.wait(timeout=60)
            said = process.stdout.read() if process.stdout else ""
        lab.heal()
        with world.database.begin() as tx:
            tx.execute(heartbeat.delete())
        with running(str(tmp_path), lab.url(database_url), "60") as again:
            wait(lambda: is_swept(world.database))
            ended = stop(again)

    assert code == 75
    assert "service.stuck" in said
    assert ended == 0


@pytest.mark.fault
def test_fault_22_a_process_whose_parts_nobody_wakes_ends_and_leaves_an_alert(
    world: World, database_url: str, tmp_path: Path
) -> None:
    with running(str(tmp_path), database_url, "6", "mute") as process:
        code = process.wait(timeout=90)

    with world.database.read() as tx:
        codes = set(tx.execute(select(alert.c.code)).scalars())
    assert code == 75
    assert "part_stuck" in codes
