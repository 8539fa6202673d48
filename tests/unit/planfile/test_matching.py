"""Likeness: what is the same, what is nearly the same, what is only suggested."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from workflows.planfile import Candidate, NameMatch, match_name, same_title
from workflows.planfile.matching import near_duplicates

UNITS = (
    Candidate(code="VP", name="Văn phòng Sở", aliases=("VPS", "Văn phòng")),
    Candidate(code="CN", name="Phòng Công nghiệp", aliases=("P. CN", "Phòng CN")),
    Candidate(code="NL", name="Phòng Năng lượng", aliases=("Phòng CN và NL", "Phòng CN")),
)


@pytest.mark.parametrize(
    ("text", "how", "code"),
    [
        ("Văn phòng Sở", "exact", "VP"),
        ("văn  phòng\nsở", "exact", "VP"),
        (unicodedata.normalize("NFD", "Văn phòng Sở"), "exact", "VP"),
        ("vp", "exact", "VP"),
        ("Văn phòng", "alias", "VP"),
        ("P. CN", "alias", "CN"),
    ],
)
def test_a_unit_is_known_by_code_name_and_alias(text: str, how: str, code: str) -> None:
    match = match_name(text, UNITS)

    assert (match.how, match.code) == (how, code)


@pytest.mark.parametrize(
    ("text", "suggested"), [("Van phong So", "VP"), ("Phòng Công nghiêp", "CN")]
)
def test_a_name_that_is_nearly_right_is_suggested_and_never_taken(
    text: str, suggested: str
) -> None:
    match = match_name(text, UNITS)

    assert match.code is None
    assert match.suggestions[0] == suggested


def test_an_alias_of_two_units_names_neither() -> None:
    assert match_name("Phòng CN", UNITS) == NameMatch(how="none", suggestions=("CN", "NL"))


def test_a_name_of_nobody_suggests_nobody() -> None:
    assert match_name("Kho bạc Nhà nước tỉnh", UNITS, suggest_from=90).suggestions == ()


def test_titles_cut_off_or_spaced_otherwise_are_the_same() -> None:
    whole = "Sửa đổi, bổ sung Quy chế phát ngôn của tỉnh;"

    assert same_title("Sửa đổi,  bổ sung Quy chế phát", whole)
    assert same_title(unicodedata.normalize("NFD", whole), whole)
    assert not same_title("Sửa đổi Quy chế phát ngôn", whole)
    assert not same_title("", whole)


VOCABULARY = ("rà", "soát", "quy", "chế", "họp", "văn", "thư", "lưu", "trữ", "đào", "tạo", "số")
WORDS = st.lists(st.sampled_from(VOCABULARY))


@given(st.lists(WORDS.map(" ".join), max_size=12))
def test_near_duplicates_are_those_that_token_sort_ratio_finds(titles: list[str]) -> None:
    by_code = {str(n): title for n, title in enumerate(titles)}
    expected = {
        (a, b)
        for a, left in by_code.items()
        for b, right in by_code.items()
        if a != b and left and right and fuzz.token_sort_ratio(left, right) >= 85
    }

    found = near_duplicates({c: t for c, t in by_code.items() if t}, threshold=85)

    assert {(code, other) for code, pairs in found.items() for other, _ in pairs} == expected


def test_long_titles_that_differ_in_a_few_words_are_found() -> None:
    title = " ".join(f"từ{n}" for n in range(40))
    titles = {"a": title, "b": f"{title} thêm", "c": " ".join(f"khác{n}" for n in range(40))}

    found = near_duplicates(titles, threshold=85)

    assert {code: [other for other, _ in pairs] for code, pairs in found.items()} == {
        "a": ["b"],
        "b": ["a"],
    }
