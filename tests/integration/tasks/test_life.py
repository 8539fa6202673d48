"""What a granted request changes: state, dates, ladders, the record, and who is told."""

import json
from datetime import timedelta
from typing import Any

import pytest

from engine import audit, queries
from engine.audit.entries import digest
from engine.filters import Filter
from engine.store.change import Evidence
from engine.store.record import evidence
from engine.views import TaskView
from tests.support.calendars import day
from tests.support.office import World, local


def view(world: World, code: str = "T1") -> TaskView:
    """Return one line of the list as it is now."""
    with world.database.read() as tx:
        found = queries.list_tasks(tx, Filter(), rules=world.rules, at=world.clock.now())
    return next(one for one in found if one.code == code)


@pytest.fixture
def june(world: World) -> World:
    """A task due on Monday 2014-06-30, started."""
    world.plan({"code": "T1", "due": "2014-06-30"})
    world.now("2014-06-02T09:00")
    world.do("cv", "start")
    return world


def test_s32_reported_on_the_due_date_and_verified_after_it_is_on_time(june: World) -> None:
    june.now("2014-06-30T16:00")
    june.do("cv", "report")
    june.now("2014-07-05T09:00")

    june.do("cvp", "verify")

    assert (view(june).cell, view(june).overdue_working_days) == ("completed_on_time", 0)


def test_s32_returned_with_a_new_date_lateness_is_shown_against_both_dates(june: World) -> None:
    june.now("2014-06-30T16:00")
    june.do("cv", "report")
    june.now("2014-07-04T09:00")
    june.do("cvp", "return", note="thiếu", due=day("2014-07-14"))
    june.now("2014-07-14T17:00")
    june.do("cv", "report")

    june.do("cvp", "verify")

    shown = view(june)
    assert (shown.original_due, shown.due) == (day("2014-06-30"), day("2014-07-14"))
    assert (shown.cell, shown.cell_against_original) == ("completed_on_time", "completed_late")


def test_s32_reported_after_the_new_date_too_is_late_against_both(june: World) -> None:
    june.now("2014-06-30T16:00")
    june.do("cv", "report")
    june.now("2014-07-04T09:00")
    june.do("cvp", "return", note="thiếu", due=day("2014-07-10"))
    june.now("2014-07-14T09:00")
    june.do("cv", "report")

    june.do("cvp", "verify")

    shown = view(june)
    assert (shown.cell, shown.cell_against_original) == ("completed_late", "completed_late")
    assert shown.overdue_working_days == 2


def test_s33_while_a_report_waits_the_verifier_is_urged_and_the_unit_is_not(june: World) -> None:
    june.now("2014-06-27T16:00")
    june.do("cv", "report")

    june.slots("2014-06-28", "2014-07-20")

    assert june.told() == [("2014-07-01", "verify-2", "cvp")]
    assert view(june).overdue_working_days == 0


def test_s33_a_report_long_before_the_due_date_starts_the_verifiers_ladder_at_once(
    june: World,
) -> None:
    june.now("2014-06-03T16:00")

    june.do("cv", "report")

    assert june.row().next_at == local("2014-06-05T07:30")


def test_rule_15_after_a_return_without_a_date_the_unit_is_urged_on_the_same_date(
    june: World,
) -> None:
    june.now("2014-06-25T16:00")
    june.do("cv", "report")
    june.slots("2014-06-26", "2014-07-03")
    june.now("2014-07-03T10:00")
    june.do("cvp", "return", note="thiếu")

    june.slots("2014-07-04", "2014-07-09")

    unit_rungs = [one for one in june.told() if not one[1].startswith("verify")]
    assert unit_rungs == [
        ("2014-07-04", "escalate-1", "tp"),
        ("2014-07-07", "escalate-2", "pgd"),
        ("2014-07-09", "escalate-3", "gd"),
    ]


