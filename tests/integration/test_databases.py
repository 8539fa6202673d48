"""The ground that the other tests stand on: each gets a real database of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from tests.support.databases import Source, Urls
from tests.support.source import ROOT

_SERVE = """
import time
from tests.support import postgres
with postgres.server() as running:
    print(running.admin_url, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_the_role_of_the_application_cannot_make_tables(empty_database_urls: Urls) -> None:
    application = create_engine(empty_database_urls.url)

    with application.connect() as connection, pytest.raises(ProgrammingError, match="denied"):
        connection.execute(text("CREATE TABLE intruder (id integer)"))

    application.dispose()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_case_is_folded_as_vietnamese_is_written(empty_database_urls: Urls) -> None:
    application = create_engine(empty_database_urls.url)

    with application.connect() as connection:
        folded = connection.execute(text("SELECT lower('ĐẶNG THỊ ƯỚC')")).scalar_one()

    application.dispose()
    assert folded == "đặng thị ước"


def test_two_databases_of_one_test_are_not_the_same(
    database_source: Source, tmp_path: Path
) -> None:
    folders = tmp_path / "first", tmp_path / "second"
    for folder in folders:
        folder.mkdir()

    first, second = (database_source.empty(folder) for folder in folders)

    owner = create_engine(first.owner_url or first.url)
    with owner.begin() as connection:
        connection.execute(text("CREATE TABLE mark (id integer)"))
    other = create_engine(second.owner_url or second.url)
    with other.connect() as connection, pytest.raises(Exception, match="mark"):
        connection.execute(text("SELECT * FROM mark"))
    owner.dispose()
    other.dispose()


@pytest.mark.postgres
def test_a_server_does_not_outlive_tests_that_were_killed() -> None:
    command = [sys.executable, "-c", _SERVE]
    its_own = {name: value for name, value in os.environ.items() if not name.startswith("DONDOC_")}
    with subprocess.Popen(
        command, cwd=ROOT, env=its_own, stdout=subprocess.PIPE, text=True
    ) as tests:
        assert tests.stdout is not None
        admin_url = tests.stdout.readline().strip()
        with psycopg.connect(admin_url) as admin:
            row = admin.execute("SELECT current_setting('data_directory')").fetchone()
        assert row is not None

        os.kill(tests.pid, signal.SIGKILL)

    assert _gone(Path(row[0]), within_s=30)
    assert _gone(Path(str(conninfo_to_dict(admin_url)["host"])), within_s=30)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(admin_url)


def _gone(folder: Path, *, within_s: float) -> bool:
    give_up = time.monotonic() + within_s
    while folder.exists() and time.monotonic() < give_up:
        time.sleep(0.02)
    return not folder.exists()
