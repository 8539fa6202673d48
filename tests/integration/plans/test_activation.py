"""Activation: refused as a whole while a row is undecided, else everything at once."""

import threading
from typing import Any

import pytest

from engine.commands import activation
from engine.errors import Invalid, NotPermitted, Undecided, Unknown
from engine.store.rulebooks import Rules
from tests.support.calendars import day
from tests.support.drafts import CODE, deadline, item, plan, row, worksheet
from tests.support.intake import Intake
from tests.support.office import World, local

JUNE = deadline("2014-06-30")


@pytest.fixture
def settled(intake: Intake) -> Intake:
    """A plan with everything decided: two tasks, one standing duty, a heading with one item."""
    intake.read(
        plan(item("1"), item("2"), item("3", kind="standing"), item("4", kind="heading"),
             item("4.1", parent="4"))
    )  # fmt: skip
    intake.fill(
        worksheet(
            row(2, "1", deadline=JUNE), row(3, "2", deadline=JUNE, assignee="cv2"),
            row(4, "3", lead="VP", assignee=None),
            row(5, "4.1", deadline=JUNE, lead="VP", assignee="vt"),
        )
    )  # fmt: skip
    return intake


def test_activation_is_refused_as_a_whole_and_names_every_undecided_row(intake: Intake) -> None:
    twins = {"near_duplicates": ("7",)}
    intake.read(
        plan(item("1"), item("2"), item("3"), item("4"), item("5"), item("6", **twins),
             item("7", near_duplicates=("6",)), item("8", kind="heading"),
             item("9", kind="standing"), item("10"))
    )  # fmt: skip
    intake.fill(
        worksheet(
            row(2, "1", lead=None, deadline=JUNE),
            row(3, "2", lead="Sở Tài chính", deadline=JUNE, assignee=None),
            row(4, "3"),
            row(5, "4", deadline=deadline("2014-06-30", confidence="confirm")),
            row(6, "5", deadline=JUNE, assignee="cvp"),
            row(7, "6", deadline=JUNE),
            row(8, "7", deadline=JUNE),
            row(9, "9", assignee="ai-do"),
            row(10, "10", deadline=JUNE),
        )
    )

    with pytest.raises(Undecided) as refused:
        intake.activate()

    assert [fault.place for fault in refused.value.faults] == [
        "1", "2", "3", "4", "5", "6", "7", "9",
    ]  # fmt: skip
    assert intake.state() == "draft"
    assert {one.state for one in intake.items().values()} == {None}
    assert intake.world.ledger() == []
    assert intake.world.entries("task:") == []


def test_a_near_duplicate_is_settled_by_keeping_both_or_dropping_one(intake: Intake) -> None:
    intake.read(
        plan(*(item(code, near_duplicates=(twin,)) for code, twin in
               [("1", "2"), ("2", "1"), ("3", "4"), ("4", "3")]))
    )  # fmt: skip
    intake.fill(worksheet(*(row(n, str(n), deadline=JUNE) for n in range(1, 5))))
    intake.decide("1", "keep")
    with pytest.raises(Undecided) as refused:
        intake.activate()
    assert {fault.place for fault in refused.value.faults} == {"1", "2", "3", "4"}

    intake.decide("2", "keep")
    intake.decide("3", "drop")

    assert intake.activate().assigned == 3
    states = {code: one.state for code, one in intake.items().items()}
    assert states == {"1": "assigned", "2": "assigned", "3": None, "4": "assigned"}


def test_a_date_in_doubt_counts_once_somebody_confirms_it(intake: Intake) -> None:
    intake.read(plan(item("1")))
    unsure = deadline("2014-06-30", phrase="khoảng tháng 6", confidence="confirm")
    intake.fill(worksheet(row(2, "1", deadline=unsure)))

    intake.decide("1", "due", day("2014-06-15"))

    assert intake.activate().assigned == 1
    assert intake.items()["1"].deadline is not None
    assert intake.world.row("1").due_on == day("2014-06-15")


def test_one_message_to_each_head_of_all_tasks_of_his_unit_and_to_each_assignee_of_his_own(
    settled: Intake,
) -> None:
    done = settled.activate()

    names = {identity: name for name, identity in settled.world.ids.items()}
    codes = {one.id: one.code for one in settled.items().values()}
    told: dict[str, set[str]] = {}
    for notice in settled.world.ledger():
        told.setdefault(names[notice.recipient_id], set()).add(codes[notice.task_id])
    assert told == {"cv": {"1"}, "cv2": {"2"}, "vt": {"4.1"}, "tp": {"1", "2"},
                    "cvp": {"3", "4.1"}}  # fmt: skip
    assert (done.assigned, done.people_told) == (4, 5)


def test_s15_everything_a_person_is_assigned_leaves_at_one_instant(settled: Intake) -> None:
    settled.activate()

    assert {row.leave_at for row in settled.world.ledger()} == {local("2014-01-15T08:10")}
    assert {row.kind for row in settled.world.ledger()} == {"assignment"}


def test_s15_an_urgent_assignment_leaves_at_once(intake: Intake) -> None:
    intake.world.now("2014-01-18T21:00")
    intake.read(plan(item("1"), item("2")))
    intake.fill(
        worksheet(row(2, "1", deadline=JUNE, urgent=True), row(3, "2", deadline=JUNE))
    )  # fmt: skip

    intake.activate()

    codes = {one.id: one.code for one in intake.items().values()}
    leaves = {codes[row.task_id]: row.leave_at for row in intake.world.ledger()}
    assert leaves == {"1": local("2014-01-18T21:00"), "2": local("2014-01-20T07:30")}


