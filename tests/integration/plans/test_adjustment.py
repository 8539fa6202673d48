"""A decision about an active plan: everything it changes at once, and what it leaves alone."""

import json
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import update as sql_update

from engine.audit import replay
from engine.draft import DraftPlan
from engine.errors import Conflict, Undecided
from engine.store import plans as store
from engine.store import rulebooks
from engine.store.tables import person
from tests.support.adjusting import SEPTEMBER, adjust, change, stated, told, verified
from tests.support.calendars import day
from tests.support.drafts import CODE, deadline, plan, row, worksheet
from tests.support.office import World


def test_s46_a_decision_moves_dates_units_and_people_gives_up_and_adds_at_once(
    running: World,
) -> None:
    done = adjust(
        running,
        worksheet(
            change("1", deadline=SEPTEMBER),
            change("2", lead="QLVT"),
            change("3", decision="drop"),
            row(5, "4", title="Nhiệm vụ bổ sung của quyết định", deadline=deadline("2014-11-28")),
        ),
    )

    assert done.version == 2
    assert [(one.code, one.what) for one in done.changes] == [
        ("1", "changed"), ("2", "changed"), ("4", "added"), ("3", "removed"),
    ]  # fmt: skip
    first, second, third, fourth = (running.row(code) for code in "1234")
    assert (first.due_on, first.original_due_on) == (day("2014-09-30"), day("2014-06-30"))
    assert (first.deadline_version, first.arming, first.version) == (2, 2, 2)
    assert second.lead_unit_id == running.ids["QLVT"]
    assert (second.assignee_id, second.arming) == (None, 1)
    assert third.state == "cancelled"
    assert (fourth.state, fourth.due_on) == ("assigned", day("2014-11-28"))
    assert fourth.next_at is not None
    assert told(running) == {
        ("cv", "adjusted", "1"), ("tp", "adjusted", "1"),
        ("tp2", "adjusted", "2"), ("tp", "adjusted", "2"), ("cv2", "adjusted", "2"),
        ("cvp", "cancelled", "3"),
        ("cv", "assigned", "4"), ("tp", "assigned", "4"),
    }  # fmt: skip
    assert done.people_told == 5
    assert len({one.leave_at for one in running.ledger() if one.rung != "assigned"}) == 1


def test_s46_everybody_hears_once_what_was_and_what_is(running: World) -> None:
    adjust(running, worksheet(change("1", deadline=SEPTEMBER, lead="QLVT")))

    details = {
        one.recipient_id: dict(one.detail) for one in running.ledger() if one.rung == "adjusted"
    }
    assert set(details) == {running.ids[who] for who in ("cv", "tp", "tp2")}
    of_old_head = details[running.ids["tp"]]
    assert (of_old_head["is_lost"], of_old_head["decision"]) == (True, "15/QĐ-STTTT")
    assert ["lead", "CNTT", "QLVT"] in of_old_head["changes"]
    assert ["due", "2014-06-30", "2014-09-30"] in of_old_head["changes"]
    assert "is_lost" not in details[running.ids["tp2"]]


def test_s46_the_same_document_again_changes_nothing_and_tells_nobody(running: World) -> None:
    document = worksheet(
        change("1", deadline=SEPTEMBER, output="Nghị quyết"),
        change("2", lead="QLVT", coordinating=("CNTT",)),
        change("3", decision="drop"),
        row(5, "4", title="Nhiệm vụ bổ sung", deadline=deadline("2014-11-28")),
    )
    adjust(running, document)
    ledger, entries = running.ledger(), running.entries("")

    again = adjust(running, document)

    assert (again.version, again.changes, again.unchanged) == (None, (), 4)
    assert (running.ledger(), running.entries("")) == (ledger, entries)


def test_s46_the_earlier_version_stays_readable_for_ever(running: World) -> None:
    adjust(running, worksheet(change("1", deadline=SEPTEMBER, title="Việc 1, theo tên mới")))
    adjust(running, worksheet(change("1", deadline=deadline("2014-10-31"))), decision="16/QĐ-STTTT")

    with running.database.read() as tx:
        identity = store.get(tx, CODE).id
        kept = {one.number: one for one in store.versions(tx, identity)}
        first, second, third = (
            next(one for one in (store.version_content(tx, identity, number) or {})["items"]
                 if one["code"] == "1")
            for number in (1, 2, 3)
        )  # fmt: skip
    assert [kept[number].decision for number in (1, 2, 3)] == [None, "15/QĐ-STTTT", "16/QĐ-STTTT"]
    assert (first["title"], first["due"]) == ("Việc 1", ["2014-06-30"])
    assert (second["title"], second["due"]) == ("Việc 1, theo tên mới", ["2014-09-30"])
    assert third["due"] == ["2014-10-31"]


