"""A file of ladders: taken whole, or refused with everything that is wrong with it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.errors import BadInput, Fault
from workflows.ladderfile import LadderFile, parse, written

SHIPPED = Path(__file__).parents[3] / "config" / "defaults" / "ladders.toml"


def read(text: str) -> LadderFile:
    return parse(text.encode(), source="thang.toml")


def refused(text: str) -> Sequence[Fault]:
    with pytest.raises(BadInput) as caught:
        read(text)
    return caught.value.faults


def rung(**changed: str) -> str:
    """Return a ladder of one rung, with some of its lines replaced or removed."""
    lines = {"rung": '"remind-3"', "at": '"-3wd"', "to": '["assignee"]', **changed}
    return "[[unit]]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items() if value)


def test_the_shipped_file_is_whole_and_nothing_in_it_is_odd() -> None:
    found = parse(SHIPPED.read_bytes(), source="ladders.toml")

    assert list(found.ladders) == ["unit", "verifier", "leader"]
    assert (found.source, found.oddities) == ("dondoc, mặc định", ())


def test_what_is_written_is_read_back_as_it_was() -> None:
    ladders = parse(SHIPPED.read_bytes(), source="ladders.toml").ladders

    text = "\n".join(written(one, remarks=["phiên bản 3\n[[unit]]"]) for one in ladders.values())

    assert read(text).ladders == ladders


def test_a_file_may_hold_one_ladder_alone_and_name_no_source() -> None:
    found = read(rung())

    assert (list(found.ladders), found.source) == (["unit"], None)


@pytest.mark.parametrize(
    ("changed", "place", "said"),
    [
        ({"rung": ""}, "rung", "thiếu"),
        ({"rung": '"hai từ"'}, "rung", "không phải là tên"),
        ({"rung": '"' + "x" * 65 + '"'}, "rung", "không phải là tên"),
        ({"rung": "3"}, "rung", "không phải là tên"),
        ({"at": ""}, "at", "thiếu"),
        ({"at": '"3 ngày"'}, "at", "khoảng ngày"),
        ({"at": '"-3"'}, "at", "khoảng ngày"),
        ({"at": "-3"}, "at", "khoảng ngày"),
        ({"at": '"-1000wd"'}, "at", "quá xa"),
        ({"at": '"0003wd"'}, "at", "quá xa"),
        ({"at": '"٣wd"'}, "at", "khoảng ngày"),
        ({"to": ""}, "to", "thiếu hoặc trống"),
        ({"to": "[]"}, "to", "thiếu hoặc trống"),
        ({"to": '"assignee"'}, "to", "không phải là một danh sách"),
        ({"to": '["asignee"]'}, "to", "không có chức vụ nào là 'asignee'"),
        ({"to": "[{}]"}, "to", "không có chức vụ nào"),
        ({"to": '["director", "director"]'}, "to", "hai lần"),
        ({"repeat": '"5d"'}, "repeat", "khoảng nhắc lại"),
        ({"repeat": '"-5wd"'}, "repeat", "khoảng nhắc lại"),
        ({"repeat": '"0wd"'}, "repeat", "ngoài khoảng"),
        ({"repeat": '"1000wd"'}, "repeat", "ngoài khoảng"),
        ({"repeat": "5"}, "repeat", "khoảng nhắc lại"),
        ({"repat": '"5wd"'}, "repat", "không có trong định dạng"),
    ],
)
def test_what_a_rung_may_not_say_is_refused_at_its_place(
    changed: dict[str, str], place: str, said: str
) -> None:
    faults = refused(rung(**changed))

    assert [fault.place.rpartition(", ")[2] for fault in faults] == [place]
    assert "dòng 1" in faults[0].place
    assert said in faults[0].problem
    assert faults[0].cure


def test_a_misspelt_position_key_or_ladder_is_told_what_it_was_probably_meant_to_be() -> None:
    faults = refused(rung(to='["directr"]', repat='"5wd"') + "[[unti]]\n")

    assert [fault.cure for fault in faults] == [
        "có phải ý là 'repeat'?",
        "có phải ý là 'director'?",
        "có phải ý là 'unit'?",
    ]


def test_a_name_stands_once_in_a_ladder_but_may_stand_in_two() -> None:
    again = refused("\n" + rung() + rung())
    apart = read(rung() + rung().replace("[[unit]]", "[[verifier]]").replace("-3wd", "+3wd"))

    assert [(one.place, one.problem) for one in again] == [
        ("unit[2] (remind-3), dòng 6, rung", "bậc 'remind-3' đã có ở unit[1], dòng 2")
    ]
    assert len(apart.ladders) == 2


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "tệp"),
        ('source = "QĐ 5"', "tệp"),
        ("unit = []", "unit"),
        ("[unit]\nrung = 'a'", "unit"),
        ("unit = ['a']", "unit[1]"),
        (f"source = 5\n{rung()}", "source"),
        (f"source = '{'x' * 301}'\n{rung()}", "source"),
        ("[[unit]\n", "dòng 1"),
        (f"{rung()}at = '1wd'\n", "dòng 5"),
    ],
)
def test_a_file_that_is_no_list_of_rungs_is_refused_with_its_place(text: str, place: str) -> None:
    faults = refused(text)

    assert [fault.place.partition(", cột")[0] for fault in faults] == [place]


def test_every_fault_of_a_file_is_said_at_once() -> None:
    faults = refused(rung(rung="", at='"x"') + rung(to="[]") + "[[thang]]\n")

    assert [fault.place for fault in faults] == [
        "unit[1], dòng 1, rung",
        "unit[1], dòng 1, at",
        "unit[2] (remind-3), dòng 4, to",
        "thang",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (rung(), "không bậc nào báo lên cấp trên"),
        (
            rung(at='"+3wd"', to='["unit_head"]')
            + rung(rung='"b"', at='"+1wd"', to='["director"]'),
            "đến trước 'remind-3' dù viết sau",
        ),
        (
            rung(at='"+3wd"', to='["unit_head"]')
            + rung(rung='"b"', at='"+3wd"', to='["director"]'),
            "cùng ngày với 'remind-3'",
        ),
        (
            rung(at='"-3wd"', to='["director"]').replace("[[unit]]", "[[verifier]]"),
            "không có ngày nào trước đó",
        ),
    ],
)
def test_what_is_odd_is_said_and_taken_all_the_same(text: str, said: str) -> None:
    found = read(text)

    assert [said in fault.problem for fault in found.oddities] == [True]


def test_days_of_both_kinds_are_compared_by_the_week() -> None:
    found = read(rung(at='"+7d"', to='["unit_head"]')
                 + rung(rung='"b"', at='"+5wd"', to='["director"]'))  # fmt: skip

    assert found.oddities == ()
