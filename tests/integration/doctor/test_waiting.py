"""A task that waits for a promise is not stuck, and one whose promise is over must be told."""

import pytest
from sqlalchemy import delete

from engine.store.record import notice
from tests.support.answering import answer
from tests.support.checkup import codes, live, one
from tests.support.office import World


@pytest.fixture
def answered(world: World) -> World:
    """Both were due on Friday; on Monday the head was told of both and answered for T1."""
    world.plan({"code": "T3", "due": "2014-02-07"}, code="KH-KHAC")
    live(world, "2014-02-07T07:30", "2014-02-10T07:30")
    world.now("2014-02-10T09:00")
    answer(world, "tp", "2014-02-14")
    return world


def _forget(world: World, code: str) -> None:
    with world.database.begin() as tx:
        of_task = notice.c.task_id == world.ids[code]
        tx.execute(delete(notice).where(of_task, notice.c.rung == "escalate-2"))


def test_g14_s23_a_held_task_is_not_called_stuck(answered: World) -> None:
    live(answered, "2014-02-11T07:30", "2014-02-12T07:30", "2014-02-13T07:30", "2014-02-14T07:30")

    assert ("2014-02-13", "escalate-2", "pgd") in answered.told("T3")
    assert [rung for _, rung, _ in answered.told("T1")][-1] == "escalate-1"
    assert codes(answered) == []


def test_g14_what_an_answer_holds_for_one_task_is_missed_of_another_that_is_alike(
    answered: World,
) -> None:
    live(answered, "2014-02-11T07:30", "2014-02-12T07:30", "2014-02-13T07:30")
    answered.now("2014-02-13T09:00")
    _forget(answered, "T3")

    assert one(answered, "rung_untold").subject == "KH-KHAC/T3"


def test_g14_once_the_promise_is_over_an_untold_rung_is_listed(answered: World) -> None:
    live(answered, *(f"2014-02-{day}T07:30" for day in (11, 12, 13, 14, 17, 18)))
    _forget(answered, "T1")

    assert one(answered, "rung_untold").subject == "KH-2014/T1"
