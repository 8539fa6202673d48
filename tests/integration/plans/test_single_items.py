"""One item of an active plan given, or put in other words, by hand: a decision of one row."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from engine import plan_versions
from engine.commands import single_items
from engine.commands.adjustments import Adjusted
from engine.commands.plans import ROOM
from engine.commands.single_items import Given
from engine.commands.written_items import NewItem, Rewording, Ruling
from engine.errors import BadInput, Conflict, Invalid, NotPermitted, Undecided, Unknown
from engine.store import plans as store
from engine.store.record import task as task_table
from tests.support.adjusting import reported, told
from tests.support.calendars import day
from tests.support.drafts import CODE
from tests.support.office import World

RULING = Ruling(decision="15/QĐ-STTTT", decided_on=date(2014, 1, 16), note="Theo kết luận họp")
NEW = NewItem(
    plan=CODE, title="Công khai thủ tục", lead="CNTT", due=date(2014, 6, 27), beside="1",
    assignee="cv2", output="Báo cáo", coordinating=("VP",), citations=("12/CT-UBND",),
)  # fmt: skip


@pytest.fixture
def headed(world: World) -> World:
    """An active plan with a heading of two tasks between two others."""
    world.plan(
        {"code": "1", "due": "2014-06-30"},
        {"code": "2", "heading": True, "lead": None, "assignee": None},
        {"code": "2.1", "due": "2014-06-30", "parent": "2"},
        {"code": "2.2", "due": "2014-06-30", "parent": "2"},
        {"code": "3", "due": "2014-06-30"},
    )
    world.now("2014-01-16T09:00")
    return world


def give(world: World, *, by: str = "cvp", ruling: Ruling = RULING, **other: Any) -> Given:
    wanted = replace(NEW, **other)
    with world.database.begin() as tx:
        return single_items.give(
            tx, wanted, ruling, by=(by, None), rules=world.rules, at=world.clock.now()
        )


def reword(world: World, *, by: str = "cvp", ruling: Ruling = RULING, **other: Any) -> Adjusted:
    wanted = Rewording(plan=CODE, **{"code": "1", **other})
    with world.database.begin() as tx:
        return single_items.reword(
            tx, wanted, ruling, by=(by, None), rules=world.rules, at=world.clock.now()
        )


def codes(world: World) -> list[str]:
    with world.database.read() as tx:
        return [one.code for one in store.items(tx, store.get(tx, CODE).id)]


def wrong(refused: pytest.ExceptionInfo[BadInput]) -> set[str]:
    return {one.place for one in refused.value.faults}


def test_s46_an_item_given_by_hand_is_an_assigned_task_and_the_next_version(
    headed: World,
) -> None:
    given = give(headed)

    row = headed.row(given.code)
    assert (given.address, row.state, row.due_on) == ("KH-2014/4", "assigned", day("2014-06-27"))
    assert (row.output, row.assignee_id) == ("Báo cáo", headed.ids["cv2"])
    assert told(headed, "assigned") == {("tp", "assigned", "4"), ("cv2", "assigned", "4")}
    with headed.database.read() as tx:
        newest = plan_versions.list_versions(tx, CODE)[-1]
    assert (newest["version"], newest["decision"]) == (2, "15/QĐ-STTTT")
    assert headed.entries("plan:")[-1].action == "plan.adjusted"


def test_an_item_stands_behind_those_of_its_place_however_many_are_given(headed: World) -> None:
    with headed.database.begin() as tx:
        tx.execute(update(task_table).values(ordinal=task_table.c.ordinal * ROOM))

    for _ in range(3):
        give(headed, parent="2", beside=None)

    assert codes(headed) == ["1", "2", "2.1", "2.2", "2.3", "2.4", "2.5", "3"]
    assert headed.row("2.5").parent_id == headed.ids["2"]


def test_a_title_that_is_there_already_is_a_new_item_and_said(headed: World) -> None:
    before = headed.row("3")

    given = give(headed, title="Việc 3")

    assert headed.row(given.code).title == "Việc 3"
    assert headed.row("3") == before
    assert [one.place for one in given.remarks] == ["title"]
    assert "3" in given.remarks[0].problem


def test_the_beginning_of_a_title_is_like_it_and_another_quarter_is_not(headed: World) -> None:
    given = give(headed, title="Báo cáo quý I về công khai thủ tục hành chính")

    longer = give(headed, title="Báo cáo quý I về công khai thủ tục")
    other = give(headed, title="Báo cáo quý II về công khai thủ tục hành chính")

    assert [one.problem.split()[2] for one in longer.remarks] == [given.code]
    assert other.remarks == ()


def test_a_date_on_a_day_off_or_in_another_year_is_said(headed: World) -> None:
    given = give(headed, due=date(2015, 1, 3))

    assert [one.place for one in given.remarks] == ["due", "due"]


def test_a_standing_duty_has_no_date(headed: World) -> None:
    given = give(headed, kind="standing", due=None)

    row = headed.row(given.code)
    assert (row.kind, row.state, row.due_on) == ("standing", "assigned", None)


@pytest.mark.parametrize(
    ("other", "places"),
    [
        ({"title": " ", "lead": "", "due": None}, {"title", "lead", "due"}),
        ({"lead": "Phòng lạ", "assignee": "nobody"}, {"lead", "assignee"}),
        ({"assignee": "cvp", "coordinating": ("CNTT",)}, {"assignee", "coordinating"}),
        ({"code": "3"}, {"code"}),
        ({"code": "1:vm1", "beside": "9"}, {"code", "beside"}),
        ({"code": ".."}, {"code"}),
        ({"parent": "1", "beside": None}, {"parent"}),
        ({"beside": "2.1"}, {"beside"}),
        ({"kind": "report"}, {"kind"}),
        ({"kind": "standing"}, {"due"}),
        ({"due": date(2999, 1, 1)}, {"due"}),
        ({"citations": (" ",), "verifier": "nobody"}, {"citations", "verifier"}),
        (
            {"ruling": Ruling(decision=" ", decided_on=date(2014, 1, 17))},
            {"decision", "decided_on"},
        ),
        ({"ruling": Ruling(decision="15/QĐ", decided_on=date(14, 1, 15))}, {"decided_on"}),
    ],
)
def test_everything_that_is_wrong_is_named_at_its_field(
    headed: World, other: dict[str, Any], places: set[str]
) -> None:
    before = codes(headed)

    with pytest.raises(BadInput) as refused:
        give(headed, **other)

    assert wrong(refused) == places
    assert codes(headed) == before


def test_only_who_adjusts_plans_gives_and_only_of_an_active_one(headed: World) -> None:
    headed.plan({"code": "A", "due": "2014-06-30"}, code="KH-DRAFT", activate=False)

    with pytest.raises(NotPermitted):
        give(headed, by="tp", title="")
    with pytest.raises(Invalid, match="draft"):
        give(headed, plan="KH-DRAFT", beside="A")
    with pytest.raises(Unknown):
        give(headed, plan="KH-NONE")


def test_a_plan_that_moved_on_is_not_added_to_unseen(headed: World) -> None:
    seen = replace(RULING, version=1)
    give(headed, ruling=seen)

    with pytest.raises(Conflict, match="version 1"):
        give(headed, ruling=seen)

    assert codes(headed).count("4") == 1


def test_other_words_change_neither_date_nor_ladder_and_are_told(headed: World) -> None:
    before = headed.row("1")

    done = reword(headed, title="Một nội dung khác hẳn", output="Tờ trình", version=1)

    after = headed.row("1")
    assert (after.title, after.output, done.version) == ("Một nội dung khác hẳn", "Tờ trình", 2)
    assert (after.next_at, after.arming, after.due_on) == (
        before.next_at, before.arming, before.due_on,
    )  # fmt: skip
    assert after.version == 2
    assert told(headed, "adjusted") == {("tp", "adjusted", "1"), ("cv", "adjusted", "1")}


def test_a_title_may_be_cut_short_or_become_that_of_another(headed: World) -> None:
    reword(headed, title="Một nội dung dài hơn nhiều")
    reword(headed, title="Một nội dung")
    reword(headed, title="Việc 3", output="Báo cáo")
    reword(headed, output="")

    assert (headed.row("1").title, headed.row("1").output) == ("Việc 3", None)
    assert headed.row("3").title == "Việc 3"
    assert headed.row("3").version == 1


def test_a_title_typed_on_several_lines_is_one_line(headed: World) -> None:
    given = give(headed, title="Công khai\r\n  kết quả")
    reword(headed, title="Một nội dung\n\nkhác hẳn ")

    assert headed.row(given.code).title == "Công khai kết quả"
    assert headed.row("1").title == "Một nội dung khác hẳn"


def test_the_same_words_again_are_no_version(headed: World) -> None:
    done = reword(headed, title="Việc 1")

    assert done.version is None
    assert headed.row("1").version == 1


def test_words_are_not_changed_unseen_or_while_a_report_waits(headed: World) -> None:
    reported(headed, "1")

    with pytest.raises(Conflict, match="KH-2014/1"):
        reword(headed, title="Khác", version=1)
    with pytest.raises(Undecided, match="chờ xác nhận"):
        reword(headed, title="Khác", version=3)
    with pytest.raises(Unknown):
        reword(headed, code="1:vm1", title="Khác")
    with pytest.raises(BadInput) as refused:
        reword(headed, title=" ", ruling=replace(RULING, decision=""))

    assert wrong(refused) == {"title", "decision"}
    assert headed.row("1").title == "Việc 1"
