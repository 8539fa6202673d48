"""Urging by hand: who may, who is told, once a day; the ladder goes on as if nothing was said."""

import json
import threading
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import event

from dondoc import desk
from engine.commands import activation, urging
from engine.commands.batches import perform_all
from engine.commands.request import Outcome, Request
from engine.errors import Conflict, Invalid, NotPermitted, Refused, TransitionRefused, Unknown
from engine.possibilities import URGE, possible
from engine.store import urgings
from tests.support.office import World, local
from tests.support.post import UNKNOWN, FakeCourier, relay
from tests.support.records import broken_chains


@pytest.fixture
def running(world: World) -> World:
    """T1 and T2 are cv's, nobody's is T3; S has no date. It is Monday 2014-02-10, nine o'clock."""
    world.plan(
        {"code": "T1", "due": "2014-02-07"},
        {"code": "T2", "due": "2014-03-14"},
        {"code": "T3", "due": "2014-03-14", "assignee": None},
        {"code": "S", "standing": True},
    )
    world.slots("2014-01-20", "2014-02-10")
    world.now("2014-02-10T09:00")
    return world


def urge(world: World, by: str, code: str = "T1", **fields: str) -> Outcome:
    asked = Request(actor=by, trigger="urge", task=code, **fields)  # type: ignore[arg-type]
    return desk.pull(world.database, asked, rules=world.rules, at=world.clock.now())


def urged(world: World) -> list[tuple[str, str]]:
    """Return (person, status) of everybody who was urged by hand, in the order of the ledger."""
    names = {identity: name for name, identity in world.ids.items()}
    return [(names[one.recipient_id], one.status) for one in world.ledger() if one.rung == "urged"]


