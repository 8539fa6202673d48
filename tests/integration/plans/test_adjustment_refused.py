"""A decision that cannot be carried out as it is: named row by row, and nothing written."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from engine.adjustment import entries_of_worksheet
from engine.errors import Invalid, NotPermitted, Undecided, Unknown
from tests.support.adjusting import SEPTEMBER, adjust, change, decision, reported, verified
from tests.support.calendars import day
from tests.support.drafts import deadline, row, worksheet
from tests.support.office import World


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


@pytest.mark.parametrize(
    ("before", "line", "place", "problem"),
    [
        (lambda w: reported(w, "1"), change("1", deadline=SEPTEMBER), "dòng 2",
         "đang chờ xác nhận"),
        (lambda w: verified(w, "1"), change("1", deadline=SEPTEMBER), "dòng 2",
         "đã xác nhận"),
        (lambda w: verified(w, "1"), change("1", decision="drop"), "dòng 2", "không hủy được"),
        (lambda w: w.do("gd", "cancel", "1", note="thôi", decision="1/QĐ"),
         change("1", title="Việc 1 đã sửa"), "dòng 2", "đã hủy"),
        (lambda _: None, change("1", deadline=deadline("2014-09-30", confidence="confirm")), "1",
         "chưa ai xác nhận"),
        (lambda _: None, change("1", deadline=deadline(phrase="khi có văn bản")), "1",
         "chưa thành ngày"),
        (lambda _: None, change("1", lead="Sở Tài chính"), "1", "không tìm thấy đơn vị chủ trì"),
        (lambda _: None, change("1", assignee="cv3"), "1", "không thuộc đơn vị chủ trì"),
        (lambda _: None, change("1", assignee="ai-do"), "1", "không có trong danh sách"),
        (lambda _: None, change("1", kind="standing",
                                deadline=deadline(phrase="Thường xuyên")), "dòng 2", "đổi loại"),
        (lambda _: None, change("1", title="Mua sắm máy tính"), "dòng 2",
         "mã 1 là 'Việc 1', tệp nói 'Mua sắm máy tính'"),
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


def test_every_row_that_cannot_be_carried_out_is_named_at_once(running: World) -> None:
    reported(running, "1")

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
