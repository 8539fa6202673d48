"""Faults 44 and 45: every way into the tables of the record is barred, or found afterwards."""

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError

from engine.audit.verify import verify
from engine.clock import PinnedClock
from engine.commands import comments
from engine.store.record import APPEND_ONLY
from engine.store.session import Database
from tests.support.audit_log import fill, role, sqlite
from tests.support.databases import Urls
from tests.support.office import World, local

_SQLITE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
_POSTGRES = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)

_REPLACE = (
    "INSERT OR REPLACE INTO audit_entry SELECT id, subject, subject_seq, prev, hash, at, action, "
    "'gd', body FROM audit_entry LIMIT 1"
)
_UPSERT = (
    "INSERT INTO audit_entry SELECT id, subject, subject_seq, prev, hash, at, action, actor, body "
    "FROM audit_entry WHERE true LIMIT 1 ON CONFLICT (id) DO UPDATE SET actor = 'gd'"
)

_NO_GUARD = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN RETURN NEW; END'"
)


@pytest.fixture
def log(database: Database) -> Database:
    fill(database, 20, block=10)
    return database


def _has_rows(database: Database, table: str) -> None:
    """See to it that a row trigger has a row to stand before."""
    if table in ("comment", "history", "plan_version"):
        world = World(database, PinnedClock(local("2014-01-15T08:00"))).open()
        world.plan({"code": "T1", "due": "2014-02-07"})
        with database.begin() as tx:
            said = comments.Said(task="T1", words="đang làm")
            comments.say(tx, said, by=("cv", None), rules=world.rules, at=world.clock.now())
    elif table == "anchor":
        with database.begin() as tx:
            tx.exec_driver_sql(
                "INSERT INTO anchor SELECT (SELECT id FROM audit_entry LIMIT 1), sealed_at, 1, "
                "hash, 10, 'x' FROM audit_block WHERE number = 1"
            )


@_SQLITE
@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE {0} SET rowid = rowid", "DELETE FROM {0}"])
def test_fault_44_g16_a_row_of_the_record_is_neither_changed_nor_removed(
    log: Database, table: str, verb: str
) -> None:
    _has_rows(log, table)

    with pytest.raises(IntegrityError, match="append-only"), log.begin() as tx:
        tx.exec_driver_sql(verb.format(table))


@_SQLITE
@pytest.mark.parametrize("statement", [_REPLACE, _UPSERT], ids=["replace", "upsert"])
def test_fault_44_g16_no_insert_puts_a_row_in_the_place_of_another(
    log: Database, statement: str
) -> None:
    with pytest.raises(IntegrityError, match="append-only"), log.begin() as tx:
        tx.exec_driver_sql(statement)


@_SQLITE
def test_fault_44_g16_another_program_is_barred_by_the_same_triggers(
    log: Database, database_url: str
) -> None:
    with sqlite(database_url) as theirs:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            theirs.execute("UPDATE audit_entry SET actor = 'gd'")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            theirs.execute(_UPSERT)

    assert verify(log).is_clean


@_SQLITE
def test_fault_44_g16_a_replace_by_another_program_is_found(
    log: Database, database_url: str
) -> None:
    with sqlite(database_url) as theirs:
        theirs.execute(_REPLACE)

    assert [one.check for one in verify(log).findings] == ["columns"]


@_SQLITE
def test_fault_44_g16_a_dropped_trigger_is_found(log: Database, database_url: str) -> None:
    with sqlite(database_url) as theirs:
        theirs.execute("DROP TRIGGER audit_entry_no_delete")
        theirs.execute("DELETE FROM audit_entry WHERE subject = 'note:0' AND subject_seq = 1")

    found = [(one.check, one.number) for one in verify(log).findings]

    assert found[0] == ("missing", 1)
    assert ("guard", None) in found


@_SQLITE
def test_fault_44_g16_a_trigger_rewritten_in_the_schema_is_found(
    log: Database, database_url: str
) -> None:
    with sqlite(database_url) as theirs:
        theirs.execute("PRAGMA writable_schema = ON")
        theirs.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'RAISE(ABORT', 'coalesce(1') "
            "WHERE name = 'audit_entry_no_update'"
        )
    with sqlite(database_url) as theirs:
        theirs.execute("UPDATE audit_entry SET actor = 'gd' WHERE subject = 'note:0'")

    checks = {one.check for one in verify(log).findings}

    assert checks == {"columns", "guard"}


@_POSTGRES
@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {0} SET id = id",
        "DELETE FROM {0}",
        "TRUNCATE {0}",
        "ALTER TABLE {0} ADD COLUMN mine integer",
        "ALTER TABLE {0} DISABLE TRIGGER {0}_no_change",
        "ALTER TABLE {0} DISABLE TRIGGER ALL",
        "DROP TRIGGER {0}_no_change ON {0}",
        "DROP TABLE {0}",
        "CREATE TRIGGER mine BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ],
)
def test_fault_45_g16_the_role_of_the_application_may_not_touch_what_is_written(
    database_url: str, table: str, statement: str
) -> None:
    statement = statement.format(table)
    if table == "audit_block":
        statement = statement.replace("id = id", "number = number")

    with role(database_url) as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement)


@_POSTGRES
@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE dondoc_owner",
        "SET SESSION AUTHORIZATION dondoc_owner",
        "SET session_replication_role = replica",
        _NO_GUARD,
        "ALTER DEFAULT PRIVILEGES FOR ROLE dondoc_owner GRANT ALL ON TABLES TO PUBLIC",
        "CREATE TABLE mine (id integer)",
        "UPDATE alembic_version SET version_num = '0'",
        _UPSERT,
    ],
)
def test_fault_45_g16_the_role_of_the_application_gets_no_further_rights(
    database_url: str, statement: str
) -> None:
    with role(database_url) as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement)


@_POSTGRES
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_fault_45_g16_a_right_that_one_gives_oneself_is_no_right(
    database_url: str, table: str
) -> None:
    with role(database_url) as application:
        # PostgreSQL answers with a warning, not with an error.
        application.execute(f"GRANT DELETE ON {table} TO CURRENT_USER".encode())

        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(f"DELETE FROM {table}".encode())


@_POSTGRES
@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"])
def test_fault_45_g16_the_owner_himself_stands_before_the_triggers(
    log: Database, database_urls: Urls, table: str, verb: str
) -> None:
    _has_rows(log, table)
    column = "number" if table == "audit_block" else "id"

    with (
        role(database_urls.owner_url or "") as owner,
        pytest.raises(psycopg.errors.RestrictViolation, match="append-only"),
    ):
        owner.execute(verb.format(table, column))


@_POSTGRES
def test_fault_45_the_role_of_the_application_does_its_work(log: Database) -> None:
    world = World(log, PinnedClock(local("2014-01-15T08:00"))).open()
    world.plan({"code": "T1", "due": "2014-02-07"})

    world.do("cv", "start")

    assert world.row().state == "in_progress"
