"""A database older than it once was sends nothing until a person says what was sent (G12)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dondoc.watermark import Watermark
from engine.clock import PinnedClock
from engine.commands import mail
from engine.errors import BadInput, Invalid
from engine.store import gates
from engine.store.session import Database
from scheduler.seal import seal_all
from tests.support.databases import Source
from tests.support.office import World, local
from tests.support.post import FakeCourier, alerts, relay, statuses, sweep


@pytest.fixture
def mark(tmp_path: Path) -> Watermark:
    """A mark beside the database."""
    return Watermark(path=tmp_path / "beside" / "watermark.json", hold_after_days=45)


@pytest.fixture
def older(database_source: Source, tmp_path: Path) -> Iterator[World]:
    """The same office as it was backed up: none of what came later is in it."""
    folder = tmp_path / "older"
    folder.mkdir()
    opened = Database(database_source.migrated(folder).url)
    yield World(opened, PinnedClock(local("2014-01-15T08:00"))).open()
    opened.dispose()


def check(mark: Watermark, world: World, *, is_start: bool = True) -> bool:
    """Return whether the database is found to be older than it was."""
    lost = mark.check(world.database, at=world.clock.now(), is_start=is_start)
    return lost is not None


def held(world: World) -> str | None:
    """Return the name of the gate that holds mail back."""
    with world.database.read() as tx:
        gate = gates.holding(tx, at=world.clock.now())
    return gate.name if gate else None


def test_g12_a_database_that_goes_on_is_never_held_back(world: World, mark: Watermark) -> None:
    found = []
    for code in ("A", "B"):
        world.plan({"code": "T1", "due": "2014-02-07"}, code=code)
        seal_all(world.database, world.clock)
        found.append(check(mark, world))

    assert found == [False, False]
    assert held(world) is None


def test_g12_an_older_database_is_held_back_and_what_is_lost_is_named(
    world: World, older: World, mark: Watermark
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    seal_all(world.database, world.clock)
    check(mark, world)

    found = check(mark, older)

    with older.database.read() as tx:
        gate = gates.holding(tx, at=older.clock.now())
    assert found is True
    assert gate is not None
    assert gate.name == gates.RESTORED
    assert "mất khối nhật ký 1 đến 1" in gate.reason
    assert alerts(older) == ["database_restored"]


def test_g12_s72_nothing_leaves_from_an_older_database_before_a_person_has_judged_it(
    world: World, older: World, mark: Watermark, courier: FakeCourier
) -> None:
    seal_all(world.database, world.clock)
    world.plan({"code": "T1", "due": "2014-02-07"})
    seal_all(world.database, world.clock)
    check(mark, world)
    older.plan({"code": "T1", "due": "2014-02-07"})
    check(mark, older)
    older.now("2014-01-15T08:10")

    relay(older, courier).turn()

    assert courier.asked == []
    assert statuses(older, "assigned") == {"cv": "pending", "tp": "pending"}


def test_g12_s72_what_was_to_leave_before_the_floor_is_told_and_the_rest_leaves(
    world: World, older: World, mark: Watermark, courier: FakeCourier
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    seal_all(world.database, world.clock)
    check(mark, world)
    older.plan({"code": "T1", "due": "2014-02-07"})
    check(mark, older)
    sweep(older, "2014-01-25T07:30")
    at = older.clock.now()

    with older.database.begin() as tx:
        mail.resume(tx, "đã đối chiếu", actor="cvp", at=at, rules=older.rules, floor=at)
    relay(older, courier).turn()

    assert statuses(older, "assigned") == {"cv": "collapsed", "tp": "collapsed"}
    assert courier.asked == ["cv"]
    assert held(older) is None


def test_g12_what_was_judged_once_is_not_held_back_again(
    world: World, older: World, mark: Watermark
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    seal_all(world.database, world.clock)
    check(mark, world)
    check(mark, older)
    at = older.clock.now()
    with older.database.begin() as tx:
        mail.resume(tx, "", actor="cvp", at=at, rules=older.rules, floor=at)
    seal_all(older.database, older.clock)

    again = [check(mark, older), check(mark, older)]

    assert again == [False, False]


def test_g12_without_a_floor_an_older_database_is_not_let_go(
    world: World, older: World, mark: Watermark
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    seal_all(world.database, world.clock)
    check(mark, world)
    check(mark, older)

    with older.database.begin() as tx, pytest.raises(Invalid) as refused:
        mail.resume(tx, "", actor="cvp", at=older.clock.now(), rules=older.rules)

    assert refused.value.field == "from"
    assert held(older) == gates.RESTORED


@pytest.mark.parametrize(("days", "is_held"), [(45, False), (46, True)])
def test_g12_a_long_silence_is_held_back_like_an_old_copy(
    world: World, mark: Watermark, courier: FakeCourier, days: int, is_held: bool
) -> None:
    relay(world, courier).turn()
    world.clock.advance(timedelta(days=days))

    found = check(mark, world)

    assert found is is_held


def test_a_mark_that_cannot_be_read_is_refused(world: World, mark: Watermark) -> None:
    mark.path.parent.mkdir()
    mark.path.write_text("not an anchor")

    with pytest.raises(BadInput) as refused:
        check(mark, world)

    assert str(mark.path) in str(refused.value)


def test_g12_taking_in_a_plan_of_the_past_mails_nobody(world: World, courier: FakeCourier) -> None:
    world.plan({"code": "T1", "due": "2013-06-28"}, activate=False)
    for day in ("2014-01-16", "2014-01-17"):
        sweep(world, f"{day}T07:30")
        relay(world, courier).turn()

    assert courier.asked == []
    assert world.ledger() == []
