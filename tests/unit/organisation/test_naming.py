"""Which unit or person a cell names: exactly one, or nobody; a near miss is only suggested."""

import unicodedata

import pytest

from dondoc.bootstrap import name_words
from engine.naming import Names, find_unit, is_prefix, suggest_unit
from engine.organisation import Holding, Organisation, Person, Unit


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
    by_code, by_name = Names(OFFICE).person("an1"), Names(OFFICE).person("trần bình")

    assert by_code is not None
    assert by_name is not None
    assert (by_code.code, by_name.code) == ("an1", "binh")
    assert Names(OFFICE).person("Lê An") is None


def test_a_title_cut_off_or_spaced_otherwise_is_the_same() -> None:
    whole = "Sửa đổi, bổ sung Quy chế phát ngôn của tỉnh;"

    assert is_prefix("Sửa đổi,  bổ sung Quy chế phát", whole)
    assert is_prefix(unicodedata.normalize("NFD", whole), whole)
    assert not is_prefix("Sửa đổi Quy chế phát ngôn", whole)


DEPARTMENT = Organisation(
    units=(
        _unit("SO", "Sở Khoa học và Công nghệ"),
        _unit("V1", "Văn phòng Sở"),
        _unit("V2", "Phòng Quản lý công nghệ"),
        _unit("V3", "Phòng Kế hoạch - Tài chính"),
        _unit("V4", "Trung tâm CNTT và Truyền thông"),
        _unit("V5", "Thanh tra Sở"),
        _unit("V6", "Phòng Bưu chính"),
        _unit("V7", "Phòng Báo chí"),
    ),
    people=(Person(id="an", code="an", name="Lê An", email=None),),
    holdings=(Holding(person_id="an", unit_id="V2", kind="officer"),),
    names=name_words(),
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("P. QLCN", "V2"),
        ("P.QLCN", "V2"),
        ("QLCN", "V2"),
        ("Phòng QLCN", "V2"),
        ("P. Quản lý công nghệ", "V2"),
        ("KH-TC", "V3"),
        ("P. KHTC", "V3"),
        ("VP", "V1"),
        ("VPS", "V1"),
        ("VP Sở", "V1"),
        ("Văn phòng", "V1"),
        ("thanh tra", "V5"),
        ("TTCNTT&TT", "V4"),
        ("TT CNTT và TT", "V4"),
        ("Sở KH&CN", "SO"),
        ("SKHCN", "SO"),
    ],
)
def test_an_abbreviation_that_can_mean_one_unit_only_names_it(text: str, code: str) -> None:
    found = Names(DEPARTMENT).unit(text)

    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("P. BC", ["V6", "V7"]),
        ("TTCNTT", ["V4"]),
        ("Phong Quan ly cong nghe", ["V2"]),
        ("qlcn", ["V2"]),
        ("Phong QLCN", ["V2"]),
        ("Phòng Công nghệ", ["V2"]),
        ("Phòng Quản lý thương mại", []),
        ("Văn phòng Đảng ủy", []),
        ("Lê An", ["V2"]),
        ("Sở Nội vụ", []),
        ("P.", []),
    ],
)
def test_what_could_mean_several_units_or_is_only_alike_is_suggested(
    text: str, near: list[str]
) -> None:
    names = Names(DEPARTMENT)

    assert names.unit(text) is None
    assert [unit.code for unit in names.near_units(text)] == near


@pytest.mark.parametrize(
    ("text", "is_group", "is_outside"),
    [
        ("Các phòng, đơn vị", True, False),
        ("đơn vị liên quan", True, False),
        ("Bộ, ngành, địa phương", True, False),
        ("Công chức, viên chức", True, False),
        ("Phòng Kế hoạch, Tài chính", False, False),
        ("Sở Nội vụ", False, True),
        ("UBND các huyện, thành phố", False, True),
        ("Sở Khoa học và Công nghệ", False, False),
        ("Phòng Không ai biết", False, False),
    ],
)
def test_groups_and_bodies_outside_the_office_are_told_from_misspelt_names(
    text: str, is_group: bool, is_outside: bool
) -> None:
    names = Names(DEPARTMENT)

    assert (names.is_group(text), names.is_outside(text)) == (is_group, is_outside)


def test_people_of_one_name_and_people_nearly_called_so_are_suggested() -> None:
    assert [one.code for one in Names(OFFICE).near_people("Lê An")] == ["an1", "an2"]
    assert [one.code for one in Names(OFFICE).near_people("Tran Binh")] == ["binh"]
