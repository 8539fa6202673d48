"""Likeness: which titles say nearly the same."""

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from workflows.planfile.matching import near_duplicates

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


def test_of_thousands_of_rows_of_one_template_each_names_only_a_few() -> None:
    titles = {str(n): f"Rà soát quy định số {n} về chế độ báo cáo" for n in range(1_500)}

    found = near_duplicates(titles, threshold=85)

    assert set(found) == set(titles)
    assert max(len(pairs) for pairs in found.values()) == 20
