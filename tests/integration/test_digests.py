"""Who only watches gets one message a day or a week, and only when there is something to say."""

from dataclasses import replace

import pytest

from dondoc.mail.watching import DigestRenderer
from engine.commands import mail, preferences
from engine.commands.preferences import Watching
from engine.preferences import Every
from scheduler.relay import Relay
from tests.support.office import ZONE, World
from tests.support.post import (
    BUSY,
    SENDER,
    FakeCourier,
    assigned,
    attempts,
    desk,
    messages,
    sweep,
)


def watching(world: World, *, every: Every = "day", person: str = "gd") -> None:
    """Have somebody watch the unit."""
    asked = Watching(person=person, of="unit", code="CNTT", every=every, actor=person)
    with world.database.begin() as tx:
        preferences.watch(tx, asked, rules=world.rules, at=world.clock.now())


def turn(world: World, courier: FakeCourier, at: str) -> None:
    """Do one turn of a relay that sends digests."""
    world.now(at)
    words = DigestRenderer(SENDER, zone=ZONE, office="Sở Ví dụ").render
    held = replace(desk(world), digester=words)
    Relay(world.database, world.clock, courier, held).turn()


def test_a_digest_says_what_is_overdue_and_what_will_be(world: World, courier: FakeCourier) -> None:
    world.plan(
        {"code": "T1", "due": "2014-01-10", "title": "Việc đã muộn"},
        {"code": "T2", "due": "2014-01-17", "title": "Việc sắp đến"},
    )
    watching(world)

    turn(world, courier, "2014-01-15T08:10")

    (digest,) = courier.messages("gd")
    text = digest.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "[KH-2014/T1] Việc đã muộn: quá hạn 3 ngày làm việc" in text
    assert "[KH-2014/T2] Việc sắp đến: còn 2 ngày làm việc" in text
    assert "1 việc quá hạn, 1 sắp đến hạn" in str(digest["Subject"])


def test_only_a_digest_can_be_ended_by_who_gets_it(world: World, courier: FakeCourier) -> None:
    world.plan({"code": "T1", "due": "2014-01-10"})
    watching(world)

    turn(world, courier, "2014-01-15T08:10")

    (digest,), (duty,) = courier.messages("gd"), courier.messages("cv")
    assert digest["List-Unsubscribe"] == "<mailto:vp@office.test?subject=unsubscribe>"
    assert duty["List-Unsubscribe"] is None


def test_one_digest_a_day_however_often_and_by_however_many_relays(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    watching(world)
    for at in ("2014-01-16T07:29", "2014-01-16T07:30", "2014-01-16T07:31", "2014-01-16T15:00"):
        turn(world, courier, at)
    first = list(courier.asked)

    turn(world, courier, "2014-01-17T07:30")

    assert first == ["gd"]
    assert courier.asked == ["gd"]


def test_nothing_to_say_is_not_said(world: World, courier: FakeCourier) -> None:
    watching(world)

    turn(world, courier, "2014-01-16T07:30")

    assert courier.asked == []
    assert messages(world) == []


@pytest.mark.parametrize(
    ("day", "asked"), [("2014-01-16", []), ("2014-01-20", ["gd"]), ("2014-01-25", [])]
)
def test_a_weekly_digest_leaves_on_the_first_working_day_of_the_week(
    world: World, courier: FakeCourier, day: str, asked: list[str]
) -> None:
    assigned(world, courier, "T1")
    watching(world, every="week")

    turn(world, courier, f"{day}T07:30")

    assert courier.asked == asked


@pytest.mark.parametrize("at", ["2014-01-19T07:30", "2014-01-16T06:00", "2014-01-16T20:00"])
def test_a_digest_leaves_in_working_hours_only(world: World, courier: FakeCourier, at: str) -> None:
    assigned(world, courier, "T1")
    watching(world)

    turn(world, courier, at)

    assert courier.asked == []


def test_a_digest_that_was_refused_for_now_is_tried_again_the_same_day(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    watching(world)
    courier.answers["gd"] = [BUSY]
    turn(world, courier, "2014-01-16T07:30")
    turn(world, courier, "2014-01-16T07:31")

    turn(world, courier, "2014-01-16T07:36")

    assert [one[0] for one in attempts(world)[-2:]] == ["temporary", "accepted"]
    assert len(courier.messages("gd")) == 1


def test_a_closed_gate_holds_digests_back_too(world: World, courier: FakeCourier) -> None:
    assigned(world, courier, "T1")
    watching(world)
    with world.database.begin() as tx:
        mail.pause(tx, "", actor="cvp", at=world.clock.now(), rules=world.rules)

    turn(world, courier, "2014-01-16T07:30")

    assert courier.asked == []


def test_a_digest_owes_nobody_anything(world: World, courier: FakeCourier) -> None:
    assigned(world, courier, "T1")
    before = len(world.ledger())
    watching(world)

    turn(world, courier, "2014-01-16T07:30")

    assert len(world.ledger()) == before


def test_a_title_that_is_markup_is_text_in_a_digest(world: World, courier: FakeCourier) -> None:
    world.plan({"code": "T1", "due": "2014-01-10", "title": "<b>x</b>\r\nBcc: a@b {{ 7*7 }}"})
    watching(world)

    turn(world, courier, "2014-01-15T08:10")

    (digest,) = courier.messages("gd")
    html = digest.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "&lt;b&gt;x&lt;/b&gt; Bcc: a@b {{ 7*7 }}" in html
    assert digest["Bcc"] is None


def test_a_reminder_and_a_digest_leave_beside_each_other(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    watching(world)
    sweep(world, "2014-01-25T07:30")

    turn(world, courier, "2014-01-25T07:30")

    assert sorted(courier.asked) == ["cv", "gd"]
