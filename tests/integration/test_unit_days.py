"""What is said of a unit that works at other times: by the doctor, in lists, in the mail."""

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import delete

from engine import queries
from engine.clock import PinnedClock
from engine.commands.unit_calendars import UnitCalendarEdit, set_unit_calendar
from engine.filters import Filter
from engine.store.record import notice
from engine.store.session import Database
from tests.support.checkup import codes, live, load, one
from tests.support.office import World, local
from tests.support.post import FakeCourier, relay

SUNDAY = frozenset({6})


@pytest.fixture
def world(database: Database) -> World:
    """An office with one unit that works Saturdays from nine on."""
    found = World(database, PinnedClock(local("2014-06-02T08:00"))).open()
    load(found, 2014)
    give(found, weekend=SUNDAY, send_at=time(9, 0), hours=((time(9, 0), time(17, 0)),))
    return found


def give(world: World, **wanted: Any) -> None:
    edit = UnitCalendarEdit(unit="CNTT", source="12/QĐ", by=("cvp", None), **wanted)
    with world.database.begin() as tx:
        set_unit_calendar(tx, edit, rules=world.rules, at=world.clock.now())


def test_s8_the_doctor_finds_nothing_wrong_with_a_unit_told_in_its_own_slots(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-06-13"}, {"code": "T2", "due": "2014-06-18"})

    live(world, "2014-06-10T07:30", "2014-06-10T09:00", "2014-06-13T07:30", "2014-06-13T09:00",
         "2014-06-14T09:00", "2014-06-14T09:10")  # fmt: skip

    assert codes(world) == []
    assert [rung for _, rung, _ in world.told()] == ["remind-3", "remind-0", "remind-3"]


def test_s8_the_doctor_names_what_a_units_own_slot_did_not_tell(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-06-18"})
    live(world, "2014-06-13T09:00", "2014-06-14T09:00", "2014-06-14T09:10")
    with world.database.begin() as tx:
        tx.execute(delete(notice).where(notice.c.rung == "remind-3"))

    found = one(world, "rung_untold")

    assert "remind-3" in found.message
    assert "09:00 ngày 14/06/2014" in found.message


def test_s8_working_days_in_lists_are_those_of_the_lead_unit(world: World) -> None:
    # Saturday the 7th is a working day for one of them, and no day to be due on for the other.
    world.plan(
        {"code": "T1", "due": "2014-06-07"},
        {"code": "T2", "due": "2014-06-07", "lead": "VP", "assignee": "cvp"},
    )
    world.now("2014-06-16T10:00")

    with world.database.read() as tx:
        rows = queries.list_tasks(tx, Filter(), rules=world.rules, at=world.clock.now())

    assert [(row.code, row.effective_due, row.overdue_working_days) for row in rows] == [
        ("T1", date(2014, 6, 7), 7),
        ("T2", date(2014, 6, 9), 5),
    ]


def test_s8_a_message_counts_by_the_days_of_the_lead_unit(world: World) -> None:
    courier = FakeCourier()
    world.plan({"code": "T1", "due": "2014-06-18"})

    live(world, "2014-06-02T09:30", "2014-06-14T09:00", courier=courier)

    (message,) = courier.messages("cv")[1:]
    assert "Còn 3 ngày làm việc" in str(message["Subject"])


def test_s8_what_the_server_refused_is_tried_again_in_the_hours_of_the_recipient(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-06-20"})
    # The office closes at 17:00 on Friday; the unit works on at nine on Saturday.
    world.now("2014-06-06T16:50")
    world.do("cvp", "set_due", note="lùi", due=date(2014, 6, 23))
    world.now("2014-06-07T08:59")
    early = relay(world, FakeCourier()).turn()
    world.now("2014-06-07T09:00")

    sent = relay(world, FakeCourier()).turn()

    assert (early.accepted, sent.accepted) == (0, 2)


def test_s7_a_units_days_in_a_year_nobody_loaded_are_its_own_weeks_and_said_to_be(
    world: World,
) -> None:
    # Saturday: no day off for this unit, whatever holidays the year turns out to have.
    world.plan({"code": "T1", "due": "2015-01-03"})

    (alert,) = world.alerts()
    assert (alert.code, "2015" in alert.message) == ("calendar_not_loaded", True)
    assert world.row().next_at == local("2014-12-31T09:00")


def test_s6_who_is_told_of_a_date_that_moved_reads_both_days_and_why(world: World) -> None:
    courier = FakeCourier()
    world.plan({"code": "T1", "due": "2014-06-18"})
    live(world, "2014-06-02T09:30", courier=courier)
    world.now("2014-06-03T10:00")
    give(world, off=(date(2014, 6, 18),))

    live(world, "2014-06-03T10:10", courier=courier)

    message = courier.messages("cv")[-1]
    body = message.get_body(("plain",))
    assert body is not None
    text = " ".join(body.get_content().split())
    assert "Lịch đổi" in str(message["Subject"])
    assert "vì lịch làm việc thay đổi" in text
    assert "ngày 19 tháng 6 năm 2014" in text
    assert "Hạn trước đây: 18/6/2014" in text
    assert "Theo văn bản: 12/QĐ" in text
