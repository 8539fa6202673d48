"""Whoever has a link for a password made for somebody else, that person hears of it, once."""

from dataclasses import replace
from datetime import timedelta

from dondoc.mail.link_letter import LinkRenderer
from engine.commands import links, mail
from engine.store.doors import account
from scheduler.relay import Relay
from tests.support.office import ZONE, World
from tests.support.post import BUSY, SENDER, FakeCourier, desk, messages


def invite(world: World, code: str, *, by: str = "operator:root") -> str:
    """Have a link made for somebody."""
    with world.database.begin() as tx:
        return links.invite(tx, code, by=by, rules=world.rules, at=world.clock.now())


def turn(world: World, courier: FakeCourier) -> None:
    """Do one turn of a relay that tells of links."""
    words = LinkRenderer(SENDER, zone=ZONE, office="Sở Ví dụ").render
    held = replace(desk(world), link_teller=words)
    Relay(world.database, world.clock, courier, held).turn()


def test_a_person_is_told_who_made_a_link_for_him_and_the_link_is_not_in_it(
    world: World, courier: FakeCourier
) -> None:
    world.now("2014-01-18T21:05")
    with world.database.begin() as tx:
        values = {"person_id": world.ids["gd"], "is_administrator": True}
        tx.execute(account.insert().values(**values, created_at=world.clock.now()))
    secret = invite(world, "cv", by="gd")

    turn(world, courier)

    (letter,) = courier.messages("cv")
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Lúc 21:05 ngày 18/01/2014" in text
    assert "(gd) tạo một liên kết" in text
    assert "đến 21:05 ngày 21/01/2014" in text
    assert secret not in letter.as_string()


def test_a_link_is_told_of_once_however_often_the_relay_turns(
    world: World, courier: FakeCourier
) -> None:
    invite(world, "cv")
    invite(world, "cv")

    for _ in range(3):
        turn(world, courier)
        world.clock.advance(timedelta(hours=1))

    assert len(courier.messages("cv")) == 2


def test_a_server_that_asks_for_it_is_tried_again(world: World, courier: FakeCourier) -> None:
    invite(world, "cv")
    courier.answers["cv"] = [BUSY]
    turn(world, courier)
    early = [one.status for one in messages(world)]
    world.clock.advance(timedelta(minutes=6))

    turn(world, courier)

    assert early == ["retry"]
    assert [one.status for one in messages(world)] == ["accepted"]


def test_nobody_is_told_while_mail_is_held_back_or_after_the_link_is_long_over(
    world: World, courier: FakeCourier
) -> None:
    invite(world, "cv")
    with world.database.begin() as tx:
        mail.pause(tx, "thử", actor="cvp", at=world.clock.now(), rules=world.rules)
    turn(world, courier)
    with world.database.begin() as tx:
        mail.resume(tx, "thử", actor="cvp", at=world.clock.now(), rules=world.rules)
    world.clock.advance(timedelta(hours=73))

    turn(world, courier)

    assert courier.messages("cv") == []


def test_who_makes_a_link_for_himself_is_told_nothing(world: World, courier: FakeCourier) -> None:
    with world.database.begin() as tx:
        values = {"person_id": world.ids["gd"], "is_administrator": True}
        tx.execute(account.insert().values(**values, created_at=world.clock.now()))
    invite(world, "gd", by="gd")

    turn(world, courier)

    assert courier.messages("gd") == []
