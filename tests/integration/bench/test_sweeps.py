"""The sweep and its limit serve the same tasks, and the lag is that of every one of them."""

import gc
import tracemalloc
from collections import Counter

import pytest
from sqlalchemy import func, select

from dondoc.bench import lag, sweeps
from dondoc.bench.crowd import crowd
from dondoc.bench.stage import Place
from engine.store.record import audit_entry, notice, task
from engine.store.session import Database
from scheduler import sweep


def test_both_sides_of_a_sweep_tell_as_many_and_put_every_task_back(place: Place) -> None:
    with crowd(place, 200, due=100, slots=2) as prepared:
        ours, bare = sweeps.Ours(prepared.url), sweeps.bare(prepared)
        first, second = prepared.slots

        counted = bare.turn(first), ours.turn(second)

        ours.close()
        bare.close()
        database = Database(prepared.url)
        with database.read() as tx:
            pending = notice.c.status == "pending"
            codes = task.c.code.startswith("DO.")
            told = Counter(
                tx.execute(
                    select(notice.c.leave_at).where(pending, codes).join(task)
                ).scalars()
            )  # fmt: skip
            left = tx.execute(
                select(func.count()).where(task.c.next_at <= second, codes)
            ).scalar_one()
            entries = tx.execute(
                select(func.count())
                .select_from(audit_entry)
                .where(audit_entry.c.action == "sweep.told")
            ).scalar_one()
        database.dispose()

    assert counted == (100, 100)
    assert set(told) == {first, second}
    assert abs(told[first] - told[second]) <= 5
    assert min(told.values()) > 120
    assert (left, entries) == (0, 2)


def test_the_row_of_the_sweep_holds_both_rates(place: Place) -> None:
    row = sweeps.swept(place, tasks=2_000, due=100)

    assert (row.path, row.database, row.unit) == ("sweep-2k", place.kind, "due tasks/s")
    assert row.rate > 0
    assert row.limit_rate > 0
    assert row.must_reach == (0.3 if place.kind == "postgresql" else None)


def test_a_measurement_of_a_sweep_that_tells_nobody_is_no_measurement(place: Place) -> None:
    with crowd(place, 40, due=20, slots=2) as prepared:
        ours = sweeps.Ours(prepared.url)
        database = Database(prepared.url)
        with database.begin() as tx:
            tx.execute(task.update().where(task.c.code.startswith("DO.")).values(state="verified"))
        database.dispose()

        with pytest.raises(RuntimeError, match="20 tasks were due and 0 people told"):
            ours.turn(prepared.slots[0])

        ours.close()


def test_what_many_tasks_leave_of_the_rate_is_a_row_of_its_own(place: Place) -> None:
    row = sweeps.flattened(place, few=300, many=600, due=100)

    assert (row.path, row.database, row.must_reach) == ("sweep-flat", place.kind, 0.8)
    assert row.ratio == pytest.approx(row.rate / row.limit_rate, abs=0.01)


def test_the_lag_is_held_against_the_interval_of_looking(place: Place) -> None:
    row = lag.behind(place, seconds=1, per_second=100)

    assert (row.path, row.database, row.unit, row.limit_rate) == ("lag", place.kind, "s", 0.05)
    assert row.must_reach == 0.05
    assert row.is_reached == (row.rate <= 1)
    assert "p50" in row.note


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_memory_of_a_sweep_follows_its_batch_and_not_what_is_due(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    peaks: dict[int, int] = {}
    with crowd(place, 2_400, due=800, slots=3) as prepared:
        ours = sweeps.Ours(prepared.url)
        for slot, batch in zip(prepared.slots, (800, 800, 100), strict=True):
            monkeypatch.setattr(sweep, "BATCH", batch)
            ours.before(slot)
            gc.collect()
            tracemalloc.start()
            ours.turn(slot)
            peaks[batch] = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        ours.close()

    assert peaks[100] < peaks[800] / 3
