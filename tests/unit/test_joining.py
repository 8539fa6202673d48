"""Rows of an appendix and items of a body: which are the same, and which only look so."""

from hypothesis import given
from hypothesis import strategies as st

from engine.joining import Match, Titled, join


def titled(*pairs: tuple[str, str]) -> list[Titled]:
    return [Titled(code=code, title=title) for code, title in pairs]


def test_a_code_joins_whatever_the_titles_say() -> None:
    found = join(titled(("II.1.2", "Viết gọn")), titled(("II.1.1", "Viết gọn"), ("II.1.2", "Khác")))

    assert found == {0: Match(row=0, item=1, how="code")}


def test_without_a_code_the_same_title_joins_in_other_letters() -> None:
    rows = titled(("", "Rà soát  thủ tục về đất đai;"))
    items = titled(("1", "RÀ SOÁT thủ tục về đất đai."), ("2", "Công khai lệ phí"))

    assert join(rows, items)[0].item == 0


def test_a_title_cut_short_is_still_that_title() -> None:
    rows = titled(("", "Ban hành Quy chế làm việc của Sở"))
    items = titled(("1", "Ban hành Quy chế làm việc của Sở, gửi các phòng trước khi thực hiện"))

    assert join(rows, items)[0].how == "title"


def test_a_title_without_its_first_words_is_still_that_title() -> None:
    rows = titled(("", "Phổ biến pháp luật về lãnh sự"))
    items = titled(("1", "Tiếp tục phổ biến pháp luật về lãnh sự:"))

    assert join(rows, items)[0].how == "title"


def test_a_short_word_is_no_title_cut_short() -> None:
    assert join(titled(("", "Báo cáo")), titled(("1", "Báo cáo tổng kết năm"))) == {}


def test_nearly_the_same_title_joins_and_says_how_sure_it_is() -> None:
    rows = titled(("", "Tổ chức lớp tập huấn kỹ năng số cho cán bộ các cơ quan"))
    items = titled(("1", "Tổ chức lớp tập huấn kỹ năng số cho cán bộ của các cơ quan"))

    match = join(rows, items)[0]

    assert match.how == "likeness"
    assert 90 <= match.likeness < 100


def test_two_equally_good_items_are_none() -> None:
    items = titled(("1", "Họp giao ban định kỳ hằng tuần"), ("2", "Họp giao ban định kỳ hằng tuần"))

    assert join(titled(("", "Họp giao ban định kỳ hằng tuần")), items) == {}


def test_two_rows_that_want_one_item_get_it_neither() -> None:
    rows = titled(("", "Họp giao ban định kỳ hằng tuần"), ("", "Họp giao ban định kỳ hằng tuần."))

    assert join(rows, titled(("1", "Họp giao ban định kỳ hằng tuần"))) == {}


_SIDES = st.lists(
    st.builds(Titled, code=st.sampled_from(["", "1", "2", "II.1"]), title=st.text(max_size=30)),
    max_size=6,
)


@given(rows=_SIDES, items=_SIDES)
def test_no_item_is_ever_matched_twice(rows: list[Titled], items: list[Titled]) -> None:
    matches = join(rows, items)

    assert len({match.item for match in matches.values()}) == len(matches)
    assert all(match.row == place for place, match in matches.items())
