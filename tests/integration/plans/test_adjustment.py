"""A decision about an active plan: everything it changes at once, or nothing."""

import json
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from engine.adjustment import Adjustment, Entry, entries_of_plan, entries_of_worksheet
from engine.audit import replay
from engine.commands import adjustments
from engine.commands.adjustments import Adjusted
from engine.draft import DraftItem, DraftPlan, Worksheet
from engine.errors import Conflict, Invalid, NotPermitted, Undecided, Unknown
from engine.store import plans as store
from tests.support.calendars import day
from tests.support.drafts import CODE, deadline, item, plan, row, worksheet
from tests.support.office import World, local

SEPTEMBER = deadline("2014-09-30")
TASKS = (
    {"code": "1", "due": "2014-06-30"},
    {"code": "2", "due": "2014-06-30", "assignee": "cv2"},
    {"code": "3", "due": "2014-06-30", "lead": "VP", "assignee": "cvp"},
)


@pytest.fixture
def running(world: World) -> World:
    """An active plan of three tasks, on the day after it was activated."""
    world.unit("QLVT", leader="pgd")
    world.person("tp2", "QLVT", "unit_head")
    world.person("cv3", "QLVT")
    world.plan(*TASKS)
    world.now("2014-01-16T09:00")
    return world


def adjust(world: World, document: DraftPlan | Worksheet | Adjustment, **other: Any) -> Adjusted:
    """Carry a decision out, as the head of the monitoring unit."""
    by = other.pop("by", "cvp")
    adjustment = document
    if isinstance(document, DraftPlan):
        adjustment = decision(entries_of_plan(document), is_whole=True, **other)
    elif isinstance(document, Worksheet):
        adjustment = decision(entries_of_worksheet(document), **other)
    assert isinstance(adjustment, Adjustment)
    with world.database.begin() as tx:
        return adjustments.adjust(tx, adjustment, actor=by, rules=world.rules, at=world.clock.now())


def stated(code: str, title: str, **other: Any) -> DraftItem:
    """Return an item of a document that states the plan again."""
    return item(code, title=title, section="", field="", **other)


def decision(entries: tuple[Entry, ...], **other: Any) -> Adjustment:
    """Return a decision of the day."""
    given = {"plan": CODE, "decision": "15/QĐ-STTTT", "decided_on": date(2014, 1, 16),
             "note": "Sửa theo nghị quyết mới", "source_name": "qd-15.csv",
             "digest": "c" * 64}  # fmt: skip
    return Adjustment(**{**given, **other}, entries=entries)


def change(code: str, **other: Any) -> Any:
    """Return a row that names a task and what changes of it."""
    return row(2, code, **{"lead": None, "assignee": None, "output": None, **other})


def told(world: World, *rungs: str) -> set[tuple[str, str, str]]:
    """Return who is told what about which task."""
    names = {identity: name for name, identity in world.ids.items()}
    with world.database.read() as tx:
        codes = {one.id: one.code for one in store.items(tx, store.get(tx, CODE).id)}
    return {
        (names[one.recipient_id], one.rung, codes[one.task_id])
        for one in world.ledger()
        if one.recipient_id
        and (one.rung in rungs or not rungs)
        and one.created_at > local("2014-01-15T12:00")
    }


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


