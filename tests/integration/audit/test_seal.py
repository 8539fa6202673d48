"""The sealer: every entry in exactly one block, numbered without gaps, whatever order they come."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from engine import audit
from engine.audit import entries, seal
from engine.audit.verify import verify
from engine.clock import PinnedClock
from engine.errors import Corrupt
from engine.ids import new_id
from engine.store import audit_log
from engine.store.record import audit_block, audit_entry
from engine.store.session import Database
from scheduler.seal import Sealer, seal_all
from tests.support.audit_log import AT, Owner, event, fill, sealed, write
from tests.support.databases import Urls

_HOUR = timedelta(hours=1)


def _blocks(database: Database) -> list[Any]:
    with database.read() as tx:
        return list(tx.execute(select(audit_block).order_by(audit_block.c.number)))


def _insert(database: Database, entry: audit.Entry) -> None:
    with database.begin() as tx:
        tx.execute(insert(audit_entry).values(entries.as_row(entry)))


def _aged(monkeypatch: pytest.MonkeyPatch, *, by: timedelta) -> None:
    """Let entries made from now on carry ids of an earlier time, as on a machine that is slow."""
    monkeypatch.setattr(entries, "new_id", lambda: audit_log.earlier(new_id(), by=by))


def test_g16_entries_are_numbered_from_one_without_gaps(database: Database) -> None:
    fill(database, 25, block=10)

    blocks = _blocks(database)

    assert [(one.number, one.first_seq, one.count) for one in blocks] == [
        (1, 1, 10), (2, 11, 10), (3, 21, 5),
    ]  # fmt: skip
    assert [one.prev for one in blocks[1:]] == [one.hash for one in blocks[:-1]]


def test_nothing_new_makes_no_block(database: Database) -> None:
    fill(database, 3, block=3)

    assert sealed(database) == 0
    assert len(_blocks(database)) == 1


def test_an_empty_log_is_sealed_to_nothing(database: Database) -> None:
    assert sealed(database) == 0
    assert _blocks(database) == []


def test_a_block_is_closed_when_it_is_full(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal, "MOST_ENTRIES", 10)
    monkeypatch.setattr("scheduler.seal.MOST_ENTRIES", 10)
    fill(database, 25)

    number = sealed(database)

    assert number == 25
    assert [one.count for one in _blocks(database)] == [10, 10, 5]


def test_g16_an_entry_committed_late_gets_its_number_in_a_later_block(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = audit.chain(event("note:late"), at=AT, head=audit.GENESIS)
    fill(database, 5, block=5)
    _insert(database, late)

    number = sealed(database)

    assert number == 1
    assert _blocks(database)[-1].entries == [late.id]
    assert verify(database).is_clean


def test_entries_of_a_machine_whose_clock_was_set_back_are_sealed_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, 5, block=5)
    ahead = str(audit_log.earlier(new_id(), by=-timedelta(days=4)))
    with monkeypatch.context() as patch:
        patch.setattr(entries, "new_id", lambda: ahead)
        write(database, "note:ahead")
    sealed(database)

    write(database, "note:back")
    number = sealed(database)

    assert number == 1
    assert verify(database).is_clean


def test_an_entry_committed_much_too_late_is_a_finding_until_the_whole_log_is_searched(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, 5, block=5)
    _aged(monkeypatch, by=3 * _HOUR)
    write(database, "note:late")

    assert sealed(database) == 0
    assert [one.check for one in verify(database).findings] == ["unsealed"]
    assert seal_all(database, PinnedClock(AT), everywhere=True) == 1
    assert verify(database).is_clean


def test_a_running_sealer_finds_much_too_late_entries_once_a_day(
    database: Database, clock: PinnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealer = Sealer(database, clock)
    fill(database, 5)
    numbers = [sealer.turn()]
    _aged(monkeypatch, by=3 * _HOUR)
    write(database, "note:late")

    numbers.append(sealer.turn())
    clock.advance(timedelta(days=1))
    numbers.append(sealer.turn())

    assert numbers == [5, 0, 1]


def test_entries_of_one_subject_keep_the_order_of_their_chain(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write(database, "note:1")
    with monkeypatch.context() as patch:
        _aged(patch, by=timedelta(seconds=30))
        second = write(database, "note:1")
    assert second.id < first.id

    sealed(database)

    assert _blocks(database)[0].entries == [first.id, second.id]


def test_a_chain_whose_order_was_lost_between_blocks_is_still_whole(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = audit.chain(event("note:1"), at=AT, head=audit.GENESIS)
    second = audit.chain(event("note:1"), at=AT, head=first.head)
    third = audit.chain(event("note:1"), at=AT, head=second.head)
    for entry in (second, third, first):
        _insert(database, entry)
        sealed(database)

    verdict = verify(database)

    assert verdict.findings == ()
    assert verdict.entries == 3


def test_s61_a_last_block_that_cannot_be_followed_stops_the_sealer(
    database: Database, database_urls: Urls
) -> None:
    fill(database, 4, block=2)
    Owner(urls=database_urls).change("UPDATE audit_block SET hash = prev WHERE number = 2")
    write(database, "note:new")

    with pytest.raises(Corrupt, match="audit verify"):
        sealed(database)


def test_a_block_refuses_a_naive_instant(database: Database) -> None:
    write(database, "note:1")

    with pytest.raises(ValueError, match="naive"), database.begin() as tx:
        seal.seal(tx, at=datetime(2023, 1, 3, tzinfo=UTC).replace(tzinfo=None))


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_g16_two_sealers_at_once_seal_every_entry_once(database: Database) -> None:
    fill(database, 40)
    start = threading.Barrier(3)
    numbers: list[int] = []

    def work() -> None:
        start.wait()
        numbers.append(sealed(database))

    sealers = [threading.Thread(target=work) for _ in range(3)]
    for sealer in sealers:
        sealer.start()
    for sealer in sealers:
        sealer.join()

    assert sorted(numbers) == [0, 0, 40]
    assert verify(database).is_clean
