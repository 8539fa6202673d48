"""What the doctor says of mail that is stuck, held back, refused or in doubt."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine import withheld
from engine.commands import alerts, mail
from engine.errors import Unknown
from engine.store import alerts as store
from engine.store import gates
from engine.store.record import message, notice
from scheduler.relay import Delivery
from tests.support import post
from tests.support.checkup import codes, examined, live, one, turn
from tests.support.office import World, local
from tests.support.post import ACCEPTED, BUSY, DOUBT, DOWN, UNKNOWN, FakeCourier

_REFUSED = Delivery(outcome="temporary", phase="login", code=535, reply="5.7.8 no")


def _beats(world: World) -> None:
    """Keep the parts alive without letting any mail leave."""
    world.sweep()
    post.relay(world, FakeCourier(), is_paused=True).turn()


def _set_message(world: World, **values: Any) -> None:
    with world.database.begin() as tx:
        newest = message.c.created_at == world.clock.now()
        tx.execute(update(message).where(newest).values(**values))


def test_g14_notices_that_should_have_left_are_counted(world: World) -> None:
    world.now("2014-02-07T07:30")
    world.sweep()
    world.now("2014-02-07T07:46")
    _beats(world)

    found = one(world, "notice_waiting")

    assert found.severity == "error"
    assert found.message.startswith("1 thông báo")
    assert found.since == local("2014-02-07T07:30")


def test_a_notice_that_waits_for_the_next_try_is_no_trouble(world: World) -> None:
    turn(world, FakeCourier(answers={"cv": [BUSY]}), at="2014-02-07T07:30")

    assert codes(world) == []


def test_g14_a_closed_gate_is_said_with_its_reason_and_is_an_error_once_somebody_waits(
    world: World,
) -> None:
    with world.database.begin() as tx:
        mail.pause(tx, "Chuyển máy chủ", actor="cvp", at=world.clock.now(), rules=world.rules)
    closed = one(world, "mail_held_back")
    live(world, "2014-02-07T07:30", "2014-02-07T07:46")

    assert closed.severity == "warning"
    assert "Chuyển máy chủ" in closed.message
    assert closed.cure == "dondoc mail resume --as MÃ"
    assert one(world, "mail_held_back").severity == "error"
    assert "notice_waiting" not in codes(world)


def test_the_gate_of_a_doubted_clock_is_said_with_the_hour_at_which_it_opens(world: World) -> None:
    at = world.clock.now()
    with world.database.begin() as tx:
        gates.close(tx, gates.CLOCK, reason="", at=at, opens_at=at + timedelta(minutes=10))

    found = one(world, "clock_gate_closed")

    assert "07:40 ngày 06/02/2014" in found.message


def test_mail_that_the_settings_hold_back_is_said(world: World) -> None:
    assert codes(world, is_paused=True) == ["mail_mode_paused"]


def test_g14_a_message_leased_longer_than_its_lease_is_listed(world: World) -> None:
    turn(world, at="2014-02-07T07:30")
    _set_message(world, status="leased", lease_until=local("2014-02-07T07:32"))
    with world.database.begin() as tx:
        tx.execute(update(notice).where(notice.c.rung == "remind-0").values(status="leased"))

    found = one(world, "message_leased")

    assert found.severity == "error"
    assert found.subject == "cv <cv@example.test>"
    assert codes(world) == ["message_leased"]


def test_a_notice_whose_message_is_gone_is_counted(world: World) -> None:
    with world.database.begin() as tx:
        tx.execute(update(notice).where(notice.c.rung == "remind-3").values(status="sending"))

    assert one(world, "notice_orphaned").severity == "error"


def test_g8_a_message_in_doubt_is_listed_until_something_reaches_that_person(
    world: World,
) -> None:
    turn(world, FakeCourier(answers={"cv": [DOUBT]}), at="2014-02-07T07:30")
    doubt = one(world, "message_in_doubt")
    world.do("cvp", "set_due", note="lùi", due=local("2014-02-28T08:00").date())
    live(world, "2014-02-07T07:45")

    assert doubt.severity == "warning"
    assert "dondoc mail retry" in doubt.cure
    assert codes(world) == []


def test_a_resend_that_nobody_made_is_an_error(world: World) -> None:
    courier = FakeCourier(answers={"tp": [DOUBT]})
    live(world, "2014-02-07T07:30", "2014-02-10T07:30", courier=courier)
    world.now("2014-02-10T08:20")
    _beats(world)

    found = one(world, "message_in_doubt")

    assert found.severity == "error"
    assert found.since == local("2014-02-10T08:00")


def test_g14_a_failed_message_is_listed_until_something_reaches_that_person(world: World) -> None:
    turn(world, FakeCourier(answers={"cv": [UNKNOWN]}), at="2014-02-07T07:30")
    failed, alert = one(world, "message_failed"), one(world, "mail_undeliverable")
    world.do("cvp", "set_due", note="lùi", due=local("2014-02-28T08:00").date())
    live(world, "2014-02-07T07:45")

    assert failed.subject == "cv <cv@example.test>"
    assert "dondoc mail retry" in failed.cure
    assert alert.severity == "warning"
    assert codes(world) == ["mail_undeliverable"]


def test_what_the_server_puts_off_for_more_than_four_days_is_listed(world: World) -> None:
    courier = FakeCourier(answers={"cv": [BUSY] * 50})
    live(world, "2014-02-07T07:30", courier=courier)
    with world.database.begin() as tx:
        tx.execute(
            update(notice)
            .where(notice.c.status == "retry")
            .values(leave_at=local("2014-02-20T07:30"))
        )
    world.now("2014-02-11T07:36")
    _beats(world)

    assert one(world, "message_retried_long").subject == "cv"


def test_a_server_that_refuses_us_is_an_alert_until_a_message_is_accepted(world: World) -> None:
    courier = FakeCourier(answers={"cv": [_REFUSED]})
    turn(world, courier, at="2014-02-07T07:30")
    refused = one(world, "mail_server")
    turn(world, FakeCourier(answers={"*": [ACCEPTED]}), at="2014-02-07T07:36")

    assert refused.severity == "error"
    assert "dondoc mail test" in refused.cure
    assert codes(world) == []


def test_g13_nobody_to_be_told_stands_until_an_administrator_clears_it(world: World) -> None:
    for code in ("cv", "tp", "pgd", "gd", "cvp"):
        world.amend(code, email=None)
    turn(world, at="2014-02-07T07:30")
    found = one(world, "no_recipient")
    identity = found.cure.rpartition(" ")[2]
    for code in ("cv", "tp", "pgd", "gd", "cvp"):
        world.amend(code, email=f"{code}@example.test")

    with world.database.begin() as tx:
        said = alerts.clear(
            tx, identity, actor="operator:it", at=world.clock.now(), note="đã có địa chỉ"
        )

    assert found.severity == "error"
    assert found.subject == "KH-2014/T1"
    assert said == [found.message]
    (entry,) = world.entries("alert:")
    assert (entry.action, entry.actor) == ("alert.cleared", "operator:it")
    assert "no_recipient" not in codes(world)


def test_alerts_are_cleared_by_their_code_and_one_that_is_none_is_refused(world: World) -> None:
    turn(world, FakeCourier(answers={"cv": [UNKNOWN]}), at="2014-02-07T07:30")

    with world.database.begin() as tx:
        said = alerts.clear(tx, "mail_undeliverable", actor="operator:it", at=world.clock.now())
    with world.database.begin() as tx, pytest.raises(Unknown) as refusal:
        alerts.clear(tx, "mail_undeliverable", actor="operator:it", at=world.clock.now())

    assert len(said) == 1
    assert refusal.value.what == "alert"


def test_a_trouble_that_comes_back_after_it_was_cleared_is_shown_again(world: World) -> None:
    turn(world, FakeCourier(answers={"cv": [_REFUSED]}), at="2014-02-07T07:30")
    with world.database.begin() as tx:
        alerts.clear(tx, "mail_server", actor="operator:it", at=world.clock.now())
    cleared = codes(world)
    turn(world, FakeCourier(answers={"cv": [_REFUSED]}), at="2014-02-07T07:36")

    assert cleared == []
    assert codes(world) == ["mail_server"]
    assert examined(world).listed[0].since == local("2014-02-07T07:36")


def test_a_mail_server_that_is_down_is_no_alert_while_it_is_tried_again(world: World) -> None:
    turn(world, FakeCourier(answers={"cv": [DOWN]}), at="2014-02-07T07:30")

    assert codes(world) == []


def test_a_story_knows_the_alerts_that_are_over_too(world: World) -> None:
    turn(world, FakeCourier(answers={"cv": [_REFUSED]}), at="2014-02-07T07:30")
    turn(world, at="2014-02-07T07:36")

    with world.database.read() as tx:
        standing, raised = withheld.troubles(tx), withheld.troubles(tx, with_cleared=True)

    assert standing == []
    assert [one.code for one in raised] == ["mail_server"]


@pytest.mark.parametrize(
    ("code", "severity"),
    [("mail_unrenderable", "error"), ("clock_stepped", "warning"), ("part_stuck", "warning")],
)
def test_whatever_alert_stands_is_listed_with_its_cure(
    world: World, code: str, severity: str
) -> None:
    with world.database.begin() as tx:
        trouble = store.Alert(code=code, message="Có chuyện", key=f"{code}:x")
        store.raise_alert(tx, trouble, at=world.clock.now())

    found = one(world, code)

    assert (found.severity, found.message) == (severity, "Có chuyện")
    assert "dondoc doctor --clear " in found.cure


def test_an_alert_of_another_version_of_the_program_is_not_passed_over(world: World) -> None:
    with world.database.begin() as tx:
        trouble = store.Alert(code="of_tomorrow", message="Có chuyện", key="of_tomorrow:x")
        store.raise_alert(tx, trouble, at=world.clock.now())

    assert one(world, "alert_other").message == "of_tomorrow: Có chuyện"
