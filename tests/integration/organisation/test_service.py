"""A running service over the midnight of a change: who is told, who is not, and who is faster."""

import threading
from typing import Any

import pytest
from sqlalchemy import insert

from engine.audit import seal
from engine.audit.verify import verify
from engine.commands import reorganisations, tasks
from engine.commands.leaving import Leaving, Left, leave
from engine.commands.request import Request
from engine.errors import Conflict, Invalid
from engine.store.tables import gate
from scheduler.wake import next_wake
from tests.support.calendars import day
from tests.support.office import World, local
from tests.support.post import BUSY, FakeCourier, relay, sweep
from tests.support.reorganising import (
    alerted,
    changes,
    divisions,
    lead,
    merged,
    organisation,
    reorganise,
    settle,
)


@pytest.fixture
def office(world: World, courier: FakeCourier) -> World:
    """P1 leads T1, due on Friday 2014-02-07, of which everybody was told."""
    divisions(world)
    world.plan({"code": "T1", "lead": "P1", "assignee": "cv11", "due": "2014-02-07"})
    world.now("2014-01-15T08:10")
    relay(world, courier).turn()
    world.slots("2014-01-16", "2014-02-09")
    courier.taken.clear()
    courier.asked.clear()
    return world


def test_s48_no_mail_reaches_the_old_head_after_midnight_though_no_sweep_ran(
    office: World, courier: FakeCourier
) -> None:
    courier.answers["tp1"] = [BUSY]
    sweep(office, "2014-02-10T07:30")
    relay(office, courier).turn()
    reorganise(office, merged("2014-02-11"))
    courier.asked.clear()
    office.now("2014-02-11T07:31")

    relay(office, courier).turn()

    assert lead(office, "T1") == "P3"
    assert [one for one in courier.subjects("tp1") if "Quá hạn" in one] == []
    waiting = [(row.rung, row.status) for row in office.ledger() if row.rung == "escalate-1"]
    assert waiting == [("escalate-1", "superseded")]


def test_s48_what_the_old_head_was_not_told_the_new_one_is_told_in_the_next_slot(
    office: World, courier: FakeCourier
) -> None:
    courier.answers["tp1"] = [BUSY]
    sweep(office, "2014-02-10T07:30")
    relay(office, courier).turn()
    reorganise(office, merged("2014-02-11"))
    courier.taken.clear()

    sweep(office, "2014-02-11T07:30")
    relay(office, courier).turn()

    told = [(row.rung, row.status) for row in office.ledger()
            if row.rung == "escalate-1" and row.recipient_id == office.ids["tp2"]]  # fmt: skip
    assert told == [("escalate-1", "accepted")]


def test_the_mail_says_from_which_unit_to_which_and_by_whose_decision(
    office: World, courier: FakeCourier
) -> None:
    reorganise(office, merged("2014-02-10"))
    sweep(office, "2014-02-10T00:00")
    office.now("2014-02-10T07:30")

    relay(office, courier).turn()

    (new,) = [_text(one) for one in courier.messages("tp2")]
    (old,) = [_text(one) for one in courier.messages("tp1")]
    assert "Đơn vị P1 → Phòng Ba" in new
    assert "12/QĐ-STTTT" in new
    assert "sắp xếp tổ chức" in old
    assert "không còn giao cho đơn vị đồng chí" in old


def _text(message: Any) -> str:
    part = message.get_body(("plain",))
    return " ".join(str(part.get_content()).split())


def test_a_service_wakes_for_the_midnight_of_a_change(office: World) -> None:
    reorganise(office, merged("2014-02-10", units=("VP", "CNTT"), code="P9", leader="pgd"))

    with office.database.read() as tx:
        wake = next_wake(tx)

    assert wake == local("2014-02-10T00:00")


def test_while_the_clock_is_doubted_no_day_has_come(office: World) -> None:
    reorganise(office, merged("2014-02-10"))
    office.now("2014-02-10T07:30")
    with office.database.begin() as tx:
        tx.execute(
            insert(gate).values(name="clock", is_closed=True, reason="set forward",
                                changed_at=office.clock.now(), opens_at=None)
        )  # fmt: skip

    office.sweep()

    assert [one.state for one in changes(office)] == ["planned"]


