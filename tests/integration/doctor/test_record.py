"""What the doctor says of seals, anchors and locks, and of a database that may lose something."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text

from engine import migrations
from engine.store.session import Database, Transaction
from scheduler.seal import Sealer
from tests.support.checkup import codes, examined, live, one
from tests.support.counting import as_counted, as_they_are
from tests.support.databases import Urls
from tests.support.office import World


def test_entries_that_nobody_sealed_are_counted(world: World) -> None:
    world.do("cv", "start", "T1")
    world.clock.advance(timedelta(minutes=4))
    early = codes(world)
    world.clock.advance(timedelta(minutes=2))
    late = one(world, "audit_unsealed")
    Sealer(world.database, world.clock).turn()

    assert early == []
    assert late.severity == "warning"
    assert late.message.startswith("1 mục")
    assert "audit_unsealed" not in codes(world)


def test_an_anchor_older_than_a_day_is_a_warning(world: World) -> None:
    world.clock.advance(timedelta(days=1, minutes=1))

    found = one(world, "audit_anchor_old")

    assert found.severity == "warning"
    assert "07:30 ngày 06/02/2014" in found.message


def test_a_record_that_was_never_anchored_is_worth_knowing(world: World, owner: Database) -> None:
    with owner.begin() as tx:
        if tx.dialect.name == "sqlite":
            tx.execute(text("DROP TRIGGER anchor_no_delete"))
        else:
            tx.execute(text("ALTER TABLE anchor DISABLE TRIGGER anchor_no_change"))
        tx.execute(text("DELETE FROM anchor"))

    assert one(world, "audit_unanchored").severity == "info"


def test_g16_a_lock_of_the_record_that_was_taken_off_is_named(
    world: World, owner: Database
) -> None:
    with owner.begin() as tx:
        if tx.dialect.name == "sqlite":
            tx.execute(text("DROP TRIGGER audit_entry_no_update"))
        else:
            tx.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_change"))

    found = one(world, "guard_missing")

    assert found.severity == "error"
    assert found.subject.startswith("audit_entry_no_")


def _spoil(tx: Transaction, how: str) -> None:
    """Take a counting trigger off, or have it count something else."""
    where = "" if tx.dialect.name == "sqlite" else " ON task"
    if how == "dropped":
        tx.execute(text(f"DROP TRIGGER task_counted{where}"))
    elif how == "switched off" and where:
        tx.execute(text("ALTER TABLE task DISABLE TRIGGER task_recounted"))
    elif where:
        tx.execute(text("DROP TRIGGER task_recounted ON task"))
        tx.execute(text("CREATE TRIGGER task_recounted AFTER UPDATE OF state ON task "
                        "FOR EACH ROW EXECUTE FUNCTION recount_task()"))  # fmt: skip
    else:
        tx.execute(text("DROP TRIGGER task_recounted"))
        tx.execute(text("CREATE TRIGGER task_recounted AFTER UPDATE OF state ON task "
                        "BEGIN DELETE FROM counter; END"))  # fmt: skip


@pytest.mark.parametrize("how", ["dropped", "switched off", "rewritten"])
def test_a_counting_trigger_that_is_not_ours_any_more_is_named_and_put_back_with_its_count(
    world: World, owner: Database, database_urls: Urls, how: str
) -> None:
    with owner.begin() as tx:
        _spoil(tx, how)
    found = one(world, "counting_missing")
    checked = migrations.check(database_urls.url)
    world.do("cv", "start", "T1")

    migrations.upgrade(database_urls.url, database_urls.owner_url)

    name = "task_counted" if how == "dropped" else "task_recounted"
    assert (found.subject, found.severity, found.cure) == (name, "error", "dondoc db upgrade")
    assert [each for each in checked if name in each and "dondoc db upgrade" in each]
    assert "counting_missing" not in codes(world)
    with world.database.read() as tx:
        assert as_counted(tx) == as_they_are(tx)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_role_that_could_take_the_locks_off_is_a_warning(
    world: World, owner: Database, database_urls: Urls
) -> None:
    world.database = owner

    assert "guard_weak" in codes(world)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_g1_a_setting_by_which_work_can_be_lost_is_an_error(world: World) -> None:
    pool = world.database.engine
    event.listen(pool, "checkout", lambda raw, *_: raw.execute("PRAGMA synchronous=OFF"))

    found = one(world, "database_not_durable")

    assert found.severity == "error"
    assert found.subject == "PRAGMA synchronous"


def test_the_examination_does_not_wake_the_sealer_or_anything_else(world: World) -> None:
    before = world.entries("")

    examined(world)

    assert world.entries("") == before


def test_a_task_that_was_changed_by_its_triggers_agrees_with_the_record(world: World) -> None:
    world.do("cv", "start", "T2")
    world.do("cv", "report", "T2")
    world.do("cvp", "return", "T2", note="thiếu", due=world.row("T2").due_on)
    live(world, "2014-02-06T07:31")

    assert "task_unlike_record" not in codes(world)
