"""From the ledger to the courier: one message a person, true when it leaves, never twice."""

import pytest
from sqlalchemy import insert, update

from engine.store import outbox, rulebooks
from engine.store.record import task
from engine.store.tables import delegation, gate
from scheduler.relay import Turnout
from tests.support.office import World, local
from tests.support.post import (
    ACCEPTED,
    BUSY,
    FakeCourier,
    actions,
    alerts,
    assigned,
    escalated,
    messages,
    relay,
    report,
    statuses,
    sweep,
)


def test_assignment_is_one_message_a_person_ten_minutes_after_activation(
    world: World, courier: FakeCourier
) -> None:
    world.plan(*({"code": f"T{n}", "due": "2014-02-07"} for n in range(1, 5)))
    world.now("2014-01-15T08:09")
    early = relay(world, courier).turn()
    world.now("2014-01-15T08:10")

    done = relay(world, courier).turn()

    assert (early, done) == (Turnout(), Turnout(accepted=2))
    assert sorted(courier.asked) == ["cv", "tp"]
    assert courier.subjects("cv") == ["Giao 4 việc: KH-2014"]
    assert [row.kind for row in messages(world)] == ["assignment", "assignment"]
    assert set(statuses(world, "assigned").values()) == {"accepted"}


def test_an_urgent_assignment_leaves_at_once_at_any_hour(
    world: World, courier: FakeCourier
) -> None:
    world.now("2014-01-15T21:40")
    world.plan(
        {"code": "T1", "due": "2014-02-07", "urgent": True}, {"code": "T2", "due": "2014-02-07"}
    )

    relay(world, courier).turn()

    assert all("Khẩn" in one for one in courier.subjects())
    assert len(courier.taken) == 2
    assert statuses(world, "assigned") == {"cv": "pending", "tp": "pending"}


