"""Who stands in: by day and through chains, for whom in every record, and never past the end."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine.adjustment import entries_of_worksheet
from engine.commands import (
    activation,
    adjustments,
    batches,
    calendars,
    charges,
    delegations,
    leaving,
    policy,
    reorganisations,
    shaping,
)
from engine.commands.request import Request
from engine.errors import FourEyes, Invalid, NotPermitted, Refused, Unknown
from engine.ladder_form import ladder_from_mapping
from engine.store.record import audit_entry
from tests.support.adjusting import change, decision
from tests.support.drafts import deadline, worksheet
from tests.support.office import World

DUE = "2014-02-07"
#: The head of the monitoring unit is away from 20 to 24 January; cv2 stands in.
AWAY, BACK = "2014-01-21T09:00", "2014-01-27T09:00"


def body(row: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row.body)
    return found


def newest(world: World) -> dict[str, Any]:
    """Return the newest entry made in somebody's place."""
    with world.database.read() as tx:
        rows = tx.execute(select(audit_entry.c.body).order_by(audit_entry.c.id)).scalars()
        found: list[dict[str, Any]] = [one for one in map(json.loads, rows) if one["on_behalf_of"]]
    return found[-1]


def absent(world: World, who: str, substitute: str, first: str, last: str, by: str = "") -> Any:
    absence = delegations.Absence(
        person=who, substitute=substitute, from_on=date.fromisoformat(first),
        to_on=date.fromisoformat(last), actor=by or who,
    )  # fmt: skip
    with world.database.begin() as tx:
        return delegations.delegate(tx, absence, at=world.clock.now(), rules=world.rules)


def _activate(world: World, tx: Any, by: tuple[str, str | None]) -> Any:
    return activation.activate(
        tx, "KH-2", actor=by[0], on_behalf_of=by[1], rules=world.rules, at=world.clock.now()
    )


def _adjust(world: World, tx: Any, by: tuple[str, str | None]) -> Any:
    rows = worksheet(change("T1", deadline=deadline("2014-03-07")))
    wanted = decision(entries_of_worksheet(rows), plan="KH-2014")
    return adjustments.adjust(
        tx, wanted, actor=by[0], on_behalf_of=by[1], rules=world.rules, at=world.clock.now()
    )


def _calendar(world: World, tx: Any, by: tuple[str, str | None]) -> Any:
    edit = calendars.DayEdit(
        day=date(2014, 3, 3), off=True, source="QĐ 1", actor=by[0], on_behalf_of=by[1]
    )
    return calendars.set_day(tx, edit, at=world.clock.now(), rules=world.rules)


def _policy(world: World, tx: Any, by: tuple[str, str | None]) -> Any:
    ladder = ladder_from_mapping("verifier", [{"rung": "v", "at": "+3wd", "to": ["verifier"]}])
    edit = policy.LadderEdit(
        ladders={"verifier": ladder}, source="QĐ 1", actor=by[0], on_behalf_of=by[1]
    )
    return policy.set_ladders(tx, edit, at=world.clock.now(), rules=world.rules)


def _charge(world: World, tx: Any, by: tuple[str, str | None]) -> Any:
    wanted = charges.Charging(leader="pgd", unit="VP", source="TB 1")
    return charges.charge(tx, wanted, by=by, rules=world.rules, at=world.clock.now())


def _leave(world: World, tx: Any, by: tuple[str, str | None]) -> Any:
    gone = leaving.Leaving(person="cv", successor="cv2")
    return leaving.leave(tx, gone, by=by, rules=world.rules, at=world.clock.now())


def _delegate(world: World, tx: Any, by: tuple[str, str | None]) -> Any:
    absence = delegations.Absence(
        person="tp", substitute="cv", from_on=date(2014, 2, 3), to_on=date(2014, 2, 7),
        actor=by[0], on_behalf_of=by[1],
    )  # fmt: skip
    return delegations.delegate(tx, absence, at=world.clock.now(), rules=world.rules)


def _rename(world: World, tx: Any, by: tuple[str, str | None]) -> Any:
    wanted = shaping.Rename(
        unit="CNTT", name="Phòng Số", decision="QĐ 2", note="", effective_on=date(2014, 1, 21)
    )
    return reorganisations.rename(tx, wanted, by=by, rules=world.rules, at=world.clock.now())


COMMANDS: dict[str, Callable[..., Any]] = {
    "plan activate": _activate,
    "plan adjust": _adjust,
    "calendar set": _calendar,
    "policy set": _policy,
    "person charge": _charge,
    "person disable": _leave,
    "person delegate": _delegate,
    "unit rename": _rename,
}


@pytest.fixture
def away(world: World) -> World:
    world.plan({"code": "T1", "due": DUE}, {"code": "T2", "due": DUE})
    world.plan({"code": "A1", "due": "2014-03-07"}, code="KH-2", activate=False)
    absent(world, "cvp", "cv2", "2014-01-20", "2014-01-24")
    return world


