"""The ledger: one row for each key, marks by what became of it, and batches that wait together."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.ladder import Mark
from engine.notices import Notice
from engine.store import ledger
from engine.store.record import notice
from engine.telling import Past
from tests.support.calendars import C14, day
from tests.support.office import World, local

AT = local("2014-02-07T07:30")


@pytest.fixture
def planned(world: World) -> World:
    world.plan({"code": "T1", "due": "2014-02-07"}, {"code": "T2", "due": "2014-02-07"})
    return world


def rung(world: World, name: str = "escalate-1", **other: Any) -> Notice:
    """Return a rung of T1 to its head."""
    usual = Notice(
        task_id=world.ids["T1"], ladder="unit", deadline_version=1, arming=1, rung=name,
        occurrence=1, recipient_id=world.ids["tp"], kind="escalation", position="unit_head",
        leave_at=AT, is_planned=True,
    )  # fmt: skip
    return replace(usual, **other)


def put(world: World, *notices: Notice) -> None:
    with world.database.begin() as tx:
        ledger.insert_notices(tx, notices, at=AT)


def became(world: World, **values: Any) -> None:
    """Change what became of every rung in the ledger."""
    with world.database.begin() as tx:
        tx.execute(update(notice).where(notice.c.is_planned.is_(True)).values(**values))


def rungs(world: World) -> list[tuple[str, str]]:
    return [(row.rung, row.status) for row in world.ledger() if row.is_planned]


def past(world: World, arming: tuple[str, int] = ("unit", 1)) -> Past:
    with world.database.read() as tx:
        return ledger.facts(tx, {world.ids["T1"]: arming}, calendar=C14)[world.ids["T1"]]


@pytest.mark.parametrize(
    "other",
    [
        {"deadline_version": 2}, {"arming": 2}, {"rung": "escalate-2"}, {"occurrence": 2},
        {"ladder": "verifier"},
    ],
    ids=lambda other: next(iter(other)),
)  # fmt: skip
def test_g6_the_same_key_is_stored_once_and_any_other_beside_it(
    planned: World, other: dict[str, Any]
) -> None:
    put(planned, rung(planned))
    put(planned, rung(planned), rung(planned, **other))

    assert len(rungs(planned)) == 2


@pytest.mark.parametrize("status", ["pending", "leased", "sending", "accepted", "in_doubt",
                                    "failed", "collapsed"])  # fmt: skip
def test_g6_whatever_became_of_a_telling_it_is_not_made_again(planned: World, status: str) -> None:
    put(planned, rung(planned))
    became(planned, status=status)

    put(planned, rung(planned))

    assert rungs(planned) == [("escalate-1", status)]


def test_an_escalation_withheld_is_made_again_under_its_own_key(planned: World) -> None:
    put(planned, rung(planned))
    became(planned, status="superseded", superseded_by="report", reason="the task is reported")

    put(planned, rung(planned, leave_at=AT + timedelta(days=3)))

    row = next(row for row in planned.ledger() if row.is_planned)
    assert (row.status, row.superseded_by, row.reason) == ("pending", None, None)
    assert row.leave_at == AT + timedelta(days=3)


def test_a_reminder_replaced_by_a_newer_one_is_never_made_again(planned: World) -> None:
    reminder = rung(planned, "remind-0", kind="reminder")
    put(planned, reminder)
    became(planned, status="superseded", superseded_by="remind-1", reason="a newer reminder")

    put(planned, reminder)

    assert rungs(planned) == [("remind-0", "superseded")]


@pytest.mark.parametrize(
    ("values", "on"),
    [
        ({"status": "accepted", "told_at": local("2014-02-10T08:00")}, "2014-02-10"),
        ({"status": "pending"}, None),
        ({"status": "retry"}, None),
        ({"status": "sending"}, None),
        ({"status": "failed"}, "2014-02-07"),
        ({"status": "collapsed"}, "2014-02-07"),
        ({"status": "in_doubt"}, "2014-02-07"),
    ],
)
def test_a_mark_has_the_day_of_the_telling_or_none_while_it_is_on_its_way(
    planned: World, values: dict[str, Any], on: str | None
) -> None:
    put(planned, rung(planned))
    became(planned, **values)

    found = past(planned)

    assert found.marks == (Mark(rung="escalate-1", occurrence=1, on=day(on) if on else None),)


def test_of_several_people_the_first_who_was_told_dates_the_rung(planned: World) -> None:
    put(planned, rung(planned), rung(planned, recipient_id=planned.ids["pgd"]))
    with planned.database.begin() as tx:
        for person, told_at in (("tp", "2014-02-11T08:00"), ("pgd", "2014-02-10T08:00")):
            tx.execute(
                update(notice)
                .where(notice.c.recipient_id == planned.ids[person], notice.c.is_planned)
                .values(status="accepted", told_at=local(told_at))
            )

    found = past(planned)

    assert [mark.on for mark in found.marks] == [day("2014-02-10")]
    assert found.told == {"escalate-1": frozenset({planned.ids["tp"], planned.ids["pgd"]})}


@pytest.mark.parametrize("arming", [("unit", 2), ("verifier", 1)])
def test_another_arming_and_another_ladder_begin_with_an_empty_past(
    planned: World, arming: tuple[str, int]
) -> None:
    put(planned, rung(planned))

    assert past(planned, arming) == Past(marks=(), told={})


def test_unsent_reminders_of_a_task_give_way_to_a_newer_one_and_nothing_else_does(
    planned: World,
) -> None:
    put(
        planned,
        rung(planned, "remind-3", kind="reminder"),
        rung(planned, "remind-7", kind="reminder", recipient_id=planned.ids["cv"]),
        rung(planned, "escalate-1"),
        rung(planned, "remind-3", kind="reminder", task_id=planned.ids["T2"]),
    )
    with planned.database.begin() as tx:
        tx.execute(update(notice).where(notice.c.rung == "remind-7").values(status="accepted"))

    with planned.database.begin() as tx:
        replaced = ledger.supersede_reminders(
            tx, {planned.ids["T1"]: "remind-0"}, at=AT + timedelta(days=1), reason="newer"
        )

    assert replaced == [(planned.ids["T1"], "remind-3")]
    assert sorted(rungs(planned)) == [
        ("escalate-1", "pending"), ("remind-3", "pending"), ("remind-3", "superseded"),
        ("remind-7", "accepted"),
    ]  # fmt: skip


def test_a_notice_joins_the_batch_of_its_recipient_and_of_nobody_else(planned: World) -> None:
    at = local("2014-01-15T08:06")
    with planned.database.read() as tx:
        found = ledger.leave_times(
            tx, [planned.ids["cv"], planned.ids["pgd"]], at=at, office=planned.rules.office,
            rulebook=planned.rules.current(tx),
        )  # fmt: skip

    assert found == {planned.ids["cv"]: local("2014-01-15T08:10"),
                     planned.ids["pgd"]: local("2014-01-15T08:16")}  # fmt: skip


def test_a_batch_that_is_full_of_rungs_is_not_joined(planned: World) -> None:
    put(planned, rung(planned, leave_at=local("2014-02-08T07:30")))
    with planned.database.read() as tx:
        found = ledger.leave_times(
            tx, [planned.ids["tp"]], at=local("2014-02-07T09:00"), office=planned.rules.office,
            rulebook=planned.rules.current(tx),
        )  # fmt: skip

    assert found == {planned.ids["tp"]: local("2014-02-07T09:10")}


def test_every_instant_of_the_ledger_is_stored_in_utc(planned: World) -> None:
    put(planned, rung(planned))

    with planned.database.read() as tx:
        row = tx.execute(select(notice).where(notice.c.is_planned.is_(True))).one()
    assert row.leave_at == AT
    assert row.leave_at.utcoffset() == timedelta(0)
