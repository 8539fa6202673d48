"""The filter string: what it means comes back from it, and nothing else is taken."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Invalid
from engine.filters import DUE, KEYS, KINDS, SORTS, STATUSES, from_pairs, read_filter

_TODAY = date(2014, 1, 15)
_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=30)
_DAYS = st.dates(date(2013, 1, 1), date(2015, 12, 31))
_PAIRS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(STATUSES),
        "unit": _WORDS,
        "assignee": _WORDS,
        "verifier": _WORDS,
        "leader": _WORDS,
        "escalated": _WORDS,
        "field": _WORDS,
        "plan": _WORDS,
        "due": st.sampled_from(DUE) | st.builds("{}..{}".format, _DAYS, _DAYS),
        "q": _WORDS,
        "obstacle": st.just("open"),
        "extension": st.just("open"),
        "urgent": st.just("yes"),
        "kind": st.sampled_from(KINDS),
        "sort": st.sampled_from(SORTS),
    },
)


@given(pairs=_PAIRS)
def test_a_filter_comes_back_from_its_own_string(pairs: dict[str, str]) -> None:
    wanted = from_pairs(pairs, today=_TODAY)

    assert read_filter(wanted.as_query(), today=_TODAY) == wanted


@given(pairs=_PAIRS, key=st.sampled_from(KEYS))
def test_what_is_taken_off_is_gone_and_the_rest_stays(pairs: dict[str, str], key: str) -> None:
    wanted = from_pairs(pairs, today=_TODAY)

    narrower = wanted.without(key)

    assert key not in narrower.pairs()
    assert narrower.pairs() == {name: v for name, v in wanted.pairs().items() if name != key}


def test_a_span_that_has_a_name_is_another_one_tomorrow() -> None:
    query = read_filter("due=this-month", today=_TODAY).as_query()

    later = read_filter(query, today=date(2014, 2, 1))

    assert query == "due=this-month"
    assert later.due == (date(2014, 2, 1), date(2014, 2, 28))


@pytest.mark.parametrize(
    "text",
    [
        "stauts=open", "status=opne", "sort=size", "due=soon", "kind=thing", "urgent=no",
        "obstacle=yes", "q=" + "a" * 201, "q=%00", "unit=A&unit=B", "status",
    ],
)  # fmt: skip
def test_what_no_filter_means_is_refused_by_name(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_filter(text, today=_TODAY)

    assert refused.value.field.startswith("filter")
