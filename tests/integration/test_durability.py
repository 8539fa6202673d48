"""G1: a database that could lose what it has acknowledged is named before anybody works on it."""

import pytest
from sqlalchemy import event

from engine.store.durability import durability_faults
from engine.store.session import Database
from tests.support.audit_log import role
from tests.support.databases import Urls

_SQLITE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
_POSTGRES = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


@_SQLITE
def test_g1_a_sqlite_file_as_we_open_it_keeps_what_it_acknowledged(database: Database) -> None:
    assert durability_faults(database) == []


@_SQLITE
@pytest.mark.parametrize("mode", ["OFF", "NORMAL"])
def test_g1_sqlite_that_does_not_wait_for_the_disk_is_refused(
    database: Database, mode: str
) -> None:
    event.listen(
        database.engine, "checkout", lambda raw, *_: raw.execute(f"PRAGMA synchronous={mode}")
    )

    faults = durability_faults(database)

    assert [one.place for one in faults] == ["PRAGMA synchronous"]
    assert "FULL" in faults[0].cure


@_SQLITE
@pytest.mark.parametrize("journal", ["memory", "off"])
def test_g1_a_journal_that_dies_with_the_process_is_refused(
    database: Database, journal: str
) -> None:
    event.listen(
        database.engine, "checkout", lambda raw, *_: raw.execute(f"PRAGMA journal_mode={journal}")
    )

    faults = durability_faults(database)

    assert [one.place for one in faults] == ["PRAGMA journal_mode"]
    assert repr(journal) in faults[0].problem


@_SQLITE
@pytest.mark.parametrize(("version", "number"), [("3.51.2", 1), ("3.51.3", 0)])
def test_g1_a_write_ahead_log_needs_a_sqlite_without_its_bug(
    database: Database, version: str, number: int
) -> None:
    def old(raw: object, *_: object) -> None:
        raw.execute("PRAGMA journal_mode=WAL")  # type: ignore[attr-defined]  # a driver's connection
        raw.create_function("sqlite_version", 0, lambda: version)  # type: ignore[attr-defined]  # the same

    event.listen(database.engine, "checkout", old)

    assert len(durability_faults(database)) == number


@_POSTGRES
@pytest.mark.parametrize("commit", ["on", "local", "remote_write"])
def test_g1_a_server_that_waits_for_its_disk_is_accepted(
    database: Database, database_urls: Urls, commit: str
) -> None:
    _set(database_urls, commit)

    assert durability_faults(database) == []


@_POSTGRES
def test_g1_a_server_that_acknowledges_before_its_disk_is_refused(
    database: Database, database_urls: Urls
) -> None:
    _set(database_urls, "off")

    faults = durability_faults(database)

    assert [one.place for one in faults] == ["synchronous_commit"]
    assert faults[0].cure == "đặt synchronous_commit = on"


def _set(urls: Urls, commit: str) -> None:
    with role(urls.owner_url or "") as owner:
        database = owner.info.dbname
        owner.execute(f'ALTER DATABASE "{database}" SET synchronous_commit = {commit}'.encode())
