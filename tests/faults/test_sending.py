"""Faults 30 and 47: the mail server comes back after days; a backup takes the place of today."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dondoc.watermark import Watermark
from engine.breaker import Limits
from engine.clock import PinnedClock
from engine.store.session import Database
from scheduler.relay import Relay
from scheduler.seal import seal_all
from tests.support.databases import Source
from tests.support.office import World, local
from tests.support.post import FakeCourier, alerts, desk, relay, smtp, sweep
from tests.support.smtp_lab import SmtpLab

PEOPLE, TASKS_EACH, A_MINUTE = 20, 10, 8
RUNGS = [
    {"rung": "remind-2", "at": "-2wd", "to": ["assignee"]},
    {"rung": "remind-1", "at": "-1wd", "to": ["assignee"]},
]


@pytest.fixture
def lab() -> Iterator[SmtpLab]:
    running = SmtpLab()
    yield running
    running.close()


@pytest.fixture
def world(office_database: Database) -> World:
    """An office on Wednesday 2014-01-15, 08:00 local."""
    return World(office_database, PinnedClock(local("2014-01-15T08:00"))).found()


def test_fault_30_after_two_days_without_a_server_each_gets_one_message_at_a_pace(
    world: World, lab: SmtpLab
) -> None:
    world.ladder(RUNGS)
    people = [f"p{number}" for number in range(PEOPLE)]
    for person in people:
        world.person(person, "CNTT")
    world.plan(
        *(
            {"code": f"T{number}", "due": "2014-01-20", "assignee": people[number % PEOPLE]}
            for number in range(PEOPLE * TASKS_EACH)
        )
    )
    lab.on("banner", "421 4.3.2 closed", times=None)
    limits = Limits(per_person_hour=100, per_minute=A_MINUTE, hard_hour=10_000)
    held = replace(desk(world), limits=limits)
    courier = smtp(lab)
    for at in ("2014-01-15T08:10", "2014-01-16T07:30", "2014-01-17T07:30"):
        sweep(world, at)
        Relay(world.database, world.clock, courier, held).turn()
    lab.heal()

    in_minute = Counter[int]()
    for minute in range(75):
        before = len(lab.mailbox)
        Relay(world.database, world.clock, courier, held).turn()
        in_minute[minute] += len(lab.mailbox) - before
        world.clock.advance(timedelta(minutes=1))

    each = Counter(address for one in lab.mailbox for address in one.recipients)
    assert {each[f"{person}@example.test"] for person in people} == {1}
    assert max(in_minute.values()) == A_MINUTE
    rungs = Counter((row.rung, row.status) for row in world.ledger() if row.ladder)
    assert rungs == {
        ("remind-2", "superseded"): PEOPLE * TASKS_EACH,
        ("remind-1", "accepted"): PEOPLE * TASKS_EACH,
    }


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_fault_47_a_backup_in_the_place_of_the_database_sends_nothing_and_says_what_is_lost(
    database_source: Source, tmp_path: Path
) -> None:
    """Of SQLite, whose backup is a copy of a file; of the other kind see test_restored."""
    url = database_source.migrated(tmp_path).url
    here = Path(url.removeprefix("sqlite:///"))
    mark = Watermark(path=tmp_path / "elsewhere" / "mark.json", hold_after_days=45)
    database = Database(url)
    world = World(database, PinnedClock(local("2014-01-15T08:00"))).open()
    world.plan({"code": "T1", "due": "2014-02-07"})
    seal_all(database, world.clock)
    database.dispose()
    shutil.copyfile(here, tmp_path / "backup")
    courier = FakeCourier()
    world.now("2014-01-15T08:10")
    relay(world, courier).turn()
    seal_all(database, world.clock)
    mark.check(database, at=world.clock.now(), is_start=False)
    database.dispose()
    shutil.copyfile(tmp_path / "backup", here)
    courier.asked.clear()

    lost = mark.check(database, at=world.clock.now(), is_start=True)
    relay(world, courier).turn()

    assert lost is not None
    assert "mất khối nhật ký 2 đến 2" in lost.words
    assert courier.asked == []
    assert alerts(world) == ["database_restored"]
