"""What a page offers is what the engine grants, and the reason it shows is the engine's."""

from datetime import date
from typing import NoReturn

import pytest

from dondoc.words import explain
from engine.commands import contributions, extensions, tasks
from engine.commands.contributions import Asking
from engine.commands.extensions import Asked
from engine.commands.request import Evidence, Request
from engine.errors import NotPermitted, Refused
from engine.possibilities import EXTEND, Possibility, possible
from tests.support.office import World

_STATES = {
    "assigned": (),
    "in_progress": ("start",),
    "reported": ("start", "report"),
    "verified": ("start", "report", "verify"),
    "cancelled": ("cancel",),
}
_WHO = {"verify": "cvp", "cancel": "gd"}
_FIELDS = {"cancel": {"note": "thôi", "decision": "12/QĐ"}}


def _office(world: World) -> World:
    world.plan(
        {"code": "T1", "lead": "CNTT", "assignee": "cv", "due": "2014-01-20"},
        {"code": "T5", "lead": "CNTT", "standing": True},
    )
    return world


def _found(world: World, who: str, code: str = "T1") -> dict[str, Possibility]:
    with world.database.read() as tx:
        found = possible(tx, code, by=(who, None), rules=world.rules, at=world.clock.now())
    return {one.trigger: one for one in found}


def _granted(world: World, who: str, trigger: str) -> Refused | None:
    """Return what the engine says to a request that brings everything; nothing is kept."""
    request = Request(
        actor=who, trigger=trigger, task="T1", note="vì", decision="1/QĐ",
        evidence=(Evidence(name="12/TTr"),), to="cv2" if trigger == "reassign" else None,
        due=date(2014, 2, 20) if trigger == "set_due" else None,
    )  # fmt: skip
    try:
        with world.database.begin() as tx:
            tasks.perform(tx, request, rules=world.rules, at=world.clock.now())
            _undo()
    except _UndoneError:
        return None
    except Refused as refusal:
        return refusal


class _UndoneError(Exception):
    """Takes back what was granted."""


def _undo() -> NoReturn:
    raise _UndoneError


@pytest.mark.parametrize("state", _STATES)
def test_every_trigger_is_offered_to_exactly_those_to_whom_the_engine_grants_it(
    world: World, state: str
) -> None:
    _office(world)
    for trigger in _STATES[state]:
        world.do(_WHO.get(trigger, "cv"), trigger, **_FIELDS.get(trigger, {}))

    for who in ("cv", "cv2", "tp", "cvp", "pgd", "gd"):
        offered = _found(world, who)
        for trigger in ("start", "report", "withdraw", "verify", "return", "cancel", "reopen",
                        "reassign", "set_due"):  # fmt: skip
            refused = _granted(world, who, trigger)
            shown = offered[trigger].refusal
            assert type(shown) is type(refused), (who, trigger)
            assert str(shown) == str(refused)


def test_whoever_reported_sees_that_another_must_verify(world: World) -> None:
    world.plan({"code": "T1", "lead": "VP", "assignee": "cvp", "verifier": "cvp",
                "due": "2014-01-20"})  # fmt: skip
    world.do("cvp", "start")
    world.do("cvp", "report")

    refusal = _found(world, "cvp")["verify"].refusal

    assert refusal is not None
    assert refusal.code in ("four_eyes", "not_permitted")


def test_a_locked_button_says_who_may(world: World) -> None:
    _office(world)
    world.do("cv", "start")
    world.do("cv", "report")

    refusal = _found(world, "cv2")["verify"].refusal

    assert isinstance(refusal, NotPermitted)
    assert "người xác nhận" in explain(refusal, language="vi")


def test_a_report_waits_for_what_other_units_still_owe(world: World) -> None:
    _office(world)
    world.do("cv", "start")
    asking = Asking(task="T1", unit="VP", due=date(2014, 1, 18), what="Số liệu")
    with world.database.begin() as tx:
        contributions.ask(tx, asking, by=("cv", None), rules=world.rules, at=world.clock.now())

    refusal = _found(world, "cv")["report"].refusal

    assert refusal is not None
    assert refusal.code == "children_open"


def test_more_time_is_asked_for_once_at_a_time(world: World) -> None:
    _office(world)
    before = _found(world, "cv")[EXTEND].is_allowed
    asked = Asked(task="T1", due=date(2014, 2, 20), reason="chờ")
    with world.database.begin() as tx:
        extensions.ask(tx, asked, by=("cv", None), rules=world.rules, at=world.clock.now())

    after = _found(world, "cv")[EXTEND].refusal

    assert before
    assert after is not None
    assert after.code == "invalid"


def test_only_a_leader_is_offered_to_decide_on_more_time(world: World) -> None:
    _office(world)
    asked = Asked(task="T1", due=date(2014, 2, 20), reason="chờ")
    with world.database.begin() as tx:
        address = extensions.ask(
            tx, asked, by=("cv", None), rules=world.rules, at=world.clock.now()
        )

    leader, officer = _found(world, "pgd", address), _found(world, "cv", address)

    assert leader["approve"].is_allowed
    assert leader["refuse"].is_allowed
    assert not officer["approve"].is_allowed
    assert officer["take_back"].is_allowed


def test_a_standing_task_is_started_and_never_extended(world: World) -> None:
    _office(world)

    found = _found(world, "cv", "T5")

    assert found["start"].is_allowed
    assert EXTEND not in found


def test_only_whoever_was_told_can_answer(world: World) -> None:
    _office(world)
    before = _found(world, "cv")["acknowledge"].is_allowed
    world.slots("2014-01-20", "2014-01-20")

    told, other = _found(world, "cv")["acknowledge"], _found(world, "tp")["acknowledge"]

    assert not before
    assert told.is_allowed
    assert not other.is_allowed


def test_who_may_is_said_by_name(world: World) -> None:
    _office(world)
    world.do("cv", "start")
    world.do("cv", "report")

    found = _found(world, "cv2")

    assert found["verify"].who == ("cvp",)
    assert found["withdraw"].who == ("cv", "tp")
    assert found["cancel"].who == ("gd",)