@pytest.mark.parametrize("name", COMMANDS)
def test_s27_what_a_substitute_does_names_him_the_absent_and_the_delegation(
    away: World, name: str
) -> None:
    away.now(AWAY)

    with away.database.begin() as tx:
        COMMANDS[name](away, tx, ("cv2", "cvp"))

    entry = newest(away)
    assert (entry["actor"], entry["on_behalf_of"]) == ("cv2", "cvp")
    (made,) = [body(row) for row in away.entries("person:") if row.action == "person.delegated"][:1]
    under = entry["after"].get("under") or entry["after"]["delegation"]
    assert under == made["after"]["delegation"]


@pytest.mark.parametrize("when", ["2014-01-17T09:00", BACK])
@pytest.mark.parametrize("name", COMMANDS)
def test_s27_outside_his_days_a_substitute_is_refused_whatever_he_asks(
    away: World, name: str, when: str
) -> None:
    away.now(when)

    with pytest.raises(NotPermitted), away.database.begin() as tx:
        COMMANDS[name](away, tx, ("cv2", "cvp"))


def test_s27_who_acts_for_somebody_acts_on_tasks_under_the_same_delegation(away: World) -> None:
    away.now(AWAY)

    away.do("cv2", "set_due", on_behalf_of="cvp", due=date(2014, 3, 7), note="lùi hạn")

    entry = newest(away)
    assert (entry["actor"], entry["on_behalf_of"]) == ("cv2", "cvp")
    (made,) = [body(row) for row in away.entries("person:") if row.action == "person.delegated"]
    assert entry["after"]["delegation"] == made["after"]["delegation"]


def test_s27_after_the_last_day_a_batch_is_refused_as_well(away: World) -> None:
    away.now(BACK)
    request = Request(actor="cv2", on_behalf_of="cvp", trigger="set_due", task="T1",
                      due=date(2014, 3, 7), note="lùi")  # fmt: skip

    with away.database.begin() as tx:
        (answer,) = batches.perform_all(tx, [request], rules=away.rules, at=away.clock.now())

    assert isinstance(answer.refusal, NotPermitted)
    assert away.row().due_on == date(2014, 2, 7)


def test_s26_a_chain_is_followed_day_by_day(world: World) -> None:
    world.person("pp", "CNTT")
    world.ladder([{"rung": "head", "at": "+1wd", "to": ["unit_head"], "repeat": "1wd"}])
    world.plan({"code": "T1", "due": "2014-03-07"})
    absent(world, "tp", "cv2", "2014-03-10", "2014-03-20")
    absent(world, "cv2", "pp", "2014-03-12", "2014-03-14")

    world.slots("2014-03-10", "2014-03-21")

    by_day = {on: who for on, rung, who in world.told() if rung == "head"}
    assert by_day["2014-03-11"] == "cv2"
    assert by_day["2014-03-13"] == "pp"
    assert by_day["2014-03-17"] == "cv2"
    assert by_day["2014-03-21"] == "tp"


def test_a_substitution_that_has_begun_is_shortened_and_his_word_counts_no_more(
    away: World,
) -> None:
    away.now("2014-01-22T09:00")
    ending = delegations.Ending(person="cvp", substitute="cv2", last=date(2014, 1, 21))
    with away.database.begin() as tx:
        done = delegations.end(tx, ending, by=("cvp", None), at=away.clock.now(), rules=away.rules)

    with pytest.raises(NotPermitted):
        away.do("cv2", "set_due", on_behalf_of="cvp", due=date(2014, 3, 7), note="lùi")

    assert done.to_on == date(2014, 1, 21)
    assert away.entries("person:")[-1].action == "person.delegation_ended"


def test_a_substitution_that_has_not_begun_is_withdrawn(away: World) -> None:
    ending = delegations.Ending(person="cvp", substitute="cv2", last=date(2014, 1, 19))

    with away.database.begin() as tx:
        done = delegations.end(tx, ending, by=("cvp", None), at=away.clock.now(), rules=away.rules)

    assert done.to_on is None
    with away.database.read() as tx:
        assert delegations.listed(tx, on=date(2014, 1, 15), rules=away.rules) == []


@pytest.mark.parametrize(
    ("last", "refusal"),
    [("2014-01-25", Invalid), ("2014-01-24", Invalid), ("2014-01-13", Invalid)],
)
def test_a_substitution_is_neither_prolonged_nor_ended_in_the_past(
    away: World, last: str, refusal: type[Exception]
) -> None:
    ending = delegations.Ending(person="cvp", substitute="cv2", last=date.fromisoformat(last))

    with pytest.raises(refusal), away.database.begin() as tx:
        delegations.end(tx, ending, by=("cvp", None), at=away.clock.now(), rules=away.rules)


def test_what_was_never_said_cannot_be_ended(away: World) -> None:
    ending = delegations.Ending(person="tp", substitute="cv", last=date(2014, 1, 20))

    with pytest.raises(Unknown), away.database.begin() as tx:
        delegations.end(tx, ending, by=("tp", None), at=away.clock.now(), rules=away.rules)


