"""G13: whatever the organisation looks like, a telling ends with somebody."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from engine.addressees import ADMINISTRATOR, complained_about, resolve
from engine.organisation import Answerable, Organisation
from tests.support.strategies import DAYS, answerables, organisations

_POSITIONS = ("assignee", "lead_unit", "unit_head", "leader_in_charge", "director", "verifier",
              "monitor")  # fmt: skip
_LADDERS = ("unit", "verifier", "leader")


@given(organisation=organisations(), task=answerables(), on=DAYS,
       position=st.sampled_from(_POSITIONS), ladder=st.sampled_from(_LADDERS))  # fmt: skip
def test_g13_an_escalation_never_ends_nowhere(
    organisation: Organisation, task: Answerable, on: date, position: str, ladder: str
) -> None:
    complained = complained_about(organisation, ladder, task, on=on)

    found = resolve(organisation, position, task, on=on, complained=complained)

    assert found
    for one in found:
        reachable = organisation.can_be_told(one.person_id)
        assert reachable or (one.person_id, one.position) == (None, ADMINISTRATOR)


@given(organisation=organisations(), task=answerables(), on=DAYS,
       position=st.sampled_from(_POSITIONS))  # fmt: skip
def test_nobody_is_named_twice_for_one_position(
    organisation: Organisation, task: Answerable, on: date, position: str
) -> None:
    people = [one.person_id for one in resolve(organisation, position, task, on=on)]

    assert len(people) == len(set(people))


@given(organisation=organisations(), task=answerables(), on=DAYS,
       position=st.sampled_from(_POSITIONS))  # fmt: skip
def test_only_the_director_ever_hears_a_complaint_about_himself(
    organisation: Organisation, task: Answerable, on: date, position: str
) -> None:
    complained = complained_about(organisation, "unit", task, on=on)
    found = resolve(organisation, position, task, on=on, complained=complained)

    told = {one.person_id for one in found}
    assert complained is None or complained not in told or complained == organisation.director(on)


@given(organisation=organisations(), on=DAYS, person=st.sampled_from(["tp", "cv", "gd"]))
def test_who_stands_in_for_somebody_is_present_himself(
    organisation: Organisation, on: date, person: str
) -> None:
    present = organisation.present(person, on)

    if present is not None:
        assert organisation.delegation(present, on) is None
        stands_in = organisation.may_stand_in(present, person, on)
        assert (stands_in is None) == (present == person)
    else:
        assert organisation.delegation(person, on) is not None
