"""What is refused, in which order, and that a refusal leaves nothing behind but its record."""

import json
from datetime import timedelta
from typing import Any

import pytest

from dondoc import desk
from engine.commands.request import Request
from engine.errors import (
    ChildrenOpen,
    Conflict,
    EvidenceRequired,
    Invalid,
    NoteRequired,
    NotPermitted,
    TransitionRefused,
    Unknown,
)
from engine.store.change import Evidence
from tests.support.calendars import day
from tests.support.office import World

PAPER = (Evidence(name="12/TTr"),)


def snapshot(world: World) -> tuple[Any, ...]:
    """Return everything a request may write."""
    return (world.row(), world.history(), world.ledger(), world.entries("task:"))


def _wrong(**cured: Any) -> Request:
    """Return a request wrong in every way at once, but for what is cured."""
    wrong: dict[str, Any] = {"actor": "nobody", "trigger": "fly", "task": "T404",
                             "expected_version": 99, "due": day("1850-01-01")}  # fmt: skip
    return Request(**{**wrong, **cured})


def test_refusals_come_in_the_promised_order(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.do("cv", "start")
    cures: list[tuple[dict[str, Any], str]] = [
        ({}, "unknown"),
        ({"task": "T1"}, "unknown"),
        ({"actor": "cv2"}, "unknown"),
        ({"trigger": "start"}, "conflict"),
        ({"expected_version": 2}, "transition_refused"),
        ({"trigger": "report"}, "not_permitted"),
        ({"actor": "cv"}, "invalid"),
        ({"due": None}, "note_required"),
        ({"note": "xong"}, "evidence_required"),
        ({"evidence": PAPER}, "granted"),
    ]
    cured: dict[str, Any] = {}

    codes = []
    for cure, _ in cures:
        cured |= cure
        try:
            desk.pull(world.database, _wrong(**cured), rules=world.rules, at=world.clock.now())
        except (Unknown, Conflict, TransitionRefused, NotPermitted, Invalid, NoteRequired,
                EvidenceRequired) as refusal:  # fmt: skip
            codes.append(refusal.code)
        else:
            codes.append("granted")

    assert codes == [code for _, code in cures]


@pytest.mark.parametrize(
    ("by", "trigger", "fields", "code"),
    [
        ("cvp", "verify", {}, "transition_refused"),
        ("gdt", "start", {}, "not_permitted"),
        ("cv", "report", {"expected_version": 1}, "conflict"),
        ("cv", "fly", {}, "unknown"),
        ("operator:root", "cancel", {"note": "x", "decision": "1"}, "not_permitted"),
    ],
)
def test_s40_a_refusal_writes_nothing_but_its_own_record(
    world: World, by: str, trigger: str, fields: dict[str, Any], code: str
) -> None:
    world.unit("TT")
    world.person("gdt", "TT", "unit_head")
    world.plan({"code": "T1", "due": "2014-02-07"})
    if trigger == "report":
        world.do("cv", "start")
    before = snapshot(world)

    with pytest.raises((TransitionRefused, NotPermitted, Conflict, Unknown)):
        desk.pull(
            world.database, Request(actor=by, trigger=trigger, task="T1", **fields),
            rules=world.rules, at=world.clock.now(),
        )  # fmt: skip

    assert snapshot(world) == before
    entry = json.loads(world.entries("request:")[-1].body)
    assert (entry["action"], entry["actor"], entry["cause"]) == ("task.refused", by, code)
    assert entry["after"]["trigger"] == trigger


def test_s40_the_head_of_another_unit_may_not_touch_a_task_of_ours(world: World) -> None:
    world.unit("TT")
    world.person("gdt", "TT", "unit_head")
    world.plan({"code": "T1", "due": "2014-02-07"})

    with pytest.raises(NotPermitted, match="gdt may not start"):
        world.do("gdt", "start")


def test_s34_a_report_without_evidence_is_refused_and_says_what_is_missing(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.do("cv", "start")

    with pytest.raises(EvidenceRequired, match="document number, or a file"):
        world.do("cv", "report", evidence=())

    assert world.row().state == "in_progress"


def test_s34_a_task_may_say_that_evidence_is_optional(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07", "evidence": "optional"})
    world.do("cv", "start")

    outcome = world.do("cv", "report", evidence=())

    assert outcome.to_state == "reported"


@pytest.mark.parametrize("note", [None, "", " \t\n"])
@pytest.mark.parametrize(
    ("by", "trigger", "fields"),
    [
        ("cv", "report", {"evidence": PAPER}),
        ("gd", "cancel", {"decision": "15/QĐ"}),
        ("cvp", "set_due", {"due": day("2014-03-03")}),
    ],
)
def test_a_note_of_blanks_is_no_note(
    world: World, by: str, trigger: str, fields: dict[str, Any], note: str | None
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.do("cv", "start")

    with pytest.raises(NoteRequired):
        world.do(by, trigger, **{**fields, "note": note})


@pytest.mark.parametrize("decision", [None, "", "  "])
def test_cancelling_needs_the_number_of_a_decision(world: World, decision: str | None) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})

    with pytest.raises(Invalid, match="decision"):
        world.do("gd", "cancel", note="dừng", decision=decision)

    assert world.row().state == "assigned"


@pytest.mark.parametrize("due", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_a_date_that_nobody_can_mean_is_refused(world: World, due: str) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})

    with pytest.raises(Invalid, match="believable"):
        world.do("cvp", "set_due", note="lùi", due=day(due))


def test_a_date_where_none_belongs_is_refused(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})

    with pytest.raises(Invalid, match="takes no date"):
        world.do("cv", "start", due=day("2014-03-03"))