def refusal(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


@pytest.mark.parametrize("by", ["tp", "pgd", "cvp", "gd"])
def test_whoever_leads_or_follows_a_task_urges_its_assignee(running: World, by: str) -> None:
    done = urge(running, by, note="Gửi dự thảo trước họp giao ban")

    (entry,) = running.entries("urging:")
    body = json.loads(entry.body)
    assert (done.told, done.version) == (("cv",), running.row().version)
    assert urged(running) == [("cv", "pending")]
    assert (entry.action, entry.actor, body["before"]) == ("task.urged", by, {"task": "KH-2014/T1"})
    assert (body["cause"], body["after"]["told"]) == ("Gửi dự thảo trước họp giao ban", "cv")
    with running.database.read() as tx:
        assert broken_chains(tx) == []


def test_whoever_has_no_part_in_following_it_may_not(running: World) -> None:
    running.person("pp", "CNTT", "deputy_head")
    running.person("pgd2", "SO", "deputy_director")
    running.person("tra", "SO", "auditor")
    running.person("cvvp", "VP", "officer")

    found = [
        refusal(lambda by=by: urge(running, by)).code  # type: ignore[misc]
        for by in ("cv", "cv2", "pp", "pgd2", "tra", "cvvp")
    ]

    assert found == ["not_permitted"] * 6
    assert urged(running) == []
    assert len(running.entries("request:")) == 6


def test_without_an_assignee_the_head_of_the_unit_is_told(running: World) -> None:
    done = urge(running, "cvp", "T3")

    assert done.told == ("tp",)
    assert urged(running) == [("tp", "pending")]


def test_a_task_without_a_date_is_urged_too(running: World) -> None:
    done = urge(running, "gd", "S")

    assert done.told == ("cv",)


def test_nobody_is_urged_by_himself_or_by_who_acts_for_him(running: World) -> None:
    running.delegate("cv", "tp", first="2014-02-10", last="2014-02-10")

    himself = refusal(lambda: urge(running, "tp", "T3"))
    substitute = refusal(lambda: urge(running, "tp", "T1"))

    assert [type(one) for one in (himself, substitute)] == [Invalid, Invalid]
    assert "tp" in str(himself)
    assert urged(running) == []


def test_a_substitute_urges_in_somebodys_place_and_both_are_named(running: World) -> None:
    running.delegate("cvp", "cv2", first="2014-02-10", last="2014-02-12")

    without = refusal(lambda: urge(running, "cv2"))
    done = urge(running, "cv2", on_behalf_of="cvp")

    (entry,) = running.entries("urging:")
    detail = next(one.detail for one in running.ledger() if one.rung == "urged")
    assert isinstance(without, NotPermitted)
    assert done.told == ("cv",)
    assert json.loads(entry.body)["on_behalf_of"] == "cvp"
    assert json.loads(entry.body)["after"]["delegation"] is not None
    assert (detail["actor"], detail["on_behalf_of"]) == ("cv2", "cvp")


def test_g6_about_one_task_a_person_is_urged_once_a_local_day(running: World) -> None:
    urge(running, "cvp")
    running.now("2014-02-10T23:30")

    again = refusal(lambda: urge(running, "gd"))
    other = urge(running, "gd", "T2")
    running.now("2014-02-11T00:30")
    tomorrow = urge(running, "gd")

    assert isinstance(again, Invalid)
    assert again.problem == "cv was urged by cvp at 09:00 today"
    assert (other.told, tomorrow.told) == (("cv",), ("cv",))
    assert len(urged(running)) == 3


def test_g6_a_new_date_does_not_make_it_another_day(running: World) -> None:
    urge(running, "cvp")
    running.do("gd", "set_due", due=date(2014, 3, 20), note="Lùi hạn")

    again = refusal(lambda: urge(running, "gd"))

    assert isinstance(again, Invalid)
    assert urged(running) == [("cv", "pending")]


def test_a_new_assignee_was_not_urged_yet(running: World) -> None:
    urge(running, "cvp")
    running.do("tp", "reassign", to="cv2")

    done = urge(running, "cvp")

    assert done.told == ("cv2",)


def test_g6_two_who_press_in_the_same_moment_urge_once(running: World) -> None:
    gate, results = threading.Barrier(2), list[Outcome | Refused]()

    def press(by: str) -> None:
        gate.wait()
        try:
            results.append(urge(running, by))
        except Refused as refused:
            results.append(refused)

    threads = [threading.Thread(target=press, args=(by,)) for by in ("cvp", "gd")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kinds = sorted(type(one).__name__ for one in results)
    assert kinds == ["Invalid", "Outcome"]
    assert urged(running) == [("cv", "pending")]
    assert len(running.entries("urging:")) == 1
    assert len(running.entries("request:")) == 1


@pytest.mark.parametrize("state", ["reported", "verified", "cancelled"])
def test_when_the_unit_has_done_its_part_nobody_is_urged(running: World, state: str) -> None:
    if state == "cancelled":
        running.do("gd", "cancel", note="Thôi.", decision="15/QĐ")
    else:
        running.do("cv", "start")
        running.do("cv", "report")
    if state == "verified":
        running.do("cvp", "verify")

    found = refusal(lambda: urge(running, "gd"))

    assert isinstance(found, TransitionRefused)
    assert found.state == state


def test_what_is_wrong_is_named_in_the_order_of_rule_20(running: World) -> None:
    stale = Request(actor="gd", trigger="urge", task="T1", expected_version=99)
    long = {"note": "a" * 2_001}

    with pytest.raises(Conflict):
        desk.pull(running.database, stale, rules=running.rules, at=running.clock.now())
    found = [
        refusal(lambda: urge(running, "gd", "T9")),
        refusal(lambda: urge(running, "operator:root")),
        refusal(lambda: urge(running, "cv", **long)),
        refusal(lambda: urge(running, "gd", **long)),
    ]

    assert [type(one) for one in found] == [Unknown, NotPermitted, NotPermitted, Invalid]


def test_ladders_do_not_move(running: World) -> None:
    before, told = running.row(), running.told()

    urge(running, "cvp")
    urge(running, "cvp", "T2")

    after = running.row()
    assert after == before
    assert running.told() == told
    running.slots("2014-02-10", "2014-02-25")
    assert [(on, rung) for on, rung, _ in running.told("T1") if on > "2014-02-10"] == [
        ("2014-02-13", "escalate-2"),
        ("2014-02-17", "escalate-3"),
        ("2014-02-24", "escalate-3"),
    ]


def test_several_tasks_are_one_message_and_one_answer_each(
    running: World, courier: FakeCourier
) -> None:
    running.deliver()
    urge(running, "gd", "T2")
    asked = [
        Request(actor="cvp", trigger="urge", task=code, note="Trước 15/2")
        for code in ("T1", "T2", "T3", "S", "T9")
    ]

    answers = desk.pull_each(running.database, asked, rules=running.rules, at=running.clock.now())
    running.now("2014-02-10T09:10")
    relay(running, courier).turn()

    assert [one.result for one in answers] == ["done", "refused", "done", "done", "refused"]
    assert [one.told for one in answers] == [("cv",), (), ("tp",), ("cv",), ()]
    (mine,) = courier.messages("cv")
    (heads,) = courier.messages("tp")
    assert mine["Subject"] == "Nhắc 3 việc: KH-2014"
    assert "T3" in heads["Subject"]
    assert len(running.entries("request:")) == 2


def test_a_look_at_what_would_happen_says_who_would_be_told_and_tells_nobody(
    running: World,
) -> None:
    asked = [Request(actor="cvp", trigger="urge", task=code) for code in ("T1", "T3")]

    answers = desk.rehearse(running.database, asked, rules=running.rules, at=running.clock.now())

    assert [(one.result, one.told) for one in answers] == [
        ("not_done", ("cv",)),
        ("not_done", ("tp",)),
    ]
    assert urged(running) == []


def test_urging_many_costs_no_more_statements_than_urging_one(running: World) -> None:
    def asked(*codes: str) -> list[Request]:
        return [Request(actor="cvp", trigger="urge", task=code) for code in codes]

    def statements(*codes: str) -> int:
        seen: list[str] = []
        with running.database.begin() as tx:
            event.listen(tx, "before_cursor_execute", lambda *given: seen.append(given[2]))
            perform_all(tx, asked(*codes), rules=running.rules, at=running.clock.now())
        return len(seen)

    one = statements("T1")
    many = statements("T2", "T3", "S")

    assert many <= one


def test_a_task_reported_before_the_mail_left_is_not_urged_and_may_be_again(
    running: World, courier: FakeCourier
) -> None:
    running.deliver()
    running.do("cv", "start")
    urge(running, "cvp", note="Một")
    running.do("cv", "report")
    running.now("2014-02-10T09:10")
    relay(running, courier).turn()
    running.do("cvp", "return", note="Thiếu phụ lục")

    withheld = urged(running)
    urge(running, "gd", note="Hai")
    (again,) = [one for one in running.ledger() if one.rung == "urged"]
    running.now("2014-02-10T09:20")
    relay(running, courier).turn()

    assert withheld == [("cv", "superseded")]
    assert (again.status, again.reason, again.superseded_by) == ("pending", None, None)
    assert urged(running) == [("cv", "accepted")]
    body = courier.messages("cv")[-1].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Hai" in text
    assert "Một" not in text


def test_who_hears_it_instead_of_whoever_was_urged_was_not_urged_himself(
    running: World, courier: FakeCourier
) -> None:
    running.deliver()
    courier.answers["cv"] = [UNKNOWN]
    urge(running, "cvp")
    running.now("2014-02-10T09:10")
    relay(running, courier).turn()

    with running.database.read() as tx:
        found = urgings.of_task(tx, running.ids["T1"])

    assert sorted(urged(running)) == [("cv", "failed"), ("tp", "accepted")]
    assert [(one.recipient_id, one.by) for one in found] == [(running.ids["cv"], "cvp")]


def test_nobody_is_urged_about_a_plan_that_is_closed(running: World) -> None:
    rules, at = running.rules, running.clock.now()
    with running.database.begin() as tx:
        activation.close(tx, "KH-2014", actor="cvp", rules=rules, at=at)

    found = refusal(lambda: urge(running, "gd", "KH-2014/T1"))

    assert isinstance(found, TransitionRefused)
    assert found.state == "closed"
    assert urged(running) == []


def test_an_urgent_task_is_urged_at_once_whatever_the_hour(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-03-14", "urgent": True})
    world.now("2014-01-15T21:00")

    urge(world, "cvp")

    (row,) = [one for one in world.ledger() if one.rung == "urged"]
    assert (row.leave_at, row.is_urgent) == (local("2014-01-15T21:00"), True)


def test_a_page_offers_it_to_whom_it_is_granted_and_says_why_not_otherwise(
    running: World,
) -> None:
    def offered(by: str, code: str = "T1") -> Refused | None:
        with running.database.read() as tx:
            found = possible(tx, code, by=(by, None), rules=running.rules, at=running.clock.now())
        return next(one.refusal for one in found if one.trigger == URGE)

    before = offered("gd")
    urge(running, "cvp")

    assert before is None
    assert isinstance(offered("gd"), Invalid)
    assert isinstance(offered("cv"), NotPermitted)
    assert offered("gd", "T2") is None
    assert urging.WHO == ("unit_head", "leader_in_charge", "monitor", "director")