def test_rule_15_an_escalation_withheld_by_a_report_is_owed_again_after_a_return(
    june: World,
) -> None:
    june.now("2014-07-02T07:30")
    june.sweep()
    june.now("2014-07-02T07:31")
    june.do("cv", "report")
    june.withhold()
    june.now("2014-07-02T10:00")
    june.do("cvp", "return", note="thiếu")

    june.slots("2014-07-03", "2014-07-07")

    assert june.told() == [
        ("2014-07-03", "escalate-1", "tp"),
        ("2014-07-07", "escalate-2", "pgd"),
    ]


def test_a_reminder_recorded_as_withheld_is_told_when_its_slot_still_lies_ahead(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-03-11"})
    world.ladder([{"rung": "saturday", "at": "-3d", "to": ["assignee"]}])
    world.now("2014-03-03T09:00")
    world.do("cv", "start")
    world.now("2014-03-09T10:00")
    world.do("cv", "report")
    world.do("cv", "withdraw", note="nhầm")

    world.slots("2014-03-10", "2014-03-10")

    assert world.told() == [("2014-03-10", "saturday", "cv")]


def test_a_new_date_arms_the_ladder_anew_and_keeps_the_first_date(june: World) -> None:
    june.slots("2014-06-25", "2014-06-30")
    june.now("2014-06-30T10:00")

    june.do("cvp", "set_due", note="lùi", due=day("2014-07-31"))

    row = june.row()
    assert (row.due_on, row.original_due_on) == (day("2014-07-31"), day("2014-06-30"))
    assert (row.deadline_version, row.arming) == (2, 2)
    assert row.next_at == local("2014-07-28T07:30")


def test_reopening_goes_on_with_a_ladder_armed_anew_on_the_old_date(june: World) -> None:
    june.do("gd", "cancel", note="dừng", decision="1/QĐ")
    assert june.row().next_at is None
    june.now("2014-07-01T10:00")

    june.do("gd", "reopen", note="làm lại", decision="2/QĐ")

    row = june.row()
    assert (row.state, row.arming, row.deadline_version) == ("in_progress", 2, 1)
    assert row.next_at == local("2014-07-02T07:30")


def test_a_verified_task_has_no_timer(june: World) -> None:
    june.do("cv", "report")

    june.do("cvp", "verify")

    assert june.row().next_at is None


@pytest.mark.parametrize(
    ("trigger", "by", "fields", "told"),
    [
        ("cancel", "gd", {"note": "x", "decision": "1"},
         {("cv", "cancelled", "decision"), ("tp", "cancelled", "decision")}),
        ("set_due", "cvp", {"note": "x", "due": day("2014-07-31")},
         {("cv", "due_set", "decision"), ("tp", "due_set", "decision")}),
        ("reassign", "tp", {"to": "cv2"}, {("cv2", "reassigned", "assignment")}),
    ],
)  # fmt: skip
def test_a_decision_tells_the_assignee_and_the_head_and_a_reassignment_the_new_assignee(
    june: World, trigger: str, by: str, fields: dict[str, Any], told: set[tuple[str, str, str]]
) -> None:
    june.do(by, trigger, **fields)

    caused = [row for row in june.ledger() if row.ladder == "" and row.rung != "assigned"]
    names = {identity: name for name, identity in june.ids.items()}
    assert {(names[row.recipient_id], row.rung, row.kind) for row in caused} == told
    assert {row.leave_at for row in caused} == {june.clock.now() + timedelta(minutes=10)}


def test_s15_events_for_one_person_join_the_batch_already_waiting(june: World) -> None:
    june.now("2014-06-03T09:00")
    june.do("cvp", "set_due", note="lùi", due=day("2014-07-30"))
    june.now("2014-06-03T09:07")

    june.do("cvp", "set_due", note="lùi nữa", due=day("2014-07-31"))

    due_set = [row.leave_at for row in june.ledger() if row.rung == "due_set"]
    assert due_set == [local("2014-06-03T09:10")] * 4


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        ("2014-06-03T11:25", "2014-06-04T07:30"),
        ("2014-06-03T17:30", "2014-06-04T07:30"),
        ("2014-06-06T16:55", "2014-06-09T07:30"),
        ("2014-06-07T10:00", "2014-06-09T07:30"),
    ],
)
def test_outside_working_hours_an_event_leaves_in_the_next_slot(
    june: World, at: str, leaves: str
) -> None:
    june.now(at)

    june.do("cvp", "set_due", note="lùi", due=day("2014-07-31"))

    assert {row.leave_at for row in june.ledger() if row.rung == "due_set"} == {local(leaves)}


