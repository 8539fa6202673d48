"""Who is in charge: the most specific charge of the day, then the unit, then the one above it."""

from dataclasses import replace
from datetime import date

import pytest

from engine.addressees import resolve
from engine.organisation import Answerable, Charge, Holding, Organisation, Person, Unit

ON = date(2014, 3, 12)


def _unit(code: str, parent: str | None, leader: str | None = None) -> Unit:
    return Unit(id=code, code=code, name=code, parent_id=parent, leader_id=leader,
                is_monitor=code == "VP")  # fmt: skip


def office(*charges: Charge) -> Organisation:
    people = ("gd", "p1", "p2", "p3", "cvp", "tp")
    return Organisation(
        units=(_unit("SO", None), _unit("VP", "SO", "p1"), _unit("CNTT", "SO", "p1"),
               _unit("TT", "CNTT")),
        people=tuple(Person(id=one, code=one, name=one, email=f"{one}@x.test") for one in people),
        holdings=(
            Holding(person_id="gd", unit_id="SO", kind="director"),
            *(Holding(person_id=one, unit_id="SO", kind="deputy_director")
              for one in ("p1", "p2", "p3")),
            Holding(person_id="cvp", unit_id="VP", kind="unit_head"),
            Holding(person_id="tp", unit_id="CNTT", kind="unit_head"),
        ),
        charges=charges,
    )  # fmt: skip


def charge(leader: str, unit: str | None = None, field: str = "") -> Charge:
    return Charge(leader_id=leader, unit_id=unit, field=field)


@pytest.mark.parametrize(
    ("charges", "field", "expected"),
    [
        ((), "Thể chế", "p1"),
        ((charge("p2", "CNTT"),), "Thể chế", "p2"),
        ((charge("p2", None, "Thể chế"),), "Thể chế", "p2"),
        ((charge("p2", None, "THỂ  CHẾ"),), "Thể chế, văn bản", "p2"),
        ((charge("p2", None, "Thể chế"),), "Thể chếm", "p1"),
        ((charge("p2", None, "Thể chế"),), "Tổ chức", "p1"),
        ((charge("p2", None, "Thể chế"), charge("p3", "CNTT", "Thể chế")), "Thể chế", "p3"),
        ((charge("p3", "CNTT"), charge("p2", None, "Thể chế")), "Thể chế", "p2"),
        ((charge("p2", None, "Cải cách"), charge("p3", None, "Cải cách thể chế")),
         "Cải cách thể chế", "p3"),
        ((charge("p2", "CNTT"), charge("p3", "CNTT")), "", "p3"),
    ],
)  # fmt: skip
def test_the_most_specific_charge_decides(
    charges: tuple[Charge, ...], field: str, expected: str
) -> None:
    found = office(*charges).leader_in_charge("CNTT", field=field, on=ON)

    assert found == expected


def test_a_unit_without_a_leader_has_that_of_the_nearest_one_above() -> None:
    charged = office(charge("p2", "CNTT"))

    assert office().leader_in_charge("TT", on=ON) == "p1"
    assert charged.leader_in_charge("TT", on=ON) == "p2"
    assert charged.leader_in_charge("SO", on=ON) is None


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2014-03-12", "2014-03-12", "p2"),
        ("2014-03-13", "2014-03-20", "p1"),
        ("2014-03-01", "2014-03-11", "p1"),
    ],
)
def test_a_charge_holds_on_its_days_both_included(first: str, last: str, expected: str) -> None:
    dated = replace(
        charge("p2", "CNTT"), from_on=date.fromisoformat(first), to_on=date.fromisoformat(last)
    )

    assert office(dated).leader_in_charge("CNTT", on=ON) == expected


def test_two_deputies_share_a_unit_by_field_and_each_hears_of_his_own() -> None:
    found = office(charge("p2", "CNTT", "Thể chế"), charge("p3", "CNTT", "Hiện đại hóa"))

    told = [
        resolve(
            found,
            "leader_in_charge",
            Answerable(lead_unit_id="CNTT", assignee_id=None, field=field),
            on=ON,
        )[0].person_id
        for field in ("Thể chế", "Hiện đại hóa", "Tài chính")
    ]

    assert told == ["p2", "p3", "p1"]


def test_the_leader_a_request_names_answers_it_whoever_is_in_charge() -> None:
    asked = Answerable(lead_unit_id="CNTT", assignee_id=None, field="Thể chế", leader_id="p3")

    found = office(charge("p2", None, "Thể chế"))

    assert found.leader_of(asked, ON) == "p3"
    assert resolve(found, "leader_in_charge", asked, on=ON)[0].person_id == "p3"


def test_work_of_the_monitoring_unit_is_verified_by_who_is_in_charge_of_its_field() -> None:
    own = Answerable(lead_unit_id="VP", assignee_id=None, field="Thể chế")

    assert office().verifier(own, ON) == "p1"
    assert office(charge("p2", None, "Thể chế")).verifier(own, ON) == "p2"


@pytest.mark.parametrize("reporter", ["cvp", "p1", "tp"])
def test_s28_nobody_is_asked_to_verify_what_he_reported(reporter: str) -> None:
    task = Answerable(lead_unit_id="CNTT", assignee_id=None, reported_by_ids=(reporter,))

    (told,) = resolve(office(), "verifier", task, on=ON)

    assert told.person_id == ("p1" if reporter == "cvp" else "cvp")
    assert office().verifiers(task, ON) == (("cvp", "p1") if reporter == "cvp" else ("cvp",))
