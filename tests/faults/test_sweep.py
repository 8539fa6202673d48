"""Faults 17 and 18: what changes while the sweep is looking; on a server, where both may run."""

import threading
from typing import Any

import pytest
from sqlalchemy import insert

from engine.clock import PinnedClock
from engine.commands import tasks
from engine.commands.request import Request
from engine.errors import Conflict
from engine.store import claims, rulebooks, waking
from engine.store.rulebooks import Rules
from engine.store.tables import calendar_day
from scheduler import sweep as sweeps
from scheduler.slots import Serving
from scheduler.sweep import Sweep
from tests.support.calendars import day
from tests.support.office import World, local

TASKS = 40


def test_fault_18_a_new_date_set_while_the_sweep_runs_never_carries_an_old_rung(
    world: World,
) -> None:
    world.plan(*({"code": f"T{number}", "due": "2014-06-05"} for number in range(TASKS)))
    world.now("2014-06-05T07:30")
    together = threading.Barrier(2, timeout=60)

    def sweep() -> None:
        together.wait()
        Sweep(world.database, PinnedClock(world.clock.now()), Rules(world.rules.office)).turn()

    def set_due() -> None:
        rules = Rules(world.rules.office)
        together.wait()
        for number in range(TASKS):
            request = Request(actor="cvp", trigger="set_due", task=f"T{number}", note="lùi",
                              due=day("2014-06-10"))  # fmt: skip
            with world.database.begin() as tx:
                tasks.perform(tx, request, rules=rules, at=world.clock.now())

    threads = [threading.Thread(target=work) for work in (sweep, set_due)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # remind-0 is of the old date, remind-3 of the new one, both in the slot of today.
    rungs = {(row.rung, row.deadline_version) for row in world.ledger() if row.status == "pending"
             and row.is_planned}  # fmt: skip
    world.sweep()
    after = [row for row in world.ledger() if row.is_planned and row.deadline_version == 2]
    assert rungs <= {("remind-0", 1), ("remind-3", 2)}
    assert {row.rung for row in after} == {"remind-3"} or after == []
    assert {world.row(f"T{number}").deadline_version for number in range(TASKS)} == {2}
    timers = {world.row(f"T{number}").next_at for number in range(TASKS)}
    assert all(timer > world.clock.now() for timer in timers)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_fault_18_a_new_date_waits_for_a_sweep_that_holds_the_task_and_then_stands(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.plan({"code": "T1", "due": "2014-06-05"})
    world.now("2014-06-05T07:30")
    judged = sweeps._judge_one
    later: list[threading.Thread] = []
    outcome: list[str] = []

    def set_due() -> None:
        try:
            world.do("cvp", "set_due", note="lùi", due=day("2014-06-30"))
            outcome.append("done")
        except Conflict:
            outcome.append("conflict")

    def while_somebody_sets_a_date(*args: Any, **fields: Any) -> None:
        later.append(threading.Thread(target=set_due))
        later[0].start()
        later[0].join(timeout=0.5)
        judged(*args, **fields)

    with monkeypatch.context() as patch:
        patch.setattr(sweeps, "_judge_one", while_somebody_sets_a_date)
        world.sweep()
    later[0].join(timeout=30)

    assert outcome == ["done"]
    rungs = [(row.rung, row.deadline_version) for row in world.ledger() if row.is_planned]
    assert rungs == [("remind-0", 1)]
    row = world.row()
    assert (row.due_on, row.deadline_version) == (day("2014-06-30"), 2)
    assert row.next_at == local("2014-06-25T07:30")


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_fault_17_a_day_off_declared_while_the_sweep_claims_is_judged_by_the_new_calendar(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.plan({"code": "T1", "due": "2014-06-10"})
    world.now("2014-06-05T07:30")
    claim = claims.claim

    def after_somebody_declares_a_day_off(*args: Any, **fields: Any) -> Any:
        with world.database.begin() as tx:
            tx.execute(
                insert(calendar_day).values(
                    day=day("2014-06-06"), is_off=True, name="Nghỉ", source="test", kind="office"
                )
            )
            rulebooks.bump(tx)
            slot = world.rules.current(tx).calendar.next_slot(world.clock.now())
            waking.wake_all(tx, slot=slot)
        return claim(*args, **fields)

    with monkeypatch.context() as patch:
        patch.setattr(claims, "claim", after_somebody_declares_a_day_off)
        Sweep(world.database, world.clock, world.rules)._batch(
            Serving(slot=local("2014-06-05T07:30")), started=world.clock.now(), outage=None
        )

    # With Friday off, three working days before Tuesday are Wednesday: past, and told today.
    assert [(row.rung, row.status) for row in world.ledger() if row.is_planned] == [
        ("remind-3", "pending")
    ]
    assert world.row().next_at == local("2014-06-10T07:30")