def test_an_urgent_task_tells_at_once_whatever_the_hour(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-06-30", "urgent": True})
    world.now("2014-06-07T22:00")

    world.do("cvp", "set_due", note="lùi", due=day("2014-07-31"))

    assert {row.leave_at for row in world.ledger() if row.rung == "due_set"} == {world.clock.now()}


def test_s17_a_reassignment_leaves_the_ladder_where_it_is(june: World) -> None:
    before = june.row()

    june.do("tp", "reassign", to="cv2")

    after = june.row()
    assert after.assignee_id == june.ids["cv2"]
    assert (after.arming, after.deadline_version, after.next_at) == (
        before.arming, before.deadline_version, before.next_at,
    )  # fmt: skip


def test_every_change_is_a_row_of_history_and_an_entry_of_one_unbroken_chain(june: World) -> None:
    june.do("cv", "report")
    june.do("cvp", "return", note="thiếu", due=day("2014-07-31"))
    june.do("tp", "reassign", to="cv2")
    june.do("gd", "cancel", note="dừng", decision="1/QĐ")

    history, entries, row = june.history(), june.entries(f"task:{june.ids['T1']}"), june.row()

    assert [one.trigger for one in history] == [
        "assign", "start", "report", "return", "reassign", "cancel",
    ]  # fmt: skip
    assert [one.version for one in history] == [1, 2, 3, 4, 5, 6]
    assert [one.subject_seq for one in entries] == [1, 2, 3, 4, 5, 6]
    assert [one.prev for one in entries] == [
        audit.GENESIS.hash,
        *(one.hash for one in entries[:-1]),
    ]
    assert all(digest(one.body) == one.hash for one in entries)
    assert (row.version, row.audit_seq, row.audit_hash) == (6, 6, entries[-1].hash)


def test_the_history_says_who_when_why_and_which_date_became_which(june: World) -> None:
    june.do("cvp", "set_due", note="theo công văn 12", due=day("2014-07-31"))

    last = june.history()[-1]
    assert (last.actor, last.on_behalf_of, last.note) == ("cvp", None, "theo công văn 12")
    assert (last.due_from, last.due_to) == (day("2014-06-30"), day("2014-07-31"))
    assert last.at == june.clock.now()


def test_the_audit_entry_holds_what_changed_and_where_the_task_stands_now(june: World) -> None:
    june.do("cvp", "set_due", note="lùi", due=day("2014-07-31"))

    entry = json.loads(june.entries("task:")[-1].body)

    assert entry["action"] == "task.edited"
    assert entry["before"] == {"code": "KH-2014/T1", "due_on": "2014-06-30",
                               "deadline_version": 1, "arming": 1}  # fmt: skip
    assert entry["after"] == {"due_on": "2014-07-31", "deadline_version": 2, "arming": 2,
                              "trigger": "set_due", "version": 3, "state": "in_progress",
                              "assignee_id": june.ids["cv"]}  # fmt: skip
    assert entry["cause"] == "lùi"


def test_evidence_is_kept_by_name_digest_and_size_with_the_version_it_came_with(
    june: World,
) -> None:
    june.do("cv", "report", evidence=(Evidence(name="bc.pdf", sha256="ab" * 32, size_bytes=7),
                                      Evidence(name="12/TTr-STTTT")))  # fmt: skip

    with june.database.read() as tx:
        kept = {(row.version, row.name, row.sha256) for row in tx.execute(evidence.select())}
    assert kept == {(3, "bc.pdf", "ab" * 32), (3, "12/TTr-STTTT", None)}
    assert json.loads(june.entries("task:")[-1].body)["after"]["evidence"] == [
        {"name": "bc.pdf", "sha256": "ab" * 32}, {"name": "12/TTr-STTTT", "sha256": None},
    ]  # fmt: skip
