"""Rows that are not simply a task with a new date: headings, new items, places in the document."""

from typing import Any

import pytest
from sqlalchemy import update

from engine import plan_versions
from engine.adjustment import Entry
from engine.commands.plans import ROOM
from engine.errors import Invalid, Undecided
from engine.store import plans as store
from engine.store.record import plan as plan_table
from engine.store.record import task as task_table
from tests.support.adjusting import SEPTEMBER, adjust, change, decision, stated, verified
from tests.support.calendars import day
from tests.support.drafts import CODE, deadline, item, plan, row, worksheet
from tests.support.office import World


@pytest.fixture
def headed(world: World) -> World:
    """An active plan with a heading of two tasks, and one beside it."""
    world.plan(
        {"code": "1", "heading": True, "lead": None, "assignee": None},
        {"code": "1.1", "due": "2014-06-30", "parent": "1"},
        {"code": "1.2", "due": "2014-06-30", "parent": "1"},
        {"code": "2", "due": "2014-06-30"},
    )
    world.now("2014-01-16T09:00")
    return world


def test_a_heading_given_up_takes_its_open_tasks_with_it(headed: World) -> None:
    verified(headed, "1.1")

    adjust(headed, worksheet(change("1", decision="drop")))

    assert headed.row("1.1").state == "verified"
    assert headed.row("1.2").state == "cancelled"
    assert headed.row("2").state == "assigned"


def test_a_new_task_stands_under_the_heading_its_code_names_behind_its_siblings(
    headed: World,
) -> None:
    adjust(headed, worksheet(row(5, "1.3", title="Việc thứ ba của mục", deadline=SEPTEMBER)))

    with headed.database.read() as tx:
        codes = [one.code for one in store.items(tx, store.get(tx, CODE).id)]
    assert headed.row("1.3").parent_id == headed.ids["1"]
    assert sorted(codes) == ["1", "1.1", "1.2", "1.3", "2"]


def test_a_new_heading_comes_with_its_tasks(headed: World) -> None:
    document = plan(
        *(stated(code, f"Việc {code}") for code in ("1.1", "1.2", "2")),
        item("3", title="Một mục gộp mới", kind="heading"),
        item("3.1", title="Việc đầu của mục gộp", parent="3", lead="CNTT", deadline=SEPTEMBER),
    )

    done = adjust(headed, document)

    assert {"3", "3.1"} <= {one.code for one in done.changes}
    assert headed.row("3").state is None
    assert headed.row("3.1").parent_id == headed.row("3").id
    assert headed.row("3.1").state == "assigned"


def test_a_new_standing_duty_needs_no_date(headed: World) -> None:
    lasting = deadline(phrase="Thường xuyên")

    adjust(headed, worksheet(row(5, "4", title="Trực hệ thống", kind="standing", deadline=lasting)))

    assert (headed.row("4").state, headed.row("4").due_on) == ("assigned", None)


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"code": "2.1", "parent": "2"}, "2 đang là một nhiệm vụ"),
        ({"code": "x" * 65}, "không dùng được"),
        ({"code": "3/4"}, "không dùng được"),
        ({"code": "5", "lead": None}, "chưa có đơn vị chủ trì"),
        ({"code": "5", "deadline": None}, "chưa có thời hạn"),
        ({"code": "5", "leads": ("CNTT", "VP"), "lead": "CNTT; VP"}, "có 2 đơn vị chủ trì"),
        ({"code": "5", "near_duplicates": ("2",)}, "gần trùng với 2"),
    ],
)
def test_a_new_row_that_cannot_become_a_task_is_named(
    headed: World, entry: dict[str, Any], problem: str
) -> None:
    given = {"title": "Một việc mới hoàn toàn", "lead": "CNTT", "deadline": SEPTEMBER,
             "place": "dòng 9", **entry}  # fmt: skip

    with pytest.raises(Undecided) as refused:
        adjust(headed, decision((Entry(**given),)))

    assert any(problem in fault.problem for fault in refused.value.faults)
    assert not any("plan decide" in fault.cure for fault in refused.value.faults)


def test_an_item_named_twice_is_refused_and_not_guessed(headed: World) -> None:
    with pytest.raises(Undecided) as refused:
        adjust(headed, worksheet(change("2", deadline=SEPTEMBER), change("2", lead="VP")))

    assert [fault.problem for fault in refused.value.faults] == ["mã 2 được nêu 2 lần"] * 2


def test_where_an_item_stands_in_the_document_is_kept_and_told_to_nobody(headed: World) -> None:
    before = headed.ledger()

    done = adjust(
        headed,
        decision((Entry(place="2", code="2", section="III.4", field="Chuyển đổi số"),)),
    )

    assert (done.version, done.people_told) == (2, 0)
    assert (headed.row("2").section, headed.row("2").field) == ("III.4", "Chuyển đổi số")
    assert (headed.row("2").version, headed.ledger()) == (1, before)


def test_a_version_that_kept_nothing_says_so(headed: World) -> None:
    with headed.database.begin() as tx:
        identity = store.get(tx, CODE).id
        store.insert_version(
            tx, identity, number=2, note="adjusted", source_name="cu.txt", digest="", actor="cvp",
            at=headed.clock.now(),
        )  # fmt: skip
        tx.execute(update(plan_table).where(plan_table.c.id == identity).values(version=2))

    adjust(headed, worksheet(change("2", deadline=SEPTEMBER)))

    with headed.database.read() as tx:
        kept = {one["version"]: one["is_kept"] for one in plan_versions.list_versions(tx, CODE)}
        with pytest.raises(Invalid, match="KH-2014@2 kept no content"):
            plan_versions.show_version(tx, CODE, 2)
        shown = plan_versions.show_version(tx, CODE, 3)
    assert kept == {1: True, 2: False, 3: True}
    assert [one["due"] for one in shown["items"] if one["code"] == "2"] == [["2014-09-30"]]


def test_the_date_of_a_decision_reaches_the_effective_date_of_a_day_off(headed: World) -> None:
    adjust(headed, worksheet(change("2", deadline=deadline("2014-03-15"))))

    assert headed.row("2").due_on == day("2014-03-15")
    assert headed.row("2").next_at is not None


def test_what_a_decision_makes_urgent_is_urgent_and_its_people_read_so(headed: World) -> None:
    done = adjust(headed, worksheet(change("2", urgent=True)))

    again = adjust(headed, worksheet(change("2", urgent=True)))
    assert [(each.field, each.old, each.new) for one in done.changes for each in one.fields] == [
        ("is_urgent", None, "có"),
    ]  # fmt: skip
    assert headed.row("2").is_urgent
    assert done.people_told == 2
    assert again.version is None


def test_many_new_rows_stand_in_the_order_of_the_document_where_it_puts_them(
    headed: World,
) -> None:
    with headed.database.begin() as tx:
        tx.execute(update(task_table).values(ordinal=task_table.c.ordinal * ROOM))
    new = [f"9.{number}" for number in range(1, 41)]
    rows = [row(2, code, title=f"Việc {code} của năm", deadline=SEPTEMBER) for code in new]

    adjust(headed, worksheet(change("1.1", output="Đề án"), *rows))

    with headed.database.read() as tx:
        codes = [one.code for one in store.items(tx, store.get(tx, CODE).id)]
    assert codes == ["1", "1.1", *new, "1.2", "2"]