@pytest.mark.parametrize(
    ("before", "line", "place", "problem"),
    [
        (lambda w: _reported(w, "1"), change("1", deadline=SEPTEMBER), "dòng 2",
         "đang chờ xác nhận"),
        (lambda w: _verified(w, "1"), change("1", deadline=SEPTEMBER), "dòng 2",
         "đã xác nhận"),
        (lambda w: _verified(w, "1"), change("1", decision="drop"), "dòng 2", "không hủy được"),
        (lambda w: w.do("gd", "cancel", "1", note="thôi", decision="1/QĐ"),
         change("1", title="Việc 1 đã sửa"), "dòng 2", "đã hủy"),
        (lambda _: None, change("1", deadline=deadline("2014-09-30", confidence="confirm")), "1",
         "chưa ai xác nhận"),
        (lambda _: None, change("1", deadline=deadline(phrase="khi có văn bản")), "1",
         "chưa thành ngày"),
        (lambda _: None, change("1", lead="Sở Tài chính"), "1", "không thuộc cơ quan"),
        (lambda _: None, change("1", assignee="cv3"), "1", "không thuộc đơn vị chủ trì"),
        (lambda _: None, change("1", assignee="ai-do"), "1", "không có trong danh sách"),
        (lambda _: None, change("1", kind="standing",
                                deadline=deadline(phrase="Thường xuyên")), "dòng 2", "đổi loại"),
        (lambda _: None, change("1", title="Mua sắm máy tính"), "dòng 2", "khác hẳn"),
        (lambda _: None, change("11"), "dòng 2", "không có mã '11'"),
        (lambda _: None, change("9", title="Việc mới chưa có đơn vị nào",
                                deadline=SEPTEMBER), "9",
         "chưa có đơn vị chủ trì"),
        (lambda _: None, row(2, "1.1", title="Việc con", deadline=SEPTEMBER),
         "1.1", ""),
    ],
)  # fmt: skip
def test_s67_a_row_that_cannot_be_carried_out_holds_the_whole_decision_up(
    running: World, before: Callable[[World], object], line: Any, place: str, problem: str
) -> None:
    before(running)
    ledger, entries = running.ledger(), running.entries("")
    if not problem:
        assert adjust(running, worksheet(line)).version == 2
        return

    with pytest.raises(Undecided) as refused:
        adjust(running, worksheet(line, change("2", deadline=SEPTEMBER)))

    assert [one.place for one in refused.value.faults] == [place]
    assert problem in refused.value.faults[0].problem
    assert refused.value.faults[0].cure
    assert running.row("2").due_on == day("2014-06-30")
    assert (running.ledger(), running.entries("")) == (ledger, entries)


def _reported(world: World, code: str) -> None:
    world.do("cv", "start", code)
    world.do("cv", "report", code)


def _verified(world: World, code: str) -> None:
    _reported(world, code)
    world.do("cvp", "verify", code)


def test_every_row_that_cannot_be_carried_out_is_named_at_once(running: World) -> None:
    _reported(running, "1")

    with pytest.raises(Undecided) as refused:
        adjust(
            running,
            worksheet(
                change("1", title="Một tên khác hẳn"),
                change("2", lead="Sở Tài chính"),
                row(7, "8"),
            ),
        )

    assert {one.place for one in refused.value.faults} == {"dòng 2", "2", "dòng 7"}


def test_s66_what_was_verified_and_stands_unchanged_in_the_document_is_left_alone(
    running: World,
) -> None:
    _verified(running, "1")

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


@pytest.mark.parametrize(
    ("by", "allowed"),
    [("cvp", True), ("gd", True), ("pgd", False), ("tp", False), ("cv", False)],
)
def test_the_head_of_the_monitoring_unit_or_the_director_adjusts(
    running: World, by: str, allowed: bool
) -> None:
    document = worksheet(change("1", deadline=SEPTEMBER))
    if allowed:
        assert adjust(running, decision(entries_of_worksheet(document)), by=by).version == 2
        return
    with pytest.raises(NotPermitted):
        adjust(running, decision(entries_of_worksheet(document)), by=by)
    assert running.row("1").due_on == day("2014-06-30")


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"decision": " "}, "decision"),
        ({"decision": "1" * 65}, "decision"),
        ({"decided_on": date(2014, 1, 17)}, "decided_on"),
    ],
)
def test_a_decision_has_a_number_and_a_date_that_has_come(
    running: World, what: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        adjust(running, worksheet(change("1", deadline=SEPTEMBER)), **what)

    assert refused.value.field == field


def test_only_an_active_plan_is_adjusted(running: World) -> None:
    running.plan({"code": "A", "due": "2014-06-30"}, code="KH-DRAFT", activate=False)

    with pytest.raises(Invalid, match="draft"):
        adjust(running, worksheet(change("A")), plan="KH-DRAFT")
    with pytest.raises(Unknown):
        adjust(running, worksheet(change("A")), plan="KH-NONE")


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
