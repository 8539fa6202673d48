"""Which unit or person a cell names: exactly one, or nobody; a near miss is only suggested."""

import unicodedata

import pytest

from engine.naming import find_person, find_unit, is_prefix, suggest_unit
from engine.organisation import Organisation, Person, Unit


def _unit(code: str, name: str, *aliases: str) -> Unit:
    return Unit(
        id=code, code=code, name=name, parent_id=None, leader_id=None, is_monitor=False,
        aliases=aliases,
    )  # fmt: skip


OFFICE = Organisation(
    units=(
        _unit("VP", "Văn phòng Sở", "VPS", "Văn phòng"),
        _unit("CN", "Phòng Công nghiệp", "P. CN", "Phòng CN"),
        _unit("NL", "Phòng Năng lượng", "Phòng CN và NL", "Phòng CN"),
    ),
    people=tuple(
        Person(id=code, code=code, name=name, email=None)
        for code, name in (("an1", "Lê An"), ("an2", "Lê An"), ("binh", "Trần Bình"))
    ),
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Văn phòng Sở", "VP"),
        ("văn  phòng\nsở", "VP"),
        (unicodedata.normalize("NFD", "Văn phòng Sở"), "VP"),
        ("vp", "VP"),
        ("Văn phòng", "VP"),
        ("P. CN", "CN"),
    ],
)
def test_a_unit_is_known_by_code_name_and_alias(text: str, code: str) -> None:
    found = find_unit(OFFICE, text)

    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("text", ["Phòng CN", "Kho bạc Nhà nước tỉnh", "Van phong So", ""])
def test_what_names_two_units_or_none_names_nobody(text: str) -> None:
    assert find_unit(OFFICE, text) is None


@pytest.mark.parametrize(
    ("text", "suggested"),
    [("Van phong So", "Văn phòng Sở"), ("Phòng Công nghiêp", "Phòng Công nghiệp")],
)
def test_a_name_that_is_nearly_right_is_suggested(text: str, suggested: str) -> None:
    assert suggest_unit(OFFICE, text) == suggested


def test_a_person_is_known_by_code_or_by_a_name_that_is_his_alone() -> None:
    by_code, by_name = find_person(OFFICE, "an1"), find_person(OFFICE, "trần bình")

    assert by_code is not None
    assert by_name is not None
    assert (by_code.code, by_name.code) == ("an1", "binh")
    assert find_person(OFFICE, "Lê An") is None


def test_a_title_cut_off_or_spaced_otherwise_is_the_same() -> None:
    whole = "Sửa đổi, bổ sung Quy chế phát ngôn của tỉnh;"

    assert is_prefix("Sửa đổi,  bổ sung Quy chế phát", whole)
    assert is_prefix(unicodedata.normalize("NFD", whole), whole)
    assert not is_prefix("Sửa đổi Quy chế phát ngôn", whole)
