"""The batch and its limit do the same work, and the crowd they do it to is what it says."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from dondoc.bench.batches import report, sides, verified
from dondoc.bench.crowd import crowd
from dondoc.bench.stage import Place
from engine.store.record import audit_entry, contribution, history, notice, task
from engine.store.session import Database

_ITS_OWN = {"id", "code", "ordinal", "audit_hash", "lead_unit_id", "assignee_id", "due_on",
            "reported_by_id", "reported_for_id", "running_since", "reported_at"}  # fmt: skip


def test_both_sides_of_a_batch_write_the_same(place: Place) -> None:
    with crowd(place, 40, due=40, slots=0) as prepared:
        report(prepared)
        with sides(prepared) as (ours, bare):
            ours.verify(["DO.0", "DO.3"])
            bare.verify(["DO.1", "DO.4"])

        database = Database(prepared.url)
        with database.read() as tx:
            rows = [
                dict(tx.execute(select(task).where(task.c.code == code)).one()._mapping)
                for code in ("DO.0", "DO.1")
            ]
            lines = [dict(one._mapping) for one in tx.execute(select(history))]
            entries = tx.execute(
                select(func.count()).select_from(audit_entry).where(
                    audit_entry.c.action == "task.moved"
                )
            ).scalar_one()  # fmt: skip
            told = tx.execute(select(func.count()).select_from(notice).where(notice.c.ladder == ""))
            told_by_batch = told.scalar_one()
        database.dispose()

    own, other = rows
    assert {name for name in own if own[name] != other[name]} <= _ITS_OWN
    assert (own["state"], own["next_at"], own["report_count"]) == ("verified", None, 1)
    verified_lines = [one for one in lines if one["trigger"] == "verify"]
    assert len(verified_lines) == entries == 4
    assert {(one["version"], one["actor"], one["note"]) for one in verified_lines} == {
        (rows[0]["version"], "cvp", None)
    }
    assert told_by_batch == 2  # of the one task that came through the commands


def test_neither_side_passes_over_a_task_that_cannot_be_verified(place: Place) -> None:
    with crowd(place, 20, due=20, slots=0) as prepared, sides(prepared) as both:
        for side in both:
            with pytest.raises(RuntimeError, match="1 tasks"):
                side.verify(["DO.0"])


def test_the_row_of_the_batch_holds_both_rates(place: Place) -> None:
    row = verified(place, size=3, rounds=2)

    assert (row.path, row.database, row.unit) == ("batch", place.kind, "transitions/s")
    assert row.rate > 0
    assert row.limit_rate > 0
    assert row.must_reach == (0.4 if place.kind == "postgresql" else None)


def test_a_crowd_falls_due_in_equal_parts_and_has_the_ledger_of_its_first_slots(
    place: Place,
) -> None:
    with crowd(place, 400, due=100, slots=2) as prepared:
        database = Database(prepared.url)
        with database.read() as tx:
            codes = task.c.code.startswith("DO.")
            due = Counter(tx.execute(select(task.c.next_at).where(codes)).scalars())
            told = tx.execute(
                select(task.c.next_at, notice.c.rung, func.count())
                .join(task, task.c.id == notice.c.task_id)
                .where(codes)
                .group_by(task.c.next_at, notice.c.rung)
            ).all()
            helped = tx.execute(select(func.count()).select_from(contribution)).scalar_one()
            owners = tx.execute(select(func.count(task.c.assignee_id.distinct())).where(codes))
            assignees = owners.scalar_one()
        database.dispose()

    assert list(due.values()) == [100, 100, 100, 100]
    assert tuple(sorted(due))[:2] == prepared.slots
    assert {instant for instant, _, _ in told} == set(prepared.slots)
    counted = {rung: number for instant, rung, number in told if instant == prepared.slots[0]}
    late = counted["remind-0"]
    assert counted == {"remind-7": 100, "remind-3": late, "remind-1": 2 * late, "remind-0": late}
    assert 30 <= late <= 36
    assert 60 <= helped <= 70
    assert assignees == 180
