"""Which row of one table is which item of another: by code, else by title, never both ways at once.

A plan's body and its appendix name the same tasks, seldom in the same letters. Whoever joins them
says how sure he is; a person sees it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

from engine.spelling import fold

#: Likeness of two whole titles, per cent, from which they are taken to name one task.
ALIKE = 90.0
#: By so much the best must be ahead of the second; two equally good are none.
AHEAD = 3.0
#: A part of a title must still have so many letters.
_SHORTEST_PART = 20

_NUMBER = re.compile(r"\d+|\b[IVX]+\b")

How = Literal["code", "title", "likeness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Titled:
    """What two sides are joined by; a code of "" is none."""

    code: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Row `row` of one side is item `item` of the other, counted from 0; `likeness` in per cent."""

    row: int
    item: int
    how: How
    likeness: float = 100.0


def join(rows: Sequence[Titled], items: Sequence[Titled]) -> dict[int, Match]:
    """Return the match of each row that has one, by the row's place; an item is matched once.

    By code first. What is left is joined by title: the same after folding, or one the beginning or
    the end of the other, or alike to 90 per cent with nothing nearly as good beside it.
    """
    found = _by_code(rows, items)
    for how in (_by_title, _by_likeness):
        taken = {match.item for match in found.values()}
        left = {place: row for place, row in enumerate(rows) if place not in found and row.title}
        free = {place: item for place, item in enumerate(items) if place not in taken}
        found |= _each_once(how(left, free))
    return found


def likeness(one: str, other: str) -> float:
    """Return how alike two titles are, in per cent."""
    return fuzz.token_sort_ratio(bare(one), bare(other))


def _by_code(rows: Sequence[Titled], items: Sequence[Titled]) -> dict[int, Match]:
    places = {item.code: place for place, item in reversed(list(enumerate(items))) if item.code}
    matches = [
        Match(row=place, item=places[row.code], how="code")
        for place, row in enumerate(rows)
        if row.code in places
    ]
    return _each_once(matches)


def _by_title(left: Mapping[int, Titled], free: Mapping[int, Titled]) -> list[Match]:
    exact: dict[str, list[int]] = {}
    for place, item in free.items():
        exact.setdefault(bare(item.title), []).append(place)
    matches = []
    for row, titled in left.items():
        wanted = bare(titled.title)
        places = exact.get(wanted) or [
            place for title, found in exact.items() if _is_part(title, wanted) for place in found
        ]
        if len(places) == 1:
            matches.append(Match(row=row, item=places[0], how="title"))
    return matches


def _by_likeness(left: Mapping[int, Titled], free: Mapping[int, Titled]) -> list[Match]:
    titles = {place: bare(item.title) for place, item in free.items()}
    matches = []
    for row, titled in left.items():
        best = process.extract(
            bare(titled.title), titles, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE, limit=2
        )
        if best and (len(best) == 1 or best[0][1] - best[1][1] >= AHEAD):
            _, likeness, place = best[0]
            if not counted_otherwise(titled.title, free[place].title):
                matches.append(Match(row=row, item=place, how="likeness", likeness=likeness))
    return matches


def _each_once(matches: Sequence[Match]) -> dict[int, Match]:
    """Return the matches by row; an item that two rows want is nobody's."""
    wanted: dict[int, list[Match]] = {}
    for match in matches:
        wanted.setdefault(match.item, []).append(match)
    return {ones[0].row: ones[0] for ones in wanted.values() if len(ones) == 1}


def bare(title: str) -> str:
    """Return a title as it is compared: folded, without the signs around it."""
    return fold(title).strip(" .;:,-…")


def counted_otherwise(one: str, other: str) -> bool:
    """Return whether two titles differ in numbers alone: "quý I" and "quý II" are two tasks."""
    return one != other and _NUMBER.sub("0", one) == _NUMBER.sub("0", other)


def _is_part(one: str, other: str) -> bool:
    """Whether one title begins or ends the other in whole words: "quý I" begins no "quý II"."""
    short, long = sorted((one, other), key=len)
    if len(short) < _SHORTEST_PART:
        return False
    is_begun = long.startswith(short) and not long[len(short) : len(short) + 1].isalnum()
    return is_begun or (long.endswith(short) and not long[: -len(short)][-1:].isalnum())
