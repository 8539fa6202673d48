"""Fault 7, the long run: two hundred offices, fifty steps each."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from engine.store.session import Database
from tests.support.databases import SqliteSource
from tests.support.driven import machine_of
from tests.support.furnished import COURSE
from tests.support.town import Town, careless

_MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory, where there is one


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, for databases that are thrown away."""
    if not _MEMORY.is_dir():
        yield tmp_path
        return
    made = Path(mkdtemp(prefix="dondoc-model-", dir=_MEMORY))
    yield made
    shutil.rmtree(made)


@pytest.mark.fault
def test_fault_7_in_ten_thousand_steps_tables_and_record_are_as_they_should_be(
    sqlite_source: SqliteSource, folder: Path
) -> None:
    template = folder / "furnished.sqlite"
    (folder / "first").mkdir()
    first = Town(careless(Database(sqlite_source.migrated(folder / "first").url)), COURSE)
    first.database.dispose()
    shutil.copyfile(folder / "first" / "dondoc.sqlite", template)

    def furnish() -> Town:
        shutil.copyfile(template, folder / "example.sqlite")
        made = careless(Database(f"sqlite:///{folder / 'example.sqlite'}"))
        return Town(made, COURSE, ids=first.world.ids)

    machine = machine_of(furnish)

    long = settings(max_examples=200, stateful_step_count=50, deadline=None,
                    suppress_health_check=list(HealthCheck))  # fmt: skip
    run_state_machine_as_test(machine, settings=long)

    assert machine.examples_whole >= 200