def test_s47_a_date_granted_to_one_task_is_not_shortened(running: World) -> None:
    running.do("cvp", "set_due", "1", due=day("2014-10-15"), note="gia hạn riêng")
    before = running.row("1")

    done = adjust(
        running,
        worksheet(
            change("1", deadline=SEPTEMBER),
            change("2", deadline=SEPTEMBER),
        ),
    )

    after = running.row("1")
    assert [(one.code, one.due_on, one.planned_on) for one in done.kept] == [
        ("1", day("2014-10-15"), day("2014-09-30"))
    ]
    assert (after.due_on, after.deadline_version, after.arming) == (
        day("2014-10-15"), before.deadline_version, before.arming,
    )  # fmt: skip
    assert running.row("2").due_on == day("2014-09-30")


def test_s47_a_decision_that_gives_more_time_than_was_granted_counts(running: World) -> None:
    running.do("cvp", "set_due", "1", due=day("2014-07-15"), note="gia hạn riêng")

    done = adjust(running, worksheet(change("1", deadline=SEPTEMBER)))

    assert done.kept == ()
    assert running.row("1").due_on == day("2014-09-30")
    assert running.row("1").original_due_on == day("2014-06-30")


def test_a_date_the_plan_states_already_takes_no_granted_one_back(running: World) -> None:
    running.do("cvp", "set_due", "1", due=day("2014-07-15"), note="gia hạn riêng")

    done = adjust(running, worksheet(change("1", deadline=deadline("2014-06-30"))))

    assert done.version is None
    assert running.row("1").due_on == day("2014-07-15")


def test_whoever_was_put_on_a_task_since_is_not_replaced_by_the_old_name(running: World) -> None:
    running.do("tp", "reassign", "1", to="cv2")

    done = adjust(running, worksheet(change("1", output="Đề án")))

    assert done.version == 2
    assert running.row("1").assignee_id == running.ids["cv2"]


def test_a_code_and_the_name_of_its_holder_are_one_person(running: World) -> None:
    adjust(running, worksheet(change("1", assignee="cv2")))
    running.do("tp", "reassign", "1", to="cv")
    with running.database.begin() as tx:
        tx.execute(sql_update(person).where(person.c.code == "cv2").values(name="Lê Thị Hai"))
        rulebooks.bump(tx)

    done = adjust(running, worksheet(change("1", assignee="Lê Thị Hai")))

    assert done.version is None
    assert running.row("1").assignee_id == running.ids["cv"]


def test_s66_what_was_verified_and_stands_unchanged_in_the_document_is_left_alone(
    running: World,
) -> None:
    verified(running, "1")

    done = adjust(
        running,
        plan(
            stated("1", "Việc 1", deadline=deadline("2014-06-30")),
            stated("2", "Việc 2", deadline=SEPTEMBER),
            stated("3", "Việc 3"),
        ),
    )

    assert [one.code for one in done.changes] == ["2"]
    assert running.row("1").state == "verified"


def _without_the_third() -> DraftPlan:
    return plan(stated("1", "Việc 1"), stated("2", "Việc 2", deadline=SEPTEMBER))


def test_a_whole_plan_that_leaves_a_task_out_is_refused_until_somebody_says_why(
    running: World,
) -> None:
    with pytest.raises(Undecided) as refused:
        adjust(running, _without_the_third())

    assert [(one.place, one.cure) for one in refused.value.faults] == [
        ("3", "--absent keep để giữ nguyên, --absent cancel để hủy theo quyết định")
    ]


@pytest.mark.parametrize(("absent", "state"), [("keep", "assigned"), ("cancel", "cancelled")])
def test_what_a_whole_plan_leaves_out_is_kept_or_given_up_as_was_said(
    running: World, absent: str, state: str
) -> None:
    done = adjust(running, _without_the_third(), absent=absent)

    assert running.row("3").state == state
    assert done.absent == (("3",) if absent == "keep" else ())


def test_a_table_need_not_name_what_it_leaves_alone(running: World) -> None:
    done = adjust(running, worksheet(change("2", deadline=SEPTEMBER)))

    assert [one.code for one in done.changes] == ["2"]


def test_a_task_that_the_document_numbers_anew_keeps_its_code_and_its_record(
    running: World,
) -> None:
    before = {code: running.row(code).id for code in "123"}

    done = adjust(
        running,
        plan(
            stated("1", "Việc 1"),
            stated("2", "Việc 3", deadline=SEPTEMBER),
            stated("3", "Việc 2"),
        ),
    )

    assert {code: running.row(code).id for code in "123"} == before
    assert [(one.code, one.what) for one in done.changes] == [("3", "changed")]
    assert running.row("3").due_on == day("2014-09-30")


