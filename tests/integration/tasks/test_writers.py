"""The two writers of a change, held to one behaviour; and two clients at once."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from engine import audit
from engine.commands import tasks
from engine.commands.request import Request
from engine.errors import Conflict
from engine.ids import new_id
from engine.notices import Notice
from engine.store import change as changes
from engine.store import rulebooks
from engine.store.change import Change, Evidence, Standing
from engine.store.record import audit_entry, evidence, history, notice, task
from engine.store.rulebooks import Rules
from tests.support.calendars import day
from tests.support.office import World, local

ROUNDS = 200


def change_of(world: World, **other: Any) -> Change:
    """Return a whole change of T1 as it stands, from assigned to in_progress."""
    row = world.row()
    with world.database.read() as tx:
        number = rulebooks.revision(tx)
    event = audit.Event(subject=f"task:{row.id}", action="task.moved", actor="cv", cause="vì sao")
    head = audit.Head(row.audit_seq, row.audit_hash)
    standing = Standing(
        state="in_progress", assignee_id=world.ids["cv2"], due_on=day("2014-03-31"),
        deadline_version=2, arming=3, running_since=local("2014-01-16T09:00"), report_count=4,
        reported_at=local("2014-01-17T09:00"), reported_by_id=world.ids["cv"],
        reported_for_id=world.ids["tp"], next_at=local("2014-03-26T07:30"),
    )  # fmt: skip
    made = Change(
        task_id=row.id, version=row.version, state=row.state, revision=number,
        at=local("2014-01-16T09:00") + timedelta(microseconds=123), standing=standing,
        trigger="start", actor="cv", on_behalf_of="tp", note="vì sao", decision="12/QĐ",
        due_from=row.due_on, evidence=(Evidence(name="a.pdf", sha256="c" * 64, size_bytes=3),),
        entry=audit.chain(event, at=world.clock.now(), head=head),
        notices=(told(row.id, world.ids["cv2"]),),
    )  # fmt: skip
    return replace(made, **other)


def told(task_id: str, recipient: str) -> Notice:
    return Notice(
        task_id=task_id, ladder="", deadline_version=2, arming=3, rung="reassigned", occurrence=2,
        recipient_id=recipient, kind="assignment", position="assignee",
        leave_at=local("2014-01-16T09:10"), is_planned=False,
    )  # fmt: skip


def write(world: World, change: Change) -> bool:
    with world.database.begin() as tx:
        return changes.write(tx, change)


def sizes(world: World) -> list[int]:
    """Return how many rows each table has that a change writes to."""
    with world.database.read() as tx:
        return [
            tx.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (history, audit_entry, notice, evidence)
        ]


@pytest.fixture
def planned(world: World) -> World:
    world.plan({"code": "T1", "due": "2014-02-07"})
    return world


def test_a_writer_stores_every_column_it_is_given_and_reads_back_the_same(planned: World) -> None:
    change = change_of(planned)

    assert write(planned, change) is True

    row, last, entry = planned.row(), planned.history()[-1], planned.entries("task:")[-1]
    wanted = change.standing
    assert {name: getattr(row, name) for name in wanted.__slots__} == {
        name: getattr(wanted, name) for name in wanted.__slots__
    }
    assert (row.version, row.changed_at, row.audit_seq) == (2, change.at, 2)
    assert (last.at, last.trigger, last.from_state, last.to_state) == (
        change.at, "start", "assigned", "in_progress",
    )  # fmt: skip
    assert (last.actor, last.on_behalf_of, last.note, last.decision) == (
        "cv", "tp", "vì sao", "12/QĐ",
    )  # fmt: skip
    assert (last.due_from, last.due_to) == (day("2014-02-07"), day("2014-03-31"))
    assert (entry.body, entry.hash, entry.prev) == (
        change.entry.body, change.entry.hash, change.entry.prev,
    )  # fmt: skip


def test_a_writer_stores_nothing_where_nothing_is_given(planned: World) -> None:
    empty = replace(
        change_of(planned).standing, assignee_id=None, due_on=None, running_since=None,
        reported_at=None, reported_by_id=None, reported_for_id=None, next_at=None,
    )  # fmt: skip

    assert write(planned, change_of(planned, standing=empty, note=None, decision=None,
                                    on_behalf_of=None, due_from=None))  # fmt: skip

    row, last = planned.row(), planned.history()[-1]
    assert (row.assignee_id, row.due_on, row.reported_at, row.next_at) == (None, None, None, None)
    assert (last.note, last.decision, last.on_behalf_of, last.due_from) == (None, None, None, None)


@pytest.mark.parametrize(
    "other",
    [
        {"version": 0},
        {"version": 2},
        {"state": "reported"},
        {"revision": 7},
        {"task_id": new_id()},
    ],
    ids=lambda other: next(iter(other)),
)
def test_g3_a_change_of_what_is_no_longer_so_writes_nothing_at_all(
    planned: World, other: dict[str, Any]
) -> None:
    before, row = sizes(planned), planned.row()

    assert write(planned, change_of(planned, **other)) is False

    assert (sizes(planned), planned.row()) == (before, row)


def test_g16_a_change_chained_to_another_head_than_the_tasks_writes_nothing(planned: World) -> None:
    event = audit.Event(subject=f"task:{planned.ids['T1']}", action="task.moved", actor="cv")
    forked = audit.chain(event, at=planned.clock.now(), head=audit.GENESIS)
    before = sizes(planned)

    assert write(planned, change_of(planned, entry=forked)) is False

    assert sizes(planned) == before


def test_a_change_written_twice_is_written_once(planned: World) -> None:
    change = change_of(planned)

    assert [write(planned, change), write(planned, change)] == [True, False]
    assert len(planned.history()) == 2


def test_a_role_given_or_taken_makes_a_judgement_stale(planned: World) -> None:
    judged = change_of(planned)
    planned.dismiss("tp")

    assert write(planned, judged) is False
    assert write(planned, change_of(planned)) is True


def test_a_cached_rulebook_is_not_trusted_past_its_revision(planned: World) -> None:
    elsewhere = Rules(planned.rules.office)
    with planned.database.read() as tx:
        assert elsewhere.current(tx).organisation.head(planned.ids["CNTT"], day("2014-01-15"))
    planned.dismiss("tp")

    with planned.database.read() as tx:
        found = elsewhere.current(tx).organisation.head(planned.ids["CNTT"], day("2014-01-15"))

    assert found is None


def test_a_rulebook_seen_in_a_transaction_that_was_undone_is_seen_no_more(planned: World) -> None:
    with planned.database.engine.connect() as tx, tx.begin() as undone:
        tx.execute(update(task).values(title="x"))
        rulebooks.bump(tx)
        planned.rules.current(tx)
        undone.rollback()

    with planned.database.read() as tx:
        assert planned.rules.current(tx).revision == rulebooks.revision(tx)


def _reported_tasks(world: World) -> list[str]:
    """Return the codes of ROUNDS tasks that wait for their verifier."""
    codes = [f"T{number}" for number in range(ROUNDS)]
    world.plan(*({"code": code, "due": "2014-02-07"} for code in codes))
    cv = world.ids["cv"]
    reported = {"state": "reported", "report_count": 1, "reported_at": world.clock.now()}
    with world.database.begin() as tx:
        tx.execute(update(task).values(**reported, reported_by_id=cv, reported_for_id=cv))
    return codes


@pytest.mark.fault
def test_s35_g3_fault_4_of_verify_and_return_at_once_exactly_one_wins_two_hundred_times(
    world: World,
) -> None:
    codes = _reported_tasks(world)
    answers: dict[str, list[str]] = {"verify": [], "return": []}
    together = threading.Barrier(2, timeout=60)

    def press(trigger: str) -> None:
        rules = Rules(world.rules.office)
        for code in codes:
            request = Request(actor="cvp", trigger=trigger, task=code, note="x", expected_version=1)
            together.wait()
            try:
                with world.database.begin() as tx:
                    tasks.perform(tx, request, rules=rules, at=world.clock.now())
                answers[trigger].append("done")
            except Conflict:
                answers[trigger].append("conflict")

    threads = [threading.Thread(target=press, args=(trigger,)) for trigger in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    outcomes = list(zip(answers["verify"], answers["return"], strict=True))
    assert len(outcomes) == ROUNDS
    assert set(outcomes) <= {("done", "conflict"), ("conflict", "done")}
    for code, (verified, _) in zip(codes, outcomes, strict=True):
        last = world.history(code)
        assert len(last) == 2
        assert last[-1].to_state == ("verified" if verified == "done" else "in_progress")
    assert len(world.entries("task:")) == 2 * ROUNDS
