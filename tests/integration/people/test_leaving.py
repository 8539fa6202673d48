"""Somebody leaves: what he answers for is found, refused or moved, and nothing is ownerless."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.commands.leaving import Leaving, Left, leave
from engine.errors import Invalid, NotPermitted
from engine.ids import new_id
from engine.store import tables
from engine.store.record import notice, task
from tests.support.office import World

DUE = "2014-02-07"


def let_go(world: World, code: str, by: str = "cvp", **fields: Any) -> Left:
    with world.database.begin() as tx:
        gone = Leaving(person=code, **fields)
        return leave(tx, gone, by=(by, None), rules=world.rules, at=world.clock.now())


def person(world: World, code: str) -> Any:
    with world.database.read() as tx:
        found = select(tables.person).where(tables.person.c.code == code)
        return tx.execute(found).one()


def test_s49_who_answers_for_something_is_not_let_go_without_a_successor(world: World) -> None:
    world.unit("HC", leader="pgd")
    world.plan(
        {"code": "T1", "due": DUE, "assignee": "cv", "verifier": "cv2"},
        {"code": "T2", "due": DUE, "assignee": "cv2", "verifier": "cv"},
    )
    world.delegate("cv2", "cv", first="2014-01-20", last="2014-01-24")

    with pytest.raises(Invalid) as refused:
        let_go(world, "cv")

    said = refused.value.problem
    assert "1 nhiệm vụ được giao (KH-2014/T1)" in said
    assert "1 việc chờ xác nhận (KH-2014/T2)" in said
    assert "1 lần làm thay người vắng (cv2)" in said
    assert person(world, "cv").disabled_at is None


def test_s49_a_head_who_leads_units_and_posts_is_named_with_all_of_them(world: World) -> None:
    world.person("pp", "CNTT", "deputy_head")

    with pytest.raises(Invalid, match="chức vụ đứng đầu"):
        let_go(world, "tp")
    with pytest.raises(Invalid, match="1 đơn vị phụ trách \\(CNTT\\)"):
        let_go(world, "pgd")


def test_s49_a_preview_lists_what_would_move_and_moves_nothing(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})

    seen = let_go(world, "cv", successor="cv2", is_dry_run=True)

    assert seen.duties == (("tasks", ("KH-2014/T1",)),)
    assert not seen.is_done
    assert world.row().assignee_id == world.ids["cv"]
    assert person(world, "cv").disabled_at is None


def test_s49_everything_goes_to_the_successor_in_one_step(world: World) -> None:
    world.plan(
        {"code": "T1", "due": DUE, "assignee": "cv"},
        {"code": "T2", "due": DUE, "assignee": "cv2", "verifier": "cv"},
    )
    world.delegate("tp", "cv", first="2014-01-20", last="2014-01-24")
    world.now("2014-01-21T09:00")

    left = let_go(world, "cv", successor="cv2", note="chuyển công tác")

    assert dict(left.duties) == {
        "tasks": ("KH-2014/T1",), "verifications": ("KH-2014/T2",), "substitutions": ("tp",),
    }  # fmt: skip
    assert world.row("T1").assignee_id == world.ids["cv2"]
    assert world.row("T2").verifier_id == world.ids["cv2"]
    assert [row.trigger for row in world.history("T1")] == ["assign", "handed_over"]
    assert person(world, "cv").disabled_at is not None
    with world.database.read() as tx:
        organisation = world.rules.current(tx).organisation
    on = date(2014, 1, 22)
    assert organisation.present(world.ids["tp"], on) == world.ids["cv2"]
    assert world.ids["cv"] not in organisation.members(world.ids["CNTT"], on)


def test_s49_the_successor_is_told_once_of_each_task(world: World) -> None:
    world.plan({"code": "T1", "due": DUE, "assignee": "cv", "verifier": "cv"})

    let_go(world, "cv", successor="cv2")

    told = [row for row in world.ledger() if row.rung == "reassigned"]
    assert [(row.recipient_id, row.position) for row in told] == [(world.ids["cv2"], "assignee")]


def test_s49_what_the_leaver_was_not_told_is_owed_to_the_successor(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.slots("2014-01-24", "2014-01-24")
    world.now("2014-01-25T07:30")
    world.sweep()

    let_go(world, "cv", successor="cv2")

    with world.database.read() as tx:
        rows = tx.execute(select(notice).where(notice.c.rung == "remind-3")).all()
    assert {(row.recipient_id, row.status) for row in rows} == {
        (world.ids["cv"], "superseded"),
        (world.ids["cv2"], "pending"),
    }


def test_rule_13_an_escalation_the_head_was_not_told_is_told_to_his_successor_once(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.slots("2014-01-24", "2014-02-08")
    world.now("2014-02-10T07:30")
    world.sweep()

    let_go(world, "tp", successor="cv2")
    world.now("2014-02-10T07:31")
    world.sweep()
    world.deliver()
    world.slots("2014-02-11", "2014-02-12")

    assert [one for one in world.told() if one[1] == "escalate-1"] == [
        ("2014-02-10", "escalate-1", "cv2")
    ]


def test_s49_the_post_at_the_head_of_a_unit_is_never_vacant_for_an_instant(world: World) -> None:
    world.plan({"code": "T1", "due": DUE, "assignee": None})

    let_go(world, "tp", successor="cv2")

    with world.database.read() as tx:
        organisation = world.rules.current(tx).organisation
    today = date(2014, 1, 15)
    assert organisation.head(world.ids["CNTT"], today) == world.ids["cv2"]
    assert world.do("cv2", "start").to_state == "in_progress"


def test_s49_a_leader_hands_over_his_units_and_charges(world: World) -> None:
    world.person("pgd2", "SO", "deputy_director")
    world.insert(
        tables.charge, id=new_id(), leader_id=world.ids["pgd"], field="Thể chế", source="QĐ 1",
        created_at=world.clock.now(),
    )  # fmt: skip

    left = let_go(world, "pgd", by="gd", successor="pgd2")

    assert dict(left.duties) == {"charges": ("Thể chế",), "units": ("CNTT",)}
    with world.database.read() as tx:
        organisation = world.rules.current(tx).organisation
    on = date(2014, 1, 15)
    assert organisation.leader_in_charge(world.ids["CNTT"], on=on) == world.ids["pgd2"]
    assert (
        organisation.leader_in_charge(world.ids["VP"], field="Thể chế", on=on) == world.ids["pgd2"]
    )


def test_s49_a_request_that_waits_for_his_answer_waits_for_his_successor(world: World) -> None:
    world.person("pgd2", "SO", "deputy_director")
    world.plan({"code": "T1", "due": DUE})
    with world.database.begin() as tx:
        named = update(task).where(task.c.code == "T1").values(leader_id=world.ids["pgd"])
        tx.execute(named)

    left = let_go(world, "pgd", successor="pgd2")

    assert dict(left.duties)["requests"] == ("KH-2014/T1",)
    assert world.row().leader_id == world.ids["pgd2"]


def test_s49_a_successor_who_cannot_do_all_of_it_is_refused_by_name(world: World) -> None:
    world.person("other", "VP")
    world.plan({"code": "T1", "due": DUE})

    with pytest.raises(Invalid, match="không thuộc đơn vị chủ trì của KH-2014/T1"):
        let_go(world, "cv", successor="other")

    assert world.row().assignee_id == world.ids["cv"]


def test_s49_who_is_to_lead_a_unit_belongs_to_it_already(world: World) -> None:
    world.person("other", "VP")

    with pytest.raises(Invalid, match="không thuộc CNTT mà người đi đứng đầu"):
        let_go(world, "tp", successor="other")

    assert person(world, "tp").disabled_at is None


def test_s49_a_successor_never_verifies_what_he_reported_himself(world: World) -> None:
    world.plan({"code": "T1", "due": DUE, "assignee": "cv2", "verifier": "cv"})
    world.do("cv2", "start")
    world.do("cv2", "report")

    with pytest.raises(Invalid, match="chính là người báo cáo KH-2014/T1"):
        let_go(world, "cv", successor="cv2")

    assert world.row().verifier_id == world.ids["cv"]


def test_s49_by_force_the_head_keeps_the_tasks_and_the_administrator_sees_it(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": DUE})

    let_go(world, "cv", is_forced=True)

    assert world.row().assignee_id is None
    assert [row.code for row in world.alerts()] == ["left_without_successor"]
    told = [row.recipient_id for row in world.ledger() if row.rung == "reassigned"]
    assert told == [world.ids["tp"]]


@pytest.mark.parametrize("by", ["tp", "pgd", "cv2", "cv"])
def test_rule_18_only_the_monitor_or_the_director_lets_somebody_go(world: World, by: str) -> None:
    with pytest.raises(NotPermitted):
        let_go(world, "cv", by=by, successor="cv2")

    assert person(world, "cv").disabled_at is None


def test_an_operator_lets_go_only_who_answers_for_nothing(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})

    let_go(world, "cv2", by="operator:root")
    with pytest.raises(NotPermitted):
        let_go(world, "cv", by="operator:root", successor="tp")

    assert person(world, "cv2").disabled_at is not None
    assert person(world, "cv").disabled_at is None


def test_g18_who_left_does_nothing_from_the_next_request_on(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    let_go(world, "cv", successor="cv2")

    with pytest.raises(NotPermitted):
        world.do("cv", "start")

    assert world.row().state == "assigned"


def test_s49_the_record_of_it_verifies_and_names_what_moved(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})

    let_go(world, "cv", successor="cv2", note="nghỉ hưu")

    (entry,) = [row for row in world.entries("person:") if row.action == "person.disabled"]
    assert '"tasks":["KH-2014/T1"]' in entry.body
    assert '"successor":"cv2"' in entry.body
