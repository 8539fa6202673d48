"""Fault 35: three processes serve one database, and are killed and started at random."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from sqlalchemy import func, select, text

from engine.store import heartbeats
from engine.store.record import attempt, message, notice
from engine.store.session import Database
from tests.support.databases import Urls
from tests.support.faketime import Wall
from tests.support.office import local
from tests.support.premises import Premises, wait
from tests.support.smtp_lab import SmtpLab

OFFICERS = 25
NODES = 3
#: Days on which the shipped ladder has something to say of a task due on Tuesday 14.
DAYS = ("2023-02-09", "2023-02-14", "2023-02-15", "2023-02-17")
#: And one on which nobody is killed.
CALM = "2023-02-20"
#: Of each morning, in seconds; the machine has to start three processes in it.
MORNING = 15.0

pytestmark = [
    pytest.mark.fault,
    pytest.mark.parametrize("backend", ["postgresql"], indirect=True),
]


@pytest.fixture
def lab() -> Iterator[SmtpLab]:
    """A mail server that takes everything."""
    server = SmtpLab()
    yield server
    server.close()


@pytest.fixture
def wall(tmp_path: Path) -> Wall:
    """The clock of all three."""
    return Wall(tmp_path / "clock")


@pytest.fixture
def place(tmp_path: Path, database_urls: Urls, lab: SmtpLab, wall: Wall) -> Premises:
    """An office on a database server, whose mail really leaves."""
    settings = {
        "DONDOC_DATABASE__URL": database_urls.url,
        "DONDOC_DATABASE__OWNER_URL": database_urls.owner_url or "",
        "DONDOC_MAIL__MODE": "live",
        "DONDOC_MAIL__HOST": "127.0.0.1",
        "DONDOC_MAIL__PORT": str(lab.port),
        "DONDOC_MAIL__SECURITY": "none",
        "DONDOC_MAIL__FROM": "dondoc@so.example",
        **wall.environ,
    }
    found = Premises(tmp_path, settings)
    wall.set(local("2023-02-06T08:00"))
    found.found(officers=OFFICERS, due="14/02/2023", now="")
    wall.set(local("2023-02-06T08:15"))
    found.dondoc("relay")
    lab.mailbox.clear()
    return found


def test_fault_35_g6_three_processes_killed_and_started_at_random_tell_everybody_once(
    place: Premises, wall: Wall, lab: SmtpLab, database: Database
) -> None:
    chance = random.Random(35)
    for day in DAYS:
        wall.set(local(f"{day}T07:29:56"))
        with ExitStack() as nodes:
            _live(place, nodes, chance)
        _forget_leases(database)
    wall.set(local(f"{CALM}T07:29:50"))
    with place.running():
        wait(lambda: _is_over(database), seconds=120)

    copies = Counter(one.reference for one in lab.mailbox)
    doubted = _doubted(database)
    assert {one: n for one, n in copies.items() if n > 1 + doubted[one]} == {}
    keys = _handed_over(database)
    assert {key: n for key, n in keys.items() if n > 1} == {}
    told = {one.recipients[0] for one in lab.mailbox} | _addresses_in_doubt(database)
    assert told >= {f"cv{number}@so.example" for number in range(OFFICERS)}
    place.dondoc("audit", "verify")


def _live(place: Premises, nodes: ExitStack, chance: random.Random) -> None:
    """Start three processes; kill one of them now and then, and start another."""
    running: list[Popen[Any]] = [
        nodes.enter_context(place.running(log=f"node-{number}.log")) for number in range(NODES)
    ]
    until = time.monotonic() + MORNING
    while time.monotonic() < until:
        time.sleep(chance.uniform(1.5, 6))
        victim = chance.randrange(NODES)
        running[victim].kill()
        running[victim] = nodes.enter_context(place.running(log=f"node-{victim}.log"))


def _forget_leases(database: Database) -> None:
    """Have the leases of the dead run out, as they do within minutes."""
    with database.begin() as tx:
        tx.execute(text("UPDATE message SET lease_until = clock_timestamp() - interval '1s' "
                        "WHERE lease_until IS NOT NULL"))  # fmt: skip


def _is_over(database: Database) -> bool:
    """Return whether the calm slot was served, and nothing is on its way any more."""
    on_the_way = notice.c.status.in_(("pending", "leased", "sending", "retry"))
    with database.read() as tx:
        beats = {one.name: one.completed_at for one in heartbeats.beats(tx)}
        due = notice.c.leave_at <= local(f"{CALM}T07:40")
        waiting = tx.execute(select(func.count()).where(on_the_way, due)).scalar_one()
    return waiting == 0 and beats["relay"] > beats["sweep"] > local(f"{CALM}T07:31")


def _addresses_in_doubt(database: Database) -> set[str]:
    """Return to whom something may have been handed over."""
    with database.read() as tx:
        rows = tx.execute(select(message.c.address).where(message.c.status == "in_doubt"))
        return set(rows.scalars())


def _doubted(database: Database) -> Counter[str]:
    """Return how often each message was in doubt."""
    with database.read() as tx:
        rows = tx.execute(
            select(message.c.reference, func.count().label("doubts"))
            .join(attempt, attempt.c.message_id == message.c.id)
            .where(attempt.c.outcome == "in_doubt")
            .group_by(message.c.reference)
        )
        return Counter({row.reference: int(row.doubts) for row in rows})


def _handed_over(database: Database) -> Counter[tuple[Any, ...]]:
    """Return how many rows there are of each key of the ledger, recipient included."""
    key = (notice.c.task_id, notice.c.ladder, notice.c.deadline_version, notice.c.arming,
           notice.c.rung, notice.c.occurrence, notice.c.recipient_id)  # fmt: skip
    with database.read() as tx:
        return Counter(tuple(row) for row in tx.execute(select(*key)))
