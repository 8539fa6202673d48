"""Who reported may not verify, whatever hat he wears; and acting for somebody else."""

import json

import pytest

from engine.errors import FourEyes, NotPermitted, Unknown
from tests.support.office import World

WEEK = {"first": "2014-01-13", "last": "2014-01-17"}


@pytest.fixture
def own(world: World) -> World:
    """A task of the monitoring unit itself, reported by its head, whom the director verifies."""
    world.person("vt", "VP")
    world.plan({"code": "T1", "due": "2014-02-07", "lead": "VP", "assignee": "vt"})
    world.do("vt", "start")
    return world


def test_s36_who_reported_may_not_verify_as_the_named_verifier(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07", "verifier": "tp"})
    world.do("cv", "start")
    world.do("tp", "report")

    with pytest.raises(FourEyes, match="tp"):
        world.do("tp", "verify")

    assert world.row().state == "reported"


def test_s36_s28_who_reported_may_not_verify_as_the_substitute_of_the_verifier(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.do("cv", "start")
    world.do("cv", "report")
    world.delegate("cvp", "cv", **WEEK)

    with pytest.raises(FourEyes, match="cv"):
        world.do("cv", "verify", on_behalf_of="cvp")


def test_s36_somebody_else_may_not_verify_in_the_name_of_who_reported(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07", "verifier": "tp"})
    world.do("cv", "start")
    world.do("tp", "report")
    world.delegate("tp", "cvp", **WEEK)

    with pytest.raises(FourEyes, match="tp"):
        world.do("cvp", "verify", on_behalf_of="tp")


def test_s36_a_report_made_for_the_verifier_cannot_be_verified_by_him(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07", "verifier": "tp"})
    world.delegate("tp", "cv2", **WEEK)
    world.do("cv", "start")
    world.do("cv2", "report", on_behalf_of="tp")

    with pytest.raises(FourEyes, match="tp"):
        world.do("tp", "verify")


def test_s36_who_reported_and_withdrew_may_not_verify_what_another_reported_then(
    world: World,
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07", "verifier": "tp"})
    world.do("cv", "start")
    world.do("tp", "report")
    world.do("tp", "withdraw", note="nhầm")
    world.do("cv", "report")

    with pytest.raises(FourEyes, match="tp"):
        world.do("tp", "verify")


def test_a_return_wipes_the_slate_for_who_reported_before_it(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07", "verifier": "tp"})
    world.do("cv", "start")
    world.do("tp", "report")
    world.delegate("tp", "cvp", **WEEK)
    world.do("cvp", "return", on_behalf_of="tp", note="thiếu")
    world.do("cv", "report")

    assert world.do("tp", "verify").to_state == "verified"


def test_s36_the_head_of_the_monitoring_unit_does_not_verify_his_own_units_work(
    own: World,
) -> None:
    own.do("cvp", "report")

    with pytest.raises(NotPermitted):
        own.do("cvp", "verify")

    assert own.do("gd", "verify").to_state == "verified"


def test_a_substitute_acts_in_the_name_of_the_person_and_the_record_says_so(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.do("cv", "start")
    world.do("cv", "report")
    world.delegate("cvp", "pgd", **WEEK)

    world.do("pgd", "verify", on_behalf_of="cvp")

    assert world.row().state == "verified"
    last = world.history()[-1]
    assert (last.actor, last.on_behalf_of) == ("pgd", "cvp")
    entry = json.loads(world.entries("task:")[-1].body)
    assert (entry["actor"], entry["on_behalf_of"]) == ("pgd", "cvp")
    assert entry["after"]["delegation"]


@pytest.mark.parametrize(
    ("first", "last"), [("2014-01-10", "2014-01-14"), ("2014-01-16", "2014-01-20")]
)
def test_s27_outside_the_dates_of_his_delegation_a_substitute_is_refused(
    world: World, first: str, last: str
) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.delegate("tp", "cv2", first=first, last=last)

    with pytest.raises(NotPermitted):
        world.do("cv2", "start", on_behalf_of="tp")


def test_s27_the_last_day_of_a_delegation_ends_at_local_midnight(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"}, {"code": "T2", "due": "2014-02-07"})
    world.delegate("tp", "cv2", first="2014-01-15", last="2014-01-15")

    world.now("2014-01-15T23:59")
    world.do("cv2", "start", on_behalf_of="tp")
    world.now("2014-01-16T00:00")

    with pytest.raises(NotPermitted):
        world.do("cv2", "start", "T2", on_behalf_of="tp")


def test_nobody_acts_for_another_without_a_delegation(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})

    with pytest.raises(NotPermitted):
        world.do("cv2", "start", on_behalf_of="tp")


def test_acting_for_another_lends_his_rights_and_lays_down_ones_own(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})
    world.delegate("gd", "tp", **WEEK)

    with pytest.raises(NotPermitted):
        world.do("tp", "start", on_behalf_of="gd")

    outcome = world.do("tp", "cancel", on_behalf_of="gd", note="dừng", decision="1/QĐ")
    assert outcome.to_state == "cancelled"


def test_acting_for_oneself_is_acting(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})

    world.do("cv", "start", on_behalf_of="cv")

    assert world.history()[-1].on_behalf_of is None


def test_acting_for_nobody_known_is_refused(world: World) -> None:
    world.plan({"code": "T1", "due": "2014-02-07"})

    with pytest.raises(Unknown, match="person"):
        world.do("cv", "start", on_behalf_of="ghost")