def test_a_change_that_breaks_is_given_up_and_the_service_goes_on(
    office: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reorganise(office, merged("2014-02-10"))
    office.now("2014-02-10T07:30")

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(reorganisations, "relocate", broken)

    done = office.sweep()

    assert done.told == 1
    assert [one.state for one in changes(office)] == ["withdrawn"]
    assert "reorganisation_failed" in alerted(office)
    assert lead(office, "T1") == "P1"


def test_two_services_carry_a_change_out_once(office: World) -> None:
    reorganise(office, merged("2014-02-10"))
    office.now("2014-02-10T00:00")

    counts = [settle(office), settle(office)]

    assert counts == [1, 0]
    assert len([row for row in office.history("T1") if row.trigger == "moved_unit"]) == 1


def test_s48_a_press_against_a_merger_is_a_conflict_or_done_before_and_never_lost(
    office: World,
) -> None:
    together, ends = threading.Barrier(2, timeout=60), dict[str, str]()
    at = office.clock.now()

    def press() -> None:
        request = Request(actor="cv11", trigger="start", task="T1", expected_version=1)
        together.wait()
        try:
            with office.database.begin() as tx:
                tasks.perform(tx, request, rules=office.rules, at=at)
            ends["press"] = "done"
        except Conflict:
            ends["press"] = "conflict"

    def change() -> None:
        together.wait()
        reorganise(office, merged("2014-02-09"))
        ends["change"] = "done"

    threads = [threading.Thread(target=one) for one in (press, change)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)

    triggers = [row.trigger for row in office.history("T1")]
    assert ends["change"] == "done"
    assert lead(office, "T1") == "P3"
    assert triggers == (["assign", "start", "moved_unit"] if ends["press"] == "done"
                        else ["assign", "moved_unit"])  # fmt: skip


def test_s62_the_record_of_a_merger_is_whole_and_names_units_people_and_tasks(
    office: World,
) -> None:
    done = reorganise(office, merged("2014-02-09"))

    with office.database.begin() as tx:
        seal.seal(tx, at=office.clock.now())
    units = organisation(office).unit_by_code
    assert verify(office.database).findings == ()
    assert [row.action for row in office.entries(f"unit:{units['P1'].id}")] == ["unit.ended"]
    assert [row.action for row in office.entries(f"unit:{units['P3'].id}")] == ["unit.created"]
    assert [row.action for row in office.entries(f"person:{office.ids['tp1']}")] == ["person.moved"]
    assert [row.action for row in office.entries(f"reorganisation:{done.id}")] == [
        "unit.change_done"
    ]
    assert units["P1"].valid_to == day("2014-02-08")


def test_s49_a_change_whose_head_has_left_is_given_up_in_words_of_people(office: World) -> None:
    reorganise(office, merged("2014-03-10"))
    _leave(office, Leaving(person="tp2", successor="cv21", is_forced=True))
    office.now("2014-03-10T00:01")

    settle(office)

    (said,) = [one.message for one in office.alerts() if one.code == "reorganisation_failed"]
    assert said.endswith("các đơn vị giữ nguyên: tp2 đã ngừng hoạt động")
    assert [one.state for one in changes(office)] == ["withdrawn"]


def test_s49_who_is_to_lead_a_unit_of_tomorrow_is_not_let_go_before_it_is_decided_anew(
    office: World,
) -> None:
    planned = reorganise(office, merged("2014-03-10"))

    with pytest.raises(Invalid, match="tp2 được chọn đứng đầu hoặc phụ trách P3 từ 10/03/2014"):
        _leave(office, Leaving(person="tp2", successor="cv21"))
    with office.database.begin() as tx:
        reorganisations.withdraw(tx, planned.id, note="", by=("cvp", None), rules=office.rules,
                                 at=office.clock.now())  # fmt: skip

    assert _leave(office, Leaving(person="tp2", successor="cv21")).is_done


def _leave(office: World, leaving: Leaving) -> Left:
    with office.database.begin() as tx:
        return leave(tx, leaving, by=("cvp", None), rules=office.rules, at=office.clock.now())
