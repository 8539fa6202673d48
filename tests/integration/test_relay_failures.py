"""When mail does not arrive: tried again, sent once more, or told to the next one up."""

from datetime import timedelta

from sqlalchemy import update

from engine.notices import Letter
from engine.store import outbox, rulebooks
from engine.store.tables import person
from scheduler.relay import Rendered, Turnout
from tests.support.office import World, local
from tests.support.post import (
    BUSY,
    DOUBT,
    DOWN,
    UNKNOWN,
    FakeCourier,
    actions,
    alerts,
    assigned,
    attempts,
    escalated,
    messages,
    relay,
    statuses,
    sweep,
)


def test_g9_a_temporary_refusal_is_retried_after_5_15_30_minutes_then_hourly(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    courier.answers["cv"] = [BUSY] * 5
    sweep(world, "2014-01-27T07:30")
    # Minutes between tries; the office closes for lunch at 11:30.
    tries = []
    for minute in range(5 * 60):
        world.now("2014-01-27T07:30")
        world.clock.advance(timedelta(minutes=minute))
        before = len(courier.asked)
        relay(world, courier).turn()
        if len(courier.asked) > before:
            tries.append(minute)

    assert tries == [0, 5, 20, 50, 110, 170]
    assert len(courier.taken) == 1
    assert attempts(world)[2:] == [("temporary", "rcpt", 450)] * 5 + [("accepted", "dot", 250)]
    assert statuses(world, "remind-3")["cv"] == "accepted"


def test_g9_a_retry_outside_working_hours_waits_for_the_next_slot(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    world.now("2014-01-24T16:48")
    world.do("tp", "reassign", to="cv2")
    courier.answers["cv2"] = [BUSY]
    world.now("2014-01-24T16:58")
    relay(world, courier).turn()

    row = next(one for one in world.ledger() if one.rung == "reassigned")

    assert (row.status, row.leave_at) == ("retry", local("2014-01-25T07:30"))


def test_g9_after_four_days_a_temporary_refusal_is_final_and_shown(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    courier.answers["cv"] = [BUSY, BUSY]
    sweep(world, "2014-01-25T07:30")
    relay(world, courier).turn()
    world.now("2014-02-06T07:30")

    relay(world, courier).turn()

    assert statuses(world, "remind-3") == {"cv": "failed", "tp": "accepted"}
    assert alerts(world) == ["mail_undeliverable"]


def test_the_same_notices_are_the_same_message_and_its_next_attempt(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    courier.answers["cv"] = [BUSY]
    sweep(world, "2014-01-25T07:30")
    relay(world, courier).turn()
    world.now("2014-01-25T07:35")
    relay(world, courier).turn()

    last = messages(world)[-1]

    assert len(messages(world)) == 3
    assert (last.status, last.tries, last.copies) == ("accepted", 2, 1)
    assert last.reference.startswith("<t1.remind-3.")


def test_a_retry_goes_together_with_what_is_due_by_then(world: World, courier: FakeCourier) -> None:
    assigned(world, courier, "T1", "T2")
    world.now("2014-01-24T09:00")
    world.do("tp", "reassign", "T1", to="cv2")
    courier.answers["cv2"] = [BUSY]
    world.now("2014-01-24T09:10")
    relay(world, courier).turn()
    world.now("2014-01-24T09:05")
    world.do("tp", "reassign", "T2", to="cv2")
    world.now("2014-01-24T09:15")

    relay(world, courier).turn()

    assert courier.subjects() == ["Giao 2 việc: KH-2014"]
    assert [row.status for row in messages(world)[2:]] == ["superseded", "accepted"]


def test_g13_a_refused_address_is_never_tried_again_and_the_next_one_up_is_told(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    escalated(world, courier)
    courier.answers["tp"] = [UNKNOWN]

    done = relay(world, courier).turn()

    assert done == Turnout(accepted=1, failed=1)
    assert courier.asked == ["tp", "pgd"]
    assert statuses(world, "escalate-1") == {"tp": "failed", "pgd": "accepted"}
    assert alerts(world) == ["mail_undeliverable"]
    assert "message.failed" in actions(world, about="message")


def test_g13_a_chain_that_ends_nowhere_ends_with_the_administrator(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    escalated(world, courier)
    courier.answers["*"] = [UNKNOWN] * 9

    relay(world, courier).turn()

    assert courier.asked == ["tp", "pgd", "gd", "cvp"]
    assert set(statuses(world, "escalate-1").values()) == {"failed"}
    assert alerts(world).count("no_recipient") == 1


def test_g13_an_address_removed_since_the_slot_counts_as_refused(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    escalated(world, courier)
    with world.database.begin() as tx:
        tx.execute(update(person).where(person.c.code == "tp").values(email=None))
        rulebooks.bump(tx)

    relay(world, courier).turn()

    assert courier.asked == ["pgd"]
    assert statuses(world, "escalate-1") == {"tp": "failed", "pgd": "accepted"}


def test_somebody_told_by_right_is_not_told_again_for_another(
    world: World, courier: FakeCourier
) -> None:
    courier.answers["cv"] = [UNKNOWN]
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.now("2014-01-15T08:10")

    relay(world, courier).turn()

    assert statuses(world, "assigned") == {"cv": "failed", "tp": "accepted"}
    assert sorted(courier.asked) == ["cv", "tp"]


def test_g8_a_reminder_in_doubt_is_not_sent_again(world: World, courier: FakeCourier) -> None:
    assigned(world, courier, "T1")
    courier.answers["cv"] = [DOUBT]
    sweep(world, "2014-01-25T07:30")
    relay(world, courier).turn()
    world.now("2014-01-25T09:00")

    again = relay(world, courier).turn()

    assert again == Turnout()
    assert statuses(world, "remind-3") == {"cv": "in_doubt"}
    assert "message.in_doubt" in actions(world, about="message")


def test_g7_g8_an_escalation_in_doubt_is_sent_once_more_as_the_very_same_bytes(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    escalated(world, courier)
    courier.answers["tp"] = [DOUBT, DOUBT]
    relay(world, courier).turn()
    sent_at = []
    for minute in range(1, 200):
        world.now("2014-02-10T07:30")
        world.clock.advance(timedelta(minutes=minute))
        before = len(courier.taken)
        relay(world, courier).turn()
        if len(courier.taken) > before:
            sent_at.append(minute)

    assert sent_at == [30]
    assert courier.taken[0] == courier.taken[1]
    assert messages(world)[-1].copies == 2
    assert statuses(world, "escalate-1") == {"tp": "in_doubt"}


def test_g8_a_resend_that_is_accepted_settles_the_doubt(world: World, courier: FakeCourier) -> None:
    assigned(world, courier, "T1")
    escalated(world, courier)
    courier.answers["tp"] = [DOUBT]
    relay(world, courier).turn()
    told_at = world.ledger()[-1].told_at
    world.now("2014-02-10T08:00")

    done = relay(world, courier).turn()

    assert done == Turnout(accepted=1)
    assert statuses(world, "escalate-1") == {"tp": "accepted"}
    assert world.ledger()[-1].told_at == told_at


def test_g8_what_is_no_longer_true_is_not_sent_again(world: World, courier: FakeCourier) -> None:
    assigned(world, courier, "T1")
    world.do("cv", "start")
    escalated(world, courier)
    courier.answers["tp"] = [DOUBT]
    relay(world, courier).turn()
    world.do("cv", "report")
    world.now("2014-02-10T08:00")

    relay(world, courier).turn()

    assert len(courier.taken) == 1
    assert statuses(world, "escalate-1") == {"tp": "in_doubt"}
    assert messages(world)[-1].next_try_at is None


def test_the_ladder_climbs_on_over_a_doubt(world: World, courier: FakeCourier) -> None:
    assigned(world, courier, "T1")
    courier.answers["tp"] = [DOUBT, DOUBT]
    for day in ("2014-02-10", "2014-02-11", "2014-02-12", "2014-02-13"):
        sweep(world, f"{day}T07:30")
        relay(world, courier).turn()

    assert statuses(world, "escalate-2") == {"pgd": "accepted"}


def test_a_server_that_is_down_is_asked_once_a_turn_and_everybody_waits(
    world: World, courier: FakeCourier
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"}, {"code": "T2", "due": "2014-02-07"})
    courier.answers["*"] = [DOWN]
    world.now("2014-01-15T08:10")

    done = relay(world, courier).turn()
    with world.database.read() as tx:
        due = outbox.next_due(tx)

    assert len(courier.asked) == 1
    assert done == Turnout(retried=1, postponed_notices=2)
    assert due == local("2014-01-15T08:15")
    assert actions(world, about="gate") == ["mail.put_off"]


def test_s13_a_task_that_cannot_be_worded_keeps_nobody_from_being_told(
    world: World, courier: FakeCourier
) -> None:
    class Picky:
        def __init__(self, sound: object) -> None:
            self.sound = sound

        def render(self, letter: Letter) -> Rendered:
            if any(item.code == "T2" for item in letter.items):
                raise RuntimeError(letter.items)
            return Rendered(subject="", content=b"Subject: x\r\n\r\n" + b"T" * len(letter.items))

    assigned(world, courier, "T1", "T2", "T3")
    sweep(world, "2014-01-25T07:30")

    relay(world, courier, renderer=Picky(None)).turn()

    assert [held for _, held in courier.taken] == [b"Subject: x\r\n\r\nTT"]
    assert sorted(row.status for row in world.ledger() if row.rung == "remind-3") == [
        "accepted", "accepted", "failed",
    ]  # fmt: skip
    assert alerts(world) == ["mail_unrenderable"]


def test_a_courier_that_breaks_after_the_hand_over_leaves_a_doubt_and_the_others_served(
    world: World, courier: FakeCourier
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.now("2014-01-15T08:10")

    def broken() -> None:
        courier.after = lambda: None
        raise RuntimeError

    courier.after = broken

    done = relay(world, courier).turn()

    assert done == Turnout(accepted=1, in_doubt=1)
