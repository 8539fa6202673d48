"""Units that work otherwise than the unit above them."""

from datetime import time

from engine.calendar import Variation, layered
from tests.support.calendars import C14, day

PARENTS = {"so": None, "trung-tam": "so", "tram": "trung-tam", "phong": "so"}


def test_s8_a_unit_without_its_own_calendar_has_that_of_the_nearest_above_it() -> None:
    found = layered(C14, {"trung-tam": Variation(weekend=frozenset({6}))}, PARENTS)

    assert sorted(found) == ["tram", "trung-tam"]
    assert found["tram"] == found["trung-tam"]
    assert found["tram"].is_working_day(day("2014-03-01"))


def test_s8_what_a_unit_leaves_open_is_as_the_unit_above_it_has_it() -> None:
    found = layered(
        C14,
        {"trung-tam": Variation(weekend=frozenset({6})), "tram": Variation(send_at=time(9))},
        PARENTS,
    )

    assert (found["tram"].weekend, found["tram"].send_at) == (frozenset({6}), time(9))
    assert found["trung-tam"].send_at == C14.send_at


def test_s8_holidays_and_swapped_days_of_the_office_hold_unless_the_unit_says_otherwise() -> None:
    found = layered(
        C14,
        {"phong": Variation(worked=frozenset({day("2014-01-29")}),
                            off=frozenset({day("2014-02-08")}))},
        PARENTS,
    )["phong"]  # fmt: skip

    assert [found.is_working_day(day(f"2014-{one}")) for one in ("01-28", "01-29", "02-08")] == [
        False, True, False,
    ]  # fmt: skip
    assert found.is_working_day(day("2014-01-25"))


def test_s8_a_variation_that_varies_nothing_is_the_offices_calendar() -> None:
    found = layered(C14, {"phong": Variation(weekend=C14.weekend)}, PARENTS)

    assert found == {}


def test_rule_3_a_day_edited_to_be_off_and_worked_is_worked() -> None:
    both = frozenset({day("2014-03-01")})

    assert C14.edited(off=both, worked=both).is_working_day(day("2014-03-01"))


def test_units_that_stand_in_a_circle_are_no_endless_line() -> None:
    found = layered(C14, {"a": Variation(send_at=time(9))}, {"a": "b", "b": "a"})

    assert found["b"].send_at == time(9)
