"""Rule 17: which person a position means on a day, and what happens when he cannot be told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest

from engine.addressees import (
    ADMINISTRATOR,
    Addressee,
    complained_about,
    doers,
    hearers,
    resolve,
)
from engine.organisation import (
    Answerable,
    Delegation,
    Holding,
    Organisation,
    Person,
    Unit,
)

ON = date(2014, 3, 12)
TASK = Answerable(lead_unit_id="CNTT", assignee_id="cv")

UNITS = (
    Unit(id="SO", code="SO", name="Sở", parent_id=None, leader_id=None, is_monitor=False),
    Unit(id="VP", code="VP", name="Văn phòng", parent_id="SO", leader_id=None, is_monitor=True),
    Unit(id="CNTT", code="CNTT", name="Phòng CNTT", parent_id="SO", leader_id="pgd",
         is_monitor=False),
    Unit(id="TT", code="TT", name="Trung tâm", parent_id="CNTT", leader_id=None, is_monitor=False),
)  # fmt: skip
#: Who holds what where; the order is the file order.
HELD = {
    "gd": ("SO", "director"),
    "pgd": ("SO", "deputy_director"),
    "pgd2": ("SO", "deputy_director"),
    "cvp": ("VP", "unit_head"),
    "tp": ("CNTT", "unit_head"),
    "cv": ("CNTT", "officer"),
    "cv2": ("CNTT", "officer"),
    "gdtt": ("TT", "unit_head"),
}


def office(
    *,
    without: Sequence[str] = (),
    silent: Sequence[str] = (),
    disabled: Sequence[str] = (),
    absent: Mapping[str, str] | None = None,
) -> Organisation:
    """Return the office; `without` leave their positions, `silent` have no address."""
    return Organisation(
        units=UNITS,
        people=tuple(
            Person(id=one, code=one, name=one, email=None if one in silent else f"{one}@x.test",
                   is_disabled=one in disabled)
            for one in HELD
        ),
        holdings=tuple(
            Holding(person_id=one, unit_id=unit, kind=kind)
            for one, (unit, kind) in HELD.items()
            if one not in without
        ),
        delegations=tuple(
            Delegation(id=f"d{index}", person_id=away, substitute_id=instead, from_on=ON, to_on=ON)
            for index, (away, instead) in enumerate((absent or {}).items())
        ),
    )  # fmt: skip


def who(found: Sequence[Addressee]) -> list[tuple[str | None, str]]:
    return [(one.person_id, one.position) for one in found]


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        ("assignee", [("cv", "assignee")]),
        ("unit_head", [("tp", "unit_head")]),
        ("leader_in_charge", [("pgd", "leader_in_charge")]),
        ("director", [("gd", "director")]),
        ("monitor", [("cvp", "monitor")]),
        ("verifier", [("cvp", "verifier")]),
        ("lead_unit", [("tp", "lead_unit"), ("cv", "lead_unit"), ("cv2", "lead_unit")]),
    ],
)
def test_rule_17_a_position_means_who_holds_it(
    position: str, expected: list[tuple[str, str]]
) -> None:
    assert who(resolve(office(), position, TASK, on=ON)) == expected


@pytest.mark.parametrize(
    ("position", "gone", "expected"),
    [
        ("assignee", ["cv"], ("tp", "unit_head")),
        ("assignee", ["cv", "tp"], ("pgd", "leader_in_charge")),
        ("unit_head", ["tp"], ("pgd", "leader_in_charge")),
        ("unit_head", ["tp", "pgd"], ("gd", "director")),
        ("unit_head", ["tp", "pgd", "gd"], ("cvp", "monitor")),
        ("unit_head", ["tp", "pgd", "gd", "cvp"], (None, ADMINISTRATOR)),
        ("director", ["gd"], ("cvp", "monitor")),
        ("monitor", ["cvp"], (None, ADMINISTRATOR)),
    ],
)
@pytest.mark.parametrize("how", ["silent", "disabled"])
def test_rule_17_who_cannot_be_told_is_replaced_by_the_next_position(
    position: str, gone: list[str], expected: tuple[str | None, str], how: str
) -> None:
    found = office(silent=gone) if how == "silent" else office(disabled=gone)

    assert who(resolve(found, position, TASK, on=ON)) == [expected]


def test_s30_a_vacant_director_is_the_first_deputy_of_the_root_in_file_order() -> None:
    vacant = office(without=["gd"])

    assert who(resolve(vacant, "director", TASK, on=ON)) == [("pgd", "director")]
    assert vacant.director(ON) == "pgd"


def test_a_vacant_director_whose_first_deputy_has_no_address_is_the_second() -> None:
    found = office(without=["gd"], silent=["pgd"])

    assert who(resolve(found, "director", TASK, on=ON)) == [("pgd2", "director")]


def test_a_unit_without_a_leader_of_its_own_has_that_of_its_nearest_parent() -> None:
    task = Answerable(lead_unit_id="TT", assignee_id=None)

    assert who(resolve(office(), "leader_in_charge", task, on=ON)) == [("pgd", "leader_in_charge")]


def test_without_any_leader_in_charge_the_director_is_told() -> None:
    task = Answerable(lead_unit_id="VP", assignee_id=None)

    assert who(resolve(office(), "leader_in_charge", task, on=ON)) == [("gd", "director")]


def test_coordinating_units_are_told_through_the_head_of_each_once() -> None:
    task = replace(TASK, coordinating_ids=("TT", "VP", "TT"))

    assert who(resolve(office(), "coordinating_units", task, on=ON)) == [
        ("gdtt", "unit_head"),
        ("cvp", "unit_head"),
    ]


def test_a_coordinating_unit_without_a_head_is_told_through_its_leader() -> None:
    task = replace(TASK, coordinating_ids=("TT",))

    assert who(resolve(office(without=["gdtt"]), "coordinating_units", task, on=ON)) == [
        ("pgd", "leader_in_charge")
    ]


def test_a_lead_unit_nobody_of_which_can_be_told_is_told_through_the_order() -> None:
    found = office(silent=["tp", "cv", "cv2"])

    assert who(resolve(found, "lead_unit", TASK, on=ON)) == [("pgd", "leader_in_charge")]


def test_a_position_held_until_yesterday_or_from_tomorrow_is_vacant_today() -> None:
    held = tuple(
        replace(one, to_on=date(2014, 3, 11)) if one.person_id == "tp" else one
        for one in office().holdings
    )
    later = Holding(person_id="cv2", unit_id="CNTT", kind="unit_head", from_on=date(2014, 3, 13))
    found = replace(office(), holdings=(*held, later))

    assert found.head("CNTT", date(2014, 3, 11)) == "tp"
    assert found.head("CNTT", ON) is None
    assert found.head("CNTT", date(2014, 3, 13)) == "cv2"


def test_s26_absences_are_followed_through_the_chain_and_back() -> None:
    chain = (
        Delegation(id="1", person_id="tp", substitute_id="cv",
                   from_on=date(2014, 3, 10), to_on=date(2014, 3, 20)),
        Delegation(id="2", person_id="cv", substitute_id="cv2",
                   from_on=date(2014, 3, 12), to_on=date(2014, 3, 14)),
    )  # fmt: skip
    found = replace(office(), delegations=chain)
    task = replace(TASK, assignee_id=None)

    told = {
        day: resolve(found, "unit_head", task, on=date(2014, 3, day))[0].person_id
        for day in (9, 10, 11, 12, 13, 14, 15, 20, 21)
    }

    assert told == {9: "tp", 10: "cv", 11: "cv", 12: "cv2", 13: "cv2", 14: "cv2", 15: "cv",
                    20: "cv", 21: "tp"}  # fmt: skip


def test_s26_a_circle_of_substitutes_goes_to_the_next_level() -> None:
    found = office(absent={"tp": "cv2", "cv2": "tp"})

    assert who(resolve(found, "unit_head", TASK, on=ON)) == [("pgd", "leader_in_charge")]


def test_s26_a_substitute_who_cannot_be_told_sends_it_to_the_next_level() -> None:
    found = office(absent={"tp": "cv2"}, silent=["cv2"])

    assert who(resolve(found, "unit_head", TASK, on=ON)) == [("pgd", "leader_in_charge")]


def test_of_two_delegations_of_one_day_the_one_made_last_counts() -> None:
    found = office(absent={"tp": "cv2"})
    later = Delegation(id="later", person_id="tp", substitute_id="cvp", from_on=ON, to_on=ON)

    assert replace(found, delegations=(*found.delegations, later)).present("tp", ON) == "cvp"


def test_s25_an_escalation_never_reaches_the_person_complained_about() -> None:
    task = replace(TASK, assignee_id="tp")

    complained = complained_about(office(), "unit", task, on=ON)

    assert complained == "tp"
    assert who(resolve(office(), "unit_head", task, on=ON, complained=complained)) == [
        ("pgd", "leader_in_charge")
    ]


def test_a_reminder_reaches_whoever_holds_the_position_even_the_late_one() -> None:
    task = replace(TASK, assignee_id="tp")

    assert who(resolve(office(), "unit_head", task, on=ON)) == [("tp", "unit_head")]


def test_an_escalation_whose_substitute_is_the_person_complained_about_goes_on() -> None:
    found = office(absent={"tp": "cv"})

    assert who(resolve(found, "unit_head", TASK, on=ON, complained="cv")) == [
        ("pgd", "leader_in_charge")
    ]


def test_without_an_assignee_the_head_of_the_lead_unit_is_complained_about() -> None:
    task = replace(TASK, assignee_id=None)

    assert complained_about(office(), "unit", task, on=ON) == "tp"


@pytest.mark.parametrize(("ladder", "expected"), [("verifier", "cvp"), ("leader", "pgd")])
def test_of_the_other_ladders_the_verifier_and_the_leader_are_complained_about(
    ladder: str, expected: str
) -> None:
    assert complained_about(office(), ladder, TASK, on=ON) == expected


@pytest.mark.parametrize("position", ["unit_head", "leader_in_charge", "director", "monitor"])
def test_the_directors_own_delay_is_told_to_the_director_and_nobody_else(position: str) -> None:
    task = replace(TASK, assignee_id="gd")

    assert who(resolve(office(), position, task, on=ON, complained="gd")) == [("gd", "director")]


def test_g13_a_late_director_without_an_address_ends_at_the_administrator() -> None:
    task = replace(TASK, assignee_id="gd")
    found = office(silent=["gd"])

    assert who(resolve(found, "director", task, on=ON, complained="gd")) == [(None, ADMINISTRATOR)]


def test_the_verifier_is_the_person_named_on_the_task() -> None:
    task = replace(TASK, verifier_id="pgd2")

    assert office().verifier(task, ON) == "pgd2"


def test_nobody_verifies_the_work_of_his_own_unit() -> None:
    own = Answerable(lead_unit_id="VP", assignee_id=None)
    led = replace(office(), units=(*(one for one in UNITS if one.id != "VP"),
                                   replace(UNITS[1], leader_id="pgd2")))  # fmt: skip

    assert office().verifier(own, ON) == "gd"
    assert led.verifier(own, ON) == "pgd2"


def test_an_escalation_about_the_verifier_goes_past_him() -> None:
    assert who(resolve(office(), "verifier", TASK, on=ON, complained="cvp")) == [("gd", "director")]


def test_whoever_was_found_unreachable_is_left_out() -> None:
    assert who(resolve(office(), "unit_head", TASK, on=ON, excluded=frozenset({"tp"}))) == [
        ("pgd", "leader_in_charge")
    ]


def test_of_an_event_everybody_hears_once_in_the_position_that_names_him_first() -> None:
    found = office(absent={"cv": "tp"})

    told = hearers(found, ("assignee", "unit_head", "leader_in_charge"), TASK, on=ON)

    assert list(told.items()) == [("tp", "assignee"), ("pgd", "leader_in_charge")]


def test_of_an_event_nobody_hears_where_the_order_ends_at_the_administrator() -> None:
    assert hearers(office(silent=list(HELD)), ("unit_head", "director"), TASK, on=ON) == {}


def test_what_becomes_of_a_task_its_assignee_hears_and_the_head_alone_where_there_is_none() -> None:
    unassigned = replace(TASK, assignee_id=None)

    assert doers(office(), TASK, on=ON) == {"cv": "assignee", "tp": "unit_head"}
    assert doers(office(), unassigned, on=ON) == {"tp": "unit_head"}


def test_a_substitute_of_a_substitute_acts_under_the_last_link() -> None:
    found = office(absent={"tp": "cv", "cv": "cv2"})

    assert [found.may_stand_in(one, "tp", ON) for one in ("cvp",)] == [None]
    assert getattr(found.may_stand_in("cv2", "tp", ON), "id", None) == "d1"
    assert getattr(found.may_stand_in("cv", "tp", ON), "id", None) == "d0"


def test_in_a_circle_everybody_but_the_person_himself_may_stand_in_and_the_search_ends() -> None:
    found = office(absent={"tp": "cv", "cv": "tp"})

    assert found.may_stand_in("cv", "tp", ON) is not None
    assert found.may_stand_in("cv2", "tp", ON) is None
    assert found.present("tp", ON) is None
