"""What happens when requests are asked, answered and overtaken in one moment."""

import threading
from collections.abc import Callable
from functools import partial

from engine.clock import PinnedClock
from engine.commands import extensions
from engine.errors import Conflict, Refused
from engine.store.rulebooks import Rules
from scheduler.sweep import Sweep
from tests.support.asking import answer, decide, extend, raise_obstacle, shown
from tests.support.calendars import day
from tests.support.office import World

TASKS = 20
ROUNDS = 8


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Do things at the same moment; return what became of each, `done` or a code."""
    together = threading.Barrier(len(deeds), timeout=60)
    became = [""] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        together.wait()
        try:
            deed()
            became[place] = "done"
        except (Refused, Conflict) as refusal:
            became[place] = refusal.code

    threads = [threading.Thread(target=run, args=one) for one in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return became


def test_of_two_leaders_who_answer_at_once_one_is_heard(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-06-30"})

    for _ in range(ROUNDS):
        code = raise_obstacle(world)
        became = at_once(
            partial(answer, world, "pgd", code, pause=("2014-06-10", "2014-06-20")),
            partial(answer, world, "gd", code, words="không"),
        )

        assert became.count("done") == 1
        assert set(became) <= {"done", "conflict", "transition_refused"}

    answered = [one for one in shown(world) if one["pause"]]
    assert [one["answer"] for one in answered] == ["sẽ cấp"] * len(answered)
    assert len(world.row().pauses or ()) == len(answered)


def test_of_two_who_ask_for_more_time_at_once_one_is_taken(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-06-30"})

    became = at_once(lambda: extend(world, "2014-07-15"), lambda: extend(world, "2014-07-16", "tp"))

    assert sorted(became) in (["conflict", "done"], ["done", "invalid"])
    assert [one["code"] for one in shown(world)] == ["T1:gh1"]


def test_a_task_ended_while_more_time_is_granted_is_ended_or_extended_never_both(
    world: World,
) -> None:
    world.plan(*({"code": f"T{number}", "due": "2014-06-30"} for number in range(ROUNDS)))

    for number in range(ROUNDS):
        task = f"T{number}"
        code = extend(world, "2014-07-15", task=task)
        became = at_once(
            partial(decide, world, task=task),
            partial(world.do, "gd", "cancel", task, note="thôi", decision="5/QĐ"),
        )

        row, asked = world.row(task), world.row(code)
        assert "done" in became
        stands = (row.state, row.due_on, asked.state)
        assert stands in (
            ("cancelled", day("2014-06-30"), "withdrawn"),
            ("cancelled", day("2014-07-15"), "approved"),
            ("assigned", day("2014-07-15"), "approved"),
        )


def test_fault_18_more_time_granted_while_the_sweep_runs_never_carries_an_old_rung(
    world: World,
) -> None:
    world.plan(*({"code": f"T{number}", "due": "2014-06-05"} for number in range(TASKS)))
    for number in range(TASKS):
        extend(world, "2014-06-10", task=f"T{number}")
    world.now("2014-06-05T07:30")

    def sweep() -> None:
        Sweep(world.database, PinnedClock(world.clock.now()), Rules(world.rules.office)).turn()

    def grant() -> None:
        rules = Rules(world.rules.office)
        for number in range(TASKS):
            given = extensions.Decision(task=f"T{number}", granted=True)
            with world.database.begin() as tx:
                extensions.decide(tx, given, by=("pgd", None), rules=rules, at=world.clock.now())

    became = at_once(sweep, grant)

    # remind-0 is of the old date, remind-3 of the new one, both in the slot of today.
    assert became == ["done", "done"]
    of_tasks = {world.row(f"T{number}").id for number in range(TASKS)}
    rungs = {
        (row.rung, row.deadline_version)
        for row in world.ledger()
        if row.is_planned and row.status == "pending" and row.task_id in of_tasks
    }
    assert rungs <= {("remind-0", 1), ("remind-3", 2)}
    assert {world.row(f"T{number}").deadline_version for number in range(TASKS)} == {2}
