"""What every test may ask for; databases come in both kinds, from tests.support."""

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
import structlog

from engine.clock import PinnedClock
from engine.store.session import Database
from tests.support import postgres
from tests.support.databases import PostgresSource, Source, SqliteSource, Urls
from tests.support.network import stay_on_this_machine
from tests.support.statements import compiled_once

ROOT = Path(__file__).resolve().parents[1]
#: Settings of ours that speak to the tests and not to the program.
_FOR_TESTS = {"DONDOC_SAMPLES", "DONDOC_TEST_POSTGRES_URL"}

# No deadline: two processes on two cores make any single example slow now and then. The same
# examples every time where CI judges; new ones at home.
hypothesis.settings.register_profile("dondoc", deadline=None)
hypothesis.settings.register_profile("dondoc-ci", deadline=None, derandomize=True)


def pytest_configure() -> None:
    hypothesis.settings.load_profile("dondoc-ci" if os.environ.get("CI") else "dondoc")
    memory = postgres.shared_memory()
    if memory is not None:
        # Where pytest makes the folders of tests.
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
    stay_on_this_machine()
    # Nobody waits for a picture of every variable of a failure that a test has asked for.
    structlog.get_config()["processors"][-1].exception_formatter = structlog.dev.plain_traceback


def pytest_collection_finish() -> None:
    # Thousands of tests wait in memory, and nothing of them ever goes: not looked through again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        callspec = getattr(item, "callspec", None)
        if callspec is not None and callspec.params.get("backend") == "postgresql":
            item.add_marker("postgres")


@pytest.fixture(autouse=True, scope="session")
def _no_settings_of_the_developer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in sorted(os.environ):
            if name.startswith("DONDOC_") and name not in _FOR_TESTS:
                patch.delenv(name)
        home = tmp_path_factory.mktemp("home")
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(home))
        yield


@pytest.fixture(autouse=True, scope="session")
def _statements_compiled_once() -> Iterator[None]:
    with compiled_once():
        yield


@pytest.fixture
def clock() -> PinnedClock:
    """A clock that stands still on Tuesday 2023-01-03, 08:00 in Việt Nam."""
    return PinnedClock(datetime(2023, 1, 3, 1, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real plans; the test is skipped where it is absent."""
    named = os.environ.get("DONDOC_SAMPLES")
    folder = Path(named) if named else ROOT.parent / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip(f"no real plans at {folder}; DONDOC_SAMPLES names another folder")
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database; a test about one kind alone parametrises this indirectly."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A running server, started when the first test asks for it."""
    with postgres.server() as running:
        yield running


@pytest.fixture(scope="session")
def sqlite_source(tmp_path_factory: pytest.TempPathFactory) -> SqliteSource:
    return SqliteSource(tmp_path_factory.mktemp("sqlite"), migrate=_migrate)


@pytest.fixture(scope="session")
def postgres_source(postgres_server: postgres.Server) -> Iterator[PostgresSource]:
    source = PostgresSource(postgres_server, migrate=_migrate, label=f"test_{os.getpid()}")
    yield source
    source.close()


@pytest.fixture
def database_source(backend: str, request: pytest.FixtureRequest) -> Iterator[Source]:
    """Makes databases of the kind under test, for a test that needs more than one."""
    name = "sqlite_source" if backend == "sqlite" else "postgres_source"
    source: Source = request.getfixturevalue(name)
    yield source
    source.clear()


@pytest.fixture
def empty_database_urls(database_source: Source, tmp_path: Path) -> Urls:
    """A database without tables."""
    return database_source.empty(tmp_path)


@pytest.fixture
def database_urls(database_source: Source, tmp_path: Path, request: pytest.FixtureRequest) -> Urls:
    """A migrated database: how the application gets in, and how its owner does."""
    if "office_database" in request.fixturenames:
        return database_source.copied(tmp_path, fill=_fill)
    return database_source.migrated(tmp_path)


@pytest.fixture
def database_url(database_urls: Urls) -> str:
    """A migrated database, as the application sees it."""
    return database_urls.url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database, opened as the application opens it."""
    opened = Database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def office_database(database: Database) -> Database:
    """The same database with the office of `World` in it, as it is on 2014-01-15, 08:00 local."""
    return database


def _fill(urls: Urls) -> None:
    from tests.support.office import World, local

    _migrate(urls)
    filled = Database(urls.url)
    World(filled, PinnedClock(local("2014-01-15T08:00"))).open()
    filled.dispose()


def _migrate(urls: Urls) -> None:
    from engine import migrations

    migrations.upgrade(urls.url, owner_url=urls.owner_url)
