"""A batch is the same requests one by one: the same record, the same answers, in the same order."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from dondoc import desk
from engine.commands import refusals, tasks, urging
from engine.commands.batches import Answer, perform_all
from engine.commands.request import Outcome, Request
from engine.errors import Conflict, FourEyes, Refused
from engine.store import bulk
from engine.store.change import Evidence
from engine.store.record import task
from engine.store.session import Database, Transaction
from engine.store.tables import calendar_year
from tests.support.calendars import day
from tests.support.office import World
from tests.support.records import broken_chains, contents

TASKS = ("T1", "T2", "T3", "T4", "T5", "M", "M1", "S", "KH-2014/T1", "KH-2014/T4", "X9", "D1")
TRIGGERS = ("start", "report", "withdraw", "verify", "return", "cancel", "reopen", "reassign",
            "set_due", "urge", "fly")  # fmt: skip
PEOPLE = ("cv", "cv2", "tp", "cvp", "pgd", "gd", "operator:root", "nobody")
PROOF = (Evidence(name="a.pdf", sha256="c" * 64, size_bytes=3),)
SENSIBLE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("tp", "start", {}),
    ("tp", "report", {"evidence": PROOF}),
    ("tp", "withdraw", {}),
    ("cvp", "verify", {}),
    ("cv2", "verify", {"on_behalf_of": "cvp"}),
    ("cvp", "return", {}),
    ("cvp", "return", {"due": date(2014, 2, 20)}),
    ("gd", "cancel", {"decision": "12/QĐ"}),
    ("gd", "reopen", {"decision": "13/QĐ"}),
    ("tp", "reassign", {"to": "cv2"}),
    ("cvp", "set_due", {"due": date(2016, 2, 20)}),
    ("gd", "set_due", {"due": date(2014, 1, 20)}),
    ("gd", "urge", {}),
)


@pytest.fixture
def busy(world: World) -> World:
    """An office with tasks in every state, on a Friday; the verifier has a substitute that day."""
    world.plan(
        {"code": "T1", "due": "2014-02-07"},
        {"code": "T2", "due": "2014-02-07", "assignee": "cv2", "urgent": True},
        {"code": "T3", "due": "2014-02-14", "evidence": "optional"},
        {"code": "T4", "due": "2014-02-14", "assignee": None},
        {"code": "T5", "due": "2014-02-17"},
        {"code": "M", "heading": True},
        {"code": "M1", "due": "2014-02-17", "parent": "M"},
        {"code": "S", "standing": True},
        {"code": "D1", "due": "2014-02-17"},
    )
    world.plan({"code": "D1", "due": "2014-02-17"}, code="KH-KHAC")
    world.insert(calendar_year, year=2014, source="test", loaded_at=world.clock.now())
    world.delegate("cvp", "cv2", first="2014-01-17", last="2014-01-20")
    world.now("2014-01-16T08:00")
    for code in ("T1", "T2", "T3"):
        world.do("tp", "start", code)
        world.do("tp", "report", code)
    world.do("tp", "withdraw", "T2", note="nhầm")
    world.do("cv2", "report", "T2")
    world.do("cvp", "verify", "T3")
    world.do("tp", "start", "M1")
    world.now("2014-01-17T16:00")
    return world


def anything() -> st.SearchStrategy[Request]:
    return st.builds(
        Request,
        actor=st.sampled_from(PEOPLE),
        trigger=st.sampled_from(TRIGGERS),
        task=st.sampled_from(TASKS),
        on_behalf_of=st.sampled_from((None, None, "cvp", "tp")),
        expected_version=st.sampled_from((None, None, None, 3)),
        note=st.sampled_from((None, "vì sao")),
        decision=st.sampled_from((None, "12/QĐ")),
        evidence=st.sampled_from(((), PROOF)),
        due=st.sampled_from((None, None, date(2014, 2, 20), date(2016, 2, 20))),
        to=st.sampled_from((None, "cv2")),
    )


def sensible() -> st.SearchStrategy[Request]:
    """Return what somebody may ask of some task in some state."""
    return st.builds(
        lambda asked, code: Request(
            actor=asked[0], trigger=asked[1], task=code, note="vì sao", **asked[2]
        ),
        st.sampled_from(SENSIBLE),
        st.sampled_from(TASKS),
    )


def requests() -> st.SearchStrategy[list[Request]]:
    # What a batch is for: one trigger, one person, many tasks.
    alike = st.builds(
        lambda first, codes: [_like(first, code) for code in codes],
        sensible(),
        st.lists(st.sampled_from(TASKS), min_size=1, max_size=8),
    )
    return st.lists(sensible() | sensible() | anything(), max_size=12) | alike


def _like(first: Request, code: str) -> Request:
    fields = {name: getattr(first, name) for name in first.__slots__}
    return Request(**{**fields, "task": code})


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=requests())
def test_a_batch_leaves_the_record_that_the_same_requests_leave_one_by_one(
    busy: World, asked: list[Request]
) -> None:
    with busy.database.begin() as tx:
        apart = _one_by_one(tx, busy, asked)
        alone = contents(tx)
        tx.rollback()
    with busy.database.begin() as tx:
        answers = perform_all(tx, asked, rules=busy.rules, at=busy.clock.now())
        refusals.record_all(
            tx, [(one.request, one.refusal) for one in answers if one.refusal], at=busy.clock.now()
        )
        together, broken = contents(tx), broken_chains(tx)
        tx.rollback()

    assert [_told(one) for one in answers] == [_said(one) for one in apart]
    assert [one.request for one in answers] == asked
    assert together == alone
    assert broken == []


def _one_by_one(
    tx: Transaction, world: World, asked: Sequence[Request]
) -> list[Outcome | Refused | Conflict]:
    found: list[Outcome | Refused | Conflict] = []
    for request in asked:
        try:
            with tx.begin_nested():
                perform = urging.urge if request.trigger == "urge" else tasks.perform
                found.append(perform(tx, request, rules=world.rules, at=world.clock.now()))
        except (Refused, Conflict) as refusal:
            refusals.record(tx, request, refusal, at=world.clock.now())
            found.append(refusal)
    return found


def _told(answer: Answer) -> object:
    return answer.outcome or _said(answer.refusal)


def _said(one: object) -> object:
    return (type(one), str(one)) if isinstance(one, Refused | Conflict) else one


def ask(trigger: str, *codes: str, by: str = "cvp", **fields: Any) -> list[Request]:
    return [Request(actor=by, trigger=trigger, task=code, **fields) for code in codes]


def test_s36_who_reported_verifies_nothing_of_it_in_bulk_either(busy: World) -> None:
    # The substitute of the verifier made one of the reports himself.
    asked = ask("verify", "T1", "T2", by="cv2", on_behalf_of="cvp")

    other, own = desk.pull_each(busy.database, asked, rules=busy.rules, at=busy.clock.now())

    assert isinstance(own.refusal, FourEyes)
    assert (own.result, other.result) == ("refused", "done")
    assert (busy.row("T1").state, busy.row("T2").state) == ("verified", "reported")


def test_each_object_of_a_batch_has_an_audit_entry_and_a_history_line_of_its_own(
    busy: World,
) -> None:
    before = {code: len(busy.history(code)) for code in ("T1", "T2")}

    desk.pull_each(
        busy.database, ask("verify", "T1", "T2", "T3"), rules=busy.rules, at=busy.clock.now()
    )

    for code in ("T1", "T2"):
        last = busy.entries(f"task:{busy.ids[code]}")[-1]
        assert (last.action, last.actor) == ("task.moved", "cvp")
        assert last.subject_seq == busy.row(code).audit_seq
        assert len(busy.history(code)) == before[code] + 1
    refused = busy.entries("request:")
    assert [(one.action, one.actor) for one in refused] == [("task.refused", "cvp")]
    assert '"task":"T3"' in refused[0].body


def test_all_or_nothing_does_nothing_where_one_is_refused_and_answers_each(busy: World) -> None:
    with busy.database.read() as tx:
        before = contents(tx)

    answers = desk.pull_all(
        busy.database, ask("verify", "T1", "T3", "T2"), rules=busy.rules, at=busy.clock.now()
    )

    assert [one.result for one in answers] == ["not_done", "refused", "not_done"]
    with busy.database.read() as tx:
        after = contents(tx)
    assert {name for name in before if before[name] != after[name]} == {"audit_entry"}
    assert len(busy.entries("request:")) == 1


def test_all_or_nothing_does_all_where_none_is_refused(busy: World) -> None:
    answers = desk.pull_all(
        busy.database, ask("verify", "T2", "T1"), rules=busy.rules, at=busy.clock.now()
    )

    assert [(one.address, one.result) for one in answers] == [
        ("KH-2014/T2", "done"), ("KH-2014/T1", "done"),
    ]  # fmt: skip
    assert {busy.row(code).state for code in ("T1", "T2")} == {"verified"}


def test_the_same_task_twice_is_judged_the_second_time_as_the_first_left_it(busy: World) -> None:
    asked = [*ask("verify", "T1", "KH-2014/T1"), *ask("reopen", "T1", by="gd", note="x",
                                                     decision="1/QĐ")]  # fmt: skip

    answers = desk.pull_each(busy.database, asked, rules=busy.rules, at=busy.clock.now())

    assert [one.result for one in answers] == ["done", "refused", "done"]
    assert busy.row("T1").state == "in_progress"


def test_a_heading_is_judged_after_what_came_before_it_in_the_batch(busy: World) -> None:
    asked = [*ask("report", "M1", by="tp", note="x", evidence=(Evidence(name="1/BC"),)),
             *ask("verify", "M1"), *ask("verify", "M")]  # fmt: skip

    answers = desk.pull_each(busy.database, asked, rules=busy.rules, at=busy.clock.now())

    assert [one.refusal.code if one.refusal else None for one in answers] == [
        None, None, "transition_refused",
    ]  # fmt: skip


def test_a_batch_larger_than_a_chunk_is_committed_chunk_by_chunk(
    busy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "CHUNK", 1)
    begun: list[Database] = []
    begin = Database.begin

    def counted(database: Database) -> AbstractContextManager[Transaction]:
        begun.append(database)
        return begin(database)

    monkeypatch.setattr(Database, "begin", counted)

    answers = desk.pull_each(
        busy.database, ask("verify", "T1", "T2"), rules=busy.rules, at=busy.clock.now()
    )

    assert [one.result for one in answers] == ["done", "done"]
    assert len(begun) == 2


def test_a_task_that_changed_since_it_was_read_is_answered_conflict_and_the_rest_is_done(
    busy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = bulk.write_all

    def after_somebody_else(tx: Transaction, changes: Any) -> frozenset[str]:
        tx.execute(update(task).where(task.c.code == "T1").values(version=task.c.version + 1))
        return written(tx, changes)

    monkeypatch.setattr(bulk, "write_all", after_somebody_else)

    answers = desk.pull_each(
        busy.database, ask("verify", "T1", "T2"), rules=busy.rules, at=busy.clock.now()
    )

    assert [one.result for one in answers] == ["conflict", "done"]
    assert isinstance(answers[0].refusal, Conflict)
    assert [one.trigger for one in busy.history("T1")] == ["assign", "start", "report"]
    assert busy.row("T2").state == "verified"
    assert [one.action for one in busy.entries("request:")] == ["task.refused"]


def test_a_return_in_bulk_tells_each_person_with_one_batch(busy: World) -> None:
    asked = ask("return", "T1", "T2", note="thiếu", due=day("2014-02-20"))

    desk.pull_each(busy.database, asked, rules=busy.rules, at=busy.clock.now())

    told = [one for one in busy.ledger() if one.rung == "returned"]
    ordinary = {one.leave_at for one in told if not one.is_urgent}
    assert len(told) == 4
    assert len(ordinary) == 1
    assert {one.leave_at for one in told if one.is_urgent} == {busy.clock.now()}


def test_a_date_in_a_year_that_nobody_loaded_is_shown_once(busy: World) -> None:
    asked = ask("set_due", "T4", "T5", note="lùi", due=day("2016-02-20"))

    desk.pull_each(busy.database, asked, rules=busy.rules, at=busy.clock.now())

    assert [one.key for one in busy.alerts()] == ["calendar_not_loaded:2016"]


def test_nothing_asked_is_nothing_done(busy: World) -> None:
    assert desk.pull_each(busy.database, [], rules=busy.rules, at=busy.clock.now()) == []
    assert desk.pull_all(busy.database, [], rules=busy.rules, at=busy.clock.now()) == []
