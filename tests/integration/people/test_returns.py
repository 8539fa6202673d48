"""Who comes back from an absence is told once what happened in it, and nothing if nothing did."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine.commands import delegations
from engine.commands.leaving import Leaving, leave
from engine.store import tables
from scheduler.wake import next_wake
from tests.support.office import World, local


def absent(world: World, who: str, substitute: str, first: str, last: str) -> None:
    absence = delegations.Absence(
        person=who, substitute=substitute, from_on=date.fromisoformat(first),
        to_on=date.fromisoformat(last), actor=who,
    )  # fmt: skip
    with world.database.begin() as tx:
        delegations.delegate(tx, absence, at=world.clock.now(), rules=world.rules)


def summaries(world: World) -> list[Any]:
    return [row for row in world.ledger() if row.rung == "absence_summary"]


def happened(row: Any) -> dict[str, Any]:
    found: dict[str, Any] = row.detail["absence"]
    return found


def test_s26_the_head_who_is_back_is_told_what_his_substitute_was_told(world: World) -> None:
    world.ladder([{"rung": "head", "at": "+1wd", "to": ["unit_head"], "repeat": "1wd"}])
    world.plan({"code": "T1", "due": "2014-03-07"})
    absent(world, "tp", "cv2", "2014-03-10", "2014-03-12")

    world.slots("2014-03-10", "2014-03-14")

    (told,) = summaries(world)
    assert (told.recipient_id, told.position) == (world.ids["tp"], "unit_head")
    assert told.leave_at == local("2014-03-13T07:30")
    assert happened(told)["missed"] == [
        ["head", "escalation", "2014-03-10", "cv2"],
        ["head", "escalation", "2014-03-11", "cv2"],
        ["head", "escalation", "2014-03-12", "cv2"],
    ]


def test_s26_what_was_done_in_his_place_is_in_it(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-06-30"})
    absent(world, "cv", "cv2", "2014-03-10", "2014-03-12")
    world.now("2014-03-11T09:00")
    world.do("cv2", "start", on_behalf_of="cv")
    world.do("cv2", "report", on_behalf_of="cv")

    world.slots("2014-03-12", "2014-03-13")

    (told,) = summaries(world)
    assert (told.recipient_id, told.position) == (world.ids["cv"], "assignee")
    assert happened(told)["done"] == [
        ["Nhận việc", "2014-03-11", "cv2"],
        ["Báo cáo kết quả", "2014-03-11", "cv2"],
    ]


def test_s26_nothing_happened_and_nothing_is_told(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-06-30"})
    absent(world, "cv", "cv2", "2014-03-10", "2014-03-12")

    world.slots("2014-03-10", "2014-03-14")

    assert summaries(world) == []


def test_s26_what_the_substitute_was_told_of_his_own_work_is_not_in_it(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-03-11", "assignee": "cv2"})
    absent(world, "cv", "cv2", "2014-03-10", "2014-03-12")

    world.slots("2014-03-10", "2014-03-13")

    assert summaries(world) == []


def test_s26_who_is_away_again_is_told_when_he_is_back_from_that(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-03-11"})
    absent(world, "cv", "cv2", "2014-03-10", "2014-03-11")
    absent(world, "cv", "cv2", "2014-03-12", "2014-03-14")

    world.slots("2014-03-10", "2014-03-18")

    assert [row.leave_at for row in summaries(world)] == [local("2014-03-17T07:30")]


def test_s26_after_an_outage_it_is_told_once_in_the_next_slot(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-03-11"})
    absent(world, "cv", "cv2", "2014-03-11", "2014-03-11")
    world.slots("2014-03-11", "2014-03-11")
    world.now("2014-03-13T10:00")
    world.sweep()

    world.slots("2014-03-14", "2014-03-17")

    assert [row.leave_at for row in summaries(world)] == [local("2014-03-14T07:30")]


def test_s26_whoever_plays_with_time_is_woken_for_it(world: World) -> None:
    absent(world, "cv", "cv2", "2014-03-10", "2014-03-14")

    with world.database.read() as tx:
        wake = next_wake(tx)

    assert wake == local("2014-03-17T07:30")


def test_g12_absences_of_before_are_never_summed_up(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-03-11"})
    world.delegate("cv", "cv2", first="2014-03-10", last="2014-03-11")

    world.slots("2014-03-10", "2014-03-14")

    assert summaries(world) == []


def test_who_comes_back_earlier_is_told_earlier(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-03-11"})
    absent(world, "cv", "cv2", "2014-03-11", "2014-03-20")
    world.slots("2014-03-11", "2014-03-11")
    world.now("2014-03-12T08:00")
    ending = delegations.Ending(person="cv", substitute="cv2", last=date(2014, 3, 11))
    with world.database.begin() as tx:
        delegations.end(tx, ending, by=("cv", None), at=world.clock.now(), rules=world.rules)

    world.slots("2014-03-13", "2014-03-14")

    assert [row.leave_at for row in summaries(world)] == [local("2014-03-13T07:30")]


def test_s26_an_absence_inside_another_is_summed_up_with_it_once(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-03-11"})
    absent(world, "cv", "cv2", "2014-03-10", "2014-03-14")
    absent(world, "cv", "tp", "2014-03-11", "2014-03-11")

    world.slots("2014-03-10", "2014-03-18")

    (told,) = summaries(world)
    assert told.leave_at == local("2014-03-17T07:30")
    assert happened(told)["missed"] == [
        ["remind-3", "reminder", "2014-03-10", "cv2"],
        ["remind-0", "reminder", "2014-03-11", "tp"],
    ]


@pytest.mark.parametrize(
    ("heir", "told_on"),
    [("pp", "2014-03-13"), (None, "2014-03-12")],
)
def test_s26_s49_what_a_substitute_was_told_before_he_left_is_summed_up_too(
    world: World, heir: str | None, told_on: str
) -> None:
    world.person("pp", "CNTT", "deputy_head")
    world.ladder([{"rung": "head", "at": "+1wd", "to": ["unit_head"]}])
    world.plan({"code": "T1", "due": "2014-03-07"})
    absent(world, "tp", "cv2", "2014-03-10", "2014-03-12")
    world.slots("2014-03-10", "2014-03-10")
    world.now("2014-03-11T08:00")
    leaving = Leaving(person="cv2", successor=heir, is_forced=heir is None)
    with world.database.begin() as tx:
        leave(tx, leaving, by=("cvp", None), rules=world.rules, at=world.clock.now())

    world.slots("2014-03-12", "2014-03-14")

    (told,) = summaries(world)
    assert (told.recipient_id, told.leave_at) == (world.ids["tp"], local(f"{told_on}T07:30"))
    assert happened(told)["missed"] == [["head", "escalation", "2014-03-10", "cv2"]]


def test_s62_a_substitution_that_somebody_takes_over_is_in_the_record(world: World) -> None:
    absent(world, "tp", "cv", "2014-03-10", "2014-03-12")
    leaving = Leaving(person="cv", successor="cv2", note="chuyển công tác")

    with world.database.begin() as tx:
        leave(tx, leaving, by=("cvp", None), rules=world.rules, at=world.clock.now())

    with world.database.read() as tx:
        chosen = tables.delegation.c.substitute_id == world.ids["cv2"]
        made = tx.execute(select(tables.delegation.c.id).where(chosen)).scalar_one()
    last = world.entries(f"person:{world.ids['tp']}")[-1]
    entry = json.loads(last.body)
    assert (last.action, last.actor, entry["cause"]) == (
        "person.delegated", "cvp", "chuyển công tác",
    )  # fmt: skip
    assert entry["before"]["substitute"] == "cv"
    assert (entry["after"]["substitute"], entry["after"]["delegation"]) == ("cv2", made)