def test_a_slot_is_one_message_a_person_however_many_tasks(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1", "T2", "T3")
    sweep(world, "2014-01-25T07:30")

    relay(world, courier).turn()

    assert courier.asked == ["cv"]
    assert courier.subjects() == ["3 việc cần làm hôm nay: 3 sắp đến hạn"]
    # Through Tết: 06/02 is 1, 27/01 is 2, 25/01 is 3.
    assert courier.messages()[0]["Auto-Submitted"] == "auto-generated"


def test_s12_a_second_turn_sends_nothing(world: World, courier: FakeCourier) -> None:
    assigned(world, courier, "T1")
    sweep(world, "2014-01-25T07:30")
    relay(world, courier).turn()

    again = relay(world, courier).turn()

    assert again == Turnout()
    assert len(courier.taken) == 1


def test_s14_a_task_verified_while_its_reminder_waits_is_not_reminded(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    world.do("cv", "start")
    sweep(world, "2014-01-25T07:30")
    world.do("cv", "report")
    world.do("cvp", "verify")

    done = relay(world, courier).turn()

    assert courier.taken == []
    assert done == Turnout(superseded_notices=1)
    row = next(one for one in world.ledger() if one.rung == "remind-3")
    assert (row.status, row.superseded_by) == ("superseded", "verify")
    assert actions(world, about="relay") == ["notice.superseded"]


def test_s14_the_subject_is_computed_when_the_message_leaves(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    courier.answers["cv"] = [BUSY]
    sweep(world, "2014-01-25T07:30")
    relay(world, courier).turn()
    world.now("2014-01-27T07:30")

    relay(world, courier).turn()

    assert [one.split(":")[0] for one in courier.subjects()] == ["[T1] Còn 2 ngày làm việc"]


def test_s17_what_waits_for_the_old_assignee_is_withdrawn(
    world: World, courier: FakeCourier
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.now("2014-01-15T08:05")
    world.do("tp", "reassign", to="cv2")
    world.now("2014-01-15T11:00")

    relay(world, courier).turn()

    assert sorted(courier.asked) == ["cv2", "tp"]
    assert statuses(world, "assigned") == {"cv": "superseded", "tp": "accepted"}
    assert statuses(world, "reassigned") == {"cv2": "accepted"}


def test_s24_a_reported_task_drops_out_of_a_queued_digest(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1", "T2")
    world.do("cv", "start", "T2")
    sweep(world, "2014-02-10T07:30")
    world.do("cv", "report", "T2")

    relay(world, courier).turn()

    assert [one.split(":")[0] for one in courier.subjects("tp")] == [
        "[T1] Quá hạn 2 ngày làm việc – đề nghị đôn đốc"
    ]


def test_s24_a_digest_that_becomes_empty_is_not_sent(world: World, courier: FakeCourier) -> None:
    assigned(world, courier, "T1")
    world.do("cv", "start")
    escalated(world, courier)
    world.do("cv", "report")

    relay(world, courier).turn()

    assert courier.asked == []
    assert statuses(world, "escalate-1") == {"tp": "superseded"}


def test_fault_19_a_task_reported_between_claim_and_hand_over_drops_out(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1", "T2")
    world.do("cv", "start", "T1")
    sweep(world, "2014-01-25T07:30")
    courier.before = lambda: report(world)

    done = relay(world, courier).turn()

    assert done == Turnout(accepted=1, superseded_notices=1)
    assert [one.split(":")[0] for one in courier.subjects()] == ["[T2] Còn 3 ngày làm việc"]
    assert "T1" not in courier.messages()[0].as_string()


def test_fault_19_when_nothing_is_left_nothing_is_handed_over(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    world.do("cv", "start")
    sweep(world, "2014-01-25T07:30")
    courier.before = lambda: report(world)

    done = relay(world, courier).turn()

    assert done == Turnout(superseded_notices=1)
    assert courier.taken == []
    assert messages(world)[-1].status == "superseded"
    assert "message.superseded" in actions(world, about="message")


def test_fault_19_a_task_that_moves_after_the_hand_over_is_audited_as_overtaken(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    world.do("cv", "start")
    sweep(world, "2014-01-25T07:30")
    courier.after = lambda: report(world)

    relay(world, courier).turn()

    assert len(courier.taken) == 1
    assert actions(world, about="message")[-2:] == ["message.accepted", "message.overtaken"]


def test_a_closed_gate_and_the_paused_mode_let_nothing_out(
    world: World, courier: FakeCourier
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.now("2014-01-15T08:10")

    relay(world, courier, is_paused=True).turn()
    with world.database.begin() as tx:
        tx.execute(
            insert(gate).values(
                name="mail", is_closed=True, reason="test", changed_at=world.clock.now()
            )
        )
    relay(world, courier).turn()

    assert courier.asked == []
    assert set(statuses(world, "assigned").values()) == {"pending"}


def test_a_gate_closed_between_claim_and_hand_over_holds_the_message(
    world: World, courier: FakeCourier
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.now("2014-01-15T08:10")

    def close() -> None:
        with world.database.begin() as tx:
            tx.execute(
                insert(gate).values(
                    name="mail", is_closed=True, reason="stop", changed_at=world.clock.now()
                )
            )
        courier.before = lambda: None

    courier.before = close

    relay(world, courier).turn()

    assert courier.taken == []
    assert set(statuses(world, "assigned").values()) == {"pending"}


def test_a_rung_whose_slot_was_missed_by_the_relay_leaves_while_the_office_is_open(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    sweep(world, "2014-01-25T07:30")
    world.now("2014-01-25T16:59")

    relay(world, courier).turn()

    assert courier.asked == ["cv"]


@pytest.mark.parametrize("at", ["2014-01-25T17:01", "2014-01-26T10:00", "2014-01-27T07:29"])
def test_a_rung_found_after_closing_time_waits_for_the_next_slot(
    world: World, courier: FakeCourier, at: str
) -> None:
    assigned(world, courier, "T1")
    sweep(world, "2014-01-25T07:30")
    world.now(at)

    done = relay(world, courier).turn()

    assert done == Turnout(postponed_notices=1)
    assert world.ledger()[-1].leave_at == local("2014-01-27T07:30")


def test_in_a_slot_nothing_planned_leaves_before_the_sweep_is_through(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1", "T2")
    sweep(world, "2014-01-25T07:30")
    with world.database.begin() as tx:
        tx.execute(update(task).where(task.c.code == "T2").values(next_at=world.clock.now()))

    held = relay(world, courier).turn()
    sweep(world, "2014-01-25T07:30")
    relay(world, courier).turn()

    assert held == Turnout()
    assert courier.subjects() == ["2 việc cần làm hôm nay: 2 sắp đến hạn"]


def test_a_substitute_from_today_takes_nothing_that_waited_for_the_head(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    escalated(world, courier)
    courier.answers["tp"] = [BUSY]
    relay(world, courier).turn()
    with world.database.begin() as tx:
        tx.execute(
            insert(delegation).values(
                id="01900000-0000-7000-8000-000000000001",
                person_id=world.ids["tp"],
                substitute_id=world.ids["cv2"],
                from_on=local("2014-02-10T12:00").date(),
                to_on=local("2014-02-14T12:00").date(),
                created_at=world.clock.now(),
            )
        )
        rulebooks.bump(tx)
    world.now("2014-02-10T07:35")

    relay(world, courier).turn()

    row = next(one for one in world.ledger() if one.rung == "escalate-1")
    assert (row.status, row.superseded_by) == ("superseded", "organisation")
    assert courier.taken == []


def test_every_outcome_is_audited_with_who_where_and_what(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1")
    sweep(world, "2014-01-25T07:30")

    relay(world, courier).turn()

    with world.database.read() as tx:
        row = outbox.lock_message(tx, messages(world)[-1].id)
    assert row is not None
    assert actions(world, about="message")[-1] == "message.accepted"
    assert (row.address, row.kind, row.copies) == ("cv@example.test", "reminder", 1)
    assert ACCEPTED.outcome == row.status


def test_a_task_that_cannot_be_judged_keeps_nobody_from_being_told(
    world: World, courier: FakeCourier
) -> None:
    assigned(world, courier, "T1", "T2")
    sweep(world, "2014-01-25T07:30")
    with world.database.begin() as tx:
        tx.execute(update(task).where(task.c.code == "T1").values(workflow_version=99))

    relay(world, courier).turn()

    assert [one.split(":")[0] for one in courier.subjects()] == ["[T2] Còn 3 ngày làm việc"]
    assert alerts(world) == ["mail_unrenderable"]