@pytest.mark.parametrize(("to", "error"), [("gdt", Invalid), ("cvp", Invalid), ("x", Unknown)])
def test_a_task_is_reassigned_within_its_unit_only(
    world: World, to: str, error: type[Exception]
) -> None:
    world.unit("TT")
    world.person("gdt", "TT", "unit_head")
    world.plan({"code": "T1", "due": "2014-02-07"})

    with pytest.raises(error):
        world.do("tp", "reassign", to=to)

    assert world.row().assignee_id == world.ids["cv"]


def test_a_task_is_not_reassigned_to_somebody_disabled(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.amend("cv2", disabled_at=world.clock.now())

    with pytest.raises(Invalid, match="cv2"):
        world.do("tp", "reassign", to="cv2")


def test_somebody_disabled_may_do_nothing_any_more(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.amend("cv", disabled_at=world.clock.now())

    with pytest.raises(NotPermitted):
        world.do("cv", "start")


@pytest.mark.parametrize(
    ("by", "trigger", "fields"),
    [
        ("cv", "report", {"note": "xong", "evidence": PAPER}),
        ("tp", "start", {}),
        ("gd", "cancel", {"note": "dừng", "decision": "1/QĐ"}),
    ],
)
def test_s38_a_heading_is_refused_while_one_of_its_items_is_open(
    world: World, by: str, trigger: str, fields: dict[str, Any]
) -> None:
    world.plan(
        {"code": "T1", "heading": True},
        {"code": "T1.1", "due": "2014-02-07", "parent": "T1"},
        {"code": "T1.2", "due": "2014-02-10", "parent": "T1"},
    )
    world.do("gd", "cancel", "T1.2", note="dừng", decision="1/QĐ")

    with pytest.raises(ChildrenOpen, match=r"T1\.1"):
        world.do(by, trigger, **fields)

    assert world.row().state is None


def test_s38_a_heading_whose_items_are_closed_still_has_no_state_of_its_own(world: World) -> None:
    world.plan(
        {"code": "T1", "heading": True}, {"code": "T1.1", "due": "2014-02-07", "parent": "T1"}
    )
    world.do("gd", "cancel", "T1.1", note="dừng", decision="1/QĐ")

    with pytest.raises(TransitionRefused, match="heading"):
        world.do("cv", "report", note="xong", evidence=PAPER)


def test_a_bare_code_that_stands_in_two_active_plans_is_refused_with_both_addresses(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.plan({"code": "T1", "due": "2014-02-07"}, code="KH-2014-B")

    with pytest.raises(Unknown, match="KH-2014"):
        world.do("cv", "start")

    assert world.do("cv", "start", "KH-2014-B/T1").address == "KH-2014-B/T1"


def test_a_naive_instant_is_refused_before_anything_is_read(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    naive = world.clock.now().replace(tzinfo=None) + timedelta(hours=7)
    request = Request(actor="cv", trigger="start", task="T1")

    with pytest.raises(ValueError, match="naive"):
        desk.pull(world.database, request, rules=world.rules, at=naive)

    assert world.row().state == "assigned"


@pytest.mark.parametrize("trigger", ["", "start ", "START", "__class__", "to_verified", "bắt đầu"])
def test_a_trigger_is_looked_up_and_never_dispatched(world: World, trigger: str) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})

    with pytest.raises(Unknown, match="trigger"):
        world.do("cv", trigger)


@pytest.mark.parametrize(
    ("by", "fields"),
    [
        ("cv", {"note": "a\0b"}),
        ("cv", {"note": "\udcff"}),
        ("cv", {"evidence": (Evidence(name="a\0.pdf"),)}),
        ("cv", {"evidence": (Evidence(name="\udcff.pdf"),)}),
        ("c\udcffv", {}),
        ("c\0v", {}),
        ("x" * 400, {}),
        ("cv", {"task": "T1\0"}),
        ("cv", {"task": "T\udcff"}),
        ("cv", {"trigger": "\udcff"}),
        ("cv", {"on_behalf_of": "\0"}),
        ("gd", {"trigger": "cancel", "decision": "9" * 200}),
    ],
)
def test_what_no_database_keeps_is_refused_in_words(
    world: World, by: str, fields: dict[str, Any]
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.do("cv", "start")
    given = {"trigger": "report", "task": "T1", "note": "xong", "evidence": PAPER}

    with pytest.raises(Invalid):
        desk.pull(world.database, Request(actor=by, **{**given, **fields}), rules=world.rules,
                  at=world.clock.now())  # fmt: skip

    assert world.row().version == 2


def test_a_note_keeps_its_lines_tabs_and_letters_of_any_language(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.do("cv", "start")
    note = "Dòng một\n\tDòng hai – “xong” ✓\u200b"

    world.do("cv", "report", note=note)

    assert world.history()[-1].note == note


def test_acting_for_somebody_without_his_delegation_is_named_as_the_reason(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-06-30"})

    with pytest.raises(NotPermitted) as refused:
        world.do("cv2", "start", on_behalf_of="cv")

    assert refused.value.who == ("substitute:cv",)


def test_reassigning_to_whom_the_task_has_already_is_no_change(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-06-30"})

    with pytest.raises(Invalid, match="already"):
        world.do("tp", "reassign", to="cv")

    assert world.row().assignee_id == world.ids["cv"]
