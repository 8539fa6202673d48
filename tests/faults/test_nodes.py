"""Faults 38 and 40: who may serve one database together, and who may not."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from dondoc.bootstrap import App, build
from dondoc.running import alone
from dondoc.service import service
from engine.errors import AlreadyRunning, BadInput
from engine.store.session import Database
from tests.support.office import World


@pytest.fixture
def app(world: World, database_url: str, tmp_path: Path) -> Iterator[App]:
    """The application of the office, with its own settings."""
    settings = Settings.model_validate(
        {"state_dir": str(tmp_path), "database": {"url": database_url}}
    )
    built = build(settings, {})
    yield built
    built.close()


def test_fault_38_every_process_has_a_name_of_its_own_whatever_host_and_number_it_has(
    app: App,
) -> None:
    nodes = [service(app).watch.node for _ in range(3)]

    assert len(set(nodes)) == 3
    assert all(str(os.getpid()) != node for node in nodes)


def test_the_parts_of_one_process_bear_one_name(app: App) -> None:
    running = service(app)

    assert running.relay.node == running.watch.node


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_fault_40_a_second_run_on_one_file_is_told_who_holds_it(database: Database) -> None:
    with alone(database), pytest.raises(AlreadyRunning) as refused, alone(database):
        pass

    assert refused.value.process == str(os.getpid())
    assert refused.value.database in str(refused.value)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_fault_40_two_names_of_one_file_are_one_database(
    database: Database, tmp_path: Path
) -> None:
    file = Path(database.engine.url.database or "")
    other = tmp_path / "other.sqlite"
    other.symlink_to(file)

    with alone(database), pytest.raises(AlreadyRunning), alone(Database(f"sqlite:///{other}")):
        pass


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_fault_40_a_lock_that_somebody_left_behind_is_none(database: Database) -> None:
    with alone(database):
        pass
    lock = Path(f"{database.engine.url.database}.run-lock")
    lock.write_text("4711\n", encoding="ascii")

    with alone(database):
        held_by = lock.read_text(encoding="ascii")

    assert held_by == f"{os.getpid()}\n"
    assert lock.exists()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("rights", [0o600, 0o660])
def test_the_lock_has_the_rights_of_the_database(database: Database, rights: int) -> None:
    file = Path(database.engine.url.database or "")
    file.chmod(rights)

    with alone(database):
        found = stat.S_IMODE(Path(f"{file}.run-lock").stat().st_mode)

    assert found == rights


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_lock_that_is_a_link_is_refused_in_words(database: Database, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("x", encoding="ascii")
    Path(f"{database.engine.url.database}.run-lock").symlink_to(victim)

    with pytest.raises(BadInput) as refused, alone(database):
        pass

    assert refused.value.faults[0].cure
    assert victim.read_text(encoding="ascii") == "x"


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_several_may_run_on_a_database_server(database: Database) -> None:
    with alone(database), alone(database):
        is_in = True

    assert is_in
