"""What is forecast is what the sweep then does, if nothing changes."""

from datetime import date, timedelta

import pytest

from engine import prospects
from tests.support.office import World, local
from tests.support.post import BUSY, FakeCourier, assigned, escalated, relay, sweep

#: (local day, person, task, rung, occurrence)
Telling = tuple[str, str | None, str, str, int]


def foretold(world: World, until: str) -> list[Telling]:
    """Return what the forecast says of rungs through a day."""
    with world.database.read() as tx:
        found = prospects.foretell(
            tx, rules=world.rules, at=world.clock.now(), until=date.fromisoformat(until)
        )
    zone = world.rules.office.zone
    return sorted(
        (one.at.astimezone(zone).date().isoformat(), one.recipient or "", one.task, one.rung,
         one.occurrence)
        for one in found
        if one.kind in ("reminder", "escalation")
    )  # fmt: skip


def happened(world: World, since: str) -> list[Telling]:
    """Return what the sweep told, or could tell nobody, from a day on."""
    names = {identity: name for name, identity in world.ids.items()}
    zone = world.rules.office.zone
    rows = [
        ((row.leave_at or row.created_at).astimezone(zone).date().isoformat(),
         names.get(row.recipient_id, ""), f"KH-2014/{names[row.task_id]}", row.rung,
         row.occurrence)
        for row in world.ledger()
        if row.is_planned and row.status in ("pending", "accepted", "failed")
    ]  # fmt: skip
    return sorted(row for row in rows if row[0] >= since)


@pytest.mark.parametrize(
    ("now", "lived"),
    [
        ("2014-01-15T08:00", None),
        ("2014-01-25T07:30", None),
        ("2014-01-25T07:31", "2014-01-25"),
        ("2014-02-09T12:00", "2014-02-08"),
        ("2014-02-20T10:00", None),
    ],
)
def test_the_forecast_is_what_the_sweep_then_writes(
    world: World, now: str, lived: str | None
) -> None:
    world.plan(
        {"code": "T1", "due": "2014-02-07"},
        {"code": "T2", "due": "2014-02-01", "assignee": "tp"},
        {"code": "T3", "due": "2014-02-10", "assignee": None},
        {"code": "S1"},
    )
    if lived:
        world.slots("2014-01-16", lived)
    world.now(now)
    world.do("cv", "start", "T1")

    promised = foretold(world, "2014-03-14")

    first = world.clock.now().astimezone(world.rules.office.zone).date()
    first += timedelta(days=now > f"{first}T07:30")
    world.slots(first.isoformat(), "2014-03-14")
    assert promised
    assert happened(world, first.isoformat()) == promised


def test_a_reported_task_is_forecast_by_the_verifiers_ladder_and_a_returned_one_by_the_units(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"}, {"code": "T2", "due": "2014-02-07"})
    for code in ("T1", "T2"):
        world.do("cv", "start", code)
        world.do("cv", "report", code)
    world.slots("2014-01-16", "2014-02-13")
    world.now("2014-02-13T10:00")
    world.do("cvp", "return", "T2", note="thiếu")

    promised = foretold(world, "2014-02-28")

    world.slots("2014-02-14", "2014-02-28")
    assert [one[3] for one in promised] == ["escalate-1", "escalate-2", "escalate-3", "escalate-3"]
    assert happened(world, "2014-02-14") == promised


def test_what_waits_in_the_ledger_is_foretold_with_the_hour_at_which_it_leaves(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})

    with world.database.read() as tx:
        found = prospects.foretell(
            tx, rules=world.rules, at=world.clock.now(), until=date(2014, 1, 16)
        )

    assert [(one.kind, one.recipient, one.at) for one in found] == [
        ("assignment", "cv", local("2014-01-15T08:10")),
        ("assignment", "tp", local("2014-01-15T08:10")),
    ]


