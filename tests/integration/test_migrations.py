"""The life of the database: made whole, upgraded again, refused where it would do harm."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from sqlalchemy import create_engine, inspect, select, text

from engine import migrations
from engine.errors import BadInput
from engine.ids import new_id
from engine.store import guards
from engine.store import plans as store
from engine.store.record import APPEND_ONLY, plan, task
from engine.store.session import Database
from tests.support.audit_log import Owner, role
from tests.support.databases import Source, Urls

_METADATA = task.metadata


@pytest.fixture
def by_metadata(database_source: Source, tmp_path: Path) -> Iterator[Database]:
    """A database whose tables were made from the metadata, without a migration."""
    folder = tmp_path / "metadata"
    folder.mkdir()
    urls = database_source.empty(folder)
    opened = Database(urls.owner_url or urls.url)
    with opened.begin() as tx:
        _METADATA.create_all(tx)
    yield opened
    opened.dispose()


def test_the_migrations_make_what_the_metadata_says(
    database: Database, by_metadata: Database
) -> None:
    with database.read() as migrated, by_metadata.read() as declared:
        found, wanted = _catalogue(migrated), _catalogue(declared)

    assert found.pop("alembic_version")
    assert found == wanted


@pytest.mark.filterwarnings("ignore:.*expression-based index 'ix_task_words'")
def test_alembic_finds_no_difference(database: Database) -> None:
    with database.read() as tx:
        differences = compare_metadata(migrations.comparing(tx), _METADATA)

    assert differences == []


def test_an_upgrade_of_what_is_newest_changes_nothing(database_urls: Urls) -> None:
    before = migrations.current(database_urls.url)

    migrations.upgrade(database_urls.url, database_urls.owner_url)

    assert migrations.current(database_urls.url) == before == migrations.newest()
    assert migrations.check(database_urls.url) == []


def test_every_file_of_a_migration_is_named_for_its_revision() -> None:
    folder = Path(migrations.__file__).parent / "versions"

    names = sorted(path.stem for path in folder.glob("*.py"))

    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert names[-1][:4] == migrations.newest()


def test_a_database_without_tables_is_told_from_one_of_ours(empty_database_urls: Urls) -> None:
    assert migrations.current(empty_database_urls.url) is None
    assert "dondoc db upgrade" in migrations.check(empty_database_urls.url)[0]


def test_a_database_of_a_newer_program_is_left_alone(database_urls: Urls) -> None:
    Owner(urls=database_urls).change("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(BadInput, match="9999"):
        migrations.upgrade(database_urls.url, database_urls.owner_url)

    assert "9999" in migrations.check(database_urls.url)[0]


def test_an_older_database_is_named_by_the_check(database_urls: Urls) -> None:
    Owner(urls=database_urls).change("UPDATE alembic_version SET version_num = '0001'")

    findings = migrations.check(database_urls.url)

    assert len(findings) == 1
    assert f"bản 0001, chương trình cần bản {migrations.newest()}" in findings[0]


def test_a_column_too_many_is_named_by_the_check(database_urls: Urls) -> None:
    Owner(urls=database_urls).change("ALTER TABLE gate ADD COLUMN mine INTEGER")

    findings = migrations.check(database_urls.url)

    assert len(findings) == 1
    assert "mine" in findings[0]


def test_g16_a_guard_taken_away_is_named_by_the_check(database_urls: Urls) -> None:
    Owner(urls=database_urls).leave_open("history")

    findings = migrations.check(database_urls.url)

    assert len(findings) == 1
    assert "history_no_" in findings[0]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_new_sqlite_file_is_for_its_owner_alone(empty_database_urls: Urls) -> None:
    migrations.upgrade(empty_database_urls.url)

    file = Path(empty_database_urls.url.removeprefix("sqlite:///"))
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_existing_sqlite_file_keeps_the_rights_it_was_given(empty_database_urls: Urls) -> None:
    file = Path(empty_database_urls.url.removeprefix("sqlite:///"))
    file.touch()
    os.chmod(file, 0o640)  # noqa: PTH101  # a mode, whatever the umask is

    migrations.upgrade(empty_database_urls.url)

    assert file.stat().st_mode & 0o777 == 0o640


def test_a_missing_folder_is_named_before_anything_is_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'nowhere' / 'dondoc.db'}"

    with pytest.raises(BadInput, match="không tạo được tệp"):
        migrations.upgrade(url)

    assert list(tmp_path.iterdir()) == []


def test_a_migration_that_fails_leaves_no_table_behind(
    empty_database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(guards, "protect", refuse)

    with pytest.raises(RuntimeError):
        migrations.upgrade(empty_database_urls.url, empty_database_urls.owner_url)

    assert migrations.current(empty_database_urls.url) is None
    engine = create_engine(empty_database_urls.owner_url or empty_database_urls.url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_g16_the_application_gets_the_least_it_can_work_with(database_urls: Urls) -> None:
    with role(database_urls.url) as application:
        found = application.execute(
            "SELECT table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type) "
            "FROM information_schema.role_table_grants WHERE grantee = current_user "
            "GROUP BY table_name"
        ).fetchall()

    rights: Mapping[str, str] = dict(found)
    ordinary = set(_METADATA.tables) - set(APPEND_ONLY)
    assert {rights[table] for table in APPEND_ONLY} == {"INSERT SELECT"}
    assert {rights[table] for table in ordinary} == {"DELETE INSERT SELECT UPDATE"}
    assert rights["alembic_version"] == "SELECT"


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_g16_a_table_made_later_by_hand_may_only_be_read(database_urls: Urls) -> None:
    with role(database_urls.owner_url or "") as owner:
        owner.execute("CREATE TABLE later (id integer)")

    with role(database_urls.url) as application:
        found = application.execute(
            "SELECT string_agg(privilege_type, ' ') FROM information_schema.role_table_grants "
            "WHERE grantee = current_user AND table_name = 'later'"
        ).fetchone()

    assert found == ("SELECT",)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_g16_the_check_says_that_one_role_for_all_is_weaker(empty_database_urls: Urls) -> None:
    alone = empty_database_urls.owner_url or ""
    migrations.upgrade(alone)

    findings = migrations.check(alone)

    assert len(findings) == 1
    assert "audit_entry" in findings[0]
    assert "database.owner_url" in findings[0]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_tables_of_another_role_are_refused_with_the_cure(empty_database_urls: Urls) -> None:
    migrations.upgrade(empty_database_urls.owner_url or "")

    with pytest.raises(BadInput, match="REASSIGN OWNED"):
        migrations.upgrade(empty_database_urls.url)


def _catalogue(tx: Any) -> dict[str, Any]:
    """Return everything the database knows of its tables, in an order of ours."""
    found = inspect(tx)
    return {table: _table(found, table, tx) for table in found.get_table_names()}


def _table(found: Any, table: str, tx: Any) -> dict[str, Any]:
    columns = {
        column["name"]: (
            column["type"].compile(tx.dialect),
            column["nullable"],
            str(column["default"]),
            column.get("autoincrement"),
        )
        for column in found.get_columns(table)
    }
    return {
        "columns": columns,
        "order": list(columns),
        "key": found.get_pk_constraint(table),
        "foreign": sorted(map(str, found.get_foreign_keys(table))),
        "unique": sorted(map(str, found.get_unique_constraints(table))),
        "check": sorted(map(str, found.get_check_constraints(table))),
        "indexes": sorted(map(str, _indexes(table, found, tx))),
    }


def _indexes(table: str, found: Any, tx: Any) -> list[Any]:
    if tx.dialect.name == "sqlite":
        statement = "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table"
    else:
        statement = "SELECT indexdef FROM pg_indexes WHERE tablename = :table"
    return list(tx.execute(text(statement), {"table": table}).scalars())


def test_plans_of_an_older_database_are_kept_and_told_without_their_content(
    empty_database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = empty_database_urls
    with monkeypatch.context() as older:
        older.setattr(command, "upgrade", _only_to("0006"))
        migrations.upgrade(urls.url, urls.owner_url)
    _insert_old_plan(urls)

    migrations.upgrade(urls.url, urls.owner_url)

    assert migrations.check(urls.url) == []
    database = Database(urls.url)
    with database.read() as tx:
        row = tx.execute(text("SELECT signer, bases, targets FROM plan")).one()
        (version,) = store.versions(tx, str(tx.execute(select(plan.c.id)).scalar_one()))
    database.dispose()
    assert [json.loads(one) if isinstance(one, str) else one for one in row] == [None, [], []]
    assert (version.number, version.decision, version.has_content) == (1, None, False)


def test_the_revision_that_commands_ask_for_is_that_of_the_newest_migration() -> None:
    assert migrations.newest() == guards.NEWEST


def _only_to(revision: str) -> Callable[[Any, str], None]:
    upgrade = command.upgrade
    return lambda config, _: upgrade(config, revision)


def _insert_old_plan(urls: Urls) -> None:
    """Store a plan with a version, as the program before it did."""
    identity = new_id() if "postgresql" in urls.url else new_id().replace("-", "")
    values = {"id": identity, "at": "2025-01-06 01:00:00"}
    database = Database(urls.owner_url or urls.url)
    with database.begin() as tx:
        tx.execute(
            text(
                "INSERT INTO plan (id, code, year, title, citations, state, version) "
                "VALUES (:id, 'KH-2025', 2025, 'Kế hoạch', '[]', 'active', 1)"
            ),
            values,
        )
        tx.execute(
            text(
                "INSERT INTO plan_version "
                "(id, plan_id, number, note, source_name, digest, created_at, actor) "
                "VALUES (:id, :id, 1, 'imported', 'kh.txt', '', :at, 'cvp')"
            ),
            values,
        )
    database.dispose()
