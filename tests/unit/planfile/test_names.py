"""Cells that name several units or people."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.documents.tables import RULES
from workflows.planfile.names import is_collective, split_names


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Văn phòng Sở", ["Văn phòng Sở"]),
        ("Phòng A; Phòng B", ["Phòng A", "Phòng B"]),
        ("Phòng A;Phòng B;", ["Phòng A", "Phòng B"]),
        ("Phòng A\nPhòng B", ["Phòng A", "Phòng B"]),
        ("- Phòng A;\n- Phòng B.", ["Phòng A", "Phòng B"]),
        ("1. Phòng A\n2. Phòng B", ["Phòng A", "Phòng B"]),
        ("Đảng ủy / UBND xã", ["Đảng ủy", "UBND xã"]),
        ("Phòng Kinh tế/Phòng Xây dựng", ["Phòng Kinh tế", "Phòng Xây dựng"]),
        ("UBND xã/phường", ["UBND xã/phường"]),
        ("Phòng A, Văn phòng Sở, P. CNTT", ["Phòng A", "Văn phòng Sở", "P. CNTT"]),
        ("Phòng A; Phòng A", ["Phòng A"]),
        ("Sở Nội vụ và Sở Tài chính", ["Sở Nội vụ", "Sở Tài chính"]),
        ("Bưu điện tỉnh, Viettel, VNPT", ["Bưu điện tỉnh", "Viettel", "VNPT"]),
        ("Lê Văn An, Trần Thị Bình", ["Lê Văn An", "Trần Thị Bình"]),
        ("Lê Văn An\nTrần Thị Bình", ["Lê Văn An", "Trần Thị Bình"]),
        ("[cán bộ]\n[cán bộ 2]", ["[cán bộ]", "[cán bộ 2]"]),
        ("", []),
        (" ; , ", []),
    ],
)
def test_names_are_separated_where_another_begins(cell: str, names: list[str]) -> None:
    assert list(split_names(cell, rules=RULES)) == names


@pytest.mark.parametrize(
    "name",
    [
        "Sở Văn hóa, Thể thao và Du lịch",
        "Sở Khoa học và Công nghệ",
        "Phòng Kinh tế, Hạ tầng và Đô thị",
        "Trung tâm Dịch vụ, Sự nghiệp công",
        "Sở VH,TT&DL",
        "Văn phòng HĐND và UBND tỉnh",
        "Bộ Lao động - Thương binh và Xã hội",
        "Ban Chỉ đạo phối hợp liên ngành",
    ],
)
def test_a_name_with_a_comma_or_and_inside_stays_whole(name: str) -> None:
    assert split_names(name, rules=RULES) == (name,)


@pytest.mark.parametrize(
    "name",
    [
        "Các sở, ban, ngành",
        "Các Sở, Ban, Ngành, Đoàn thể",
        "các đơn vị liên quan",
        "Các phòng, đơn vị thuộc Sở",
        "các bộ, ngành, địa phương",
        "Bộ, ngành, địa phương",
        "Các bộ, ngành và địa phương",
        "các cơ quan, đơn vị, địa phương liên quan",
        "các xã, phường, đặc khu",
    ],
)
def test_a_collective_name_stays_whole_and_is_known_as_one(name: str) -> None:
    assert split_names(name, rules=RULES) == (name,)
    assert is_collective(name, words=RULES.units)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("A; B, các đơn vị liên quan", ["A", "B", "các đơn vị liên quan"]),
        ("Đài PTTH, Báo Hà Nam, các xã", ["Đài PTTH", "Báo Hà Nam", "các xã"]),
        ("Các sở, ban, ngành; UBND các xã", ["Các sở, ban, ngành", "UBND các xã"]),
        ("Các sở, ban, ngành và UBND các xã", ["Các sở, ban, ngành", "UBND các xã"]),
        ("Các sở, ban, ngành, Công an tỉnh", ["Các sở, ban, ngành", "Công an tỉnh"]),
        ("Phòng A và các phòng, ban khác", ["Phòng A", "các phòng, ban khác"]),
        ("Các Sở, ngành và các địa phương", ["Các Sở, ngành", "các địa phương"]),
    ],
)
def test_a_collective_name_beside_others_is_one_of_them(cell: str, names: list[str]) -> None:
    assert list(split_names(cell, rules=RULES)) == names


@pytest.mark.parametrize("name", ["Văn phòng Sở", "Sở Văn hóa, Thể thao và Du lịch", "", "VNPT"])
def test_a_single_unit_is_no_collective(name: str) -> None:
    assert not is_collective(name, words=RULES.units)


@pytest.mark.parametrize(
    "cell",
    ["Sở Khoa học\nvà Công nghệ", "Sở Khoa học và\nCông nghệ", "Sở Khoa\nhọc và Công\nnghệ"],
)
def test_a_name_broken_by_a_narrow_column_is_whole_again(cell: str) -> None:
    assert split_names(cell, rules=RULES) == ("Sở Khoa học và Công nghệ",)


def test_a_capital_after_the_break_does_not_part_a_name() -> None:
    assert split_names("Sở Công\nThương", rules=RULES) == ("Sở Công Thương",)


@given(st.text(max_size=120))
def test_no_letter_of_a_cell_is_lost(cell: str) -> None:
    text = unicodedata.normalize("NFC", cell)

    names = split_names(text, rules=RULES)

    kept = [letter for name in names for letter in name if letter.isalpha()]
    lost = set(filter(str.isalpha, text)) - set(kept) - set("và")
    assert lost == set()
    assert all(names)
