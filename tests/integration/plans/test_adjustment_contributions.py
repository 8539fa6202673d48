"""What a decision about a plan does to what was asked of other units."""

from engine.commands import contributions
from engine.commands.contributions import Asking
from tests.support.adjusting import adjust, change
from tests.support.calendars import day
from tests.support.contributing import parts
from tests.support.drafts import deadline, worksheet
from tests.support.office import World


def _ask(world: World, task: str, *, due: str) -> None:
    asking = Asking(task=task, unit="QLVT", due=day(due), what="Số liệu")
    with world.database.begin() as tx:
        contributions.ask(tx, asking, by=("cvp", None), rules=world.rules, at=world.clock.now())


def test_s46_what_is_owed_to_a_task_that_a_decision_gives_up_ends_with_it(running: World) -> None:
    _ask(running, "1", due="2014-05-30")

    adjust(running, worksheet(change("1", decision="drop")))

    assert [(one["unit"], one["state"]) for one in parts(running, "1")] == [("QLVT", "cancelled")]


def test_s46_a_decision_that_moves_a_task_before_what_it_waits_for_says_so(running: World) -> None:
    _ask(running, "1", due="2014-06-20")

    done = adjust(running, worksheet(change("1", deadline=deadline("2014-05-30"))))

    assert [(one.place, one.problem) for one in done.warnings if "QLVT" in one.problem] == [
        ("1", "phần phối hợp của QLVT có hạn sau hạn mới 30/05/2014")
    ]


def test_s46_a_unit_that_was_asked_and_is_not_in_the_plan_makes_no_adjustment(
    running: World,
) -> None:
    _ask(running, "1", due="2014-05-30")

    done = adjust(running, worksheet(change("1")))

    assert done.version is None
    assert [one["state"] for one in parts(running, "1")] == ["assigned"]