def test_g10_an_escalation_that_reaches_nobody_in_its_slot_is_told_in_the_next_as_forecast(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    world.delegate("tp", "cv2", first="2014-02-11", last="2014-02-28")
    escalated(world, courier)
    world.now("2014-02-10T18:00")

    promised = [one for one in foretold(world, "2014-02-12") if one[3] == "escalate-1"]

    for moment in ("2014-02-11T07:30", "2014-02-11T07:31", "2014-02-12T07:30"):
        sweep(world, moment)
        relay(world, courier).turn()
    told = [row for row in world.ledger() if row.rung == "escalate-1" and row.told_at]
    assert [(row.told_at, row.recipient_id) for row in told] == [
        (local("2014-02-12T07:30"), world.ids["cv2"])
    ]
    assert promised == [("2014-02-12", "cv2", "KH-2014/T1", "escalate-1", 1)]


#: Due on Monday 2014-02-17.
_STEPS = [
    {"rung": "remind-1", "at": "-1wd", "to": ["assignee"]},
    {"rung": "remind-0", "at": "0wd", "to": ["assignee"]},
    {"rung": "escalate-1", "at": "+1wd", "to": ["unit_head"]},
    {"rung": "escalate-2", "at": "+2wd", "to": ["leader_in_charge"]},
]


@pytest.fixture
def stepped(world: World, courier: FakeCourier) -> World:
    """A task on a ladder with a rung each day; everybody knows of it."""
    world.ladder(_STEPS)
    world.plan({"code": "T1", "due": "2014-02-17"})
    world.now("2014-01-15T08:10")
    relay(world, courier).turn()
    courier.asked.clear()
    return world


def exactly(world: World, until: str) -> list[tuple[str, str | None, str]]:
    """Return (local minute, person, rung) of what the forecast says through a day."""
    with world.database.read() as tx:
        found = prospects.foretell(
            tx, rules=world.rules, at=world.clock.now(), until=date.fromisoformat(until)
        )
    zone = world.rules.office.zone
    return [(f"{one.at.astimezone(zone):%Y-%m-%dT%H:%M}", one.recipient, one.rung) for one in found]


def test_a_retry_of_this_morning_is_foretold_for_this_morning_and_the_step_above_for_tomorrow(
    stepped: World, courier: FakeCourier
) -> None:
    stepped.slots("2014-02-14", "2014-02-17")
    sweep(stepped, "2014-02-18T07:30")
    courier.answers["tp"] = [BUSY]
    relay(stepped, courier).turn()
    stepped.now("2014-02-18T07:31")

    promised = exactly(stepped, "2014-02-28")

    assert promised == [
        ("2014-02-18T07:35", "tp", "escalate-1"),
        ("2014-02-19T07:30", "pgd", "escalate-2"),
    ]


def test_a_reminder_that_a_newer_one_will_replace_before_it_leaves_is_not_foretold(
    stepped: World,
) -> None:
    sweep(stepped, "2014-02-14T07:30")
    stepped.now("2014-02-14T17:30")

    promised = exactly(stepped, "2014-02-17")

    assert promised == [("2014-02-17T07:30", "cv", "remind-0")]


def test_what_waits_although_the_task_moved_on_is_not_foretold(stepped: World) -> None:
    sweep(stepped, "2014-02-14T07:30")
    stepped.now("2014-02-14T07:32")
    stepped.do("cv", "start")
    stepped.do("cv", "report")

    promised = exactly(stepped, "2014-02-17")

    assert promised == []


def test_g13_whoever_hears_instead_of_somebody_without_an_address_is_foretold_to_the_minute(
    stepped: World, courier: FakeCourier
) -> None:
    stepped.slots("2014-02-14", "2014-02-17")
    sweep(stepped, "2014-02-18T07:30")
    stepped.amend("tp", email=None)
    stepped.now("2014-02-18T07:45")

    promised = exactly(stepped, "2014-02-18")

    relay(stepped, courier).turn()
    assert promised == [("2014-02-18T07:45", "pgd", "escalate-1")]
    assert courier.asked == ["pgd"]


def test_what_waits_over_lunch_is_foretold_for_the_hour_at_which_the_office_opens(
    stepped: World,
) -> None:
    sweep(stepped, "2014-02-14T07:30")
    stepped.now("2014-02-14T12:10")

    promised = exactly(stepped, "2014-02-14")

    assert promised == [("2014-02-14T13:30", "cv", "remind-1")]
