"""Where one more item of a plan may stand, and which code it gets there."""

from datetime import date
from typing import Any

import pytest

from engine.adjustment import Stated
from engine.outline import Place, places


def said(code: str, **other: Any) -> Stated:
    return Stated(**{"code": code, "title": f"Việc {code}", "kind": "task", **other})


def found(*items: Stated, taken: tuple[str, ...] = ()) -> dict[str, Place]:
    return {one.key: one for one in places(items, taken=taken)}


def test_each_field_and_each_heading_is_a_place_with_its_next_code() -> None:
    plan = (
        said("II.1.1", field="Thể chế"),
        said("II.1.2", field="Thể chế", kind="heading"),
        said("II.1.2.1", field="Thể chế", parent="II.1.2"),
        said("II.1.2.2", field="Thể chế", parent="II.1.2"),
        said("II.2.1", field="Thủ tục"),
    )

    there = found(*plan)

    assert {key: (one.code, one.after) for key, one in there.items()} == {
        "by:II.1.1": ("II.1.3", "II.1.2.2"),
        "in:II.1.2": ("II.1.2.3", "II.1.2.2"),
        "by:II.2.1": ("II.2.2", "II.2.1"),
    }
    assert there["in:II.1.2"].field == "Thể chế"


@pytest.mark.parametrize(
    ("codes", "taken", "following"),
    [
        (("1", "2"), (), "3"),
        (("T9", "T10"), (), "T11"),
        (("NV-001", "NV-009"), (), "NV-010"),
        (("II.1.1", "II.1.7"), ("II.1.9", "II.1.7:vm1"), "II.1.10"),
        (("a", "b"), (), "1"),
    ],
)
def test_codes_go_on_as_those_before_are_counted(
    codes: tuple[str, ...], taken: tuple[str, ...], following: str
) -> None:
    (place,) = found(*(said(code) for code in codes), taken=taken).values()

    assert place.code == following


def test_nothing_is_given_below_work_that_comes_back_or_was_given_up() -> None:
    plan = (
        said("1", kind="heading", title="Báo cáo tháng", due=(date(2014, 1, 31),)),
        said("2", kind="heading", title="Giao ban"),
        said("2.1", parent="2", title="Giao ban"),
        said("3", kind="heading", decision="drop"),
        said("4", kind="heading"),
    )

    there = found(*plan)

    assert [key for key in there if key.startswith("in:")] == ["in:4"]
    assert there["in:4"].code == "4.1"