def test_s28_who_reported_is_not_asked_to_verify_as_the_substitute_of_the_verifier(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": DUE})
    absent(world, "cvp", "cv", "2014-01-15", "2014-01-30")
    world.do("cv", "start")
    world.do("cv", "report")

    with pytest.raises(FourEyes):
        world.do("cv", "verify", on_behalf_of="cvp")
    world.slots("2014-01-16", "2014-01-17")

    assert world.told() == [("2014-01-17", "verify-2", "gd")]
    assert world.do("gd", "verify").to_state == "verified"


def test_s28_the_next_verifier_may_verify_only_while_the_first_may_not(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    world.do("cv", "start")
    world.do("cv", "report")

    with pytest.raises(NotPermitted):
        world.do("gd", "verify")

    assert world.do("cvp", "verify").to_state == "verified"


def test_s29_whoever_records_an_absence_is_told_which_deadlines_fall_into_it(
    world: World,
) -> None:
    world.plan(
        {"code": "T1", "due": DUE},
        {"code": "T2", "due": "2014-03-07"},
        {"code": "T3", "due": DUE, "assignee": None},
    )

    mine = absent(world, "cv", "cv2", "2014-02-06", "2014-02-10")
    heads = absent(world, "tp", "cv2", "2014-02-06", "2014-02-10")

    assert [one.place for one in mine.warnings] == ["T1"]
    assert [one.place for one in heads.warnings] == ["T3"]
    assert "cv vắng (06/02/2014–10/02/2014, cv2 làm thay)" in mine.warnings[0].problem


def test_s29_a_date_moved_into_an_absence_warns_and_is_set_all_the_same(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    absent(world, "cv", "cv2", "2014-03-06", "2014-03-10")

    done = world.do("cvp", "set_due", due=date(2014, 3, 7), note="lùi")
    outside = world.do("cvp", "set_due", due=date(2014, 3, 12), note="lùi nữa")

    assert [one.place for one in done.warnings] == ["T1"]
    assert outside.warnings == ()
    assert world.row().due_on == date(2014, 3, 12)


def test_s29_a_task_given_to_somebody_who_will_be_away_warns(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    absent(world, "cv2", "cv", "2014-02-06", "2014-02-10")

    done = world.do("tp", "reassign", to="cv2")

    assert [one.place for one in done.warnings] == ["T1"]


def test_s29_a_return_with_a_date_inside_an_absence_warns(world: World) -> None:
    world.plan({"code": "T1", "due": DUE})
    absent(world, "cv", "cv2", "2014-03-06", "2014-03-10")
    world.do("cv", "start")
    world.do("cv", "report")

    done = world.do("cvp", "return", note="thiếu", due=date(2014, 3, 7))

    assert [one.place for one in done.warnings] == ["T1"]


def test_s29_activation_and_adjustment_name_deadlines_inside_an_absence(world: World) -> None:
    world.plan({"code": "T1", "due": DUE}, activate=False)
    absent(world, "cv", "cv2", "2014-03-06", "2014-03-10")
    absent(world, "tp", "cv2", "2014-02-06", "2014-02-10")
    absent(world, "cv2", "tp", "2014-02-06", "2014-02-10")
    world.plan({"code": "A1", "due": DUE, "assignee": "cv2"}, code="KH-3", activate=False)
    by: tuple[str, str | None] = ("cvp", None)

    with world.database.begin() as tx:
        other = activation.activate(
            tx, "KH-3", actor="cvp", rules=world.rules, at=world.clock.now()
        )
        activation.activate(tx, "KH-2014", actor="cvp", rules=world.rules, at=world.clock.now())
    world.now("2014-01-16T09:00")
    with world.database.begin() as tx:
        adjusted = _adjust(world, tx, by)

    assert [one.problem for one in other.warnings if "vắng" in one.problem]
    assert [one.place for one in adjusted.warnings if "vắng" in one.problem] == ["T1"]


def test_s26_a_circle_is_said_at_once_to_whoever_closes_it(world: World) -> None:
    absent(world, "tp", "cv2", "2014-02-06", "2014-02-10")

    made = absent(world, "cv2", "tp", "2014-02-10", "2014-02-11")

    assert "10/02/2014 không ai thay được" in made.warnings[0].problem


@pytest.mark.parametrize("by", ["pgd", "cv2"])
def test_rule_18_others_neither_name_nor_withdraw_a_substitute(away: World, by: str) -> None:
    ending = delegations.Ending(person="cvp", substitute="cv2", last=date(2014, 1, 22))

    with pytest.raises(Refused):
        absent(away, "tp", "cv", "2014-01-20", "2014-01-24", by=by)
    with pytest.raises(Refused), away.database.begin() as tx:
        delegations.end(tx, ending, by=(by, None), at=away.clock.now(), rules=away.rules)


def test_s49_nobody_stands_in_for_who_has_left(world: World) -> None:
    with world.database.begin() as tx:
        gone = leaving.Leaving(person="cv2")
        leaving.leave(tx, gone, by=("cvp", None), rules=world.rules, at=world.clock.now())

    with pytest.raises(Invalid, match="cv2 đã ngừng hoạt động"):
        absent(world, "cv2", "tp", "2014-01-20", "2014-01-24", by="cvp")
