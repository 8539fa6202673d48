"""What the doctor says of the service itself, and that it says nothing where nothing is wrong."""

from datetime import timedelta

from sqlalchemy import event, text, update

from engine import diagnosis
from engine.clock import PinnedClock
from engine.diagnosis import Findings
from engine.diagnosis.findings import MOST
from engine.office import Office
from engine.store import heartbeats
from engine.store.record import notice
from engine.store.rulebooks import Rules
from engine.store.session import Database
from tests.support.checkup import codes, examined, one, turn
from tests.support.databases import Urls
from tests.support.office import ZONE, World, local
from tests.support.post import BUSY, FakeCourier


def test_a_healthy_office_gives_no_findings(world: World) -> None:
    assert examined(world).listed == []
    assert examined(world).is_healthy


def test_a_healthy_office_gives_none_on_any_day_of_a_task_that_climbs_and_is_verified(
    world: World,
) -> None:
    found: list[tuple[str, list[str]]] = []
    for day in ("07", "10", "11", "13", "14", "17", "18", "24", "25"):
        for hour in ("07:30", "09:00"):
            turn(world, at=f"2014-02-{day}T{hour}")
            found.append((f"{day}T{hour}", codes(world)))
    world.do("cv", "start")
    world.do("cv", "report")
    found.append(("reported", codes(world)))
    turn(world, at="2014-02-27T07:30")
    found.append(("verify-2 told", codes(world)))
    world.do("cvp", "return", note="thiếu", due=None)
    found.append(("returned", codes(world)))
    turn(world, at="2014-02-28T07:30")
    world.do("cv", "report")
    world.do("cvp", "verify")
    found.append(("verified", codes(world)))

    assert [one for one in found if one[1]] == []


def test_g14_a_sweep_that_last_ended_more_than_five_minutes_ago_is_an_error(world: World) -> None:
    world.clock.advance(timedelta(minutes=5, seconds=1))

    found = one(world, "sweep_late")

    assert found.severity == "error"
    assert "dondoc run" in found.cure
    assert found.since == world.clock.now() - timedelta(minutes=5, seconds=1)
    assert not examined(world).is_healthy


def test_g14_five_minutes_without_a_sweep_are_no_error(world: World) -> None:
    world.clock.advance(timedelta(minutes=5))

    assert codes(world) == []


def test_each_part_that_stopped_is_named(world: World) -> None:
    world.clock.advance(timedelta(minutes=16))

    assert codes(world) == ["sweep_late", "relay_late", "seal_late"]


def test_a_service_that_never_ran_is_an_error_once_a_plan_is_active(database: Database) -> None:
    world = World(database, PinnedClock(local("2014-01-15T08:00"))).open()
    idle = examined(world)
    world.plan({"code": "T1", "due": "2014-09-30"})

    assert idle.is_healthy
    assert {one.code: one.severity for one in idle.listed}["sweep_never"] == "warning"
    assert {one.code: one.severity for one in examined(world).listed}.items() >= {
        ("sweep_never", "error"), ("relay_never", "error"),
    }  # fmt: skip


def test_g15_a_turn_that_ended_in_the_future_says_that_the_clock_went_back(world: World) -> None:
    with world.database.begin() as tx:
        later = world.clock.now() + timedelta(days=4)
        heartbeats.beat(tx, "sweep", at=later, node="test")

    found = one(world, "beat_in_future")

    assert found.severity == "error"
    assert found.subject == "sweep"
    assert "10/02/2014" in found.message


def test_a_database_of_another_version_is_named_and_not_read(world: World, owner: Database) -> None:
    with owner.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    found = one(world, "database_outdated")

    assert codes(world) == ["database_outdated"]
    assert found.cure == "dondoc db upgrade"
    assert diagnosis.facts(world.database) == {}


def test_an_examination_writes_nothing(world: World) -> None:
    world.clock.advance(timedelta(days=30))
    written: list[str] = []

    @event.listens_for(world.database.engine, "before_cursor_execute")
    def remember(_c: object, _k: object, statement: str, *_rest: object) -> None:
        if statement.split(maxsplit=1)[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            written.append(statement)

    assert not examined(world).is_healthy
    assert written == []


def test_facts_name_the_database_its_size_and_who_beat_when(world: World) -> None:
    known = diagnosis.facts(world.database)

    assert known["database"]["kind"] == world.database.dialect
    assert known["database"]["size_bytes"] > 0
    assert known["counts"]["tasks"] == 2
    assert set(known["beats"]) >= {"sweep", "relay", "seal"}


def test_of_very_many_troubles_of_a_kind_the_first_are_listed_and_the_rest_counted() -> None:
    found = Findings()

    for number in range(MOST + 480):
        found.add("rung_untold", f"T{number}", "chưa báo", cure="dondoc doctor --wake")

    assert len(found.listed) == MOST
    assert found.more == {"rung_untold": 480}
    assert not found.is_healthy


def test_a_service_that_ran_and_stopped_is_an_error_although_no_plan_is_active(
    database: Database,
) -> None:
    world = World(database, PinnedClock(local("2014-01-15T08:00"))).open()
    turn(world)
    world.clock.advance(timedelta(minutes=6))

    assert one(world, "sweep_late").severity == "error"


def test_a_database_without_tables_is_named(empty_database_urls: Urls) -> None:
    database = Database(empty_database_urls.url)
    found = Findings()

    diagnosis.examine(
        database, rules=Rules(Office(zone=ZONE)), at=local("2014-01-15T08:00"), is_paused=False,
        found=found,
    )  # fmt: skip
    database.dispose()

    assert [one.code for one in found.listed] == ["database_outdated"]
    assert "chưa có bảng nào" in found.listed[0].message


def test_one_damaged_row_does_not_hide_the_other_troubles(world: World) -> None:
    turn(world, FakeCourier(answers={"cv": [BUSY]}), at="2014-02-07T07:30")
    with world.database.begin() as tx:
        retried = notice.c.status == "retry"
        tx.execute(update(notice).where(retried).values(detail={"first_failed_at": "hôm qua"}))
    world.clock.advance(timedelta(minutes=6))

    assert set(codes(world)) >= {"sweep_late", "examination_failed"}
    assert one(world, "examination_failed").subject == "mailroom"


def test_a_turn_made_with_a_clock_set_by_hand_is_only_worth_knowing(world: World) -> None:
    with world.database.begin() as tx:
        later = world.clock.now() + timedelta(days=4)
        heartbeats.beat(tx, "sweep", at=later, node=f"{heartbeats.PINNED}test")

    found = one(world, "beat_in_future")

    assert found.severity == "info"
    assert "DONDOC_NOW" in found.message