def test_an_assigned_task_has_its_dates_its_timer_its_history_and_its_chain(
    settled: Intake,
) -> None:
    settled.activate()

    task = settled.world.row("1")
    assert (task.state, task.version, task.arming, task.deadline_version) == ("assigned", 1, 1, 1)
    assert (task.due_on, task.original_due_on) == (day("2014-06-30"), day("2014-06-30"))
    assert task.next_at == local("2014-06-25T07:30")
    entry = settled.world.entries(f"task:{task.id}")[0]
    assert (entry.action, entry.subject_seq, task.audit_hash) == ("task.assigned", 1, entry.hash)
    assert settled.world.row("3").next_at is None
    assert settled.world.row("4").state is None


def test_g12_a_plan_activated_late_does_not_remind_of_what_is_past(intake: Intake) -> None:
    intake.read(plan(item("1")))
    intake.fill(worksheet(row(2, "1", deadline=deadline("2014-01-06"))))

    intake.activate()
    intake.world.slots("2014-01-15", "2014-01-20")

    assert intake.world.row("1").next_at is not None
    told = [(row.rung, row.status) for row in intake.world.ledger() if row.is_planned]
    assert told == [("escalate-1", "accepted"), ("escalate-2", "accepted"),
                    ("escalate-3", "accepted")]  # fmt: skip


def test_a_recurring_item_becomes_one_task_for_each_date_of_the_year(intake: Intake) -> None:
    intake.read(plan(item("1", kind="recurring"), item("2")))
    quarters = ("2014-03-31", "2014-06-30", "2014-09-30", "2014-12-31")
    intake.fill(
        worksheet(
            row(2, "1", kind="recurring", deadline=deadline(*quarters), coordinating=("VP",)),
            row(3, "2", deadline=JUNE),
        )
    )

    done = intake.activate()

    found = intake.items()
    assert done.assigned == 5
    assert found["1"].kind == "heading"
    children = [one for one in found.values() if one.parent_id == found["1"].id]
    assert [one.code for one in children] == ["1.1", "1.2", "1.3", "1.4"]
    assert [intake.world.row(one.code).due_on for one in children] == [day(q) for q in quarters]
    assert {one.assignee_id for one in children} == {intake.world.ids["cv"]}


def test_a_recurring_item_with_a_single_date_is_a_task_of_that_date(intake: Intake) -> None:
    intake.read(plan(item("1", kind="recurring")))
    intake.fill(worksheet(row(2, "1", kind="recurring", deadline=JUNE)))

    intake.activate()

    assert intake.world.row("1").due_on == day("2014-06-30")


@pytest.mark.parametrize(
    ("by", "allowed"),
    [("cvp", True), ("pgd", True), ("gd", True), ("tp", False), ("vt", False), ("cv", False)],
)
def test_the_head_of_the_monitoring_unit_or_a_leader_activates(
    settled: Intake, by: str, allowed: bool
) -> None:
    if allowed:
        assert settled.activate(by=by).assigned == 4
        return
    with pytest.raises(NotPermitted):
        settled.activate(by=by)
    assert settled.state() == "draft"


def test_a_plan_is_activated_once(settled: Intake) -> None:
    settled.activate()
    before = settled.world.ledger()

    with pytest.raises(Invalid, match="active"):
        settled.activate()

    assert settled.world.ledger() == before


def test_a_plan_nobody_knows_is_unknown_with_a_hint(settled: Intake) -> None:
    with settled.world.database.begin() as tx, pytest.raises(Unknown, match="KH-2014"):
        activation.activate(tx, "KH-2015", actor="cvp", rules=settled.world.rules,
                            at=settled.world.clock.now())  # fmt: skip

    assert settled.state() == "draft"


def test_two_who_activate_at_once_activate_it_once(settled: Intake) -> None:
    world: World = settled.world
    together, outcomes = threading.Barrier(2, timeout=60), list[Any]()

    def press() -> None:
        rules = Rules(world.rules.office)
        together.wait()
        try:
            with world.database.begin() as tx:
                done = activation.activate(tx, CODE, actor="cvp", rules=rules, at=world.clock.now())
            outcomes.append(done.assigned)
        except Invalid as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes, key=str) == [4, "invalid"]
    assert len(world.entries("task:")) == 4


def test_a_unit_imported_after_the_worksheet_is_found_at_activation(intake: Intake) -> None:
    intake.read(plan(item("1")))
    intake.fill(worksheet(row(2, "1", lead="TTRA", assignee="ttra", deadline=JUNE)))
    intake.world.unit("TTRA")
    intake.world.person("ttra", "TTRA", "unit_head")

    intake.activate()

    found = intake.items()["1"]
    assert (found.lead_unit_id, found.assignee_id) == (
        intake.world.ids["TTRA"], intake.world.ids["ttra"],
    )  # fmt: skip


def test_activation_warns_of_dates_that_are_over_and_of_units_without_a_head(
    intake: Intake,
) -> None:
    intake.world.unit("TTRA")
    intake.read(plan(item("1"), item("2")))
    intake.fill(
        worksheet(
            row(2, "1", deadline=deadline("2013-12-31")),
            row(3, "2", lead="TTRA", assignee=None, deadline=JUNE),
        )
    )

    warnings = [str(one) for one in intake.activate().warnings]

    assert any(one.startswith("1: hạn 31/12/2013 đã qua") for one in warnings)
    assert any("chưa có người đứng đầu: TTRA" in one for one in warnings)


def test_the_tasks_of_a_recurring_item_stand_right_below_it(intake: Intake) -> None:
    quarters = deadline("2014-03-31", "2014-06-30", kind="recurring")
    intake.read(plan(item("1"), item("2")))
    intake.fill(
        worksheet(row(2, "1", deadline=quarters, kind="recurring"), row(3, "2", deadline=JUNE))
    )

    intake.activate()

    assert list(intake.items()) == ["1", "1.1", "1.2", "2"]