def test_a_new_item_does_not_get_a_code_that_another_one_has(running: World) -> None:
    with pytest.raises(Undecided) as refused:
        adjust(
            running,
            plan(
                stated("1", "Việc 1"),
                stated("2", "Một việc chưa từng có", lead="CNTT", deadline=SEPTEMBER),
                stated("3", "Việc 2"),
                stated("4", "Việc 3"),
            ),
        )

    assert [one.problem for one in refused.value.faults] == ["mã 2 đã là của mục khác"]


def test_the_record_of_an_adjusted_plan_verifies(running: World) -> None:
    adjust(
        running,
        worksheet(
            change("1", deadline=SEPTEMBER, lead="QLVT"),
            change("3", decision="drop"),
            row(5, "4", title="Nhiệm vụ bổ sung", deadline=deadline("2014-11-28")),
        ),
    )

    entries = {one.action: one for one in running.entries("")}
    body = json.loads(entries["plan.adjusted"].body)
    assert (body["before"], body["after"]["version"]) == ({"version": 1}, 2)
    assert (body["after"]["added"], body["after"]["removed"]) == (["4"], ["3"])
    edited = json.loads(entries["task.edited"].body)
    assert (edited["before"]["lead"], edited["after"]["lead"]) == ("CNTT", "QLVT")
    assert list(replay.astray(running.database)) == []


def test_history_names_the_decision_and_both_dates(running: World) -> None:
    adjust(running, worksheet(change("1", deadline=SEPTEMBER)))

    newest = running.history("1")[-1]
    assert (newest.trigger, newest.decision, newest.note) == (
        "adjust", "15/QĐ-STTTT", "Sửa theo nghị quyết mới",
    )  # fmt: skip
    assert (newest.due_from, newest.due_to) == (day("2014-06-30"), day("2014-09-30"))


def test_a_recurring_item_moves_by_its_dates(world: World) -> None:
    quarters = ("2014-03-31", "2014-06-30", "2014-09-30", "2014-12-31")
    world.unit("QLVT", leader="pgd")
    world.person("tp2", "QLVT", "unit_head")
    world.plan({"code": "1", "due": quarters, "kind": "recurring"})
    world.now("2014-01-16T09:00")
    sooner = deadline("2014-03-25", "2014-06-25", "2014-09-30", phrase="trước 25 tháng cuối quý")

    done = adjust(world, worksheet(change("1", deadline=sooner, lead="QLVT")))

    days = {code: world.row(code).due_on for code in ("1.1", "1.2", "1.3")}
    assert days == {"1.1": day("2014-03-25"), "1.2": day("2014-06-25"), "1.3": day("2014-09-30")}
    assert world.row("1.4").state == "cancelled"
    assert {world.row(f"1.{n}").lead_unit_id for n in (1, 2, 3)} == {world.ids["QLVT"]}
    assert adjust(world, worksheet(change("1", deadline=sooner, lead="QLVT"))).version is None
    assert done.version == 2


def test_a_new_recurring_item_becomes_one_task_for_each_date(running: World) -> None:
    halves = deadline("2014-06-30", "2014-12-31")

    done = adjust(
        running,
        worksheet(row(5, "4", title="Báo cáo 6 tháng", kind="recurring", deadline=halves)),
    )

    assert [running.row(code).due_on for code in ("4.1", "4.2")] == [
        day("2014-06-30"), day("2014-12-31"),
    ]  # fmt: skip
    assert {"4", "4.1", "4.2"} <= {one.code for one in done.changes}


def test_whoever_moves_a_task_meanwhile_loses_nothing_half(running: World) -> None:
    outcomes: list[str] = []
    together = threading.Barrier(2, timeout=60)

    def press(what: Callable[[], object]) -> None:
        together.wait()
        try:
            what()
            outcomes.append("done")
        except (Conflict, Undecided) as refusal:
            outcomes.append(refusal.code)

    document = worksheet(change("1", deadline=SEPTEMBER), change("2", deadline=SEPTEMBER))
    other = World(running.database, running.clock, ids=running.ids)
    threads = [
        threading.Thread(target=press, args=(lambda: adjust(running, document),)),
        threading.Thread(target=press, args=(lambda: other.do("cv", "start", "1"),)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    first, second = running.row("1"), running.row("2")
    assert "done" in outcomes
    assert first.due_on == second.due_on
    assert first.version == 1 + (first.due_on == day("2014-09-30")) + (first.state == "in_progress")
    assert list(replay.astray(running.database)) == []


def test_a_wholly_new_title_is_taken_where_somebody_says_that_it_is_meant(
    running: World,
) -> None:
    adjust(running, worksheet(change("1", title="Mua sắm máy tính", decision="keep")))

    assert running.row("1").title == "Mua sắm máy tính"
