"""Faults 12, 13 and 14: `dondoc run` as a real process whose clock is set while it lives."""

import json
import os
import resource
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.faketime import Wall
from tests.support.office import local
from tests.support.premises import Premises, stop, wait

OFFICERS = 8
#: The slot of the last reminder is on the day itself: Tuesday.
DUE = "14/02/2023"

pytestmark = pytest.mark.fault


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office whose plan was activated on 2023-02-06, told of by a clock set right."""
    folder = tmp_path_factory.mktemp("founded")
    wall = Wall(folder / "clock")
    wall.set(local("2023-02-06T08:00"))
    place = Premises(folder)
    place.found(officers=OFFICERS, due=DUE, now="", **wall.environ)
    wall.set(local("2023-02-06T08:15"))
    place.dondoc("relay", **wall.environ)
    place.clear_mail()
    return folder


@pytest.fixture
def place(founded: Path, tmp_path: Path) -> Premises:
    """That office, for one test."""
    folder = tmp_path / "office"
    shutil.copytree(founded, folder)
    return Premises(folder)


@pytest.fixture
def wall(tmp_path: Path) -> Wall:
    """The clock of the processes."""
    return Wall(tmp_path / "clock")


def actions(place: Premises, action: str) -> list[dict[str, object]]:
    """Return the audit entries of one action, as the file on the disk has them."""
    with sqlite3.connect(place.folder / "dondoc.db") as file:
        rows = file.execute(
            "SELECT body FROM audit_entry WHERE action = ? ORDER BY id", (action,)
        ).fetchall()
    return [json.loads(body) for (body,) in rows]


def beat(place: Premises, name: str) -> datetime | None:
    """Return when a part last finished a turn."""
    with sqlite3.connect(place.folder / "dondoc.db") as file:
        row = file.execute("SELECT completed_at FROM heartbeat WHERE name = ?", (name,)).fetchone()
    return datetime.fromisoformat(row[0]).replace(tzinfo=UTC) if row else None


def swept_by(place: Premises, wall: Wall) -> Callable[[], bool]:
    """Return a question: was there a sweep by the time that the clock shows now?"""
    since = wall.now() - timedelta(seconds=1)

    def asked() -> bool:
        last = beat(place, "sweep")
        return last is not None and since <= last <= wall.now() + timedelta(seconds=1)

    return asked


def rungs(place: Premises) -> list[tuple[str, str, int]]:
    """Return (rung, status, how many) of all planned notices."""
    with sqlite3.connect(place.folder / "dondoc.db") as file:
        return file.execute(
            "SELECT rung, status, count(*) FROM notice WHERE is_planned GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchall()


def test_fault_12_down_for_days_up_for_seconds_and_killed_again_tells_one_set_of_mails(
    place: Premises, wall: Wall
) -> None:
    for day in ("2023-02-08", "2023-02-11", "2023-02-14", "2023-02-17", "2023-02-20"):
        wall.set(local(f"{day}T07:29:57"))
        with place.running(**wall.environ) as process:
            wait(swept_by(place, wall))
            # The relay is woken every ten seconds; it has had its turn in the slot by then.
            time.sleep(max(8, (local(f"{day}T07:30:16") - wall.now()).total_seconds()))
            process.send_signal(signal.SIGKILL)
            process.wait()
    wall.set(local("2023-02-20T07:35"))
    with place.running(**wall.environ) as process:
        wait(swept_by(place, wall))
        time.sleep(3)
        assert stop(process) == 0

    officers = [who for who in place.told() if who.startswith("cv") and who != "cvp"]
    # Wednesday 08: nothing. Saturday: no slot. Tuesday: remind-0. Friday, Monday: the climb.
    by_day = {name[:8] for name in place.mail()}
    assert by_day == {"20230214", "20230217", "20230220"}
    assert all(officers.count(who) == 1 for who in set(officers))
    assert len(set(officers)) >= OFFICERS - 1
    assert len(place.mail()) == len({(name[:8], name.split("-")[2]) for name in place.mail()})
    place.dondoc("audit", "verify", **wall.environ)


def test_fault_13_a_living_process_survives_three_days_ahead_four_back_and_right_again(
    place: Premises, wall: Wall
) -> None:
    wall.set(local("2023-02-11T10:00"))
    with place.running(**wall.environ) as process:
        wait(swept_by(place, wall))
        wall.step(timedelta(days=3))
        wait(lambda: len(actions(place, "clock.stepped")) == 1)
        wall.step(timedelta(days=-4))
        # The alarm clock itself lives by this clock: it must not sleep for four days.
        wait(lambda: len(actions(place, "clock.stepped")) == 2)
        wait(swept_by(place, wall), seconds=90)
        wall.set(local("2023-02-14T07:25"))
        wait(lambda: len(actions(place, "clock.stepped")) == 3)
        held = place.dondoc("mail", "list", **wall.environ)
        time.sleep(2)
        before = place.mail()
        # Ten minutes later, minute by minute, as no correction of a clock is noticed: each has to
        # be read before the next, or two of them are one step, which closes the gate anew.
        for _ in range(12):
            wall.step(timedelta(seconds=55))
            wait(swept_by(place, wall))
        wait(
            lambda: len(place.mail()) == OFFICERS, seconds=90,
            instead=lambda: (place.mail(), actions(place, "clock.stepped"), place.log()),
        )  # fmt: skip
        assert stop(process) == 0

    seconds = [int(one["after"]["seconds"]) for one in actions(place, "clock.stepped")]  # type: ignore[index]
    assert [round(one / 86400) for one in seconds] == [3, -4, 4]
    assert before == []
    assert held is not None
    assert sorted(set(place.told())) == sorted(f"cv{number}" for number in range(OFFICERS))
    assert [one["action"] for one in actions(place, "clock.trusted")] == ["clock.trusted"]
    place.dondoc("audit", "verify", **wall.environ)


def test_fault_14_the_year_2100_costs_nothing_and_tells_nobody(place: Premises, wall: Wall) -> None:
    wall.set(local("2023-02-13T10:00"))
    with place.running(**wall.environ) as process:
        wait(swept_by(place, wall))
        before = cpu_seconds(process.pid)
        wall.set(local("2100-03-01T07:29:58"))
        wait(lambda: len(actions(place, "clock.stepped")) == 1)
        wait(swept_by(place, wall))
        time.sleep(10)
        spent, memory = cpu_seconds(process.pid) - before, resident_mb(process.pid)
        mails = place.mail()
        wall.set(local("2023-02-13T10:01"))
        wait(lambda: len(actions(place, "clock.stepped")) == 2)
        wait(swept_by(place, wall), seconds=90)
        assert stop(process) == 0

    assert mails == []
    assert memory < 300
    assert spent < 3
    assert rungs(place) == []
    with sqlite3.connect(place.folder / "dondoc.db") as file:
        (latest,) = file.execute("SELECT max(next_at) FROM task").fetchone()
    assert latest < "2023-02-15"
    place.dondoc("audit", "verify", **wall.environ)


def cpu_seconds(pid: int) -> float:
    """Return how long a process has been computing."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Return how much memory a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1024**2
