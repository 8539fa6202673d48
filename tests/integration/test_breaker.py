"""How much may leave: a pace for all and for each, and a gate that closes on a flood (G11)."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.breaker import Limits
from engine.commands import mail
from engine.store import gates
from engine.store.record import plan
from scheduler.pace import Pace
from scheduler.relay import Relay, Turnout
from tests.support.office import World
from tests.support.post import FakeCourier, actions, alerts, desk

OPEN = Limits(per_person_hour=100, per_minute=100, hard_hour=100)


def relay(world: World, courier: FakeCourier, **limits: int) -> Relay:
    """Return a relay of the office with limits."""
    held = replace(desk(world), limits=replace(OPEN, **limits))
    return Relay(world.database, world.clock, courier, held)


def crowd(world: World, *, people: tuple[str, ...] = ("cv", "cv2", "cvp")) -> None:
    """Give a task of his own to each of some people; their mail may leave at 08:10."""
    world.plan(
        *(
            {"code": f"T{number}", "due": "2014-02-07", "assignee": person,
             "lead": "VP" if person == "cvp" else "CNTT"}
            for number, person in enumerate(people)
        )
    )  # fmt: skip
    world.now("2014-01-15T08:10")


def test_g11_what_is_above_the_pace_of_a_minute_leaves_in_the_next_one(
    world: World, courier: FakeCourier
) -> None:
    crowd(world)
    first = relay(world, courier, per_minute=2).turn()
    again = relay(world, courier, per_minute=2).turn()
    world.clock.advance(timedelta(minutes=1))

    rest = relay(world, courier, per_minute=2).turn()

    assert (first.accepted, again.accepted, rest.accepted) == (2, 0, 2)
    assert sorted(courier.asked) == ["cv", "cv2", "cvp", "tp"]


def test_g11_two_relays_share_the_pace(world: World, courier: FakeCourier) -> None:
    crowd(world)
    one, other = (relay(world, courier, per_minute=3) for _ in range(2))

    sent = one.turn() + other.turn()

    assert sent.accepted == 3


def test_g11_urgent_ones_leave_first_when_the_pace_is_short(
    world: World, courier: FakeCourier
) -> None:
    world.plan(
        {"code": "T1", "due": "2014-02-07", "assignee": "cv"},
        {"code": "T2", "due": "2014-02-07", "assignee": "cv2", "urgent": True},
    )
    world.now("2014-01-15T08:10")

    relay(world, courier, per_minute=1).turn()

    assert len(courier.asked) == 1
    assert courier.asked[0] in ("cv2", "tp")


def test_g11_above_his_hour_a_person_gets_the_rest_as_one_message(
    world: World, courier: FakeCourier
) -> None:
    crowd(world, people=("cv",))
    relay(world, courier, per_person_hour=1).turn()
    for minute, to in (("08:20", "cv2"), ("08:40", "cv"), ("08:50", "cv2"), ("08:55", "cv")):
        world.now(f"2014-01-15T{minute}")
        world.do("tp", "reassign", "T0", to=to)
    world.now("2014-01-15T08:59")
    relay(world, courier, per_person_hour=1).turn()
    within = len([one for one in courier.asked if one == "cv"])
    world.now("2014-01-15T09:05")

    relay(world, courier, per_person_hour=1).turn()

    assert within == 1
    assert len([one for one in courier.asked if one == "cv"]) == 2


def test_g11_a_flood_closes_the_gate_and_an_administrator_is_told(
    world: World, courier: FakeCourier
) -> None:
    crowd(world)
    relay(world, courier, hard_hour=2).turn()
    world.clock.advance(timedelta(minutes=1))

    held = relay(world, courier, hard_hour=2).turn()

    with world.database.read() as tx:
        gate = gates.holding(tx, at=world.clock.now())
    assert held.accepted == 0
    assert len(courier.asked) == 2
    assert gate is not None
    assert (gate.name, gate.opens_at) == (gates.FLOOD, None)
    assert alerts(world) == ["mail_flood"]
    assert "mail.flooded" in actions(world, about="gate")


def test_g11_a_person_opens_the_gate_and_the_rest_leaves(
    world: World, courier: FakeCourier
) -> None:
    crowd(world)
    relay(world, courier, hard_hour=2).turn()
    world.clock.advance(timedelta(minutes=1))
    relay(world, courier, hard_hour=2).turn()
    with world.database.begin() as tx:
        opened = mail.resume(
            tx, "đúng là cần", actor="cvp", at=world.clock.now(), rules=world.rules
        )

    rest = relay(world, courier, hard_hour=2).turn()

    assert opened is True
    assert rest.accepted == 2
    with world.database.read() as tx:
        assert gates.holding(tx, at=world.clock.now()) is None


def test_g11_what_had_nothing_to_send_uses_nothing_up(world: World, courier: FakeCourier) -> None:
    crowd(world)
    with world.database.begin() as tx:
        tx.execute(update(plan).values(state="closed"))

    for _ in range(4):
        relay(world, courier, hard_hour=1).turn()

    with world.database.read() as tx:
        assert gates.holding(tx, at=world.clock.now()) is None
    assert courier.asked == []


@pytest.mark.parametrize("limits", [{"per_minute": 100}, {"per_person_hour": 100}])
def test_g11_below_the_limits_everything_leaves_at_once(
    world: World, courier: FakeCourier, limits: dict[str, int]
) -> None:
    crowd(world)

    done: Turnout = relay(world, courier, **limits).turn()

    assert done.accepted == 4


def test_g11_many_at_once_are_given_no_more_than_there_is(world: World) -> None:
    at, allowed = world.clock.now(), list[int]()
    pace = Pace(database=world.database, limits=replace(OPEN, per_minute=30))

    def take() -> None:
        allowed.extend(pace.allow(2, at=at) for _ in range(5))

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(allowed) == 30
