"""Faults 23 to 29 from end to end: the ledger, the relay and a server that misbehaves."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dondoc.mail.smtp import Server, SmtpCourier
from engine.clock import PinnedClock
from engine.store.session import Database
from scheduler.relay import Turnout
from tests.support import smtp_lab
from tests.support.office import World, local
from tests.support.post import (
    FakeCourier,
    actions,
    alerts,
    attempts,
    messages,
    relay,
    smtp,
    statuses,
    sweep,
)
from tests.support.smtp_lab import Phase, SmtpLab

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def lab() -> Iterator[SmtpLab]:
    running = SmtpLab()
    yield running
    running.close()


@pytest.fixture
def world(office_database: Database) -> World:
    return World(office_database, PinnedClock(local("2014-01-15T08:00"))).found()


def _assigned(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.now("2014-01-15T08:10")


def _reminded(world: World) -> None:
    _assigned(world)
    relay(world, FakeCourier()).turn()
    sweep(world, "2014-01-25T07:30")


def _turn(world: World, lab: SmtpLab) -> Turnout:
    return relay(world, smtp(lab)).turn()


def _pass(world: World, **time: float) -> None:
    world.clock.advance(timedelta(**time))


@pytest.mark.parametrize("phase", ["rcpt", "data", "dot"])
def test_fault_23_a_refusal_for_now_is_retried_and_one_copy_arrives(
    world: World, lab: SmtpLab, phase: Phase
) -> None:
    _reminded(world)
    lab.on(phase, "451 4.3.0 try later", recipient="cv@example.test", times=2)

    for _ in range(3):
        _turn(world, lab)
        _pass(world, minutes=15)

    assert len(lab.mailbox) == 1
    assert [outcome for outcome, _, _ in attempts(world)[2:]] == [
        "temporary", "temporary", "accepted",
    ]  # fmt: skip


@pytest.mark.parametrize("code", [550, 552, 554])
@pytest.mark.parametrize("phase", ["rcpt", "data", "dot"])
def test_fault_24_a_refusal_for_good_is_shown_and_the_next_one_up_is_told(
    world: World, lab: SmtpLab, phase: Phase, code: int
) -> None:
    _reminded(world)
    lab.on(phase, f"{code} 5.1.1 never", recipient="cv@example.test", times=None)

    _turn(world, lab)
    _pass(world, hours=1)
    _turn(world, lab)

    assert [one.recipients for one in lab.mailbox] == [("tp@example.test",)]
    assert statuses(world, "remind-3") == {"cv": "failed", "tp": "accepted"}
    assert sum("cv@" in command for command in lab.commands) == 1
    assert alerts(world) == ["mail_undeliverable"]


def test_fault_25_only_the_refused_recipient_is_retried(world: World, lab: SmtpLab) -> None:
    _assigned(world)
    lab.on("rcpt", "450 4.2.1 busy", recipient="cv@example.test")

    first = _turn(world, lab)
    _pass(world, minutes=5)
    second = _turn(world, lab)

    assert first == Turnout(accepted=1, retried=1)
    assert second == Turnout(accepted=1)
    assert [len(lab.received(f"{who}@example.test")) for who in ("cv", "tp")] == [1, 1]


def test_fault_26_a_reminder_dropped_after_the_dot_arrives_once(world: World, lab: SmtpLab) -> None:
    _reminded(world)
    lab.on("dot", smtp_lab.KEEP_AND_DROP)

    _turn(world, lab)
    for _ in range(4):
        _pass(world, minutes=30)
        _turn(world, lab)

    assert len(lab.mailbox) == 1
    assert statuses(world, "remind-3") == {"cv": "in_doubt"}


def test_fault_26_anything_else_arrives_once_more_under_the_same_message_id(
    world: World, lab: SmtpLab
) -> None:
    _assigned(world)
    lab.on("dot", smtp_lab.KEEP_AND_DROP, recipient="tp@example.test")

    _turn(world, lab)
    for _ in range(4):
        _pass(world, minutes=30)
        _turn(world, lab)

    copies = lab.received("tp@example.test")
    assert len(copies) == 2
    assert copies[0].content == copies[1].content
    assert copies[0].reference == copies[1].reference
    assert statuses(world, "assigned")["tp"] == "accepted"


@pytest.mark.parametrize(
    ("moment", "copies", "status"),
    [("claimed", 1, "accepted"), ("worded", 1, "accepted"), ("taken", 2, "accepted")],
)
def test_fault_27_a_relay_killed_at_any_moment_costs_at_most_one_resend(
    world: World, lab: SmtpLab, moment: str, copies: int, status: str
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07", "assignee": "tp"})
    world.now("2014-01-15T08:10")
    _die_at(moment, world, lab)
    _pass(world, minutes=3)

    recovered = _turn(world, lab).recovered
    for _ in range(3):
        _pass(world, minutes=31)
        _turn(world, lab)

    assert recovered == 1
    assert len(lab.mailbox) == copies
    assert len({one.reference for one in lab.mailbox}) == 1
    assert statuses(world, "assigned") == {"tp": status}


@pytest.mark.parametrize(("moment", "copies"), [("worded", 0), ("taken", 1)])
def test_fault_27_a_reminder_of_a_killed_relay_stays_in_doubt(
    world: World, lab: SmtpLab, moment: str, copies: int
) -> None:
    _reminded(world)
    _die_at(moment, world, lab)
    _pass(world, minutes=3)

    _turn(world, lab)
    _pass(world, hours=1)
    _turn(world, lab)

    assert len(lab.mailbox) == copies
    assert statuses(world, "remind-3") == {"cv": "in_doubt"}
    assert actions(world, about="message")[-1] == "message.in_doubt"


def test_a_lease_that_runs_is_left_alone(world: World, lab: SmtpLab) -> None:
    _reminded(world)
    _die_at("taken", world, lab)
    _pass(world, minutes=1)

    done = _turn(world, lab)

    assert done == Turnout()
    assert statuses(world, "remind-3") == {"cv": "sending"}


@pytest.mark.parametrize("phase", ["rcpt", "data"])
def test_fault_28_a_hang_about_one_recipient_does_not_hold_up_the_others(
    world: World, lab: SmtpLab, phase: Phase
) -> None:
    _assigned(world)
    lab.on(phase, smtp_lab.HANG, recipient="cv@example.test")

    done = relay(world, smtp(lab, timeout=timedelta(seconds=0.3))).turn()

    assert done == Turnout(accepted=1, retried=1)
    assert len(lab.received("tp@example.test")) == 1


@pytest.mark.parametrize("phase", ["banner", "ehlo"])
def test_fault_28_a_server_that_hangs_from_the_start_is_asked_once_a_turn(
    world: World, lab: SmtpLab, phase: Phase
) -> None:
    _assigned(world)
    lab.on(phase, smtp_lab.HANG, times=None)

    done = relay(world, smtp(lab, timeout=timedelta(seconds=0.3))).turn()

    assert done == Turnout(retried=1, postponed_notices=1)
    assert lab.sessions == 1


def test_fault_29_greylisted_mail_is_delivered_once_it_has_waited(
    world: World, lab: SmtpLab
) -> None:
    _reminded(world)
    lab.on("rcpt", "451 4.7.1 greylisted, come back in 15 minutes", times=None)

    accepted_after = []
    for minute in range(40):
        if minute == 15:
            lab.heal()
        if _turn(world, lab).accepted:
            accepted_after.append(minute)
        _pass(world, minutes=1)

    assert accepted_after == [20]
    assert len(lab.mailbox) == 1
    row = messages(world)[-1]
    assert row.accepted_at - row.created_at == timedelta(minutes=20)


def test_fault_34_a_server_without_starttls_stops_the_mail_and_raises_an_alarm(
    world: World, lab: SmtpLab
) -> None:
    _assigned(world)
    courier = SmtpCourier(Server(host="127.0.0.1", port=lab.port, security="starttls"))

    done = relay(world, courier).turn()

    assert done == Turnout(retried=1, postponed_notices=1)
    assert alerts(world) == ["mail_server"]
    assert lab.mailbox == []


def test_a_relay_that_slept_through_its_lease_hands_nothing_over(world: World) -> None:
    _reminded(world)
    other, sleeper = FakeCourier(), FakeCourier()

    def sleep() -> None:
        sleeper.before = lambda: None
        _pass(world, minutes=3)
        relay(world, other).turn()

    sleeper.before = sleep

    done = relay(world, sleeper).turn()

    assert done == Turnout(lost_leases=1)
    assert (len(sleeper.taken), len(other.taken)) == (0, 1)
    assert statuses(world, "remind-3") == {"cv": "accepted"}


def test_a_relay_that_slept_after_the_hand_over_changes_nothing_any_more(world: World) -> None:
    _reminded(world)
    other, sleeper = FakeCourier(), FakeCourier()

    def sleep() -> None:
        _pass(world, minutes=3)
        relay(world, other).turn()

    sleeper.after = sleep

    done = relay(world, sleeper).turn()

    assert done == Turnout(lost_leases=1)
    assert statuses(world, "remind-3") == {"cv": "in_doubt"}
    assert other.taken == []


def test_g7_two_relays_at_once_send_every_message_once(world: World) -> None:
    world.plan(
        *({"code": f"A{n}", "due": "2014-02-07", "assignee": "cv"} for n in range(5)),
        *({"code": f"B{n}", "due": "2014-02-07", "assignee": "cv2"} for n in range(5)),
        {"code": "C", "due": "2014-02-07", "lead": "VP", "assignee": "cvp"},
    )
    world.now("2014-01-15T08:10")
    couriers = [FakeCourier(), FakeCourier()]
    begin = threading.Barrier(2)
    failures: list[BaseException] = []

    def send(courier: FakeCourier) -> None:
        begin.wait()
        try:
            relay(world, courier).turn()
        except BaseException as problem:  # noqa: BLE001  # shown by the assertion below
            failures.append(problem)

    threads = [threading.Thread(target=send, args=(courier,)) for courier in couriers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    taken = [envelope.recipient for courier in couriers for envelope, _ in courier.taken]
    assert failures == []
    assert sorted(taken) == ["cv", "cv2", "cvp", "tp"]


def _die_at(moment: str, world: World, lab: SmtpLab) -> None:
    url = world.database.url
    ended = subprocess.run(
        [sys.executable, "-m", "tests.support.dying_relay", url, str(lab.port),
         world.clock.now().isoformat(), moment],
        cwd=ROOT, check=False, capture_output=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 9, ended.stderr.decode()
