"""What a list was asked for: the filter of an address, in words, and the addresses next to it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from dondoc.web.failures import words_of
from dondoc.web.tasks import choices
from dondoc.web.visit import Visit
from engine import listing
from engine.errors import Invalid
from engine.filters import Filter, from_pairs
from engine.listing import Cursor, Viewpoint

#: Keys of an address that are no filter: place, count, month, what was just done.
_BESIDE = ("sau", "dem", "thang", "xong", "dau")
#: Fields of the form for a range of dates of one's own.
_FROM, _TO = "tu", "den"
#: So many pages back one can go by links; the browser knows the way further back.
_MOST_BACK = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One thing that the list is narrowed by, and the address without it."""

    key: str
    words: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks for.

    Attributes:
        wanted: The filter; an empty one where the address is wrong.
        typed: Keys and values as they came, to be shown again.
        beside: Keys that are no filter.
        wrong: What is wrong with the address, in words; "" where nothing is.
        is_canonical: The address is written as this program writes it.
    """

    wanted: Filter
    typed: Mapping[str, str]
    beside: Mapping[str, str]
    wrong: str
    is_canonical: bool

    @property
    def query(self) -> str:
        """The filter as every door takes it."""
        return self.wanted.as_query()

    @property
    def behind(self) -> tuple[str, ...]:
        """The places behind which pages began, the present one last."""
        return tuple(one for one in self.beside.get("sau", "").split(",") if one)

    def after(self) -> Cursor | None:
        """Return the place behind which the page begins.

        Raises:
            Invalid: it is none.
        """
        return listing.read_cursor(self.behind[-1]) if self.behind else None

    def next(self, place: Cursor) -> str:
        """Return the query of the page behind a place."""
        return self.with_beside(sau=",".join([*self.behind, place.text()][-_MOST_BACK:]))

    def previous(self) -> str:
        """Return the query of the page before."""
        return self.with_beside(sau=",".join(self.behind[:-1]))

    def sorted(self, sort: str) -> str:
        """Return the query of the same list in another order."""
        return replace(self.wanted, sort=sort).as_query() or "sort=plan"

    def with_beside(self, **beside: str) -> str:
        """Return the query with something that is no filter beside it."""
        return urlencode({**self.wanted.pairs(), **{key: v for key, v in beside.items() if v}})


def viewpoint(visit: Visit) -> Viewpoint:
    """Return whose eyes these are."""
    return Viewpoint(person_ids=visit.people)


def asked(visit: Visit) -> Asked:
    """Return what the address of a visit asks for."""
    return read(visit, visit.request.url.query)


def read(visit: Visit, query: str) -> Asked:
    """Return what a query asks for."""
    pairs = parse_qsl(query, keep_blank_values=True)
    beside = {key: value for key, value in pairs if key in _BESIDE}
    given = [(key, value.strip()) for key, value in pairs if key not in _BESIDE]
    typed = _ranged({key: value for key, value in given if value})
    try:
        _once(given)
        wanted, wrong = from_pairs(typed, today=visit.today), ""
    except Invalid as error:
        wanted, wrong = Filter(), words_of(error, visit)
    is_canonical = all(value and key not in (_FROM, _TO) for key, value in given)
    return Asked(wanted=wanted, typed=typed, beside=beside, wrong=wrong, is_canonical=is_canonical)


def _once(given: Sequence[tuple[str, str]]) -> None:
    keys = Counter(key for key, _ in given)
    twice = sorted(key for key, number in keys.items() if number > 1)
    if twice:
        raise Invalid(field="filter", problem=f"{twice[0]!r}: each key once")


def _ranged(typed: dict[str, str]) -> dict[str, str]:
    """Return what was typed with a range of dates put together."""
    first, last = typed.pop(_FROM, ""), typed.pop(_TO, "")
    if first or last:
        typed["due"] = f"{first or '1900-01-01'}..{last or '2999-12-31'}"
    return typed


def chips(found: Asked, visit: Visit, *, path: str = "/nhiem-vu") -> list[Chip]:
    """Return what narrows a list, each with the address of the list without it."""
    return [
        Chip(key=key, words=choices.in_words(key, value, visit),
             href=f"{path}?{found.wanted.without(key).as_query()}")
        for key, value in found.wanted.pairs().items()
        if key != "sort"
    ]  # fmt: skip
