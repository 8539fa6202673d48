"""A clock that is doubted, from the command line: who is told of it, and who may vouch for it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.clock import PinnedClock
from engine.store import gates
from engine.store.record import audit_entry
from engine.store.session import Database
from engine.store.tables import person, unit
from tests.support.databases import Urls
from tests.support.office import World, local
from tests.support.terminal import Terminal

LATER = "2023-01-03T08:10"


@pytest.fixture
def world(office: Terminal, database_urls: Urls) -> Iterator[World]:
    """An office with one active plan, its assignment mail waiting."""
    database = Database(database_urls.url)
    found = World(database, PinnedClock(local("2023-01-03T08:00")))
    with database.read() as tx:
        for table in (person, unit):
            found.ids.update({row.code: row.id for row in tx.execute(select(table))})
    found.plan({"code": "T1", "due": "2023-03-31"})
    yield found
    database.dispose()


def doubt(world: World, at: str, *, minutes: int | None = 10) -> None:
    """Close the gate of the clock."""
    since = local(at)
    until = since + timedelta(minutes=minutes) if minutes else None
    with world.database.begin() as tx:
        gates.close(tx, gates.CLOCK, reason="đồng hồ của máy nhảy tới", at=since, opens_at=until)


def test_g15_a_sweep_by_hand_says_that_the_clock_is_doubted_and_does_nothing(
    office: Terminal, world: World
) -> None:
    doubt(world, "2023-01-03T08:05")

    answer = office("sweep", DONDOC_NOW=LATER)
    as_data = office("sweep", "--json", DONDOC_NOW=LATER).json

    assert answer.code == 0
    assert "đồng hồ" in answer.err
    assert (as_data["is_held"], as_data["judged"], as_data["postponed"]) == (True, 0, 0)


def test_g15_mail_list_says_until_when_mail_is_held_and_what_to_do(
    office: Terminal, world: World
) -> None:
    doubt(world, "2023-01-03T08:05")

    sent = office("relay", "--json", DONDOC_NOW=LATER).json
    answer = office("mail", "list", DONDOC_NOW=LATER)

    assert sent["accepted"] == 0
    assert "đến 03/01/2023 08:15" in answer.err
    assert "đồng hồ của máy nhảy tới" in answer.err
    assert "dondoc mail resume --as MÃ" in answer.err


def test_g15_mail_that_is_held_leaves_by_itself_when_its_time_is_up(
    office: Terminal, world: World
) -> None:
    doubt(world, "2023-01-03T08:05")

    sent = office("relay", "--json", DONDOC_NOW="2023-01-03T08:15").json

    assert sent["accepted"] > 0


def test_g15_whoever_may_let_mail_go_may_vouch_for_the_clock(
    office: Terminal, world: World
) -> None:
    doubt(world, "2023-01-03T08:05", minutes=None)

    refused = office("mail", "resume", "--as", "cv", DONDOC_NOW=LATER)
    granted = office("mail", "resume", "--as", "cvp", "--note", "đã xem đồng hồ", DONDOC_NOW=LATER)
    sent = office("relay", "--json", DONDOC_NOW=LATER).json

    assert refused.code == 77
    assert granted.code == 0
    assert sent["accepted"] > 0


def test_walking_back_with_a_clock_set_by_hand_holds_nobody_and_is_recorded(
    office: Terminal, world: World
) -> None:
    office("sweep", DONDOC_NOW="2023-03-01T09:00")

    again = office("sweep", "--json", DONDOC_NOW="2023-01-04T09:00").json

    assert again["is_held"] is False
    with world.database.read() as tx:
        steps = select(audit_entry.c.subject).where(audit_entry.c.action == "clock.stepped")
        subjects = list(tx.execute(steps).scalars())
    assert len(subjects) == 1
    assert subjects[0].startswith("clock:pinned-")
