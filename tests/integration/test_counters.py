"""Counters of tasks: kept by the database itself, folded without anybody seeing a wrong sum."""

from collections import Counter

import pytest
from sqlalchemy import func, insert, select, update

from engine.store import counters
from engine.store.counters import Count
from engine.store.doors import counter
from engine.store.record import PLAN_KINDS, task
from engine.store.session import Transaction
from tests.support.counting import as_counted, as_they_are
from tests.support.office import World


@pytest.fixture
def office(world: World) -> World:
    """An office with an active plan."""
    world.plan(
        {"code": "T1", "lead": "CNTT", "assignee": "cv", "due": "2014-02-10"},
        {"code": "T2", "lead": "VP", "assignee": "cvp", "due": "2014-02-10"},
        {"code": "T3", "lead": "CNTT", "standing": True},
    )
    return world


def _plan_id(tx: Transaction) -> str:
    return str(tx.execute(select(task.c.plan_id).limit(1)).scalar_one())


def test_a_draft_is_not_counted_and_its_activation_is(world: World) -> None:
    world.plan({"code": "T1", "lead": "CNTT", "due": "2014-02-10"}, activate=False)
    with world.database.read() as tx:
        before = as_counted(tx)

    world.activate()

    with world.database.read() as tx:
        assert before == Counter()
        assert sum(as_counted(tx).values()) == 1


def test_what_is_counted_is_what_is_there_through_a_life_of_tasks(office: World) -> None:
    office.do("cv", "start")
    office.do("cv", "report")
    office.do("cvp", "return", note="thiếu")
    office.do("cv", "report")
    office.do("cvp", "verify")
    office.do("gd", "cancel", "T2", note="thôi", decision="1/QĐ")

    with office.database.read() as tx:
        assert as_counted(tx) == as_they_are(tx)
        assert {each[-1] for each in as_counted(tx)} == {"verified", "cancelled", "assigned"}


def test_a_task_that_changes_its_unit_is_counted_in_the_new_one(office: World) -> None:
    moved = update(task).where(task.c.code == "T1").values(lead_unit_id=office.ids["VP"])

    with office.database.begin() as tx:
        tx.execute(moved)

    with office.database.read() as tx:
        found = counters.counts(tx, _plan_id(tx), unit_ids=[office.ids["VP"]])
        assert sum(one.number for one in found) == 2
        assert as_counted(tx) == as_they_are(tx)


def test_what_changes_neither_state_nor_place_adds_no_row(office: World) -> None:
    rows = select(func.count()).select_from(counter)
    with office.database.read() as tx:
        before = tx.execute(rows).scalar_one()

    with office.database.begin() as tx:
        tx.execute(update(task).values(next_at=office.clock.now(), version=task.c.version + 1))

    with office.database.read() as tx:
        assert tx.execute(rows).scalar_one() == before


def test_a_request_beside_a_task_is_not_counted(office: World) -> None:
    with office.database.begin() as tx:
        row = dict(tx.execute(select(task).where(task.c.code == "T1")).one()._mapping)
        row |= {"id": "0" * 31 + "1", "code": "T1/vm1", "kind": "obstacle", "state": "raised"}
        tx.execute(insert(task).values(row))

    with office.database.read() as tx:
        assert "raised" not in {one.state for one in counters.counts(tx, _plan_id(tx))}


def test_what_is_rolled_back_was_never_counted(office: World) -> None:
    wrong = update(task).where(task.c.code == "T1")

    with office.database.begin() as tx, tx.begin_nested() as undone:
        tx.execute(wrong.values(state="in_progress"))
        undone.rollback()

    with office.database.read() as tx:
        assert as_counted(tx) == as_they_are(tx)


def test_a_fold_changes_no_sum_and_leaves_one_row_a_key(office: World) -> None:
    for _ in range(4):
        office.do("cv", "start", "T1")
        office.do("cv", "report")
        office.do("cvp", "return", note="thiếu")
        _put_back(office)
    with office.database.read() as tx:
        before, rows = as_counted(tx), tx.execute(select(func.count(counter.c.id))).scalar_one()

    with office.database.begin() as tx:
        gone, kept = counters.fold(tx, _plan_id(tx))

    with office.database.read() as tx:
        assert as_counted(tx) == before == as_they_are(tx)
        # What the task was in between comes to nothing, and is kept.
        assert (gone, kept) == (rows, len(before) + 2)
        assert tx.execute(select(func.count(counter.c.id))).scalar_one() == len(before) + 2


def test_a_heading_stays_known_when_its_items_stand_under_another(office: World) -> None:
    moved = update(task).where(task.c.code == "T1")
    with office.database.begin() as tx:
        tx.execute(moved.values(field="1. Thể chế"))
    with office.database.begin() as tx:
        tx.execute(moved.values(field="2. Hạ tầng"))

    with office.database.begin() as tx:
        counters.fold(tx, _plan_id(tx))

    with office.database.read() as tx:
        assert counters.headings(tx) >= {"1. Thể chế", "2. Hạ tầng"}
        assert as_counted(tx) == as_they_are(tx)


def test_a_plan_with_many_rows_is_folded_and_one_with_few_is_left(office: World) -> None:
    with office.database.begin() as tx:
        plan_id = _plan_id(tx)
        one = {"plan_id": plan_id, "lead_unit_id": office.ids["VP"], "field": "",
               "kind": "task", "state": "assigned"}  # fmt: skip
        tx.execute(insert(counter), [{**one, "delta": sign} for sign in (1, -1)] * 300)
        before = as_counted(tx)

    went = counters.fold_all(office.database)
    again = counters.fold_all(office.database)

    with office.database.read() as tx:
        assert as_counted(tx) == before
    assert went >= 600
    assert again == 0


def test_a_recount_mends_what_was_written_past_the_counters(office: World) -> None:
    with office.database.begin() as tx:
        tx.execute(counter.delete())

    with office.database.begin() as tx:
        counters.recount(tx)

    with office.database.read() as tx:
        assert as_counted(tx) == as_they_are(tx)


def test_counts_of_a_unit_are_its_own(office: World) -> None:
    with office.database.read() as tx:
        found = counters.counts(tx, _plan_id(tx), unit_ids=[office.ids["CNTT"]])

    assert sorted(found, key=lambda one: one.kind) == [
        Count(lead_unit_id=office.ids["CNTT"], field="", kind="standing", state="assigned",
              number=1),
        Count(lead_unit_id=office.ids["CNTT"], field="", kind="task", state="assigned", number=1),
    ]  # fmt: skip
    assert {one.kind for one in found} <= set(PLAN_KINDS)


def _put_back(office: World) -> None:
    with office.database.begin() as tx:
        tx.execute(update(task).where(task.c.code == "T1").values(state="assigned"))
