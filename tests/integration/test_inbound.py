"""What comes back: a bounce is told further up, an answer changes nothing, and no mail answers."""

import pytest
from sqlalchemy import select

from dondoc.mail import inbound as reader
from engine.commands import inbound
from engine.commands.inbound import Taken
from engine.store import subjects, tables
from tests.support.office import World
from tests.support.post import (
    FakeCourier,
    actions,
    alerts,
    assigned,
    escalated,
    messages,
    relay,
    statuses,
    sweep,
)
from tests.support.returned import bounce, reply, vacation


def take(world: World, octets: bytes, *, most: int = 3) -> Taken:
    """Hand in one mail that came back."""
    with world.database.begin() as tx:
        return inbound.take_in(
            tx, reader.read(octets), most=most, rules=world.rules, at=world.clock.now(),
            actor="operator:test",
        )  # fmt: skip


def last_reference(world: World, person: str) -> str:
    """Return the Message-ID of the last message to somebody."""
    found = [one for one in messages(world) if one.recipient_id == world.ids[person]]
    return str(found[-1].reference)


def stored(world: World, person: str) -> tuple[int, bool]:
    """Return how many bounces are counted, and whether the address is given up."""
    with world.database.read() as tx:
        who = tables.person
        row = tx.execute(select(who).where(who.c.id == world.ids[person])).one()
    return row.bounces, row.failing_since is not None


@pytest.fixture
def reminded(world: World, courier: FakeCourier) -> World:
    """The assignee was reminded of T1 this morning."""
    assigned(world, courier, "T1")
    sweep(world, "2014-01-25T07:30")
    relay(world, courier).turn()
    world.now("2014-01-25T07:40")
    return world


def test_s18_g13_a_bounced_escalation_is_told_to_the_next_one_up(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    escalated(world, courier)
    relay(world, courier).turn()
    world.now("2014-02-10T07:40")

    taken = take(world, bounce(last_reference(world, "tp"), address="tp@example.test"))
    relay(world, courier).turn()

    assert taken.told_instead == ("pgd",)
    assert statuses(world, "escalate-1") == {"tp": "failed", "pgd": "accepted"}
    assert courier.asked[-1] == "pgd"


def test_s18_g13_a_bounce_of_nobody_left_reaches_the_administrator(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    escalated(world, courier)
    relay(world, courier).turn()
    for person in ("pgd", "gd", "cvp"):
        world.amend(person, email=None)

    taken = take(world, bounce(last_reference(world, "tp"), address="tp@example.test"))

    assert taken.told_instead == ()
    assert "no_recipient" in alerts(world)


def test_s18_a_mailbox_that_is_not_there_is_given_up_at_once(
    reminded: World, courier: FakeCourier
) -> None:
    taken = take(reminded, bounce(last_reference(reminded, "cv"), status="5.1.1"))
    sweep(reminded, "2014-02-07T07:30")
    courier.asked.clear()

    relay(reminded, courier).turn()

    assert taken.is_failing
    assert stored(reminded, "cv") == (1, True)
    assert "cv" not in courier.asked
    assert courier.asked == ["tp"]
    assert "address_failing" in alerts(reminded)


def test_s18_other_bounces_are_counted_before_an_address_is_given_up(
    reminded: World, courier: FakeCourier
) -> None:
    reference = last_reference(reminded, "cv")

    taken = [
        take(reminded, bounce(reference, status="5.2.2", own=f"b{number}"), most=3).is_failing
        for number in range(3)
    ]

    assert taken == [False, False, True]


def test_s18_the_same_bounce_twice_counts_once(reminded: World) -> None:
    mail = bounce(last_reference(reminded, "cv"), status="5.2.2")

    first, again = take(reminded, mail), take(reminded, mail)

    assert (first.is_new, again.is_new) == (True, False)
    assert stored(reminded, "cv") == (1, False)


@pytest.mark.parametrize("answer", [vacation, reply], ids=["vacation", "reply"])
def test_s18_an_answer_changes_no_task_and_is_not_answered(
    reminded: World, courier: FakeCourier, answer: object
) -> None:
    before, asked = reminded.row().version, list(courier.asked)

    taken = take(reminded, answer(last_reference(reminded, "cv")))  # type: ignore[operator]
    relay(reminded, courier).turn()

    assert taken.person == "cv"
    assert reminded.row().version == before
    assert courier.asked == asked
    assert statuses(reminded, "remind-3") == {"cv": "accepted"}


def test_s18_an_answer_shows_that_the_mailbox_works(reminded: World) -> None:
    reference = last_reference(reminded, "cv")
    take(reminded, bounce(reference, status="5.2.2"))

    take(reminded, vacation(reference))

    assert stored(reminded, "cv") == (0, False)


def test_s18_a_delay_is_recorded_and_nobody_else_is_told(reminded: World) -> None:
    late = bounce(last_reference(reminded, "cv"), status="4.4.1", action="delayed")

    taken = take(reminded, late)

    assert taken.kind == "delay"
    assert statuses(reminded, "remind-3") == {"cv": "accepted"}
    assert stored(reminded, "cv") == (0, False)


def test_a_bounce_without_our_message_id_silences_nobody(reminded: World) -> None:
    taken = take(reminded, bounce("<made.up@office.test>"))

    assert (taken.person, taken.is_failing) == (None, False)
    assert stored(reminded, "cv") == (0, False)


def test_a_bounce_of_another_mailbox_silences_nobody(reminded: World) -> None:
    taken = take(reminded, bounce(last_reference(reminded, "cv"), address="gd@example.test"))

    assert not taken.is_failing
    assert stored(reminded, "gd") == (0, False)
    assert statuses(reminded, "remind-3") == {"cv": "accepted"}


def test_s18_what_came_back_is_in_the_record(reminded: World) -> None:
    take(reminded, bounce(last_reference(reminded, "cv")))

    with reminded.database.read() as tx:
        rows = tx.execute(select(subjects.inbound)).all()
    assert [(row.kind, row.status, row.address) for row in rows] == [
        ("bounce", "5.1.1", "cv@example.test")
    ]
    assert "mail.received" in actions(reminded, about="message")
    assert "person.failing" in actions(reminded, about="person")


def test_fault_31_a_thousand_mails_come_back_and_none_is_answered(
    reminded: World, courier: FakeCourier
) -> None:
    reference, asked = last_reference(reminded, "cv"), list(courier.asked)
    with reminded.database.begin() as tx:
        for number in range(1_000):
            answer = reader.read(vacation(reference, own=f"away-{number}"))
            inbound.take_in(
                tx, answer, most=3, rules=reminded.rules, at=reminded.clock.now(),
                actor="operator:test",
            )  # fmt: skip

    relay(reminded, courier).turn()

    assert courier.asked == asked
    assert courier.messages() != []
    assert all(
        str(one["Auto-Submitted"]) == "auto-generated"
        and str(one["X-Auto-Response-Suppress"]) == "All"
        for one in courier.messages()
    )
